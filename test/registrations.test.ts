// What single registrations render: their request, their authorization, their secrets and their private connections.
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnPrivateConnection } from 'aws-cdk-lib/aws-devopsagent';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, CfnElement, CfnParameter, NestedStack, SecretValue, Stack } from 'aws-cdk-lib/core';
import {
  AzureIdentityRegistration, EventChannelRegistration, McpServerAuthorization, McpServerRegistration, OAuthClient, PagerDutyRegistration,
  PagerDutyServiceRegion, PrivateConnectivity, SecretField,
} from '../src';
import { clientIn, fieldIn, GUID, KEY_ARN, leaf, newStack, registrationIn, resourcesOfType, SECRET_ARN, secretIn, templateOf, VERSION_ID } from './synthesis';

const MINIMUM_SCOPES = ['incidents.read', 'incidents.write', 'services.read', 'webhook_subscriptions.read', 'webhook_subscriptions.write'];

function mcpServerDetails(authorize: (stack: Stack) => McpServerAuthorization, stack = newStack()): any {
  new McpServerRegistration(stack, 'Mcp', { endpoint: 'https://mcp.example.com/mcp', serverName: 'tools', authorization: authorize(stack) });
  return registrationIn(stack).Request.serviceDetails.mcpserver;
}

describe('PagerDuty', () => {
  test('needs a subdomain and a client, and asks for the minimum scopes and the account', () => {
    const stack = newStack();
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: clientIn(stack) });

    expect(registrationIn(stack)).toEqual({
      ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^DefaultDevOpsAgentProviderHandler/), 'Arn'] },
      ServiceTimeout: '2040',
      Contract: '1',
      Service: 'pagerduty',
      Request: {
        name: 'Tools-PagerDuty',
        serviceDetails: {
          pagerduty: {
            scopes: [...MINIMUM_SCOPES, { $uniqueKey: 'as_account-us.acme' }],
            authorizationConfig: { oAuthClientCredentials: { clientId: leaf('client_id'), clientSecret: leaf('client_secret') } },
          },
        },
      },
      Secrets: [SECRET_ARN],
    });
  });

  test('names an account of the EU service region', () => {
    const stack = newStack();
    new PagerDutyRegistration(stack, 'PagerDuty', {
      subdomain: 'acme', authorization: clientIn(stack), serviceRegion: PagerDutyServiceRegion.EU, scopes: [...MINIMUM_SCOPES, 'users.read'],
    });

    expect(registrationIn(stack).Request.serviceDetails.pagerduty.scopes).toEqual([...MINIMUM_SCOPES, 'users.read', { $uniqueKey: 'as_account-eu.acme' }]);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('warns of a scope that AWS DevOps Agent needs and is not given', () => {
    const stack = newStack();
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: clientIn(stack), scopes: MINIMUM_SCOPES.slice(1) });

    Annotations.fromStack(stack).hasWarning('/Tools/PagerDuty', Match.stringLikeRegexp("'incidents.read'.*cdk-devops-agent:pagerDutyScopesMissing"));
  });

  test('takes no more than 660 bytes of the template with a secret of its own', () => {
    const stack = newStack();
    new PagerDutyRegistration(stack, 'PagerDuty', {
      subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(new Secret(stack, 'PagerDutySecret')),
    });

    const [entry] = resourcesOfType(stack, 'Custom::DevOpsAgentService');
    expect(JSON.stringify(Object.fromEntries([entry])).length).toBeLessThanOrEqual(660);
  });
});

describe('an OAuth client', () => {
  function rendered(client: (stack: Stack) => OAuthClient): any {
    const stack = newStack();
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: client(stack) });
    return registrationIn(stack).Request.serviceDetails.pagerduty.authorizationConfig.oAuthClientCredentials;
  }

  test('can stand in fields of other names, pinned to a version', () => {
    expect(rendered((stack) => OAuthClient.fromSecretsManager(secretIn(stack), {
      clientIdField: 'id', clientSecretField: 'secret', versionId: VERSION_ID,
    }))).toEqual({
      clientId: { ...leaf('id'), versionId: VERSION_ID },
      clientSecret: { ...leaf('secret'), versionId: VERSION_ID },
    });
  });

  test('can have an id that is no secret, a name, and parameters of both kinds', () => {
    expect(rendered((stack) => OAuthClient.fromClientId('client', SecretField.fromSecretsManager(secretIn(stack)), {
      clientName: 'The client',
      exchangeParameters: { audience: 'tools', $filter: 'all' },
      secretExchangeParameters: { assertion: SecretField.fromSecretsManagerVersion(secretIn(stack), VERSION_ID, 'assertion') },
    }))).toEqual({
      clientName: 'The client',
      clientId: 'client',
      clientSecret: { $secret: '0' },
      exchangeParameters: { audience: 'tools', $$filter: 'all', assertion: { ...leaf('assertion'), versionId: VERSION_ID } },
    });
  });

  test('leaves out parameters that are given but empty', () => {
    expect(rendered((stack) => OAuthClient.fromClientId('client', fieldIn(stack), { exchangeParameters: {} })))
      .toEqual({ clientId: 'client', clientSecret: leaf('token') });
  });
});

