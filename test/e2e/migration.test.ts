/** The paths of docs/migration.md, on an engine of CloudFormation: which of them have a gap, and what is left. */

import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { LocalCloud } from './local-cloud';
import { deleteDirectly, Deployed, deployDirectly, updateDirectly } from './stacks';
import {
  DevOpsAgentProvider, EventChannelRegistration, McpServerAuthorization, McpServerRegistration, OAuthClient, PagerDutyRegistration, SecretField,
} from '../../src';

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await LocalCloud.start('migration');
  await cloud.aws.createSecret('tools/client', '{"client_id": "some-client-id", "client_secret": "some-client-secret"}');
  await cloud.aws.createSecret('tools/token', '{"token": "some-token-value"}');
});

afterEach(() => cloud.simulator.service.reset());

afterAll(() => cloud?.stop());

interface Options { readonly removalPolicy?: RemovalPolicy; readonly displayName?: string; readonly provider?: DevOpsAgentProvider }

/** A registration with a unique key: the PagerDuty account. */
function pagerDuty(stack: Stack, id: string, options: Options = {}): PagerDutyRegistration {
  const secret = Secret.fromSecretNameV2(stack, `${id}Client`, 'tools/client');
  return new PagerDutyRegistration(stack, id, { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret), ...options });
}

/** A registration without one: its name is generated. */
function server(stack: Stack, id: string, options: Options = {}): McpServerRegistration {
  const secret = Secret.fromSecretNameV2(stack, `${id}Token`, 'tools/token');
  return new McpServerRegistration(stack, id, {
    endpoint: 'https://mcp.example.com/mcp', authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret, 'token')), ...options,
  });
}

/** A stack that has nothing to register still needs a resource. */
const nothing = (stack: Stack) => void new CfnResource(stack, 'Nothing', { type: 'AWS::CloudFormation::WaitConditionHandle' });
const only = (build: (stack: Stack) => unknown) => (stack: Stack) => {
  nothing(stack);
  build(stack);
};

const ids = () => cloud.simulator.service.snapshot().services.map(({ serviceId }) => serviceId);

/** A service that was registered by another tool: it has no ownership tags. With tags of its own, as it is young: the handler waits for tags that lag. */
function registerElsewhere(service: 'pagerduty' | 'eventChannel' | 'mcpserver'): string {
  const details = {
    pagerduty: { pagerduty: { scopes: ['as_account-us.acme'], authorizationConfig: { oAuthClientCredentials: { clientId: 'a', clientSecret: 'b' } } } },
    eventChannel: { eventChannel: { type: 'webhook' } },
    mcpserver: {
      mcpserver: {
        name: 'elsewhere',
        endpoint: 'https://mcp.example.com/mcp',
        authorizationConfig: { bearerToken: { tokenName: 'token', tokenValue: 'c', authorizationHeader: 'Authorization' } },
      },
    },
  }[service];
  return cloud.simulator.service.registerService({ service, name: 'Elsewhere', serviceDetails: details, tags: { team: 'sre' } }).serviceId!;
}

function expectConflict({ status, failures }: Deployed, id: string): void {
  expect(status).toMatch(/ROLLBACK_COMPLETE$/);
  expect(failures.join('\n')).toContain(id);
}

describe('from the console, or from CfnService', () => {
  test('a service without a unique key stays beside the new one', async () => {
    const elsewhere = registerElsewhere('mcpserver');
    expect((await deployDirectly(cloud.aws, 'ConsoleServer', (stack) => server(stack, 'Server'))).status).toBe('CREATE_COMPLETE');
    expect(ids()).toEqual([elsewhere, expect.any(String)]);
    await deleteDirectly(cloud.aws, 'ConsoleServer');
    expect(ids()).toEqual([elsewhere]);
  }, 60_000);

  test('a service with a unique key is named by the error, and has to be deregistered first', async () => {
    const elsewhere = registerElsewhere('pagerduty');
    const build = only((stack) => pagerDuty(stack, 'PagerDuty'));
    expectConflict(await deployDirectly(cloud.aws, 'ConsoleFirst', build), elsewhere);
    expect(ids()).toEqual([elsewhere]);
    cloud.simulator.service.deregisterService({ serviceId: elsewhere });
    expect((await deployDirectly(cloud.aws, 'ConsoleSecond', build)).status).toBe('CREATE_COMPLETE');
    expect(ids()).toEqual([expect.not.stringMatching(elsewhere)]);
  }, 120_000);

  test('an event channel is adopted, and survives the stack', async () => {
    const elsewhere = registerElsewhere('eventChannel');
    const build = (stack: Stack) => new EventChannelRegistration(stack, 'Channel', { adoptExisting: true });
    expect((await deployDirectly(cloud.aws, 'ConsoleChannel', build)).status).toBe('CREATE_COMPLETE');
    await deleteDirectly(cloud.aws, 'ConsoleChannel');
    expect(ids()).toEqual([elsewhere]);
  }, 60_000);
});

