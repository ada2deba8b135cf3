import { TAG } from '../../src/private/contract';
import { arnOf, consented, dynatrace, mcpServer, OAUTH_SECRET, pagerDuty, signedAt } from '../support/events';
import { DENIED, MINUTE, Scenario, SECOND, THROTTLED } from '../support/scenario';
import { PROVIDER } from '../support/virtual-account';

// The services that a Delete removes, those that it leaves, and its failures.
let world: Scenario;
const begin = (options: ConstructorParameters<typeof Scenario>[0] = {}) => { world = new Scenario(options); };
beforeEach(() => begin());

const V1 = mcpServer();
const V2 = mcpServer({ endpoint: 'https://mcp.example.com/v2' });
const gone = (physicalId: string, properties = V1) => world.deliver(world.own.delete(physicalId, properties));

describe('A Delete of a service', () => {
  test('answers with the physical id, and nothing is left', async () => {
    const physicalId = await world.create(pagerDuty());
    expect(await gone(physicalId, pagerDuty())).toEqual({ physicalId, data: {} });
    expect(world.decision).toBe('deregistered');
    expect(world.ids()).toEqual([]);
  });

  test.each<[string, (old: string, replaced: string) => string]>([
    ['replaced another', (_, replaced) => replaced], ['was to be replaced', (old) => old],
  ])('that %s is two more calls, and the one that nobody believes in goes with it if the stack does', async (_, which) => {
    const old = await world.create(V1);
    world.settle();
    const { physicalId: replaced } = await world.deliver(world.own.update(old, V2, V1));
    world.settle();
    world.stackStatus = 'DELETE_IN_PROGRESS';
    await gone(which(old, replaced), V2);
    expect(world.counts()).toMatchObject({ DescribeStacks: 1, ListServices: 1, DeregisterService: 2 });
    expect(world.ids()).toEqual([]);
  });

  test.each(['DELETE_IN_PROGRESS', 'DELETE_COMPLETE', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE'])('takes orphans with it in the status %s, all of them', async (status) => {
    const { orphans, physicalId } = await withOrphans();
    world.stackStatus = status;
    await gone(physicalId, V2);
    expect(orphans).toHaveLength(2);
    expect(world.ids()).toEqual([]);
  });

  test.each([
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'DELETE_FAILED',
  ])('takes nothing else with it in the status %s, which may be a cleanup', async (status) => {
    const { orphans, physicalId } = await withOrphans();
    world.stackStatus = status;
    await gone(physicalId, V2);
    expect(world.ids()).toEqual(orphans);
    expect(world.count('ListServices')).toBe(0);
  });

  test('takes nothing else with it where the status may not be asked', async () => {
    const { orphans, physicalId } = await withOrphans();
    world.stackStatus = 'DELETE_IN_PROGRESS';
    world.fail('DescribeStacks', { ...DENIED, times: 1_000 });
    await gone(physicalId, V2);
    expect(world.ids()).toEqual(orphans);
  });

  test('takes no orphan with it that is to be retained', async () => {
    const { orphans, physicalId } = await withOrphans();
    world.service.perform('TagResource', { resourceArn: arnOf(orphans[1]), tags: { [TAG.retain]: 'true', [TAG.provider]: PROVIDER } });
    world.stackStatus = 'DELETE_IN_PROGRESS';
    await gone(physicalId, V2);
    expect(world.ids()).toEqual([orphans[1]]);
  });

  test('that is absent succeeds, and asks for the stack\'s status: the unique key must not stay taken', async () => {
    const physicalId = await world.create(V1);
    world.settle();
    await world.deliver(world.own.update(physicalId, V2, V1));
    world.service.perform('DeregisterService', { serviceId: physicalId.split('/')[1] });
    world.settle();
    world.stackStatus = 'ROLLBACK_IN_PROGRESS';
    await gone(physicalId);
    expect(world.ids()).toEqual([]);
    expect(world.calls).toEqual(expect.arrayContaining(['GetService', 'DescribeStacks', 'ListServices', 'DeregisterService']));
    world.stackStatus = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
    await gone(physicalId);
    expect(world.calls).toEqual(['GetService', 'DescribeStacks']);
    expect(world.decision).toBe('absent');
  });

  test('after a rollback does not touch the service that stays', async () => {
    const old = await world.create(V1);
    world.settle();
    const replaced = await world.deliver(world.own.update(old, V2, V1));
    world.stackStatus = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
    await gone(replaced.physicalId, V2);
    expect(arnOf(world.only().serviceId)).toBe(old);
  });

  test('knows its own although the tags lag', async () => {
    begin({ tagsLagMs: 28 * SECOND });
    await gone(await world.create(V1));
    expect(world.ids()).toEqual([]);
  });

  test('reads no secret: it may be gone', async () => {
    const physicalId = await world.create(pagerDuty());
    world.secrets.delete(OAUTH_SECRET);
    await gone(physicalId, pagerDuty());
    expect(world.ids()).toEqual([]);
  });

  test.each(['before', 'after'] as const)('whose response gets lost %s it took effect ends with nothing left', async (when) => {
    const physicalId = await world.create(V1);
    world.fail('DeregisterService', { when });
    await gone(physicalId);
    expect(world.ids()).toEqual([]);
  });

  test.each([TAG.stack, TAG.resource])('fails rather than leave it in silence where it lost its tag %s', async (tag) => {
    const physicalId = await world.create(V1);
    world.settle();
    world.service.perform('UntagResource', { resourceArn: physicalId, tagKeys: [tag] });
    await expect(gone(physicalId)).rejects.toMatchObject({ step: 'DeregisterService', words: expect.stringContaining('ownership tags'), advice: expect.stringMatching(/then delete again$/) });
    world.only();
  });

  test.each(['GetService', 'DeregisterService'])('fails where %s is denied for good: denied is not absent', async (operation) => {
    const physicalId = await world.create(V1);
    world.fail(operation, { ...DENIED, times: 1_000 });
    await expect(gone(physicalId)).rejects.toMatchObject({ step: operation, advice: expect.stringMatching(/onboarded.*then delete again$/) });
    expect(world.decision).toBe('call failed');
  });

  test('that the tag fence denies, and that is there, fails', async () => {
    const physicalId = await world.create(V1);
    world.settle();
    world.service.perform('UntagResource', { resourceArn: physicalId, tagKeys: [TAG.provider] });
    await expect(gone(physicalId)).rejects.toMatchObject({ step: 'DeregisterService' });
  });

  test.each([['waits for a policy that spreads', 5, true], ['fails after 45 seconds', 1_000, false]])('that is denied %s', async (_, times, succeeds) => {
    const physicalId = await world.create(V1);
    const start = world.time;
    world.fail('DeregisterService', { ...DENIED, times });
    await (succeeds ? gone(physicalId) : expect(gone(physicalId)).rejects.toMatchObject({ step: 'DeregisterService' }));
    expect(world.time - start).toBeLessThan(60 * SECOND);
    expect(world.time - start).toBeGreaterThanOrEqual((succeeds ? 20 : 45) * SECOND);
  });

  test('that is throttled until the time is up is left to another delivery', async () => {
    const physicalId = await world.create(V1);
    world.fail('DeregisterService', { ...THROTTLED, times: 100_000 });
    const event = world.own.delete(physicalId, V1);
    await expect(world.deliver(event)).rejects.toThrow('left to be delivered again');
    world.faults.length = 0;
    await world.deliver(event);
    expect(world.ids()).toEqual([]);
  });
});

