import { arnOf, consented, dynatrace, mcpServer, pagerDuty, Properties, signedAt } from '../support/events';
import { MINUTE, Scenario, SECOND, THROTTLED } from '../support/scenario';

// Events that AWS Lambda delivers more than once, and calls whose response gets lost: one service in the end.
let world: Scenario;
const begin = (options: ConstructorParameters<typeof Scenario>[0] = {}) => { world = new Scenario(options); };
beforeEach(() => begin());

describe('A second delivery of a Create', () => {
  const kinds: [string, Properties][] = [['a unique key', pagerDuty()], ['a generated name', mcpServer()], ['a repeatable kind', dynatrace()]];

  test.each(kinds)('with %s answers with the service of the first, after a look', async (_, properties) => {
    const event = world.own.create(properties);
    const first = await world.deliver(event);
    world.time += MINUTE;
    expect(await world.deliver(event)).toEqual(first);
    expect(world.counts()).toEqual({ DescribeStackResource: 1, ListServices: 1, GetService: 1 });
    expect(world.decision).toBe('registered earlier');
    world.only();
  });

  test.each([['409', 'conflict'], ['400', 'validation']] as const)('within seconds meets a conflict (status %s), and finds its own service', async (_, conflictStyle) => {
    for (const properties of [pagerDuty(), mcpServer()]) {
      begin({ conflictStyle, listLagMs: 25_000, tagsLagMs: 25_000 });
      const event = world.own.create(properties);
      const first = await world.deliver(event);
      expect(await world.deliver(event)).toEqual(first);
      expect(world.decision).toBe('found by conflict');
      world.only();
    }
  });

  test('of a repeatable kind waits until a list shows what the first one registered at its end', async () => {
    begin({ listLagMs: 29_000 });
    const event = world.own.create(dynatrace());
    world.time += 55 * SECOND;
    // The first delivery died, and its RegisterService took effect a moment before the second one came.
    await world.deliver(event);
    const { serviceId } = world.only();
    expect((await world.deliver(event)).physicalId).toBe(arnOf(serviceId));
    expect(world.count('RegisterService')).toBe(0);
  });

  test('of a repeatable kind looks once more after a slow list: the last list begins half a minute after the first', async () => {
    begin({ listLagMs: 29_000 });
    const event = world.own.create(dynatrace());
    world.time += 55 * SECOND;
    await world.deliver(event);
    const { serviceId } = world.only();
    world.slow('ListServices', 40 * SECOND);
    expect((await world.deliver(event)).physicalId).toBe(arnOf(serviceId));
    expect(world.count('RegisterService')).toBe(0);
  });

  test('looks past the services of others', async () => {
    const event = world.own.create(mcpServer());
    const { physicalId } = await world.deliver(event);
    for (const logicalId of ['A', 'B']) {
      await world.create(mcpServer(), world.another(logicalId));
    }
    world.time += MINUTE;
    expect((await world.deliver(event)).physicalId).toBe(physicalId);
  });

  test('reads the list to its last page', async () => {
    begin({ pageSize: 2 });
    for (let i = 0; i < 5; i++) {
      await world.create(mcpServer(), world.another(`R${i}`));
    }
    const event = world.own.create(mcpServer());
    const first = await world.deliver(event);
    world.time += MINUTE;
    expect(await world.deliver(event)).toEqual(first);
    expect(world.count('ListServices')).toBe(3);
  });

  test('finds its service although the clock of CloudFormation is four minutes ahead of the API\'s', async () => {
    const event = world.own.create(mcpServer());
    const first = await world.deliver(event);
    world.time += 5 * MINUTE;
    expect(await world.deliver(signedAt(event, world.time - MINUTE))).toEqual(first);
    world.only();
  });

  test('looks into no service that is older than the event by more than clocks can be apart', async () => {
    await world.create(mcpServer(), world.another('Other'));
    world.time += 6 * MINUTE;
    const event = world.own.create(mcpServer());
    world.time += MINUTE;
    await world.deliver(event);
    expect(world.count('GetService')).toBe(0);
  });

  test('after a user has consented answers with the service under the id that the consent began with', async () => {
    const event = world.own.create(consented());
    const { physicalId, data } = await world.deliver(event);
    const serviceId = world.service.consent(data.ConsentUrl);
    world.time += MINUTE;
    expect(await world.deliver(event)).toMatchObject({ physicalId, data: { ServiceId: serviceId, ConsentUrl: 'none' } });
  });
});

test('a second delivery of a replacement ends with one new service', async () => {
  const physicalId = await world.create(mcpServer());
  const event = world.own.update(physicalId, mcpServer({ endpoint: 'https://mcp.example.com/v2' }), mcpServer());
  const first = await world.deliver(event);
  world.time += MINUTE;
  expect(await world.deliver(event)).toEqual(first);
  expect(world.decision).toBe('registered earlier');
  expect(world.ids()).toHaveLength(2);
});

test('a second delivery of an Update answers with what the first one registered, although it is to be retained', async () => {
  const before = dynatrace();
  const after = { ...dynatrace({ name: 'Renamed' }), Retain: 'true' };
  const physicalId = await world.create(before);
  world.settle();
  const event = world.own.update(physicalId, after, before);
  const first = await world.deliver(event);
  world.time += MINUTE;
  expect(await world.deliver(event)).toEqual(first);
  expect(world.count('RegisterService')).toBe(0);
});