describe('a secret', () => {
  test('of this app is referred to by its full ARN', () => {
    const stack = newStack();
    const secret = new Secret(stack, 'Secret');
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret) });

    expect(registrationIn(stack).Secrets).toEqual([{ Ref: stack.getLogicalId(secret.node.defaultChild as CfnElement) }]);
  });

  test('that is imported by name is referred to by its name', () => {
    const stack = newStack();
    const authorization = OAuthClient.fromSecretsManager(Secret.fromSecretNameV2(stack, 'Secret', 'named'));
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization });

    expect(registrationIn(stack).Secrets).toEqual(['named']);
  });

  // The six letters after the dash would be taken for the end of a whole ARN.
  const LIKE_AN_ARN = 'tools/pagerduty-client';

  test('that is imported by name is referred to by it, even if all of its ARN but the end is known', () => {
    const app = new App({ context: { '@aws-cdk/core:enablePartitionLiterals': true } });
    const stack = new Stack(app, 'Tools', { env: { account: '111122223333', region: 'us-east-1' } });
    const authorization = OAuthClient.fromSecretsManager(Secret.fromSecretNameV2(stack, 'Secret', LIKE_AN_ARN));
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization });

    expect(registrationIn(stack).Secrets).toEqual([LIKE_AN_ARN]);
  });

  test('that is imported by name into another stack of the same account is referred to by it too', () => {
    const stack = newStack();
    const authorization = OAuthClient.fromSecretsManager(Secret.fromSecretNameV2(stack, 'Secret', LIKE_AN_ARN));
    const nested = new NestedStack(stack, 'Nested');
    new PagerDutyRegistration(nested, 'PagerDuty', { subdomain: 'acme', authorization });

    expect(registrationIn(nested).Secrets).toEqual([LIKE_AN_ARN]);
  });

  test('that is imported by a name that is known at deployment is referred to by that name', () => {
    const stack = newStack();
    const authorization = OAuthClient.fromSecretsManager(Secret.fromSecretNameV2(stack, 'Secret', new CfnParameter(stack, 'Name').valueAsString));
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization });

    expect(registrationIn(stack).Secrets).toEqual([{ Ref: 'Name' }]);
  });

  test('that is of another account is referred to by its ARN without a suffix, not by its name: this account may have that name too', () => {
    const stack = newStack({ env: { account: '111122223333', region: 'us-east-1' } });
    const secretPartialArn = 'arn:aws:secretsmanager:us-east-1:444455556666:secret:named';
    const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY_ARN.replace('111122223333', '444455556666'));
    const authorization = OAuthClient.fromSecretsManager(Secret.fromSecretAttributes(stack, 'Secret', { secretPartialArn, encryptionKey }));
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization });

    expect(registrationIn(stack).Secrets).toEqual([secretPartialArn]);
  });

  test('never brings its value, nor a dynamic reference to it, into a registration', () => {
    const stack = newStack();
    const canary = 'canary-8c1f';
    const secret = new Secret(stack, 'Secret', { secretObjectValue: { client_id: SecretValue.unsafePlainText(canary), token: SecretValue.unsafePlainText(canary) } });
    const client = OAuthClient.fromSecretsManager(secret);
    const field = SecretField.fromSecretsManager(secret, 'token');
    const urls = { authorizationUrl: 'https://a.example.com', exchangeUrl: 'https://b.example.com' };
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: client });
    [
      McpServerAuthorization.oauthClientCredentials({ client, ...urls }), McpServerAuthorization.oauth3lo(client, urls),
      McpServerAuthorization.apiKey({ apiKey: field, header: 'x-key' }), McpServerAuthorization.bearerToken(field),
    ].forEach((authorization, index) => new McpServerRegistration(stack, `Mcp${index}`, { endpoint: 'https://mcp.example.com', authorization }));

    const { Resources } = templateOf(stack);
    const secretId = stack.getLogicalId(secret.node.defaultChild as CfnElement);
    expect(JSON.stringify(Resources[secretId])).toContain(canary);
    delete Resources[secretId];
    expect(JSON.stringify(Resources)).not.toContain(canary);
    expect(JSON.stringify(Resources)).not.toContain('{{resolve:');
  });
});

