import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnParameter, Duration, Fn, Lazy, Stack } from 'aws-cdk-lib/core';
import {
  DatadogRegistration, DevOpsAgentProvider, DevOpsAgentServicePrincipal, EventChannelRegistration, GitLabRegistration, GitLabToken,
  McpServerAuthorization, McpServerRegistration, NewRelicRegion, NewRelicRegistration, OAuthClient, PagerDutyRegistration, PagerDutyServiceRegion,
  RemoteAgentAuthorization, SecretField, ServiceRegistration,
} from '../src';
import { clientIn, errorOf, fieldIn, newStack, registrationIn, resourcesOfType, secretIn, templateOf } from './synthesis';

// What JavaScript, a context or a JSON file may give for a prop.

const pagerDuty = (props: object) => (stack: Stack) => new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: clientIn(stack), ...props });
const mcp = (props: object) => (stack: Stack) =>
  new McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', authorization: McpServerAuthorization.authorizationDiscovery(), ...props });
const authorized = (make: (stack: Stack) => unknown) => (stack: Stack) => mcp({ authorization: make(stack) })(stack);
const any = (value: unknown) => value as any;

test.each<[string, (stack: Stack) => unknown, string[]]>([
  ['the name of an enum\'s member', pagerDuty({ serviceRegion: 'EU' }),
    ["serviceRegion: 'EU' must be PagerDutyServiceRegion.US ('us') or PagerDutyServiceRegion.EU ('eu')."]],
  ['an enum in lower case', (stack) => new NewRelicRegistration(stack, 'It', { apiKey: fieldIn(stack), accountId: '123', region: any('us') }),
    ["region: 'us' must be NewRelicRegion.US ('US'), NewRelicRegion.EU ('EU') or NewRelicRegion.JP ('JP')."]],
  ['a string for a list', pagerDuty({ scopes: 'a b' }), ['scopes: a value of type string was given, but it must be a list, each item 1 to 256 printable ASCII characters']],
  ['a list with another type in it', pagerDuty({ scopes: ['incidents.read', 42] }), ['scopes[1]: a value of type number was given, but it must be a string']],
  ['a string for a boolean', authorized(() => McpServerAuthorization.authorizationDiscovery({ authorized: any('yes') })),
    ["authorization.authorized: a value of type string was given, but it must be true or false. A value of the command line's context is a string: compare it, === 'true'."]],
  ['a string that authorizes', mcp({ authorization: 'Bearer x' }),
    ['authorization: a value of type string was given, but it must be an McpServerAuthorization, such as McpServerAuthorization.bearerToken(…).']],
  ['a secret that authorizes', (stack) => pagerDuty({ authorization: secretIn(stack) })(stack), ['but it must be an OAuthClient, such as OAuthClient.fromSecretsManager(secret).']],
  ['a secret in place of its field', authorized((stack) => McpServerAuthorization.bearerToken(any(secretIn(stack)))),
    ['authorization.token: ', 'but it must be a SecretField, such as SecretField.fromSecretsManager(secret, field).']],
  ['an imported secret, whose class has no name', authorized((stack) => McpServerAuthorization.bearerToken(any(Secret.fromSecretNameV2(stack, 'Named', 'tools')))),
    ['authorization.token: a value of type object was given, but it must be a SecretField']],
  ['a string in place of a secret', authorized(() => McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(any('tools')))),
    ['authorization.token (secret): a value of type string was given, but it must be an ISecret']],
  ['the authorization of another family', authorized((stack) => RemoteAgentAuthorization.bearerToken(fieldIn(stack))),
    ['authorization: a value of type RemoteAgentAuthorization was given, but it must be an McpServerAuthorization']],
  ['no authorization', mcp({ authorization: undefined }), ['authorization is required: an McpServerAuthorization, such as']],
  ['no token', (stack) => new GitLabRegistration(stack, 'It', any({})), ['token is required: a GitLabToken, such as GitLabToken.personal(token).']],
  ['a GitLab token of nothing', (stack) => new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(any(undefined)) }), ['token is required: a SecretField']],
  ['no topic', authorized(() => McpServerAuthorization.authorizationDiscovery({ waitForConsent: any({ timeout: Duration.minutes(5) }) })),
    ['authorization.waitForConsent.topic is required: an ITopic of aws-cdk-lib/aws-sns, such as a Topic.']],
  ['no site', (stack) => new DatadogRegistration(stack, 'It', any({})), ['site is required: a DatadogSite, such as DatadogSite.EU1.']],
  ['null for an endpoint', mcp({ endpoint: null }), ['endpoint is required: an https:// URL']],
  ['a number for a text', mcp({ description: 42 }), ['description: a value of type number was given, but it must be a string: 1 to 500 letters']],
  ['no props', (stack) => new PagerDutyRegistration(stack, 'It', any(undefined)), ['subdomain is required: ', 'authorization is required: ']],
  ['a string for all props', (stack) => new PagerDutyRegistration(stack, 'It', any('acme')), ['props: a value of type string was given, but it must be an object']],
  ['a list for options', authorized(() => McpServerAuthorization.apiKey(any(['x']))), ['authorization: a value of type array was given, but it must be an object with apiKey, header and name.']],
  ['an ARN for a key', (stack) => new EventChannelRegistration(stack, 'It', { encryptionKey: any('arn:aws:kms:…') }), ['encryptionKey: a value of type string was given, but it must be an IKey']],
  ['the name of a removal policy', (stack) => new EventChannelRegistration(stack, 'It', { removalPolicy: any('DESTROY') }), ["removalPolicy: 'DESTROY' must be RemovalPolicy.DESTROY ('destroy'), "]],
  ['a number for a service id', (stack) => ServiceRegistration.fromServiceId(stack, 'It', any(42)), ['serviceId: a value of type number was given']],
  ['an ARN alone for a provider of another app', (stack) => DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(stack, 'It', any('arn:aws:lambda:…')),
    ['attributes: a value of type string was given, but it must be an object with serviceToken and roleArn.']],
  ['a value of the context for a memory size', (stack) => new DevOpsAgentProvider(stack, 'It', { memorySize: any('512') }),
    ['memorySize: a value of type string was given, but it must be a whole number of MiB from 128 to 10240.']],
])('%s is refused', (_, attempt, problems) => {
  const error = errorOf(() => attempt(newStack()));
  expect(error).toMatch(/^Tools\/It \([\w.]+\) cannot be synthesized:\n {2}- /);
  for (const problem of problems) expect(error).toContain(problem);
  expect(error).not.toContain('Bearer x');
});

