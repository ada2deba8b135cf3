import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { NestedStack, Stack } from 'aws-cdk-lib/core';
import {
  DatadogRegistration, DatadogSite, DevOpsAgentProvider, DynatraceRegistration, GitLabRegistration, GitLabToken, GrafanaRegistration,
  McpServerAuthorization, NewRelicRegion, NewRelicRegistration, PrivateConnectivity, RemoteAgentAuthorization, RemoteAgentRegistration,
  SecretField, ServiceNowRegistration, ServiceRegistration, SigV4McpServerRegistration, SigV4RemoteAgentRegistration, SplunkRegistration,
} from '../src';
import {
  clientIn, fieldIn, GUID, leaf, newStack, registrationIn, resourcesOfType, SECRET_ARN, statementsAllowing,
} from './synthesis';

const ROLE_ARN = 'arn:aws:iam::111122223333:role/signer';
const CLIENT = { oAuthClientCredentials: { clientId: leaf('client_id'), clientSecret: leaf('client_secret') } };
const UNIQUE = { $uniqueName: expect.stringMatching(/^Tools-It-?[0-9A-F]{8}$/) };
const REGION = { Ref: 'AWS::Region' };

/** What a registration sends as the details of its service. */
function detailsOf(service: string, build: (stack: Stack) => unknown, stack = newStack()): any {
  build(stack);
  const { Service, Request } = registrationIn(stack);
  expect(Service).toBe(service);
  expect(Object.keys(Request.serviceDetails)).toEqual([service]);
  return Request.serviceDetails[service];
}

test('Dynatrace is an account and a client of it', () => {
  const accountUrn = `urn:dtaccount:${GUID}`;
  expect(detailsOf('dynatrace', (stack) => new DynatraceRegistration(stack, 'It', { accountUrn, authorization: clientIn(stack) })))
    .toEqual({ accountUrn, authorizationConfig: CLIENT });
});

test('ServiceNow is an instance and a client of it', () => {
  const instanceUrl = 'https://acme.service-now.com';
  expect(detailsOf('servicenow', (stack) => new ServiceNowRegistration(stack, 'It', { instanceUrl, authorization: clientIn(stack) })))
    .toEqual({ instanceUrl, authorizationConfig: CLIENT });
});

describe('GitLab', () => {
  test('is gitlab.com with a person\'s token', () => {
    expect(detailsOf('gitlab', (stack) => new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(fieldIn(stack)) })))
      .toEqual({ targetUrl: 'https://gitlab.com', tokenType: 'personal', tokenValue: leaf('token') });
  });

  test('is an instance of one\'s own with a group\'s token', () => {
    expect(detailsOf('gitlab', (stack) => new GitLabRegistration(stack, 'It', {
      token: GitLabToken.group(fieldIn(stack), '42'), targetUrl: 'https://gitlab.example.com',
    }))).toEqual({ targetUrl: 'https://gitlab.example.com', tokenType: 'group', tokenValue: leaf('token'), groupId: '42' });
  });

  test('is reached through a private connection', () => {
    const stack = newStack();
    new GitLabRegistration(stack, 'It', {
      token: GitLabToken.personal(fieldIn(stack)), privateConnectivity: PrivateConnectivity.all(PrivateConnectivity.refFromName(stack, 'Connection', 'tools')),
    });
    expect(registrationIn(stack).Request.privateConnectionName).toBe('tools');
  });
});

describe('New Relic', () => {
  test('is an account, its region and a user key', () => {
    expect(detailsOf('mcpservernewrelic', (stack) => new NewRelicRegistration(stack, 'It', {
      apiKey: fieldIn(stack), accountId: '1234567', region: NewRelicRegion.EU, applicationIds: [], entityGuids: [], alertPolicyIds: [],
    }))).toEqual({ authorizationConfig: { apiKey: { apiKey: leaf('token'), accountId: '1234567', region: 'EU' } } });
  });

  test('is what is monitored of it, too', () => {
    const monitored = { applicationIds: ['1'], entityGuids: ['abc'], alertPolicyIds: ['2', '3'] };
    expect(detailsOf('mcpservernewrelic', (stack) => new NewRelicRegistration(stack, 'It', {
      apiKey: fieldIn(stack), accountId: '123', region: NewRelicRegion.US, ...monitored,
    })).authorizationConfig.apiKey).toMatchObject(monitored);
  });
});