describe('A Delete of a service that Agent Spaces are associated with', () => {
  test.each(['conflict', 'validation'] as const)('waits 75 seconds for the release (%s)', async (associatedStyle) => {
    begin({ disassociateLagMs: 73 * SECOND, associatedStyle });
    const physicalId = await world.create(pagerDuty());
    world.associate(world.only().serviceId).remove();
    await gone(physicalId, pagerDuty());
    expect(world.ids()).toEqual([]);
  });

  test('fails after that, names the Agent Spaces, and the service stays', async () => {
    const physicalId = await world.create(pagerDuty());
    const spaces = ['Production', 'Staging'].map((name) => world.associate(world.only().serviceId, name).space);
    world.service.createAgentSpace('Empty');
    const start = world.time;
    await expect(gone(physicalId, pagerDuty())).rejects.toMatchObject({
      step: 'DeregisterService', words: expect.stringContaining('is associated'), advice: `remove its association from the Agent Space ${spaces.join(', ')}, then delete again`,
    });
    expect(world.decision).toBe('in use');
    expect(world.time - start).toBeGreaterThanOrEqual(75 * SECOND);
    expect(world.time - start).toBeLessThan(90 * SECOND);
    world.only();
  });

  test('counts the Agent Spaces that are too many to be named, and cuts long names', async () => {
    const physicalId = await world.create(V1);
    for (let i = 1; i <= 12; i++) {
      world.associate(world.only().serviceId, '漢'.repeat(255));
    }
    await expect(gone(physicalId)).rejects.toMatchObject({ advice: expect.stringMatching(/^remove its association from the Agent Space (漢{19}… \([0-9a-f-]{36}\), ){10}and 2 more, then delete again$/) });
  });

  test('tells to look everywhere where the Agent Spaces cannot be listed', async () => {
    const physicalId = await world.create(V1);
    world.associate(world.only().serviceId);
    world.fail('ListAgentSpaces', { ...DENIED, times: 1_000 });
    await expect(gone(physicalId)).rejects.toMatchObject({ advice: 'remove its associations from all Agent Spaces, then delete again' });
  });
});

