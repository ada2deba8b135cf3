/** The capture of webhooks: the secret's value is that of the webhook that answers, whatever happened before. */
import { CallError } from '../../lambda/devops-agent';
import { AssociationProperties, RegistrationProperties } from '../../src/private/contract';
import { associated, AssociatedAccount, HOOK, idOf } from '../support/associated-account';
import { arnOf, dynatrace, eventChannel } from '../support/events';
import { MINUTE, SECOND } from '../support/scenario';


let world: AssociatedAccount;
let space: string;
beforeEach(() => {
  world = new AssociatedAccount();
  space = world.space('One');
  world.settle();
});

const channel = (revision?: string, more: Partial<AssociationProperties> = {}): RegistrationProperties => associated(eventChannel(), {
  AgentSpaceId: space,
  Configuration: { eventChannel: {} },
  Webhook: { SecretArn: HOOK, ...revision === undefined ? {} : { RotationRevision: revision } },
  ...more,
});
const trace = (name: string) => associated(dynatrace({ name }), {
  AgentSpaceId: space, Configuration: { dynatrace: { envId: 'abc' } }, Webhook: { SecretArn: HOOK },
});
const update = (physicalId: string, to: RegistrationProperties, from: RegistrationProperties) => (
  world.deliver(world.own.update(physicalId, to, from)));
const touch = (properties: RegistrationProperties) => ({ ...properties, Tags: { touched: String(world.time) } });

describe('An Update', () => {
  test('reads the secret back and leaves it where it answers', async () => {
    const id = await world.created(channel());
    const before = world.captured(HOOK);
    await update(id, touch(channel()), channel());
    expect(world.calls.slice(-3)).toEqual(['ListAssociations', 'GetSecretValue', 'ListWebhooks']);
    expect(world.captured(HOOK)).toEqual(before);
  });

  test.each<[string, (value: object) => string]>([
    ['is pending', () => JSON.stringify({ webhookUrl: 'pending', webhookId: 'pending', webhookSecret: 'pending', serviceId: 'pending', associationId: 'pending' })],
    ['is not JSON', () => 'something'],
    ['is null', () => 'null'],
    ['is of another association', (value) => JSON.stringify({ ...value, associationId: 'another' })],
    ['is of a webhook that the association has no more', (value) => JSON.stringify({ ...value, webhookId: 'another' })],
  ])('makes a new webhook where the secret %s, and no version of it answers', async (_, spoil) => {
    const id = await world.created(channel());
    const text = spoil(world.captured(HOOK));
    [...world.secrets.keys()].filter((key) => key.startsWith(HOOK)).forEach((key) => world.secrets.set(key, { versionId: 'theirs', text }));
    await update(id, touch(channel()), channel());
    expect(world.counts()).toMatchObject({ DisassociateService: 1, AssociateService: 1, PutSecretValue: 1 });
    world.check(idOf(id), channel());
  });

  test('captures the webhook of an association that was not captured before', async () => {
    const plain = channel(undefined, { Webhook: undefined });
    const id = await world.created(JSON.parse(JSON.stringify(plain)));
    await update(id, channel(), plain);
    world.check(idOf(id), channel());
  });

  test('puts the value again that somebody has overwritten', async () => {
    const id = await world.created(channel());
    const before = world.captured(HOOK);
    world.secrets.set(HOOK, { versionId: 'theirs', text: 'oops' });
    await update(id, touch(channel()), channel());
    expect(world.captured(HOOK)).toEqual(before);
    expect(world.count('AssociateService')).toBe(0);
  });

  test.each([
    ['is gone', { code: 'ResourceNotFoundException', message: 'Secrets Manager can\'t find the specified secret.' }],
    ['is about to be deleted', { code: 'InvalidRequestException', message: 'You can\'t perform this operation on the secret because it was marked for deletion.' }],
  ])('does not give the association another webhook where the secret %s, and says how to get one back', async (_, fault) => {
    const id = await world.created(channel());
    const { associationId } = world.association(space, idOf(id))!;
    world.fail('GetSecretValue', { status: 400, ...fault });
    world.fail('PutSecretValue', { status: 400, ...fault });
    await expect(update(id, touch(channel()), channel())).rejects.toMatchObject({
      words: `${fault.code}: ${fault.message}`,
      advice: expect.stringMatching(/^restore the secret, or remove 'webhook' from the association in one deployment/),
    });
    expect(world.association(space, idOf(id))!.associationId).toBe(associationId);
  });

  test('says what to do where the secret is out of reach', async () => {
    const id = await world.created(channel());
    world.fail('GetSecretValue', { times: 1_000 });
    await expect(update(id, touch(channel()), channel())).rejects.toMatchObject({ advice: expect.stringContaining('reaches AWS Secrets Manager') });
  });

  test('mends what an event could not write', async () => {
    world.fail('PutSecretValue', { status: 400, times: 1 });
    const from = channel(undefined, { Webhook: undefined });
    const id = await world.created(JSON.parse(JSON.stringify(from)));
    await expect(update(id, channel(), from)).rejects.toMatchObject({ step: `writing the webhook's secret ${HOOK}` });
    world.settle();
    await update(id, channel(), from);
    world.check(idOf(id), channel());
  });
});

