import { TAG } from '../../src/private/contract';
import { arnOf, consented, dynatrace, eventChannel, mcpServer, pagerDuty, signedAt } from '../support/events';
import { MINUTE, Scenario, SECOND } from '../support/scenario';
import { PROVIDER } from '../support/virtual-account';

// A first Create, and the time within which an event counts as a first delivery.
let world: Scenario;
beforeEach(() => { world = new Scenario(); });

describe('A first Create', () => {
  test.each([
    ['a unique key', pagerDuty()], ['a generated name', mcpServer()], ['the one event channel', eventChannel()], ['a name of the user\'s', mcpServer({ serverName: 'tools' })],
  ])('with %s is one call, and one read of each secret', async (_, properties) => {
    await world.create(properties);
    const secrets = properties.Service === 'eventChannel' ? {} : { GetSecretValue: 1 };
    expect(world.counts()).toEqual({ ...secrets, RegisterService: 1 });
    expect(world.decision).toBe('registered');
  });

  test('of a repeatable kind lists its type once before it registers', async () => {
    await world.create(dynatrace());
    expect(world.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService']);
  });

  test('answers with the ARN as the physical id, and with all attributes', async () => {
    const { physicalId, data } = await world.deliver(world.own.create(pagerDuty()));
    const { serviceId } = world.only();
    expect(physicalId).toBe(arnOf(serviceId));
    expect(data).toEqual({ ServiceId: serviceId, ServiceArn: arnOf(serviceId), ConsentUrl: 'none' });
  });

  test('puts the user\'s tags and the ownership tags on the service, the owner in plain text', async () => {
    const event = world.own.create(pagerDuty({ tags: { team: 'sre' } }));
    await world.deliver(event);
    expect(world.only().tags).toEqual({
      team: 'sre',
      [TAG.provider]: PROVIDER,
      [TAG.stack]: event.StackId,
      [TAG.resource]: 'Registration',
      [TAG.request]: event.RequestId,
      [TAG.fingerprint]: expect.stringMatching(/^[0-9a-f]{16}\.[0-9a-f]{16}\.[0-9a-f]{8}$/),
    });
  });

  test('tags a service that is to be retained, and only that', async () => {
    await world.create({ ...mcpServer(), Retain: 'true' });
    expect(world.only().tags[TAG.retain]).toBe('true');
    const other = new Scenario();
    await other.create({ ...mcpServer(), Retain: 'false' });
    expect(other.only().tags).not.toHaveProperty(TAG.retain);
  });

  test('does not begin a RegisterService that the time left does not suffice for', async () => {
    await expect(world.deliver(world.own.create(mcpServer()), 120)).rejects.toMatchObject({ step: 'RegisterService', advice: 'redeploy' });
    expect(world.decision).toBe('out of time');
    expect(world.count('RegisterService')).toBe(0);
  });

  test('is refused in the service\'s words, and registers nothing', async () => {
    world.service.refuse({ message: 'The client is unknown' });
    await expect(world.create(pagerDuty())).rejects.toMatchObject({
      step: 'RegisterService', words: 'ValidationException: The client is unknown', advice: 'fix the cause and redeploy',
    });
    expect(world.decision).toBe('refused');
    expect(world.count('RegisterService')).toBe(1);
  });

  test('leaves alone what the resource retained in an earlier life', async () => {
    const retained = await world.create({ ...mcpServer(), Retain: 'true' });
    world.settle();
    const physicalId = await world.create(mcpServer());
    expect(world.ids().map(arnOf)).toEqual([retained, physicalId]);
  });

  test('that needs a consent answers with the page, and with a placeholder instead of a service', async () => {
    const event = world.own.create(consented());
    expect(await world.deliver(event)).toEqual({
      physicalId: `consent/${event.RequestId}`,
      data: { ServiceId: 'pending-authorization', ServiceArn: 'pending-authorization', ConsentUrl: world.service.snapshot().pending[0].authorizationUrl },
    });
    expect(world.counts()).toEqual({ RegisterService: 1 });
    expect(world.decision).toBe('consent requested');
  });
});

describe('The age of an event', () => {
  const asks = async (age: number | undefined) => {
    const event = world.own.create(mcpServer());
    await world.deliver(signedAt(event, age === undefined ? undefined : world.time - age));
    return world.calls.includes('DescribeStackResource');
  };

  test.each([0, -5 * SECOND, 4 * SECOND])('of %s ms is that of a first delivery: it registers at once', async (age) => {
    expect(await asks(age)).toBe(false);
  });

  test.each([6 * SECOND, 5 * MINUTE])('of %s ms is late: CloudFormation is asked before anything else', async (age) => {
    expect(await asks(age)).toBe(true);
    expect(world.calls[0]).toBe('DescribeStackResource');
  });

  test('is unknown without X-Amz-Date, which counts as late', async () => {
    expect(await asks(undefined)).toBe(true);
    expect(world.calls[0]).toBe('DescribeStackResource');
    world.only();
  });

  test('counts while the event is handled: it is asked before a second RegisterService, though not before the first', async () => {
    world.fail('RegisterService', { status: 400, message: 'Unable to connect to the endpoint', times: 4 });
    await world.create(mcpServer());
    // The first call comes at 0 s, the second one after 5 s.
    expect(world.calls.filter((call) => call !== 'GetSecretValue').slice(0, 3)).toEqual(['RegisterService', 'DescribeStackResource', 'RegisterService']);
  });
});