describe('A Delete that names no service', () => {
  test.each([
    ['failed/…, what that request registered', (event: { RequestId: string }) => `failed/${event.RequestId}`],
    ['an invented id, what the Create registers meanwhile', () => 'Tools-Registration-1ABCDEF'],
  ])('removes with %s, and nothing of others', async (_, physicalId) => {
    begin({ listLagMs: 29 * SECOND });
    const other = await world.create(V1, world.another('Other'));
    const event = world.own.create(V1);
    await world.deliver(event);
    await gone(physicalId(event));
    expect(arnOf(world.only().serviceId)).toBe(other);
    expect(world.decision).toBe('deregistered');
  });

  test.each([['failed/…', (event: { RequestId: string }) => `failed/${event.RequestId}`], ['an invented id', () => 'Tools-Registration-1ABCDEF']])('with %s is not fooled by a slow list', async (_, physicalId) => {
    begin({ listLagMs: 29 * SECOND });
    const event = world.own.create(V1);
    await world.deliver(event);
    world.slow('ListServices', 110 * SECOND);
    await gone(physicalId(event));
    expect(world.ids()).toEqual([]);
  });

  test('with failed/… leaves what another request of the resource registered', async () => {
    const kept = await world.create(V1);
    world.settle();
    await gone('failed/another');
    expect(arnOf(world.only().serviceId)).toBe(kept);
    expect(world.decision).toBe('absent');
  });

  test('with an invented id removes all that nobody believes in, and not the one that CloudFormation does', async () => {
    const believed = await world.create(dynatrace());
    for (let i = 0; i < 2; i++) {
      await world.create(dynatrace());
    }
    world.resourceIs('DELETE_IN_PROGRESS', believed);
    await world.deliver(world.own.delete('Tools-Registration-1ABCDEF', dynatrace()));
    expect(arnOf(world.only().serviceId)).toBe(believed);
  });

  test('with an invented id removes nothing as soon as CloudFormation creates the resource once more', async () => {
    begin({ listLagMs: 20 * SECOND });
    await world.create(V1);
    world.resourceIs('CREATE_IN_PROGRESS');
    await expect(gone('Tools-Registration-1ABC')).rejects.toMatchObject({ step: 'this event' });
    world.only();
  });

  test('with an invented id leaves what was retained', async () => {
    await world.create({ ...V1, Retain: 'true' });
    await gone('Tools-Registration-1ABC');
    world.only();
  });

  test('with an invented id removes what a Create registered that is to be retained, and not one of an earlier life', async () => {
    const retained = { ...V1, Retain: 'true' };
    const earlier = await world.create(retained);
    // A Create may have begun a service timeout (2040 s) before, and clocks may be five minutes apart.
    world.time += 40 * MINUTE;
    await world.create(retained);
    await world.deliver(world.own.delete('Tools-Registration-1ABC', retained));
    expect(arnOf(world.only().serviceId)).toBe(earlier);
  });

  test.each(['failed/earlier', 'consent/earlier', 'Tools-Registration-1ABC'])('(%s) fails where the time left does not suffice to see what lists do not show yet', async (physicalId) => {
    await expect(world.deliver(world.own.delete(physicalId, V1), 45)).rejects.toMatchObject({ step: 'ListServices', words: expect.stringContaining('time left'), advice: expect.stringContaining('delete again') });
  });

  test('looks for half a minute, or for as long as a Create may be running that CloudFormation gave up', async () => {
    const took = async (physicalId: string) => {
      const start = world.time;
      await gone(physicalId);
      return world.time - start;
    };
    expect(await took('failed/earlier')).toBeLessThan(40 * SECOND);
    // Ten seconds in which it may begin without asking, since clocks differ, time-outs of 65 s, a list that lags by half a minute.
    expect(await took('Tools-Registration-1ABC')).toBeGreaterThanOrEqual(105 * SECOND);
  });

  test('of a consent that nobody gave succeeds', async () => {
    const { physicalId } = await world.deliver(world.own.create(consented()));
    await world.deliver(world.own.delete(physicalId, consented()));
    expect(world.decision).toBe('absent');
  });

  test('of a consent that was given removes the service', async () => {
    const { physicalId, data } = await world.deliver(world.own.create(consented()));
    world.service.consent(data.ConsentUrl);
    await world.deliver(world.own.delete(physicalId, consented()));
    expect(world.ids()).toEqual([]);
  });

  test('that is late and was given up asks CloudFormation, and does nothing', async () => {
    await world.create(V1);
    world.resourceIs('CREATE_COMPLETE');
    await expect(world.deliver(signedAt(world.own.delete('Tools-Registration-1ABC', V1), world.time - MINUTE))).rejects.toMatchObject({ step: 'this event' });
    world.only();
  });
});

/** A registration, and two services that it has had and that nobody believes in. */
async function withOrphans(): Promise<{ physicalId: string; orphans: string[] }> {
  const first = await world.create(V1);
  world.service.configure({ listLagMs: 60 * MINUTE });
  let last = first;
  // CloudFormation gave up the first of the two Updates.
  for (const desired of [mcpServer({ endpoint: 'https://mcp.example.com/given-up' }), V2]) {
    world.settle();
    last = (await world.deliver(world.own.update(first, desired, V1))).physicalId;
  }
  world.service.configure({ listLagMs: 0 });
  world.settle();
  return { physicalId: last, orphans: world.ids().filter((id) => arnOf(id) !== last) };
}
