/**
 * Every crash and every lost answer in the lives of small registrations with associations: an event is cut after its n-th
 * call, or loses the answer of that, for every n, and is delivered again. At its end there is what CloudFormation believes in.
 */
import { CloudFormationEvent } from '../../lambda/wire/event';
import { AssociationProperties, RegistrationProperties } from '../../src/private/contract';
import { associated, AssociatedAccount, Crash, hookSecret, idOf } from '../support/associated-account';
import { dynatrace, mcpServer, pagerDuty } from '../support/events';
import { MINUTE, SECOND } from '../support/scenario';

const [HOOK, OTHER] = [hookSecret('hook'), hookSecret('other')];
const SPACES = ['space-1', 'space-2', 'space-3'] as const;
type Space = typeof SPACES[number];

const CONFIGURATIONS = {
  dynatrace: { envId: 'abc' },
  pagerduty: { services: ['P1'], customerEmail: 'a@example.com' },
  mcpserver: { tools: ['search'] },
};
const inSpace = (AgentSpaceId: Space, service: keyof typeof CONFIGURATIONS, more: Partial<AssociationProperties> = {}): AssociationProperties => (
  { AgentSpaceId, Configuration: { [service]: CONFIGURATIONS[service] }, ...more });
const captured = (revision = '', SecretArn = HOOK) => ({ Webhook: { SecretArn, RotationRevision: revision } });

/** One event after a Create: from some properties to others, or to none. */
interface Life {
  readonly from: RegistrationProperties;
  readonly to?: RegistrationProperties;
}

const trace = (...more: AssociationProperties[]) => associated(dynatrace(), ...more);
const LIVES: { readonly [life: string]: Life } = {
  'an association is added': { from: trace(inSpace('space-1', 'dynatrace')), to: trace(inSpace('space-1', 'dynatrace'), inSpace('space-2', 'dynatrace', captured())) },
  'all are removed': { from: trace(inSpace('space-1', 'dynatrace', captured()), inSpace('space-2', 'dynatrace')), to: dynatrace() },
  'one is exchanged': { from: trace(inSpace('space-1', 'dynatrace', captured())), to: trace(inSpace('space-2', 'dynatrace', captured())) },
  'a configuration changes': {
    from: trace(inSpace('space-1', 'dynatrace', captured())),
    to: trace(inSpace('space-1', 'dynatrace', { Configuration: { dynatrace: { envId: 'def' } }, ...captured() })),
  },
  'a webhook is rotated': { from: trace(inSpace('space-1', 'dynatrace', captured('1'))), to: trace(inSpace('space-1', 'dynatrace', captured('2'))) },
  'another secret captures the webhook': { from: trace(inSpace('space-1', 'dynatrace', captured())), to: trace(inSpace('space-1', 'dynatrace', captured('', OTHER))) },
  'the service is replaced': {
    from: trace(inSpace('space-1', 'dynatrace', captured()), inSpace('space-2', 'dynatrace')),
    to: associated(dynatrace({ name: 'Renamed' }), inSpace('space-1', 'dynatrace', captured()), inSpace('space-3', 'dynatrace')),
  },
  'the service with the unique key is replaced': {
    from: associated(pagerDuty(), inSpace('space-1', 'pagerduty', captured()), inSpace('space-2', 'pagerduty')),
    to: associated(pagerDuty({ name: 'Renamed' }), inSpace('space-1', 'pagerduty', captured())),
  },
  'a service with a generated name is replaced': {
    from: associated(mcpServer(), inSpace('space-1', 'mcpserver')),
    to: associated(mcpServer({ endpoint: 'https://mcp.example.com/v2' }), inSpace('space-1', 'mcpserver'), inSpace('space-2', 'mcpserver')),
  },
  'the resource is deleted': { from: trace(inSpace('space-1', 'dynatrace', captured()), inSpace('space-2', 'dynatrace')) },
};

const CONDITIONS = {
  'at once': {},
  'with lags, reused ids, busy spaces and normal forms': {
    associationIds: 'reused', overwrittenWebhook: 'kept', normalised: true, busySpaceMs: 2 * SECOND, disassociateLagMs: 20 * SECOND, nameReleaseMs: 15 * SECOND, tagsLagMs: 10 * SECOND, listLagMs: 10 * SECOND,
  },
} as const;


/** A world with the Agent Spaces, and their ids. */
function begin(condition: keyof typeof CONDITIONS): { readonly world: AssociatedAccount; readonly ids: readonly string[] } {
  const world = new AssociatedAccount(CONDITIONS[condition]);
  const ids = SPACES.map((name) => world.space(name)).sort();
  // A service of others is associated with all of them.
  world.registerOthers(['Theirs']);
  const [serviceId] = world.ids();
  ids.forEach((agentSpaceId) => world.service.associateService({ agentSpaceId, serviceId, configuration: { mcpserver: { tools: ['theirs'] } } }));
  return { world, ids };
}

