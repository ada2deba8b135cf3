import { TAG } from '../../src/private/contract';
import { hashOf } from '../simulator/redaction';
import { arnOf, consented, eventChannel, mcpServer, OAUTH_SECRET, pagerDuty, Properties } from '../support/events';
import { DENIED, MINUTE, Scenario, SECOND } from '../support/scenario';
import { PROVIDER } from '../support/virtual-account';

// Delete before create: the old service of the same resource has the unique key.
let world: Scenario;
const begin = (options: ConstructorParameters<typeof Scenario>[0] = {}) => { world = new Scenario(options); };
beforeEach(() => begin());

const RENAMED = pagerDuty({ name: 'Renamed' });

/** Another's registration of the same account of PagerDuty. */
const ANOTHER = {
  service: 'pagerduty' as const,
  name: 'Another',
  tags: { [TAG.provider]: PROVIDER },
  serviceDetails: {
    pagerduty: { scopes: ['incidents.read', 'as_account-us.acme'], authorizationConfig: { oAuthClientCredentials: { clientId: 'id', clientSecret: 'x' } } },
  },
};

/** A registration that has been there for a while. */
async function registered(properties: Properties = pagerDuty()): Promise<string> {
  const physicalId = await world.create(properties);
  world.settle();
  return physicalId;
}

const rename = (physicalId: string, seconds?: number) => world.deliver(world.own.update(physicalId, RENAMED, pagerDuty()), seconds);

