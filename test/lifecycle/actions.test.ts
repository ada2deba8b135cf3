import { TAG } from '../../src/private/contract';
import { consented, mcpServer, pagerDuty } from '../support/events';
import { DENIED, Scenario, SECOND } from '../support/scenario';

// What the effects on the account leave behind, and how long each is repeated.
let world: Scenario;
beforeEach(() => { world = new Scenario(); });

const FAILS = { status: 500, code: 'InternalServerException', message: 'it fails', times: 1_000 };
const idOf = (physicalId: string) => physicalId.split('/')[1];

async function elapsed(event: Promise<unknown>): Promise<number> {
  const start = world.time;
  await expect(event).rejects.toMatchObject({ step: 'DeregisterService', words: 'InternalServerException: it fails' });
  expect(world.decision).toBe('call failed');
  return world.time - start;
}

describe('A DeregisterService that fails', () => {
  test('is repeated in a Delete until just the answer and one more look have time', async () => {
    const physicalId = await world.create(mcpServer());
    world.fail('DeregisterService', FAILS);
    const time = await elapsed(world.deliver(world.own.delete(physicalId, mcpServer())));
    expect(time).toBeGreaterThan(255 * SECOND);
    expect(time).toBeLessThanOrEqual(275 * SECOND);
  });

  test('is repeated to make way only as long as the name\'s release and a full RegisterService still have time', async () => {
    const physicalId = await world.create(pagerDuty());
    world.settle();
    world.fail('DeregisterService', FAILS);
    const time = await elapsed(world.deliver(world.own.update(physicalId, pagerDuty({ name: 'Renamed' }), pagerDuty())));
    expect(time).toBeGreaterThan(90 * SECOND);
    expect(time).toBeLessThanOrEqual(115 * SECOND);
    expect(world.only().name).toBe('Tools-PagerDuty');
  });
});

describe('The predecessor of a service', () => {
  const [first, second] = [mcpServer(), mcpServer({ endpoint: 'https://mcp.example.com/v2' })];

  test('is what a rollback goes back from', async () => {
    const old = await world.create(first);
    const { physicalId: fresh } = await world.deliver(world.own.update(old, second, first));
    await expect(world.deliver(world.own.update(fresh, first, second))).resolves.toMatchObject({ physicalId: old });
    expect(world.decision).toBe('rolled back');
    expect(world.tagsOf(idOf(old))[TAG.predecessor]).toBe(idOf(fresh));
  });

  test('is none where tags alone change', async () => {
    const old = await world.create(first);
    await world.deliver(world.own.update(old, mcpServer({ tags: { team: 'sre' } }), first));
    expect(world.tagsOf(idOf(old))).toMatchObject({ team: 'sre' });
    expect(world.tagsOf(idOf(old))).not.toHaveProperty([TAG.predecessor]);
  });
});

test('a service that goes while it is tagged is registered again', async () => {
  const old = await world.create(mcpServer());
  world.fail('TagResource', { status: 404, code: 'ResourceNotFoundException' });
  await world.deliver(world.own.update(old, mcpServer({ endpoint: 'https://mcp.example.com/v2' }), mcpServer()));
  expect(world.decision).toBe('registered again');
});

describe('The page to consent on', () => {
  const waiting = { ...consented(), WaitForConsent: { TopicArn: 'arn:aws:sns:us-east-1:000000000000:Consents', TimeoutSeconds: '120' } } as never;

  test('is published with its subject', async () => {
    await world.deliver(world.own.create(waiting), 900).catch(() => undefined);
    expect(world.published).toEqual([expect.stringMatching(/ waits for your consent, for 2 minutes at most: https:/)]);
  });

  test('that cannot be published fails the call, with what to allow', async () => {
    world.fail('Publish', { ...DENIED, times: 1_000 });
    await expect(world.deliver(world.own.create(waiting), 900)).rejects.toMatchObject({
      step: 'publishing the consent URL', row: 'call failed', cause: { operation: 'Publish' }, advice: expect.stringMatching(/^allow the provider's role to publish/),
    });
  });

  test('that a bug keeps from being published is no refusal', async () => {
    const bug = new TypeError('a bug');
    Object.defineProperty(world, 'published', { get: () => { throw bug; } });
    await expect(world.deliver(world.own.create(waiting), 900)).rejects.toBe(bug);
  });
});
