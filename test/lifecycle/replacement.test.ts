import { TAG } from '../../src/private/contract';
import { arnOf, dynatrace, mcpServer, pagerDuty, Resource, TOKEN_SECRET } from '../support/events';
import { MINUTE, Scenario, SECOND } from '../support/scenario';

// Create before delete, the tags that say so, and what becomes of the services that nobody believes in.
let world: Scenario;
const begin = (options: ConstructorParameters<typeof Scenario>[0] = {}) => { world = new Scenario(options); };
beforeEach(() => begin());

const V1 = mcpServer();
const V2 = mcpServer({ endpoint: 'https://mcp.example.com/v2' });
const V3 = mcpServer({ endpoint: 'https://mcp.example.com/v3' });
const tagged = (properties: typeof V1, team = 'sre') => ({ ...properties, Tags: { team } });
const under = (name: string, properties: typeof V1) => ({ ...properties, Request: { ...properties.Request, name } });

describe('A replacing Update', () => {
  test('is List, Get, Tag and Register, the tag before the registration, and one read of each secret', async () => {
    const physicalId = await world.create(V1);
    world.settle();
    const after = await world.deliver(world.own.update(physicalId, V2, V1));
    expect(after.physicalId).not.toBe(physicalId);
    expect(world.counts()).toEqual({ ListServices: 1, GetService: 1, TagResource: 1, GetSecretValue: 1, RegisterService: 1 });
    expect(world.calls.indexOf('TagResource')).toBeLessThan(world.calls.indexOf('RegisterService'));
    expect(world.decision).toBe('replaced');
  });

  test('writes its intent on the old service, and the old service\'s id on the new one', async () => {
    const physicalId = await world.create(V1);
    const [old] = world.ids();
    const event = world.own.update(physicalId, V2, V1);
    const { data } = await world.deliver(event);
    expect(world.tagsOf(old)).toMatchObject({ [TAG.replacing]: event.RequestId, [TAG.resource]: 'Registration' });
    expect(world.tagsOf(data.ServiceId)[TAG.predecessor]).toBe(old);
  });

  test('notes on the old service that it is to be retained, where the template says so by now: nothing else says it later', async () => {
    const physicalId = await world.create(V1);
    const [old] = world.ids();
    const retained = (properties: typeof V1) => ({ ...properties, Retain: 'true' });
    const { physicalId: second } = await world.deliver(world.own.update(physicalId, retained(V2), V1));
    expect(world.tagsOf(old)[TAG.retain]).toBe('true');
    world.settle();
    await world.deliver(world.own.update(second, retained(tagged(V2)), retained(V2)));
    expect(world.ids()).toContain(old);
  });

  test('registers under another generated name, and CloudFormation deletes the old service', async () => {
    const physicalId = await world.create(V1);
    const after = await world.deliver(world.own.update(physicalId, V2, V1));
    const names = world.service.snapshot().services.map(({ details }) => (details as { name: string }).name);
    expect(new Set(names).size).toBe(2);
    await world.deliver(world.own.delete(physicalId, V1));
    expect(arnOf(world.only().serviceId)).toBe(after.physicalId);
  });

  test('registers nothing where the intent cannot be written', async () => {
    const physicalId = await world.create(V1);
    world.fail('TagResource', { status: 400, message: 'too many tags', times: 1 });
    await expect(world.deliver(world.own.update(physicalId, V2, V1))).rejects.toMatchObject({ step: 'TagResource', words: 'ValidationException: too many tags' });
    world.only();
  });

  test('does what it is to do, although the old properties are those of an update that failed', async () => {
    const physicalId = await world.create(V1);
    const after = await world.deliver(world.own.update(physicalId, V2, V2));
    expect(after.physicalId).not.toBe(physicalId);
    expect(world.decision).toBe('replaced');
  });

  test('keeps the old service where the new one is refused, and the rollback answers with that', async () => {
    const physicalId = await world.create(V1);
    world.settle();
    world.service.refuse({ times: 1, message: 'The endpoint was not accepted' });
    await expect(world.deliver(world.own.update(physicalId, V2, V1))).rejects.toMatchObject({ step: 'RegisterService' });
    expect(world.decision).toBe('refused');
    expect((await world.deliver(world.own.update(physicalId, V1, V2))).physicalId).toBe(physicalId);
    expect(world.count('RegisterService')).toBe(0);
    expect(world.decision).toBe('kept');
  });

  test('has the handler fail, and the old service stay, where a secret cannot be used', async () => {
    const physicalId = await world.create(V1);
    world.secrets.delete(TOKEN_SECRET);
    await expect(world.deliver(world.own.update(physicalId, V2, V1))).rejects.toMatchObject({ step: expect.stringContaining('reading the secret'), words: expect.stringContaining('can\'t find') });
    expect(arnOf(world.only().serviceId)).toBe(physicalId);
  });
});

