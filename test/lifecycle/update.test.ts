import { TAG } from '../../src/private/contract';
import { hashOf } from '../simulator/redaction';
import { arnOf, eventChannel, mcpServer, pagerDuty, TOKEN_SECRET } from '../support/events';
import { MINUTE, Scenario, SECOND } from '../support/scenario';
import { PROVIDER } from '../support/virtual-account';

// Updates in place, and what makes a service another one.
let world: Scenario;
const begin = (options: ConstructorParameters<typeof Scenario>[0] = {}) => { world = new Scenario(options); };
beforeEach(() => begin());

describe('An Update in place', () => {
  test('changes the user\'s tags, and no tag of others', async () => {
    const before = mcpServer({ tags: { team: 'sre', stage: 'test' } });
    const physicalId = await world.create(before);
    world.service.perform('TagResource', { resourceArn: physicalId, tags: { governance: 'theirs', [TAG.provider]: PROVIDER } });
    const after = await world.deliver(world.own.update(physicalId, mcpServer({ tags: { team: 'ops' } }), before));
    expect(after.physicalId).toBe(physicalId);
    expect(world.only().tags).toMatchObject({ team: 'ops', governance: 'theirs', [TAG.provider]: PROVIDER, [TAG.resource]: 'Registration' });
    expect(world.only().tags).not.toHaveProperty('stage');
    expect(world.counts()).toEqual({ ListServices: 1, GetService: 1, TagResource: 1, UntagResource: 1 });
    expect(world.decision).toBe('tagged');
  });

  test('without a change of the registration has no effect', async () => {
    const physicalId = await world.create(pagerDuty());
    const after = await world.deliver(world.own.update(physicalId, { ServiceTimeout: '99', ...pagerDuty() }, pagerDuty()));
    expect(after).toEqual({ physicalId, data: { ServiceId: world.only().serviceId, ServiceArn: physicalId, ConsentUrl: 'none' } });
    expect(world.counts()).toEqual({ ListServices: 1, GetService: 1 });
  });

  test('does not depend on the order of members', async () => {
    const { Request, ...rest } = pagerDuty();
    const { authorizationConfig, scopes } = Request.serviceDetails.pagerduty as any;
    const physicalId = await world.create(pagerDuty());
    const reordered = { Request: { serviceDetails: { pagerduty: { authorizationConfig, scopes } }, name: Request.name }, ...rest };
    expect((await world.deliver(world.own.update(physicalId, reordered, pagerDuty()))).physicalId).toBe(physicalId);
    expect(world.count('RegisterService')).toBe(0);
  });

  test('puts the tag that retains the service on a live one, and takes it away again', async () => {
    const retained = { ...mcpServer(), Retain: 'true' };
    const physicalId = await world.create(mcpServer());
    await world.deliver(world.own.update(physicalId, retained, mcpServer()));
    expect(world.only().tags[TAG.retain]).toBe('true');
    await world.deliver(world.own.update(physicalId, mcpServer(), retained));
    expect(world.only().tags).not.toHaveProperty(TAG.retain);
    expect(world.counts()).toEqual({ ListServices: 1, GetService: 1, UntagResource: 1 });
  });

  test('after a tag was changed by hand makes it again what the template says', async () => {
    const before = mcpServer({ tags: { team: 'sre' } });
    const physicalId = await world.create(before);
    world.service.perform('TagResource', { resourceArn: physicalId, tags: { team: 'mine', [TAG.provider]: PROVIDER } });
    await world.deliver(world.own.update(physicalId, before, { ...before, ServiceTimeout: '99' }));
    expect(world.only().tags.team).toBe('sre');
  });

  test('repeats a TagResource that was throttled', async () => {
    const physicalId = await world.create(mcpServer());
    world.fail('TagResource', { status: 429, code: 'ThrottlingException', times: 2 });
    await world.deliver(world.own.update(physicalId, mcpServer({ tags: { team: 'sre' } }), mcpServer()));
    expect(world.only().tags.team).toBe('sre');
  });

  test('waits for the tags of a young service', async () => {
    begin({ tagsLagMs: 25 * SECOND });
    const physicalId = await world.create(mcpServer());
    await world.deliver(world.own.update(physicalId, mcpServer({ tags: { team: 'sre' } }), mcpServer()));
    expect(world.decision).toBe('tagged');
    expect(world.only().tags.team).toBe('sre');
  });
});