describe('An association that is made', () => {
  const plain = () => eventChannel();

  test('is given the time to be captured by the delivery that made it, before another one makes it again', async () => {
    const id = await world.created(plain());
    const event = world.own.update(id, channel(), plain());
    await world.disturbed(event, { cut: 5 });
    expect(world.calls).toContain('AssociateService');
    expect(world.secrets.has(HOOK)).toBe(false);
    world.time += 3 * SECOND;
    // The other delivery goes on while this one waits.
    const { associationId } = world.association(space, idOf(id))!;
    const { webhookId, webhookUrl, webhookType } = world.service.snapshot().webhooks.find((webhook) => webhook.associationId === associationId)!;
    const webhook = { webhookId, webhookUrl, webhookType, webhookSecret: world.credentials[0] };
    const end = world.time + 4 * SECOND;
    world.tick = () => {
      if (world.time > end) {
        world.secrets.set(HOOK, { versionId: 'theirs', text: JSON.stringify({ ...webhook, agentSpaceId: space, serviceId: idOf(id), associationId }) });
      }
    };
    await world.deliver(event);
    expect(world.association(space, idOf(id))!.associationId).toBe(associationId);
    expect(world.count('AssociateService') + world.count('PutSecretValue')).toBe(0);
    world.check(idOf(id), channel());
  });

  test('whose answer is lost is looked for, and made once more only for its webhook', async () => {
    const id = await world.created(plain());
    world.fail('AssociateService', { when: 'after' });
    await update(id, channel(), plain());
    expect(world.calls.filter((call) => /ssociat/.test(call))).toEqual(
      ['ListAssociations', 'AssociateService', 'ListAssociations', ...Array(5).fill('ListAssociations'), 'DisassociateService', 'AssociateService']);
    world.check(idOf(id), channel());
    const bare = channel(undefined, { Webhook: undefined });
    await update(id, plain(), channel());
    world.fail('AssociateService', { when: 'after' });
    await update(id, JSON.parse(JSON.stringify(bare)), plain());
    expect(world.calls.filter((call) => /ssociat/.test(call))).toEqual(['ListAssociations', 'AssociateService', 'ListAssociations']);
  });

  test('is not made for an event that CloudFormation has given up', async () => {
    const id = await world.created(plain());
    world.slow('GetService', 20 * SECOND);
    world.giveUpWhen(() => world.calls.includes('TagResource'), 'UPDATE_COMPLETE', () => id);
    await expect(update(id, channel(), plain())).rejects.toMatchObject({ step: 'this event' });
    expect(world.pairs()).toEqual([]);
  });

  test('is not asked for again once CloudFormation has given the event up', async () => {
    const id = await world.created(plain());
    world.slow('GetService', 20 * SECOND);
    world.refusals.set(space, { code: 'ConflictException', message: 'Another operation is in progress', status: 409, until: world.time + 40 * SECOND });
    world.giveUpWhen(() => world.calls.includes('AssociateService'), 'UPDATE_COMPLETE', () => id);
    await expect(update(id, channel(), plain())).rejects.toMatchObject({ step: 'this event' });
    expect(world.count('AssociateService')).toBe(1);
    expect(world.pairs()).toEqual([]);
  });

  test.each([0, 1])('that overwrites the one of another delivery without a new webhook is made again, since nobody may ever write its credential (after %s lost calls)', async (times) => {
    const id = await world.created(plain());
    if (times > 0) {
      world.fail('AssociateService', { times });
    }
    world.service.configure({ overwrittenWebhook: 'kept' });
    world.refusals.set(space, { code: 'ConflictException', message: 'Another operation is in progress', status: 409, until: world.time + (1 + 6 * times) * SECOND });
    world.tick = () => {
      if (world.calls.at(-1) === 'AssociateService' && world.count('AssociateService') > times) {
        world.tick = undefined;
        world.service.associateService({ agentSpaceId: space, serviceId: idOf(id), configuration: { eventChannel: {} } });
      }
    };
    await update(id, channel(), plain());
    world.check(idOf(id), channel());
  });

  test.each([
    ['CloudFormation has gone on', 'UPDATE_COMPLETE'],
    ['CloudFormation cleans up already', 'DELETE_IN_PROGRESS'],
  ])('that another delivery has made again and answered with is what the secret names, although this one wrote it last, and %s', async (_, status) => {
    const id = await world.created(plain());
    const pair = { agentSpaceId: space, serviceId: idOf(id) };
    world.slow('AssociateService', 20 * SECOND);
    world.tick = () => {
      if (world.calls.includes('PutSecretValue')) {
        world.resourceIs(status, id);
      } else if (world.calls.at(-1) === 'AssociateService') {
        const { association, webhook } = world.service.associateService({ ...pair, configuration: { eventChannel: {} } });
        const text = JSON.stringify({ ...webhook, ...pair, associationId: association.associationId });
        world.secrets.set(`${HOOK} AWSPREVIOUS`, { versionId: 'theirs', text });
      }
    };
    await expect(update(id, channel(), plain())).rejects.toMatchObject({ step: 'this event' });
    world.check(idOf(id), channel());
  });

  test('that overwrites the one that another delivery has answered with is what the secret names', async () => {
    const id = await world.created(plain());
    const pair = { agentSpaceId: space, serviceId: idOf(id) };
    const { perform } = world.service;
    world.service.perform = (name, input) => {
      if (name === 'AssociateService') {
        world.service.perform = perform;
        const { association, webhook } = world.service.associateService({ ...pair, configuration: { eventChannel: {} } });
        world.secrets.set(HOOK, { versionId: 'theirs', text: JSON.stringify({ ...webhook, ...pair, associationId: association.associationId }) });
        world.resourceIs('UPDATE_COMPLETE', id);
        world.time += 20 * SECOND;
      }
      return perform.call(world.service, name, input);
    };
    await expect(update(id, channel(), plain())).rejects.toMatchObject({ step: 'this event' });
    world.check(idOf(id), channel());
  });

  test.each([
    ['is made again, although another delivery has answered meanwhile', 'UPDATE_COMPLETE', 'UPDATE_IN_PROGRESS', 1],
    ['is not made again for an event that CloudFormation has given up', 'UPDATE_FAILED', 'UPDATE_IN_PROGRESS', 0],
    ['is not made again for an event that CloudFormation has rolled back', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_IN_PROGRESS', 0],
  ])('that this delivery has removed for its webhook %s', async (_, status, stackStatus, exist) => {
    const id = await world.created(plain());
    const event = world.own.update(id, channel(), plain());
    await world.disturbed(event, { cut: 5 });
    expect(world.pairs()).toEqual([space]);
    world.time += MINUTE;
    world.refusals.set(space, { code: 'ConflictException', message: 'Another operation is in progress', status: 409, until: world.time + 4 * SECOND });
    world.giveUpWhen(() => world.calls.includes('DisassociateService'), status, () => id);
    world.stackStatus = stackStatus;
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'this event' });
    expect(world.pairs()).toHaveLength(exist);
    if (exist > 0) {
      world.check(idOf(id), channel());
    }
  });

  test('that this delivery has removed for its webhook is not made again where CloudFormation knows another service', async () => {
    const id = await world.created(plain());
    const event = world.own.update(id, channel(), plain());
    await world.disturbed(event, { cut: 5 });
    world.time += MINUTE;
    world.giveUpWhen(() => world.calls.includes('DisassociateService'), 'UPDATE_COMPLETE', () => arnOf('other'));
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'this event' });
    expect(world.pairs()).toEqual([]);
  });

  test.each(['UpdateAssociation', 'ListWebhooks'])('is made again where somebody removes it before %s', async (operation) => {
    const id = await world.created(channel());
    const to = channel(undefined, { Capabilities: { RELEASE_READINESS_REVIEW: { enabled: { $boolean: 'true' } } } });
    world.tick = () => {
      if (world.calls.includes(operation)) {
        world.tick = undefined;
        world.service.disassociateService({ agentSpaceId: space, associationId: world.association(space, idOf(id))!.associationId });
      }
    };
    await update(id, to, channel());
    world.check(idOf(id), to);
    expect(world.counts()).toMatchObject({ ListAssociations: 2, AssociateService: 1 });
    expect(world.count('DisassociateService')).toBe(0);
  });

  test('is waited for half a minute by a clock that is behind that of the API', async () => {
    const bare = channel(undefined, { Webhook: undefined });
    const id = await world.created(JSON.parse(JSON.stringify(bare)));
    const ahead = new Date(world.time + 60 * MINUTE);
    const perform = world.service.perform.bind(world.service);
    world.service.perform = (name, input) => {
      const output = perform(name, input) as { associations: object[] };
      return name === 'ListAssociations' ? { ...output, associations: output.associations.map((one) => ({ ...one, createdAt: ahead })) } : output;
    };
    const began = world.time;
    await update(id, channel(), bare);
    world.check(idOf(id), channel());
    expect(Math.floor((world.time - began) / (5 * SECOND))).toBe(6);
  });

  test('is not captured for an event that CloudFormation has given up, and its credential is kept out of every text', async () => {
    const id = await world.created(plain());
    world.slow('GetService', 20 * SECOND);
    world.giveUpWhen(() => world.calls.includes('AssociateService'), 'UPDATE_FAILED', () => id);
    await expect(update(id, channel(), plain())).rejects.toMatchObject({ step: 'this event' });
    expect(world.secrets.has(HOOK)).toBe(false);
    expect(world.redactor.redact(world.credentials[0])).toBe('***');
  });
});