describe('A rollback of a replacement', () => {
  test.each([['old', 0], ['new', 0], ['old', 10 * MINUTE], ['new', 10 * MINUTE]])('with the %s physical id answers with the service that is still there (after %s ms)', async (which, age) => {
    const old = await world.deliver(world.own.create(V1));
    world.time += age;
    const replaced = await world.deliver(world.own.update(old.physicalId, V2, V1));
    world.time += age;
    const back = await world.deliver(world.own.update(which === 'old' ? old.physicalId : replaced.physicalId, V1, V2));
    expect(back).toEqual(old);
    expect(world.count('RegisterService')).toBe(0);
    expect(world.decision).toBe(which === 'old' ? 'kept' : 'rolled back');
    await world.deliver(world.own.delete(replaced.physicalId, V2));
    expect(arnOf(world.only().serviceId)).toBe(old.physicalId);
  });

  test.each(['old', 'new'])('that was under another display name finds the predecessor, with the %s physical id', async (which) => {
    const old = await world.create(V1);
    world.settle();
    const replaced = await world.deliver(world.own.update(old, under('Renamed', V2), V1));
    world.settle();
    const back = await world.deliver(world.own.update(which === 'old' ? old : replaced.physicalId, V1, under('Renamed', V2)));
    expect(back.physicalId).toBe(old);
    expect(world.count('RegisterService')).toBe(0);
  });

  test('of a new credentialsRevision answers with the service of the old one, whichever physical id it comes with', async () => {
    for (const which of ['old', 'new']) {
      begin();
      const [first, second] = [mcpServer({ revision: '1' }), mcpServer({ revision: '2' })];
      const old = await world.create(first);
      world.secrets.set(TOKEN_SECRET, { versionId: 'v2', text: 'canary-token-2' });
      const replaced = await world.deliver(world.own.update(old, second, first));
      const back = await world.deliver(world.own.update(which === 'old' ? old : replaced.physicalId, first, second));
      expect(back.physicalId).toBe(old);
      await world.deliver(world.own.delete(replaced.physicalId, second));
      expect(arnOf(world.only().serviceId)).toBe(old);
    }
  });

  test('does not go back to a service that was retained in an earlier life', async () => {
    const [first, second] = ['1', '2'].map((revision) => ({ ...mcpServer({ revision }), Retain: 'true' }));
    const retained = await world.create(first);
    world.time += MINUTE;
    const physicalId = await world.create(first);
    world.time += MINUTE;
    world.secrets.set(TOKEN_SECRET, { versionId: 'v2', text: 'canary-token-2' });
    const { physicalId: replaced } = await world.deliver(world.own.update(physicalId, second, first));
    expect(replaced).not.toBe(physicalId);
    // The predecessor is to be retained, too, and it is the one to go back to.
    expect((await world.deliver(world.own.update(replaced, first, second))).physicalId).toBe(physicalId);
    expect(world.ids().map(arnOf)).toContain(retained);
  });

  test('registers again where the old service is gone, rather than answer with a retained one of an earlier life', async () => {
    const [first, second] = [{ ...V1, Retain: 'true' }, { ...V2, Retain: 'true' }];
    const retained = await world.create(first);
    world.settle();
    const old = await world.create(first);
    const replaced = await world.deliver(world.own.update(old, second, first));
    world.service.perform('DeregisterService', { serviceId: old.split('/')[1] });
    const back = await world.deliver(world.own.update(replaced.physicalId, first, second));
    expect([retained, old, replaced.physicalId]).not.toContain(back.physicalId);
    expect(world.count('RegisterService')).toBe(1);
  });

  test('finds a predecessor that is to be retained, although no list shows it yet', async () => {
    begin({ listLagMs: 25 * SECOND });
    const [first, second] = [{ ...dynatrace(), Retain: 'true' }, { ...dynatrace({ accountUrn: 'urn:dtaccount:87654321-1234-1234-1234-123456789012' }), Retain: 'true' }];
    const old = await world.create(first);
    const { physicalId } = await world.deliver(world.own.update(old, second, first));
    expect((await world.deliver(world.own.update(physicalId, first, second))).physicalId).toBe(old);
  });

  test('knows the service of the failed update by tags that come late', async () => {
    begin({ tagsLagMs: 29 * SECOND });
    const second = dynatrace({ accountUrn: 'urn:dtaccount:87654321-1234-1234-1234-123456789012' });
    const physicalId = await world.create(dynatrace());
    world.time += MINUTE;
    await world.deliver(world.own.update(physicalId, second, dynatrace()));
    world.time += 2 * SECOND;
    await world.deliver(world.own.update(physicalId, dynatrace(), second));
    expect(arnOf(world.only().serviceId)).toBe(physicalId);
  });
});

