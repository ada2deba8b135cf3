import { CallError } from '../lambda/devops-agent';
import { PROPAGATION, RESERVE, RetryWindow, withRetries } from '../lambda/retries';

// Which calls are repeated, for how long, and how long the pauses are, in virtual time.
const THROTTLED = new CallError('ListServices', 'ThrottlingException', 'Rate exceeded', 429);
const DENIED = new CallError('ListServices', 'AccessDeniedException', 'not authorized', 403);
const UNANSWERED = new CallError('ListServices', 'ECONNRESET', 'reset');
const REFUSED = new CallError('ListServices', 'ValidationException', 'it is wrong', 400);

/** A clock with so much time, and what a call that fails in this way costs until it is given up. */
async function failing(error: Error, { remaining = 300_000, takes = 0 } = {}) {
  const clock = { time: 0, pauses: [] as number[] };
  let calls = 0;
  const call = async () => {
    calls++;
    clock.time += takes;
    throw error;
  };
  const rejected = await withRetries({
    now: () => clock.time,
    remaining: () => remaining - clock.time,
    sleep: async (ms) => {
      clock.pauses.push(ms);
      clock.time += ms;
    },
    random: () => 1,
  }, call).catch((thrown: unknown) => thrown);
  expect(rejected).toBe(error);
  return { calls, pauses: clock.pauses, time: clock.time };
}

test('a refusal, and an error that is no answer of a service, are final at once', async () => {
  expect(await failing(REFUSED)).toMatchObject({ calls: 1, time: 0 });
  expect(await failing(new TypeError('a bug'))).toMatchObject({ calls: 1, time: 0 });
});

test('a call without a response is made six times, with longer and longer pauses', async () => {
  expect(await failing(UNANSWERED)).toMatchObject({ calls: 6, pauses: [500, 1_000, 2_000, 4_000, 5_000] });
});

test('a throttled call is repeated as long as the answer to CloudFormation still has its time', async () => {
  const { calls, time } = await failing(THROTTLED);
  expect(calls).toBeGreaterThan(50);
  expect(300_000 - time).toBeGreaterThanOrEqual(RESERVE);
  expect(300_000 - time).toBeLessThan(RESERVE + 5_000);
});

test('the pause before an attempt fits into the time, or is not begun', async () => {
  expect(await failing(THROTTLED, { remaining: RESERVE + 500 })).toMatchObject({ calls: 2 });
  expect(await failing(THROTTLED, { remaining: RESERVE + 499 })).toMatchObject({ calls: 1 });
});

test('a denied call is repeated until it began after a new policy has spread', async () => {
  const { time } = await failing(DENIED);
  expect(time).toBeGreaterThanOrEqual(PROPAGATION);
  expect(time).toBeLessThanOrEqual(PROPAGATION + 5_000);
});

test('a slow call does not use the window up: another one begins within it', async () => {
  expect(await failing(DENIED, { takes: PROPAGATION })).toMatchObject({ calls: 3 });
});

test('a window is counted from its first refusal, and is over to the millisecond', () => {
  let now = 1_000;
  const window = new RetryWindow({ now: () => now } as never, 100);
  expect(window.isOpen(900)).toBe(true);
  now = 2_000;
  expect([window.isOpen(1_099), window.isOpen(1_100)]).toEqual([true, false]);
});

test('a call that succeeds in the end answers', async () => {
  let failures = 2;
  const answered = withRetries({ now: () => 0, remaining: () => 300_000, sleep: async () => undefined, random: () => 0 }, async () => {
    if (failures-- > 0) {
      throw UNANSWERED;
    }
    return 'an answer';
  });
  await expect(answered).resolves.toBe('an answer');
});
