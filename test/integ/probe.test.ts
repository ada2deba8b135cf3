/** The questions of the probe, asked of the simulator: the answers are those that the integration tests expect of the API itself. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerTo } from './probe-handler';
import { devOpsAgentClient } from '../../lambda/aws/devops-agent-client';
import { DevOpsAgent } from '../../lambda/devops-agent';
import { Simulator } from '../simulator/server';
import { read } from '../support/markdown';

const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:integ-AbCdEf';
const ENDPOINT = 'https://integ.lambda-url.us-east-1.on.aws/mcp';

let simulator: Simulator;
let api: DevOpsAgent;
let secret: object;

function ask(question: string, about: object = {}): Promise<object> {
  const getValue = async (secretId: string) => {
    expect(secretId).toBe(SECRET_ARN);
    return { versionId: '', text: JSON.stringify(secret) };
  };
  return answerTo({ api, secrets: { getValue } }, { question, ...about });
}

beforeAll(async () => {
  simulator = await Simulator.start();
  jest.spyOn(console, 'log').mockReturnValue();
  const credentials = async () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
  api = devOpsAgentClient({ region: 'us-east-1', endpoint: simulator.url, credentials });
});

afterAll(async () => {
  await simulator.close();
});

beforeEach(() => {
  simulator.reset();
});

async function registered(input: object): Promise<string> {
  return (await api.register({ tags: { 'cdk-devops-agent:provider': 'Tools/Provider' }, ...input } as never)).serviceId!;
}

const channel = () => registered({ service: 'eventChannel', name: 'events', serviceDetails: { eventChannel: { type: 'webhook' } } });

test('a registered service is listed under its name, with its tags', async () => {
  const serviceId = await channel();
  expect(await ask('registered', { serviceId, type: 'eventChannel' })).toEqual({
    type: 'eventChannel', listed: true, name: 'events', provider: 'Tools/Provider',
  });
});

test('a second event channel is a conflict, and one that is taken is deregistered again', async () => {
  expect(await ask('secondEventChannel')).toEqual({ refused: false, eventChannels: 0 });
  await channel();
  expect(await ask('secondEventChannel')).toMatchObject({ refused: true, conflict: true, denied: false, eventChannels: 1 });
});

test('a service in use is not deregistered, one that is not is', async () => {
  const serviceId = await channel();
  const { agentSpaceId } = simulator.service.createAgentSpace('Integ');
  const { association } = await api.associate({ agentSpaceId, serviceId, configuration: { eventChannel: {} }, capabilities: {} });
  expect(await ask('deregistration', { serviceId })).toMatchObject({ refused: true, status: expect.stringMatching(/^(400|409)$/) });
  await api.disassociate(agentSpaceId, association.associationId);
  expect(await ask('deregistration', { serviceId })).toEqual({ refused: false });
});

test('a webhook takes a signed event, and refuses a forged one', async () => {
  simulator.service.configure({ webhookOrigin: simulator.url });
  const { agentSpaceId } = simulator.service.createAgentSpace('Integ');
  const { webhook } = await api.associate({ agentSpaceId, serviceId: await channel(), configuration: { eventChannel: {} }, capabilities: {} });
  secret = webhook!;
  expect(await ask('webhook', { secretArn: SECRET_ARN })).toEqual({ signed: true, forged: false });
});

describe('a server of the MCP family', () => {
  const about = { name: 'integ', endpoint: ENDPOINT, secretArn: SECRET_ARN };

  beforeEach(() => {
    secret = { token: 'a-token-of-the-integration-test' };
  });

  test.each(['mcpserver', 'mcpservergrafana'])('has a name that an %s cannot take', async (type) => {
    const authorizationConfig = { bearerToken: { tokenName: 'Bearer token', tokenValue: 'token' } };
    await registered({ service: 'mcpserver', name: 'integ', serviceDetails: { mcpserver: { name: 'integ', endpoint: ENDPOINT, authorizationConfig } } });
    expect(await ask('takenName', { ...about, type })).toMatchObject({ refused: true, conflict: true });
    expect(await ask('takenName', { ...about, type, name: 'another' })).toEqual({ refused: false });
  });

  test('is listed, and its name is free again, in time, and nothing is left', async () => {
    expect(await ask('lags', { ...about, type: 'mcpserver' })).toEqual({ list: 'in time', name: 'in time' });
    expect(simulator.service.snapshot().services).toEqual([]);
  });
});

/** The questions that each integration test asks, and those that docs/assumptions.md says it asks. */
function questions(): { asked: string[]; told: string[] } {
  const tests = readdirSync(__dirname).filter((file) => /^integ\..*\.ts$/.test(file));
  const asked = tests.flatMap((file) => [...readFileSync(join(__dirname, file), 'utf8').matchAll(/\.expect\(integ, '(\w+)'/g)].map(([, question]) => `${file} ${question}`));
  const rows = [...read('docs/assumptions.md').matchAll(/\| `(integ\.[\w.-]+)` \| (.*) \|$/gm)];
  const told = rows.flatMap(([, file, cell]) => [...cell.matchAll(/`(\w+)`/g)].map(([, question]) => `${file} ${question}`));
  return { asked: [...new Set(asked)].sort(), told: [...new Set(told)].sort() };
}

test('each question of an integration test decides an assumption, and each assumption has its question', () => {
  const { asked, told } = questions();
  expect(asked).toContain('integ.event-channel.ts webhook');
  expect(told).toEqual(asked);
});