describe('after a destroy with RETAIN', () => {
  test('the service has to be deregistered by hand, if it has a unique key', async () => {
    const build = (stack: Stack) => pagerDuty(stack, 'PagerDuty', { removalPolicy: RemovalPolicy.RETAIN });
    await deployDirectly(cloud.aws, 'Retained', build);
    await deleteDirectly(cloud.aws, 'Retained');
    const [retained, ...others] = ids();
    expect(others).toEqual([]);
    expectConflict(await deployDirectly(cloud.aws, 'RetainedFirst', build), retained);
    expect(ids()).toEqual([retained]);
    cloud.simulator.service.deregisterService({ serviceId: retained });
    expect((await deployDirectly(cloud.aws, 'RetainedSecond', build)).status).toBe('CREATE_COMPLETE');
  }, 120_000);

  test('an event channel is adopted', async () => {
    await deployDirectly(cloud.aws, 'RetainedChannel', (stack) => new EventChannelRegistration(stack, 'Channel', { removalPolicy: RemovalPolicy.RETAIN }));
    await deleteDirectly(cloud.aws, 'RetainedChannel');
    const [retained] = ids();
    const build = (stack: Stack) => new EventChannelRegistration(stack, 'Channel', { adoptExisting: true });
    expect((await deployDirectly(cloud.aws, 'AdoptingChannel', build)).status).toBe('CREATE_COMPLETE');
    expect(ids()).toEqual([retained]);
  }, 60_000);
});

describe('another construct id', () => {
  test('without a unique key, the new service comes before the old one goes', async () => {
    await deployDirectly(cloud.aws, 'RenamedServer', (stack) => server(stack, 'Old'));
    const [old] = ids();
    expect((await updateDirectly(cloud.aws, 'RenamedServer', (stack) => server(stack, 'New'))).status).toBe('UPDATE_COMPLETE');
    expect(ids()).toEqual([expect.not.stringMatching(old)]);
    const calls = cloud.simulator.log.map(({ operation }) => operation).filter((operation) => /^(De)?[rR]egister/.test(operation!));
    expect(calls.slice(-2)).toEqual(['RegisterService', 'DeregisterService']);
  }, 60_000);

  test('with a unique key, the update fails, and the old service stays', async () => {
    await deployDirectly(cloud.aws, 'Renamed', (stack) => pagerDuty(stack, 'Old'));
    const [old] = ids();
    expectConflict(await updateDirectly(cloud.aws, 'Renamed', (stack) => pagerDuty(stack, 'New')), old);
    expect(ids()).toEqual([old]);
  }, 120_000);

  test('with the old logical id and display name, nothing happens to the service', async () => {
    let logicalId = '';
    await deployDirectly(cloud.aws, 'Kept', (stack) => {
      logicalId = stack.getLogicalId(pagerDuty(stack, 'Old').node.defaultChild as CfnResource);
    });
    const [old] = ids();
    const { status } = await updateDirectly(cloud.aws, 'Kept', only((stack) =>
      (pagerDuty(stack, 'New', { displayName: 'Kept-Old' }).node.defaultChild as CfnResource).overrideLogicalId(stack.resolve(logicalId))));
    expect(status).toBe('UPDATE_COMPLETE');
    expect(ids()).toEqual([old]);
  }, 60_000);

  test('with two deployments, there is no service in between', async () => {
    await deployDirectly(cloud.aws, 'Twice', (stack) => pagerDuty(stack, 'Old'));
    await updateDirectly(cloud.aws, 'Twice', nothing);
    expect(ids()).toEqual([]);
    expect((await updateDirectly(cloud.aws, 'Twice', only((stack) => pagerDuty(stack, 'New')))).status).toBe('UPDATE_COMPLETE');
    expect(ids()).toHaveLength(1);
  }, 120_000);
});

describe('another stack', () => {
  test('without a unique key, both exist until the old one is removed', async () => {
    await deployDirectly(cloud.aws, 'FromServer', only((stack) => server(stack, 'Server')));
    expect((await deployDirectly(cloud.aws, 'ToServer', (stack) => server(stack, 'Server'))).status).toBe('CREATE_COMPLETE');
    const [, second] = ids();
    await updateDirectly(cloud.aws, 'FromServer', nothing);
    expect(ids()).toEqual([second]);
  }, 60_000);

  test('with a unique key, it has to be removed from the old stack first', async () => {
    await deployDirectly(cloud.aws, 'From', only((stack) => pagerDuty(stack, 'PagerDuty')));
    const [old] = ids();
    expectConflict(await deployDirectly(cloud.aws, 'ToFirst', (stack) => pagerDuty(stack, 'PagerDuty')), old);
    await updateDirectly(cloud.aws, 'From', nothing);
    expect((await deployDirectly(cloud.aws, 'ToSecond', (stack) => pagerDuty(stack, 'PagerDuty'))).status).toBe('CREATE_COMPLETE');
  }, 120_000);
});

test('to another provider, a construct with another id is registered by it before the old service goes', async () => {
  await deployDirectly(cloud.aws, 'Provider', (stack) => server(stack, 'Old'));
  const [old] = ids();
  const { status } = await updateDirectly(cloud.aws, 'Provider', (stack) => {
    DevOpsAgentProvider.configureDefault(stack, {});
    server(stack, 'New', { provider: new DevOpsAgentProvider(stack, 'Other') });
  });
  expect(status).toBe('UPDATE_COMPLETE');
  const { services } = cloud.simulator.service.snapshot();
  expect(services.map(({ serviceId }) => serviceId)).toEqual([expect.not.stringMatching(old)]);
  expect(services[0].tags['cdk-devops-agent:provider']).toBe('Provider/Other');
}, 60_000);
