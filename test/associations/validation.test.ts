import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { Role } from 'aws-cdk-lib/aws-iam';
import { App, CfnParameter, RemovalPolicy, SecretValue, Stack, Token } from 'aws-cdk-lib/core';
import {
  AssociationCapability, AssociationConfiguration, AzureIdentityRegistration, DatadogRegistration, DatadogSite, DynatraceRegistration,
  EventChannelRegistration, GitLabRegistration, GitLabToken, GrafanaRegistration, McpServerAuthorization, McpServerRegistration, McpTool,
  NewRelicRegion, NewRelicRegistration, PagerDutyRegistration, ServiceAssociation, ServiceNowRegistration, ServiceRegistration,
  SigV4McpServerRegistration, TriggerEvent,
} from '../../src';
import { agentSpaceIn, ASSOCIATION_USES, SERVICE_ID } from '../support/associations';
import { clientIn, errorOf, fieldIn, GUID, newStack, registrationIn, resourcesOfType } from '../synthesis';

/** Associates with options from JavaScript, where anything can be given. */
type Give = (stack: Stack, options: any) => unknown;

const registrations = {
  dynatrace: (stack: Stack) => new DynatraceRegistration(stack, 'It', { accountUrn: `urn:dtaccount:${GUID}`, authorization: clientIn(stack) }),
  serviceNow: (stack: Stack) => new ServiceNowRegistration(stack, 'It', { instanceUrl: 'https://acme.service-now.com', authorization: clientIn(stack) }),
  pagerDuty: (stack: Stack) => new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: clientIn(stack) }),
  gitLab: (stack: Stack) => new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(fieldIn(stack)) }),
  grafana: (stack: Stack) => new GrafanaRegistration(stack, 'It', {
    endpoint: 'https://acme.grafana.net', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
  }),
  mcpServer: (stack: Stack) => new McpServerRegistration(stack, 'It', {
    endpoint: 'https://mcp.example.com', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
  }),
  sigV4McpServer: (stack: Stack) => new SigV4McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com', signingService: 'execute-api' }),
  datadog: (stack: Stack) => new DatadogRegistration(stack, 'It', { site: DatadogSite.US1 }),
  eventChannel: (stack: Stack) => new EventChannelRegistration(stack, 'It'),
};

const by = (name: keyof typeof registrations): Give => (stack, options) =>
  (registrations[name](stack) as any).associateWith(agentSpaceIn(stack), options);
const newRelic = (region: NewRelicRegion, accountId = '123'): Give => (stack, options) =>
  new NewRelicRegistration(stack, 'It', { apiKey: fieldIn(stack), accountId, region }).associateWith(agentSpaceIn(stack), options);
const azureIn = (stack: Stack) => new AzureIdentityRegistration(stack, 'It', {
  tenantId: GUID, clientId: GUID, webIdentityRole: Role.fromRoleName(stack, 'Role', 'r'),
});
const subscription: Give = (stack, options) => azureIn(stack).associateWithSubscription(agentSpaceIn(stack), options);
const devOps: Give = (stack, options) => azureIn(stack).associateWithDevOps(agentSpaceIn(stack), options);
const service = (configuration: any): Give => (stack) => new ServiceAssociation(stack, 'It', {
  service: ServiceRegistration.fromServiceId(stack, 'Service', SERVICE_ID), agentSpace: agentSpaceIn(stack), configuration,
});

function problemsOf(give: Give, options: any, stack = newStack()): string[] {
  return errorOf(() => give(stack, options)).split('\n  - ').slice(1);
}

const GITLAB = { projectId: '42', projectPath: 'a/b' };
const PAGERDUTY = { serviceIds: ['P1'], customerEmail: 'a@example.com' };
const DEVOPS = { organizationName: 'acme', projectId: GUID, projectName: 'shop' };
const many = (count: number) => Array.from({ length: count }, (_, index) => McpTool.readOnly(`tool-${index}`));
const NAME_RULE = "must be the name of a tool: letters, digits, '-' and '_'.";
const DETAILED_RULE = "must be the name of a tool: 1 to 128 letters, digits, '-' and '_'.";