test('values of wrong types and values against the rules come in one error', () => {
  const error = errorOf(() => new NewRelicRegistration(newStack(), 'It', any({
    displayName: 42, apiKey: 'NRAK-1', accountId: '1', region: 'us', applicationIds: { a: 1 }, entityGuids: [null], credentialsRevision: 1,
  })));
  expect(error.split('\n').map((line) => line.split(':')[0].trim())).toEqual([
    'Tools/It (NewRelicRegistration) cannot be synthesized',
    '- displayName', '- apiKey', '- accountId', '- region', '- applicationIds', '- entityGuids[0]', '- credentialsRevision',
  ]);
  expect(error).not.toContain('NRAK');
});

test('headers of a wrong type are not said to be too few', () => {
  const error = errorOf(() => mcp({ authorization: McpServerAuthorization.customHeaders({ secretHeaders: { 'X-A': any(null) } }) })(newStack()));
  expect(error.split('\n').slice(1)).toEqual([
    '  - authorization.secretHeaders.X-A: a value of type null was given, but it must be a SecretField, such as SecretField.fromSecretsManager(secret, field).',
  ]);
});

test('a scope that is no construct is named', () => {
  const attempts = [
    () => ServiceRegistration.fromServiceId(any(undefined), 'It', 'tools'),
    () => DevOpsAgentProvider.configureDefault(any({}), {}),
  ];
  expect(attempts.map(errorOf)).toEqual([
    'ServiceRegistration.fromServiceId: the scope must be a construct, such as the stack. Pass this.',
    'DevOpsAgentProvider.configureDefault: the scope must be a construct, such as the stack. Pass this.',
  ]);
});

test('a number for the region of the principal is refused', () => {
  expect(errorOf(() => new DevOpsAgentServicePrincipal({ region: any(1) }))).toContain('region: a value of type number was given, but it must be a string: an AWS region');
});