describe('A RegisterService without a response', () => {
  test.each([undefined, 500, 502])('(status %s) that took effect is found, and not repeated', async (status) => {
    for (const properties of [mcpServer(), dynatrace(), pagerDuty()]) {
      begin({ listLagMs: 25_000, tagsLagMs: 28_000 });
      world.fail('RegisterService', { when: 'after', status });
      const physicalId = await world.create(properties);
      expect(physicalId).toBe(arnOf(world.only().serviceId));
      expect(world.count('RegisterService')).toBe(1);
      expect(world.decision).toBe('found after no response');
    }
  });

  test('is looked for with a list that begins half a minute after the first, however slow one is', async () => {
    begin({ listLagMs: 29_000 });
    world.fail('RegisterService', { when: 'after' });
    world.slow('ListServices', 35 * SECOND);
    await world.create(dynatrace());
    world.only();
    expect(world.count('RegisterService')).toBe(1);
  });

  test('is repeated once, after half a minute in which no list showed an effect', async () => {
    world.fail('RegisterService');
    const start = world.time;
    await world.create(mcpServer());
    expect(world.count('RegisterService')).toBe(2);
    expect(world.time - start).toBeGreaterThanOrEqual(30 * SECOND);
    expect(world.time - start).toBeLessThan(40 * SECOND);
    world.only();
  });

  test('is not repeated a second time', async () => {
    world.fail('RegisterService', { times: 9 });
    await expect(world.create(mcpServer())).rejects.toMatchObject({
      step: 'RegisterService', words: 'no response (it fails)', advice: expect.stringContaining('removed by the rollback or by the next deployment'),
    });
    expect(world.count('RegisterService')).toBe(2);
    expect(world.decision).toBe('no response');
  });

  test('because the host cannot be reached says what to check', async () => {
    world.fail('RegisterService', { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND cp.aidevops.us-east-1.api.aws', times: 9 });
    await expect(world.create(mcpServer())).rejects.toMatchObject({ advice: expect.stringMatching(/available in us-east-1 and, in a VPC, that the Lambda function reaches it, then redeploy$/) });
  });
});

describe('Throttling until the time is up', () => {
  const throttled = { ...THROTTLED, times: 100_000 };
  const again = { message: expect.stringMatching(/^left to be delivered again: .*Rate exceeded/) };
  const told = { step: 'RegisterService', words: 'ThrottlingException: Rate exceeded' };

  test.each([
    ['RegisterService', mcpServer()], ['ListServices', dynatrace()],
  ])('of %s ends without an answer, so that AWS Lambda delivers the event again, and that succeeds', async (operation, properties) => {
    world.fail(operation, throttled);
    const event = world.own.create(properties);
    await expect(world.deliver(event)).rejects.toMatchObject(again);
    expect(world.decision).toBe('throttled');
    world.faults.length = 0;
    world.time += MINUTE;
    await world.deliver(event);
    world.only();
  });

  // An invocation ends some three minutes after it began; AWS Lambda waits for two minutes; the next invocation has ten.
  const ageAtEnd = async (age: number, properties: Properties, invocation = 300) => {
    world.fail('RegisterService', throttled);
    const event = world.own.create(properties);
    world.time += age;
    return world.deliver(event, invocation);
  };

  test.each<[string, number, Properties, object]>([
    ['fits into the service timeout', 18 * MINUTE, mcpServer(), again],
    ['does not fit into the service timeout', 20 * MINUTE, mcpServer(), told],
    ['fits into the hour that CloudFormation waits by default', 44 * MINUTE, { ...mcpServer(), ServiceTimeout: undefined }, again],
    ['does not fit into that hour', 46 * MINUTE, { ...mcpServer(), ServiceTimeout: undefined }, told],
  ])('ends without an answer only where another delivery fits in time; this one %s', async (_, age, properties, end) => {
    await expect(ageAtEnd(age, properties)).rejects.toMatchObject(end);
    expect(world.ids()).toEqual([]);
  });

  test('counts with the fifteen minutes of the handler where the deployment waits for a consent', async () => {
    const waiting = { ...consented(), ServiceTimeout: '2940', WaitForConsent: { TopicArn: 'arn:aws:sns:us-east-1:000000000000:Consents', TimeoutSeconds: '600' } };
    await expect(ageAtEnd(31 * MINUTE, waiting, 180)).rejects.toMatchObject(again);
    begin();
    await expect(ageAtEnd(32 * MINUTE, waiting, 180)).rejects.toMatchObject(told);
  });

  test('is told in the service\'s words where the age of the event is unknown', async () => {
    world.fail('RegisterService', throttled);
    await expect(world.deliver(signedAt(world.own.create(mcpServer())))).rejects.toMatchObject(told);
    expect(world.decision).toBe('refused');
  });

  test('for a while is waited out', async () => {
    world.fail('RegisterService', { ...THROTTLED, times: 20 });
    await world.create(mcpServer());
    world.only();
  });
});
