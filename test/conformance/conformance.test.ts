/**
 * The library against the API's model as boto3 has it, both ways: whatever the constructs take, the model accepts; whatever the
 * model excludes, the constructs refuse.
 */

import { ask, Call, differences, judged } from './judge';
import { operationNames, operations, registeredService, Shape } from '../simulator/model';
import { Simulator } from '../simulator/server';
import { delivered } from '../support/cloudformation';
import { Resource } from '../support/events';
import { Invocation } from '../support/handler-process';
import { FIELDS, USES } from '../support/integrations';
import { ResponseBucket } from '../support/response-bucket';
import { SecretsManagerStub } from '../support/secrets-manager';
import { newStack, registrationIn, SECRET_ARN } from '../synthesis';

const model = ask();
const input = model.operations.RegisterService.input;
const counted = { members: 0, constraints: 0, refusals: 0 };

afterAll(() => {
  const { members, constraints, refusals } = counted;
  // Past jest's own console, which shows a line together with where it was written.
  process.stdout.write(`conformance: ${members} members, ${constraints} constraints, ${refusals} refusals checked against botocore ${model.version}\n`);
});

/** The paths of all members of a shape: whatever a list or a map holds is `*`. */
function membersOf(shape: Shape, path = ''): string[] {
  switch (shape.kind) {
    case 'list': return membersOf(shape.member, `${path}/*`);
    case 'map': return membersOf(shape.value, `${path}/*`);
    case 'structure':
    case 'union': return Object.entries(shape.members).flatMap(([name, member]) => [`${path}/${name}`, ...membersOf(member, `${path}/${name}`)]);
    default: return [];
  }
}

describe('the simulator', () => {
  test.each(operationNames)('takes for %s what the model says', (name) => {
    const { output: _, ...modelled } = model.operations[name];
    expect(differences(operations[name], modelled, name)).toEqual([]);
  });

  test('shows a service as the model says', () => {
    expect(differences(registeredService, (model.operations.GetService.output as any).members.service, 'GetService/output/service')).toEqual([]);
  });
});

describe('the shipped handler', () => {
  let simulator: Simulator;
  let secrets: SecretsManagerStub;
  let bucket: ResponseBucket;
  const arrived: Call[] = [];

  beforeAll(async () => {
    simulator = await Simulator.start();
    secrets = await SecretsManagerStub.start();
    bucket = await ResponseBucket.start();
    secrets.secrets.set(SECRET_ARN, { text: JSON.stringify(FIELDS) });
    const perform = simulator.service.perform.bind(simulator.service);
    // The simulator's log has hashes for credentials, and the judge is to see what really arrived.
    simulator.service.perform = (operation, given) => {
      if (operation === 'RegisterService') arrived.push({ operation, input: given });
      return perform(operation, given);
    };
  });

  afterAll(async () => {
    await simulator.close();
    await secrets.close();
    await bucket.close();
  });

  test.each(USES.map((row) => [row.integration, row.use, row] as const))('%s %s: sends one request', async (integration, _, { build }) => {
    const stack = newStack();
    build(stack);
    const properties = delivered(registrationIn(stack));
    simulator.reset();
    const before = arrived.length;
    // Where a person consents, it is the first of two deployments that registers.
    const event = new Resource('It', () => bucket.url()).create({ ...properties, ...properties.Authorized && { Authorized: 'false' } });

    const { output } = await new Invocation(event, {
      PATH: process.env.PATH!,
      AWS_REGION: simulator.service.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DEVOPS_AGENT: simulator.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      PROVIDER: 'Tools/DevOpsAgentProvider',
    }).finished;

    expect(bucket.answers.splice(0)).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
    expect(output).not.toMatch(/error/i);
    expect(arrived.slice(before)).toMatchObject([{ input: { service: integration, serviceDetails: { [integration]: {} } } }]);
  });

  test('every request is one that the model accepts', () => {
    const problems = judged(arrived);
    expect(USES.map(({ integration, use }, index) => [integration, use, problems[index]]).filter(([,, found]) => found!.length > 0)).toEqual([]);
  });
});
