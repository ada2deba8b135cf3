/** The public API. */

export * from './authorization-options';
export * from './consent-options';
export * from './devops-agent-provider';
export * from './devops-agent-service-principal';
export * from './integrations/azure-identity-registration';
export * from './integrations/datadog-registration';
export * from './integrations/dynatrace-registration';
export * from './integrations/event-channel-registration';
export * from './integrations/gitlab-registration';
export * from './integrations/grafana-registration';
export * from './integrations/mcp-server-registration';
export * from './integrations/new-relic-registration';
export * from './integrations/pagerduty-registration';
export * from './integrations/remote-agent-registration';
export * from './integrations/servicenow-registration';
export * from './integrations/sigv4-mcp-server-registration';
export * from './integrations/sigv4-remote-agent-registration';
export * from './integrations/splunk-registration';
export * from './mcp-server-authorization';
export * from './oauth-client';
export * from './private-connectivity';
export * from './remote-agent-authorization';
export * from './secret-field';
export * from './server-options';
export * from './service-registration';
