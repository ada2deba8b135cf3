import { CallError } from '../../lambda/devops-agent';
import { Delivery } from '../../lambda/lifecycle/delivery';
import { StackResource } from '../../lambda/ports';
import { CloudFormationEvent } from '../../lambda/wire/event';

// The age of an event, and what CloudFormation's word on it means, to the millisecond.
const SENT = Date.UTC(2026, 0, 1);
const RELEASED = 'https://bucket.example/response?X-Amz-Date=20260101T000000Z';

interface Given {
  readonly type?: CloudFormationEvent['RequestType'];
  /** The age of the event, in milliseconds. */
  readonly age?: number;
  readonly remaining?: number;
  /** CloudFormation's words, one after the other; the last one stays. */
  readonly words?: (Partial<StackResource> | undefined | Error)[];
  readonly url?: string;
}

function delivered({ type = 'Update', age = 60_000, remaining = 300_000, words = [{}], url = RELEASED }: Given) {
  const state = { now: SENT + age, asked: 0, pauses: [] as number[] };
  const end = state.now + remaining;
  const clock = {
    now: () => state.now,
    remaining: () => end - state.now,
    random: () => 0,
    sleep: async (ms: number) => {
      state.pauses.push(ms);
      state.now += ms;
    },
  };
  const describeResource = async () => {
    const word = words[Math.min(state.asked++, words.length - 1)];
    if (word instanceof Error) {
      throw word;
    }
    return word && { status: `${type.toUpperCase()}_IN_PROGRESS`, since: SENT, ...word };
  };
  const event: CloudFormationEvent = { RequestType: type, ResponseURL: url, StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Resource', ResourceProperties: {} };
  return { state, delivery: new Delivery(event, { clock, stacks: { describeResource: describeResource as never, stackStatus: async () => '' } }) };
}

const awaited = async (given: Given) => {
  const { delivery, state } = delivered(given);
  return { ...await delivery.awaited(), asked: state.asked, pauses: state.pauses };
};

test.each([[5_000, false], [5_001, true], [-5_000, false], [-5_001, true]])('an event of %d ms may be a second delivery: %s', async (age, late) => {
  const { delivery, state } = delivered({ age });
  expect(delivery.isLate()).toBe(late);
  await delivery.awaitedIfLate();
  expect(state.asked > 0).toBe(late);
});

test('an event of an unknown time is late, and may have registered at any time', () => {
  const { delivery } = delivered({ url: 'https://bucket.example/response' });
  expect([delivery.isLate(), delivery.earliest()]).toEqual([true, -Infinity]);
});

test('what an event registered is no older than the event by more than clocks are apart', () => {
  expect(delivered({}).delivery.earliest()).toBe(SENT - 300_000);
  expect(delivered({}).delivery.earliest(60_000)).toBe(SENT - 360_000);
});

test('a young event whose time is over is asked for nowhere, and not awaited', async () => {
  const { delivery, state } = delivered({ age: 1_000, remaining: 0 });
  await expect(delivery.awaitedIfLate()).resolves.toEqual({ is: false, why: 'its service timeout is over' });
  expect(state.asked).toBe(0);
});

test.each([
  ['Create', 'CREATE_IN_PROGRESS', true], ['Create', 'UPDATE_IN_PROGRESS', false], ['Create', 'CREATE_COMPLETE', false],
  ['Update', 'UPDATE_IN_PROGRESS', true], ['Update', 'UPDATE_ROLLBACK_IN_PROGRESS', true], ['Update', 'CREATE_IN_PROGRESS', false],
  ['Update', 'UPDATE_FAILED', false], ['Delete', 'DELETE_IN_PROGRESS', true], ['Delete', 'UPDATE_IN_PROGRESS', false],
] as const)('a late %s is awaited in the status %s: %s', async (type, status, is) => {
  expect(await awaited({ type, words: [{ status }] })).toMatchObject({ is, why: is ? '' : `the resource's status is ${status}`, status, asked: 1 });
});

test('a late event is not awaited where CloudFormation knows no such resource', async () => {
  expect(await awaited({ words: [undefined] })).toMatchObject({ is: false, why: 'it knows no such resource', believed: { kind: 'invented' } });
});

test.each([[5_000, true], [5_001, false]])('a status that is %d ms younger than the event is for it: %s', async (younger, is) => {
  expect(await awaited({ words: [{ since: SENT + younger }] })).toMatchObject({ is, asked: 1 });
});

test('CloudFormation tells which service it believes in', async () => {
  expect(await awaited({ words: [{ physicalId: 'consent/earlier' }] })).toMatchObject({ believed: { kind: 'consent', requestId: 'earlier' } });
});

test('a word that may be from before the event is waited for, until it cannot be', async () => {
  const before = { status: 'UPDATE_COMPLETE', since: SENT - 60_000 };
  expect(await awaited({ age: 6_000, words: [before, {}] })).toMatchObject({ is: true, asked: 2, pauses: [5_000] });
  expect(await awaited({ age: 6_000, words: [undefined, {}] })).toMatchObject({ is: true, asked: 2 });
  expect(await awaited({ age: 10_000, words: [before] })).toMatchObject({ is: false, asked: 2, pauses: [5_000] });
  expect(await awaited({ age: 10_001, words: [before] })).toMatchObject({ is: false, asked: 1, pauses: [] });
  expect(await awaited({ age: -5_000, words: [before] })).toMatchObject({ is: false, asked: 5 });
  expect(await awaited({ age: -5_001, words: [before] })).toMatchObject({ is: false, asked: 1 });
});

test('a word from after the event is believed at once', async () => {
  expect(await awaited({ age: 6_000, words: [{ status: 'UPDATE_COMPLETE', since: SENT + 5_001 }] })).toMatchObject({ is: false, asked: 1, pauses: [] });
  expect(await awaited({ age: 6_000, words: [{ status: 'UPDATE_COMPLETE', since: SENT + 5_000 }, {}] })).toMatchObject({ is: true, asked: 2 });
});

test('the status is asked for once CloudFormation\'s word cannot be from before the event', async () => {
  const { delivery, state } = delivered({ age: 1_000, words: [{ status: 'UPDATE_ROLLBACK_IN_PROGRESS' }] });
  await expect(delivery.status()).resolves.toBe('UPDATE_ROLLBACK_IN_PROGRESS');
  expect(state).toMatchObject({ asked: 1, pauses: [5_000, 5_000] });
});

test('a question that is refused says nothing, unless CloudFormation calls it invalid', async () => {
  const refused = (code: string) => new CallError('DescribeStackResource', code, 'it is refused', 400);
  await expect(delivered({ words: [refused('ValidationError')] }).delivery.resource()).resolves.toBeUndefined();
  await expect(delivered({ words: [refused('Other')] }).delivery.resource()).rejects.toMatchObject({ code: 'Other' });
  await expect(delivered({ words: [new TypeError('a bug')] }).delivery.resource()).rejects.toThrow('a bug');
});
