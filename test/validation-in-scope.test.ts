// Validation that one value does not suffice for: a construct as a whole, its stack, its account and its tags.
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { App, NestedStack, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import {
  AzureIdentityRegistration, EventChannelRegistration, GrafanaRegistration, McpServerAuthorization, McpServerRegistration, OAuthClient,
  PagerDutyRegistration, PrivateConnectivity, SecretField, SigV4RemoteAgentRegistration,
} from '../src';
import { azure, channel, ROLE, sigV4 } from './attempts';
import { clientIn, errorOf, fieldIn, GUID, KEY_ARN, newStack, registrationIn, secretIn, templateOf } from './synthesis';

test('all problems of a construct, its authorization and its connections come in one error', () => {
  const stack = newStack();
  const attempt = () => new McpServerRegistration(stack, 'Mcp', {
    endpoint: 'mcp.example.com',
    serverName: 'my server',
    displayName: '',
    authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManagerVersion(secretIn(stack), 'AWSCURRENT'), { header: 'a b' }),
    privateConnectivity: PrivateConnectivity.split({}),
  });
  expect(errorOf(attempt).split('\n').map((line) => line.split(':')[0])).toEqual([
    'Tools/Mcp (McpServerRegistration) cannot be synthesized',
    '  - displayName', '  - endpoint', '  - authorization.token (versionId)', '  - authorization.header', '  - privateConnectivity', '  - serverName',
  ]);
});

test('nothing that the API holds to be sensitive is shown in an error', () => {
  const stack = newStack();
  const canary = 'canary\t8c1f';
  const error = errorOf(() => new McpServerRegistration(stack, 'Mcp', {
    endpoint: 'https://mcp.example.com',
    description: canary,
    authorization: McpServerAuthorization.oauthClientCredentials({
      client: OAuthClient.fromClientId(canary, fieldIn(stack), {
        exchangeParameters: { audience: canary }, secretExchangeParameters: { audience: fieldIn(new Stack()) },
      }),
      exchangeUrl: 'https://auth.example.com',
    }),
  }));
  expect(error.split('\n')).toHaveLength(4);
  expect(error).not.toContain('canary');
  expect(errorOf(() => sigV4({ customHeaders: { 'X-A': `${canary} ` } })(newStack()))).not.toContain('canary');
});

test('a secret or a key of another region is refused, naming both regions', () => {
  const stack = newStack({ env: { region: 'eu-west-1' } });
  const attempt = () => new PagerDutyRegistration(stack, 'It', {
    subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secretIn(stack)), encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
  });
  expect(errorOf(attempt)).toContain("encryptionKey: 'Tools/Key' is in us-east-1, this registration in eu-west-1");
  expect(errorOf(() => new McpServerRegistration(stack, 'Mcp', {
    endpoint: 'https://mcp.example.com', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
  }))).toContain("secret: 'Tools/ToolsSecret' is in us-east-1, this registration in eu-west-1. Use one of the same region: of a replicated secret, import the replica by its name, with Secret.fromSecretNameV2().");
});

test('a role of another account is refused, naming both accounts', () => {
  const other = () => newStack({ env: { account: '444455556666', region: 'us-east-1' } });
  const problem = "role: 'Tools/Role' belongs to account 111122223333, this registration to 444455556666";
  expect(errorOf(() => azure({})(other()))).toContain(problem);
  expect(errorOf(() => {
    const stack = other();
    sigV4({ role: Role.fromRoleArn(stack, 'Role', `${ROLE}tools`) })(stack);
  })).toContain(problem);
});

test('a role that is looked up is not refused before the lookup', () => {
  const stack = newStack({ env: { account: '444455556666', region: 'us-east-1' } });
  azure({ webIdentityRole: Role.fromLookup(stack, 'LookedUp', { roleName: 'tools' }) })(stack);
  expect(errorOf(() => templateOf(stack))).toBe('nothing was thrown');
});

test('snapshots are refused, also where the policy is applied later', () => {
  const stack = newStack();
  new EventChannelRegistration(stack, 'It').applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
  expect(errorOf(() => templateOf(stack))).toContain('removalPolicy: SNAPSHOT was given');
});