test.each<[string, Give, any, string]>([
  ['Dynatrace without environment', by('dynatrace'), {}, 'environmentId is required: not blank.'],
  ['Dynatrace with a blank environment', by('dynatrace'), { environmentId: ' ' }, "environmentId: ' ' must be not blank."],
  ['Dynatrace with a blank resource', by('dynatrace'), { environmentId: 'a', resources: [''] }, "resources[0]: '' must be not blank."],
  ['ServiceNow with a URL', by('serviceNow'), { instanceId: 'https://acme.service-now.com' }, "instanceId: 'https://acme.service-now.com' must be the short name of the instance. Give acme, not https://acme.service-now.com."],
  ['ServiceNow with a host name', by('serviceNow'), { instanceId: 'acme.service-now.com' }, "instanceId: 'acme.service-now.com' must be the short name of the instance. Give acme, not https://acme.service-now.com."],
  ['ServiceNow with a blank scope', by('serviceNow'), { authScopes: ['a', ' '] }, "authScopes[1]: ' ' must be not blank."],
  ['PagerDuty without services', by('pagerDuty'), { customerEmail: 'a@example.com' }, 'serviceIds is required: a list, each item not blank.'],
  ['PagerDuty with no services', by('pagerDuty'), { ...PAGERDUTY, serviceIds: [] }, 'serviceIds: 0 were given, but the API takes at least 1.'],
  ['PagerDuty with a blank service', by('pagerDuty'), { ...PAGERDUTY, serviceIds: [''] }, "serviceIds[0]: '' must be not blank."],
  ['PagerDuty without an email', by('pagerDuty'), { serviceIds: ['P1'] }, 'customerEmail is required: an email address.'],
  ['PagerDuty with half an email, which is not shown', by('pagerDuty'), { ...PAGERDUTY, customerEmail: 'jane@example' }, 'customerEmail: the value given (12 characters, not shown) must be an email address.'],
  ['GitLab without project', by('gitLab'), { projectPath: 'a/b' }, 'projectId is required: digits.'],
  ['GitLab with a path as id', by('gitLab'), { ...GITLAB, projectId: 'a/b' }, "projectId: 'a/b' must be digits."],
  ['GitLab without path', by('gitLab'), { projectId: '1' }, 'projectPath is required: the full path of the project, such as platform/checkout.'],
  ['GitLab with a URL as path', by('gitLab'), { ...GITLAB, projectPath: 'https://gitlab.com/a/b' }, "projectPath: 'https://gitlab.com/a/b' must be the full path of the project, such as platform/checkout. Leave out the address of the instance, and the slash before the path."],
  ['GitLab with a URL as instance', by('gitLab'), { ...GITLAB, instanceIdentifier: 'https://gitlab.com' }, "instanceIdentifier: 'https://gitlab.com' must be the host name of the instance, such as gitlab.com."],
  ['GitLab with an association that is none', by('gitLab'), { ...GITLAB, releaseManagementAssociationId: 'a_b' }, "releaseManagementAssociationId: 'a_b' must be the id of an association: 1 to 255 letters, digits and '-'."],
  ['GitLab with a long association', by('gitLab'), { ...GITLAB, releaseManagementAssociationId: 'a'.repeat(256) }, `releaseManagementAssociationId: '${'a'.repeat(100)}…' (256 characters) must be the id of an association: 1 to 255 letters, digits and '-'.`],
  ['New Relic of Japan without endpoint', newRelic(NewRelicRegion.JP), {}, "endpoint is required: an https:// URL: a host name, optionally ':' and a port, optionally '/' and a path without white space."],
  ['New Relic without TLS', newRelic(NewRelicRegion.US), { endpoint: 'http://mcp.newrelic.com' }, "endpoint: 'http://mcp.newrelic.com' must be an https:// URL: a host name, optionally ':' and a port, optionally '/' and a path without white space."],
  ['New Relic with a short account', service(AssociationConfiguration.newRelic({ accountId: '12', endpoint: 'https://a' })), {}, "configuration.accountId: '12' must be 3 to 7 digits."],
  ['New Relic with a long account', service(AssociationConfiguration.newRelic({ accountId: '12345678', endpoint: 'https://a' })), {}, "configuration.accountId: '12345678' must be 3 to 7 digits."],
  ['Grafana with a named organization', by('grafana'), { organizationId: 'main' }, "organizationId: 'main' must be digits."],
  ['Grafana with a tool that has a space', by('grafana'), { tools: ['a b'] }, `tools[0]: 'a b' ${NAME_RULE}`],
  ['Grafana with an elevated tool of a long name', by('grafana'), { elevatedTools: [McpTool.of('a'.repeat(129))] }, `elevatedTools[0]: '${'a'.repeat(100)}…' (129 characters) ${DETAILED_RULE}`],
  ['Grafana with too many elevated tools', by('grafana'), { elevatedTools: many(501) }, 'elevatedTools: 501 were given, but the API takes at most 500.'],
  ['Grafana without TLS', service(AssociationConfiguration.grafana({ endpoint: 'http://grafana' })), {}, "configuration.endpoint: 'http://grafana' must be an https:// URL: a host name, optionally ':' and a port, optionally '/' and a path without white space."],
  ['an MCP server without tools', by('mcpServer'), {}, "tools is required: a list, each item an McpTool, such as McpTool.readOnly('search')."],
  ['an MCP server with no tools', by('mcpServer'), { tools: [] }, 'tools: 0 were given, but the API takes at least 1.'],
  ['an MCP server with a tool that has a dot', by('mcpServer'), { tools: [McpTool.of('a.b')] }, `tools[0]: 'a.b' ${NAME_RULE}`],
  ['an MCP server with a nameless tool', by('mcpServer'), { tools: [McpTool.of(undefined as any)] }, "tools[0] is required: the name of a tool: letters, digits, '-' and '_'."],
  ['an MCP server with a tool twice', by('mcpServer'), { tools: [McpTool.readOnly('a'), McpTool.mutative('a')] }, "tools: 'a' was given more than once. Give it once."],
  ['an MCP server with a long name among classified tools', by('mcpServer'), { tools: [McpTool.readOnly('b'), McpTool.of('a'.repeat(129))] }, `tools[1]: '${'a'.repeat(100)}…' (129 characters) ${DETAILED_RULE}`],
  ['an MCP server with too many classified tools', by('mcpServer'), { tools: many(501) }, 'tools: 501 were given, but the API takes at most 500.'],
  ['a signed MCP server with no tools', by('sigV4McpServer'), { tools: [] }, 'tools: 0 were given, but the API takes at least 1.'],
  ['Datadog with an elevated tool twice', by('datadog'), { elevatedTools: [McpTool.readOnly('a'), McpTool.readOnly('a')] }, "elevatedTools: 'a' was given more than once. Give it once."],
  ['Azure without subscription', subscription, {}, 'subscriptionId is required: a GUID such as 01234567-89ab-cdef-0123-456789abcdef.'],
  ['Azure with a named subscription', subscription, { subscriptionId: 'production' }, "subscriptionId: 'production' must be a GUID such as 01234567-89ab-cdef-0123-456789abcdef."],
  ['Azure DevOps without organization', devOps, { ...DEVOPS, organizationName: undefined }, 'organizationName is required: not blank.'],
  ['Azure DevOps with a blank project id', devOps, { ...DEVOPS, projectId: '' }, "projectId: '' must be not blank."],
  ['Azure DevOps with a blank project name', devOps, { ...DEVOPS, projectName: '  ' }, "projectName: '  ' must be not blank."],
  ['a text in place of options', by('dynatrace'), 'abc12345', 'options: a value of type string was given, but it must be an object with environmentId and resources.'],
  ['a dynamic reference to a secret', by('dynatrace'), { environmentId: SecretValue.secretsManager('tools').unsafeUnwrap() }, 'dynatrace.envId: a dynamic reference to a secret was given, which CloudFormation does not resolve in a custom resource. An association takes no secret.'],
])('%s is refused', (_, give, options, problem) => {
  expect(problemsOf(give, options)).toEqual([problem]);
});

