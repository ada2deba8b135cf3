import { hashOf } from './simulator/server';
import { arnOf, consented, dynatrace, eventChannel, mcpServer, OAUTH_SECRET, pagerDuty, Resource, TOKEN_SECRET } from './support/events';
import { PROVIDER, VirtualAccount } from './support/virtual-account';
import { StackResource } from '../lambda/ports';
import { TAG } from '../src/private/contract';

let world: VirtualAccount;
let resource: Resource;

function begin(options: ConstructorParameters<typeof VirtualAccount>[0] = {}): void {
  world = new VirtualAccount(options);
  resource = new Resource('Registration', world.responseUrl);
}

beforeEach(() => begin());

const registrations = () => world.calls.filter((call) => call === 'RegisterService').length;
const only = () => {
  expect(world.ids()).toHaveLength(1);
  return world.service.snapshot().services[0];
};

describe('Create', () => {
  test('registers once, with the marks, in one List and one Register and one read of each secret', async () => {
    const event = resource.create(pagerDuty({ tags: { team: 'sre' } }));
    const { physicalId, data } = await world.deliver(event);
    const service = only();
    expect(physicalId).toBe(arnOf(service.serviceId));
    expect(data).toEqual({ ServiceId: service.serviceId, ServiceArn: arnOf(service.serviceId), ConsentUrl: 'none' });
    expect(service.tags).toEqual({
      team: 'sre',
      [TAG.provider]: PROVIDER,
      [TAG.owner]: expect.stringMatching(/^[0-9a-f]{32}$/),
      [TAG.request]: event.RequestId,
      [TAG.fingerprint]: expect.stringMatching(/^[0-9a-f]{16}\.[0-9a-f]{16}\.[0-9a-f]{8}$/),
    });
    expect(world.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService']);
  });

  test.each([['at once', 0], ['while the list lags', 12_000]])('a redelivery %s adopts what the first delivery registered', async (_, listLagMs) => {
    begin({ listLagMs });
    const event = resource.create(pagerDuty());
    const first = await world.deliver(event);
    expect(await world.deliver(event)).toEqual(first);
    only();
  });

  test('a redelivery adopts what has no unique identity but a generated name', async () => {
    const event = resource.create(mcpServer());
    const first = await world.deliver(event);
    world.time += 60_000;
    expect(await world.deliver(event)).toEqual(first);
    expect(registrations()).toBe(0);
    expect(world.decision).toBe('delivered again');
    only();
  });

  test('a redelivery of what nothing keeps apart first waits for what an earlier delivery may have left on its way', async () => {
    begin({ listLagMs: 25_000 });
    const event = resource.create(dynatrace());
    world.time += 55_000;
    // The first delivery died, and its RegisterService took effect a moment before the second one came.
    await world.deliver(event);
    const died = only().serviceId;
    expect((await world.deliver(event)).physicalId).toBe(arnOf(died));
    expect(registrations()).toBe(0);
  });

  test('a late delivery asks CloudFormation again where it is throttled, which it says with status 400', async () => {
    const event = resource.create(mcpServer());
    world.time += 10_000;
    world.inject({ operation: 'DescribeStackResource', when: 'before', status: 400, code: 'Throttling', message: 'Rate exceeded', times: 3 });
    await world.deliver(event);
    only();
  });

  test('a late delivery fails, and is not taken for one that nobody waits for, where CloudFormation refuses to say', async () => {
    const event = resource.create(mcpServer());
    world.time += 10_000;
    world.inject({ operation: 'DescribeStackResource', when: 'before', status: 400, code: 'RequestExpired', times: 1 });
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'asking CloudFormation about the resource' });
    expect(world.decision).not.toBe('stale');
  });

  test('what was just registered is not taken back because CloudFormation is throttled', async () => {
    const event = resource.create(mcpServer());
    world.time += 4_850;
    world.inject({ operation: 'DescribeStackResource', when: 'before', status: 400, code: 'Throttling', message: 'Rate exceeded', times: 3 });
    await world.deliver(event);
    expect(world.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService', ...Array(4).fill('DescribeStackResource')]);
    only();
  });

  test.each<[string, StackResource | 'unknown']>([
    ['has had its answer', { status: 'CREATE_COMPLETE', since: 0 }],
    ['removes the resource again', { status: 'DELETE_IN_PROGRESS', since: 0 }],
    ['creates the resource anew, for another request', { status: 'CREATE_IN_PROGRESS', since: Date.UTC(2026, 0, 1, 0, 0, 30) }],
    ['does not know the resource any more', 'unknown'],
  ])('a late delivery does nothing where CloudFormation %s', async (_, known) => {
    const event = resource.create(mcpServer());
    world.resource = known;
    world.time += 60_000;
    await expect(world.deliver(event)).rejects.toMatchObject({ words: expect.stringContaining('does not wait for it any more') });
    expect(world.calls).toEqual(['DescribeStackResource']);
    expect(world.decision).toBe('stale');
  });

  test('after CloudFormation\'s deadline nothing is even asked', async () => {
    const event = resource.create(mcpServer());
    await expect(world.deliver(event, 0)).rejects.toMatchObject({ words: expect.stringContaining('does not wait') });
    expect(world.calls).toEqual([]);
  });

  test.each([undefined, 500, 502])('an answer that gets lost (status %s) after the commit is found again, not registered again', async (status) => {
    begin({ listLagMs: 12_000, tagsLagMs: 15_000 });
    world.inject({ operation: 'RegisterService', when: 'after', status, times: 1 });
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    expect(physicalId).toBe(arnOf(only().serviceId));
    expect(registrations()).toBe(1);
  });

  test('a Register that failed before it took effect is tried once more, after the list had its time to show it', async () => {
    world.inject({ operation: 'RegisterService', when: 'before', times: 1 });
    const start = world.time;
    await world.deliver(resource.create(mcpServer()));
    expect(registrations()).toBe(2);
    expect(world.time - start).toBeGreaterThanOrEqual(25_000);
    only();
  });

  test('a Register that never answers is given up with what to do', async () => {
    world.inject({ operation: 'RegisterService', when: 'before', times: 9 });
    await expect(world.deliver(resource.create(mcpServer()))).rejects.toMatchObject({ step: 'RegisterService', words: 'no answer (a fault)' });
    expect(registrations()).toBe(2);
  });

  test('a throttled Register is repeated', async () => {
    world.inject({ operation: 'RegisterService', when: 'before', status: 429, times: 3 });
    await world.deliver(resource.create(mcpServer()));
    only();
  });

  test('a role that cannot be assumed yet is waited for', async () => {
    world.service.refuse({ until: world.time + 60_000, message: 'The role cannot be assumed' });
    await world.deliver(resource.create(mcpServer()));
    only();
  });

  test('a policy that has not spread yet is waited for, one that never allows it is not', async () => {
    world.inject({ operation: 'RegisterService', when: 'before', status: 403, times: 3 });
    await world.deliver(resource.create(mcpServer()));
    only();
    world.inject({ operation: 'RegisterService', when: 'before', status: 403, times: 1000 });
    const start = world.time;
    await expect(world.deliver(new Resource('Other', world.responseUrl).create(mcpServer()))).rejects.toMatchObject({ words: 'Fault: a fault' });
    expect(world.time - start).toBeLessThan(60_000);
  });

  test('somebody else\'s registration with the same identity is neither adopted nor touched', async () => {
    const other = await world.deliver(new Resource('Other', world.responseUrl).create(pagerDuty()));
    await expect(world.deliver(resource.create(pagerDuty()))).rejects.toMatchObject({
      step: 'RegisterService', words: expect.stringMatching(new RegExp(`already.*held by ${only().serviceId}, 'Tools-PagerDuty'`)),
    });
    expect(world.decision).toBe('taken');
    expect(arnOf(only().serviceId)).toBe(other.physicalId);
  });

  test('what this resource left behind in an earlier life is removed, and what it retained is not', async () => {
    const left = await world.deliver(resource.create(mcpServer()));
    const retained = await world.deliver(resource.create({ ...mcpServer(), Retain: 'true' }));
    world.time += 60_000;
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    expect(world.ids().map(arnOf)).toEqual([retained.physicalId, physicalId]);
    expect(left.physicalId).not.toBe(physicalId);
  });

  test('an event channel that exists is an error, unless it may be adopted', async () => {
    const other = await world.deliver(new Resource('Other', world.responseUrl).create(eventChannel()));
    await expect(world.deliver(resource.create(eventChannel()))).rejects.toMatchObject({ words: expect.stringContaining('already registered') });
    const adopted = await world.deliver(resource.create(eventChannel({ adoptExisting: true })));
    expect(adopted.physicalId).toBe(other.physicalId);
    only();
  });

  test('a service that is gone but still listed is not adopted: a new one takes its place', async () => {
    begin({ listLagMs: 20_000, nameReleaseMs: 20_000 });
    const other = new Resource('Other', world.responseUrl);
    const { physicalId } = await world.deliver(other.create(eventChannel()));
    world.time += 60_000;
    await world.deliver(other.delete(physicalId, eventChannel()));
    const { data } = await world.deliver(resource.create(eventChannel({ adoptExisting: true })));
    expect(data.ServiceId).toBe(only().serviceId);
    expect(only().tags[TAG.owner]).toBeDefined();
  });

  test('a Register that is throttled to the end is told in the service\'s words', async () => {
    world.inject({ operation: 'RegisterService', when: 'before', status: 429, times: 1000 });
    await expect(world.deliver(resource.create(mcpServer()))).rejects.toMatchObject({ step: 'RegisterService', words: 'Fault: a fault' });
  });

  test('does not start a Register that it could not wait for', async () => {
    await expect(world.deliver(resource.create(mcpServer()), 70)).rejects.toMatchObject({ step: 'RegisterService' });
    expect(world.ids()).toEqual([]);
  });

  test('what waits for consent answers with the page and the placeholder', async () => {
    const event = resource.create(consented());
    const { physicalId, data } = await world.deliver(event);
    expect(physicalId).toBe(`consent/${event.RequestId}`);
    expect(data).toEqual({
      ServiceId: 'pending-authorization',
      ServiceArn: 'pending-authorization',
      ConsentUrl: world.service.snapshot().pending[0].authorizationUrl,
    });
  });

  test('the services of a large account are read page by page', async () => {
    begin({ pageSize: 2 });
    for (let i = 0; i < 5; i++) {
      await world.deliver(new Resource(`R${i}`, world.responseUrl).create(mcpServer()));
    }
    const event = resource.create(mcpServer());
    const first = await world.deliver(event);
    expect(await world.deliver(event)).toEqual(first);
    expect(world.ids()).toHaveLength(6);
  });
});