describe.each([
  ['mcpservergrafana', GrafanaRegistration],
  ['mcpserversplunk', SplunkRegistration],
] as const)('%s', (service, Registration) => {
  const endpoint = 'https://tool.example.com:8089/services/mcp';

  test('is an MCP server with a unique name', () => {
    expect(detailsOf(service, (stack) => new Registration(stack, 'It', { endpoint, authorization: McpServerAuthorization.bearerToken(fieldIn(stack)) }))).toEqual({
      name: UNIQUE, endpoint, authorizationConfig: { bearerToken: { tokenName: 'Bearer token', tokenValue: leaf('token') } },
    });
  });

  test('can be given a name and a description, and shows where to consent', () => {
    const stack = newStack();
    const registration = new Registration(stack, 'It', {
      endpoint, serverName: 'tool', description: 'What it is for', authorization: McpServerAuthorization.authorizationDiscovery({ authorized: true }),
    });
    const { Authorized, Request } = registrationIn(stack);
    expect(Request.serviceDetails[service]).toMatchObject({ name: { $uniqueKey: 'tool' }, description: 'What it is for' });
    expect(Authorized).toBe('true');
    expect(stack.resolve(registration.consentUrl)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^It/), 'ConsentUrl'] });
  });
});

describe('Datadog', () => {
  test.each([
    ['US1', DatadogSite.US1, 'https://mcp.datadoghq.com/api/unstable/mcp-server/mcp'],
    ['US3', DatadogSite.US3, 'https://mcp.us3.datadoghq.com/api/unstable/mcp-server/mcp'],
    ['US5', DatadogSite.US5, 'https://mcp.us5.datadoghq.com/api/unstable/mcp-server/mcp'],
    ['EU1', DatadogSite.EU1, 'https://mcp.datadoghq.eu/api/unstable/mcp-server/mcp'],
    ['AP1', DatadogSite.AP1, 'https://mcp.ap1.datadoghq.com/api/unstable/mcp-server/mcp'],
    ['AP2', DatadogSite.AP2, 'https://mcp.ap2.datadoghq.com/api/unstable/mcp-server/mcp'],
    ['another site', DatadogSite.of('https://mcp.example.com/mcp'), 'https://mcp.example.com/mcp'],
  ])('is the MCP server of %s', (_, site, endpoint) => {
    expect(detailsOf('mcpserverdatadog', (stack) => new DatadogRegistration(stack, 'It', { site })).endpoint).toBe(endpoint);
  });

  test('has a unique name, and a person consents who returns to the console of the region', () => {
    const stack = newStack();
    let registration: DatadogRegistration;
    const { name, authorizationConfig } = detailsOf('mcpserverdatadog', () => {
      registration = new DatadogRegistration(stack, 'It', { site: DatadogSite.US1 });
    }, stack);
    expect(name).toEqual(UNIQUE);
    expect(authorizationConfig).toEqual({
      authorizationDiscovery: { returnToEndpoint: { 'Fn::Join': ['', ['https://', REGION, '.console.aws.amazon.com/aidevops/home']] } },
    });
    expect(registrationIn(stack).Authorized).toBe('false');
    expect(stack.resolve(registration!.consentUrl)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^It/), 'ConsentUrl'] });
  });

  test('takes everything that there is to say about it', () => {
    const stack = newStack();
    const returnToEndpoint = 'https://eu-west-1.console.aws.amazon.com/';
    new DatadogRegistration(stack, 'It', { site: DatadogSite.EU1, serverName: 'datadog', description: 'Metrics', authorized: true, returnToEndpoint });
    const { Authorized, Request } = registrationIn(stack);
    expect(Request.serviceDetails.mcpserverdatadog).toMatchObject({
      name: { $uniqueKey: 'datadog' }, description: 'Metrics', authorizationConfig: { authorizationDiscovery: { returnToEndpoint } },
    });
    expect(Authorized).toBe('true');
  });
});

