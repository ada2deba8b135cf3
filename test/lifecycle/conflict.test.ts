import { TAG } from '../../src/private/contract';
import { arnOf, eventChannel, mcpServer, pagerDuty, Properties } from '../support/events';
import { Scenario, SECOND } from '../support/scenario';
import { PROVIDER } from '../support/virtual-account';

// Another service has the unique key: whose it is, what the error says, what can be adopted.
let world: Scenario;
const begin = (options: ConstructorParameters<typeof Scenario>[0] = {}) => { world = new Scenario(options); };
beforeEach(() => begin());

const TWIN = 'arn:aws:cloudformation:us-east-1:000000000000:stack/Twin/6b2f';
const adopting = eventChannel({ adoptExisting: true });

/** An event channel that a user made in the console. */
function channelOfUser(tags: { [key: string]: string } = {}): string {
  world.service.configure({ fence: null });
  const { serviceId } = world.service.registerService({ service: 'eventChannel', name: 'Theirs', serviceDetails: { eventChannel: { type: 'webhook' } }, tags });
  world.service.configure({ fence: { tagKey: TAG.provider, tagValue: PROVIDER } });
  world.settle();
  return serviceId!;
}

describe.each(['conflict', 'validation'] as const)('A conflict (%s)', (conflictStyle) => {
  beforeEach(() => begin({ conflictStyle }));

  test('with a live service of another resource of the stack names that resource and the ways out', async () => {
    const other = await world.create(pagerDuty(), world.another('OldName'));
    world.settle();
    await expect(world.create(pagerDuty())).rejects.toMatchObject({
      step: 'RegisterService',
      words: expect.stringMatching(new RegExp(`already registered, by ${world.only().serviceId} \\('Tools-PagerDuty', of the resource OldName of the stack Tools\\)$`)),
      advice: expect.stringMatching(/overrideLogicalId\('OldName'\).*same displayName.*or remove it in one deployment and add it in the next/),
    });
    expect(world.decision).toBe('conflict');
    expect(arnOf(world.only().serviceId)).toBe(other);
  });

  test('with a service of another stack names that stack, and does not tell to keep a logical id', async () => {
    await world.create(pagerDuty(), world.another('OldName', TWIN));
    world.settle();
    await expect(world.create(pagerDuty())).rejects.toMatchObject({
      words: expect.stringContaining('of the resource OldName of the stack Twin'), advice: 'deregister the existing service, or give this one another unique key',
    });
    world.only();
  });

  test('with a service of a user\'s names it by id and display name', async () => {
    const serviceId = channelOfUser();
    await expect(world.create(eventChannel())).rejects.toMatchObject({ words: expect.stringContaining(`, by ${serviceId} ('Theirs')`) });
    expect(world.only().serviceId).toBe(serviceId);
  });

  test('in an Update leaves the old service, too', async () => {
    await world.create(pagerDuty({ subdomain: 'other' }), world.another('Other'));
    const old = await world.create(pagerDuty());
    world.settle();
    await expect(world.deliver(world.own.update(old, pagerDuty({ subdomain: 'other' }), pagerDuty()))).rejects.toMatchObject({ words: expect.stringContaining('of the resource Other') });
    expect(world.ids()).toHaveLength(2);
    expect(world.count('DeregisterService')).toBe(0);
  });

  test('does not mind the case of a unique key', async () => {
    await world.create(pagerDuty({ subdomain: 'ACME' }), world.another('Other'));
    world.settle();
    await expect(world.create(pagerDuty({ subdomain: 'acme' }))).rejects.toMatchObject({ words: expect.stringContaining(`by ${world.only().serviceId}`) });
  });

  test('names the service that has the key, and not another one of its type', async () => {
    await world.create(pagerDuty({ subdomain: 'elsewhere', name: 'Elsewhere' }), world.another('Elsewhere'));
    await world.create(pagerDuty(), world.another('Other'));
    world.settle();
    await expect(world.create(pagerDuty())).rejects.toMatchObject({ words: expect.stringContaining('of the resource Other') });
  });

  test('with a service of its own that is to be retained ends in an error, and that service stays', async () => {
    await world.create({ ...pagerDuty(), Retain: 'true' });
    world.settle();
    await expect(world.create(pagerDuty())).rejects.toMatchObject({ step: 'RegisterService' });
    world.only();
  });
});

