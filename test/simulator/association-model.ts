/** The shapes of associations: what AssociateService and UpdateAssociation take, and what the API answers about associations and webhooks. */

import { boolean, IntegerShape, list, map, Members, oneOf, string, structure, timestamp, union } from './shapes';
import { agentSpaceId, associationId, guid, httpsUrl, privateConnectionName, roleArn, serviceId } from './values';

const accountId = string({ pattern: '\\d{12}' });
const accountIds = list(accountId, { min: 1, max: 1000 });
const atLeast = (min: number): IntegerShape => ({ kind: 'integer', min });
const text = string();
const status = oneOf('valid', 'invalid', 'pending-confirmation');

// --- AWS accounts ---------------------------------------------------------------------------------------------------------------------

const elevatedRole = { agentElevatedRoleArn: roleArn, agentElevatedRoleArnStatus: status };
const deploymentIssue = structure(
  {
    reasonCode: oneOf(
      'accountSuspended', 'accountNotInScope', 'managementAccountNotSupported', 'stackInstanceInoperable', 'accessDenied', 'deploymentFailed',
      'secondaryAccountLimitExceeded',
    ),
    accountCount: atLeast(1),
    accountIds,
  },
  { message: string({ min: 1, max: 1024, sensitive: true }) },
);

// --- chats ----------------------------------------------------------------------------------------------------------------------------

const bidirectional = structure({ roleArn }, { enabled: boolean });
const slackChannel = structure({ channelId: string({ min: 8, max: 16, pattern: '[CGD][A-Z0-9]+' }) }, { channelName: text });
const teamsChannel = structure({ channelId: string({ min: 1, max: 256 }), channelName: text });

// --- tools ----------------------------------------------------------------------------------------------------------------------------

const tools = list(string({ pattern: '[a-zA-Z0-9_-]+' }));
const toolDetails = list(
  structure({ name: string({ min: 1, max: 128, pattern: '[a-zA-Z0-9_-]+' }) }, { toolClassification: oneOf('READ_ONLY', 'MUTATIVE', 'DESTRUCTIVE') }),
  { min: 0, max: 500 },
);
const mcpServer = structure({ tools }, { toolDetails });

// --- code -----------------------------------------------------------------------------------------------------------------------------

/** The runtime role is deprecated: the release management association has it. */
const repository = { instanceIdentifier: text, runtimeRoleArn: roleArn, releaseManagementAssociationId: associationId };

/** The configurations of associations, by type. A type is that of the service, but for Azure. */
export const configurations = {
  sourceAws: structure({ accountId, accountType: oneOf('source'), assumableRoleArn: roleArn }, { externalId: text, ...elevatedRole }),
  sourceAwsOrg: structure(
    {
      accountType: oneOf('source'),
      organizationalUnit: structure(
        { organizationalUnitId: string({ pattern: '(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})' }) },
        { accountIds },
      ),
    },
    {
      deploymentState: structure({}, {
        deployedAccountCount: atLeast(0),
        issues: list(deploymentIssue, { min: 0, max: 20 }),
        lastEvaluatedAt: timestamp,
      }),
    },
  ),
  aws: structure({ accountId, accountType: oneOf('monitor'), assumableRoleArn: roleArn }, { ...elevatedRole, serviceManagementRoleArn: roleArn }),
  github: structure({ repoName: text, repoId: text, owner: text, ownerType: oneOf('organization', 'user') }, repository),
  slack: structure(
    {
      workspaceId: string({ pattern: '[TE][A-Z0-9]+' }),
      workspaceName: text,
      transmissionTarget: structure({ opsOncallTarget: slackChannel }, { opsSRETarget: slackChannel }),
    },
    { bidirectional },
  ),
  dynatrace: structure({ envId: text }, { resources: list(text) }),
  servicenow: structure({}, { instanceId: text, authScopes: list(text) }),
  mcpservernewrelic: structure({ accountId: string({ min: 3, max: 7, pattern: '[0-9]+' }), endpoint: httpsUrl }),
  mcpserverdatadog: structure({}, { enabledElevatedTools: toolDetails }),
  mcpserver: mcpServer,
  gitlab: structure({ projectId: text, projectPath: text }, repository),
  mcpserversplunk: structure({}),
  eventChannel: structure({}),
  azure: structure({ subscriptionId: text }),
  azuredevops: structure({ organizationName: text, projectId: text, projectName: text }),
  mcpservergrafana: structure({ endpoint: httpsUrl }, { organizationId: string({ pattern: '[0-9]+' }), tools, enabledElevatedTools: toolDetails }),
  pagerduty: structure({
    services: list(text),
    customerEmail: string({ pattern: '[a-zA-Z0-9._%+\\-]+@[a-zA-Z0-9.\\-]+\\.[a-zA-Z]{2,}', sensitive: true }),
  }),
  mcpserversigv4: mcpServer,
  remoteagent: structure({}),
  remoteagentsigv4: structure({}),
  msteams: structure(
    { teamId: guid, teamName: text, transmissionTarget: structure({}, { opsOncallTarget: teamsChannel, opsSRETarget: teamsChannel }) },
    { bidirectional },
  ),
  releaseManagement: structure({
    name: string({ min: 1, max: 128, pattern: '[\\p{L}\\p{N}\\p{P}\\p{S}\\p{Z}]+' }),
    networkAccess: union({ privateAccess: structure({ privateConnectionName, runtimeRoleArn: roleArn }) }),
  }),
} as const satisfies Members;

export type ConfigurationType = keyof typeof configurations;

const triggerFilterGroup = structure({}, {
  events: list(oneOf('PULL_REQUEST_READY_FOR_REVIEW', 'PULL_REQUEST_DRAFT'), { min: 1, max: 10 }),
  targetBranches: structure({
    patterns: list(string({ min: 1, max: 256, pattern: '[^\\x00-\\x1F\\x7F-\\x9F]+' }), { min: 1, max: 20 }),
  }),
});

const capabilities = map(
  oneOf(
    'RELEASE_READINESS_REVIEW', 'RELEASE_READINESS_REVIEW_AUTOMATED_TESTING',
    'CODE_CHANGE_RISK_ANALYSIS', 'CODE_CHANGE_RISK_ANALYSIS_AUTOMATED_TESTING',
  ),
  structure({}, { enabled: boolean, triggerFilterGroups: list(triggerFilterGroup, { min: 1, max: 5 }) }),
);

const configuration = union(configurations);

export const associateServiceInput = structure({ agentSpaceId, serviceId, configuration }, { capabilities });
export const updateAssociationInput = structure({ agentSpaceId, associationId, configuration }, { capabilities });

/** An association as the API shows it. */
export const shownAssociation = structure(
  { agentSpaceId, createdAt: timestamp, updatedAt: timestamp, associationId, serviceId, configuration },
  { status, capabilities },
);

const webhookType = oneOf('hmac', 'apikey', 'gitlab', 'pagerduty');

/** A webhook as AssociateService and UpdateAssociation answer it. */
export const answeredWebhook = structure({}, {
  webhookUrl: text,
  webhookId: text,
  webhookType,
  webhookSecret: string({ sensitive: true }),
  apiKey: string({ min: 1, sensitive: true }),
});

/** A webhook as ListWebhooks shows it. */
export const listedWebhook = structure(
  { webhookUrl: string({ pattern: 'https://[a-zA-Z0-9.-]+(?:/.*)?' }), webhookId: string({ min: 1, max: 255 }) },
  { webhookType },
);