/** A life with the ids of Agent Spaces in place of their names. */
function inSpaces(life: Life, ids: readonly string[]): Life {
  return JSON.parse(JSON.stringify(life).replace(/space-(\d)/g, (_, number) => ids[Number(number) - 1]));
}

/** The events of a life after its Create, as CloudFormation sends them when all goes well, and what it then believes in. */
async function live(
  world: AssociatedAccount, { from, to }: Life, disturb: (event: CloudFormationEvent) => Promise<void>,
): Promise<string | undefined> {
  const create = world.own.create(from);
  if (!to) {
    const { physicalId } = await world.deliver(create);
    world.settle();
    const remove = world.own.delete(physicalId, from);
    await disturb(remove);
    await world.deliver(remove);
    return undefined;
  }
  const { physicalId } = await world.deliver(create);
  world.settle();
  const event = world.own.update(physicalId, to, from);
  await disturb(event);
  const after = await world.deliver(event);
  if (after.physicalId !== physicalId) {
    await world.deliver(world.own.delete(physicalId, from));
  }
  return after.physicalId;
}

/** What holds at the end: one service with exactly its associations, or nothing at all. */
function checkEnd(world: AssociatedAccount, physicalId: string | undefined, properties: Partial<RegistrationProperties> = {}): void {
  const [theirs, ...ours] = world.ids();
  expect(ours).toEqual(physicalId === undefined ? [] : [idOf(physicalId)]);
  expect(world.pairs(theirs)).toHaveLength(SPACES.length);
  expect(world.pairs()).toHaveLength(SPACES.length + (properties.Associations?.length ?? 0));
  if (physicalId !== undefined) {
    world.check(idOf(physicalId), properties);
  }
}

describe.each(Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[])('%s', (condition) => {
  /** The number of calls of an event that nothing disturbs. */
  async function callsOf(life: Life): Promise<number> {
    const { world, ids } = begin(condition);
    let calls = 0;
    await live(world, inSpaces(life, ids), async (event) => {
      await world.disturbed(event, {});
      calls = world.begun;
    });
    return calls;
  }

  test.each(Object.entries(LIVES))('%s: a crash after any call is made up for by the next delivery', async (_, life) => {
    const calls = await callsOf(life);
    expect(calls).toBeGreaterThan(3);
    for (let cut = 0; cut < calls; cut++) {
      const { world, ids } = begin(condition);
      const physicalId = await live(world, inSpaces(life, ids), async (event) => {
        expect(await world.disturbed(event, { cut })).toBeInstanceOf(Crash);
        world.time += MINUTE;
      });
      checkEnd(world, physicalId, inSpaces(life, ids).to);
    }
  });

  test.each(Object.entries(LIVES))('%s: a lost answer of any call is made up for by the same delivery, or by the next event', async (_, life) => {
    const calls = await callsOf(life);
    for (let lost = 1; lost <= calls; lost++) {
      const { world, ids } = begin(condition);
      const physicalId = await live(world, inSpaces(life, ids), async (event) => {
        await world.disturbed(event, { lost });
        world.time += MINUTE;
      });
      checkEnd(world, physicalId, inSpaces(life, ids).to);
    }
  });

  test.each(Object.entries(LIVES).filter(([, { to }]) => to))('%s: after a crash at any call, a rollback restores what was there', async (_, life) => {
    const calls = await callsOf(life);
    for (let cut = 0; cut < calls; cut++) {
      const { world, ids } = begin(condition);
      const { from, to } = inSpaces(life, ids);
      const { physicalId } = await world.deliver(world.own.create(from));
      world.settle();
      await world.disturbed(world.own.update(physicalId, to!, from), { cut });
      world.time += 20 * MINUTE;
      const back = await world.deliver(world.own.update(physicalId, from, to!));
      if (back.physicalId !== physicalId) {
        await world.deliver(world.own.delete(physicalId, to!));
      }
      checkEnd(world, back.physicalId, from);
      await world.deliver(world.own.delete(back.physicalId, from));
      checkEnd(world, undefined);
    }
  });

  test('a Create that crashes after any call, and is delivered again, or given up and deleted', async () => {
    const life = { from: trace(inSpace('space-1', 'dynatrace', captured()), inSpace('space-2', 'dynatrace')) };
    for (let cut = 0; cut <= 6; cut++) {
      for (const givenUp of [false, true]) {
        const { world, ids } = begin(condition);
        const properties = inSpaces(life, ids).from;
        const event = world.own.create(properties);
        await world.disturbed(event, { cut });
        world.time += MINUTE;
        if (givenUp) {
          await world.deliver(world.own.delete('an-invented-id', properties));
          checkEnd(world, undefined);
        } else {
          checkEnd(world, (await world.deliver(event)).physicalId, properties);
        }
      }
    }
  });
});
