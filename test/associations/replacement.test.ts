/** The associations of a registration while its service is replaced, rolled back or consented to. */
import { RegistrationProperties } from '../../src/private/contract';
import { associated, AssociatedAccount, HOOK, idOf, pagerIn, toolsIn, traceIn } from '../support/associated-account';
import { consented, dynatrace, mcpServer, pagerDuty } from '../support/events';
import { DENIED, SECOND } from '../support/scenario';

let world: AssociatedAccount;
let [one, two, three] = ['', '', ''];
const begin = (options: ConstructorParameters<typeof AssociatedAccount>[0] = {}) => {
  world = new AssociatedAccount(options);
  [one, two, three] = world.spaces('One', 'Two', 'Three');
};
beforeEach(() => begin());

const update = (physicalId: string, to: RegistrationProperties, from: RegistrationProperties) => (
  world.deliver(world.own.update(physicalId, to, from)));

describe('A replacement', () => {
  const from = () => associated(dynatrace(), traceIn(one));
  const to = () => associated(dynatrace({ name: 'Renamed' }), traceIn(one));

  test('associates the new service before it answers; the old one keeps its own until its Delete', async () => {
    const old = await world.created(from());
    const { physicalId } = await update(old, to(), from());
    world.check(idOf(physicalId), to());
    expect(world.pairs(idOf(old))).toEqual([one]);
    await world.deliver(world.own.delete(old, from()));
    world.check(idOf(world.only().serviceId ? physicalId : ''), to());
  });

  test('that is rolled back puts the old webhook again, which still answers', async () => {
    const old = await world.created(from());
    const hook = world.captured(HOOK);
    const { physicalId } = await update(old, to(), from());
    expect(world.captured(HOOK)).not.toEqual(hook);
    world.settle();
    const back = await update(physicalId, from(), to());
    expect(back.physicalId).toBe(old);
    expect(world.captured(HOOK)).toEqual(hook);
    expect(world.count('AssociateService') + world.count('DisassociateService')).toBe(0);
    await world.deliver(world.own.delete(physicalId, to()));
    world.check(idOf(old), from());
  });

  test('fails where the Agent Space refuses the second service, and its rollback leaves the first', async () => {
    const old = await world.created(from());
    world.refusals.set(one, { status: 400, code: 'ValidationException', message: 'duplicate environment', until: Infinity });
    await expect(update(old, to(), from())).rejects.toMatchObject({ words: 'ValidationException: duplicate environment' });
    const back = await update(old, from(), to());
    expect(back.physicalId).toBe(old);
    expect(world.ids()).toEqual([idOf(old)]);
    world.check(idOf(old), from());
  });

  test.each([['DisassociateService', DENIED], ['DeregisterService', { status: 400 }]])('is rolled back although its service cannot go yet (%s)', async (operation, fault) => {
    const old = await world.created(from());
    const { physicalId } = await update(old, to(), from());
    world.settle();
    world.fail(operation, { ...fault, times: 1_000 });
    const back = await update(old, from(), to());
    expect(back.physicalId).toBe(old);
    expect(world.ids()).toContain(idOf(physicalId));
    expect(world.association(one, idOf(old))).toBeDefined();
  });

  test('that CloudFormation gave up after the secret was written leaves the secret of the service that it knows', async () => {
    const old = await world.created(from());
    const hook = world.captured(HOOK);
    world.giveUpWhen(() => world.calls.includes('PutSecretValue'), 'UPDATE_COMPLETE', () => old);
    world.slow('RegisterService', 20 * SECOND);
    await expect(update(old, to(), from())).rejects.toMatchObject({ step: 'this event' });
    expect(world.captured(HOOK)).toEqual(hook);
    expect(world.ids()).toEqual([idOf(old)]);
    world.check(idOf(old), from());
  });
});