describe('A secret that was written', () => {
  /** Something happens when the webhook has been read back. */
  function afterwards(happens: () => void): void {
    world.tick = () => {
      if (world.calls.includes('ListWebhooks')) {
        world.tick = undefined;
        happens();
      }
    };
  }

  test('is no success where CloudFormation does not say whether it still waits', async () => {
    const id = await world.created(eventChannel());
    afterwards(() => {
      world.time += 20 * SECOND;
      world.fail('DescribeStackResource', { status: 400, code: 'Odd', message: 'no' });
    });
    await expect(update(id, channel(), eventChannel())).rejects.toMatchObject({ step: 'DescribeStackResource', words: 'Odd: no' });
  });

  test('is no success where the time is over', async () => {
    const id = await world.created(channel('1'));
    world.tick = () => {
      if (world.calls.includes('PutSecretValue') && world.calls.at(-1) === 'ListWebhooks') {
        world.tick = undefined;
        world.time += 600 * SECOND;
      }
    };
    await expect(update(id, channel('2'), channel('1'))).rejects.toMatchObject({ step: 'this event', words: expect.stringContaining('its service timeout is over') });
    expect(world.secrets.has(`${HOOK} AWSPREVIOUS`)).toBe(true);
  });

  test('keeps its value where the one before is not of the service that CloudFormation knows', async () => {
    const id = await world.created(trace('A'));
    afterwards(() => {
      world.secrets.set(`${HOOK} AWSPREVIOUS`, { versionId: 'theirs', text: JSON.stringify({ ...world.captured(HOOK), serviceId: 'third' }) });
      world.time += 20 * SECOND;
      world.resourceIs('UPDATE_COMPLETE', id);
    });
    await expect(update(id, trace('B'), trace('A'))).rejects.toMatchObject({ step: 'this event' });
    expect(world.count('PutSecretValue')).toBe(1);
  });
});