describe('a capability', () => {
  const give = (capabilities: any) => problemsOf(by('eventChannel'), { capabilities });
  const review = (...triggerFilterGroups: any[]) => [AssociationCapability.releaseReadinessReview({ triggerFilterGroups })];
  const event = TriggerEvent.PULL_REQUEST_DRAFT;

  test.each<[string, any, string]>([
    ['twice', [...review({ events: [event] }), AssociationCapability.releaseReadinessReview()], "capabilities: 'RELEASE_READINESS_REVIEW' was given more than once. Give it once."],
    ['with no groups', review(), 'capabilities[0].triggerFilterGroups: 0 were given, but the API takes at least 1. Leave triggerFilterGroups out to start with every event.'],
    ['with six groups', review(...Array(6).fill({ events: [event] })), 'capabilities[0].triggerFilterGroups: 6 were given, but the API takes at most 5. Leave triggerFilterGroups out to start with every event.'],
    ['with a group without conditions', review({}), 'capabilities[0].triggerFilterGroups[0]: a group without a condition was given. Give events, targetBranches or both.'],
    ['with no events', review({ events: [] }), 'capabilities[0].triggerFilterGroups[0].events: 0 were given, but the API takes at least 1.'],
    ['with eleven events', review({ events: Array(11).fill(event) }), 'capabilities[0].triggerFilterGroups[0].events: 11 were given, but the API takes at most 10.'],
    ['with an unknown event', review({ events: ['PUSH'] }), "capabilities[0].triggerFilterGroups[0].events[0]: 'PUSH' must be TriggerEvent.PULL_REQUEST_READY_FOR_REVIEW ('PULL_REQUEST_READY_FOR_REVIEW') or TriggerEvent.PULL_REQUEST_DRAFT ('PULL_REQUEST_DRAFT')."],
    ['with no branches', review({ targetBranches: [] }), 'capabilities[0].triggerFilterGroups[0].targetBranches: 0 were given, but the API takes at least 1.'],
    ['with too many branches', review({ targetBranches: Array(21).fill('main') }), 'capabilities[0].triggerFilterGroups[0].targetBranches: 21 were given, but the API takes at most 20.'],
    ['with an empty branch', review({ targetBranches: [''] }), "capabilities[0].triggerFilterGroups[0].targetBranches[0]: '' must be a regular expression of 1 to 256 characters, without control characters."],
    ['with a long branch', review({ targetBranches: ['m'.repeat(257)] }), `capabilities[0].triggerFilterGroups[0].targetBranches[0]: '${'m'.repeat(100)}…' (257 characters) must be a regular expression of 1 to 256 characters, without control characters.`],
    ['with a line break in a branch', review({ targetBranches: ['a\nb'] }), "capabilities[0].triggerFilterGroups[0].targetBranches[0]: 'a\nb' must be a regular expression of 1 to 256 characters, without control characters."],
    ['with branches that it does not know', [AssociationCapability.codeChangeRiskAnalysis({ triggerFilterGroups: [{ targetBranches: ['main'] }] })],
      'capabilities[0].triggerFilterGroups[0].targetBranches: given for CODE_CHANGE_RISK_ANALYSIS, but only RELEASE_READINESS_REVIEW knows target branches. Leave it out.'],
  ])('is refused %s', (_, capabilities, problem) => {
    expect(give(capabilities)).toEqual([problem]);
  });

  test('is accepted at the limits', () => {
    const stack = newStack();
    by('eventChannel')(stack, { capabilities: review(...Array(5).fill({ events: Array(10).fill(event), targetBranches: Array(20).fill('m'.repeat(256)) })) });
    expect(registrationIn(stack).Associations[0].Capabilities.RELEASE_READINESS_REVIEW.triggerFilterGroups).toHaveLength(5);
  });
});

