/** Associations through the deployments of a stack: after each of them they and the captured webhooks are exactly what the template says. */

import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { LocalCloud, modelProblems } from './local-cloud';
import { deleteDirectly, Deployed, deployDirectly, updateDirectly } from './stacks';
import {
  AssociationConfiguration, EventChannelRegistration, IAssociation, McpServerAuthorization, McpServerRegistration, McpTool, OAuthClient,
  PagerDutyRegistration, SecretField, ServiceAssociation, ServiceRegistration,
} from '../../src';
import { valuesOf } from '../support/aws';
import { CapturedWebhook, isCaptured, post } from '../support/captured-webhook';
import { findLeaks } from '../support/leaks';
import { canary } from '../support/secrets';

const REFUSED = 'https://refused.example.com/mcp';

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await LocalCloud.start('associations');
  await cloud.aws.createSecret('tools/token', JSON.stringify({ token: canary() }));
  await cloud.aws.createSecret('tools/client', JSON.stringify({ client_id: canary(), client_secret: canary() }));
  cloud.simulator.service.refuse({ endpoint: REFUSED, message: 'The endpoint speaks no MCP' });
});

afterAll(async () => {
  await cloud?.stop();
});

/** An Agent Space that somebody made before. */
function newSpace(name: string): string {
  return cloud.simulator.service.createAgentSpace(name).agentSpaceId;
}

/** The Agent Space in a stack. Its construct is the same in every version of the stack. */
function imported(stack: Stack, agentSpaceId: string) {
  return CfnAgentSpace.fromAgentSpaceId(stack, `Space${agentSpaceId}`, agentSpaceId);
}

/** Shows in the stack's outputs which secret receives a webhook. */
function show(stack: Stack, { webhook }: IAssociation): void {
  new CfnOutput(stack, 'Hook', { value: webhook!.secret.secretArn });
}

/** The only output of a stack. */
async function outputOf(name: string): Promise<string> {
  const outputs = valuesOf(await cloud.aws.cloudFormation('DescribeStacks', { StackName: name }), 'OutputValue');
  expect(outputs).toHaveLength(1);
  return outputs[0];
}

/** The one service with this display name. */
function serviceOf(displayName: string): string {
  const services = cloud.simulator.service.snapshot().services.filter(({ name }) => name === displayName);
  expect(services).toHaveLength(1);
  return services[0].serviceId;
}

/** All associations of these Agent Spaces, in their order: none is left on a service that is gone. */
function associationsOf(...spaces: string[]) {
  const { associations } = cloud.simulator.service.snapshot();
  return spaces.flatMap((space) => associations.filter(({ agentSpaceId }) => agentSpaceId === space));
}

/** Expects that these are all associations of the Agent Spaces: for each, what it may use of the service; null if it has none. */
function expectAssociated(serviceId: string, expected: Readonly<Record<string, object | null>>): void {
  const associated = associationsOf(...Object.keys(expected)).map((association) =>
    [association.agentSpaceId, association.serviceId, association.configuration]);
  expect(associated).toEqual(Object.entries(expected).flatMap(([space, configuration]) =>
    configuration === null ? [] : [[space, serviceId, configuration]]));
}

/** Expects that a secret's current version is the webhook of the live association, and returns it. */
async function expectCaptured(secret: string, agentSpaceId: string, serviceId: string): Promise<CapturedWebhook> {
  const text = await cloud.aws.secretValue(secret);
  expect(isCaptured(cloud.simulator.service, text, agentSpaceId, serviceId)).toBe(true);
  return JSON.parse(text);
}

function expectUpdated({ status, failures }: Deployed): void {
  expect(failures).toEqual([]);
  expect(status).toBe('UPDATE_COMPLETE');
}

function expectRolledBack({ status, failures }: Deployed, words: string): void {
  expect(failures.join('\n')).toContain(words);
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
}

function server(stack: Stack, id: string, endpoint: string, serverName?: string): McpServerRegistration {
  const secret = Secret.fromSecretNameV2(stack, `${id}Secret`, 'tools/token');
  return new McpServerRegistration(stack, id, {
    endpoint, serverName, authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret, 'token')),
  });
}

/** A server that fails, after another registration. */
function failAfter(registration: ServiceRegistration): void {
  server(registration.stack, 'Neighbour', REFUSED).node.addDependency(registration);
}

const tools = (...names: string[]) => ({ tools: names.map((name) => McpTool.of(name)) });
const mcp = (...names: string[]) => ({ mcpserver: { tools: names } });