describe('A rotation', () => {
  test('makes a new webhook once, however often the event is delivered', async () => {
    const id = await world.created(channel('1'));
    const before = world.captured(HOOK);
    const event = world.own.update(id, channel('2'), channel('1'));
    await world.deliver(event);
    const after = world.captured(HOOK);
    expect(after.webhookSecret).not.toBe(before.webhookSecret);
    world.check(idOf(id), channel('2'));
    world.time += MINUTE;
    await world.deliver(event);
    expect(world.captured(HOOK)).toEqual(after);
  });

  test('is due even where the old properties say that it is done', async () => {
    const id = await world.created(channel('1'));
    const before = world.captured(HOOK);
    await update(id, channel('2'), channel('2'));
    expect(world.captured(HOOK)).not.toEqual(before);
    world.check(idOf(id), channel('2'));
  });

  test('may come as often as one likes: the labels of all versions together stay within their limit', async () => {
    let id = await world.created(channel('0'));
    for (let revision = 1; revision <= 40; revision++) {
      ({ physicalId: id } = await update(id, channel(String(revision)), channel(String(revision - 1))));
      world.settle();
    }
    world.check(idOf(id), channel('40'));
  });
});

test('a rollback finds the old webhook by its label where the version before the current one is another', async () => {
  let id: string, before: object, physicalId: string;
  do {
    world = new AssociatedAccount();
    space = world.space('One');
    id = await world.created(trace('A'));
    before = world.captured(HOOK);
    ({ physicalId } = await update(id, trace('B'), trace('A')));
    // Of sixteen labels, two associations may have the same one.
  } while ([...world.secrets.keys()].filter((key) => key.includes('association-')).length < 2);
  // The delivery of the replacement wrote twice.
  world.secrets.set(`${HOOK} AWSPREVIOUS`, world.secrets.get(HOOK)!);
  world.settle();
  await update(physicalId, trace('A'), trace('B'));
  expect(world.captured(HOOK)).toEqual(before);
  world.check(idOf(id), trace('A'));
});

test.each([['AccessDeniedException', 'Access to KMS is not allowed'], ['DecryptionFailure', 'the key is not there']])('an earlier version that an earlier key of the secret encrypts counts as none (%s)', async (code, message) => {
  const from = JSON.parse(JSON.stringify(channel(undefined, { Webhook: undefined })));
  const id = await world.created(from);
  const get = world.secrets.get.bind(world.secrets);
  world.secrets.get = (key) => {
    if (key.includes(' association-')) {
      throw new CallError('GetSecretValue', code, message, 400);
    }
    return get(key);
  };
  await update(id, channel(), from);
  world.check(idOf(id), channel());
});

test('a credential is in no text, also where the API quotes it', async () => {
  const id = await world.created(channel());
  world.refusals.set(space, { status: 400, code: 'ValidationException', message: `${world.credentials[0]} is in use`, until: Infinity });
  const failure = await update(id, channel('2'), channel()).catch((error) => error);
  expect(failure.words).toContain('is in use');
  expect(world.redactor.redact(failure.words)).toBe('ValidationException: *** is in use');
});