describe('what there can be only one of in an account', () => {
  const named = (id: string, serverName: string) => (stack: Construct) =>
    new McpServerRegistration(stack, id, { endpoint: 'https://mcp.example.com', serverName, authorization: McpServerAuthorization.authorizationDiscovery() });

  test('is refused twice in one stack, and in what is nested in it', () => {
    const stack = newStack();
    named('One', 'tools')(stack);
    const problem = "serverName 'tools': there can be only one in an account and Region, and 'Tools/One' registers it already. Use that registration in both places, or change one of them.";
    expect(errorOf(() => named('Two', 'tools')(new NestedStack(stack, 'Nested')))).toContain(problem);
    expect(errorOf(() => new GrafanaRegistration(stack, 'Grafana', {
      endpoint: 'https://grafana.example.com', serverName: 'tools', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
    }))).toContain(problem);
  });

  test.each<[string, (stack: Stack, id: string) => unknown, string]>([
    ['a PagerDuty account', (stack, id) => new PagerDutyRegistration(stack, id, { subdomain: 'acme', authorization: clientIn(stack) }), "PagerDuty account 'as_account-us.acme'"],
    ['an Azure client id', (stack, id) => new AzureIdentityRegistration(stack, id, {
      tenantId: GUID, clientId: GUID, webIdentityRole: Role.fromRoleArn(stack, `${id}Role`, `${ROLE}azure`),
    }), `Azure client id '${GUID}'`],
    ['the name of an agent', (stack, id) => new SigV4RemoteAgentRegistration(stack, id, {
      endpoint: 'https://agent.example.com', signingService: 'execute-api', agentName: 'network',
    }), "agentName 'network'"],
  ])('is %s', (_, register, identity) => {
    const stack = newStack();
    register(stack, 'One');
    expect(errorOf(() => register(stack, 'Two'))).toContain(`${identity}: there can be only one in an account and Region, and 'Tools/One' registers it already`);
  });

  test('is not what differs, nor what another stack or another kind of service has, nor what was taken out again', () => {
    const stack = newStack();
    named('One', 'tools')(stack);
    named('Two', 'tools-2')(stack);
    named('One', 'tools')(new Stack(stack.node.root as App, 'Other'));
    new SigV4RemoteAgentRegistration(stack, 'Agent', { endpoint: 'https://agent.example.com', signingService: 'execute-api', agentName: 'tools' });
    stack.node.tryRemoveChild('One');
    named('Three', 'tools')(stack);
    expect(errorOf(() => templateOf(stack))).toBe('nothing was thrown');
  });
});

describe('a second event channel', () => {
  const problem = (path: string) => `event channel 'webhook': there can be only one in an account and Region, and '${path}' registers it already`;

  test('of the same stack is refused, naming both', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'One');
    const error = errorOf(() => new EventChannelRegistration(stack, 'Two', { adoptExisting: true }));
    expect(error).toContain('Tools/Two (EventChannelRegistration)');
    expect(error).toContain(problem('Tools/One'));
  });

  test('of a nested stack is refused', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'One');
    expect(errorOf(() => new EventChannelRegistration(new NestedStack(stack, 'Nested'), 'Two'))).toContain(problem('Tools/One'));
  });

  test('of another stack, such as one for another region, is not', () => {
    const app = new App();
    ['One', 'Two'].forEach((id) => new EventChannelRegistration(new Stack(app, id), 'Channel'));
    expect(() => app.synth()).not.toThrow();
  });
});

describe('a tag', () => {
  function errorWith(key_: string, value = 'value'): string {
    const stack = newStack();
    Tags.of(new EventChannelRegistration(stack, 'Channel')).add(key_, value);
    return errorOf(() => templateOf(stack));
  }

  test.each([
    ['a key that is reserved by this library', 'cdk-devops-agent:owner', 'value', "'cdk-devops-agent:owner' must not begin with 'cdk-devops-agent:'"],
    ['a key that is reserved by AWS', 'AWS:tools', 'value', "'AWS:tools' must not begin with 'aws:'"],
    ['a key that is too long', 'k'.repeat(129), 'value', 'must be 1 to 128 letters'],
    ['a key with an asterisk', 'a*', 'value', "tag key: 'a*' must be"],
    ['a value that is too long', 'key', 'v'.repeat(257), "tag 'key':"],
    ['a value with a comma', 'key', 'a,b', "tag 'key': 'a,b' must be at most 256 letters"],
  ])('with %s is refused', (_, key_, value, problem) => {
    const error = errorWith(key_, value);
    expect(error).toContain('Tools/Channel');
    expect(error).toContain(problem);
  });

  test.each([['k'.repeat(128), 'v'.repeat(256)], ['Küche _.:/=+-@', ''], ['cdk-devops-agent', 'aws:']])('%s is accepted', (key_, value) => {
    expect(errorWith(key_, value)).toBe('nothing was thrown');
  });

  test('may have a value that is known only at deployment', () => {
    const stack = newStack();
    Tags.of(new EventChannelRegistration(stack, 'Channel')).add('stack', stack.stackId);
    expect(registrationIn(stack).Tags).toEqual({ stack: { Ref: 'AWS::StackId' } });
  });
});

describe('a construct that threw', () => {
  test('does not stop the synthesis of an app that caught the error', () => {
    const stack = newStack();
    expect(() => channel({ displayName: '' })(stack)).toThrow();
    expect(errorOf(() => templateOf(stack))).toBe('nothing was thrown');
  });

  test('does not keep its unique key', () => {
    const stack = newStack();
    expect(() => new EventChannelRegistration(stack, 'One', { displayName: '' })).toThrow();
    expect(errorOf(() => new EventChannelRegistration(stack, 'Two'))).toBe('nothing was thrown');
  });
});
