import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AzureIdentityRegistration, DevOpsAgentServicePrincipal, EventChannelRegistration, McpServerAuthorization, McpServerRegistration, OAuthClient,
  PagerDutyRegistration, SecretField, ServiceRegistration,
} from 'cdk-devops-agent';

const app = new App();
const stack = new Stack(app, 'DevOpsTools');

// An OAuth client. The secret holds {"client_id": "…", "client_secret": "…"}.
const pagerDuty = new PagerDutyRegistration(stack, 'PagerDuty', {
  subdomain: 'acme',
  authorization: OAuthClient.fromSecretsManager(Secret.fromSecretNameV2(stack, 'PagerDutyClient', 'devops-tools/pagerduty')),
});

// A bearer token. The secret holds {"token": "…"}.
const runbooks = new McpServerRegistration(stack, 'Runbooks', {
  endpoint: app.node.tryGetContext('runbooks') || 'https://runbooks.example.com/mcp',
  description: 'How we operate our services',
  authorization: McpServerAuthorization.bearerToken(
    SecretField.fromSecretsManager(Secret.fromSecretNameV2(stack, 'RunbooksToken', 'devops-tools/runbooks'), 'token'),
  ),
});

// A user's consent: deploy, open the URL in the output WikiConsentUrl, then deploy with `-c consented=true`.
const wiki = new McpServerRegistration(stack, 'Wiki', {
  endpoint: 'https://wiki.example.com/mcp',
  authorization: McpServerAuthorization.authorizationDiscovery({ authorized: app.node.tryGetContext('consented') === 'true' }),
});

// No credential at all: the webhook through which anything can start an investigation. Another name replaces the service.
const eventChannel = new EventChannelRegistration(stack, 'EventChannel', { displayName: app.node.tryGetContext('channel') });

// The Agent Space whose investigations it starts, with `-c agentSpace=<agent space id>`. The webhook's URL and credential go into a secret.
const agentSpaceId = app.node.tryGetContext('agentSpace');
if (agentSpaceId) {
  const agentSpace = CfnAgentSpace.fromAgentSpaceId(stack, 'AgentSpace', agentSpaceId);
  const webhook = eventChannel.associateWith(agentSpace, { webhook: {} }).webhook!;
  new CfnOutput(stack, 'WebhookSecret', { value: webhook.secret.secretArn });
}

// No secret either: Azure trusts the tokens that AWS issues for this role.
const azure = new AzureIdentityRegistration(stack, 'Azure', {
  tenantId: '11111111-2222-3333-4444-555555555555',
  clientId: '66666666-7777-8888-9999-000000000000',
  webIdentityRole: new Role(stack, 'AzureRole', { assumedBy: new DevOpsAgentServicePrincipal() }),
});

const registrations: ServiceRegistration[] = [pagerDuty, runbooks, wiki, eventChannel, azure];
for (const registration of registrations) {
  new CfnOutput(stack, `${registration.node.id}ServiceId`, { value: registration.serviceId });
}
new CfnOutput(stack, 'WikiConsentUrl', { value: wiki.consentUrl });
