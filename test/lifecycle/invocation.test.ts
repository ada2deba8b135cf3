import { answerBody, LIMIT } from '../../lambda/answer';
import { Failure, sentence } from '../../lambda/failure';
import { invoke } from '../../lambda/invocation';
import { Decide } from '../../lambda/lifecycle/lifecycle';
import { Ports } from '../../lambda/ports';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { ASSOCIATION_RESOURCE_TYPE } from '../../src/private/contract';
import { consented, mcpServer, Resource, signedAt } from '../support/events';
import { MINUTE, SECOND } from '../support/scenario';

// The bounds of an invocation: its time, its service timeout, and the length of its answer.
const resource = new Resource('Registration', () => 'https://bucket.example/response');
const waiting = { ...consented(), WaitForConsent: { TopicArn: 'arn:aws:sns:us-east-1:000000000000:Consents', TimeoutSeconds: '600' } };

let answers: { readonly [member: string]: string }[];
let lines: string[];
beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  answers = [];
  lines = [];
});
afterEach(() => jest.useRealTimers());

/** Runs an invocation of a Lambda function with so much time, in virtual time; returns how long it took to answer. */
async function run(event: CloudFormationEvent, decide: Decide, lambdaMs = 15 * MINUTE, more: object = {}): Promise<number> {
  const start = Date.now();
  const refuse = () => Promise.reject(new Error('no call is expected'));
  const ports = {
    api: new Proxy({}, { get: () => refuse }),
    secrets: { getValue: refuse },
    topics: { publish: refuse },
    stacks: { describeResource: refuse, stackStatus: refuse },
    clock: {
      now: () => Date.now(),
      remaining: () => start + lambdaMs - Date.now(),
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
      random: () => 0.5,
    },
    answers: { put: async (_: string, body: string) => { answers.push({ ...JSON.parse(body), at: String(Date.now() - start) }); } },
    provider: 'provider',
    log: (line: string) => { lines.push(line); },
    ...more,
  } as unknown as Ports;
  const end = invoke(event, ports, decide);
  const settled = end.catch(() => undefined);
  await jest.advanceTimersByTimeAsync(lambdaMs + 2 * MINUTE);
  await settled;
  await end;
  return Number(answers[0].at);
}

const forEver: Decide = () => ({ do: 'wait', row: 'conflict' });

describe('An invocation that comes to no end', () => {
  const now = () => Date.now();

  test.each<[string, () => CloudFormationEvent, number, number]>([
    ['ten seconds before Lambda ends it', () => resource.create(mcpServer()), 2 * MINUTE, 110 * SECOND],
    ['ten seconds before its ten minutes are over, although the function of a waiting registration has more', () => resource.create(mcpServer()), 15 * MINUTE, 590 * SECOND],
    ['ten seconds before fifteen minutes are over where the deployment waits for a consent', () => resource.create(waiting), 15 * MINUTE, 890 * SECOND],
    ['before its service timeout is over', () => signedAt(resource.create(mcpServer()), now() - 1940 * SECOND), 10 * MINUTE, 90 * SECOND],
    ['after the full ten minutes where CloudFormation waits an hour by default', () => signedAt(resource.create({ ...mcpServer(), ServiceTimeout: undefined }), now() - 45 * MINUTE), 10 * MINUTE, 590 * SECOND],
    ['before that hour is over', () => signedAt(resource.create({ ...mcpServer(), ServiceTimeout: undefined }), now() - 58 * MINUTE), 10 * MINUTE, 110 * SECOND],
  ])('answers %s', async (_, event, lambdaMs, expected) => {
    expect(await run(event(), forEver, lambdaMs)).toBe(expected);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('the time of the invocation ran out; redeploy') });
    expect(JSON.parse(lines[0])).toMatchObject({ decision: 'time ran out', status: 'FAILED' });
  });

  test('has no effect any more once it has answered', async () => {
    let decisions = 0;
    await run(resource.create(mcpServer()), (...args) => { decisions++; return forEver(...args); }, MINUTE);
    const atAnswer = decisions;
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect(decisions).toBe(atAnswer);
  });

  test('begins no call any more once it has answered, whatever it waited for', async () => {
    let begun = 0;
    const stackStatus = () => new Promise<string>((resolve) => setTimeout(() => resolve('DELETE_IN_PROGRESS'), 5 * MINUTE));
    const service = { id: 'one', createdAt: 0, tags: {} };
    await run(resource.delete('the-id', mcpServer()), (_, { stack }) => (stack === undefined ? { do: 'look', at: 'stack' } : { do: 'deregister', services: [service], guard: 'none' }),
      MINUTE, { stacks: { stackStatus }, api: { deregister: async () => { begun++; } } });
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect(answers).toHaveLength(1);
    expect(begun).toBe(0);
  });
});