describe('Update', () => {
  /** So long that nothing of what was there lags any more. */
  const LONG = 600_000;
  const changed = mcpServer({ endpoint: 'https://mcp.example.com/v2' });

  test('only tags: in place, and tags of others stay', async () => {
    const before = mcpServer({ tags: { team: 'sre', stage: 'test' } });
    const { physicalId } = await world.deliver(resource.create(before));
    world.service.perform('TagResource', { resourceArn: physicalId, tags: { governance: 'theirs', [TAG.provider]: PROVIDER } });
    const after = await world.deliver(resource.update(physicalId, mcpServer({ tags: { team: 'ops' } }), before));
    expect(after.physicalId).toBe(physicalId);
    expect(only().tags).toMatchObject({ team: 'ops', governance: 'theirs', [TAG.provider]: PROVIDER });
    expect(only().tags).not.toHaveProperty('stage');
    expect(world.calls).toEqual(['ListServices', 'GetService', 'TagResource', 'UntagResource']);
  });

  test('nothing that counts: the same answer, no effect', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    const after = await world.deliver(resource.update(physicalId, { ServiceTimeout: '99', ...mcpServer() }, mcpServer()));
    expect(after.physicalId).toBe(physicalId);
    expect(world.calls).toEqual(['ListServices', 'GetService']);
  });

  test('a changed request: the new one beside the old, under another generated name, in two calls and one read', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    world.time += LONG;
    const event = resource.update(physicalId, changed, mcpServer());
    const after = await world.deliver(event);
    expect(after.physicalId).not.toBe(physicalId);
    expect(world.ids()).toHaveLength(2);
    expect(world.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService']);
    expect(world.decision).toBe('replaced');
    await world.deliver(resource.delete(physicalId, mcpServer()));
    expect(arnOf(only().serviceId)).toBe(after.physicalId);
  });

  test.each([
    ['shows nothing of what changes', LONG, mcpServer({ revision: '2' })],
    ['may lag', 60_000, changed],
  ])('where the list %s, the old service is looked at', async (_, age, wanted) => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    world.time += age;
    world.secrets.set(TOKEN_SECRET, { versionId: 'v2', text: 'canary-token-2' });
    await world.deliver(resource.update(physicalId, wanted, mcpServer()));
    expect(world.calls).toContain('GetService');
    expect(world.decision).toBe('replaced');
    expect(world.ids()).toHaveLength(2);
  });

  test('the rollback of an update that has registered nothing keeps the service, although it was not looked at for the update', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    world.time += LONG;
    world.service.refuse({ times: 1, message: 'The endpoint was not accepted' });
    await expect(world.deliver(resource.update(physicalId, changed, mcpServer()))).rejects.toMatchObject({ step: 'RegisterService' });
    expect(world.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService']);
    expect((await world.deliver(resource.update(physicalId, mcpServer(), changed))).physicalId).toBe(physicalId);
    expect(registrations()).toBe(0);
    expect(world.decision).toBe('kept');
  });

  test('a redelivered replacement ends with one new service', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    const event = resource.update(physicalId, mcpServer({ endpoint: 'https://mcp.example.com/v2' }), mcpServer());
    const after = await world.deliver(event);
    expect(await world.deliver(event)).toEqual(after);
    expect(world.ids()).toHaveLength(2);
  });

  test.each([
    ['the old', 0], ['the new', 0], ['the old', LONG], ['the new', LONG],
  ])('a rollback of a replacement, with %s physical id, answers with the service that is still there (after %s ms)', async (which, age) => {
    const old = await world.deliver(resource.create(mcpServer()));
    world.time += age;
    const replaced = await world.deliver(resource.update(old.physicalId, changed, mcpServer()));
    world.time += age;
    const back = await world.deliver(resource.update(which === 'the old' ? old.physicalId : replaced.physicalId, mcpServer(), changed));
    expect(back).toEqual(old);
    expect(registrations()).toBe(0);
    await world.deliver(resource.delete(replaced.physicalId, changed));
    expect(arnOf(only().serviceId)).toBe(old.physicalId);
  });

  describe('an identity that the old registration holds itself', () => {
    const renamed = pagerDuty({ name: 'Renamed' });

    test.each(['conflict', 'validation'] as const)('is swapped: the old one goes, then the new one comes, once the name is free (%s)', async (conflictStyle) => {
      begin({ conflictStyle, nameReleaseMs: 60_000, listLagMs: 12_000 });
      const old = await world.deliver(resource.create(pagerDuty()));
      world.time += 60_000;
      const after = await world.deliver(resource.update(old.physicalId, renamed, pagerDuty()));
      expect(after.physicalId).toBe(arnOf(only().serviceId));
      expect(after.physicalId).not.toBe(old.physicalId);
      expect(only().name).toBe('Renamed');
      expect(world.decision).toBe('swapped');
      await world.deliver(resource.delete(old.physicalId, pagerDuty()));
      only();
    });

    test('and a rollback swaps back, whichever physical id it comes with', async () => {
      for (const which of ['old', 'new']) {
        begin({ nameReleaseMs: 20_000 });
        const old = await world.deliver(resource.create(pagerDuty()));
        world.time += 60_000;
        const swapped = await world.deliver(resource.update(old.physicalId, renamed, pagerDuty()));
        world.time += 60_000;
        const back = await world.deliver(resource.update(which === 'old' ? old.physicalId : swapped.physicalId, pagerDuty(), renamed));
        for (const { physicalId } of [old, swapped]) {
          await world.deliver(resource.delete(physicalId, pagerDuty()));
        }
        expect(arnOf(only().serviceId)).toBe(back.physicalId);
        expect(only().name).toBe('Tools-PagerDuty');
      }
    });

    test('a new one that is refused after the old one went: both facts, the old id, and the Update back heals', async () => {
      const old = await world.deliver(resource.create(pagerDuty()));
      const { serviceId } = only();
      world.time += 60_000;
      world.inject({ operation: 'RegisterService', when: 'before', status: 409, times: 1, message: 'already exists' });
      world.inject({ operation: 'RegisterService', when: 'before', status: 400, times: 1 });
      await expect(world.deliver(resource.update(old.physicalId, renamed, pagerDuty())))
        .rejects.toMatchObject({ step: 'RegisterService', words: `Fault: a fault; the old service ${serviceId} has been deregistered to make room` });
      expect(world.decision).toBe('swap lost');
      expect(world.ids()).toEqual([]);
      const back = await world.deliver(resource.update(old.physicalId, pagerDuty(), renamed));
      expect(back.physicalId).toBe(arnOf(only().serviceId));
    });

    test.each([['old', { ...pagerDuty(), Retain: 'true' }, renamed], ['new', pagerDuty(), { ...renamed, Retain: 'true' }]])(
      'and is to be retained, by the %s template: an error, and the old one stays', async (_, before, after) => {
        const { physicalId } = await world.deliver(resource.create(before));
        world.time += 60_000;
        await expect(world.deliver(resource.update(physicalId, after, before))).rejects.toMatchObject({ words: expect.stringContaining('to be retained') });
        expect(arnOf(only().serviceId)).toBe(physicalId);
      });

    test('and Agent Spaces use: an error that names them, and the old one stays', async () => {
      const { physicalId } = await world.deliver(resource.create(pagerDuty()));
      world.time += 60_000;
      const space = world.service.createAgentSpace('Production');
      world.service.associateService({ agentSpaceId: space.agentSpaceId, serviceId: only().serviceId, configuration: { pagerduty: {} } as never });
      await expect(world.deliver(resource.update(physicalId, renamed, pagerDuty())))
        .rejects.toMatchObject({ step: 'DeregisterService', advice: expect.stringContaining(`Production (${space.agentSpaceId}), then redeploy`) });
      expect(arnOf(only().serviceId)).toBe(physicalId);
    });

    test('is waited for where the API throttles with the status of a refusal', async () => {
      const { physicalId } = await world.deliver(resource.create(pagerDuty()));
      world.time += 60_000;
      world.inject({ operation: 'DeregisterService', when: 'before', status: 400, code: 'Throttling', times: 40 });
      await world.deliver(resource.update(physicalId, renamed, pagerDuty()));
      expect(world.decision).toBe('swapped');
      expect(only().name).toBe('Renamed');
    });

    test('a redelivery in the middle of the swap ends with the new one alone', async () => {
      begin({ nameReleaseMs: 20_000, listLagMs: 20_000 });
      const old = await world.deliver(resource.create(pagerDuty()));
      world.time += 60_000;
      const event = resource.update(old.physicalId, renamed, pagerDuty());
      // The first delivery died after it had deregistered the old one.
      world.service.perform('DeregisterService', { serviceId: only().serviceId });
      const after = await world.deliver(event);
      expect(await world.deliver(event)).toEqual(after);
      expect(arnOf(only().serviceId)).toBe(after.physicalId);
    });

    test('and another has taken meanwhile: an error that names the other', async () => {
      const { physicalId } = await world.deliver(resource.create(pagerDuty()));
      world.service.perform('DeregisterService', { serviceId: only().serviceId });
      await world.deliver(new Resource('Other', world.responseUrl).create(pagerDuty()));
      await expect(world.deliver(resource.update(physicalId, renamed, pagerDuty()))).rejects.toMatchObject({ words: expect.stringContaining('held by') });
      expect(only().name).toBe('Tools-PagerDuty');
    });
  });

  test('another identity that another registration holds: an error, and the old one stays', async () => {
    await world.deliver(new Resource('Other', world.responseUrl).create(pagerDuty({ subdomain: 'other' })));
    const { physicalId } = await world.deliver(resource.create(pagerDuty()));
    world.time += 60_000;
    await expect(world.deliver(resource.update(physicalId, pagerDuty({ subdomain: 'other' }), pagerDuty())))
      .rejects.toMatchObject({ words: expect.stringContaining('held by') });
    expect(world.ids().map(arnOf)).toContain(physicalId);
    expect(world.ids()).toHaveLength(2);
  });

  test('a failed Update that registered all the same: the Update back removes what it left over', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    world.time += 60_000;
    const lost = await world.deliver(resource.update(physicalId, changed, mcpServer()));
    expect(world.ids()).toHaveLength(2);
    world.time += 60_000;
    // CloudFormation never heard of the new one.
    expect((await world.deliver(resource.update(physicalId, mcpServer(), changed))).physicalId).toBe(physicalId);
    expect(arnOf(only().serviceId)).toBe(physicalId);
    expect(lost.physicalId).not.toBe(physicalId);
    expect(world.decision).toBe('kept');
  });

  test('a failed Update that registered all the same and is not rolled back: the next one removes what it left over, also one of tags', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    world.time += 60_000;
    await world.deliver(resource.update(physicalId, changed, mcpServer()));
    world.time += 60_000;
    // CloudFormation never heard of the new one.
    await world.deliver(resource.update(physicalId, mcpServer({ tags: { team: 'sre' } }), mcpServer()));
    expect(arnOf(only().serviceId)).toBe(physicalId);
    expect(world.decision).toBe('retagged');
  });

  test('an Update that is sent again after it failed without a rollback makes what was wanted, whatever the old properties say', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    world.time += 60_000;
    const after = await world.deliver(resource.update(physicalId, changed, changed));
    expect(after.physicalId).not.toBe(physicalId);
  });

  test.each(['an update', 'the removal'])('what could not be deregistered when it was replaced goes with %s', async (what) => {
    const versions = [1, 2, 3].map((version) => mcpServer({ endpoint: `https://mcp.example.com/v${version}` }));
    const first = await world.deliver(resource.create(versions[0]));
    const space = world.service.createAgentSpace('Production');
    const { association } = world.service.associateService({
      agentSpaceId: space.agentSpaceId, serviceId: only().serviceId, configuration: { mcpserver: {} } as never,
    });
    world.time += 60_000;
    // Renamed, so that no list leads back to the first.
    const renamed = { ...versions[1], Request: { ...versions[1].Request, name: 'Renamed' } };
    const second = await world.deliver(resource.update(first.physicalId, renamed, versions[0]));
    await expect(world.deliver(resource.delete(first.physicalId, versions[0]))).rejects.toMatchObject({ step: 'DeregisterService' });
    world.service.disassociateService({ agentSpaceId: space.agentSpaceId, associationId: association.associationId });
    world.time += 60_000;
    if (what === 'an update') {
      const third = await world.deliver(resource.update(second.physicalId, { ...versions[2], Request: { ...versions[2].Request, name: 'Renamed' } }, renamed));
      world.resource = { status: 'UPDATE_COMPLETE', since: world.time, physicalId: third.physicalId };
      await world.deliver(resource.delete(second.physicalId, renamed));
      expect(world.ids().map(arnOf)).toEqual([third.physicalId]);
    } else {
      world.resource = { status: 'DELETE_IN_PROGRESS', since: world.time, physicalId: second.physicalId };
      await world.deliver(resource.delete(second.physicalId, renamed));
      expect(world.ids()).toEqual([]);
    }
  });

  describe('what the old service knows of', () => {
    const versions = [1, 2, 3].map((version) => mcpServer({ endpoint: `https://mcp.example.com/v${version}` }));
    // Renamed, so that no list leads back to the first.
    const renamed = versions.slice(1).map((version) => ({ ...version, Request: { ...version.Request, name: 'Renamed' } }));

    test('and is still in use is left to its successor when it goes, and goes with that', async () => {
      const first = await world.deliver(resource.create(versions[0]));
      const space = world.service.createAgentSpace('Production');
      const { association } = world.service.associateService({
        agentSpaceId: space.agentSpaceId, serviceId: only().serviceId, configuration: { mcpserver: {} } as never,
      });
      world.time += LONG;
      const second = await world.deliver(resource.update(first.physicalId, renamed[0], versions[0]));
      await expect(world.deliver(resource.delete(first.physicalId, versions[0]))).rejects.toMatchObject({ step: 'DeregisterService' });
      world.time += LONG;
      const third = await world.deliver(resource.update(second.physicalId, renamed[1], renamed[0]));
      expect(world.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService']);
      world.resource = { status: 'UPDATE_COMPLETE', since: world.time, physicalId: third.physicalId };
      await world.deliver(resource.delete(second.physicalId, renamed[0]));
      expect(world.ids().map(arnOf)).toEqual([first.physicalId, third.physicalId]);

      world.service.disassociateService({ agentSpaceId: space.agentSpaceId, associationId: association.associationId });
      world.time += LONG;
      world.resource = { status: 'DELETE_IN_PROGRESS', since: world.time, physicalId: third.physicalId };
      await world.deliver(resource.delete(third.physicalId, renamed[1]));
      expect(world.ids()).toEqual([]);
    });

    test('without its id is left to its successor, too', async () => {
      const { physicalId } = await world.deliver(resource.create(versions[0]));
      world.time += LONG;
      // CloudFormation gave this one up, and what it registered shows in no list before the rollback is through.
      const { physicalId: unheard } = await world.deliver(resource.update(physicalId, versions[1], versions[0]));
      world.service.configure({ listLagMs: 120_000 });
      await world.deliver(resource.update(physicalId, versions[0], versions[1]));
      expect(world.ids()).toHaveLength(2);
      const after = await world.deliver(resource.update(physicalId, versions[2], versions[0]));
      expect(world.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService']);
      world.resource = { status: 'UPDATE_COMPLETE', since: world.time, physicalId: after.physicalId };
      await world.deliver(resource.delete(physicalId, versions[0]));
      expect(world.ids().map(arnOf)).toEqual([unheard, after.physicalId]);

      world.time += LONG;
      world.resource = { status: 'DELETE_IN_PROGRESS', since: world.time, physicalId: after.physicalId };
      await world.deliver(resource.delete(after.physicalId, versions[2]));
      expect(world.ids()).toEqual([]);
    });

    test('is not touched where CloudFormation does not say what it believes in', async () => {
      const first = await world.deliver(resource.create(versions[0]));
      world.time += LONG;
      const second = await world.deliver(resource.update(first.physicalId, versions[1], versions[0]));
      world.resource = 'unknown';
      await world.deliver(resource.delete(second.physicalId, versions[1]));
      expect(arnOf(only().serviceId)).toBe(first.physicalId);
    });
  });

  test('a rollback of a revision does not go back to what was retained in an earlier life', async () => {
    const [first, second] = ['1', '2'].map((revision) => ({ ...mcpServer({ revision }), Retain: 'true' }));
    const retained = await world.deliver(resource.create(first));
    world.time += 60_000;
    const { physicalId } = await world.deliver(resource.create(first));
    world.time += 60_000;
    await world.deliver(resource.update(physicalId, second, first));
    expect((await world.deliver(resource.update(physicalId, first, second))).physicalId).toBe(physicalId);
    expect(world.ids().map(arnOf)).toEqual([retained.physicalId, physicalId]);
  });

  test('the cleanup after a rollback does not take the older service, which is the one that stays, for a leftover', async () => {
    const old = await world.deliver(resource.create(mcpServer()));
    world.time += 60_000;
    const replaced = await world.deliver(resource.update(old.physicalId, changed, mcpServer()));
    world.resource = { status: 'UPDATE_COMPLETE', since: world.time, physicalId: old.physicalId };
    await world.deliver(resource.delete(replaced.physicalId, changed));
    expect(arnOf(only().serviceId)).toBe(old.physicalId);
  });

  test('a new credentialsRevision replaces only if the secret has another version', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer({ revision: '1' })));
    const same = await world.deliver(resource.update(physicalId, mcpServer({ revision: '2' }), mcpServer({ revision: '1' })));
    expect(same.physicalId).toBe(physicalId);
    expect(registrations()).toBe(0);
    world.secrets.set(TOKEN_SECRET, { versionId: 'v2', text: 'canary-token-2' });
    const event = resource.update(physicalId, mcpServer({ revision: '3' }), mcpServer({ revision: '2' }));
    const rotated = await world.deliver(event);
    expect(rotated.physicalId).not.toBe(physicalId);
    expect(await world.deliver(event)).toEqual(rotated);
    expect(world.ids()).toHaveLength(2);
    const details = world.service.snapshot().services[1].details as { authorizationConfig: { bearerToken: { tokenValue: string } } };
    expect(details.authorizationConfig.bearerToken.tokenValue).toBe(hashOf('canary-token-2'));
  });

  test('a rollback of a new credentialsRevision leaves exactly one, whichever physical id it comes with', async () => {
    for (const which of ['old', 'new']) {
      begin();
      const [first, second] = [mcpServer({ revision: '1' }), mcpServer({ revision: '2' })];
      const old = await world.deliver(resource.create(first));
      world.secrets.set(TOKEN_SECRET, { versionId: 'v2', text: 'canary-token-2' });
      const replaced = await world.deliver(resource.update(old.physicalId, second, first));
      const back = await world.deliver(resource.update(which === 'old' ? old.physicalId : replaced.physicalId, first, second));
      expect(back.physicalId).toBe(old.physicalId);
      await world.deliver(resource.delete(replaced.physicalId, second));
      expect(arnOf(only().serviceId)).toBe(old.physicalId);
    }
  });

  test('a new credentialsRevision that replaces nothing is noted, so that a later rollback to it finds the service', async () => {
    const revisions = ['1', '2', '3'].map((revision) => mcpServer({ revision }));
    const old = await world.deliver(resource.create(revisions[0]));
    await world.deliver(resource.update(old.physicalId, revisions[1], revisions[0]));
    world.secrets.set(TOKEN_SECRET, { versionId: 'v2', text: 'canary-token-2' });
    const replaced = await world.deliver(resource.update(old.physicalId, revisions[2], revisions[1]));
    expect(replaced.physicalId).not.toBe(old.physicalId);
    expect((await world.deliver(resource.update(replaced.physicalId, revisions[1], revisions[2]))).physicalId).toBe(old.physicalId);
  });

  test('its own event channel is swapped, not taken for one to adopt', async () => {
    const before = eventChannel({ adoptExisting: true });
    const { physicalId } = await world.deliver(resource.create(before));
    world.time += 60_000;
    const renamed = { ...before, Request: { ...before.Request, name: 'Renamed' } };
    const after = await world.deliver(resource.update(physicalId, renamed, before));
    expect(after.physicalId).not.toBe(physicalId);
    expect(only().name).toBe('Renamed');
  });

  test('an adopted service does not become this resource\'s own', async () => {
    await world.deliver(new Resource('Other', world.responseUrl).create(eventChannel()));
    const adopting = eventChannel({ adoptExisting: true });
    const { physicalId } = await world.deliver(resource.create(adopting));
    await expect(world.deliver(resource.update(physicalId, eventChannel(), adopting))).rejects.toMatchObject({ words: expect.stringContaining('was adopted') });
  });

  test('a service that somebody deregistered by hand is registered anew', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    world.service.perform('DeregisterService', { serviceId: world.ids()[0] });
    const after = await world.deliver(resource.update(physicalId, mcpServer({ tags: { a: 'b' } }), mcpServer()));
    expect(after.physicalId).toBe(arnOf(only().serviceId));
    expect(after.physicalId).not.toBe(physicalId);
  });

  test('authorized: true resolves the consented service under the id that it began with', async () => {
    const begun = await world.deliver(resource.create(consented()));
    await expect(world.deliver(resource.update(begun.physicalId, consented({ authorized: true }), consented())))
      .rejects.toMatchObject({ words: 'nobody has consented yet' });
    const serviceId = world.service.consent(begun.data.ConsentUrl);
    const resolved = await world.deliver(resource.update(begun.physicalId, consented({ authorized: true }), consented()));
    expect(resolved).toEqual({ physicalId: begun.physicalId, data: { ServiceId: serviceId, ServiceArn: arnOf(serviceId), ConsentUrl: 'none' } });
    await world.deliver(resource.delete(begun.physicalId, consented({ authorized: true })));
    expect(world.ids()).toEqual([]);
  });

  test('a Create that is delivered again after the consent answers with the id that it began with', async () => {
    const event = resource.create(consented());
    const begun = await world.deliver(event);
    world.service.consent(begun.data.ConsentUrl);
    expect((await world.deliver(event)).physicalId).toBe(begun.physicalId);
  });

  test('authorized on a new registration is refused: nobody can have consented', async () => {
    await expect(world.deliver(resource.create(consented({ authorized: true })))).rejects.toMatchObject({ words: expect.stringContaining('consented') });
    expect(world.calls).toEqual(['ListServices']);
  });

  test('a rollback of a change that needed a new consent answers with the id that the old registration began with', async () => {
    const begun = await world.deliver(resource.create(consented()));
    world.service.consent(begun.data.ConsentUrl);
    const elsewhere = consented({ endpoint: 'https://other.example.com/mcp' });
    const replaced = await world.deliver(resource.update(begun.physicalId, elsewhere, consented()));
    expect(replaced.physicalId).not.toBe(begun.physicalId);
    const back = await world.deliver(resource.update(replaced.physicalId, consented(), elsewhere));
    expect(back.physicalId).toBe(begun.physicalId);
    await world.deliver(resource.delete(replaced.physicalId, elsewhere));
    expect(world.ids()).toEqual([back.data.ServiceId]);
  });

  describe('a deployment that waits for the consent', () => {
    const waiting = { ...consented(), WaitForConsent: { TopicArn: 'arn:aws:sns:us-east-1:000000000000:Consents', TimeoutSeconds: '600' } };
    const consentAfter = (ms: number) => {
      const start = world.time;
      world.tick = () => {
        const [page] = world.service.snapshot().pending;
        if (page && world.time >= start + ms) {
          world.service.consent(page.token);
        }
      };
    };

    test('tells the topic, and ends with the service under the id that a consent has', async () => {
      consentAfter(300_000);
      const event = resource.create(waiting);
      const { physicalId, data } = await world.deliver(event, 900);
      expect(world.published).toEqual([expect.stringMatching(/^Tools-Consented waits for your consent, for 10 minutes at most: https:\S+state=\S+$/)]);
      expect(physicalId).toBe(`consent/${event.RequestId}`);
      expect(data.ServiceId).toBe(only().serviceId);
      expect(world.decision).toBe('consented');
      await world.deliver(resource.delete(physicalId, waiting));
      expect(world.ids()).toEqual([]);
    });

    test('fails where nobody consents, with time left to say so', async () => {
      const start = world.time;
      await expect(world.deliver(resource.create(waiting), 900)).rejects.toMatchObject({ words: 'nobody consented within 10 minutes' });
      expect(world.time - start).toBeLessThan(700_000);
      expect(world.decision).toBe('consent missed');
    });

    test('keeps no service that was consented to after CloudFormation had given the registration up', async () => {
      consentAfter(120_000);
      const event = resource.create(waiting);
      world.resource = { status: 'DELETE_IN_PROGRESS', since: world.time + 60_000 };
      await expect(world.deliver(event, 900)).rejects.toMatchObject({ words: expect.stringContaining('does not wait for it any more') });
      expect(world.ids()).toEqual([]);
    });

    test('fails where the topic cannot be published to, before anybody is waited for', async () => {
      world.inject({ operation: 'Publish', when: 'before', status: 400, times: 1, message: 'no such topic' });
      await expect(world.deliver(resource.create(waiting), 900)).rejects.toMatchObject({ step: 'publishing the consent URL', words: 'Fault: no such topic' });
    });

    test('a redelivery finds what was consented to on the first page', async () => {
      const event = resource.create(waiting);
      consentAfter(60_000);
      const first = await world.deliver(event, 900);
      expect(await world.deliver(event, 900)).toEqual(first);
      expect(registrations()).toBe(0);
    });
  });

  test('before the consent, a change of tags hands out a page to consent on again', async () => {
    const begun = await world.deliver(resource.create(consented()));
    const again = await world.deliver(resource.update(begun.physicalId, { ...consented(), Tags: { a: 'b' } }, consented()));
    expect(again.physicalId).toBe(begun.physicalId);
    const serviceId = world.service.consent(again.data.ConsentUrl);
    const resolved = await world.deliver(resource.update(begun.physicalId, consented({ authorized: true }), { ...consented(), Tags: { a: 'b' } }));
    expect(resolved.data.ServiceId).toBe(serviceId);
  });

  test.each([false, true])('authorized before the consent fails, and its rollback does not (the API keeps the name: %s)', async (pendingHoldsKey) => {
    begin({ pendingHoldsKey });
    const begun = await world.deliver(resource.create(consented()));
    const resolved = consented({ authorized: true });
    await expect(world.deliver(resource.update(begun.physicalId, resolved, consented()))).rejects.toMatchObject({ words: 'nobody has consented yet' });
    const back = await world.deliver(resource.update(begun.physicalId, consented(), resolved));
    expect(back.physicalId).toBe(begun.physicalId);
    expect(back.data.ServiceId).toBe('pending-authorization');
    world.service.consent(begun.data.ConsentUrl);
    const after = await world.deliver(resource.update(begun.physicalId, resolved, consented()));
    expect(after.data.ServiceId).toBe(only().serviceId);
    await world.deliver(resource.delete(begun.physicalId, resolved));
    expect(world.ids()).toEqual([]);
  });

  test('a change that needs a new consent while authorized is set is refused before anything is registered', async () => {
    const begun = await world.deliver(resource.create(consented()));
    world.service.consent(begun.data.ConsentUrl);
    const resolved = consented({ authorized: true });
    await world.deliver(resource.update(begun.physicalId, resolved, consented()));
    await expect(world.deliver(resource.update(begun.physicalId, consented({ authorized: true, endpoint: 'https://other.example.com/mcp' }), resolved)))
      .rejects.toMatchObject({ words: expect.stringContaining('needs a new consent') });
    expect(registrations()).toBe(0);
    only();
  });
});

