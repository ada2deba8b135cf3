import { IRole, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Stack, Tags } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import {
  AzureIdentityRegistration, AzureIdentityRegistrationProps, DatadogRegistration, DatadogRegistrationProps, DatadogSite, DynatraceRegistration,
  EventChannelRegistration, EventChannelRegistrationProps, GitLabRegistration, GitLabToken, GrafanaRegistration, McpServerAuthorization,
  McpServerRegistration, McpServerRegistrationProps, NewRelicRegion, NewRelicRegistration, NewRelicRegistrationProps, OAuthClient,
  PagerDutyRegistration, PrivateConnectivity, RemoteAgentAuthorization, RemoteAgentRegistration, RemoteAgentRegistrationProps,
  ServiceNowRegistration, SigV4McpServerRegistration, SigV4McpServerRegistrationProps, SigV4RemoteAgentRegistration,
  SigV4RemoteAgentRegistrationProps, SplunkRegistration, SplunkRegistrationProps,
} from '../../src';
import { Family, HTTPS } from '../support/integrations';
import { clientIn, fieldIn, GUID, KEY_ARN, secretIn, templateOf } from '../synthesis';

/** Which members of the API no prop reaches, and why. */
export const UNREACHED: { readonly [path: string]: string } = {
  '/serviceDetails/mcpserversigv4/authorizationConfig/roleArn': 'deprecated: mcpRoleArn has taken its place',
};

/** Which constraints no value can break, and why. */
export const UNBREAKABLE: { readonly [constraint: string]: string } = {
  '/service enum': 'each construct registers one service',
  '/serviceDetails/gitlab/tokenType enum': 'GitLabToken has a factory for each type, and nothing else makes one',
  '/serviceDetails/eventChannel/type enum': 'the only type there is, so there is no prop for it',
  '/serviceDetails/mcpservernewrelic/authorizationConfig/apiKey/region enum': 'NewRelicRegion has these members, and nothing else compiles',
};

/** A prop whose value becomes a string of the request. */
export interface Prop {
  /** What an error calls it. */
  readonly name: string;
  /** A value that is accepted. */
  readonly valid: string;
  /** A value of some length. It is acceptable but for its length, unless the pattern has its own ideas about lengths. */
  readonly sized: (length: number) => string;
  /** Uses a construct with that value. */
  readonly give: (stack: Stack, value: string) => unknown;
}

/** A prop whose entries become a list or a map of the request. */
export interface Collection {
  readonly name: string;
  readonly giveMany: (stack: Stack, count: number) => unknown;
}

/** From the members of the request to the props that they come from: several props may lead to one member. */
type Rows = readonly (readonly [path: string, prop: Prop | Collection])[];

type Build<T> = (stack: Stack, part: T) => unknown;

function prop(name: string, valid: string, give: Prop['give'], sized = (length: number) => valid.padEnd(length, 'x').slice(0, length)): Prop {
  return { name, valid, sized, give };
}

function under(path: string, rows: Rows): Rows {
  return rows.map(([member, row]) => [`${path}/${member}`, row]);
}

const URL = 'https://tools.example.com/path';
const CONSOLE = 'https://us-east-1.console.aws.amazon.com/aidevops/home';
const ROLE_ARN = 'arn:aws:iam::111122223333:role/tools';
const CONNECTION = 'internal-tools';

// aws-cdk-lib takes imported ARNs apart, and has errors of its own for what is none. Somebody's own class returns what it likes.
function roleIn(stack: Stack, roleArn: string): IRole {
  return Object.create(Role.fromRoleArn(stack, 'Role', ROLE_ARN), { roleArn: { value: roleArn } });
}

function connectionIn(stack: Stack, privateConnectionName: string): aws_devopsagent.IPrivateConnectionRef {
  const connection = PrivateConnectivity.refFromName(stack, 'Connection', CONNECTION);
  return Object.create(connection, { privateConnectionRef: { value: { ...connection.privateConnectionRef, privateConnectionName } } });
}