test('an event channel with two Agent Spaces: one webhook is captured, replaced, and goes with its association', async () => {
  const [first, second] = [newSpace('First'), newSpace('Second')];
  const channel = (displayName: string, withFirst = true) => (stack: Stack) => {
    const registration = new EventChannelRegistration(stack, 'Channel', { displayName });
    if (withFirst) show(stack, registration.associateWith(imported(stack, first), { webhook: {} }));
    registration.associateWith(imported(stack, second));
  };
  const both = { [first]: { eventChannel: {} }, [second]: { eventChannel: {} } };

  expect(await deployDirectly(cloud.aws, 'Channel', channel('Channel-One'))).toEqual({ status: 'CREATE_COMPLETE', failures: [] });
  const one = serviceOf('Channel-One');
  const secret = await outputOf('Channel');
  expectAssociated(one, both);
  const before = await expectCaptured(secret, first, one);

  expectUpdated(await updateDirectly(cloud.aws, 'Channel', channel('Channel-Two')));
  const two = serviceOf('Channel-Two');
  expect(cloud.registered('Channel-')).toEqual(['Channel-Two']);
  expectAssociated(two, both);
  expect(await outputOf('Channel')).toBe(secret);
  const after = await expectCaptured(secret, first, two);
  expect(after.webhookUrl).not.toBe(before.webhookUrl);
  expect(post(cloud.simulator.service, before)).toBe(403);

  expectUpdated(await updateDirectly(cloud.aws, 'Channel', channel('Channel-Two', false)));
  expectAssociated(two, { [first]: null, [second]: { eventChannel: {} } });
  expect(post(cloud.simulator.service, after)).toBe(403);

  await deleteDirectly(cloud.aws, 'Channel');
  expectAssociated(two, { [first]: null, [second]: null });
  expect(cloud.registered('Channel-')).toEqual([]);
}, 180_000);

test('an MCP server: its tools change in place, and its associations follow a replacement and a rollback', async () => {
  const [first, second] = [newSpace('First'), newSpace('Second')];
  const build = (endpoint: string, names: string[], more?: (registration: McpServerRegistration) => void) => (stack: Stack) => {
    const registration = server(stack, 'Server', endpoint);
    registration.associateWith(imported(stack, first), tools(...names));
    registration.associateWith(imported(stack, second), tools('search'));
    more?.(registration);
  };
  const [one, two] = ['https://mcp.example.com/mcp', 'https://mcp.example.com/v2/mcp'];
  const ids = () => associationsOf(first, second).map(({ associationId }) => associationId);

  await deployDirectly(cloud.aws, 'Server', build(one, ['search']));
  const old = serviceOf('Server-Server');
  const made = ids();
  expectAssociated(old, { [first]: mcp('search'), [second]: mcp('search') });

  expectUpdated(await updateDirectly(cloud.aws, 'Server', build(one, ['search', 'fetch'])));
  expectAssociated(old, { [first]: mcp('search', 'fetch'), [second]: mcp('search') });
  expect(ids()).toEqual(made);

  expectRolledBack(await updateDirectly(cloud.aws, 'Server', build(one, ['fetch'], failAfter)), 'The endpoint speaks no MCP');
  expectAssociated(old, { [first]: mcp('search', 'fetch'), [second]: mcp('search') });
  expect(ids()).toEqual(made);

  expectRolledBack(await updateDirectly(cloud.aws, 'Server', build(REFUSED, ['fetch'])), 'The endpoint speaks no MCP');
  expectAssociated(old, { [first]: mcp('search', 'fetch'), [second]: mcp('search') });
  expect(ids()).toEqual(made);

  expectUpdated(await updateDirectly(cloud.aws, 'Server', build(two, ['fetch'])));
  const replacement = serviceOf('Server-Server');
  expect(replacement).not.toBe(old);
  expectAssociated(replacement, { [first]: mcp('fetch'), [second]: mcp('search') });

  await deleteDirectly(cloud.aws, 'Server');
  expect(associationsOf(first, second)).toEqual([]);
  expect(cloud.registered('Server-')).toEqual([]);
}, 180_000);