test('The sentence of a service association speaks of an association', async () => {
  await run({ ...resource.update('space/service', { Contract: '2' }, {}), ResourceType: ASSOCIATION_RESOURCE_TYPE }, forEver);
  expect(answers[0].Reason).toMatch(/^association \(Registration\): reading the resource's properties failed: .*: the next update repairs the association \(request id/);
});

describe('The log', () => {
  const event = resource.create(consented());
  const line = { request: 'Create', requestId: event.RequestId, stack: event.StackId, resource: 'Registration' };

  test('of an answer has its row and its physical id', async () => {
    await run(event, () => ({ do: 'answer', as: 'request', consentUrl: 'https://login.example.com', updatesTags: false, orphans: [], row: 'consent requested' }));
    expect(answers[0]).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'consent/request', Data: { ConsentUrl: 'https://login.example.com' } });
    expect(lines.map((text) => JSON.parse(text))).toEqual([{ ...line, decision: 'consent requested', status: 'SUCCESS', physicalId: 'consent/request' }]);
  });

  test('of a failure has the reason that CloudFormation is told', async () => {
    await run(event, () => ({ do: 'fail', step: 'RegisterService', words: 'no', advice: 'redeploy', row: 'refused' }));
    expect(answers[0].Reason).toMatch(/^\w+ \(Registration\): RegisterService failed: no; redeploy \(request id/);
    expect(JSON.parse(lines[0])).toEqual({ ...line, decision: 'refused', status: 'FAILED', physicalId: answers[0].PhysicalResourceId, reason: answers[0].Reason });
  });

  test('of an event that is left has the words, and no physical id', async () => {
    await run(event, () => ({ do: 'redeliver', words: 'Rate exceeded', row: 'throttled' })).catch(() => undefined);
    expect(JSON.parse(lines[0])).toEqual({ ...line, decision: 'throttled', status: 'DELIVERED AGAIN', reason: 'Rate exceeded' });
  });
});

describe('The reason of a failure', () => {
  const failing: Decide = () => ({ do: 'fail', step: 'RegisterService', words: 'no', advice: 'redeploy', row: 'refused' });

  test('names the service, or calls it one where the properties do not tell', async () => {
    await run(resource.delete('the-id', mcpServer()), failing);
    await run({ ...resource.delete('the-id', mcpServer()), ResourceProperties: { Service: ['mcpserver'] } }, failing);
    expect(answers.map(({ Reason }) => Reason.split(' ')[0])).toEqual(['mcpserver', 'service']);
  });

  test('of an Update alone has the way out of a rollback that fails', async () => {
    await run(resource.update('the-id', mcpServer(), mcpServer()), failing);
    await run(resource.delete('the-id', mcpServer()), failing);
    expect(answers.map(({ Reason }) => Reason.includes('continue-update-rollback'))).toEqual([true, false]);
  });

  test('names the deployment where the time ran out, and the answer where that is too long', async () => {
    await run(resource.create(mcpServer()), forEver);
    await run(resource.create(consented()), () => ({ do: 'answer', as: 'r', consentUrl: 'x'.repeat(5_000), updatesTags: false, orphans: [], row: 'consent requested' }));
    expect(answers.map(({ Reason }) => /: (.*) failed:/.exec(Reason)![1])).toEqual(['the deployment', 'answering CloudFormation']);
  });
});

test('an event that is left to another delivery has no answer, and the invocation fails', async () => {
  await expect(run(resource.create(mcpServer()), () => ({ do: 'redeliver', words: 'Rate exceeded', row: 'throttled' }))).rejects.toThrow('Rate exceeded');
  expect(answers).toEqual([]);
  expect(JSON.parse(lines[0])).toMatchObject({ decision: 'throttled' });
});