// --- the props of each construct, with others that are valid --------------------------------------------------------------------------

const channel: Build<EventChannelRegistrationProps> = (stack, props) => new EventChannelRegistration(stack, 'It', props);
const dynatrace: Build<{ accountUrn?: string; authorization?: OAuthClient }> = (stack, props) =>
  new DynatraceRegistration(stack, 'It', { accountUrn: `urn:dtaccount:${GUID}`, authorization: clientIn(stack), ...props });
const serviceNow: Build<{ instanceUrl?: string; authorization?: OAuthClient }> = (stack, props) =>
  new ServiceNowRegistration(stack, 'It', { instanceUrl: 'https://acme.service-now.com', authorization: clientIn(stack), ...props });
const pagerDuty: Build<OAuthClient> = (stack, authorization) => new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization });
const gitLab: Build<{ targetUrl: string }> = (stack, props) => new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(fieldIn(stack)), ...props });
const newRelic: Build<Partial<NewRelicRegistrationProps>> = (stack, props) =>
  new NewRelicRegistration(stack, 'It', { apiKey: fieldIn(stack), accountId: '1234567', region: NewRelicRegion.US, ...props });
const datadog: Build<Partial<DatadogRegistrationProps>> = (stack, props) => new DatadogRegistration(stack, 'It', { site: DatadogSite.US1, ...props });
const azure: Build<Partial<AzureIdentityRegistrationProps>> = (stack, props) =>
  new AzureIdentityRegistration(stack, 'It', { tenantId: GUID, clientId: GUID, ...props, webIdentityRole: props.webIdentityRole ?? roleIn(stack, ROLE_ARN) });
const mcp: Build<Partial<McpServerRegistrationProps>> = (stack, props) =>
  new McpServerRegistration(stack, 'It', { endpoint: URL, authorization: McpServerAuthorization.authorizationDiscovery(), ...props });
const grafana: typeof mcp = (stack, props) =>
  new GrafanaRegistration(stack, 'It', { endpoint: URL, authorization: McpServerAuthorization.authorizationDiscovery(), ...props });
const splunk: Build<Partial<SplunkRegistrationProps>> = (stack, props) =>
  new SplunkRegistration(stack, 'It', { endpoint: URL, authorization: McpServerAuthorization.authorizationDiscovery(), ...props });
const sigV4: Build<Partial<SigV4McpServerRegistrationProps>> = (stack, props) =>
  new SigV4McpServerRegistration(stack, 'It', { endpoint: URL, signingService: 'execute-api', ...props });
const agent: Build<Partial<RemoteAgentRegistrationProps>> = (stack, props) =>
  new RemoteAgentRegistration(stack, 'It', { endpoint: URL, authorization: RemoteAgentAuthorization.bearerToken(fieldIn(stack)), ...props });
const sigV4Agent: Build<Partial<SigV4RemoteAgentRegistrationProps>> = (stack, props) =>
  new SigV4RemoteAgentRegistration(stack, 'It', { endpoint: URL, signingService: 'execute-api', ...props });

// --- what several constructs share ----------------------------------------------------------------------------------------------------

function clientRows(name: string, build: Build<OAuthClient>): Rows {
  return [
    ['clientId', prop(`${name}.clientId`, 'client', (stack, value) => build(stack, OAuthClient.fromClientId(value, fieldIn(stack))))],
    ['clientName', prop(`${name}.clientName`, 'On-call', (stack, clientName) => build(stack, OAuthClient.fromSecretsManager(secretIn(stack), { clientName })))],
  ];
}

function scopeRows(build: Build<string[]>): Rows {
  return [
    ['scopes', { name: 'authorization.scopes', giveMany: (stack, count) => build(stack, Array(count).fill('read')) }],
    ['scopes/*', prop('authorization.scopes[0]', 'read', (stack, value) => build(stack, [value]))],
  ];
}

