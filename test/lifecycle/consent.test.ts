import { TAG } from '../../src/private/contract';
import { arnOf, consented, mcpServer, TOKEN_SECRET } from '../support/events';
import { MINUTE, Scenario, SECOND } from '../support/scenario';

// Registrations that a user has to consent to.
let world: Scenario;
const begin = (options: ConstructorParameters<typeof Scenario>[0] = {}) => { world = new Scenario(options); };
beforeEach(() => begin());

const ELSEWHERE = 'https://other.example.com/mcp';
const authorized = consented({ authorized: true });

/** A registration that waits for a consent. */
const requested = async () => {
  const { physicalId, data } = await world.deliver(world.own.create(consented()));
  return { physicalId, consent: () => world.service.consent(data.ConsentUrl) };
};
/** A registration that a user has consented to, and that the template calls authorized. */
const resolved = async () => {
  const { physicalId, consent } = await requested();
  const serviceId = consent();
  await world.deliver(world.own.update(physicalId, authorized, consented()));
  return { physicalId, serviceId };
};

describe('authorized: true', () => {
  test('answers with the consented service, under the physical id that it began with', async () => {
    const { physicalId, consent } = await requested();
    const serviceId = consent();
    expect(await world.deliver(world.own.update(physicalId, authorized, consented())))
      .toEqual({ physicalId, data: { ServiceId: serviceId, ServiceArn: arnOf(serviceId), ConsentUrl: 'none' } });
    expect(world.decision).toBe('consent resolved');
    await world.deliver(world.own.delete(physicalId, authorized));
    expect(world.ids()).toEqual([]);
  });

  test('waits until lists show what was consented to a moment ago, however slow one of them is', async () => {
    begin({ listLagMs: 29 * SECOND, tagsLagMs: 29 * SECOND });
    const { physicalId, consent } = await requested();
    consent();
    world.slow('ListServices', 32 * SECOND);
    await world.deliver(world.own.update(physicalId, authorized, consented()));
    expect(world.decision).toBe('consent resolved');
  });

  test('gives the consented service the tags of the template', async () => {
    const { physicalId, consent } = await requested();
    consent();
    await world.deliver(world.own.update(physicalId, { ...authorized, Tags: { team: 'sre' } }, consented()));
    expect(world.only().tags.team).toBe('sre');
  });

  test.each([false, true])('fails before the consent, and its rollback does not (the API keeps the name: %s)', async (pendingHoldsKey) => {
    begin({ pendingHoldsKey });
    const { physicalId, consent } = await requested();
    await expect(world.deliver(world.own.update(physicalId, authorized, consented())))
      .rejects.toMatchObject({ step: 'looking for the consented service', words: 'no user has consented yet', advice: expect.stringContaining('open the consent URL') });
    expect(world.decision).toBe('consent absent');
    const back = await world.deliver(world.own.update(physicalId, consented(), authorized));
    expect(back).toMatchObject({ physicalId, data: { ServiceId: 'pending-authorization' } });
    expect(world.decision).toBe('consent requested again');
    const serviceId = consent();
    expect((await world.deliver(world.own.update(physicalId, authorized, consented()))).data.ServiceId).toBe(serviceId);
  });

  test('on a new registration is refused before any call: no user can have consented', async () => {
    await expect(world.deliver(world.own.create(authorized))).rejects.toMatchObject({ step: 'registering the service', advice: expect.stringContaining('set \'authorized\' to false') });
    expect(world.calls).toEqual([]);
    expect(world.decision).toBe('consent presumed');
  });

  test('together with a change that needs a new consent is refused before anything is registered or tagged', async () => {
    const { physicalId } = await resolved();
    const { tags } = world.only();
    await expect(world.deliver(world.own.update(physicalId, consented({ authorized: true, endpoint: ELSEWHERE }), authorized)))
      .rejects.toMatchObject({ step: 'replacing the registration', words: expect.stringContaining('needs a new consent') });
    expect(world.decision).toBe('consent presumed');
    expect(world.only().tags).toEqual(tags);
  });
});