describe('An event that CloudFormation gives up in the middle', () => {
  const renamed = pagerDuty({ name: 'Renamed' });
  const giveUpAfter = (ms: number, status = 'UPDATE_COMPLETE', physicalId?: string) => {
    const end = world.time + ms;
    world.tick = () => {
      if (world.time >= end) {
        world.resource = { status, since: end, physicalId };
      }
    };
  };

  test('removes nothing more, although it waited to', async () => {
    const { physicalId } = await world.deliver(resource.create(pagerDuty()));
    world.time += 60_000;
    const { agentSpaceId } = world.service.createAgentSpace('Production');
    const { association } = world.service.associateService({ agentSpaceId, serviceId: only().serviceId, configuration: { pagerduty: {} } as never });
    giveUpAfter(10_000);
    const event = resource.update(physicalId, renamed, pagerDuty());
    const { tick } = world;
    world.tick = () => {
      tick!();
      if (world.resource && world.service.listAssociations({ agentSpaceId }).associations.length > 0) {
        world.service.disassociateService({ agentSpaceId, associationId: association.associationId });
      }
    };
    await expect(world.deliver(event)).rejects.toMatchObject({ words: expect.stringContaining('does not wait for it any more') });
    expect(arnOf(only().serviceId)).toBe(physicalId);
  });

  test('takes back what it finds after a silence', async () => {
    world.inject({ operation: 'RegisterService', when: 'after', times: 1 });
    const event = resource.create(mcpServer());
    world.time += 6_000;
    giveUpAfter(200, 'DELETE_COMPLETE');
    await expect(world.deliver(event)).rejects.toMatchObject({ words: expect.stringContaining('does not wait for it any more') });
    expect(world.decision).toBe('stale');
    expect(world.ids()).toEqual([]);
  });

  test('leaves what another delivery has answered with', async () => {
    world.inject({ operation: 'RegisterService', when: 'after', times: 1 });
    const event = resource.create(mcpServer());
    world.time += 6_000;
    world.tick = () => {
      const [made] = world.ids();
      world.resource = made ? { status: 'CREATE_COMPLETE', since: world.time, physicalId: arnOf(made) } : undefined;
    };
    await expect(world.deliver(event)).rejects.toMatchObject({ words: expect.stringContaining('does not wait for it any more') });
    only();
  });

  test('takes no tags away any more', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer({ tags: { team: 'sre' } })));
    const event = resource.update(physicalId, mcpServer(), mcpServer({ tags: { team: 'sre' } }));
    world.time += 60_000;
    giveUpAfter(100);
    await expect(world.deliver(event)).rejects.toMatchObject({ words: expect.stringContaining('does not wait for it any more') });
    expect(only().tags).toMatchObject({ team: 'sre' });
  });

  test.each(['TagResource', 'UntagResource'])('repeats no %s that got no answer', async (operation) => {
    const [before, after] = [mcpServer({ tags: { team: 'sre' } }), mcpServer(operation === 'TagResource' ? { tags: { team: 'ops' } } : {})];
    const { physicalId } = await world.deliver(resource.create(before));
    const event = resource.update(physicalId, after, before);
    world.time += 60_000;
    world.inject({ operation, when: 'before', times: 1 });
    // List, Get, and the call that gets no answer.
    giveUpAfter(300);
    await expect(world.deliver(event)).rejects.toMatchObject({ words: expect.stringContaining('does not wait for it any more') });
    expect(only().tags).toMatchObject({ team: 'sre' });
  });

  test('what it registered goes with the next event, also where the rollback registered anew', async () => {
    begin({ listLagMs: 25_000 });
    const { physicalId } = await world.deliver(resource.create(dynatrace()));
    world.service.perform('DeregisterService', { serviceId: only().serviceId });
    const other = dynatrace({ accountUrn: 'urn:dtaccount:87654321-1234-1234-1234-123456789012' });
    world.time += 60_000;
    await world.deliver(resource.update(physicalId, other, dynatrace()));
    const back = await world.deliver(resource.update(physicalId, dynatrace(), other));
    expect(world.ids()).toHaveLength(2);
    world.time += 60_000;
    world.resource = { status: 'DELETE_IN_PROGRESS', since: world.time, physicalId: back.physicalId };
    await world.deliver(resource.delete(back.physicalId, dynatrace()));
    expect(world.ids()).toEqual([]);
  });

  test('what it registered is known by marks that come late, where clocks are apart', async () => {
    begin({ tagsLagMs: 45_000 });
    const other = dynatrace({ accountUrn: 'urn:dtaccount:87654321-1234-1234-1234-123456789012' });
    const { physicalId } = await world.deliver(resource.create(dynatrace()));
    world.time += 60_000;
    await world.deliver(resource.update(physicalId, other, dynatrace()));
    world.time += 35_000;
    await world.deliver(resource.update(physicalId, dynatrace(), other));
    expect(arnOf(only().serviceId)).toBe(physicalId);
  });

  test('a rollback finds what is to be retained, although no list shows it yet', async () => {
    begin({ listLagMs: 25_000 });
    const retained = { ...dynatrace(), Retain: 'true' };
    const other = { ...dynatrace({ accountUrn: 'urn:dtaccount:87654321-1234-1234-1234-123456789012' }), Retain: 'true' };
    const old = await world.deliver(resource.create(retained));
    const { physicalId } = await world.deliver(resource.update(old.physicalId, other, retained));
    expect(await world.deliver(resource.update(physicalId, retained, other))).toMatchObject({ physicalId: old.physicalId });
  });
});