function familyRows<T>(family: Family<T>, build: Build<T>): Rows {
  const credentials: Build<{ client?: OAuthClient; exchangeUrl?: string; scopes?: string[] }> = (stack, options) =>
    build(stack, family.oauthClientCredentials({ client: clientIn(stack), exchangeUrl: HTTPS.exchangeUrl, ...options }));
  const apiKey: Build<{ header?: string; name?: string }> = (stack, options) =>
    build(stack, family.apiKey({ apiKey: fieldIn(stack), header: 'X-Api-Key', ...options }));
  const bearer: Build<{ header?: string; name?: string }> = (stack, options) => build(stack, family.bearerToken(fieldIn(stack), options));
  return [
    ...under('oAuthClientCredentials', [
      ...clientRows('authorization.client', (stack, client) => credentials(stack, { client })),
      ['exchangeUrl', prop('authorization.exchangeUrl', URL, (stack, exchangeUrl) => credentials(stack, { exchangeUrl }))],
      ...scopeRows((stack, scopes) => credentials(stack, { scopes })),
    ]),
    ...under('apiKey', [
      ['apiKeyName', prop('authorization.name', 'reader', (stack, name) => apiKey(stack, { name }))],
      ['apiKeyHeader', prop('authorization.header', 'X-Api-Key', (stack, header) => apiKey(stack, { header }))],
    ]),
    ...under('bearerToken', [
      ['tokenName', prop('authorization.name', 'reader', (stack, name) => bearer(stack, { name }))],
      ['authorizationHeader', prop('authorization.header', 'X-Token', (stack, header) => bearer(stack, { header }))],
    ]),
  ];
}

/** Headers of which some stand in the template, and others come from secrets. */
function headerRows(names: { headers: string; secretHeaders: string }, build: Build<{ [name: string]: string }>, buildSecret: Build<string[]>): Rows {
  return [
    ['<key>', prop(`${names.headers} (name)`, 'X-Tenant', (stack, name) => build(stack, { [name]: 'acme' }))],
    ['<key>', prop(`${names.secretHeaders} (name)`, 'X-Tenant', (stack, name) => buildSecret(stack, [name]))],
    ['*', prop(`${names.headers}.X-Tenant`, 'acme', (stack, value) => build(stack, { 'X-Tenant': value }))],
  ];
}

function mcpAuthorizationRows(build: Build<McpServerAuthorization>): Rows {
  const threeLegged: Build<object> = (stack, options) => build(stack, McpServerAuthorization.oauth3lo(clientIn(stack), { ...HTTPS, ...options }));
  const headers: Build<{ [name: string]: string }> = (stack, plain) =>
    build(stack, McpServerAuthorization.customHeaders({ secretHeaders: { 'X-Other': fieldIn(stack) }, headers: plain }));
  const secretHeaders: Build<string[]> = (stack, names) => build(stack, McpServerAuthorization.customHeaders({
    secretHeaders: Object.fromEntries(names.map((name) => [name, fieldIn(stack)])),
  }));
  return [
    ...familyRows(McpServerAuthorization, build),
    ...under('oAuth3LO', [
      ...clientRows('authorization.client', (stack, client) => build(stack, McpServerAuthorization.oauth3lo(client, HTTPS))),
      ['clientId', prop('authorization.clientId', 'client', (stack, clientId) => build(stack, McpServerAuthorization.oauth3loPublicClient(clientId, HTTPS)))],
      ['authorizationUrl', prop('authorization.authorizationUrl', URL, (stack, authorizationUrl) => threeLegged(stack, { authorizationUrl }))],
      ['exchangeUrl', prop('authorization.exchangeUrl', URL, (stack, exchangeUrl) => threeLegged(stack, { exchangeUrl }))],
      ['returnToEndpoint', prop('authorization.returnToEndpoint', CONSOLE, (stack, returnToEndpoint) => threeLegged(stack, { returnToEndpoint }))],
      ...scopeRows((stack, scopes) => threeLegged(stack, { scopes })),
    ]),
    ...under('customHeaders/headers', headerRows({ headers: 'authorization.headers', secretHeaders: 'authorization.secretHeaders' }, headers, secretHeaders)),
    ['customHeaders/headers', {
      name: 'authorization.secretHeaders', giveMany: (stack, count) => secretHeaders(stack, distinct(count)),
    }],
    ['authorizationDiscovery/returnToEndpoint', prop('authorization.returnToEndpoint', CONSOLE, (stack, returnToEndpoint) =>
      build(stack, McpServerAuthorization.authorizationDiscovery({ returnToEndpoint })))],
  ];
}