describe('A replacement that deregisters the old service first', () => {
  const from = () => associated(pagerDuty(), pagerIn(one));
  const to = () => associated(pagerDuty({ name: 'Renamed' }), pagerIn(one));

  test('takes its associations with it and brings them back', async () => {
    begin({ disassociateLagMs: 20 * SECOND, nameReleaseMs: 20 * SECOND });
    const old = await world.created(from());
    const { physicalId } = await update(old, to(), from());
    expect(world.decision).toBe('deregistered first');
    expect(world.ids()).toEqual([idOf(physicalId)]);
    world.check(idOf(physicalId), to());
    world.settle();
    const back = await update(physicalId, from(), to());
    expect(world.decision).toBe('deregistered first');
    world.check(idOf(back.physicalId), from());
    expect(world.pairs()).toEqual([one]);
  });

  test('touches nothing where another has associated the service, too', async () => {
    const old = await world.created(from());
    world.service.associateService({ agentSpaceId: two, serviceId: idOf(old), configuration: from().Associations![0].Configuration as {} });
    const advice = `remove its association from the Agent Space Two (${two}), then redeploy`;
    await expect(update(old, to(), from())).rejects.toMatchObject({ words: expect.stringContaining('is in use'), advice });
    expect(world.decision).toBe('replacement in use');
    expect(world.pairs()).toEqual([one, two].sort());
    world.check(idOf(old), associated(pagerDuty(), pagerIn(one), { ...pagerIn(two), Webhook: undefined }));
  });

  test('is refused where the time does not cover removal, release and the new associations', async () => {
    const old = await world.created(from());
    await expect(world.deliver(world.own.update(old, to(), from()), 260)).rejects.toMatchObject({ words: expect.stringContaining('the time left') });
    expect(world.decision).toBe('too late to replace');
    world.check(idOf(old), from());
    await world.deliver(world.own.update(old, to(), from()), 290);
    expect(world.decision).toBe('deregistered first');
  });

  test.each(['RegisterService', 'AssociateService'])('ends well after one lost answer of %s, however slow all is', async (operation) => {
    begin({ disassociateLagMs: 60 * SECOND, nameReleaseMs: 50 * SECOND });
    const old = await world.created(from());
    const event = world.own.update(old, to(), from());
    world.tick = () => {
      if (world.calls.includes('DeregisterService') && world.ids().length === 0) {
        world.tick = undefined;
        world.fail(operation, { when: 'after' });
      }
    };
    const { physicalId } = await world.deliver(event, 300);
    world.check(idOf(physicalId), to());
  });
});

describe('A record that does not show yet', () => {
  const before = () => associated(mcpServer(), toolsIn(one, 'search'));
  const after = () => associated(mcpServer(), toolsIn(one, 'search'), toolsIn(two, 'search'));

  /** GetService shows the record of now for so long. */
  function hold(ms: number): void {
    const tags = { ...world.only().tags };
    const until = world.time + ms;
    const perform = world.service.perform.bind(world.service);
    world.service.perform = (name, input) => {
      const output = perform(name, input);
      return name === 'GetService' && world.time < until ? { ...output as object, tags } : output;
    };
  }

  test('is waited for by the next delivery: the association is its own', async () => {
    const old = await world.created(before());
    const event = world.own.update(old, after(), before());
    hold(20 * SECOND);
    await world.disturbed(event, { cut: 7 });
    expect(world.pairs()).toEqual([one, two].sort());
    world.time += 2 * SECOND;
    await world.deliver(event);
    world.check(idOf(old), after());
  });

  test('is waited for by a rollback, which removes the association', async () => {
    const old = await world.created(before());
    hold(20 * SECOND);
    world.refusals.set(three, { status: 400, code: 'ValidationException', message: 'no', until: Infinity });
    const failed = associated(mcpServer(), ...after().Associations!, toolsIn(three, 'search'));
    await expect(update(old, failed, before())).rejects.toMatchObject({ words: 'ValidationException: no' });
    await update(old, before(), failed);
    world.check(idOf(old), before());
  });

  test('is waited for by a rollback to no association at all', async () => {
    const old = await world.created(mcpServer());
    hold(20 * SECOND);
    world.refusals.set(three, { status: 400, code: 'ValidationException', message: 'no', until: Infinity });
    const failed = associated(mcpServer(), toolsIn(one, 'search'), toolsIn(three, 'search'));
    await expect(update(old, failed, mcpServer())).rejects.toMatchObject({ words: 'ValidationException: no' });
    expect(world.pairs()).toEqual([one]);
    await update(old, mcpServer(), failed);
    world.check(idOf(old), {});
  });

  test.each([
    ['is waited for half a minute where the association is younger, which counts as another\'s then', 29, 30],
    ['is not waited for where the association is older, which counts as another\'s', 31, 0],
  ])('%s', async (_, age, waits) => {
    const old = await world.created(mcpServer());
    world.service.associateService({ agentSpaceId: one, serviceId: idOf(old), configuration: { mcpserver: { tools: ['theirs'] } } });
    world.time += age * SECOND;
    const began = world.time;
    await expect(update(old, before(), mcpServer())).rejects.toMatchObject({ words: expect.stringContaining('associated already') });
    expect(Math.floor((world.time - began) / (5 * SECOND))).toBe(waits / 5);
  });

  test('is waited for in vain where the service goes meanwhile, which fails in the row of associations', async () => {
    const old = await world.created(mcpServer());
    const { agentSpaceId, associationId } = world.service.associateService({ agentSpaceId: one, serviceId: idOf(old), configuration: { mcpserver: { tools: ['x'] } } }).association;
    const to = associated(mcpServer(), toolsIn(one, 'x'));
    world.tick = () => {
      if (world.calls.filter((call) => call === 'GetService').length > 1) {
        world.tick = undefined;
        world.service.disassociateService({ agentSpaceId, associationId });
        world.service.perform('DeregisterService', { serviceId: idOf(old) });
      }
    };
    await expect(update(old, to, mcpServer())).rejects.toMatchObject({ row: 'association failed' });
  });
});

