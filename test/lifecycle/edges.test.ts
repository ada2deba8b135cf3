import { arnOf, mcpServer, signedAt } from '../support/events';
import { DENIED, MINUTE, Scenario, SECOND, THROTTLED } from '../support/scenario';

// Cases at the edges of an event: its age, an undo that another delivery overtakes, calls that fail while it is answered.
let world: Scenario;
beforeEach(() => { world = new Scenario(); });

test('an event whose time is more than five seconds ahead is late: CloudFormation is asked', async () => {
  await world.deliver(signedAt(world.own.create(mcpServer()), world.time + 6 * SECOND));
  expect(world.calls[0]).toBe('DescribeStackResource');
});

test('a service that another delivery answers with, while this one is about to undo it, stays, and the event ends', async () => {
  const event = signedAt(world.own.create(mcpServer()), world.time - 5 * SECOND);
  // The first time, CloudFormation does not wait any more; the second time, it believes in the service.
  Object.defineProperty(world, 'resource', {
    get: () => {
      const asked = world.count('DescribeStackResource');
      if (asked > 20) {
        throw new Error('the same question, without an end');
      }
      return asked === 1 ? { status: 'CREATE_IN_PROGRESS', since: world.time + MINUTE } : { status: 'CREATE_COMPLETE', since: 0, physicalId: arnOf(world.ids()[0]) };
    },
  });
  await expect(world.deliver(event)).rejects.toMatchObject({ words: expect.stringContaining('CloudFormation is no longer waiting for it') });
  expect(world.count('DeregisterService')).toBe(0);
  world.only();
});

test('a Delete of a service that never replaced another is Get and Deregister', async () => {
  const physicalId = await world.create(mcpServer());
  await world.deliver(world.own.delete(physicalId, mcpServer()));
  expect(world.calls).toEqual(['GetService', 'DeregisterService']);
});

describe('A TagResource at the end of an Update', () => {
  const update = async () => {
    const physicalId = await world.create(mcpServer());
    return () => world.deliver(world.own.update(physicalId, mcpServer({ tags: { team: 'sre' } }), mcpServer()));
  };

  test('that is denied for good fails like any other call, with what to check', async () => {
    const deliver = await update();
    world.fail('TagResource', { ...DENIED, times: 1_000 });
    await expect(deliver()).rejects.toMatchObject({ step: 'TagResource', advice: expect.stringContaining('no service control policy denies the call') });
    expect(world.decision).toBe('call failed');
  });

  test('that is throttled until the time is up leaves the event to another delivery', async () => {
    const deliver = await update();
    world.fail('TagResource', { ...THROTTLED, times: 100_000 });
    await expect(deliver()).rejects.toThrow('left to be delivered again');
  });
});