test('null is absent where absent is allowed', () => {
  const template = (props: object) => {
    const stack = newStack();
    mcp(props)(stack);
    return templateOf(stack);
  };
  const nothing = { description: null, serverName: null, displayName: null, encryptionKey: null, provider: null, removalPolicy: null };
  expect(template({ ...nothing, privateConnectivity: null })).toEqual(template({}));
});

test('tokens pass, in whichever form they come', () => {
  const stack = newStack();
  const parameter = new CfnParameter(stack, 'Later');
  const list = new CfnParameter(stack, 'LaterList', { type: 'CommaDelimitedList' });
  new NewRelicRegistration(stack, 'It', {
    apiKey: fieldIn(stack),
    accountId: any(Fn.ref('Later')),
    region: any(Fn.ref('Later')) as NewRelicRegion,
    credentialsRevision: parameter.valueAsString,
    applicationIds: list.valueAsList,
    entityGuids: any(Lazy.any({ produce: () => ({ Ref: 'LaterList' }) })),
    displayName: any(Lazy.any({ produce: () => ({ Ref: 'Later' }) })),
  });
  const { Request } = registrationIn(stack);
  expect(Request.name).toEqual({ Ref: 'Later' });
  expect(Request.serviceDetails.mcpservernewrelic.authorizationConfig.apiKey).toMatchObject({
    accountId: { Ref: 'Later' }, region: { Ref: 'Later' }, applicationIds: { Ref: 'LaterList' }, entityGuids: { Ref: 'LaterList' },
  });
});

test('tokens that are objects take the encoding of what they stand for', () => {
  const stack = newStack();
  new NewRelicRegistration(stack, 'It', {
    apiKey: fieldIn(stack),
    accountId: '123',
    region: any(Lazy.any({ produce: () => 'EU' })),
    provider: new DevOpsAgentProvider(stack, 'Provider', {
      memorySize: any(Lazy.any({ produce: () => 1024 })), logRetention: any(Lazy.any({ produce: () => 7 })),
    }),
  });
  expect(registrationIn(stack).Request.serviceDetails.mcpservernewrelic.authorizationConfig.apiKey.region).toBe('EU');
  expect(resourcesOfType(stack, 'AWS::Lambda::Function')[0][1].Properties.MemorySize).toBe(1024);
  expect(resourcesOfType(stack, 'AWS::Logs::LogGroup')[0][1].Properties.RetentionInDays).toBe(7);
});

test('tokens of another type than the prop take the encoding of its own', () => {
  const stack = newStack();
  const [number, list, text] = ['Number', 'CommaDelimitedList', 'String'].map((type) => new CfnParameter(stack, `Of${type}`, { type }));
  new NewRelicRegistration(stack, 'It', {
    apiKey: fieldIn(stack),
    accountId: any(number.valueAsNumber),
    region: NewRelicRegion.EU,
    credentialsRevision: any(number.valueAsNumber),
    displayName: any(list.valueAsList),
    entityGuids: any(text.valueAsString),
  });
  const { Request, CredentialsRevision } = registrationIn(stack);
  expect(Request.serviceDetails.mcpservernewrelic.authorizationConfig.apiKey).toMatchObject({ accountId: { Ref: 'OfNumber' }, entityGuids: { Ref: 'OfString' } });
  expect(Request.name).toEqual({ Ref: 'OfCommaDelimitedList' });
  expect(CredentialsRevision).toEqual({ Ref: 'OfNumber' });
});

test('props may be an instance of a class that has them', () => {
  class Defaults {
    public get subdomain() { return 'acme'; }
    public readonly serviceRegion = PagerDutyServiceRegion.EU;
    constructor(public readonly authorization: OAuthClient) {}
  }
  const stack = newStack();
  new PagerDutyRegistration(stack, 'It', new Defaults(clientIn(stack)));
  expect(registrationIn(stack).Request.serviceDetails.pagerduty.scopes).toContainEqual({ $uniqueKey: 'as_account-eu.acme' });
});

test('an interface of aws-cdk-lib is known by its members, whoever implements it', () => {
  const stack = newStack();
  const key = new Key(stack, 'Key');
  const wrapper = new Proxy(key, {});
  new EventChannelRegistration(stack, 'It', { encryptionKey: wrapper });
  expect(registrationIn(stack).Request.kmsKeyArn).toEqual(stack.resolve(key.keyArn));
});
