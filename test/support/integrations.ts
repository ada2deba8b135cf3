import { ArnPrincipal, IRole, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib/core';
import {
  ApiKeyOptions, AzureIdentityRegistration, BearerTokenOptions, DatadogRegistration, DatadogSite, DynatraceRegistration, EventChannelRegistration,
  GitLabRegistration, GitLabToken, GrafanaRegistration, McpServerAuthorization, McpServerRegistration, NewRelicRegion, NewRelicRegistration,
  OAuthClientCredentialsOptions, OAuthClient, PagerDutyRegistration, PagerDutyServiceRegion, PrivateConnectivity, RemoteAgentAuthorization,
  RemoteAgentRegistration, SecretField, ServiceNowRegistration, ServiceRegistration, SigV4McpServerRegistration, SigV4RemoteAgentRegistration,
  SplunkRegistration,
} from '../../src';
import { clientIn, fieldIn, GUID, KEY_ARN, secretIn } from '../synthesis';

/** A use of an integration. Each integration has a minimal one and one with every prop, and one for each kind of authorization. */
export interface Use {
  readonly integration: string;
  readonly use: string;
  readonly build: (stack: Stack) => ServiceRegistration;
}

export const HTTPS = { authorizationUrl: 'https://login.example.com/authorize', exchangeUrl: 'https://login.example.com/token' };

/** The fields of the secret, with values that the API's model accepts. */
export const FIELDS = {
  client_id: 'the-client',
  client_secret: 'the-client-secret',
  client_name: 'The client',
  token: 'the-token',
  assertion: 'the-assertion',
  api_key: 'NRAK-THEKEY',
};

/** A client with all that can be said about one. */
function fullClientIn(stack: Stack): OAuthClient {
  return OAuthClient.fromClientId('client-id', fieldIn(stack, 'client_secret'), {
    clientName: 'On-call',
    exchangeParameters: { audience: 'https://api.example.com', $odd: 'yes' },
    secretExchangeParameters: { assertion: fieldIn(stack, 'assertion') },
  });
}

function roleIn(stack: Stack): IRole {
  return new Role(stack, 'Role', { assumedBy: new ArnPrincipal('*') });
}

function connectionIn(stack: Stack, name: string) {
  return PrivateConnectivity.refFromName(stack, name, name);
}

function splitIn(stack: Stack): PrivateConnectivity {
  return PrivateConnectivity.split({ target: connectionIn(stack, 'internal-tools'), exchange: connectionIn(stack, 'internal-login') });
}

/** The kinds of authorization that MCP servers and remote agents have in common. */
export interface Family<T> {
  oauthClientCredentials(options: OAuthClientCredentialsOptions): T;
  apiKey(options: ApiKeyOptions): T;
  bearerToken(token: SecretField, options?: BearerTokenOptions): T;
}

type Kinds<T> = { readonly [use: string]: (stack: Stack) => T };

function kindsOf<T>(family: Family<T>): Kinds<T> {
  return {
    'with a bearer token': (stack) => family.bearerToken(fieldIn(stack)),
    'with a bearer token and its options': (stack) => family.bearerToken(fieldIn(stack), { header: 'X-Token', name: 'reader' }),
    'with an API key': (stack) => family.apiKey({ apiKey: fieldIn(stack), header: 'X-Api-Key' }),
    'with an API key and its name': (stack) => family.apiKey({ apiKey: fieldIn(stack), header: 'X-Api-Key', name: 'reader' }),
    'with OAuth client credentials': (stack) => family.oauthClientCredentials({ client: clientIn(stack), exchangeUrl: HTTPS.exchangeUrl }),
    'with OAuth client credentials and their options': (stack) => family.oauthClientCredentials({
      client: fullClientIn(stack), exchangeUrl: HTTPS.exchangeUrl, scopes: ['read', 'write'],
    }),
  };
}

const MCP_KINDS: Kinds<McpServerAuthorization> = {
  ...kindsOf(McpServerAuthorization),
  'with OAuth 3LO': (stack) => McpServerAuthorization.oauth3lo(clientIn(stack), HTTPS),
  'with OAuth 3LO and its options': (stack) => McpServerAuthorization.oauth3lo(fullClientIn(stack), {
    ...HTTPS, scopes: ['read'], supportCodeChallenge: false, authorized: true, returnToEndpoint: 'https://us-east-1.console.aws.amazon.com/aidevops/home',
  }),
  'with OAuth 3LO of a public client': () => McpServerAuthorization.oauth3loPublicClient('public-client', HTTPS),
  'with OAuth 3LO of a public client from a secret': (stack) => McpServerAuthorization.oauth3loPublicClientFromSecret(fieldIn(stack, 'client_id'), HTTPS),
  'with headers': (stack) => McpServerAuthorization.customHeaders({ secretHeaders: { 'X-Api-Key': fieldIn(stack) } }),
  'with headers of both kinds': (stack) => McpServerAuthorization.customHeaders({
    secretHeaders: { 'X-Api-Key': fieldIn(stack) }, headers: { 'X-Tenant': 'acme' },
  }),
  'with authorization discovery': () => McpServerAuthorization.authorizationDiscovery(),
};

/** One use for each kind of authorization, with the props that must be given. */
function eachKind<T>(integration: string, kinds: Kinds<T>, build: (stack: Stack, authorization: T) => ServiceRegistration): Use[] {
  return Object.entries(kinds).map(([use, authorization]) => ({ integration, use, build: (stack) => build(stack, authorization(stack)) }));
}

/** The table of integrations: a new one adds its rows here. */
export const USES: Use[] = [
  {
    integration: 'pagerduty',
    use: 'minimal',
    build: (stack) => new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: clientIn(stack) }),
  },
  {
    integration: 'pagerduty',
    use: 'with every prop',
    build: (stack) => {
      const registration = new PagerDutyRegistration(stack, 'It', {
        subdomain: 'acme',
        serviceRegion: PagerDutyServiceRegion.EU,
        scopes: ['incidents.read', 'incidents.write', 'services.read', 'webhook_subscriptions.read', 'webhook_subscriptions.write', 'users.read'],
        authorization: fullClientIn(stack),
        displayName: 'PagerDuty of acme',
        encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
        credentialsRevision: '2026-01',
      });
      Tags.of(registration).add('team', 'sre');
      return registration;
    },
  },
  ...eachKind('mcpserver', MCP_KINDS, (stack, authorization) =>
    new McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', authorization })),
  {
    integration: 'mcpserver',
    use: 'with every other prop',
    build: (stack) => new McpServerRegistration(stack, 'It', {
      endpoint: 'https://mcp.example.com:8443/mcp',
      serverName: 'runbooks',
      description: 'Runbooks, searchable',
      privateConnectivity: PrivateConnectivity.all(PrivateConnectivity.refFromName(stack, 'Connection', 'internal-tools')),
      authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
    }),
  },
  {
    integration: 'eventChannel',
    use: 'minimal',
    build: (stack) => new EventChannelRegistration(stack, 'It'),
  },
  {
    integration: 'eventChannel',
    use: 'with every prop',
    build: (stack) => {
      const registration = new EventChannelRegistration(stack, 'It', { displayName: 'Events', adoptExisting: true });
      Tags.of(registration).add('team', 'sre');
      return registration;
    },
  },
  {
    integration: 'azureidentity',
    use: 'minimal',
    build: (stack) => new AzureIdentityRegistration(stack, 'It', {
      tenantId: GUID,
      clientId: GUID,
      webIdentityRole: roleIn(stack),
    }),
  },
  {
    integration: 'azureidentity',
    use: 'with every prop',
    build: (stack) => new AzureIdentityRegistration(stack, 'It', {
      tenantId: GUID.toUpperCase(),
      clientId: GUID,
      webIdentityRole: Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/path/azure'),
      audiences: ['api://AzureADTokenExchange', 'api://other'],
    }),
  },
  {
    integration: 'dynatrace',
    use: 'minimal',
    build: (stack) => new DynatraceRegistration(stack, 'It', { accountUrn: `urn:dtaccount:${GUID}`, authorization: clientIn(stack) }),
  },
  {
    integration: 'dynatrace',
    use: 'with every prop',
    build: (stack) => new DynatraceRegistration(stack, 'It', {
      accountUrn: `urn:dtaccount:${GUID}`, authorization: fullClientIn(stack), credentialsRevision: '2', removalPolicy: RemovalPolicy.RETAIN,
    }),
  },
  {
    integration: 'dynatrace',
    use: 'with all of the client in a secret',
    build: (stack) => new DynatraceRegistration(stack, 'It', {
      accountUrn: `urn:dtaccount:${GUID}`,
      authorization: OAuthClient.fromSecretsManager(secretIn(stack), { clientNameField: 'client_name' }),
    }),
  },
  {
    integration: 'servicenow',
    use: 'minimal',
    build: (stack) => new ServiceNowRegistration(stack, 'It', { instanceUrl: 'https://acme.service-now.com', authorization: clientIn(stack) }),
  },
  {
    integration: 'servicenow',
    use: 'with every prop',
    build: (stack) => new ServiceNowRegistration(stack, 'It', {
      instanceUrl: 'https://acme.service-now.com/', authorization: fullClientIn(stack), credentialsRevision: '2',
    }),
  },
  {
    integration: 'gitlab',
    use: 'with a personal token',
    build: (stack) => new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(fieldIn(stack)) }),
  },
  {
    integration: 'gitlab',
    use: 'with a group token and every prop',
    build: (stack) => new GitLabRegistration(stack, 'It', {
      token: GitLabToken.group(fieldIn(stack), '12345678'),
      targetUrl: 'https://gitlab.example.com:8443',
      privateConnectivity: PrivateConnectivity.split({ target: connectionIn(stack, 'internal-tools') }),
      credentialsRevision: '2',
    }),
  },
  {
    integration: 'mcpservernewrelic',
    use: 'minimal',
    build: (stack) => new NewRelicRegistration(stack, 'It', { apiKey: fieldIn(stack, 'api_key'), accountId: '1234567', region: NewRelicRegion.US }),
  },
  {
    integration: 'mcpservernewrelic',
    use: 'with every prop',
    build: (stack) => new NewRelicRegistration(stack, 'It', {
      apiKey: fieldIn(stack, 'api_key'),
      accountId: '123',
      region: NewRelicRegion.JP,
      applicationIds: ['1', '22'],
      entityGuids: ['MTIz_fEFQTX.x-'],
      alertPolicyIds: ['333'],
      credentialsRevision: '2',
    }),
  },
  ...eachKind('mcpservergrafana', MCP_KINDS, (stack, authorization) =>
    new GrafanaRegistration(stack, 'It', { endpoint: 'https://acme.grafana.net', authorization })),
  {
    integration: 'mcpservergrafana',
    use: 'with every other prop',
    build: (stack) => new GrafanaRegistration(stack, 'It', {
      endpoint: 'https://grafana.example.com/mcp',
      serverName: 'grafana',
      description: 'Dashboards',
      privateConnectivity: splitIn(stack),
      authorization: McpServerAuthorization.authorizationDiscovery({
        waitForConsent: { topic: Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:111122223333:consents'), timeout: Duration.minutes(5) },
      }),
      credentialsRevision: '2',
    }),
  },
  ...eachKind('mcpserversplunk', MCP_KINDS, (stack, authorization) =>
    new SplunkRegistration(stack, 'It', { endpoint: 'https://splunk.example.com:8089/services/mcp', authorization })),
  {
    integration: 'mcpserversplunk',
    use: 'with every other prop',
    build: (stack) => new SplunkRegistration(stack, 'It', {
      endpoint: 'https://splunk.example.com:8089/services/mcp',
      serverName: 'splunk',
      description: 'Logs',
      authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
      credentialsRevision: '2',
    }),
  },
  {
    integration: 'mcpserverdatadog',
    use: 'minimal',
    build: (stack) => new DatadogRegistration(stack, 'It', { site: DatadogSite.US1 }),
  },
  {
    integration: 'mcpserverdatadog',
    use: 'with every prop',
    build: (stack) => new DatadogRegistration(stack, 'It', {
      site: DatadogSite.of('https://mcp.example.com/mcp?toolsets=core'),
      serverName: 'datadog',
      description: 'Metrics',
      returnToEndpoint: 'https://us-east-1.console.aws.amazon.com/aidevops/home',
      authorized: true,
    }),
  },
  {
    integration: 'mcpserversigv4',
    use: 'minimal',
    build: (stack) => new SigV4McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', signingService: 'execute-api' }),
  },
  {
    integration: 'mcpserversigv4',
    use: 'with every prop',
    build: (stack) => new SigV4McpServerRegistration(stack, 'It', {
      endpoint: 'https://mcp.example.com/mcp',
      signingService: 'bedrock-agentcore',
      signingRegion: 'us-gov-west-1',
      role: roleIn(stack),
      customHeaders: { 'X-Tenant': 'acme' },
      secretCustomHeaders: { 'X-Tenant-Token': fieldIn(stack) },
      serverName: 'runbooks',
      description: 'Runbooks, searchable',
      credentialsRevision: '2',
      readinessTimeout: Duration.minutes(2),
    }),
  },
  ...eachKind('remoteagent', kindsOf(RemoteAgentAuthorization), (stack, authorization) =>
    new RemoteAgentRegistration(stack, 'It', { endpoint: 'https://agent.example.com', authorization })),
  {
    integration: 'remoteagent',
    use: 'with every other prop',
    build: (stack) => new RemoteAgentRegistration(stack, 'It', {
      endpoint: 'https://agent.example.com/a2a',
      agentName: 'network',
      description: 'Knows the network',
      privateConnectivity: splitIn(stack),
      authorization: RemoteAgentAuthorization.oauthClientCredentials({ client: clientIn(stack), exchangeUrl: HTTPS.exchangeUrl }),
      credentialsRevision: '2',
    }),
  },
  {
    integration: 'remoteagentsigv4',
    use: 'minimal',
    build: (stack) => new SigV4RemoteAgentRegistration(stack, 'It', { endpoint: 'https://agent.example.com', signingService: 'bedrock-agentcore' }),
  },
  {
    integration: 'remoteagentsigv4',
    use: 'with every prop',
    build: (stack) => new SigV4RemoteAgentRegistration(stack, 'It', {
      endpoint: 'https://agent.example.com/a2a',
      signingService: 'bedrock-agentcore',
      signingRegion: '*',
      role: roleIn(stack),
      agentName: 'network',
      description: 'Knows the network',
    }),
  },
];
