/**
 * The library against the API's model as boto3 has it, both ways: whatever the constructs take, the model accepts; whatever the
 * model excludes, the constructs refuse.
 */

import { CfnParameter } from 'aws-cdk-lib/core';
import { ask, Call, differences, judged } from './judge';
import { Prop, PROPS, UNBREAKABLE, UNREACHED } from './outside';
import { accepts, fits, nearMisses } from './variations';
import { Constraint, constraintsOf, leavesOf, membersOf, reachedBy, sensitiveIn } from './walk';
import { WireRequest } from '../../src/private/contract';
import { quoted } from '../../src/private/validation/check';
import { operationNames, operations, registeredService } from '../simulator/model';
import { Simulator } from '../simulator/server';
import { delivered } from '../support/cloudformation';
import { Resource } from '../support/events';
import { environmentFor, Invocation } from '../support/handler-process';
import { FIELDS, USES } from '../support/integrations';
import { ResponseBucket } from '../support/response-bucket';
import { SecretsManagerStub } from '../support/secrets-manager';
import { errorOf, newStack, registrationIn, SECRET_ARN } from '../synthesis';

const model = ask();
const { input } = model.operations.RegisterService;
const members = membersOf(input);
const constraints = constraintsOf(input);
let refusals = 0;

afterAll(() => {
  // Past jest's own console, which shows a line together with where it was written.
  process.stdout.write(`conformance: ${members.length} members, ${constraints.length} constraints, ${refusals} refusals checked against botocore ${model.version}\n`);
});

/** The requests that arrived, use by use, and what the templates hold from which their bodies were made. */
const arrived: Call[] = [];
const wires: WireRequest[] = [];

describe('the simulator', () => {
  test.each(operationNames)('takes for %s what the model says', (name) => {
    const { output: _, ...modelled } = model.operations[name];
    expect(differences(operations[name], modelled, name)).toEqual([]);
  });

  test.each(operationNames)('looks into all of %s', (name) => {
    expect(JSON.stringify(operations[name].input)).not.toContain('document');
  });

  test('shows a service as the model says', () => {
    expect(differences(registeredService, (model.operations.GetService.output as any).members.service, 'GetService/output/service')).toEqual([]);
  });
});

describe('the shipped handler', () => {
  let simulator: Simulator;
  let secrets: SecretsManagerStub;
  let bucket: ResponseBucket;

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
    // The wait for a consent is no part of the request, and no user is here to consent.
    const { WaitForConsent: _wait, ...properties } = delivered(registrationIn(stack));
    wires.push(properties.Request);
    simulator.reset();
    const before = arrived.length;
    // If a user has to consent, it is the first of two deployments that registers.
    const event = new Resource('It', () => bucket.signedUrl()).create({ ...properties, ...properties.Authorized && { Authorized: 'false' } });

    const { output } = await new Invocation(event, environmentFor(simulator, secrets)).finished;

    expect(bucket.answers.splice(0)).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
    expect(output).not.toMatch(/error/i);
    expect(arrived.slice(before)).toMatchObject([{ input: { service: integration, serviceDetails: { [integration]: {} } } }]);
  });

  test('every request is one that the model accepts', () => {
    const problems = judged(arrived);
    expect(USES.map(({ integration, use }, index) => [integration, use, problems[index]]).filter(([,, found]) => found!.length > 0)).toEqual([]);
  });
});

test('the judge does not accept just anything', () => {
  const call = arrived[0].input as object;
  const broken = [{ ...call, name: 7 }, { ...call, unheardOf: 'x' }, { ...call, name: 'Tools/It' }, { ...call, name: 'x'.repeat(256) }, { ...call, service: 'teapot' }];
  for (const problems of judged(broken.map((given) => ({ operation: 'RegisterService', input: given })))) expect(problems).not.toEqual([]);
});

