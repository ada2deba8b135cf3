import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Stack, Tags } from 'aws-cdk-lib/core';
import {
  AzureIdentityRegistration, EventChannelRegistration, McpServerAuthorization, McpServerRegistration, OAuthClient,
  PagerDutyRegistration, PagerDutyServiceRegion, PrivateConnectivity, SecretField, ServiceRegistration,
} from '../../src';
import { clientIn, fieldIn, GUID, KEY_ARN, secretIn } from '../synthesis';

/** A use of an integration. Each integration has a minimal one and one with every prop, and one for each kind of authorization. */
export interface Use {
  readonly integration: string;
  readonly use: string;
  readonly build: (stack: Stack) => ServiceRegistration;
}

const HTTPS = { authorizationUrl: 'https://login.example.com/authorize', exchangeUrl: 'https://login.example.com/token' };

function mcpServer(use: string, authorization: (stack: Stack) => McpServerAuthorization): Use {
  return {
    integration: 'mcpserver',
    use,
    build: (stack) => new McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', authorization: authorization(stack) }),
  };
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
      const secret = secretIn(stack);
      const registration = new PagerDutyRegistration(stack, 'It', {
        subdomain: 'acme',
        serviceRegion: PagerDutyServiceRegion.EU,
        scopes: ['incidents.read', 'incidents.write', 'services.read', 'webhook_subscriptions.read', 'webhook_subscriptions.write', 'users.read'],
        authorization: OAuthClient.fromClientId('client-id', SecretField.fromSecretsManager(secret, 'client_secret'), {
          clientName: 'On-call',
          exchangeParameters: { audience: 'https://api.pagerduty.com', $odd: 'yes' },
          secretExchangeParameters: { assertion: SecretField.fromSecretsManager(secret, 'assertion') },
        }),
        displayName: 'PagerDuty of acme',
        encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
        credentialsRevision: '2026-01',
      });
      Tags.of(registration).add('team', 'sre');
      return registration;
    },
  },
  mcpServer('with a bearer token', (stack) => McpServerAuthorization.bearerToken(fieldIn(stack))),
  mcpServer('with a bearer token and its options', (stack) => McpServerAuthorization.bearerToken(fieldIn(stack), { header: 'X-Token', name: 'reader' })),
  mcpServer('with an API key', (stack) => McpServerAuthorization.apiKey({ apiKey: fieldIn(stack), header: 'X-Api-Key', name: 'reader' })),
  mcpServer('with OAuth client credentials', (stack) => McpServerAuthorization.oauthClientCredentials({
    client: clientIn(stack), exchangeUrl: HTTPS.exchangeUrl, scopes: ['read', 'write'],
  })),
  mcpServer('with OAuth 3LO', (stack) => McpServerAuthorization.oauth3lo(clientIn(stack), { ...HTTPS, scopes: ['read'], supportCodeChallenge: false })),
  mcpServer('with OAuth 3LO of a public client', () => McpServerAuthorization.oauth3loPublicClient('public-client', HTTPS)),
  mcpServer('with authorization discovery', () => McpServerAuthorization.authorizationDiscovery()),
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
    integration: 'azureidentity',
    use: 'minimal',
    build: (stack) => new AzureIdentityRegistration(stack, 'It', {
      tenantId: GUID,
      clientId: GUID,
      webIdentityRole: new Role(stack, 'Role', { assumedBy: new ArnPrincipal('*') }),
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
];
