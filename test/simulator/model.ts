/**
 * The inputs that the API accepts, as data: one shape per operation, in a form that a test can walk side by side with the public service model.
 */

import { associateServiceInput, updateAssociationInput } from './association-model';
import {
  boolean, document, IntegerShape, list, map, Members, oneOf, string, structure, StructureShape, timestamp, union,
} from './shapes';
import { agentSpaceId, associationId, guid, httpsUrl, privateConnectionName, roleArn, serviceId } from './values';

export type { IntegerShape, ListShape, MapShape, Shape, StringShape, StructureShape, UnionShape } from './shapes';
export { validate } from './validation';
export type { FieldError } from './validation';

// --- values that several inputs share -------------------------------------------------------------------------------------------------

const endpoint = string({ ...httpsUrl, min: 1, max: 2048 });
const serverName = string({ min: 1, max: 128, pattern: '[a-zA-Z0-9_-]+' });
// An empty description is long enough but matches no pattern, so it is refused: the model says both.
const description = string({ min: 0, max: 500, pattern: '[\\p{L}\\p{N}\\p{P}\\p{S}\\p{Z}]+', sensitive: true });
const displayName = string({ min: 1, max: 255, pattern: '[\\p{L}\\p{N} _-]+' });
// Names that were given before the API became stricter are shown as they are.
const shownName = string({ min: 1, max: 255, pattern: '[\\p{L}\\p{N}\\p{P}\\p{S}\\p{Z}]+' });
const kmsKeyArn = string({
  min: 20,
  pattern: 'arn:aws[a-zA-Z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}',
});
const serviceNowUrl = string({ min: 1, max: 255, pattern: 'https://[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])\\.service-now\\.com/?' });
const gitLabTokenType = oneOf('personal', 'group');
const newRelicRegion = oneOf('US', 'EU', 'JP');
const sigV4Region = string({ min: 1, max: 50, pattern: '(\\*|[a-z]{2,4}(-[a-z]+)+-\\d+)' });
const sigV4Service = string({ min: 1, max: 100 });
// Deprecated, and looser than every other role: it may be empty, and has no pattern.
const looseRoleArn = string({ min: 0, max: 255 });
const headerName = string({ pattern: '[a-zA-Z0-9-_]+' });
const headerValue = '[!-~]([ \\t]*[!-~])*';
const tagKey = string({ min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' });
const tags = map(tagKey, string({ min: 0, max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' }));
const taggableArn = string({ pattern: 'arn:aws:aidevops:[a-z0-9-]+:\\d{12}:(agentspace|service|private-connection)/[a-zA-Z0-9_-]+' });
const paging = { maxResults: { kind: 'integer', min: 1, max: 100 } as IntegerShape, nextToken: string({ min: 1, max: 2048 }) };

// --- authorization --------------------------------------------------------------------------------------------------------------------

const clientId = string({ min: 1, max: 255, pattern: '[\\u0020-\\u007E]+', sensitive: true });
const clientSecret = string({ min: 1, max: 512, pattern: '[\\S]+', sensitive: true });
const clientName = string({ min: 1, max: 100, pattern: '[\\p{L}\\p{N}\\p{Z}._-]+' });
const exchangeParameters = map(string(), string({ sensitive: true }));
const scopes = list(string({ min: 1, max: 256, pattern: '[!#-\\[\\]-~]+' }), { min: 0, max: 100 });
const credentialName = string({ pattern: '[a-zA-Z0-9_\\s-]+' });
const consoleUrl = string({
  pattern: 'https://([a-zA-Z0-9.-]*\\.(console\\.(aws|aws-dev)|awsc-(integ|preprod)\\.aws)\\.amazon\\.com' +
    '|[a-zA-Z0-9-]+\\.aidevops(-beta|-gamma)?\\.global\\.app\\.aws)(/.*)?',
});

/** The vendor knows where tokens are exchanged. */
const oAuthClientCredentials = structure({ clientId, clientSecret }, { clientName, exchangeParameters });
const oAuthClientCredentialsAtUrl = structure({ clientId, clientSecret, exchangeUrl: httpsUrl }, { clientName, exchangeParameters, scopes });
const oAuth3LO = structure(
  { clientId, returnToEndpoint: consoleUrl, authorizationUrl: httpsUrl, exchangeUrl: httpsUrl },
  {
    clientName,
    exchangeParameters,
    clientSecret: string({ min: 0, max: 512, pattern: '[\\S]*', sensitive: true }),
    supportCodeChallenge: boolean,
    scopes,
  },
);
const apiKey = structure({
  apiKeyName: credentialName,
  apiKeyValue: string({ min: 1, pattern: headerValue, sensitive: true }),
  apiKeyHeader: headerName,
});
const bearerToken = structure(
  { tokenName: credentialName, tokenValue: string({ pattern: '[\\S]+', sensitive: true }) },
  { authorizationHeader: string({ pattern: '[a-zA-Z0-9-]+' }) },
);
const customHeader = string({ min: 1, max: 256, pattern: headerName.pattern });
const customHeaders = (size: { min: number; max: number }) =>
  map(customHeader, string({ min: 1, max: 4096, pattern: headerValue, sensitive: true }), size);
const authorizationDiscovery = structure({ returnToEndpoint: consoleUrl });
const mcpAuthorization = union({
  oAuthClientCredentials: oAuthClientCredentialsAtUrl,
  oAuth3LO,
  apiKey,
  bearerToken,
  customHeaders: structure({ headers: customHeaders({ min: 1, max: 3 }) }),
  authorizationDiscovery,
});

// --- what each service takes ----------------------------------------------------------------------------------------------------------

const mcpServer = structure({ name: serverName, endpoint, authorizationConfig: mcpAuthorization }, { description });
const azureIdentity = structure({
  tenantId: guid,
  clientId: guid,
  webIdentityRoleArn: roleArn,
  webIdentityTokenAudiences: list(string()),
});

/** The details that RegisterService takes, by service. */
export const serviceDetails = {
  dynatrace: structure(
    { accountUrn: string({ min: 1, max: 255, pattern: 'urn:dtaccount:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' }) },
    // Of all authorizations only this one is sensitive as a whole.
    { authorizationConfig: union({ oAuthClientCredentials }, { sensitive: true }) },
  ),
  servicenow: structure({ instanceUrl: serviceNowUrl }, { authorizationConfig: union({ oAuthClientCredentials }) }),
  pagerduty: structure({ scopes: list(string()), authorizationConfig: union({ oAuthClientCredentials }) }),
  gitlab: structure(
    {
      targetUrl: string({ pattern: 'https://[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?/?' }),
      tokenType: gitLabTokenType,
      tokenValue: string({ pattern: '[a-zA-Z0-9._-]+', sensitive: true }),
    },
    { groupId: string() },
  ),
  eventChannel: structure({}, { type: oneOf('webhook') }),
  mcpservernewrelic: structure({
    authorizationConfig: union({
      apiKey: structure(
        {
          apiKey: string({ pattern: 'NRAK-[A-Z0-9]+', sensitive: true }),
          accountId: string({ min: 3, max: 7, pattern: '[0-9]+' }),
          region: newRelicRegion,
        },
        {
          applicationIds: list(string({ pattern: '[0-9]+' })),
          entityGuids: list(string({ pattern: '[a-zA-Z0-9_.-]+' })),
          alertPolicyIds: list(string({ pattern: '[0-9]+' })),
        },
      ),
    }),
  }),
  mcpservergrafana: mcpServer,
  mcpserverdatadog: structure({ name: serverName, endpoint, authorizationConfig: union({ authorizationDiscovery }) }, { description }),
  mcpserver: mcpServer,
  mcpserversplunk: mcpServer,
  azureidentity: azureIdentity,
  mcpserversigv4: structure(
    {
      name: serverName,
      endpoint,
      authorizationConfig: structure(
        { region: sigV4Region, service: sigV4Service },
        {
          roleArn: looseRoleArn,
          mcpRoleArn: roleArn,
          customHeaders: customHeaders({ min: 0, max: 10 }),
        },
      ),
    },
    { description },
  ),
  remoteagent: structure(
    { name: serverName, endpoint, authorizationConfig: union({ apiKey, oAuthClientCredentials: oAuthClientCredentialsAtUrl, bearerToken }) },
    { description },
  ),
  remoteagentsigv4: structure(
    { name: serverName, endpoint, authorizationConfig: structure({ region: sigV4Region, service: sigV4Service }, { roleArn }) },
    { description },
  ),
} as const satisfies Members;

export type RegistrableService = keyof typeof serviceDetails;

export const registrableServices = Object.keys(serviceDetails) as RegistrableService[];

/** Registrable services, and those that only the console can connect: a list may be filtered by any of them. */
const anyService = oneOf('github', 'slack', 'azure', 'azuredevops', 'msteams', ...registrableServices);

// --- operations -----------------------------------------------------------------------------------------------------------------------

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Members in braces travel in the path. */
  readonly path: string;
  /** Members that travel in the query string; all that is in neither path nor query is the JSON body. */
  readonly query: readonly string[];
  readonly status: number;
  readonly input: StructureShape;
}

const associationPath = '/v1/agentspaces/{agentSpaceId}/associations/{associationId}';
const associationAddress = structure({ agentSpaceId, associationId });

/** The operations that the simulator answers. */
export const operations = {
  RegisterService: {
    method: 'POST',
    path: '/v1/register/{service}',
    query: [],
    status: 201,
    input: structure(
      { service: oneOf(...registrableServices), serviceDetails: union(serviceDetails) },
      {
        kmsKeyArn,
        privateConnectionName,
        targetUrlPrivateConnectionName: privateConnectionName,
        exchangeUrlPrivateConnectionName: privateConnectionName,
        name: displayName,
        tags,
      },
    ),
  },
  DeregisterService: { method: 'DELETE', path: '/v1/services/{serviceId}', query: [], status: 200, input: structure({ serviceId }) },
  GetService: { method: 'GET', path: '/v1/services/{serviceId}', query: [], status: 200, input: structure({ serviceId }) },
  ListServices: {
    method: 'POST',
    path: '/v1/services/list',
    query: ['maxResults', 'nextToken', 'filterServiceType'],
    status: 200,
    input: structure({}, { ...paging, filterServiceType: anyService }),
  },
  TagResource: { method: 'POST', path: '/tags/{resourceArn}', query: [], status: 204, input: structure({ resourceArn: taggableArn, tags }) },
  UntagResource: {
    method: 'DELETE',
    path: '/tags/{resourceArn}',
    query: ['tagKeys'],
    status: 204,
    input: structure({ resourceArn: taggableArn, tagKeys: list(tagKey) }),
  },
  ListTagsForResource: { method: 'GET', path: '/tags/{resourceArn}', query: [], status: 200, input: structure({ resourceArn: taggableArn }) },
  AssociateService: {
    method: 'POST',
    path: '/v1/agentspaces/{agentSpaceId}/associations',
    query: [],
    status: 201,
    input: associateServiceInput,
  },
  GetAssociation: { method: 'GET', path: associationPath, query: [], status: 200, input: associationAddress },
  UpdateAssociation: { method: 'PATCH', path: associationPath, query: [], status: 200, input: updateAssociationInput },
  DisassociateService: { method: 'DELETE', path: associationPath, query: [], status: 204, input: associationAddress },
  ListWebhooks: { method: 'POST', path: `${associationPath}/webhooks/list`, query: [], status: 200, input: associationAddress },
  ListAssociations: {
    method: 'POST',
    path: '/v1/agentspaces/{agentSpaceId}/associations/list',
    query: ['maxResults', 'nextToken', 'filterServiceTypes'],
    status: 200,
    input: structure({ agentSpaceId }, { ...paging, filterServiceTypes: string({ pattern: '\\w+(?:,\\s*\\w+)*' }) }),
  },
  ListAgentSpaces: {
    method: 'POST',
    path: '/v1/agentspaces/list',
    query: ['maxResults', 'nextToken', 'includedData'],
    status: 200,
    input: structure({}, { ...paging, includedData: oneOf('METADATA_ONLY', 'ALL_DATA') }),
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

export const operationNames = Object.keys(operations) as OperationName[];

export function isOperationName(name: unknown): name is OperationName {
  return typeof name === 'string' && Object.hasOwn(operations, name);
}

// --- what GetService and ListServices answer ------------------------------------------------------------------------------------------

const mcpAuthorizationMethod = oneOf('oauth-client-credentials', 'oauth-3lo', 'api-key', 'bearer-token', 'custom-headers');
const anyDescription = string({ min: 1, max: 1000, pattern: description.pattern, sensitive: true });
const registeredMcpServer = structure(
  { name: string(), endpoint: string(), authorizationMethod: mcpAuthorizationMethod },
  { description: anyDescription, apiKeyHeader: string(), customHeaderNames: list(customHeader, { min: 0, max: 3 }) },
);

/** A service as the API shows it. Details exist for neither Dynatrace nor an event channel. */
export const registeredService = structure(
  { serviceId, serviceType: anyService, createdAt: timestamp, updatedAt: timestamp },
  {
    name: shownName,
    kmsKeyArn,
    privateConnectionName,
    accessibleResources: list(document),
    additionalServiceDetails: union({
      // Only the console connects these.
      github: document,
      slack: document,
      azuredevops: document,
      servicenow: structure({}, { instanceUrl: serviceNowUrl }),
      pagerduty: structure({ scopes: list(string()) }),
      gitlab: structure({ targetUrl: string(), tokenType: gitLabTokenType }, { groupId: string() }),
      mcpservernewrelic: structure({ accountId: string(), region: newRelicRegion }, { description: anyDescription }),
      mcpservergrafana: structure({ endpoint, authorizationMethod: mcpAuthorizationMethod }),
      mcpserverdatadog: registeredMcpServer,
      mcpserver: registeredMcpServer,
      mcpserversplunk: registeredMcpServer,
      azureidentity: azureIdentity,
      // Custom headers could be shown, too; their values are credentials, so the simulator never does.
      mcpserversigv4: structure(
        { name: serverName, endpoint, region: sigV4Region, service: sigV4Service, roleArn: looseRoleArn },
        { description, mcpRoleArn: roleArn, customHeaders: customHeaders({ min: 0, max: 10 }) },
      ),
      remoteagent: structure(
        { name: serverName, endpoint, authorizationMethod: oneOf('oauth-client-credentials', 'api-key', 'bearer-token') },
        { description, apiKeyHeader: string() },
      ),
      remoteagentsigv4: structure({ name: serverName, endpoint, region: sigV4Region, service: sigV4Service }, { description, roleArn }),
    }),
  },
);