describe('the props', () => {
  test('reach every member, but for the few with a reason', () => {
    const reached = new Set(arrived.flatMap((call) => reachedBy(input, call.input)));
    // An exception that is reached after all, or gone from the model, is none.
    expect(members.filter((path) => !reached.has(path)).sort()).toEqual(Object.keys(UNREACHED).sort());
  });

  test('take from a secret whatever the model calls sensitive, descriptions aside', () => {
    const secret = new Set(wires.flatMap((wire) => leavesOf(input, wire).secret));
    expect(sensitiveIn(input).filter((path) => !path.endsWith('/description') && !secret.has(path))).toEqual([]);
  });

  test('are all in the table that may break a constraint', () => {
    const leaves = wires.map((wire) => leavesOf(input, wire));
    const [plain, secret] = [new Set(leaves.flatMap((leaf) => leaf.plain)), new Set(leaves.flatMap((leaf) => leaf.secret))];
    // What comes from Secrets Manager alone is not known before the deployment.
    const possible = constraints.filter(({ path, id }) => !(secret.has(path) && !plain.has(path)) && !(path in UNREACHED) && !(id in UNBREAKABLE));
    const rows = new Set(PROPS.map(([path]) => path));
    expect([...new Set(possible.map(({ path }) => path))].sort()).toEqual([...rows].sort());
    expect(Object.keys(UNBREAKABLE).filter((id) => !constraints.some((constraint) => constraint.id === id))).toEqual([]);
  });
});

/** Values that break a constraint, each by as little as it can be broken. */
function outside({ rule, shape }: Constraint, { valid, sized }: Prop): string[] {
  switch (rule) {
    case 'max': return [sized(shape.max! + 1)];
    case 'min': return [sized(shape.min! - 1)];
    case 'enum': return [`${valid}x`];
    case 'pattern': return nearMisses(shape, valid);
  }
}

describe('a value just outside is refused, by the name of its prop, with the value and the rule', () => {
  const cases = PROPS.flatMap(([path, prop]) => constraints.filter((constraint) => constraint.path === path)
    .map((constraint) => [`${prop.name} (${constraint.id})`, constraint, prop] as const));

  test.each(cases)('%s', (_, constraint, prop) => {
    const { rule, shape } = constraint;
    const limit = rule === 'min' || rule === 'max' ? shape[rule]! : undefined;
    if ('giveMany' in prop) {
      const count = rule === 'min' ? limit! - 1 : limit! + 1;
      const error = errorOf(() => prop.giveMany(newStack(), count));
      expect(error).toContain(prop.name);
      expect(error).toMatch(new RegExp(`: ${count} were given, .*at (least|most) ${limit}\\b`));
      expect(errorOf(() => prop.giveMany(newStack(), limit!))).toBe('nothing was thrown');
      refusals++;
      return;
    }
    const values = outside(constraint, prop);
    expect(values).not.toEqual([]);
    for (const value of values) {
      const given = 'sensitive' in shape && value !== '' ? `the value given (${[...value].length} characters, not shown)` : quoted(value);
      const error = errorOf(() => prop.give(newStack(), value));
      expect(error).toContain(` ${prop.name}: ${given} must be `);
      // Where the pattern knows of one length only, its words say it all.
      if (limit !== undefined && fits(shape, value)) expect(error).toMatch(new RegExp(` must be .*\\b${limit}\\b`));
      refusals++;
    }
  });
});

const strings = PROPS.flatMap(([path, prop]) => 'give' in prop ? [[`${prop.name} (${path})`, path, prop] as const] : []);

test.each(strings)('what is just inside is accepted: %s', (_, path, { valid, sized, give }) => {
  const { shape } = constraints.find((constraint) => constraint.path === path)!;
  const limits = [shape.min, shape.max].filter((limit) => limit !== undefined);
  // A pattern may take no value of such a length.
  const inside = [valid, ...limits.map(sized)].filter((value) => accepts(shape, value));
  expect(inside).toContain(valid);
  for (const value of inside) expect(errorOf(() => give(newStack(), value))).toBe('nothing was thrown');
});

// The keys of a map are known at synthesis, always.
test.each(strings.filter(([, path]) => !path.endsWith('<key>')))('what is known only at deployment is accepted: %s', (_, __, { give }) => {
  const stack = newStack();
  const later = new CfnParameter(stack, 'Later').valueAsString;
  expect(errorOf(() => give(stack, later))).toBe('nothing was thrown');
});