function serverRows(nameProp: 'serverName' | 'agentName', build: Build<object>): Rows {
  return [
    ['name', prop(nameProp, 'tools', (stack, name) => build(stack, { [nameProp]: name }))],
    ['endpoint', prop('endpoint', URL, (stack, endpoint) => build(stack, { endpoint }))],
    ['description', prop('description', 'What it is for', (stack, description) => build(stack, { description }))],
  ];
}

function signingRows(roleMember: string, build: Build<object>): Rows {
  return under('authorizationConfig', [
    ['region', prop('signingRegion', 'us-east-1', (stack, signingRegion) => build(stack, { signingRegion }), (length) => `us-${'x'.repeat(Math.max(0, length - 5))}-1`.slice(0, length))],
    ['service', prop('signingService', 'execute-api', (stack, signingService) => build(stack, { signingService }))],
    [roleMember, prop('role', ROLE_ARN, (stack, arn) => build(stack, { role: roleIn(stack, arn) }))],
  ]);
}

function mcpRows(service: string, build: Build<{ authorization?: McpServerAuthorization }>): Rows {
  return under(service, [
    ...serverRows('serverName', build),
    ...under('authorizationConfig', mcpAuthorizationRows((stack, authorization) => build(stack, { authorization }))),
  ]);
}

function connectionRow(
  member: string, propName: string, connectivity: (connection: aws_devopsagent.IPrivateConnectionRef) => PrivateConnectivity,
): Rows {
  return [[member, prop(propName, CONNECTION, (stack, name) => mcp(stack, { privateConnectivity: connectivity(connectionIn(stack, name)) }))]];
}

function distinct(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `X-${index}`);
}

/** Tags may come after construction, so they are checked when the app is synthesized. */
function tagged(stack: Stack, key: string, value: string): void {
  Tags.of(new EventChannelRegistration(stack, 'It')).add(key, value);
  templateOf(stack);
}

const digits = (length: number) => '1'.repeat(length);

