import { StackResource } from '../../lambda/ports';
import { TAG } from '../../src/private/contract';
import { arnOf, dynatrace, mcpServer, pagerDuty, signedAt } from '../support/events';
import { DENIED, MINUTE, Scenario, SECOND } from '../support/scenario';

// Events that CloudFormation has stopped waiting for, before the handler begins or while it works.
let world: Scenario;
beforeEach(() => { world = new Scenario(); });

const stale = { step: 'this event', words: expect.stringContaining('CloudFormation is no longer waiting for it'), advice: 'ignored as a stale event; no action is needed' };
const V2 = mcpServer({ endpoint: 'https://mcp.example.com/v2' });

describe('A late event', () => {
  test.each<[string, StackResource | 'unknown']>([
    ['has had its answer', { status: 'CREATE_COMPLETE', since: 0 }],
    ['deletes the resource already', { status: 'DELETE_IN_PROGRESS', since: 0 }],
    ['creates the resource for another request', { status: 'CREATE_IN_PROGRESS', since: Date.UTC(2026, 0, 1, 0, 0, 6) }],
    ['knows no such resource', 'unknown'],
  ])('has no effect where CloudFormation %s', async (_, known) => {
    const event = world.own.create(dynatrace());
    world.resource = known;
    world.time += MINUTE;
    await expect(world.deliver(event)).rejects.toMatchObject(stale);
    expect(world.calls).toEqual(['DescribeStackResource']);
    expect(world.decision).toBe('stale');
  });

  test.each(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS'])('that is an Update is awaited in the status %s', async (status) => {
    const physicalId = await world.create(mcpServer());
    const event = world.own.update(physicalId, V2, mcpServer());
    world.time += MINUTE;
    // A resource gets its status some seconds before its event, by a clock that is not the handler's.
    world.resource = { status, since: world.time - MINUTE + 4 * SECOND };
    await world.deliver(event);
    expect(world.decision).toBe('replaced');
  });

  test('has no effect where its service timeout is over, and CloudFormation is not even asked', async () => {
    const event = world.own.create(mcpServer());
    await expect(world.deliver(event, 0)).rejects.toMatchObject({ ...stale, words: expect.stringContaining('its service timeout is over') });
    expect(world.calls).toEqual([]);
  });

  test('asks again where CloudFormation throttles, with status 400', async () => {
    const event = world.own.create(mcpServer());
    world.time += MINUTE;
    world.fail('DescribeStackResource', { status: 400, code: 'Throttling', message: 'Rate exceeded', times: 3 });
    await world.deliver(event);
    world.only();
  });

  test.each([
    ['refuses to say', { status: 400, code: 'RequestExpired' }], ['denies it for good', { ...DENIED, times: 1_000 }], ['gives no response', { times: 1_000 }],
  ])('fails, and does not count as stale, where CloudFormation %s', async (_, fault) => {
    const event = world.own.create(mcpServer());
    world.time += MINUTE;
    world.fail('DescribeStackResource', fault);
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'DescribeStackResource' });
    expect(world.decision).toBe('call failed');
    expect(world.count('RegisterService')).toBe(0);
  });

  test('that is a Delete of a known service is carried out without asking: what it names is to go', async () => {
    const physicalId = await world.create(mcpServer());
    const event = world.own.delete(physicalId, mcpServer());
    world.time += 10 * MINUTE;
    world.resourceIs('DELETE_COMPLETE');
    await world.deliver(event);
    expect(world.ids()).toEqual([]);
  });
});