describe('A replacement whose unique key the old service has', () => {
  test.each(['conflict', 'validation'] as const)('deregisters the old service first, and registers as soon as the key is free (%s)', async (conflictStyle) => {
    begin({ conflictStyle, nameReleaseMs: 58 * SECOND, listLagMs: 12 * SECOND });
    const old = await registered();
    const after = await rename(old);
    expect(after.physicalId).toBe(arnOf(world.only().serviceId));
    expect(after.physicalId).not.toBe(old);
    expect(world.only()).toMatchObject({ name: 'Renamed', tags: { [TAG.predecessor]: old.split('/')[1] } });
    expect(world.decision).toBe('deregistered first');
    await world.deliver(world.own.delete(old, pagerDuty()));
    world.only();
  });

  test('asks CloudFormation before that, however young the event is, and whether an Agent Space is associated', async () => {
    world.service.createAgentSpace('Empty');
    const old = await registered();
    await rename(old);
    expect(world.calls.slice(0, world.calls.indexOf('DeregisterService'))).toEqual(expect.arrayContaining(['RegisterService', 'DescribeStackResource', 'ListAgentSpaces', 'ListAssociations']));
    // Once before that, once before the second RegisterService, and once before the answer.
    expect(world.calls.filter((call) => call === 'DescribeStackResource')).toHaveLength(3);
  });

  test('is left alone by a duplicate within seconds of the answer', async () => {
    const old = await registered();
    const event = world.own.update(old, RENAMED, pagerDuty());
    world.resourceIs('UPDATE_COMPLETE', old);
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'this event' });
    expect(arnOf(world.only().serviceId)).toBe(old);
    expect(world.count('DeregisterService')).toBe(0);
  });

  test.each<[string, object, number]>([
    ['knows no answer', { status: 400, code: 'RequestExpired' }, 1], ['denies it', DENIED, 1_000],
  ])('has no effect where CloudFormation %s', async (_, fault, times) => {
    const old = await registered();
    world.fail('DescribeStackResource', { ...fault, times });
    await expect(rename(old)).rejects.toMatchObject({ step: 'DescribeStackResource' });
    expect(arnOf(world.only().serviceId)).toBe(old);
  });

  test('is refused while Agent Spaces are associated, names them, and touches nothing', async () => {
    const old = await registered();
    const spaces = ['Production', 'Staging'].map((name) => world.associate(world.only().serviceId, name).space);
    world.service.createAgentSpace('Empty');
    await expect(rename(old)).rejects.toMatchObject({
      step: 'replacing the registration', words: expect.stringContaining('is in use'), advice: `remove its association from the Agent Space ${spaces.join(', ')}, then redeploy`,
    });
    expect(world.decision).toBe('replacement in use');
    expect(world.count('DeregisterService')).toBe(0);
    expect(arnOf(world.only().serviceId)).toBe(old);
  });

  test.each(['ListAgentSpaces', 'ListAssociations'])('is refused where %s is denied: no Agent Space is known to be free of it', async (operation) => {
    const old = await registered();
    world.service.createAgentSpace('Production');
    world.fail(operation, { ...DENIED, times: 1_000 });
    await expect(rename(old)).rejects.toMatchObject({ step: operation });
    expect(world.count('DeregisterService')).toBe(0);
  });

  test('is refused where the time left does not cover the release of the key and a full RegisterService', async () => {
    const old = await registered();
    // 65 s for the release, and 130 s for the time-outs, a look and the answer; 2 s for the calls before.
    await expect(rename(old, 190)).rejects.toMatchObject({ step: 'replacing the registration', words: expect.stringContaining('time left'), advice: 'redeploy' });
    expect(world.decision).toBe('too late to replace');
    expect(arnOf(world.only().serviceId)).toBe(old);
    await rename(old, 205);
    expect(world.decision).toBe('deregistered first');
  });

  test.each<[string, Properties, Properties]>([
    ['the old properties', { ...pagerDuty(), Retain: 'true' }, RENAMED],
    ['the new properties', pagerDuty(), { ...RENAMED, Retain: 'true' }],
  ])('is refused where %s retain the service', async (_, before, after) => {
    const old = await registered(before);
    await expect(world.deliver(world.own.update(old, after, before))).rejects.toMatchObject({
      step: 'replacing the registration', words: expect.stringContaining('to be retained'), advice: expect.stringMatching(/^set the removal policy to DESTROY/),
    });
    expect(world.decision).toBe('replacement refused');
    expect(arnOf(world.only().serviceId)).toBe(old);
  });

  test('is refused where only its own tag retains the service: the old properties may be those of a failed update', async () => {
    const old = await registered({ ...pagerDuty(), Retain: 'true' });
    await expect(rename(old)).rejects.toMatchObject({ words: expect.stringContaining('to be retained') });
    expect(arnOf(world.only().serviceId)).toBe(old);
  });

  test('is refused where a user has to consent: nobody else could bring the old one back', async () => {
    const named = (endpoint?: string) => {
      const { Request, ...rest } = consented({ endpoint });
      return { ...rest, Request: { ...Request, serviceDetails: { mcpserver: { ...Request.serviceDetails.mcpserver as object, name: { $uniqueKey: 'tools' } } } } };
    };
    const { physicalId, data } = await world.deliver(world.own.create(named()));
    world.service.consent(data.ConsentUrl);
    world.settle();
    await expect(world.deliver(world.own.update(physicalId, named('https://other.example.com/mcp'), named()))).rejects.toMatchObject({ words: expect.stringContaining('consent') });
    expect(world.decision).toBe('replacement refused');
    world.only();
  });

  test('is not taken for one where the old properties have another unique key, but the old service has the conflicting one', async () => {
    // The old properties are those of an update that failed and was not rolled back.
    const old = await registered(pagerDuty());
    await world.deliver(world.own.update(old, RENAMED, pagerDuty({ subdomain: 'elsewhere' })));
    expect(world.only().name).toBe('Renamed');
    expect(world.decision).toBe('deregistered first');
  });

  test('says that the old service is gone where another one gets the unique key in between', async () => {
    const old = await registered();
    world.tick = () => {
      if (world.calls.includes('DeregisterService') && world.ids().length === 0) {
        world.time += MINUTE;
        world.service.registerService(ANOTHER);
      }
    };
    await expect(rename(old)).rejects.toMatchObject({
      step: 'RegisterService',
      words: expect.stringMatching(/, by \S+ \('Another'\); the old service \S+ has been deregistered first$/),
      advice: 'deregister the existing service, or give this one another unique key',
    });
    expect(world.decision).toBe('replacement lost');
  });

  test('is waited for where the API throttles with the status of a refusal', async () => {
    const old = await registered();
    world.fail('DeregisterService', { status: 400, code: 'ThrottlingException', message: 'Rate exceeded', times: 10 });
    await rename(old);
    expect(world.only().name).toBe('Renamed');
  });

  test('with a name of the user\'s, and with the event channel, takes the same way', async () => {
    for (const [before, after] of [
      [mcpServer({ serverName: 'tools' }), mcpServer({ serverName: 'tools', endpoint: 'https://mcp.example.com/v2' })],
      [eventChannel({ adoptExisting: true }), { ...eventChannel({ adoptExisting: true }), Request: { ...eventChannel().Request, name: 'Renamed' } }],
    ]) {
      begin();
      const old = await registered(before);
      const { physicalId } = await world.deliver(world.own.update(old, after, before));
      expect(physicalId).toBe(arnOf(world.only().serviceId));
      expect(physicalId).not.toBe(old);
    }
  });

  test('survives the death of a delivery after DeregisterService: the next one ends with the new service alone', async () => {
    begin({ nameReleaseMs: 20 * SECOND, listLagMs: 20 * SECOND });
    const old = await registered();
    const event = world.own.update(old, RENAMED, pagerDuty());
    world.service.perform('DeregisterService', { serviceId: world.only().serviceId });
    const after = await world.deliver(event);
    world.time += MINUTE;
    expect(await world.deliver(event)).toEqual(after);
    expect(arnOf(world.only().serviceId)).toBe(after.physicalId);
  });

  test('ends with an error that names the other where another resource has taken the key meanwhile', async () => {
    const old = await registered();
    world.service.perform('DeregisterService', { serviceId: world.only().serviceId });
    await world.create(pagerDuty(), world.another('Other'));
    world.settle();
    await expect(rename(old)).rejects.toMatchObject({ words: expect.stringContaining(`by ${world.only().serviceId}`) });
    expect(world.only().name).toBe('Tools-PagerDuty');
  });

  test('says both where the new service is refused after the old one has gone, and the rollback registers again', async () => {
    const old = await registered();
    const { serviceId } = world.only();
    world.fail('RegisterService', { status: 409, code: 'ConflictException', message: 'already registered' });
    world.fail('RegisterService', { status: 400, message: 'The client is unknown' });
    await expect(rename(old)).rejects.toMatchObject({
      step: 'RegisterService',
      words: `ValidationException: The client is unknown; the old service ${serviceId} has been deregistered first`,
      advice: expect.stringContaining('the rollback, or else the next deployment, registers the service again'),
    });
    expect(world.decision).toBe('replacement lost');
    const back = await world.deliver(world.own.update(old, pagerDuty(), RENAMED));
    expect(back.physicalId).toBe(arnOf(world.only().serviceId));
  });

  test.each(['old', 'new'])('is rolled back in the same way, with the %s physical id', async (which) => {
    begin({ nameReleaseMs: 20 * SECOND });
    const old = await registered();
    const replaced = await rename(old);
    world.settle();
    const back = await world.deliver(world.own.update(which === 'old' ? old : replaced.physicalId, pagerDuty(), RENAMED));
    for (const physicalId of [old, replaced.physicalId]) {
      await world.deliver(world.own.delete(physicalId, pagerDuty()));
    }
    expect(arnOf(world.only().serviceId)).toBe(back.physicalId);
    expect(world.only().name).toBe('Tools-PagerDuty');
  });
});