describe('an MCP server', () => {
  test('has a unique name made of its path, unless it is given one', () => {
    const stack = newStack();
    new McpServerRegistration(stack, 'My server', { endpoint: 'https://mcp.example.com/mcp', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)) });

    const { Service, Request: { name, serviceDetails: { mcpserver } } } = registrationIn(stack);
    expect([Service, name]).toEqual(['mcpserver', 'Tools-My server']);
    expect(mcpserver).toEqual({
      name: { $uniqueName: expect.stringMatching(/^Tools-My-?server-[0-9A-F]{8}$/) },
      endpoint: 'https://mcp.example.com/mcp',
      authorizationConfig: { bearerToken: { tokenName: 'Bearer token', tokenValue: leaf('token') } },
    });
  });

  test('has a unique name that leaves room for the suffix, however long the path is', () => {
    const stack = newStack();
    new McpServerRegistration(stack, 'x'.repeat(200), { endpoint: 'https://mcp.example.com', authorization: McpServerAuthorization.authorizationDiscovery() });

    const { $uniqueName } = registrationIn(stack).Request.serviceDetails.mcpserver.name;
    expect($uniqueName).toMatch(/^[a-zA-Z0-9_-]{1,119}$/);
  });

  test('sends the name and the description that it is given', () => {
    const stack = newStack();
    new McpServerRegistration(stack, 'Mcp', {
      endpoint: 'https://mcp.example.com', serverName: 'tools', description: 'What it is for', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
    });

    expect(registrationIn(stack).Request.serviceDetails.mcpserver).toMatchObject({ name: { $uniqueKey: 'tools' }, description: 'What it is for' });
  });

  test('is authorized by client credentials', () => {
    expect(mcpServerDetails((stack) => McpServerAuthorization.oauthClientCredentials({
      client: clientIn(stack), exchangeUrl: 'https://auth.example.com/token', scopes: ['read', 'write'],
    })).authorizationConfig).toEqual({
      oAuthClientCredentials: {
        clientId: leaf('client_id'), clientSecret: leaf('client_secret'), exchangeUrl: 'https://auth.example.com/token', scopes: ['read', 'write'],
      },
    });
  });

  const urls = { authorizationUrl: 'https://auth.example.com/authorize', exchangeUrl: 'https://auth.example.com/token' };

  test('is authorized by a person, with a client that has a secret', () => {
    const stack = newStack({ env: { region: 'us-east-1' } });
    const authorization = () => McpServerAuthorization.oauth3lo(clientIn(stack), { ...urls, supportCodeChallenge: false, scopes: [] });
    expect(mcpServerDetails(authorization, stack).authorizationConfig).toEqual({
      oAuth3LO: {
        clientId: leaf('client_id'),
        clientSecret: leaf('client_secret'),
        ...urls,
        supportCodeChallenge: { $boolean: 'false' },
        returnToEndpoint: 'https://us-east-1.console.aws.amazon.com/aidevops/home',
      },
    });
    expect(registrationIn(stack).Authorized).toBe('false');
  });

  test('is authorized by a person, with a public client, which always uses PKCE', () => {
    const returnToEndpoint = 'https://us-west-2.console.aws.amazon.com/';
    expect(mcpServerDetails(() => McpServerAuthorization.oauth3loPublicClient('client', { ...urls, returnToEndpoint })).authorizationConfig).toEqual({
      oAuth3LO: { clientId: 'client', ...urls, supportCodeChallenge: { $boolean: 'true' }, returnToEndpoint },
    });
  });

  test('is authorized by a person, with a public client whose id nobody is to see', () => {
    const authorization = (stack: Stack) => McpServerAuthorization.oauth3loPublicClientFromSecret(fieldIn(stack, 'client_id'), urls);
    expect(mcpServerDetails(authorization).authorizationConfig).toMatchObject({
      oAuth3LO: { clientId: leaf('client_id'), ...urls, supportCodeChallenge: { $boolean: 'true' } },
    });
  });

  test('is authorized by headers, from secrets and others', () => {
    expect(mcpServerDetails((stack) => McpServerAuthorization.customHeaders({
      secretHeaders: { 'X-Api-Key': fieldIn(stack) }, headers: { 'X-Tenant': 'acme' },
    })).authorizationConfig).toEqual({ customHeaders: { headers: { 'X-Api-Key': leaf('token'), 'X-Tenant': 'acme' } } });
  });

  test('is authorized by a key in a header', () => {
    expect(mcpServerDetails((stack) => McpServerAuthorization.apiKey({ apiKey: fieldIn(stack), header: 'x-api-key' })).authorizationConfig)
      .toEqual({ apiKey: { apiKeyName: 'API key', apiKeyValue: leaf('token'), apiKeyHeader: 'x-api-key' } });
  });

  test('is authorized by a bearer token in a header of another name', () => {
    expect(mcpServerDetails((stack) => McpServerAuthorization.bearerToken(fieldIn(stack), { header: 'x-token', name: 'The token' })).authorizationConfig)
      .toEqual({ bearerToken: { tokenName: 'The token', tokenValue: leaf('token'), authorizationHeader: 'x-token' } });
  });

  test('is authorized by what it says itself, returning to the console of the region', () => {
    const { returnToEndpoint } = mcpServerDetails(() => McpServerAuthorization.authorizationDiscovery()).authorizationConfig.authorizationDiscovery;
    expect(returnToEndpoint).toEqual({ 'Fn::Join': ['', ['https://', { Ref: 'AWS::Region' }, '.console.aws.amazon.com/aidevops/home']] });
  });

  test('tells the handler that a person has consented, and shows where to', () => {
    const stack = newStack();
    const server = new McpServerRegistration(stack, 'Mcp', {
      endpoint: 'https://mcp.example.com', authorization: McpServerAuthorization.authorizationDiscovery({ authorized: true }),
    });
    expect(registrationIn(stack).Authorized).toBe('true');
    expect(stack.resolve(server.consentUrl)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Mcp/), 'ConsentUrl'] });
  });
});

