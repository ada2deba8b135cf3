/** Associations that the simulator accepts: together they have every member of the model. */

import { ConfigurationType } from './association-model';
import { RegistrableService } from './model';
import { guids, idOf, registration, role } from './samples';
import { Details, DevOpsAgentService } from './service';
import { AssociationAddress } from './types';

const accountId = '111122223333';
const elevatedRole = { agentElevatedRoleArn: role, agentElevatedRoleArnStatus: 'valid' };
const bidirectional = { roleArn: role, enabled: true };
const repository = { instanceIdentifier: 'git.example.com', runtimeRoleArn: role, releaseManagementAssociationId: 'release-1' };
const slackChannel = { channelId: 'C0123456', channelName: 'on-call' };
const teamsChannel = { channelId: '19:on-call@thread.tacv2', channelName: 'On-call' };
const mcpServer = {
  tools: ['search', 'target___delete'],
  toolDetails: [{ name: 'search', toolClassification: 'READ_ONLY' }, { name: 'target___delete', toolClassification: 'DESTRUCTIVE' }],
};
const enabledElevatedTools = [{ name: 'restart', toolClassification: 'MUTATIVE' }];

/** A configuration of each type, with all its members. */
export const fullConfigurations: Record<ConfigurationType, Details> = {
  sourceAws: { accountId, accountType: 'source', assumableRoleArn: role, externalId: 'external', ...elevatedRole },
  sourceAwsOrg: {
    accountType: 'source',
    organizationalUnit: { organizationalUnitId: 'ou-abcd-12345678', accountIds: [accountId] },
    deploymentState: {
      deployedAccountCount: 1,
      issues: [{ reasonCode: 'accessDenied', accountCount: 1, accountIds: [accountId], message: 'What is wrong' }],
      lastEvaluatedAt: '2026-01-02T03:04:05.000Z',
    },
  },
  aws: { accountId, accountType: 'monitor', assumableRoleArn: role, ...elevatedRole, serviceManagementRoleArn: role },
  github: { repoName: 'shop', repoId: '7', owner: 'acme', ownerType: 'organization', ...repository },
  slack: {
    workspaceId: 'T0123456',
    workspaceName: 'acme',
    transmissionTarget: { opsOncallTarget: slackChannel, opsSRETarget: slackChannel },
    bidirectional,
  },
  dynatrace: { envId: 'abc12345', resources: ['HOST-1'] },
  servicenow: { instanceId: 'acme', authScopes: ['read'] },
  mcpservernewrelic: { accountId: '1234567', endpoint: 'https://mcp.newrelic.com/mcp/' },
  mcpserverdatadog: { enabledElevatedTools },
  mcpserver: mcpServer,
  gitlab: { projectId: '42', projectPath: 'acme/shop', ...repository },
  mcpserversplunk: {},
  eventChannel: {},
  azure: { subscriptionId: guids[0] },
  azuredevops: { organizationName: 'acme', projectId: guids[1], projectName: 'Shop' },
  mcpservergrafana: { endpoint: 'https://grafana.example.com/mcp', organizationId: '1', tools: ['search'], enabledElevatedTools },
  pagerduty: { services: ['PABC123'], customerEmail: 'canary@example.com' },
  mcpserversigv4: mcpServer,
  remoteagent: {},
  remoteagentsigv4: {},
  msteams: {
    teamId: guids[0],
    teamName: 'Operations',
    transmissionTarget: { opsOncallTarget: teamsChannel, opsSRETarget: teamsChannel },
    bidirectional,
  },
  releaseManagement: { name: 'Staging', networkAccess: { privateAccess: { privateConnectionName: 'internal-tools', runtimeRoleArn: role } } },
};

/** Every capability, with all its members. */
export const fullCapabilities: Details = {
  RELEASE_READINESS_REVIEW: {
    enabled: true,
    triggerFilterGroups: [{ events: ['PULL_REQUEST_READY_FOR_REVIEW', 'PULL_REQUEST_DRAFT'], targetBranches: { patterns: ['main', 'release/.*'] } }],
  },
  RELEASE_READINESS_REVIEW_AUTOMATED_TESTING: { enabled: false },
  CODE_CHANGE_RISK_ANALYSIS: { enabled: true, triggerFilterGroups: [{ events: ['PULL_REQUEST_DRAFT'] }] },
  CODE_CHANGE_RISK_ANALYSIS_AUTOMATED_TESTING: { enabled: true },
};

/** A configuration for a service of this type. */
export function configurationOf(service: RegistrableService, changes: Details = {}): Details {
  const type = service === 'azureidentity' ? 'azure' : service;
  return { [type]: { ...structuredClone(fullConfigurations[type]), ...changes } };
}

/** An association as an operation addresses it. */
export function addressOf({ agentSpaceId, associationId }: AssociationAddress): AssociationAddress {
  return { agentSpaceId, associationId };
}

/** Associates a service with a new agent space. */
export function associate(service: DevOpsAgentService, serviceId: string, type: RegistrableService) {
  const { agentSpaceId } = service.createAgentSpace('space');
  return service.associateService({ agentSpaceId, serviceId, configuration: configurationOf(type) });
}

/** A service with an agent space, and the calls that are about the two. */
export function pairIn(service: DevOpsAgentService, type: RegistrableService) {
  const serviceId = idOf(service, registration(type));
  const { agentSpaceId } = service.createAgentSpace('space');
  const configuration = configurationOf(type);
  return {
    service,
    serviceId,
    agentSpaceId,
    associate: (changes: Details = {}) => service.associateService({ agentSpaceId, serviceId, configuration, ...changes }),
    update: (associationId: string, changes: Details = {}) => service.updateAssociation({ agentSpaceId, associationId, configuration, ...changes }),
    disassociate: (associationId: string) => service.disassociateService({ agentSpaceId, associationId }),
    associations: () => service.listAssociations({ agentSpaceId }).associations,
  };
}