describe('A rollback whose credentials are refused', () => {
  const worked = JSON.stringify({ client_id: 'id', client_secret: 'canary-1' });
  const [first, second] = [pagerDuty({ revision: '1' }), pagerDuty({ revision: '2' })];

  /** A secret was rotated to a credential that the service refuses, and the old service was deregistered first. */
  async function lost(): Promise<string> {
    const old = await registered(first);
    world.secrets.set(OAUTH_SECRET, { versionId: 'v2', text: JSON.stringify({ client_id: 'id', client_secret: 'broken' }) });
    world.secrets.set(`${OAUTH_SECRET} AWSPREVIOUS`, { versionId: 'v1', text: worked });
    world.service.refuse({ credential: hashOf('broken'), message: 'The client secret is wrong' });
    await expect(world.deliver(world.own.update(old, second, first))).rejects.toMatchObject({ words: expect.stringContaining('has been deregistered first') });
    expect(world.ids()).toEqual([]);
    return old;
  }
  const rollBack = (old: string, to: Properties = first) => world.deliver(world.own.update(old, to, second));

  test('tries those before the last rotation, after those that the secrets have now', async () => {
    const old = await lost();
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    const back = await rollBack(old);
    expect(back.physicalId).toBe(arnOf(world.only().serviceId));
    const { authorizationConfig } = world.only().details as any;
    expect(authorizationConfig.oAuthClientCredentials.clientSecret).toBe(hashOf('canary-1'));
    expect(world.calls.filter((call) => /Register|Secret|Stacks/.test(call))).toEqual(['GetSecretValue', 'RegisterService', 'DescribeStacks', 'GetSecretValue', 'RegisterService']);
  });

  test.each(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED'])('does not where the stack is in the status %s', async (status) => {
    const old = await lost();
    world.stackStatus = status;
    await expect(rollBack(old)).rejects.toMatchObject({ words: 'ValidationException: The client secret is wrong' });
    expect(world.count('GetSecretValue')).toBe(1);
    expect(world.ids()).toEqual([]);
  });

  test('does not where the status may not be asked', async () => {
    const old = await lost();
    world.fail('DescribeStacks', { ...DENIED, times: 1_000 });
    await expect(rollBack(old)).rejects.toMatchObject({ words: 'ValidationException: The client secret is wrong' });
    expect(world.decision).toBe('refused');
  });

  test('is one by the status of the resource, too, where the role may not ask for that of the stack', async () => {
    const old = await lost();
    world.fail('DescribeStacks', { ...DENIED, times: 1_000 });
    world.resourceIs('UPDATE_ROLLBACK_IN_PROGRESS');
    await rollBack(old);
    expect(world.only().name).toBe('Tools-PagerDuty');
  });

  test('does not where the template pins the version', async () => {
    const old = await lost();
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    const pinned = JSON.parse(JSON.stringify(first).replace(/"field"/g, '"versionId":"v2","field"'));
    await expect(rollBack(old, pinned)).rejects.toMatchObject({ words: 'ValidationException: The client secret is wrong' });
    expect(world.count('DescribeStacks')).toBe(0);
  });

  test.each([['there is no version before', true], ['the service refuses those, too', false]])('tells the refusal of the present ones where %s', async (_, none) => {
    const old = await lost();
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    if (none) {
      world.secrets.delete(`${OAUTH_SECRET} AWSPREVIOUS`);
    } else {
      world.service.refuse({ credential: hashOf('canary-1'), message: 'The old one is revoked' });
    }
    await expect(rollBack(old)).rejects.toMatchObject({ step: 'RegisterService', words: 'ValidationException: The client secret is wrong' });
    expect(world.ids()).toEqual([]);
  });

  test('needs none of it while the old service is there', async () => {
    const old = await world.create(mcpServer());
    world.settle();
    const replacement = await world.deliver(world.own.update(old, mcpServer({ endpoint: 'https://mcp.example.com/v2' }), mcpServer()));
    world.service.refuse({ message: 'no' });
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    const { physicalId } = await world.deliver(world.own.update(replacement.physicalId, mcpServer(), mcpServer({ endpoint: 'https://mcp.example.com/v2' })));
    expect(physicalId).toBe(old);
    expect(world.count('DescribeStacks')).toBe(0);
  });
});