describe('An event that CloudFormation gives up while the handler works', () => {
  /** An event that is late as soon as the first call has ended. */
  const almostLate = <E extends Parameters<typeof signedAt>[0]>(event: E) => signedAt(event, world.time - 5 * SECOND);

  test('undoes what it registered', async () => {
    const event = almostLate(world.own.create(mcpServer()));
    world.giveUpWhen(() => world.ids().length > 0 || world.calls.includes('RegisterService'), 'DELETE_IN_PROGRESS');
    await expect(world.deliver(event)).rejects.toMatchObject(stale);
    expect(world.calls).toContain('DeregisterService');
    expect(world.decision).toBe('stale');
    expect(world.ids()).toEqual([]);
  });

  test('undoes what a RegisterService without a response has registered', async () => {
    world.fail('RegisterService', { when: 'after' });
    const event = almostLate(world.own.create(mcpServer()));
    world.giveUpWhen(() => world.ids().length > 0, 'DELETE_COMPLETE');
    await expect(world.deliver(event)).rejects.toMatchObject(stale);
    expect(world.ids()).toEqual([]);
  });

  test('names the service that it registered and cannot deregister', async () => {
    const event = almostLate(world.own.create(mcpServer()));
    world.giveUpWhen(() => world.calls.includes('RegisterService'), 'DELETE_IN_PROGRESS');
    world.fail('DeregisterService', { status: 500, code: 'InternalServerException', message: 'it fails', times: 1_000 });
    const failure: unknown = await world.deliver(event).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      step: 'this event', advice: `${world.only().serviceId} could not be deregistered: unless a later deployment does so, deregister it by hand`,
    });
    expect(world.decision).toBe('stale');
  });

  test('leaves the service that another delivery has answered with', async () => {
    world.fail('RegisterService', { when: 'after' });
    const event = almostLate(world.own.create(mcpServer()));
    world.giveUpWhen(() => world.ids().length > 0, 'CREATE_COMPLETE', () => arnOf(world.ids()[0]));
    await expect(world.deliver(event)).rejects.toMatchObject(stale);
    world.only();
    expect(world.count('DeregisterService')).toBe(0);
  });

  test('retains what it registered where the removal policy says so', async () => {
    const event = almostLate(world.own.create({ ...mcpServer(), Retain: 'true' }));
    world.giveUpWhen(() => world.calls.includes('RegisterService'), 'DELETE_IN_PROGRESS');
    await expect(world.deliver(event)).rejects.toMatchObject(stale);
    expect(world.only().tags[TAG.retain]).toBe('true');
  });

  test('keeps what it registered where CloudFormation cannot be asked: a throttled question is no answer', async () => {
    const event = almostLate(world.own.create(mcpServer()));
    world.fail('DescribeStackResource', { status: 400, code: 'RequestExpired', times: 1 });
    const { physicalId } = await world.deliver(event);
    expect(physicalId).toBe(arnOf(world.only().serviceId));
    expect(world.count('DescribeStackResource')).toBe(1);
  });

  test('does not register after a wait', async () => {
    world.fail('RegisterService', { status: 400, message: '403 Forbidden', times: 100 });
    world.giveUpWhen(() => world.count('RegisterService') === 3, 'DELETE_IN_PROGRESS');
    await expect(world.create(mcpServer())).rejects.toMatchObject(stale);
    expect(world.count('RegisterService')).toBe(3);
  });

  test('does not register after the API has throttled: CloudFormation may have gone on meanwhile', async () => {
    world.fail('RegisterService', { code: 'ThrottlingException', message: 'Rate exceeded', status: 429, times: 100 });
    world.giveUpWhen(() => world.count('RegisterService') === 10, 'DELETE_IN_PROGRESS');
    await expect(world.create(mcpServer())).rejects.toMatchObject(stale);
    expect(world.count('RegisterService')).toBe(10);
  });

  test('does not register after a conflict, however young the event is: another delivery may have answered', async () => {
    world.fail('RegisterService', { status: 409, code: 'ConflictException', message: 'already registered' });
    world.resource = { status: 'CREATE_COMPLETE', since: world.time, physicalId: arnOf('answered') };
    await expect(world.deliver(world.own.create(pagerDuty()))).rejects.toMatchObject(stale);
    expect(world.count('RegisterService')).toBe(1);
  });

  test('is not taken for stale where the word of CloudFormation was from before the event, and came late', async () => {
    let asked = 0;
    Object.defineProperty(world, 'resource', {
      get: () => {
        if (asked++ > 0) {
          return undefined;
        }
        world.time += 11 * SECOND;
        return { status: 'CREATE_FAILED', since: world.time - 12 * SECOND };
      },
    });
    await world.deliver(world.own.delete('Tools-Registration-1ABC', mcpServer()));
    expect(world.decision).toBe('absent');
  });

  test('deregisters no old service, although it began to', async () => {
    const physicalId = await world.create(pagerDuty());
    world.settle();
    const { remove } = world.associate(world.only().serviceId);
    remove();
    world.service.configure({ disassociateLagMs: 30 * SECOND });
    world.giveUpWhen(() => world.calls.includes('DeregisterService'), 'UPDATE_COMPLETE');
    await expect(world.deliver(world.own.update(physicalId, pagerDuty({ name: 'Renamed' }), pagerDuty()))).rejects.toMatchObject(stale);
    expect(arnOf(world.only().serviceId)).toBe(physicalId);
  });

  test('cleans up no orphan', async () => {
    const physicalId = await world.create(mcpServer());
    await world.deliver(world.own.update(physicalId, V2, mcpServer()));
    world.settle();
    world.giveUpWhen(() => world.calls.includes('ListServices'), 'UPDATE_COMPLETE');
    await expect(world.deliver(world.own.update(physicalId, mcpServer({ tags: { a: 'b' } }), mcpServer()))).rejects.toMatchObject(stale);
    expect(world.ids()).toHaveLength(2);
  });

  test.each([
    ['TagResource', mcpServer({ tags: { team: 'ops' } })], ['UntagResource', mcpServer()],
  ])('repeats no %s that had no response', async (operation, desired) => {
    const before = mcpServer({ tags: { team: 'sre' } });
    const physicalId = await world.create(before);
    const event = world.own.update(physicalId, desired, before);
    world.time += MINUTE;
    world.fail(operation);
    world.giveUpWhen(() => world.calls.includes(operation), 'UPDATE_COMPLETE');
    await expect(world.deliver(event)).rejects.toMatchObject(stale);
    expect(world.only().tags).toMatchObject({ team: 'sre' });
    expect(world.count(operation)).toBe(1);
  });

  test('writes no intent, and registers nothing', async () => {
    const physicalId = await world.create(mcpServer());
    const event = world.own.update(physicalId, V2, mcpServer());
    world.time += MINUTE;
    world.giveUpWhen(() => world.calls.includes('GetService'), 'UPDATE_COMPLETE');
    await expect(world.deliver(event)).rejects.toMatchObject(stale);
    expect(world.only().tags).not.toHaveProperty(TAG.replacing);
  });
});