describe('A conflict that no list explains', () => {
  test('is waited out for as long as a key may stay taken', async () => {
    begin({ nameReleaseMs: 55 * SECOND });
    const other = world.another('Other');
    await world.deliver(other.delete(await world.create(pagerDuty(), other), pagerDuty()));
    await world.create(pagerDuty());
    world.only();
    expect(world.decision).toBe('registered');
  });

  test('ends in an error after that, in the service\'s words', async () => {
    begin({ nameReleaseMs: 600 * SECOND });
    const other = world.another('Other');
    await world.deliver(other.delete(await world.create(pagerDuty(), other), pagerDuty()));
    const start = world.time;
    await expect(world.create(pagerDuty())).rejects.toMatchObject({ step: 'RegisterService', words: expect.stringMatching(/already registered$/) });
    expect(world.time - start).toBeGreaterThanOrEqual(60 * SECOND);
    expect(world.time - start).toBeLessThan(80 * SECOND);
  });
});

describe('adoptExisting', () => {
  test('adopts a service of a user\'s as it is', async () => {
    const serviceId = channelOfUser({ team: 'theirs' });
    const { physicalId } = await world.deliver(world.own.create({ ...adopting, Tags: { team: 'ours' } }));
    expect(physicalId).toBe(arnOf(serviceId));
    expect(world.only().tags).toEqual({ team: 'theirs' });
    expect(world.decision).toBe('adopted');
  });

  test.each<[string, string | undefined]>([['this stack', undefined], ['another stack', TWIN]])('never adopts a live service of another resource of %s', async (_, stackId) => {
    const other = await world.create(eventChannel(), world.another('Other', stackId));
    world.settle();
    await expect(world.create(adopting)).rejects.toMatchObject({ words: expect.stringContaining('of the resource Other') });
    expect(arnOf(world.only().serviceId)).toBe(other);
  });

  test.each<[string, string | undefined]>([['this stack', undefined], ['another stack', TWIN]])('adopts one that was retained by %s', async (_, stackId) => {
    const other = await world.create({ ...eventChannel(), Retain: 'true' }, world.another('Other', stackId));
    world.settle();
    expect(await world.create(adopting)).toBe(other);
    world.only();
  });

  test('adopts nothing that is about to be gone from a list', async () => {
    begin({ listLagMs: 20 * SECOND, nameReleaseMs: 20 * SECOND });
    const other = world.another('Other');
    const gone = await world.create(eventChannel(), other);
    world.settle();
    await world.deliver(other.delete(gone, eventChannel()));
    expect(await world.create(adopting)).not.toBe(gone);
    expect(world.only().tags[TAG.resource]).toBe('Registration');
  });

  test('does not take a service for a user\'s before its tags can be read', async () => {
    begin({ tagsLagMs: 25 * SECOND });
    await world.create(eventChannel(), world.another('Other'));
    await expect(world.create(adopting)).rejects.toMatchObject({ words: expect.stringContaining('of the resource Other') });
  });

  test.each<[string, Properties]>([['leaves the adopted service', adopting], ['leaves it, although something else has changed', { ...adopting, Tags: { a: 'b' } }]])('%s when the registration is deleted', async (_, properties) => {
    const serviceId = channelOfUser();
    const physicalId = await world.create(adopting);
    await world.deliver(world.own.delete(physicalId, properties));
    expect(world.only().serviceId).toBe(serviceId);
    expect(world.decision).toBe('left');
  });

  test('deregisters a service that it registered itself', async () => {
    const physicalId = await world.create(adopting);
    await world.deliver(world.own.delete(physicalId, adopting));
    expect(world.ids()).toEqual([]);
  });
});

test('a large number of services under the name of a resource costs a bounded number of looks', async () => {
  for (let i = 0; i < 40; i++) {
    await world.create(mcpServer(), world.another(`R${i}`));
  }
  world.settle();
  world.fail('RegisterService', { status: 409, code: 'ConflictException', message: 'already exists' });
  await world.create(mcpServer());
  expect(world.count('GetService')).toBeLessThanOrEqual(20);
});