describe('an Agent Space', () => {
  const withSpace = (space: any): string => {
    const stack = newStack();
    return errorOf(() => new EventChannelRegistration(stack, 'It').associateWith(typeof space === 'function' ? space(stack) : space));
  };

  test.each<[string, any, string]>([
    ['its id', 'space', 'agentSpace: a value of type string was given, but it must be an IAgentSpaceRef, such as a CfnAgentSpace or CfnAgentSpace.fromAgentSpaceId(…).'],
    ['an id that none can have', (stack: Stack) => agentSpaceIn(stack, 'Space', 'my_space'), "agentSpace: 'my_space' must be the id of an Agent Space: 1 to 64 letters, digits and '-'."],
    ['an id that is too long', (stack: Stack) => agentSpaceIn(stack, 'Space', 'a'.repeat(65)), `agentSpace: '${'a'.repeat(65)}' must be the id of an Agent Space: 1 to 64 letters, digits and '-'.`],
  ])('is not %s', (_, space, problem) => {
    expect(withSpace(space)).toContain(`Tools/It (EventChannelRegistration.associateWith) cannot be synthesized:\n  - ${problem}`);
  });

  test.each([
    [{ region: 'eu-west-1', account: '111122223333' }, "agentSpace: 'Spaces/Space' belongs to region eu-west-1, this association to us-east-1. Use one of the same region."],
    [{ region: 'us-east-1', account: '444455556666' }, "agentSpace: 'Spaces/Space' belongs to account 444455556666, this association to 111122223333. Use one of the same account."],
  ])('is not one of %j', (env, problem) => {
    const app = new App();
    const space = agentSpaceIn(new Stack(app, 'Spaces', { env }), 'Space');
    const channel = new EventChannelRegistration(new Stack(app, 'Tools', { env: { region: 'us-east-1', account: '111122223333' } }), 'It');
    expect(errorOf(() => channel.associateWith(space))).toContain(problem);
  });

  test('is associated once with a registration', () => {
    const stack = newStack();
    const channel = new EventChannelRegistration(stack, 'It');
    channel.associateWith(agentSpaceIn(stack));
    expect(errorOf(() => channel.associateWith(agentSpaceIn(stack, 'Again'))))
      .toContain("agentSpace: 'Tools/Again' is associated with this service already, by 'Tools/It'. Use that association, or change one of them.");
    expect(registrationIn(stack).Associations).toHaveLength(1);
  });

  test('is associated once even if its id is known only at deployment', () => {
    const stack = newStack();
    const [space, other] = ['Space', 'Other'].map((id) => new CfnAgentSpace(stack, id, { name: id }));
    const channel = new EventChannelRegistration(stack, 'It');
    channel.associateWith(space);
    expect(errorOf(() => channel.associateWith(space))).toContain("agentSpace: 'Tools/Space' is associated with this service already, by 'Tools/It'.");
    channel.associateWith(other);
    expect(registrationIn(stack).Associations).toHaveLength(2);
  });

  test('is associated once with an Azure identity, with a subscription or a project', () => {
    const stack = newStack();
    const azure = azureIn(stack);
    azure.associateWithSubscription(agentSpaceIn(stack), { subscriptionId: GUID });
    expect(errorOf(() => azure.associateWithDevOps(agentSpaceIn(stack), DEVOPS)))
      .toContain("Tools/It (AzureIdentityRegistration.associateWithDevOps) cannot be synthesized:\n  - agentSpace: 'Tools/AgentSpace' is associated with this service already");
  });

  test('is one of at most 28 of a registration', () => {
    const stack = newStack();
    const channel = new EventChannelRegistration(stack, 'It');
    for (let index = 0; index < 28; index++) channel.associateWith(agentSpaceIn(stack, `Space${index}`, `space-${index}`));
    expect(errorOf(() => channel.associateWith(agentSpaceIn(stack))))
      .toContain('agentSpace: 29 Agent Spaces were given, but one registration is associated with at most 28. Use a ServiceAssociation in another stack for the others.');
  });
});