describe('Orphans', () => {
  /** A service, and another one that an update registered that CloudFormation gave up. */
  const abandoned = async (first = V1, second = V2) => {
    const physicalId = await world.create(first);
    world.settle();
    const { physicalId: orphan } = await world.deliver(world.own.update(physicalId, second, first));
    world.settle();
    expect(world.ids()).toHaveLength(2);
    return { physicalId, orphan };
  };

  test.each<[string, typeof V1, typeof V1, string]>([
    ['the rollback', V1, V2, 'kept'], ['an Update of tags', tagged(V1) as typeof V1, V1, 'tagged'],
  ])('go with %s', async (_, desired, old, row) => {
    const { physicalId } = await abandoned();
    expect((await world.deliver(world.own.update(physicalId, desired, old))).physicalId).toBe(physicalId);
    expect(arnOf(world.only().serviceId)).toBe(physicalId);
    expect(world.decision).toBe(row);
  });

  test('go with the next replacement, all of them', async () => {
    const { physicalId } = await abandoned();
    world.service.configure({ listLagMs: 60 * MINUTE });
    await world.deliver(world.own.update(physicalId, V3, V1));
    world.service.configure({ listLagMs: 0 });
    world.settle();
    expect(world.ids()).toHaveLength(3);
    const last = await world.deliver(world.own.update(physicalId, mcpServer({ endpoint: 'https://mcp.example.com/v4' }), V1));
    expect(world.ids().map(arnOf)).toEqual([physicalId, last.physicalId]);
  });

  test('stay where they are to be retained', async () => {
    const { physicalId, orphan } = await abandoned(V1, { ...V2, Retain: 'true' });
    await world.deliver(world.own.update(physicalId, tagged(V1), V1));
    expect(world.ids().map(arnOf)).toEqual([physicalId, orphan]);
  });

  test('stay, and the Update succeeds, where an Agent Space uses them; they go with a later one', async () => {
    const { physicalId, orphan } = await abandoned();
    const { remove } = world.associate(orphan.split('/')[1]);
    await world.deliver(world.own.update(physicalId, tagged(V1), V1));
    expect(world.ids()).toHaveLength(2);
    remove();
    await world.deliver(world.own.update(physicalId, tagged(V1, 'ops'), tagged(V1)));
    expect(arnOf(world.only().serviceId)).toBe(physicalId);
  });

  test('go with a later Update, also a predecessor under another display name', async () => {
    const first = await world.create(V1);
    const { remove } = world.associate(world.only().serviceId);
    world.settle();
    const second = await world.deliver(world.own.update(first, under('Renamed', V2), V1));
    await expect(world.deliver(world.own.delete(first, V1))).rejects.toMatchObject({ step: 'DeregisterService' });
    remove();
    world.settle();
    await world.deliver(world.own.update(second.physicalId, tagged(under('Renamed', V2)), under('Renamed', V2)));
    expect(arnOf(world.only().serviceId)).toBe(second.physicalId);
  });

  test('go with a Create that they stand in the way of', async () => {
    const orphan = await world.create(pagerDuty());
    world.settle();
    const physicalId = await world.create(pagerDuty({ name: 'Renamed' }));
    expect(physicalId).not.toBe(orphan);
    expect(arnOf(world.only().serviceId)).toBe(physicalId);
  });
});

test('two stacks with the same logical id never touch each other\'s services', async () => {
  const stackId = 'arn:aws:cloudformation:us-east-1:000000000000:stack/Twin/6b2f';
  const twin: Resource = world.another('Registration', stackId);
  const theirs = await world.create(V1, twin);
  const mine = await world.create(V1);
  world.settle();
  const second = await world.deliver(world.own.update(mine, V2, V1));
  world.settle();
  await world.deliver(world.own.update(second.physicalId, tagged(V2), V2));
  world.settle();
  expect(world.ids().map(arnOf)).toContain(theirs);
  world.stackStatus = 'DELETE_IN_PROGRESS';
  await world.deliver(world.own.delete(second.physicalId, V2));
  expect(arnOf(world.only().serviceId)).toBe(theirs);
  // Nor does a Delete whose physical id CloudFormation invented.
  await world.deliver(world.own.delete('Tools-Registration-1ABC', V1));
  expect(arnOf(world.only().serviceId)).toBe(theirs);
});
