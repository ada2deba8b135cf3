import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, Stack } from 'aws-cdk-lib/core';
import { agentSpaceIn, SERVICE_ID } from './support/associations';
import { errorOf, registrationIn, resourcesOfType, SECRET_ARN, statementsAllowing } from './synthesis';

// Two copies of the compiled library in one app, as when a package of blueprints brings its own.
type Library = typeof import('../src');
const ROOT = path.join(__dirname, '..');

function copyOfLibrary(): Library {
  const folder = mkdtempSync(path.join(tmpdir(), 'copy-'));
  for (const part of ['lib', 'assets']) cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require(path.join(folder, 'lib'));
}

const [one, other] = [copyOfLibrary(), copyOfLibrary()];

function newStack(): { stack: Stack; secret: ISecret } {
  const stack = new Stack(new App(), 'Tools');
  return { stack, secret: Secret.fromSecretCompleteArn(stack, 'Secret', SECRET_ARN) };
}

test('the copies have classes of their own, of one aws-cdk-lib', () => {
  const { stack } = newStack();
  const registration = new other.EventChannelRegistration(stack, 'Channel');
  expect(registration).not.toBeInstanceOf(one.ServiceRegistration);
  expect(Stack.of(registration)).toBe(stack);
});

test('a provider of one copy has the time to wait for the consent to a registration of another', () => {
  const { stack } = newStack();
  new other.DatadogRegistration(stack, 'Datadog', {
    site: other.DatadogSite.US1,
    waitForConsent: { topic: new Topic(stack, 'Topic') },
    provider: new one.DevOpsAgentProvider(stack, 'Provider'),
  });
  expect(resourcesOfType(stack, 'AWS::Lambda::Function')[0][1].Properties.Timeout).toBe(900);
});

test('a credential of one copy is rendered by a construct of another', () => {
  const { stack, secret } = newStack();
  const authorization = one.OAuthClient.fromClientId('client', one.SecretField.fromSecretsManager(secret, 'secret'), {
    secretExchangeParameters: { assertion: other.SecretField.fromSecretsManager(secret, 'assertion') },
  });
  new other.PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: authorization as any });
  expect(registrationIn(stack).Request.serviceDetails.pagerduty.authorizationConfig.oAuthClientCredentials).toEqual({
    clientId: 'client',
    clientSecret: { $secret: '0', field: 'secret' },
    exchangeParameters: { assertion: { $secret: '0', field: 'assertion' } },
  });
});

test('a client id that is read from a secret by another copy is rendered as a secret', () => {
  const { stack, secret } = newStack();
  const clientId = one.SecretField.fromSecretsManager(secret, 'client_id');
  const urls = { authorizationUrl: 'https://auth.example.com/authorize', exchangeUrl: 'https://auth.example.com/token' };
  new one.McpServerRegistration(stack, 'Mcp', {
    endpoint: 'https://mcp.example.com/mcp', authorization: other.McpServerAuthorization.oauth3loPublicClientFromSecret(clientId as any, urls) as any,
  });
  expect(registrationIn(stack).Request.serviceDetails.mcpserver.authorizationConfig.oAuth3LO.clientId).toEqual({ $secret: '0', field: 'client_id' });
});

test('every class of values is known to the constructs of another copy', () => {
  const { stack, secret } = newStack();
  const field = one.SecretField.fromSecretsManager(secret, 'token') as any;
  const connection = one.PrivateConnectivity.refFromName(stack, 'Connection', 'tools');
  new other.GitLabRegistration(stack, 'GitLab', {
    token: one.GitLabToken.group(field, '42') as any, privateConnectivity: one.PrivateConnectivity.all(connection) as any,
  });
  new other.DatadogRegistration(stack, 'Datadog', { site: one.DatadogSite.EU1 as any });
  new other.RemoteAgentRegistration(stack, 'Agent', { endpoint: 'https://agent.example.com', authorization: one.RemoteAgentAuthorization.bearerToken(field) as any });
  const requests = resourcesOfType(stack, 'Custom::DevOpsAgentService').map(([, { Properties }]) => Properties.Request);
  expect(requests).toMatchObject([
    { privateConnectionName: 'tools', serviceDetails: { gitlab: { tokenType: 'group', tokenValue: { $secret: '0', field: 'token' }, groupId: '42' } } },
    { serviceDetails: { mcpserverdatadog: { endpoint: 'https://mcp.datadoghq.eu/api/unstable/mcp-server/mcp' } } },
    { serviceDetails: { remoteagent: { authorizationConfig: { bearerToken: { tokenValue: { $secret: '0', field: 'token' } } } } } },
  ]);
});