test('an event that is left to be delivered again says why in words that are bounded and clean', async () => {
  const words = `Rate exceeded\u001b[2J${'x'.repeat(100_000)}`;
  const error = await run(resource.create(mcpServer()), () => ({ do: 'redeliver', words, row: 'throttled' })).catch(({ message }: Error) => message);
  expect(error).toMatch(/^the event is left to be delivered again: Rate exceeded/);
  expect(error).not.toContain('\u001b');
  expect(Buffer.byteLength(String(error))).toBeLessThan(2_000);
  expect(Buffer.byteLength(lines[0])).toBeLessThan(3_000);
});

test('a bug of the handler is told as one, without a stack trace', async () => {
  await run(resource.create(mcpServer()), () => { throw new TypeError('x is not a function'); });
  expect(answers[0].Reason).toMatch(/the handler failed: TypeError: x is not a function; please report this with the request id \(request id [\w-]+\)$/);
  expect(JSON.parse(lines[0])).toMatchObject({ decision: 'handler error' });
});

describe('The physical id of a failure', () => {
  const failing: Decide = () => ({ do: 'fail', step: 'RegisterService', words: 'no', advice: 'redeploy', row: 'refused' });

  test('of a Create is failed/ and the request id', async () => {
    const event = resource.create(mcpServer());
    await run(event, failing);
    expect(answers[0].PhysicalResourceId).toBe(`failed/${event.RequestId}`);
  });

  test('of an Update and of a Delete is the present one', async () => {
    await run(resource.update('the-id', mcpServer(), mcpServer()), failing);
    await run(resource.delete('the-id', mcpServer()), failing);
    expect(answers.map(({ PhysicalResourceId }) => PhysicalResourceId)).toEqual(['the-id', 'the-id']);
  });
});

test('an answer that CloudFormation does not take becomes a failure that says so', async () => {
  const url = `https://login.example.com/${'x'.repeat(4_100)}`;
  const event = resource.create(consented());
  await run(event, () => ({ do: 'answer', as: event.RequestId, consentUrl: url, updatesTags: false, orphans: [], row: 'consent requested' }));
  expect(answers[0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/the answer has \d+ bytes, and CloudFormation takes 4096; make the consent URL shorter/) });
  expect(JSON.parse(lines[0])).toMatchObject({ decision: 'answer too long' });
});

describe('A long reason', () => {
  const event = resource.create(mcpServer());
  const body = (reason: string) => answerBody(event, { status: 'FAILED', physicalId: 'failed/1', reason });

  test.each([['one byte', 'x'], ['two bytes', 'é'], ['three bytes', '漢'], ['four bytes', '😀']])('of characters of %s is cut to what CloudFormation takes, and not to much less', (_, char) => {
    const bytes = Buffer.byteLength(body(char.repeat(5_000)));
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    expect(bytes).toBeGreaterThan(LIMIT * 0.85);
    expect(JSON.parse(body(char.repeat(5_000)))).toMatchObject({ RequestId: event.RequestId, Status: 'FAILED', Reason: expect.stringMatching(/…$/) });
  });

  test('that fits is not cut', () => {
    const longest = 'x'.repeat(LIMIT - Buffer.byteLength(body('')));
    expect(JSON.parse(body(longest)).Reason).toBe(longest);
    expect(JSON.parse(body(`${longest}x`)).Reason).not.toBe(`${longest}x`);
  });

  test.each([['one byte', 'x'], ['three bytes', '漢']])('of a service keeps the next step and the request id, in characters of %s', (_, char) => {
    const subject = { service: 'mcpserver', logicalId: 'R'.repeat(255), requestId: 'request-1', kind: 'registration' as const, update: true };
    const text = sentence(subject, new Failure('RegisterService', char.repeat(50_000), 'fix the cause and redeploy'), (words) => words);
    expect(text).toMatch(/; fix the cause and redeploy.*request-1\)$/s);
    expect(JSON.parse(body(text)).Reason).toBe(text);
  });
});
