/** Mistakes that only a deployment can find: it fails with one sentence that names the next step, and leaves nothing behind. */

import { join } from 'node:path';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack } from 'aws-cdk-lib/core';
import { LocalCloud } from './local-cloud';
import { Deployed, deployDirectly } from './stacks';
import { EventChannelRegistration, McpServerAuthorization, McpServerRegistration, SecretField, ServiceRegistration } from '../../src';
import { Cdk } from '../support/cdk';
import { findLeaks } from '../support/leaks';
import { canary } from '../support/secrets';
import { ACCOUNT, REGION } from '../support/workspace';

const REFUSED = 'https://refused.example.com/mcp';

const credentials = { token: canary(), text: canary() };
let cloud: LocalCloud;
/** The deployments that the handler waits in for most of a minute, begun before anything else. */
let denied: Promise<Deployed>;
let second: Promise<Deployed>;

beforeAll(async () => {
  cloud = await LocalCloud.start('bad-input');
  await cloud.aws.createSecret('tools/json', JSON.stringify({ token: credentials.token }));
  await cloud.aws.createSecret('tools/text', credentials.text);
  await cloud.aws.createSecret('tools/forbidden', credentials.text);
  cloud.secrets.denied.add('tools/forbidden');
  cloud.simulator.service.refuse({ endpoint: REFUSED, message: 'The endpoint speaks no MCP' });
  cloud.simulator.service.registerService({ service: 'eventChannel', serviceDetails: { eventChannel: { type: 'webhook' } }, name: 'Another' });
  denied = deployDirectly(cloud.aws, 'Denied', (stack) => withNeighbour(stack, server(stack, 'tools/forbidden')));
  second = deployDirectly(cloud.aws, 'Second', (stack) => withNeighbour(stack, new EventChannelRegistration(stack, 'Bad')));
});

afterAll(async () => {
  await cloud?.stop();
});

function server(stack: Stack, secretName: string, field?: string, endpoint = 'https://mcp.example.com/mcp'): ServiceRegistration {
  const secret = Secret.fromSecretNameV2(stack, 'Secret', secretName);
  return new McpServerRegistration(stack, 'Bad', { endpoint, authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret, field)) });
}

/** A registration that succeeds before the other one fails: the rollback has to take it away again. */
function withNeighbour(stack: Stack, bad: ServiceRegistration): void {
  const secret = Secret.fromSecretNameV2(stack, 'NeighboursSecret', 'tools/json');
  const neighbour = new McpServerRegistration(stack, 'Neighbour', {
    endpoint: 'https://neighbour.example.com/mcp',
    authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret, 'token')),
  });
  bad.node.addDependency(neighbour);
}

/** One failure, in one sentence with a request id at its end, and everything rolled back. */
function expectSentence(name: string, { status, failures }: Deployed, words: string): void {
  const reasons = failures.filter((reason) => /\(Bad/.test(reason));
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toContain(words);
  expect(reasons[0]).toMatch(/^[^\n]+ \(request id [0-9a-f-]{36}\)$/);
  expect(status).toBe('ROLLBACK_COMPLETE');
  expectNothingLeft(name);
}

function expectNothingLeft(name: string): void {
  const attempted = cloud.simulator.log.filter(({ operation, body }) =>
    operation === 'RegisterService' && (body as { name?: string }).name === `${name}-Neighbour`);
  expect(attempted).toHaveLength(1);
  expect(cloud.registered(`${name}-`)).toEqual([]);
}

test('a secret without the field, by the CDK CLI', async () => {
  const app = new App({ outdir: join(cloud.workspace.dir, 'assembly') });
  const stack = new Stack(app, 'NoField');
  withNeighbour(stack, server(stack, 'tools/json', 'access_token'));
  app.synth();
  const cdk = new Cdk(cloud.workspace, cloud.engine.url, cloud.workspace.dir);
  expect((await cdk.run('bootstrap', `aws://${ACCOUNT}/${REGION}`)).code).toBe(0);

  const { code, output } = await cdk.run('deploy', '--app', app.outdir, '--require-approval', 'never');

  expect(code).toBe(1);
  const line = output.split('\n').find((text) => text.includes('none of its'));
  expect(line).toMatch(/ mcpserver \(Bad[0-9A-F]{8}\): /);
  expect(line).toContain('reading the secret tools/json failed: none of its 1 fields is \'access_token\'; add the field');
  expect(line).toMatch(/\(request id [0-9a-f-]{36}\)/);
  expect(await cloud.aws.stackStatus('NoField')).toBe('ROLLBACK_COMPLETE');
  expectNothingLeft('NoField');
  expect(findLeaks(credentials, [{ where: 'output', text: output }])).toEqual([]);
});

test('a secret that is not JSON', async () => {
  const deployed = await deployDirectly(cloud.aws, 'NotJson', (stack) => withNeighbour(stack, server(stack, 'tools/text', 'token')));

  expectSentence('NotJson', deployed, 'it is not JSON; store it as a JSON object with the field \'token\'');
});

test('a secret that does not exist', async () => {
  const deployed = await deployDirectly(cloud.aws, 'NoSecret', (stack) => withNeighbour(stack, server(stack, 'tools/nowhere')));

  expectSentence('NoSecret', deployed, 'ResourceNotFoundException');
});

test('an endpoint that the service refuses', async () => {
  const deployed = await deployDirectly(cloud.aws, 'Refused', (stack) => withNeighbour(stack, server(stack, 'tools/json', 'token', REFUSED)));

  expectSentence('Refused', deployed, 'RegisterService failed: ValidationException: The endpoint speaks no MCP; fix the cause and redeploy');
});

test('an event channel that exists already', async () => {
  expectSentence('Second', await second, '); deregister the existing service');
  expect(cloud.registered('Another')).toHaveLength(1);
}, 120_000);

test('a secret that the role may not read', async () => {
  expectSentence('Denied', await denied, 'AccessDeniedException: User is not authorized to perform: secretsmanager:GetSecretValue');
  expect((await denied).failures.join()).toContain('the provider\'s role has to be allowed to read it');
}, 120_000);

test('no credential is in anything that was written, answered or logged', () => {
  expect(cloud.recorded()).toMatch(/^ANSWER .*"Status":"FAILED"/m);
  expect(cloud.secrets.reads).toBeGreaterThan(5);
  expect(findLeaks(credentials, cloud.texts())).toEqual([]);
});