/** The table: a new member with a constraint adds its row here. */
export const PROPS: Rows = under('', [
  ['name', prop('displayName', 'Tools', (stack, displayName) => channel(stack, { displayName }))],
  ['kmsKeyArn', prop('encryptionKey', KEY_ARN, (stack, keyArn) => channel(stack, {
    encryptionKey: Object.create(Key.fromKeyArn(stack, 'Key', KEY_ARN), { keyArn: { value: keyArn } }),
  }))],
  ...connectionRow('privateConnectionName', 'privateConnectivity', (connection) => PrivateConnectivity.all(connection)),
  ...connectionRow('targetUrlPrivateConnectionName', 'privateConnectivity.target', (target) => PrivateConnectivity.split({ target })),
  ...connectionRow('exchangeUrlPrivateConnectionName', 'privateConnectivity.exchange', (exchange) => PrivateConnectivity.split({ exchange })),
  ['tags/<key>', prop('tag key', 'team', (stack, key) => tagged(stack, key, 'sre'))],
  ['tags/*', prop('tag \'team\'', 'sre', (stack, value) => tagged(stack, 'team', value))],
  ...under('serviceDetails', [
    ...under('dynatrace', [
      ['accountUrn', prop('accountUrn', `urn:dtaccount:${GUID}`, (stack, accountUrn) => dynatrace(stack, { accountUrn }))],
      ...under('authorizationConfig/oAuthClientCredentials', clientRows('authorization', (stack, authorization) => dynatrace(stack, { authorization }))),
    ]),
    ...under('servicenow', [
      ['instanceUrl', prop('instanceUrl', 'https://acme.service-now.com', (stack, instanceUrl) => serviceNow(stack, { instanceUrl }),
        (length) => `https://${'x'.repeat(Math.max(0, length - 24))}.service-now.com`.slice(0, length))],
      ...under('authorizationConfig/oAuthClientCredentials', clientRows('authorization', (stack, authorization) => serviceNow(stack, { authorization }))),
    ]),
    ...under('pagerduty/authorizationConfig/oAuthClientCredentials', clientRows('authorization', pagerDuty)),
    ['gitlab/targetUrl', prop('targetUrl', 'https://gitlab.example.com', (stack, targetUrl) => gitLab(stack, { targetUrl }))],
    ...under('mcpservernewrelic/authorizationConfig/apiKey', [
      ['accountId', prop('accountId', '12345', (stack, accountId) => newRelic(stack, { accountId }), digits)],
      ['applicationIds/*', prop('applicationIds[0]', '12345', (stack, id) => newRelic(stack, { applicationIds: [id] }), digits)],
      ['entityGuids/*', prop('entityGuids[0]', 'MTIz_x.-', (stack, id) => newRelic(stack, { entityGuids: [id] }))],
      ['alertPolicyIds/*', prop('alertPolicyIds[0]', '12345', (stack, id) => newRelic(stack, { alertPolicyIds: [id] }), digits)],
    ]),
    ...mcpRows('mcpserver', mcp),
    ...mcpRows('mcpservergrafana', grafana),
    ...mcpRows('mcpserversplunk', splunk),
    ...under('mcpserverdatadog', [
      ...serverRows('serverName', datadog).filter(([member]) => member !== 'endpoint'),
      ['endpoint', prop('site', URL, (stack, url) => datadog(stack, { site: DatadogSite.of(url) }))],
      ['authorizationConfig/authorizationDiscovery/returnToEndpoint', prop('returnToEndpoint', CONSOLE, (stack, returnToEndpoint) => datadog(stack, { returnToEndpoint }))],
    ]),
    ...under('azureidentity', [
      ['tenantId', prop('tenantId', GUID, (stack, tenantId) => azure(stack, { tenantId }))],
      ['clientId', prop('clientId', GUID, (stack, clientId) => azure(stack, { clientId }))],
      ['webIdentityRoleArn', prop('webIdentityRole', ROLE_ARN, (stack, arn) => azure(stack, { webIdentityRole: roleIn(stack, arn) }))],
    ]),
    ...under('mcpserversigv4', [
      ...serverRows('serverName', sigV4),
      ...signingRows('mcpRoleArn', sigV4),
      ...under('authorizationConfig/customHeaders', headerRows(
        { headers: 'customHeaders', secretHeaders: 'secretCustomHeaders' },
        (stack, customHeaders) => sigV4(stack, { customHeaders }),
        (stack, names) => sigV4(stack, { secretCustomHeaders: Object.fromEntries(names.map((name) => [name, fieldIn(stack)])) }),
      )),
      ['authorizationConfig/customHeaders', {
        name: 'customHeaders', giveMany: (stack, count) => sigV4(stack, { customHeaders: Object.fromEntries(distinct(count).map((name) => [name, 'x'])) }),
      }],
    ]),
    ...under('remoteagent', [
      ...serverRows('agentName', agent),
      ...under('authorizationConfig', familyRows(RemoteAgentAuthorization, (stack, authorization) => agent(stack, { authorization }))),
    ]),
    ...under('remoteagentsigv4', [...serverRows('agentName', sigV4Agent), ...signingRows('roleArn', sigV4Agent)]),
  ]),
]);