describe.each([
  ['mcpserversigv4', SigV4McpServerRegistration, 'mcpRoleArn'],
  ['remoteagentsigv4', SigV4RemoteAgentRegistration, 'roleArn'],
] as const)('%s', (service, Registration, roleMember) => {
  const props = { endpoint: 'https://tool.example.com/mcp', signingService: 'execute-api' };

  test('is signed for the region of the stack, by nobody\'s role', () => {
    const stack = newStack();
    expect(detailsOf(service, () => new Registration(stack, 'It', props), stack)).toEqual({
      name: UNIQUE, endpoint: props.endpoint, authorizationConfig: { region: REGION, service: 'execute-api' },
    });
    expect(statementsAllowing(stack, 'iam:PassRole')).toEqual([]);
  });

  test.each(['*', 'eu-west-1'])('can be signed for the region %s', (signingRegion) => {
    expect(detailsOf(service, (stack) => new Registration(stack, 'It', { ...props, signingRegion })).authorizationConfig.region).toBe(signingRegion);
  });

  test('is signed by a role, which the provider may pass, and nothing is added to the role', () => {
    const stack = newStack();
    const details = detailsOf(service, () => new Registration(stack, 'It', { ...props, role: Role.fromRoleArn(stack, 'Role', ROLE_ARN) }), stack);
    expect(details.authorizationConfig[roleMember]).toBe(ROLE_ARN);
    expect(statementsAllowing(stack, 'iam:PassRole')).toEqual([{
      Action: 'iam:PassRole', Effect: 'Allow', Resource: ROLE_ARN, Condition: { StringEquals: { 'iam:PassedToService': 'aidevops.amazonaws.com' } },
    }]);
    expect(resourcesOfType(stack, 'AWS::IAM::Policy')).toHaveLength(1);
  });

  test('waits for a role of the app, which is tried out', () => {
    const stack = newStack();
    const role = new Role(stack, 'Role', { assumedBy: new ArnPrincipal('*') });
    new Registration(stack, 'It', { ...props, role });
    const [[, registration]] = resourcesOfType(stack, 'Custom::DevOpsAgentService');
    expect(registration.DependsOn).toEqual([expect.stringMatching(/^Role/)]);
  });

  test('brings the right to pass its role along, outside the stack of its provider', () => {
    const stack = newStack();
    const nested = new NestedStack(stack, 'Nested');
    new Registration(nested, 'It', { ...props, provider: new DevOpsAgentProvider(stack, 'Provider'), role: Role.fromRoleArn(nested, 'Role', ROLE_ARN) });
    expect(statementsAllowing(nested, 'iam:PassRole').map((statement) => statement.Resource)).toEqual([ROLE_ARN]);
    expect(statementsAllowing(stack, 'iam:PassRole')).toEqual([]);
  });
});

test('an MCP server with SigV4 gets headers of both kinds, and the secret ones are read', () => {
  const stack = newStack();
  const details = detailsOf('mcpserversigv4', () => new SigV4McpServerRegistration(stack, 'It', {
    endpoint: 'https://mcp.example.com/mcp',
    signingService: 'execute-api',
    customHeaders: { 'X-Tenant': 'acme' },
    secretCustomHeaders: { 'X-Token': fieldIn(stack) },
    credentialsRevision: '2',
  }), stack);
  expect(details.authorizationConfig.customHeaders).toEqual({ 'X-Tenant': 'acme', 'X-Token': leaf('token') });
  expect(statementsAllowing(stack, 'secretsmanager:GetSecretValue').map((statement) => statement.Resource)).toEqual([SECRET_ARN]);
  expect(registrationIn(stack).CredentialsRevision).toBe('2');
});

