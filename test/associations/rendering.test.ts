import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { CfnParameter, Stack } from 'aws-cdk-lib/core';
import {
  EventChannelRegistration, GitLabRegistration, GitLabToken, GrafanaRegistration, McpServerAuthorization, McpServerRegistration, McpTool,
  NewRelicRegion, NewRelicRegistration, ServiceAssociation, ServiceNowRegistration, ServiceRegistration,
} from '../../src';
import { agentSpaceIn, ASSOCIATION_USES, FULL_CAPABILITIES, SERVICE_ID, SPACE_ID } from '../support/associations';
import { USES } from '../support/integrations';
import { clientIn, fieldIn, newStack, registrationIn, resourcesOfType, templateOf } from '../synthesis';

const CASES = ASSOCIATION_USES.map((row) => [row.integration, row.use, row] as const);

/** The types of a stack's resources, but for those of the provider. */
function typesIn(stack: Stack): string[] {
  return Object.values(templateOf(stack).Resources).map(({ Type }) => Type).filter((type) => !/^AWS::(Lambda|Logs|IAM)::/.test(type)).sort();
}

/** The only association of a stack. */
function associationIn(stack: Stack): any {
  const [association, ...others] = registrationIn(stack).Associations;
  expect(others).toEqual([]);
  return association;
}

test('every integration has associations', () => {
  expect([...new Set(ASSOCIATION_USES.map(({ integration }) => integration))].sort())
    .toEqual([...new Set(USES.map(({ integration }) => integration))].sort());
});

test.each(CASES)('%s, %s: the registration has the association in the API\'s own shape', (_, use, { build, configuration }) => {
  const stack = newStack();
  build(stack, agentSpaceIn(stack));
  expect(associationIn(stack)).toEqual({
    AgentSpaceId: SPACE_ID,
    Configuration: configuration,
    ...use.startsWith('with every option') && {
      Capabilities: FULL_CAPABILITIES,
      Webhook: { SecretArn: { Ref: expect.stringMatching(/^ItWebhook/) }, RotationRevision: '2026-11' },
    },
  });
});

test.each(CASES)('%s, %s: a ServiceAssociation has the same association', (_, use, { build, configure, options }) => {
  const stack = newStack();
  build(stack, agentSpaceIn(stack));
  const { Webhook, ...expected } = associationIn(stack);

  const other = newStack();
  new ServiceAssociation(other, 'It', {
    service: ServiceRegistration.fromServiceId(other, 'Service', SERVICE_ID),
    agentSpace: agentSpaceIn(other),
    configuration: configure(),
    ...options?.(other),
  });
  const [[, { Properties }]] = resourcesOfType(other, 'Custom::DevOpsAgentAssociation');
  expect(Properties).toEqual({
    ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^DefaultDevOpsAgentProviderHandler/), 'Arn'] },
    ServiceTimeout: '2040',
    Contract: '1',
    ServiceId: SERVICE_ID,
    ...expected,
    ...use.startsWith('with every option') && { Webhook: { SecretArn: { Ref: expect.stringMatching(/^ItWebhook/) }, RotationRevision: Webhook.RotationRevision } },
  });
});

test.each(CASES)('%s, %s: costs no resource, and one secret if the webhook is captured', (_, use, { build }) => {
  const stack = newStack();
  build(stack, agentSpaceIn(stack));
  expect(typesIn(stack)).toEqual([
    ...use.startsWith('with every option') ? ['AWS::SecretsManager::Secret'] : [],
    'Custom::DevOpsAgentService',
  ]);
});

test('a registration without associations has no property for them', () => {
  const stack = newStack();
  new EventChannelRegistration(stack, 'It');
  expect(Object.keys(registrationIn(stack))).not.toContain('Associations');
});

test('a registration is associated with several Agent Spaces, in the order of the calls', () => {
  const stack = newStack();
  const channel = new EventChannelRegistration(stack, 'It');
  ['one', 'two', 'three'].forEach((id) => channel.associateWith(agentSpaceIn(stack, id, id)));
  expect(registrationIn(stack).Associations.map(({ AgentSpaceId }: any) => AgentSpaceId)).toEqual(['one', 'two', 'three']);
});

test('an Agent Space of the same app is referred to, so that it is made first', () => {
  const stack = newStack();
  new EventChannelRegistration(stack, 'It').associateWith(new CfnAgentSpace(stack, 'Space', { name: 'Team' }));
  expect(associationIn(stack).AgentSpaceId).toEqual({ Ref: 'Space' });
});