test('a unique key is refused twice, whichever copies the registrations are of', () => {
  const { stack } = newStack();
  new one.EventChannelRegistration(stack, 'One');
  expect(errorOf(() => new other.EventChannelRegistration(stack, 'Two')))
    .toContain("event channel 'webhook': there can be only one in an account and Region, and 'Tools/One' registers it already");
});

test('a stack has one default provider, whose role may read the secrets of both copies\' registrations', () => {
  const { stack, secret } = newStack();
  const [first, second] = ([one, other] as Library[]).map((library, index) => new library.DynatraceRegistration(stack, `Dynatrace${index}`, {
    accountUrn: 'urn:dtaccount:01234567-89ab-cdef-0123-456789abcdef', authorization: library.OAuthClient.fromSecretsManager(secret),
  }));
  expect(second.provider).toBe(first.provider);
  expect(resourcesOfType(stack, 'AWS::Lambda::Function')).toHaveLength(1);
  expect(statementsAllowing(stack, 'secretsmanager:GetSecretValue').map(({ Resource }) => Resource)).toEqual([SECRET_ARN]);
});

describe('an association', () => {
  test('is rendered by one copy from the values of another', () => {
    const { stack } = newStack();
    const event = other.TriggerEvent.PULL_REQUEST_DRAFT as any;
    new one.McpServerRegistration(stack, 'Mcp', { endpoint: 'https://mcp.example.com', authorization: one.McpServerAuthorization.authorizationDiscovery() })
      .associateWith(agentSpaceIn(stack), {
        tools: [other.McpTool.readOnly('search') as any],
        capabilities: [other.AssociationCapability.codeChangeRiskAnalysis({ triggerFilterGroups: [{ events: [event] }] }) as any],
      });
    expect(registrationIn(stack).Associations[0]).toMatchObject({
      Configuration: { mcpserver: { tools: ['search'], toolDetails: [{ name: 'search', toolClassification: 'READ_ONLY' }] } },
      Capabilities: { CODE_CHANGE_RISK_ANALYSIS: { triggerFilterGroups: [{ events: ['PULL_REQUEST_DRAFT'] }] } },
    });
  });

  test('of a registration of the same stack is refused, whichever copy the registration is of', () => {
    const { stack } = newStack();
    const service = new other.EventChannelRegistration(stack, 'Channel');
    const configuration = other.AssociationConfiguration.eventChannel() as any;
    expect(errorOf(() => new one.ServiceAssociation(stack, 'It', { service, agentSpace: agentSpaceIn(stack), configuration })))
      .toContain("service: 'Tools/Channel' is a registration of the same stack");
  });

  test('is refused twice, whichever copies made the two', () => {
    const { stack } = newStack();
    const [first, second] = [one, other].map((library, index) => () => new library.ServiceAssociation(stack, `It${index}`, {
      service: library.ServiceRegistration.fromServiceId(stack, `Service${index}`, SERVICE_ID),
      agentSpace: agentSpaceIn(stack),
      configuration: library.AssociationConfiguration.eventChannel(),
    }));
    first();
    expect(errorOf(second)).toContain("agentSpace: 'Tools/AgentSpace' is associated with this service already, by 'Tools/It0'");
  });

  test('puts its webhook into a secret that receives no other and is no credential, whichever copy made it', () => {
    const { stack, secret } = newStack();
    const { webhook } = new one.EventChannelRegistration(stack, 'Channel').associateWith(agentSpaceIn(stack), { webhook: { secret } });
    const splunk = (id: string, authorization: any) =>
      new other.SplunkRegistration(stack, id, { endpoint: 'https://splunk.example.com', authorization });
    expect(errorOf(() => splunk('One', other.McpServerAuthorization.bearerToken(other.SecretField.fromSecretsManager(webhook!.secret)))))
      .toContain('which makes a cycle');
    expect(errorOf(() => splunk('Two', other.McpServerAuthorization.authorizationDiscovery()).associateWith(agentSpaceIn(stack), { webhook })))
      .toContain("webhook.secret: 'Tools/Secret' receives the webhook of 'Tools/Channel' already");
  });

  test('is made with the Agent Spaces of a provider of another copy only', () => {
    const { stack } = newStack();
    const provider = new one.DevOpsAgentProvider(stack, 'Provider', { agentSpaces: [agentSpaceIn(stack)] });
    const channel = new other.EventChannelRegistration(stack, 'Channel', { provider });
    expect(errorOf(() => channel.associateWith(agentSpaceIn(stack, 'Other', 'other')))).toContain("'Tools/Other' is not among the agentSpaces of the provider");
  });
});
