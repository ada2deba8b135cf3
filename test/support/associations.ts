/** The table of associations: of each integration a minimal use and one with every option. A new integration adds its rows here. */

import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import {
  AssociationCapability, AssociationConfiguration, AssociationOptions, AzureIdentityRegistration, DatadogRegistration, DatadogSite,
  DynatraceRegistration, EventChannelRegistration, GitLabRegistration, GitLabToken, GrafanaRegistration, IAssociation, McpServerAuthorization,
  McpServerRegistration, McpTool, NewRelicRegion, NewRelicRegistration, PagerDutyRegistration, RemoteAgentAuthorization, RemoteAgentRegistration,
  ServiceNowRegistration, ServiceRegistration, SigV4McpServerRegistration, SigV4RemoteAgentRegistration, SplunkRegistration, TriggerEvent,
} from '../../src';
import { clientIn, fieldIn, GUID, KEY_ARN } from '../synthesis';

export type AgentSpace = aws_devopsagent.IAgentSpaceRef;

/** A use of an association, by a registration and by a `ServiceAssociation`. */
export interface AssociationUse {
  readonly integration: string;
  readonly use: string;
  /** Registers the service and associates it with an Agent Space. */
  readonly build: (stack: Stack, agentSpace: AgentSpace) => IAssociation;
  /** The configuration of the same association for a `ServiceAssociation`. */
  readonly configure: () => AssociationConfiguration;
  /** The configuration as the template has it. */
  readonly configuration: object;
  /** The options of the same association that no integration has for itself. */
  readonly options?: (stack: Stack) => AssociationOptions;
}

export const SPACE_ID = '11111111-2222-3333-4444-555555555555';
export const SERVICE_ID = '66666666-7777-8888-9999-000000000000';

/** The Agent Space of a stack, whose id is known, so that expectations can be written out. */
export function agentSpaceIn(stack: Stack, id = 'AgentSpace', agentSpaceId = SPACE_ID): AgentSpace {
  return stack.node.tryFindChild(id) as unknown as AgentSpace | undefined ?? CfnAgentSpace.fromAgentSpaceId(stack, id, agentSpaceId);
}

/** The most that can be said about any association. */
export function fullOptionsIn(stack: Stack): AssociationOptions {
  return {
    capabilities: [
      AssociationCapability.releaseReadinessReview({
        triggerFilterGroups: [
          { events: [TriggerEvent.PULL_REQUEST_READY_FOR_REVIEW, TriggerEvent.PULL_REQUEST_DRAFT], targetBranches: ['main', 'release/.*'] },
          { targetBranches: ['hotfix/.*'] },
        ],
      }),
      AssociationCapability.releaseReadinessReviewAutomatedTesting(),
      AssociationCapability.codeChangeRiskAnalysis({ triggerFilterGroups: [{ events: [TriggerEvent.PULL_REQUEST_DRAFT] }], enabled: false }),
      AssociationCapability.codeChangeRiskAnalysisAutomatedTesting({ enabled: true }),
    ],
    webhook: { encryptionKey: Key.fromKeyArn(stack, 'WebhookKey', KEY_ARN), removalPolicy: RemovalPolicy.RETAIN, rotationRevision: '2026-11' },
  };
}

/** The capabilities of `fullOptionsIn()` as the template has them. */
export const FULL_CAPABILITIES = {
  RELEASE_READINESS_REVIEW: {
    enabled: { $boolean: 'true' },
    triggerFilterGroups: [
      { events: ['PULL_REQUEST_READY_FOR_REVIEW', 'PULL_REQUEST_DRAFT'], targetBranches: { patterns: ['main', 'release/.*'] } },
      { targetBranches: { patterns: ['hotfix/.*'] } },
    ],
  },
  RELEASE_READINESS_REVIEW_AUTOMATED_TESTING: { enabled: { $boolean: 'true' } },
  CODE_CHANGE_RISK_ANALYSIS: { enabled: { $boolean: 'false' }, triggerFilterGroups: [{ events: ['PULL_REQUEST_DRAFT'] }] },
  CODE_CHANGE_RISK_ANALYSIS_AUTOMATED_TESTING: { enabled: { $boolean: 'true' } },
};

const TOOLS = [McpTool.of('list'), McpTool.readOnly('search'), McpTool.mutative('restart'), McpTool.destructive('orders___drop')];
const TOOL_DETAILS = [
  { name: 'list' }, { name: 'search', toolClassification: 'READ_ONLY' }, { name: 'restart', toolClassification: 'MUTATIVE' },
  { name: 'orders___drop', toolClassification: 'DESTRUCTIVE' },
];