describe('A change before the consent', () => {
  test('of tags hands out another page, under the same physical id', async () => {
    const { physicalId } = await requested();
    const tagged = { ...consented(), Tags: { team: 'sre' } };
    const again = await world.deliver(world.own.update(physicalId, tagged, consented()));
    expect(again.physicalId).toBe(physicalId);
    const serviceId = world.service.consent(again.data.ConsentUrl);
    expect((await world.deliver(world.own.update(physicalId, { ...tagged, Authorized: 'true' }, tagged))).data.ServiceId).toBe(serviceId);
    await world.deliver(world.own.delete(physicalId, tagged));
    expect(world.ids()).toEqual([]);
  });

  test('of the registration begins with another page and another physical id', async () => {
    const { physicalId } = await requested();
    const event = world.own.update(physicalId, consented({ endpoint: ELSEWHERE }), consented());
    expect((await world.deliver(event)).physicalId).toBe(`consent/${event.RequestId}`);
    expect(world.decision).toBe('consent requested');
  });
});

test('a rollback of a change that needed a new consent answers with the old service, under its old physical id', async () => {
  const { physicalId, serviceId } = await resolved();
  const elsewhere = consented({ endpoint: ELSEWHERE });
  const replaced = await world.deliver(world.own.update(physicalId, elsewhere, authorized));
  expect(replaced.physicalId).not.toBe(physicalId);
  const back = await world.deliver(world.own.update(replaced.physicalId, authorized, elsewhere));
  expect(back).toMatchObject({ physicalId, data: { ServiceId: serviceId } });
  await world.deliver(world.own.delete(replaced.physicalId, elsewhere));
  expect(world.ids()).toEqual([serviceId]);
});