test('a registration that may adopt a service takes no associations', () => {
  const stack = newStack();
  const channel = new EventChannelRegistration(stack, 'It', { adoptExisting: true });
  expect(errorOf(() => channel.associateWith(agentSpaceIn(stack))))
    .toContain('adoptExisting: true was given, and an adopted service keeps no record of its associations. Use a ServiceAssociation.');
});

describe('a ServiceAssociation', () => {
  const configuration = AssociationConfiguration.eventChannel();

  test('is not of a registration of its own stack, which would not bring it along', () => {
    const stack = newStack();
    const channel = new EventChannelRegistration(stack, 'Channel');
    expect(errorOf(() => new ServiceAssociation(stack, 'It', { service: channel, agentSpace: agentSpaceIn(stack), configuration })))
      .toContain("service: 'Tools/Channel' is a registration of the same stack. Use its method associateWith()");
  });

  test('may be of one that may adopt a service, which cannot keep a record of its associations', () => {
    const stack = newStack();
    const channel = new EventChannelRegistration(stack, 'Channel', { adoptExisting: true });
    new ServiceAssociation(stack, 'It', { service: channel, agentSpace: agentSpaceIn(stack), configuration });
    const [[, { Properties }]] = resourcesOfType(stack, 'Custom::DevOpsAgentAssociation');
    expect(Properties.ServiceId).toEqual({ 'Fn::GetAtt': [expect.stringContaining('Channel'), 'ServiceId'] });
  });

  test('is of a registration of another stack', () => {
    const app = new App();
    const channel = new EventChannelRegistration(new Stack(app, 'Central'), 'Channel');
    const stack = new Stack(app, 'Team');
    new ServiceAssociation(stack, 'It', { service: channel, agentSpace: agentSpaceIn(stack), configuration });
    app.synth();
    const [[, { Properties }]] = resourcesOfType(stack, 'Custom::DevOpsAgentAssociation');
    expect(Properties.ServiceId).toEqual({ 'Fn::ImportValue': expect.stringContaining('ServiceId') });
  });

  test('is not given twice', () => {
    const stack = newStack();
    const props = { service: ServiceRegistration.fromServiceId(stack, 'Service', SERVICE_ID), agentSpace: agentSpaceIn(stack), configuration };
    new ServiceAssociation(stack, 'One', props);
    expect(errorOf(() => new ServiceAssociation(stack, 'Two', props)))
      .toContain("agentSpace: 'Tools/AgentSpace' is associated with this service already, by 'Tools/One'.");
  });

  test('names all of its problems at once', () => {
    const stack = newStack({ env: { region: 'us-east-1', account: '111122223333' } });
    const elsewhere = new Stack(stack.node.root, 'Elsewhere', { env: { region: 'us-east-1', account: '444455556666' } });
    const problems = problemsOf(() => new ServiceAssociation(stack, 'It', {
      service: ServiceRegistration.fromServiceId(elsewhere, 'Service', SERVICE_ID),
      agentSpace: agentSpaceIn(stack, 'Space', 'my_space'),
      configuration: AssociationConfiguration.newRelic({ accountId: '1', endpoint: 'mcp.newrelic.com' }),
      capabilities: [null as any],
      webhook: { removalPolicy: RemovalPolicy.SNAPSHOT },
      removalPolicy: 'snapshot' as any,
    }), {});
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'agentSpace', 'configuration.accountId', 'configuration.endpoint', 'capabilities[0]', 'webhook.removalPolicy', 'service', 'removalPolicy',
    ]);
  });
});

