import { hashOf } from '../simulator/redaction';
import { arnOf, dynatrace, mcpServer, pagerDuty, TOKEN_SECRET } from '../support/events';
import { DENIED, Scenario, SECOND, THROTTLED } from '../support/scenario';

// Refusals that pass by themselves, and for how long the handler waits for that.
let world: Scenario;
beforeEach(() => { world = new Scenario(); });

const create = async (properties = mcpServer()) => {
  const start = world.time;
  const error = await world.create(properties).then(() => undefined, (failure: Error) => failure);
  return { error, took: world.time - start };
};

describe('A refusal that may be about what was made a moment ago', () => {
  const passing = [
    'Unable to access tools from the MCP server', '403 Forbidden', 'The server timed out while initializing the session', 'Unable to connect to the endpoint',
    'Could not complete request to provider.', 'The role arn:aws:iam::000000000000:role/Tools cannot be assumed', 'Unable to assume role',
  ];

  test.each(passing)('is retried until it passes: %s', async (message) => {
    world.service.refuse({ until: world.time + 80 * SECOND, message });
    expect(await create()).toMatchObject({ error: undefined });
    world.only();
    expect(world.count('GetSecretValue')).toBe(1);
  });

  test.each(passing)('is final after 90 seconds: %s', async (message) => {
    world.service.refuse({ message });
    const { error, took } = await create();
    expect(error).toMatchObject({ step: 'RegisterService', words: `ValidationException: ${message}`, row: 'refused' });
    expect(took).toBeGreaterThanOrEqual(90 * SECOND);
    expect(took).toBeLessThan(105 * SECOND);
  });

  test('is final after the time that the registration has for it', async () => {
    world.service.refuse({ message: 'Unable to connect' });
    const { error, took } = await create({ ...mcpServer(), ReadinessSeconds: '150' } as never);
    expect(error).toMatchObject({ step: 'RegisterService', row: 'refused' });
    expect(took).toBeGreaterThanOrEqual(150 * SECOND);
    expect(took).toBeLessThan(165 * SECOND);
  });

  test('is final at once if the registration has no time for it', async () => {
    world.service.refuse({ message: 'Unable to connect' });
    await create({ ...mcpServer(), ReadinessSeconds: '0' } as never);
    expect(world.count('RegisterService')).toBe(1);
  });

  test('leaves the service as it is when only the time for it changes', async () => {
    await world.create(mcpServer());
    const physicalId = arnOf(world.only().serviceId);
    await world.deliver(world.own.update(physicalId, { ...mcpServer(), ReadinessSeconds: '150' } as never, mcpServer()));
    expect(arnOf(world.only().serviceId)).toBe(physicalId);
    expect(world.count('RegisterService')).toBe(0);
  });

  test.each(['The endpoint is not a URL', 'The client is unknown', 'The scope role.read is unknown', 'I assume that this is wrong'])('is none, and final at once: %s', async (message) => {
    world.service.refuse({ message });
    const { took } = await create();
    expect(took).toBeLessThan(SECOND);
    expect(world.count('RegisterService')).toBe(1);
  });

  test('is not waited for longer than the time left allows: a full RegisterService has to fit', async () => {
    world.service.refuse({ message: 'Unable to connect' });
    const start = world.time;
    await expect(world.deliver(world.own.create(mcpServer()), 160)).rejects.toMatchObject({ step: 'RegisterService', words: 'ValidationException: Unable to connect' });
    expect(world.time - start).toBeLessThan(45 * SECOND);
  });
});

describe('A denial', () => {
  test('is retried until a policy has spread', async () => {
    world.fail('RegisterService', { ...DENIED, times: 8 });
    expect(await create()).toMatchObject({ error: undefined });
    world.only();
  });

  test.each(['RegisterService', 'ListServices'])('of %s is final after 45 seconds, and says what to check', async (operation) => {
    world.fail(operation, { ...DENIED, times: 1_000 });
    const { error, took } = await create(dynatrace() as never);
    expect(error).toMatchObject({ step: operation, advice: expect.stringMatching(/^check that the account is onboarded.*service control policy.*then redeploy$/) });
    expect(took).toBeGreaterThanOrEqual(44 * SECOND);
    expect(took).toBeLessThan(60 * SECOND);
  });

  test('that comes after a call was allowed is another one, and is retried as long', async () => {
    world.fail('RegisterService', DENIED);
    world.fail('RegisterService', { status: 400, message: 'Unable to connect', times: 10 });
    world.fail('RegisterService', DENIED);
    expect(await create()).toMatchObject({ error: undefined });
    const physicalId = arnOf(world.only().serviceId);
    world.fail('DeregisterService', DENIED);
    world.fail('DeregisterService', { status: 409, code: 'ConflictException', message: 'it is associated', times: 10 });
    world.fail('DeregisterService', DENIED);
    await world.deliver(world.own.delete(physicalId, mcpServer()));
    expect(world.ids()).toEqual([]);
  });

  test('of a secret says whose policies to check', async () => {
    world.fail('GetSecretValue', { ...DENIED, times: 1_000 });
    expect((await create()).error).toMatchObject({ step: `reading the secret ${TOKEN_SECRET}`, advice: expect.stringContaining('KMS key\'s policy') });
    expect(world.count('RegisterService')).toBe(0);
  });

  test('of ListServices without any response is retried, and is final after six attempts', async () => {
    world.fail('ListServices', { times: 1_000 });
    expect((await create(dynatrace() as never)).error).toMatchObject({ step: 'ListServices', words: 'no response (it fails)' });
    expect(world.count('ListServices')).toBe(6);
  });
});

test('a throttled secret is read again, and is told as a secret that cannot be read in the end', async () => {
  world.fail('GetSecretValue', { ...THROTTLED, times: 3 });
  await create(pagerDuty() as never);
  world.only();
  expect(world.count('GetSecretValue')).toBe(4);
});

test('every secret is read once, however often the registration is refused', async () => {
  world.service.refuse({ until: world.time + 20 * SECOND, message: 'Unable to connect' });
  await create(pagerDuty() as never);
  expect(world.count('GetSecretValue')).toBe(1);
  expect(JSON.stringify(world.only().details)).toContain(hashOf('canary-1'));
});