describe('A deployment that waits for the consent', () => {
  const waiting = { ...consented(), ServiceTimeout: '2940', WaitForConsent: { TopicArn: 'arn:aws:sns:us-east-1:000000000000:Consents', TimeoutSeconds: '600' } };
  const consentAfter = (ms: number) => {
    const start = world.time;
    world.tick = () => {
      const [page] = world.service.snapshot().pending;
      if (page && world.time >= start + ms) {
        world.service.consent(page.token);
      }
    };
  };

  test('publishes the page, and ends with the service under the physical id of a consent', async () => {
    consentAfter(9 * MINUTE);
    const event = world.own.create(waiting);
    const { physicalId, data } = await world.deliver(event, 900);
    expect(world.published).toEqual([expect.stringMatching(/^Tools-Consented waits for your consent, for 10 minutes at most: https:\S+state=\S+$/)]);
    expect(physicalId).toBe(`consent/${event.RequestId}`);
    expect(data.ServiceId).toBe(world.only().serviceId);
    expect(world.decision).toBe('consented');
    await world.deliver(world.own.delete(physicalId, waiting));
    expect(world.ids()).toEqual([]);
  });

  test('fails where no user consents in time, and not before, and not much after', async () => {
    const start = world.time;
    await expect(world.deliver(world.own.create(waiting), 900)).rejects.toMatchObject({ step: 'waiting for consent', words: 'no user consented in time' });
    expect(world.time - start).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(world.time - start).toBeLessThan(11 * MINUTE);
    expect(world.decision).toBe('consent missed');
  });

  test('fails in time to say so where the invocation ends before the wait', async () => {
    const start = world.time;
    await expect(world.deliver(world.own.create(waiting), 400)).rejects.toMatchObject({ words: 'no user consented in time' });
    expect(world.time - start).toBeLessThan(375 * SECOND);
  });

  test.each([['undoes', undefined], ['retains, where the removal policy says so,', 'true']])('%s what was consented to after CloudFormation had given it up', async (_, Retain) => {
    consentAfter(2 * MINUTE);
    const event = world.own.create(Retain ? { ...waiting, Retain } : waiting);
    world.resource = { status: 'DELETE_IN_PROGRESS', since: 0 };
    await expect(world.deliver(event, 900)).rejects.toMatchObject({ step: 'this event' });
    expect(world.ids()).toHaveLength(Retain ? 1 : 0);
  });

  test('leaves what another delivery has answered with', async () => {
    consentAfter(2 * MINUTE);
    const event = world.own.create(waiting);
    world.resource = { status: 'CREATE_COMPLETE', since: 0, physicalId: `consent/${event.RequestId}` };
    await expect(world.deliver(event, 900)).rejects.toMatchObject({ step: 'this event' });
    world.only();
  });

  test('fails where the topic cannot be published to, before any user is waited for', async () => {
    world.fail('Publish', { status: 400, code: 'NotFound', message: 'Topic does not exist' });
    const start = world.time;
    await expect(world.deliver(world.own.create(waiting), 900)).rejects.toMatchObject({
      step: 'publishing the consent URL', words: 'NotFound: Topic does not exist', advice: expect.stringContaining('allow the provider\'s role to publish'),
    });
    expect(world.time - start).toBeLessThan(10 * SECOND);
  });

  test('answers a second delivery with what was consented to on the first page', async () => {
    const event = world.own.create(waiting);
    consentAfter(MINUTE);
    const first = await world.deliver(event, 900);
    expect(await world.deliver(event, 900)).toEqual(first);
    expect(world.count('RegisterService')).toBe(0);
  });

  test('waits in an Update, too, and the old service gets its intent first', async () => {
    const { physicalId, serviceId } = await resolved();
    consentAfter(MINUTE);
    const elsewhere = { ...waiting, Request: consented({ endpoint: ELSEWHERE }).Request };
    const event = world.own.update(physicalId, elsewhere, authorized);
    const after = await world.deliver(event, 900);
    expect(after.physicalId).toBe(`consent/${event.RequestId}`);
    expect(world.tagsOf(serviceId)[TAG.replacing]).toBe(event.RequestId);
  });

  describe('and asks on the page of an earlier one, since the API keeps the name for it,', () => {
    const beginning = async () => {
      begin({ pendingHoldsKey: true });
      return (await requested()).physicalId;
    };

    test('ends with the service that was consented to there, with the tags of the template', async () => {
      const physicalId = await beginning();
      consentAfter(5 * MINUTE);
      const update = world.own.update(physicalId, { ...waiting, Tags: { team: 'sre' } }, consented());
      expect(await world.deliver(update, 900)).toMatchObject({ physicalId, data: { ServiceId: world.only().serviceId, ConsentUrl: 'none' } });
      expect(world.decision).toBe('consented');
      expect(world.only().tags.team).toBe('sre');
    });

    test('fails where no user consents there in time', async () => {
      const physicalId = await beginning();
      const start = world.time;
      await expect(world.deliver(world.own.update(physicalId, waiting, consented()), 900)).rejects.toMatchObject({
        step: 'waiting for consent', words: expect.stringContaining('on the page of an earlier deployment'),
      });
      expect(world.decision).toBe('consent missed');
      expect(world.time - start).toBeGreaterThanOrEqual(10 * MINUTE);
    });
  });
});

test('a rollback from a page that nobody consented on waits for the old service to show in lists', async () => {
  begin({ listLagMs: 20 * SECOND });
  const old = await world.deliver(world.own.create(mcpServer()));
  const update = await world.deliver(world.own.update(old.physicalId, consented(), mcpServer()));
  expect(update.physicalId).toMatch(/^consent\//);
  const back = await world.deliver(world.own.update(update.physicalId, mcpServer(), consented()));
  expect(back.physicalId).toBe(old.physicalId);
  expect(world.decision).toBe('rolled back');
  world.only();
});

test('a consent reads no secret', async () => {
  world.secrets.delete(TOKEN_SECRET);
  await requested();
  expect(world.count('GetSecretValue')).toBe(0);
});