test('an associated PagerDuty account is deregistered first, and its webhook is captured anew', async () => {
  const space = newSpace('Production');
  const build = (displayName: string, serviceIds = ['PABC123']) => (stack: Stack) => {
    const authorization = OAuthClient.fromSecretsManager(Secret.fromSecretNameV2(stack, 'ClientSecret', 'tools/client'));
    const registration = new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', displayName, authorization });
    show(stack, registration.associateWith(imported(stack, space), { serviceIds, customerEmail: 'a@example.com', webhook: {} }));
  };

  await deployDirectly(cloud.aws, 'Pager', build('Pager-One'));
  const one = serviceOf('Pager-One');
  const secret = await outputOf('Pager');
  const before = await expectCaptured(secret, space, one);

  expectUpdated(await updateDirectly(cloud.aws, 'Pager', build('Pager-One', ['PABC123', 'PDEF456'])));
  expect(associationsOf(space)).toMatchObject([
    { serviceId: one, associationId: before.associationId, configuration: { pagerduty: { services: ['PABC123', 'PDEF456'] } } },
  ]);
  expect(await expectCaptured(secret, space, one)).toEqual(before);

  expectUpdated(await updateDirectly(cloud.aws, 'Pager', build('Pager-Two', ['PABC123', 'PDEF456'])));
  const two = serviceOf('Pager-Two');
  expect(cloud.registered('Pager-')).toEqual(['Pager-Two']);
  expect(associationsOf(space)).toMatchObject([{ serviceId: two }]);
  await expectCaptured(secret, space, two);
  expect(post(cloud.simulator.service, before)).toBe(403);

  await deleteDirectly(cloud.aws, 'Pager');
  expect(associationsOf(space)).toEqual([]);
  expect(cloud.registered('Pager-')).toEqual([]);
}, 180_000);

test('a replacement that is lost is healed by the rollback, together with its associations', async () => {
  const space = newSpace('Production');
  const build = (endpoint: string) => (stack: Stack) => {
    server(stack, 'Server', endpoint, 'lost').associateWith(imported(stack, space), tools('search'));
  };
  await deployDirectly(cloud.aws, 'Lost', build('https://mcp.example.com/mcp'));
  const before = serviceOf('Lost-Server');
  expectAssociated(before, { [space]: mcp('search') });

  expectRolledBack(await updateDirectly(cloud.aws, 'Lost', build(REFUSED)), `the old service ${before} has been deregistered first`);
  const after = serviceOf('Lost-Server');
  expect(after).not.toBe(before);
  expectAssociated(after, { [space]: mcp('search') });

  await deleteDirectly(cloud.aws, 'Lost');
  expect(associationsOf(space)).toEqual([]);
}, 180_000);

test('a service of another stack: its association is captured, rotated, moved to another Agent Space, and removed alone', async () => {
  const [first, second] = [newSpace('First'), newSpace('Second')];
  await deployDirectly(cloud.aws, 'Central', (stack) => void new EventChannelRegistration(stack, 'Channel', { displayName: 'Central-Channel' }));
  const serviceId = serviceOf('Central-Channel');
  const build = (space: string, rotationRevision?: string) => (stack: Stack) => {
    show(stack, new ServiceAssociation(stack, 'Team', {
      service: ServiceRegistration.fromServiceId(stack, 'Central', serviceId),
      agentSpace: imported(stack, space),
      configuration: AssociationConfiguration.eventChannel(),
      webhook: { rotationRevision },
    }));
  };

  await deployDirectly(cloud.aws, 'Team', build(first));
  const secret = await outputOf('Team');
  const before = await expectCaptured(secret, first, serviceId);

  expectUpdated(await updateDirectly(cloud.aws, 'Team', build(first, '2')));
  expectAssociated(serviceId, { [first]: { eventChannel: {} } });
  expect((await expectCaptured(secret, first, serviceId)).webhookUrl).not.toBe(before.webhookUrl);
  expect(post(cloud.simulator.service, before)).toBe(403);

  expectUpdated(await updateDirectly(cloud.aws, 'Team', build(second, '2')));
  expectAssociated(serviceId, { [first]: null, [second]: { eventChannel: {} } });
  await expectCaptured(await outputOf('Team'), second, serviceId);

  await deleteDirectly(cloud.aws, 'Team');
  expect(associationsOf(first, second)).toEqual([]);
  expect(serviceOf('Central-Channel')).toBe(serviceId);
  await deleteDirectly(cloud.aws, 'Central');
}, 180_000);

test('no credential of a webhook is in anything that was written, and the public model accepts every request', () => {
  const { credentials } = cloud.simulator.service.webhooks;
  // One or more of each of the tests with a webhook.
  expect(credentials.length).toBeGreaterThanOrEqual(7);
  const texts = cloud.texts();
  expect(texts.map(({ where }) => where)).toContain('handler.record');
  expect(findLeaks(Object.fromEntries(credentials.map((credential, index) => [`webhook ${index}`, credential])), texts)).toEqual([]);
  // The log shows the hash of an email address, which is none.
  expect(modelProblems(cloud.simulator.log).flat().filter((problem) => !problem.includes('/customerEmail'))).toEqual([]);
});