describe('Delete', () => {
  test('deregisters in two calls, and a second time finds nothing to do', async () => {
    const { physicalId } = await world.deliver(resource.create(pagerDuty()));
    const event = resource.delete(physicalId, pagerDuty());
    await world.deliver(event);
    expect(world.calls).toEqual(['GetService', 'DeregisterService']);
    expect(world.ids()).toEqual([]);
    await world.deliver(event);
    expect(world.calls).toEqual(['GetService']);
  });

  test('right after the Create, while the tags lag, still knows its own', async () => {
    begin({ tagsLagMs: 12_000 });
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    await world.deliver(resource.delete(physicalId, mcpServer()));
    expect(world.ids()).toEqual([]);
  });

  test('needs no secret: the secret may be gone', async () => {
    const { physicalId } = await world.deliver(resource.create(pagerDuty()));
    world.secrets.delete(OAUTH_SECRET);
    await world.deliver(resource.delete(physicalId, pagerDuty()));
    expect(world.ids()).toEqual([]);
  });

  test.each(['before', 'after'] as const)('an answer that gets lost %s the effect ends with nothing left', async (when) => {
    const { physicalId } = await world.deliver(resource.create(pagerDuty()));
    world.inject({ operation: 'DeregisterService', when, times: 1 });
    await world.deliver(resource.delete(physicalId, pagerDuty()));
    expect(world.ids()).toEqual([]);
  });

  test.each(['conflict', 'validation'] as const)('waits while an association goes away (%s)', async (associatedStyle) => {
    begin({ disassociateLagMs: 40_000, associatedStyle });
    const { physicalId } = await world.deliver(resource.create(pagerDuty()));
    const space = world.service.createAgentSpace('Production');
    const { association } = world.service.perform('AssociateService', {
      agentSpaceId: space.agentSpaceId, serviceId: world.ids()[0], configuration: { pagerduty: { services: ['P1'], customerEmail: 'a@example.com' } },
    }) as { association: { associationId: string } };
    world.service.perform('DisassociateService', { agentSpaceId: space.agentSpaceId, associationId: association.associationId });
    await world.deliver(resource.delete(physicalId, pagerDuty()));
    expect(world.ids()).toEqual([]);
  });

  test('counts the Agent Spaces that are too many to be named', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    for (let i = 1; i <= 12; i++) {
      const { agentSpaceId } = world.service.createAgentSpace(`Space ${i}`);
      world.service.associateService({ agentSpaceId, serviceId: only().serviceId, configuration: { mcpserver: {} } as never });
    }
    await expect(world.deliver(resource.delete(physicalId, mcpServer())))
      .rejects.toMatchObject({ advice: expect.stringMatching(/^remove its association from the Agent Space (Space \d+ \([\w-]+\), ){10}and 2 more, then delete again$/) });
  });

  test('names the Agent Spaces that hold it, and does not swallow the refusal', async () => {
    const { physicalId } = await world.deliver(resource.create(pagerDuty()));
    const space = world.service.createAgentSpace('Production');
    world.service.perform('AssociateService', {
      agentSpaceId: space.agentSpaceId, serviceId: world.ids()[0], configuration: { pagerduty: { services: ['P1'], customerEmail: 'a@example.com' } },
    });
    await expect(world.deliver(resource.delete(physicalId, pagerDuty())))
      .rejects.toMatchObject({ step: 'DeregisterService', advice: expect.stringContaining(`Production (${space.agentSpaceId})`) });
    only();
  });

  test('of a failed Create removes that request\'s registration and no other', async () => {
    const event = resource.create(mcpServer());
    await world.deliver(event);
    world.time += 60_000;
    const kept = await world.deliver(new Resource('Other', world.responseUrl).create(mcpServer()));
    expect(world.ids()).toHaveLength(2);
    await world.deliver(resource.delete(`failed/${event.RequestId}`, mcpServer()));
    expect(arnOf(only().serviceId)).toBe(kept.physicalId);
  });

  test('of an id that CloudFormation invented does not touch what was created anew while it looked', async () => {
    begin({ listLagMs: 20_000 });
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    world.resource = { status: 'CREATE_COMPLETE', since: 0 };
    await expect(world.deliver(resource.delete('Tools-Registration-1ABC', mcpServer())))
      .rejects.toMatchObject({ words: expect.stringContaining('does not wait for it any more') });
    expect(arnOf(only().serviceId)).toBe(physicalId);
  });

  test('of an id that CloudFormation invented finds what a running Create registers meanwhile', async () => {
    begin({ listLagMs: 20_000 });
    const create = resource.create(mcpServer());
    await world.deliver(create);
    await world.deliver(resource.delete('Tools-Registration-1ABCDEF', mcpServer()));
    expect(world.ids()).toEqual([]);
  });

  test('of an invented id leaves alone what others registered', async () => {
    await world.deliver(new Resource('Other', world.responseUrl).create(mcpServer()));
    await world.deliver(resource.delete('Tools-Registration-1ABCDEF', mcpServer()));
    only();
  });

  test('of a consent that nobody gave succeeds', async () => {
    const begun = await world.deliver(resource.create(consented()));
    await world.deliver(resource.delete(begun.physicalId, consented()));
    expect(world.ids()).toEqual([]);
  });

  test('leaves an adopted event channel, and deregisters one of its own', async () => {
    const other = await world.deliver(new Resource('Other', world.responseUrl).create(eventChannel()));
    const adopting = eventChannel({ adoptExisting: true });
    const adopted = await world.deliver(resource.create(adopting));
    await world.deliver(resource.delete(adopted.physicalId, adopting));
    expect(arnOf(only().serviceId)).toBe(other.physicalId);
    begin();
    const own = await world.deliver(resource.create(adopting));
    await world.deliver(resource.delete(own.physicalId, adopting));
    expect(world.ids()).toEqual([]);
  });

  test('refuses a service that lost its marks rather than leave it behind in silence', async () => {
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    world.service.perform('UntagResource', { resourceArn: physicalId, tagKeys: [TAG.owner] });
    await expect(world.deliver(resource.delete(physicalId, mcpServer()))).rejects.toMatchObject({ words: expect.stringContaining(TAG.owner) });
    only();
  });
});

describe('the properties', () => {
  test('of an unknown contract are refused with what to do', async () => {
    await expect(world.deliver(resource.create({ ...mcpServer(), Contract: '2' }))).rejects.toMatchObject({ words: expect.stringContaining('\'2\'') });
  });

  test('that no Create got through do not stand in the way of the Delete that follows', async () => {
    const broken = { ...mcpServer(), Contract: '2' };
    await expect(world.deliver(resource.delete('failed/Registration-request-1', broken))).resolves.toMatchObject({ physicalId: 'failed/Registration-request-1' });
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    await world.deliver(resource.delete(physicalId, broken));
    expect(world.ids()).toEqual([]);
    // What a consent created cannot be found without them, and is not left behind in silence.
    await expect(world.deliver(resource.delete('consent/Registration-request-1', broken))).rejects.toMatchObject({ words: expect.stringContaining('\'2\'') });
  });

  test('that an override broke are refused, all problems at once', async () => {
    await expect(world.deliver(resource.create({ Contract: '1', Service: 'mcpserver', Request: { name: 7 }, AdoptExisting: 'yes' })))
      .rejects.toMatchObject({ words: expect.stringMatching(/Request\.name.*serviceDetails.*AdoptExisting/) });
  });
});