describe('private connections', () => {
  function connectionIn(stack: Stack, name: string): CfnPrivateConnection {
    return new CfnPrivateConnection(stack, name, { name, connectionConfiguration: { selfManaged: { resourceConfigurationId: 'arn:aws:vpc-lattice:us-east-1:111122223333:resourceconfiguration/rcfg-0123456789abcdef0' } } });
  }

  function registered(connectivity: (stack: Stack) => PrivateConnectivity): { stack: Stack; request: any; dependsOn?: string[] } {
    const stack = newStack();
    new McpServerRegistration(stack, 'Mcp', {
      endpoint: 'https://mcp.example.com',
      authorization: McpServerAuthorization.oauthClientCredentials({ client: clientIn(stack), exchangeUrl: 'https://auth.example.com' }),
      privateConnectivity: connectivity(stack),
    });
    const [[, resource]] = resourcesOfType(stack, 'Custom::DevOpsAgentService');
    const { name, serviceDetails, ...request } = resource.Properties.Request;
    return { stack, request, dependsOn: resource.DependsOn };
  }

  test('can be one for everything, which is there first', () => {
    const { request, dependsOn } = registered((stack) => PrivateConnectivity.all(connectionIn(stack, 'both')));
    expect(request).toEqual({ privateConnectionName: { Ref: 'both' } });
    expect(dependsOn).toEqual(['both']);
  });

  test('can be two for two kinds of traffic, which are there first', () => {
    const { request, dependsOn } = registered((stack) => PrivateConnectivity.split({ target: connectionIn(stack, 'one'), exchange: connectionIn(stack, 'two') }));
    expect(request).toEqual({ targetUrlPrivateConnectionName: { Ref: 'one' }, exchangeUrlPrivateConnectionName: { Ref: 'two' } });
    expect(dependsOn).toEqual(['one', 'two']);
  });

  test('can be one for one kind of traffic, known by name', () => {
    const { request, dependsOn } = registered((stack) => PrivateConnectivity.split({ exchange: PrivateConnectivity.refFromName(stack, 'Connection', 'vpc-tools') }));
    expect(request).toEqual({ exchangeUrlPrivateConnectionName: 'vpc-tools' });
    expect(dependsOn).toBeUndefined();
  });
});

describe('an event channel', () => {
  test('is a webhook', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel');
    expect(registrationIn(stack)).toMatchObject({
      Service: 'eventChannel', Request: { name: 'Tools-Channel', serviceDetails: { eventChannel: { type: { $uniqueKey: 'webhook' } } } },
    });
    expect(registrationIn(stack)).not.toHaveProperty('AdoptExisting');
  });

  test('can be the one that is there already', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel', { adoptExisting: true });
    expect(registrationIn(stack).AdoptExisting).toBe('true');
  });
});

test('an Azure identity has the role by ARN and the audience of Microsoft Entra', () => {
  const stack = newStack();
  new AzureIdentityRegistration(stack, 'Azure', {
    tenantId: GUID, clientId: GUID, webIdentityRole: Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/azure'),
  });
  expect(registrationIn(stack)).toMatchObject({
    Service: 'azureidentity',
    Request: {
      serviceDetails: {
        azureidentity: {
          tenantId: GUID,
          clientId: { $uniqueKey: GUID },
          webIdentityRoleArn: 'arn:aws:iam::111122223333:role/azure',
          webIdentityTokenAudiences: ['api://AzureADTokenExchange'],
        },
      },
    },
  });
});