describe('A new credentialsRevision', () => {
  const [first, second, third] = ['1', '2', '3'].map((revision) => mcpServer({ revision }));
  const rotate = (version: number) => world.secrets.set(TOKEN_SECRET, { versionId: `v${version}`, text: `canary-token-${version}` });

  test('registers nothing while the secrets have the same versions', async () => {
    const physicalId = await world.create(first);
    expect((await world.deliver(world.own.update(physicalId, second, first))).physicalId).toBe(physicalId);
    expect(world.counts()).toEqual({ ListServices: 1, GetService: 1, GetSecretValue: 1, TagResource: 1 });
    expect(world.decision).toBe('versions unchanged');
  });

  test('replaces the service where a secret has another version, and registers with that', async () => {
    const physicalId = await world.create(first);
    rotate(2);
    const after = await world.deliver(world.own.update(physicalId, second, first));
    expect(after.physicalId).not.toBe(physicalId);
    expect(world.decision).toBe('replaced');
    expect(world.count('GetSecretValue')).toBe(1);
    const details = world.service.snapshot().services[1].details as { authorizationConfig: { bearerToken: { tokenValue: string } } };
    expect(details.authorizationConfig.bearerToken.tokenValue).toBe(hashOf('canary-token-2'));
  });

  test('that replaces nothing is noted, so that a later rollback to it finds the service', async () => {
    const physicalId = await world.create(first);
    await world.deliver(world.own.update(physicalId, second, first));
    rotate(2);
    const replaced = await world.deliver(world.own.update(physicalId, third, second));
    expect(replaced.physicalId).not.toBe(physicalId);
    expect((await world.deliver(world.own.update(replaced.physicalId, second, third))).physicalId).toBe(physicalId);
  });

  test('a rotation without one changes nothing, since a rollback must not depend on it', async () => {
    const physicalId = await world.create(first);
    rotate(2);
    const after = await world.deliver(world.own.update(physicalId, mcpServer({ revision: '1', tags: { team: 'sre' } }), first));
    expect(after.physicalId).toBe(physicalId);
    expect(world.count('GetSecretValue')).toBe(0);
  });
});

describe('A service that is not there, or not this resource\'s own', () => {
  test('is registered again where it was deregistered by hand', async () => {
    const physicalId = await world.create(mcpServer());
    world.service.perform('DeregisterService', { serviceId: world.ids()[0] });
    const after = await world.deliver(world.own.update(physicalId, mcpServer({ tags: { a: 'b' } }), mcpServer()));
    expect(after.physicalId).toBe(arnOf(world.only().serviceId));
    expect(world.decision).toBe('registered again');
    expect(world.count('TagResource')).toBe(0);
  });

  test('is registered again where the unique key has not been released yet', async () => {
    begin({ nameReleaseMs: 55 * SECOND });
    const physicalId = await world.create(pagerDuty());
    world.settle();
    world.service.perform('DeregisterService', { serviceId: world.ids()[0] });
    await world.deliver(world.own.update(physicalId, pagerDuty({ tags: { a: 'b' } }), pagerDuty()));
    world.only();
  });

  test.each([TAG.stack, TAG.resource])('is not touched where it lost its tag %s', async (tag) => {
    const physicalId = await world.create(mcpServer());
    world.settle();
    world.service.perform('UntagResource', { resourceArn: physicalId, tagKeys: [tag] });
    await expect(world.deliver(world.own.update(physicalId, mcpServer({ tags: { a: 'b' } }), mcpServer())))
      .rejects.toMatchObject({ step: 'updating the registration', words: expect.stringContaining('ownership tags'), advice: expect.stringMatching(/^deregister it by hand.*redeploy$/) });
    expect(world.decision).toBe('not owned');
    expect(world.only().tags).not.toHaveProperty('a');
  });

  test('stays adopted as long as adoptExisting is set, with its own tags', async () => {
    const serviceId = world.service.registerService({ ...foreignChannel(), tags: { [TAG.provider]: PROVIDER } }).serviceId!;
    const adopting = eventChannel({ adoptExisting: true });
    const physicalId = await world.create(adopting);
    await world.deliver(world.own.update(physicalId, { ...adopting, Tags: { team: 'sre' } }, adopting));
    expect(world.decision).toBe('adopted earlier');
    expect(world.tagsOf(serviceId)).not.toHaveProperty('team');
    await expect(world.deliver(world.own.update(physicalId, eventChannel(), adopting))).rejects.toMatchObject({ words: expect.stringContaining('was adopted') });
  });
});

