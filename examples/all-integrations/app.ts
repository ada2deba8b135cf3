import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AzureIdentityRegistration, DatadogRegistration, DatadogSite, DevOpsAgentServicePrincipal, DynatraceRegistration, EventChannelRegistration,
  GitLabRegistration, GitLabToken, GrafanaRegistration, McpServerAuthorization, McpServerRegistration, NewRelicRegion, NewRelicRegistration,
  OAuthClient, PagerDutyRegistration, RemoteAgentAuthorization, RemoteAgentRegistration, SecretField, ServiceNowRegistration,
  SigV4McpServerRegistration, SigV4RemoteAgentRegistration, SplunkRegistration,
} from 'cdk-devops-agent';

const app = new App();
const stack = new Stack(app, 'AllIntegrations');

// Two integrations need a person: deploy, open the URLs in the outputs that end in ConsentUrl, then deploy with `-c consented=true`.
const authorized = app.node.tryGetContext('consented') === 'true';

/** The secret `devops-tools/<tool>`, which exists already. That of an OAuth client holds {"client_id": "…", "client_secret": "…"}. */
function secret(tool: string): ISecret {
  return Secret.fromSecretNameV2(stack, `${tool}-secret`, `devops-tools/${tool}`);
}

/** A role that may call one of our own APIs behind Amazon API Gateway. */
function callerOf(api: string): Role {
  const role = new Role(stack, `CallerOf-${api}`, { assumedBy: new DevOpsAgentServicePrincipal() });
  role.addToPolicy(new PolicyStatement({
    actions: ['execute-api:Invoke'],
    resources: [stack.formatArn({ service: 'execute-api', resource: api, resourceName: '*' })],
  }));
  return role;
}

// Observability

const datadog = new DatadogRegistration(stack, 'Datadog', { site: DatadogSite.US1, authorized });

const dynatrace = new DynatraceRegistration(stack, 'Dynatrace', {
  accountUrn: 'urn:dtaccount:11111111-2222-3333-4444-555555555555',
  authorization: OAuthClient.fromSecretsManager(secret('dynatrace')),
});

const grafana = new GrafanaRegistration(stack, 'Grafana', {
  endpoint: 'https://acme.grafana.net',
  authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret('grafana'), 'token')),
});

const newRelic = new NewRelicRegistration(stack, 'NewRelic', {
  accountId: '1234567',
  region: NewRelicRegion.US,
  apiKey: SecretField.fromSecretsManager(secret('new-relic'), 'api_key'),
});

const splunk = new SplunkRegistration(stack, 'Splunk', {
  endpoint: 'https://acme.api.scs.splunk.com/acme/mcp/v1/',
  authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret('splunk'), 'token')),
});

// Incidents, code and cloud

const pagerDuty = new PagerDutyRegistration(stack, 'PagerDuty', {
  subdomain: 'acme',
  authorization: OAuthClient.fromSecretsManager(secret('pagerduty')),
});

const serviceNow = new ServiceNowRegistration(stack, 'ServiceNow', {
  instanceUrl: 'https://acme.service-now.com',
  authorization: OAuthClient.fromSecretsManager(secret('servicenow')),
});

const eventChannel = new EventChannelRegistration(stack, 'EventChannel');

const gitLab = new GitLabRegistration(stack, 'GitLab', {
  token: GitLabToken.group(SecretField.fromSecretsManager(secret('gitlab'), 'token'), '12345678'),
});

const azure = new AzureIdentityRegistration(stack, 'Azure', {
  tenantId: '11111111-2222-3333-4444-555555555555',
  clientId: '66666666-7777-8888-9999-000000000000',
  webIdentityRole: new Role(stack, 'AzureRole', { assumedBy: new DevOpsAgentServicePrincipal() }),
});

// MCP servers and agents of our own

// The client's id is part of the consent URL, so it need not be kept from the template.
const wikiClient = OAuthClient.fromClientId('devops-agent', SecretField.fromSecretsManager(secret('wiki'), 'client_secret'));
const wiki = new McpServerRegistration(stack, 'Wiki', {
  endpoint: 'https://wiki.example.com/mcp',
  authorization: McpServerAuthorization.oauth3lo(wikiClient, {
    authorizationUrl: 'https://login.example.com/oauth2/authorize',
    exchangeUrl: 'https://login.example.com/oauth2/token',
    authorized,
  }),
});

const orders = new SigV4McpServerRegistration(stack, 'Orders', {
  endpoint: 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod/mcp',
  signingService: 'execute-api',
  role: callerOf('a1b2c3d4e5'),
});

const networkAgent = new RemoteAgentRegistration(stack, 'NetworkAgent', {
  endpoint: 'https://network-agent.example.com/.well-known/agent-card.json',
  authorization: RemoteAgentAuthorization.oauthClientCredentials({
    client: OAuthClient.fromSecretsManager(secret('network-agent')),
    exchangeUrl: 'https://login.example.com/oauth2/token',
  }),
});

const databaseAgent = new SigV4RemoteAgentRegistration(stack, 'DatabaseAgent', {
  endpoint: 'https://f6g7h8i9j0.execute-api.us-east-1.amazonaws.com/prod/.well-known/agent-card.json',
  signingService: 'execute-api',
  role: callerOf('f6g7h8i9j0'),
});

const registrations = [
  datadog, dynatrace, grafana, newRelic, splunk, pagerDuty, serviceNow, eventChannel, gitLab, azure, wiki, orders, networkAgent, databaseAgent,
];
for (const registration of registrations) {
  new CfnOutput(stack, `${registration.node.id}ServiceId`, { value: registration.serviceId });
}
for (const registration of [datadog, wiki]) {
  new CfnOutput(stack, `${registration.node.id}ConsentUrl`, { value: registration.consentUrl });
}