describe('A rollback', () => {
  test('leaves out an Agent Space that is gone, and brings the others back', async () => {
    const both = associated(mcpServer(), toolsIn(one, 'search'), toolsIn(two, 'search'));
    const [first, second] = [one, two].map((space) => associated(mcpServer(), toolsIn(space, 'search')));
    const old = await world.created(both);
    await update(old, first, both);
    world.service.deleteAgentSpace(two, { force: true });
    world.settle();
    await expect(update(old, both, first)).rejects.toMatchObject({ words: expect.stringContaining('not found') });
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    await update(old, both, second);
    expect(world.pairs()).toEqual([one]);
  });

  test.each(['TagResource', 'AssociateService'])('that takes a service which is gone at %s looks at it again, and registers', async (operation) => {
    const [from, to] = [associated(mcpServer(), toolsIn(one, 'search')), associated(mcpServer(), toolsIn(one, 'search'), toolsIn(two, 'search'))];
    const old = await world.created(from);
    world.tick = () => {
      if (world.calls.includes(operation)) {
        world.tick = undefined;
        world.service.disassociateService({ agentSpaceId: one, associationId: world.association(one, idOf(old))!.associationId });
        world.service.perform('DeregisterService', { serviceId: idOf(old) });
      }
    };
    const began = world.time;
    const { physicalId } = await update(old, to, from);
    world.check(idOf(physicalId), to);
    expect(physicalId).not.toBe(old);
    expect(world.time - began).toBeLessThan(10 * SECOND);
  });
});

describe('Consent', () => {
  const waiting = (authorized: boolean) => associated(consented({ authorized }), toolsIn(one, 'search'));

  test('is followed by the association in the event that resolves it', async () => {
    const { physicalId, data } = await world.deliver(world.own.create(waiting(false)));
    expect(world.pairs()).toEqual([]);
    const serviceId = world.service.consent(data.ConsentUrl);
    world.settle();
    await update(physicalId, waiting(true), waiting(false));
    world.check(serviceId, waiting(true));
    await world.deliver(world.own.delete(physicalId, waiting(true)));
    expect([world.ids(), world.pairs()]).toEqual([[], []]);
  });

  test('is awaited with the secret\'s ARN among the attributes, so that what uses it can be made', async () => {
    const { data } = await world.deliver(world.own.create(associated(consented(), { ...toolsIn(one, 'x'), Webhook: { SecretArn: HOOK } })));
    expect(data).toMatchObject({ ServiceId: 'pending-authorization', WebhookSecretArn0: HOOK });
  });
});