/** A registration of one integration, and the configuration of one of its associations. */
interface Row<R extends ServiceRegistration, C extends object> {
  readonly integration: string;
  /** The member of the API's union, if it is not named like the integration. */
  readonly member?: string;
  readonly register: (stack: Stack) => R;
  readonly associate: (registration: R, agentSpace: AgentSpace, options: C & AssociationOptions) => IAssociation;
  readonly configure: (options: C) => AssociationConfiguration;
  /** What the registration knows: the options that a `ServiceAssociation` needs in addition. */
  readonly known?: object;
  /** The options, and the configuration that the API gets, of the minimal use and of the one with every option. */
  readonly minimal: readonly [options: C, configuration: object];
  readonly full?: readonly [options: C, configuration: object];
}

function rows<R extends ServiceRegistration, C extends object>({ integration, member = integration, known, ...row }: Row<R, C>): AssociationUse[] {
  const suffix = member === integration ? '' : ` (${member})`;
  const use = (name: string, [options, configuration]: readonly [C, object], common?: (stack: Stack) => AssociationOptions): AssociationUse => ({
    integration,
    use: `${name}${suffix}`,
    build: (stack, agentSpace) => row.associate(row.register(stack), agentSpace, { ...options, ...common?.(stack) }),
    configure: () => row.configure({ ...known, ...options }),
    configuration: { [member]: configuration },
    options: common,
  });
  return [use('minimal', row.minimal), use('with every option', row.full ?? row.minimal, fullOptionsIn)];
}

const mcpToken = (stack: Stack) => McpServerAuthorization.bearerToken(fieldIn(stack));

function azureIn(stack: Stack): AzureIdentityRegistration {
  const webIdentityRole = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/azure');
  return new AzureIdentityRegistration(stack, 'It', { tenantId: GUID, clientId: GUID, webIdentityRole });
}