describe('a remote agent', () => {
  const endpoint = 'https://agent.example.com';

  test.each<[string, (stack: Stack) => RemoteAgentAuthorization, object]>([
    ['a bearer token', (stack) => RemoteAgentAuthorization.bearerToken(fieldIn(stack)), {
      bearerToken: { tokenName: 'Bearer token', tokenValue: leaf('token') },
    }],
    ['a key', (stack) => RemoteAgentAuthorization.apiKey({ apiKey: fieldIn(stack), header: 'x-key', name: 'The key' }), {
      apiKey: { apiKeyName: 'The key', apiKeyValue: leaf('token'), apiKeyHeader: 'x-key' },
    }],
    ['client credentials', (stack) => RemoteAgentAuthorization.oauthClientCredentials({ client: clientIn(stack), exchangeUrl: endpoint, scopes: ['read'] }), {
      oAuthClientCredentials: { ...CLIENT.oAuthClientCredentials, exchangeUrl: endpoint, scopes: ['read'] },
    }],
  ])('is authorized by %s', (_, authorization, authorizationConfig) => {
    const stack = newStack();
    expect(detailsOf('remoteagent', () => new RemoteAgentRegistration(stack, 'It', { endpoint, authorization: authorization(stack) }), stack))
      .toEqual({ name: UNIQUE, endpoint, authorizationConfig });
    expect(registrationIn(stack)).not.toHaveProperty('Authorized');
  });

  test('can be given a name, a description and private connections', () => {
    const stack = newStack();
    const connection = (name: string) => PrivateConnectivity.refFromName(stack, name, name);
    new RemoteAgentRegistration(stack, 'It', {
      endpoint,
      agentName: 'network',
      description: 'Knows the network',
      authorization: RemoteAgentAuthorization.oauthClientCredentials({ client: clientIn(stack), exchangeUrl: endpoint }),
      privateConnectivity: PrivateConnectivity.split({ target: connection('target'), exchange: connection('exchange') }),
    });
    expect(registrationIn(stack).Request).toMatchObject({
      serviceDetails: { remoteagent: { name: { $uniqueKey: 'network' }, description: 'Knows the network' } },
      targetUrlPrivateConnectionName: 'target',
      exchangeUrlPrivateConnectionName: 'exchange',
    });
  });
});

test.each<[string, (stack: Stack, field: SecretField) => ServiceRegistration]>([
  ['GitLab', (stack, field) => new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(field), credentialsRevision: '2' })],
  ['New Relic', (stack, field) => new NewRelicRegistration(stack, 'It', { apiKey: field, accountId: '123', region: NewRelicRegion.US, credentialsRevision: '2' })],
  ['Grafana', (stack, field) => new GrafanaRegistration(stack, 'It', {
    endpoint: 'https://acme.grafana.net', authorization: McpServerAuthorization.bearerToken(field), credentialsRevision: '2',
  })],
  ['Splunk', (stack, field) => new SplunkRegistration(stack, 'It', {
    endpoint: 'https://splunk.example.com', authorization: McpServerAuthorization.bearerToken(field), credentialsRevision: '2',
  })],
  ['a remote agent', (stack, field) => new RemoteAgentRegistration(stack, 'It', {
    endpoint: 'https://agent.example.com', authorization: RemoteAgentAuthorization.bearerToken(field), credentialsRevision: '2',
  })],
])('%s has its credential read, and read again on a new revision', (_, build) => {
  const stack = newStack();
  build(stack, SecretField.fromSecretsManager(new Secret(stack, 'Secret')));
  expect(statementsAllowing(stack, 'secretsmanager:GetSecretValue').map((statement) => statement.Resource)).toEqual([{ Ref: expect.stringMatching(/^Secret/) }]);
  expect(registrationIn(stack).CredentialsRevision).toBe('2');
});