test('a token passes wherever a text is restricted', () => {
  const text = (stack: Stack) => (stack.node.tryFindChild('Text') as CfnParameter | undefined ?? new CfnParameter(stack, 'Text')).valueAsString;
  const uses: [Give, (stack: Stack) => any][] = [
    [by('dynatrace'), (stack) => ({ environmentId: text(stack), resources: [text(stack)] })],
    [by('serviceNow'), (stack) => ({ instanceId: text(stack), authScopes: Token.asList({ Ref: 'Text' }) })],
    [by('pagerDuty'), (stack) => ({ serviceIds: Token.asList({ Ref: 'Text' }), customerEmail: text(stack) })],
    [by('gitLab'), (stack) => ({ projectId: text(stack), projectPath: text(stack), instanceIdentifier: text(stack), releaseManagementAssociationId: text(stack) })],
    [newRelic(NewRelicRegion.JP), (stack) => ({ endpoint: text(stack) })],
    [by('grafana'), (stack) => ({ organizationId: text(stack), tools: Token.asList({ Ref: 'Text' }), elevatedTools: [McpTool.mutative(text(stack))] })],
    [by('mcpServer'), (stack) => ({ tools: [McpTool.of(text(stack)), McpTool.readOnly('b')] })],
    [subscription, (stack) => ({ subscriptionId: text(stack) })],
    [devOps, (stack) => ({ organizationName: text(stack), projectId: text(stack), projectName: text(stack) })],
    [by('eventChannel'), (stack) => ({
      capabilities: [AssociationCapability.releaseReadinessReview({ triggerFilterGroups: [{ targetBranches: [text(stack)] }] })],
      webhook: { rotationRevision: text(stack) },
    })],
  ];
  for (const [give, options] of uses) {
    const stack = newStack();
    give(stack, options(stack));
    expect(JSON.stringify(registrationIn(stack).Associations)).toContain('{"Ref":"Text"}');
  }
});

test.each(ASSOCIATION_USES.map((row) => [row.integration, row.use, row] as const))('%s, %s, names all problems of what is common in one error', (_, __, { build }) => {
  const stack = newStack();
  expect(problemsOf(() => build(stack, agentSpaceIn(stack, 'Space', 'my_space')), {}, stack)).toEqual(["agentSpace: 'my_space' must be the id of an Agent Space: 1 to 64 letters, digits and '-'."]);
});