test('an Agent Space is associated with several registrations', () => {
  const stack = newStack();
  const space = new CfnAgentSpace(stack, 'Space', { name: 'Team' });
  new EventChannelRegistration(stack, 'Channel').associateWith(space);
  new GrafanaRegistration(stack, 'Grafana', {
    endpoint: 'https://acme.grafana.net', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
  }).associateWith(space);
  expect(resourcesOfType(stack, 'Custom::DevOpsAgentService').map(([, { Properties }]) => Properties.Associations.length)).toEqual([1, 1]);
});

test('an association shows its Agent Space, and no webhook that is not captured', () => {
  const stack = newStack();
  const space = agentSpaceIn(stack);
  const association = new EventChannelRegistration(stack, 'It').associateWith(space);
  expect(association.agentSpace).toBe(space);
  expect(association.webhook).toBeUndefined();
});

describe('what the registration knows', () => {
  const parameter = (stack: Stack) => new CfnParameter(stack, 'Url').valueAsString;

  test('is taken apart at deployment if it is known only then: the instance of ServiceNow', () => {
    const stack = newStack();
    new ServiceNowRegistration(stack, 'It', { instanceUrl: parameter(stack), authorization: clientIn(stack) }).associateWith(agentSpaceIn(stack));
    const withoutScheme = { 'Fn::Select': [1, { 'Fn::Split': ['https://', { Ref: 'Url' }] }] };
    expect(associationIn(stack).Configuration.servicenow).toEqual({ instanceId: { 'Fn::Select': [0, { 'Fn::Split': ['.service-now.com', withoutScheme] }] } });
  });

  test('is taken apart at deployment if it is known only then: the host of GitLab', () => {
    const stack = newStack();
    new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(fieldIn(stack)), targetUrl: parameter(stack) })
      .associateWith(agentSpaceIn(stack), { projectId: '1', projectPath: 'a/b' });
    const withoutScheme = { 'Fn::Select': [1, { 'Fn::Split': ['https://', { Ref: 'Url' }] }] };
    const withoutPath = { 'Fn::Select': [0, { 'Fn::Split': ['/', withoutScheme] }] };
    expect(associationIn(stack).Configuration.gitlab.instanceIdentifier).toEqual({ 'Fn::Select': [0, { 'Fn::Split': [':', withoutPath] }] });
  });

  test.each([
    ['https://gitlab.example.com', 'gitlab.example.com'],
    ['https://gitlab.example.com/', 'gitlab.example.com'],
    ['https://gitlab.example.com:8443', 'gitlab.example.com'],
  ])('is the host name of GitLab at %s, without the port', (targetUrl, host) => {
    const stack = newStack();
    new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(fieldIn(stack)), targetUrl })
      .associateWith(agentSpaceIn(stack), { projectId: '1', projectPath: 'a/b' });
    expect(associationIn(stack).Configuration.gitlab.instanceIdentifier).toBe(host);
  });

  test.each([
    [NewRelicRegion.US, 'https://mcp.newrelic.com/mcp/'],
    [NewRelicRegion.EU, 'https://mcp.eu.newrelic.com/mcp/'],
  ])('is the MCP server of New Relic in %s', (region, endpoint) => {
    const stack = newStack();
    new NewRelicRegistration(stack, 'It', { apiKey: fieldIn(stack), accountId: '123', region }).associateWith(agentSpaceIn(stack));
    expect(associationIn(stack).Configuration.mcpservernewrelic).toEqual({ accountId: '123', endpoint });
  });
});

test('tools have details as soon as one of them is classified, and then all have, since the API compares the names', () => {
  const stack = newStack();
  new McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)) })
    .associateWith(agentSpaceIn(stack), { tools: [McpTool.of('a'), McpTool.destructive('b')] });
  expect(associationIn(stack).Configuration.mcpserver).toEqual({
    tools: ['a', 'b'], toolDetails: [{ name: 'a' }, { name: 'b', toolClassification: 'DESTRUCTIVE' }],
  });
});

test('lists that are given but empty are left out', () => {
  const stack = newStack();
  new GrafanaRegistration(stack, 'It', { endpoint: 'https://acme.grafana.net', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)) })
    .associateWith(agentSpaceIn(stack), { tools: [], elevatedTools: [], capabilities: [] });
  expect(associationIn(stack)).toEqual({ AgentSpaceId: SPACE_ID, Configuration: { mcpservergrafana: { endpoint: 'https://acme.grafana.net' } } });
});