export const ASSOCIATION_USES: AssociationUse[] = [
  ...rows({
    integration: 'dynatrace',
    register: (stack) => new DynatraceRegistration(stack, 'It', { accountUrn: `urn:dtaccount:${GUID}`, authorization: clientIn(stack) }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: (options) => AssociationConfiguration.dynatrace(options),
    minimal: [{ environmentId: 'abc12345' }, { envId: 'abc12345' }],
    full: [{ environmentId: 'abc12345', resources: ['checkout'] }, { envId: 'abc12345', resources: ['checkout'] }],
  }),
  ...rows({
    integration: 'servicenow',
    register: (stack) => new ServiceNowRegistration(stack, 'It', { instanceUrl: 'https://acme.service-now.com/', authorization: clientIn(stack) }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: (options) => AssociationConfiguration.serviceNow(options),
    known: { instanceId: 'acme' },
    minimal: [{}, { instanceId: 'acme' }],
    full: [{ instanceId: 'acme-test', authScopes: ['useraccount'] }, { instanceId: 'acme-test', authScopes: ['useraccount'] }],
  }),
  ...rows({
    integration: 'pagerduty',
    register: (stack) => new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: clientIn(stack) }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: (options) => AssociationConfiguration.pagerDuty(options),
    minimal: [
      { serviceIds: ['PABC123'], customerEmail: 'on-call@example.com' },
      { services: ['PABC123'], customerEmail: 'on-call@example.com' },
    ],
  }),
  ...rows({
    integration: 'gitlab',
    register: (stack) => new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(fieldIn(stack)) }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: (options) => AssociationConfiguration.gitLab(options),
    known: { instanceIdentifier: 'gitlab.com' },
    minimal: [
      { projectId: '42', projectPath: 'platform/checkout' },
      { projectId: '42', projectPath: 'platform/checkout', instanceIdentifier: 'gitlab.com' },
    ],
    full: [
      { projectId: '42', projectPath: 'platform/web/checkout', instanceIdentifier: 'gitlab.example.com', releaseManagementAssociationId: 'r-1' },
      { projectId: '42', projectPath: 'platform/web/checkout', instanceIdentifier: 'gitlab.example.com', releaseManagementAssociationId: 'r-1' },
    ],
  }),
  ...rows({
    integration: 'mcpservernewrelic',
    register: (stack) => new NewRelicRegistration(stack, 'It', { apiKey: fieldIn(stack, 'api_key'), accountId: '1234567', region: NewRelicRegion.US }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: (options) => AssociationConfiguration.newRelic({ accountId: '1234567', endpoint: 'https://mcp.newrelic.com/mcp/', ...options }),
    minimal: [{}, { accountId: '1234567', endpoint: 'https://mcp.newrelic.com/mcp/' }],
    full: [{ endpoint: 'https://mcp.example.com:8443/mcp/' }, { accountId: '1234567', endpoint: 'https://mcp.example.com:8443/mcp/' }],
  }),
  ...rows({
    integration: 'mcpservergrafana',
    register: (stack) => new GrafanaRegistration(stack, 'It', { endpoint: 'https://acme.grafana.net', authorization: mcpToken(stack) }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: (options) => AssociationConfiguration.grafana({ endpoint: 'https://acme.grafana.net', ...options }),
    minimal: [{}, { endpoint: 'https://acme.grafana.net' }],
    full: [
      { organizationId: '1', tools: ['search_dashboards', 'query'], elevatedTools: TOOLS },
      { endpoint: 'https://acme.grafana.net', organizationId: '1', tools: ['search_dashboards', 'query'], enabledElevatedTools: TOOL_DETAILS },
    ],
  }),
  ...rows({
    integration: 'mcpserver',
    register: (stack) => new McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', authorization: mcpToken(stack) }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: (options) => AssociationConfiguration.mcpServer(options),
    minimal: [{ tools: [McpTool.of('search')] }, { tools: ['search'] }],
    full: [{ tools: TOOLS }, { tools: ['list', 'search', 'restart', 'orders___drop'], toolDetails: TOOL_DETAILS }],
  }),
  ...rows({
    integration: 'mcpserversigv4',
    register: (stack) => new SigV4McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', signingService: 'execute-api' }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: (options) => AssociationConfiguration.sigV4McpServer(options),
    minimal: [{ tools: [McpTool.of('search')] }, { tools: ['search'] }],
    full: [{ tools: TOOLS }, { tools: ['list', 'search', 'restart', 'orders___drop'], toolDetails: TOOL_DETAILS }],
  }),
  ...rows({
    integration: 'mcpserversplunk',
    register: (stack) => new SplunkRegistration(stack, 'It', { endpoint: 'https://splunk.example.com/services/mcp', authorization: mcpToken(stack) }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: () => AssociationConfiguration.splunk(),
    minimal: [{}, {}],
  }),
  ...rows({
    integration: 'mcpserverdatadog',
    register: (stack) => new DatadogRegistration(stack, 'It', { site: DatadogSite.US1 }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: (options) => AssociationConfiguration.datadog(options),
    minimal: [{}, {}],
    full: [{ elevatedTools: TOOLS }, { enabledElevatedTools: TOOL_DETAILS }],
  }),
  ...rows({
    integration: 'eventChannel',
    register: (stack) => new EventChannelRegistration(stack, 'It'),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: () => AssociationConfiguration.eventChannel(),
    minimal: [{}, {}],
  }),
  ...rows({
    integration: 'azureidentity',
    member: 'azure',
    register: azureIn,
    associate: (registration, agentSpace, options) => registration.associateWithSubscription(agentSpace, options),
    configure: (options) => AssociationConfiguration.azureSubscription(options),
    minimal: [{ subscriptionId: GUID }, { subscriptionId: GUID }],
  }),
  ...rows({
    integration: 'azureidentity',
    member: 'azuredevops',
    register: azureIn,
    associate: (registration, agentSpace, options) => registration.associateWithDevOps(agentSpace, options),
    configure: (options) => AssociationConfiguration.azureDevOps(options),
    minimal: [
      { organizationName: 'acme', projectId: GUID, projectName: 'Web shop' },
      { organizationName: 'acme', projectId: GUID, projectName: 'Web shop' },
    ],
  }),
  ...rows({
    integration: 'remoteagent',
    register: (stack) => new RemoteAgentRegistration(stack, 'It', {
      endpoint: 'https://agent.example.com', authorization: RemoteAgentAuthorization.bearerToken(fieldIn(stack)),
    }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: () => AssociationConfiguration.remoteAgent(),
    minimal: [{}, {}],
  }),
  ...rows({
    integration: 'remoteagentsigv4',
    register: (stack) => new SigV4RemoteAgentRegistration(stack, 'It', { endpoint: 'https://agent.example.com', signingService: 'bedrock-agentcore' }),
    associate: (registration, agentSpace, options) => registration.associateWith(agentSpace, options),
    configure: () => AssociationConfiguration.sigV4RemoteAgent(),
    minimal: [{}, {}],
  }),
];