test('an Update whose service another delivery deregisters while it changes tags registers one: behind the fence, an absent service is a forbidden one', async () => {
  const tagged = mcpServer({ tags: { team: 'sre' } });
  const physicalId = await world.create(tagged);
  world.tick = () => {
    if (world.calls.includes('ListServices')) {
      world.tick = undefined;
      world.service.deregisterService({ serviceId: world.only().serviceId });
    }
  };
  const { physicalId: answered } = await world.deliver(world.own.update(physicalId, mcpServer(), tagged));
  expect(answered).toBe(arnOf(world.only().serviceId));
  expect(answered).not.toBe(physicalId);
});

test('an Update of a physical id that names no service registers one', async () => {
  const physicalId = (await world.deliver(world.own.update('failed/earlier', mcpServer(), mcpServer()))).physicalId;
  expect(physicalId).toBe(arnOf(world.only().serviceId));
  expect(world.decision).toBe('registered again');
});

test('old properties that cannot be read do not fail an Update: they count as unknown', async () => {
  const physicalId = await world.create(mcpServer());
  await world.deliver(world.own.update(physicalId, mcpServer({ tags: { a: 'b' } }), { Contract: '99', Anything: 'else' }));
  expect(world.only().tags.a).toBe('b');
});

describe('Services of others under the same display name', () => {
  const six = (tags?: { [key: string]: string }) => {
    world.service.configure({ fence: null });
    for (let i = 0; i < 6; i++) {
      world.service.registerService({
        service: 'mcpserver',
        name: 'Tools-Mcp',
        ...(tags ? { tags } : {}),
        serviceDetails: { mcpserver: { name: `other-${i}`, endpoint: 'https://mcp.example.com/mcp', authorizationConfig: { bearerToken: { tokenName: 'token', tokenValue: 'x' } } } },
      });
    }
  };
  const update = async () => {
    const physicalId = await world.create(mcpServer());
    world.time += MINUTE;
    return (tags?: { [key: string]: string }) => {
      six(tags);
      const start = world.time;
      return world.deliver(world.own.update(physicalId, mcpServer({ tags: { a: 'b' } }), mcpServer())).then(() => world.time - start);
    };
  };

  test('that are young and have no tags delay an Update by one deadline together', async () => {
    const took = await (await update())();
    expect(took).toBeGreaterThanOrEqual(30 * SECOND);
    expect(took).toBeLessThan(40 * SECOND);
  });

  test('do not delay it where they have tags', async () => {
    expect(await (await update())({ team: 'theirs' })).toBeLessThan(5 * SECOND);
  });

  test('do not delay it where they have been there for more than five minutes', async () => {
    const physicalId = await world.create(mcpServer());
    six();
    world.time += 5 * MINUTE + SECOND;
    const start = world.time;
    await world.deliver(world.own.update(physicalId, mcpServer({ tags: { a: 'b' } }), mcpServer()));
    expect(world.time - start).toBeLessThan(5 * SECOND);
  });
});

function foreignChannel() {
  return { service: 'eventChannel', name: 'Theirs', serviceDetails: { eventChannel: { type: 'webhook' } } } as const;
}

test('an Update of tags registers again where GetService still shows a service that was deregistered by hand a moment ago', async () => {
  begin({ getLagMs: 2 * SECOND });
  const before = { ...mcpServer(), Tags: { team: 'ops' } };
  const { physicalId } = await world.deliver(world.own.create(before));
  world.settle();
  const [gone] = world.ids();
  world.service.deregisterService({ serviceId: gone });
  const after = await world.deliver(world.own.update(physicalId, { ...before, Tags: { team: 'sre' } }, before));
  expect(after.physicalId).not.toBe(physicalId);
  expect(world.only().tags.team).toBe('sre');
  expect(world.decision).toBe('registered again');
});
