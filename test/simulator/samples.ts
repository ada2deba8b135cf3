/** Registrations that the simulator accepts, for its own tests. */

import { RegistrableService } from './model';
import { Details, DevOpsAgentService, RegisterServiceInput, ServiceError } from './service';

// Every credential in here contains this word, in some case.
export const canary = /canary/i;

export const oAuthClientCredentials = { clientId: 'canary-id', clientSecret: 'canary-secret', exchangeParameters: { resource: 'canary-parameter' } };
export const bearerToken = { tokenName: 'token', tokenValue: 'canary-token' };
export const apiKey = { apiKeyName: 'key', apiKeyValue: 'canary-key', apiKeyHeader: 'x-api-key' };
export const returnToEndpoint = 'https://us-east-1.console.aws.amazon.com/devops-agent';
export const oAuth3LO = { clientId: 'canary-id', returnToEndpoint, authorizationUrl: 'https://id.example.com/authorize', exchangeUrl: 'https://id.example.com/token' };
export const role = 'arn:aws:iam::111122223333:role/agent';
export const guids = ['11111111-2222-3333-4444-555555555555', 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'];

/** A valid registration of each kind, and what GetService is to show of it. */
export const samples: Record<RegistrableService, { details: Details; shown?: Details }> = {
  dynatrace: { details: { accountUrn: `urn:dtaccount:${guids[0]}`, authorizationConfig: { oAuthClientCredentials } } },
  servicenow: {
    details: { instanceUrl: 'https://acme.service-now.com', authorizationConfig: { oAuthClientCredentials } },
    shown: { instanceUrl: 'https://acme.service-now.com' },
  },
  pagerduty: {
    details: { scopes: ['incidents.read', 'as_account-us.acme'], authorizationConfig: { oAuthClientCredentials } },
    shown: { scopes: ['incidents.read', 'as_account-us.acme'] },
  },
  gitlab: {
    details: { targetUrl: 'https://gitlab.example.com', tokenType: 'group', tokenValue: 'glpat-canary', groupId: '7' },
    shown: { targetUrl: 'https://gitlab.example.com', tokenType: 'group', groupId: '7' },
  },
  eventChannel: { details: { type: 'webhook' } },
  mcpservernewrelic: {
    details: { authorizationConfig: { apiKey: { apiKey: 'NRAK-CANARY', accountId: '1234567', region: 'JP', entityGuids: ['a_b'] } } },
    shown: { accountId: '1234567', region: 'JP' },
  },
  mcpservergrafana: {
    details: { name: 'grafana', endpoint: 'https://grafana.example.com/mcp', authorizationConfig: { bearerToken } },
    shown: { endpoint: 'https://grafana.example.com/mcp', authorizationMethod: 'bearer-token' },
  },
  mcpserverdatadog: {
    details: { name: 'datadog', endpoint: 'https://mcp.datadoghq.com/v1', authorizationConfig: { authorizationDiscovery: { returnToEndpoint } } },
    shown: { name: 'datadog', endpoint: 'https://mcp.datadoghq.com/v1', authorizationMethod: 'oauth-3lo' },
  },
  mcpserver: {
    details: { name: 'server', endpoint: 'https://mcp.example.com/mcp', description: 'What it is for', authorizationConfig: { apiKey } },
    shown: {
      name: 'server',
      endpoint: 'https://mcp.example.com/mcp',
      description: 'What it is for',
      authorizationMethod: 'api-key',
      apiKeyHeader: 'x-api-key',
    },
  },
  mcpserversplunk: {
    details: {
      name: 'splunk',
      endpoint: 'https://splunk.example.com/mcp',
      authorizationConfig: { oAuthClientCredentials: { ...oAuthClientCredentials, exchangeUrl: 'https://id.example.com/token' } },
    },
    shown: { name: 'splunk', endpoint: 'https://splunk.example.com/mcp', authorizationMethod: 'oauth-client-credentials' },
  },
  azureidentity: {
    details: { tenantId: guids[0], clientId: guids[1], webIdentityRoleArn: role, webIdentityTokenAudiences: ['api://x'] },
    shown: { tenantId: guids[0], clientId: guids[1], webIdentityRoleArn: role, webIdentityTokenAudiences: ['api://x'] },
  },
  mcpserversigv4: {
    details: {
      name: 'sigv4',
      endpoint: 'https://sigv4.example.com/mcp',
      authorizationConfig: { region: '*', service: 'execute-api', mcpRoleArn: role, customHeaders: { 'x-a': 'canary-header' } },
    },
    shown: { name: 'sigv4', endpoint: 'https://sigv4.example.com/mcp', region: '*', service: 'execute-api', roleArn: role, mcpRoleArn: role },
  },
  remoteagent: {
    details: { name: 'agent', endpoint: 'https://agent.example.com/a2a', authorizationConfig: { bearerToken } },
    shown: { name: 'agent', endpoint: 'https://agent.example.com/a2a', authorizationMethod: 'bearer-token' },
  },
  remoteagentsigv4: {
    details: { name: 'agent4', endpoint: 'https://agent.example.com/4', authorizationConfig: { region: 'us-east-1', service: 'lambda', roleArn: role } },
    shown: { name: 'agent4', endpoint: 'https://agent.example.com/4', region: 'us-east-1', service: 'lambda', roleArn: role },
  },
};

export function registration(service: RegistrableService, changes: Details = {}, others: Partial<RegisterServiceInput> = {}): RegisterServiceInput {
  return { service, serviceDetails: { [service]: { ...samples[service].details, ...changes } }, ...others };
}

/** The error that the API answers with, as code and message. */
export function errorOf(action: () => unknown): { code: string; status: number; message: string; paths: string[] } {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, status, message, fieldList = [] } = error;
    return { code, status, message, paths: fieldList.map(({ path }) => path) };
  }
  throw new Error('Expected an error, and there was none');
}

export const idOf = (service: DevOpsAgentService, input: RegisterServiceInput): string => {
  const { serviceId } = service.registerService(input);
  if (serviceId === undefined) throw new Error('Expected a service id');
  return serviceId;
};
export const listed = (service: DevOpsAgentService) => service.listServices().services.map(({ serviceId }) => serviceId);
