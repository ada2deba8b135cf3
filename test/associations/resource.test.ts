/** The lifecycle of a service association: one association of a service that another stack has. */
import { ServiceAssociationProperties } from '../../src/private/contract';
import { AssociatedAccount, Crash, hookSecret, ofAssociation } from '../support/associated-account';
import { DENIED, MINUTE, SECOND } from '../support/scenario';

const HOOK = hookSecret('team');

let world: AssociatedAccount;
let [one, two, service] = ['', '', ''];

function begin(): void {
  world = new AssociatedAccount();
  [one, two] = world.spaces('One', 'Two');
  service = world.theirs();
}
beforeEach(begin);

const inSpace = (AgentSpaceId: string, more: Partial<ServiceAssociationProperties> = {}): ServiceAssociationProperties => (
  { Contract: '1', ServiceId: service, AgentSpaceId, Configuration: { eventChannel: {} }, Webhook: { SecretArn: HOOK }, ...more });
const bare = (space: string): ServiceAssociationProperties => {
  const { Webhook: _webhook, ...rest } = inSpace(space);
  return rest;
};
const create = (properties: object) => ofAssociation(world.own.create(properties as never));
const update = (physicalId: string, to: object, from: object) => ofAssociation(world.own.update(physicalId, to as never, from as never));
const remove = (physicalId: string, properties: object) => ofAssociation(world.own.delete(physicalId, properties as never));
const check = ({ AgentSpaceId, Configuration, Webhook }: ServiceAssociationProperties) => (
  world.check(service, { Associations: [{ AgentSpaceId, Configuration, ...Webhook ? { Webhook } : {} }] }));

/** A Create that has been answered a while ago. */
async function created(properties: ServiceAssociationProperties): Promise<string> {
  const { physicalId } = await world.deliver(create(properties));
  world.settle();
  return physicalId;
}

describe('A Create', () => {
  test('looks, associates, captures the webhook, and reads nothing of the service', async () => {
    const { physicalId, data } = await world.deliver(create(inSpace(one)));
    expect([physicalId, data]).toEqual([`${one}/${service}`, { WebhookSecretArn0: HOOK }]);
    expect(world.calls).toEqual(['ListAssociations', 'AssociateService', 'PutSecretValue', 'GetSecretValue', 'ListWebhooks']);
    expect(world.decision).toBe('associated');
    check(inSpace(one));
    world.checkSecrecy(physicalId, data);
  });

  test.each([true, false])('does not touch an association of others (with a webhook: %s)', async (captures) => {
    world.service.associateService({ agentSpaceId: one, serviceId: service, configuration: { eventChannel: {} } });
    world.settle();
    const kept = world.service.snapshot().associations;
    await expect(world.deliver(create(captures ? inSpace(one) : bare(one)))).rejects.toMatchObject({
      step: `associating ${service} with the Agent Space ${one}`, words: expect.stringContaining('associated already'),
    });
    await world.deliver(remove('failed/Registration-request-1', captures ? inSpace(one) : bare(one)));
    expect(world.service.snapshot().associations).toEqual(kept);
  });

  test.each([true, false])('that crashes after any call is made up for by the next delivery (with a webhook: %s)', async (captures) => {
    for (let cut = 0; cut < (captures ? 5 : 2); cut++) {
      begin();
      const properties = captures ? inSpace(one) : bare(one);
      const event = create(properties);
      expect(await world.disturbed(event, { cut })).toBeInstanceOf(Crash);
      world.time += MINUTE;
      await world.deliver(event);
      check(properties);
    }
  });

  test('removes what it made after the Delete of what another delivery has answered with', async () => {
    const event = create(bare(one));
    world.slow('ListAssociations', 20 * SECOND);
    world.giveUpWhen(() => world.calls.includes('AssociateService'), 'DELETE_IN_PROGRESS', () => `${one}/${service}`);
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'this event' });
    expect([world.pairs(), world.count('GetSecretValue')]).toEqual([[], 0]);
  });

  test('leaves what it made where another delivery has answered with that', async () => {
    const event = create(bare(one));
    world.slow('ListAssociations', 20 * SECOND);
    world.giveUpWhen(() => world.calls.includes('AssociateService'), 'CREATE_COMPLETE', () => `${one}/${service}`);
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'this event' });
    expect(world.pairs()).toEqual([one]);
  });

  test('that CloudFormation gives up leaves a secret that another association has had before', async () => {
    world.secrets.set(HOOK, { versionId: 'theirs', text: JSON.stringify({ webhookId: 'w', agentSpaceId: two, serviceId: service, associationId: 'theirs' }) });
    const event = create(inSpace(one));
    world.slow('ListAssociations', 20 * SECOND);
    world.giveUpWhen(() => world.calls.includes('ListWebhooks'), 'DELETE_IN_PROGRESS', () => 'an-invented-id');
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'this event' });
    expect([world.pairs(), world.count('PutSecretValue')]).toEqual([[], 1]);
  });

  test('waits for an Agent Space without reading the service, which is another stack\'s', async () => {
    world.refusals.set(one, { status: 404, code: 'ResourceNotFoundException', message: 'no', until: world.time + 30 * SECOND });
    await world.deliver(create(bare(one)));
    check(bare(one));
    expect(world.count('GetService')).toBe(0);
  });

  test('does not touch an association of others in a rollback either', async () => {
    world.service.associateService({ agentSpaceId: one, serviceId: service, configuration: { eventChannel: {} } });
    world.settle();
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    await expect(world.deliver(create(bare(one)))).rejects.toMatchObject({ words: expect.stringContaining('associated already') });
  });

  test('that is delivered once more asks CloudFormation once, and makes nothing', async () => {
    const event = create(inSpace(one));
    await world.deliver(event);
    world.time += MINUTE;
    await world.deliver(event);
    expect(world.counts()).toEqual({ DescribeStackResource: 1, ListAssociations: 1, GetSecretValue: 1, ListWebhooks: 1 });
  });

  test('makes an association again that it has removed for its webhook, also where another delivery has answered', async () => {
    const event = create(inSpace(one));
    await world.disturbed(event, { cut: 2 });
    expect(world.pairs()).toEqual([one]);
    world.time += MINUTE;
    world.giveUpWhen(() => world.calls.includes('DisassociateService'), 'CREATE_COMPLETE', () => `${one}/${service}`);
    world.stackStatus = 'CREATE_IN_PROGRESS';
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'this event' });
    check(inSpace(one));
  });

  test('that CloudFormation gives up after it has associated removes what it made', async () => {
    const event = create(inSpace(one));
    world.slow('ListAssociations', 20 * SECOND);
    world.giveUpWhen(() => world.calls.includes('AssociateService'), 'DELETE_IN_PROGRESS', () => 'an-invented-id');
    await expect(world.deliver(event)).rejects.toMatchObject({ step: 'this event' });
    expect(world.decision).toBe('stale');
    expect([world.pairs(), world.secrets.has(HOOK)]).toEqual([[], false]);
  });

  test('with properties that this handler does not know fails before any call', async () => {
    await expect(world.deliver(create({ ...inSpace(one), Contract: '2' }))).rejects.toMatchObject({ words: 'Contract must be \'1\'', row: 'unreadable properties' });
    expect(world.calls).toEqual([]);
  });
});

describe('An Update', () => {
  test('changes the association in place', async () => {
    const id = await created(inSpace(one));
    const hook = world.captured(HOOK);
    const capable = inSpace(one, { Capabilities: { RELEASE_READINESS_REVIEW: { enabled: { $boolean: 'true' } } } });
    expect((await world.deliver(update(id, capable, inSpace(one)))).physicalId).toBe(id);
    expect(world.association(one, service)!.capabilities).toEqual({ RELEASE_READINESS_REVIEW: { enabled: true } });
    expect(world.captured(HOOK)).toEqual(hook);
  });

  test('changes an association that no secret proves, since its physical id names it', async () => {
    const id = await created(bare(one));
    const capable = { ...bare(one), Capabilities: { RELEASE_READINESS_REVIEW: { enabled: { $boolean: 'true' } } } };
    expect((await world.deliver(update(id, capable, bare(one)))).physicalId).toBe(id);
    expect(world.association(one, service)!.capabilities).toEqual({ RELEASE_READINESS_REVIEW: { enabled: true } });
  });

  test('makes the association again that somebody has removed', async () => {
    const id = await created(inSpace(one));
    world.service.disassociateService({ agentSpaceId: one, associationId: world.association(one, service)!.associationId });
    await world.deliver(update(id, inSpace(one), inSpace(one)));
    check(inSpace(one));
  });

  test('to another Agent Space is a replacement, and its rollback finds the old association', async () => {
    const id = await created(inSpace(one));
    const hook = world.captured(HOOK);
    const { physicalId } = await world.deliver(update(id, inSpace(two), inSpace(one)));
    expect(physicalId).toBe(`${two}/${service}`);
    expect(world.pairs()).toEqual([one, two].sort());
    world.settle();
    const back = await world.deliver(update(physicalId, inSpace(one), inSpace(two)));
    expect(back.physicalId).toBe(id);
    await world.deliver(remove(physicalId, inSpace(two)));
    check(inSpace(one));
    expect(world.captured(HOOK)).toEqual(hook);
  });

  test('back to an Agent Space is the old association in a rollback alone, where no secret tells', async () => {
    const id = await created(bare(one));
    const { physicalId } = await world.deliver(update(id, bare(two), bare(one)));
    world.settle();
    await expect(world.deliver(update(physicalId, bare(one), bare(two)))).rejects.toMatchObject({ words: expect.stringContaining('associated already') });
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    expect((await world.deliver(update(physicalId, bare(one), bare(two)))).physicalId).toBe(id);
  });

  test.each([[0, 'in place'], [1, 'from another Agent Space']])('is rolled back although its Agent Space is gone (%#: %s)', async (moves) => {
    const id = await created(inSpace(one));
    const { physicalId } = moves ? await world.deliver(update(id, inSpace(two), inSpace(one))) : { physicalId: id };
    world.service.deleteAgentSpace(one, { force: true });
    world.settle();
    const back = update(physicalId, inSpace(one), inSpace(moves ? two : one));
    await expect(world.deliver(back)).rejects.toMatchObject({ words: expect.stringContaining('not found') });
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    expect((await world.deliver(back)).physicalId).toBe(id);
    expect(world.logged).toContainEqual({ missing: id, reason: expect.stringContaining('not found') });
  });

  test('back to an Agent Space is the old association where the secret names that, whatever its labels say', async () => {
    const id = await created(inSpace(one));
    const other = inSpace(two, { Webhook: { SecretArn: hookSecret('other') } });
    const { physicalId } = await world.deliver(update(id, other, inSpace(one)));
    world.settle();
    // Of sixteen labels, two associations may have the same one.
    [...world.secrets.keys()].filter((key) => key.startsWith(`${HOOK} `)).forEach((key) => world.secrets.delete(key));
    expect((await world.deliver(update(physicalId, inSpace(one), other))).physicalId).toBe(id);
    expect([world.count('AssociateService'), world.count('PutSecretValue')]).toEqual([0, 0]);
  });

  test('that CloudFormation gives up leaves an association that it has only changed', async () => {
    const id = await created(inSpace(one));
    const { physicalId } = await world.deliver(update(id, inSpace(two), inSpace(one)));
    world.settle();
    const capable = inSpace(one, { Capabilities: { RELEASE_READINESS_REVIEW: { enabled: { $boolean: 'true' } } } });
    world.slow('ListAssociations', 20 * SECOND);
    world.giveUpWhen(() => world.calls.includes('ListWebhooks'), 'UPDATE_FAILED', () => physicalId);
    await expect(world.deliver(update(physicalId, capable, inSpace(two)))).rejects.toMatchObject({ step: 'this event' });
    expect(world.calls).toContain('UpdateAssociation');
    expect(world.pairs()).toEqual([one, two].sort());
  });

  test('that CloudFormation gives up before the secret was written leaves the secret as it is', async () => {
    const rotated = inSpace(one, { Webhook: { SecretArn: HOOK, RotationRevision: '2' } });
    const id = await created(inSpace(one));
    await world.deliver(update(id, rotated, inSpace(one)));
    const hook = world.captured(HOOK);
    world.settle();
    world.slow('ListAssociations', 20 * SECOND);
    world.giveUpWhen(() => world.calls.includes('AssociateService'), 'UPDATE_ROLLBACK_COMPLETE', () => id);
    await expect(world.deliver(update(id, inSpace(two), rotated))).rejects.toMatchObject({ step: 'this event' });
    expect(world.pairs()).toEqual([one]);
    expect(world.captured(HOOK)).toEqual(hook);
  });

  test('that CloudFormation gives up after the secret was written leaves the association and the secret that it knows', async () => {
    const id = await created(inSpace(one));
    const hook = world.captured(HOOK);
    world.slow('ListAssociations', 20 * SECOND);
    world.giveUpWhen(() => world.calls.includes('ListWebhooks'), 'UPDATE_ROLLBACK_COMPLETE', () => id);
    await expect(world.deliver(update(id, inSpace(two), inSpace(one)))).rejects.toMatchObject({ step: 'this event' });
    expect(world.pairs()).toEqual([one]);
    expect(world.captured(HOOK)).toEqual(hook);
    check(inSpace(one));
  });

  test('that crashes after any call is made up for by the next delivery', async () => {
    for (let cut = 0; cut < 5; cut++) {
      begin();
      const id = await created(inSpace(one));
      const event = update(id, inSpace(two), inSpace(one));
      expect(await world.disturbed(event, { cut })).toBeInstanceOf(Crash);
      world.time += MINUTE;
      await world.deliver(event);
      await world.deliver(remove(id, inSpace(one)));
      check(inSpace(two));
    }
  });
});

describe('A Delete', () => {
  test('removes the association that its physical id names, with two calls', async () => {
    const id = await created(inSpace(one));
    await world.deliver(remove(id, inSpace(one)));
    expect(world.calls).toEqual(['ListAssociations', 'DisassociateService']);
    expect([world.pairs(), world.decision, world.logged]).toEqual([[], 'disassociated', []]);
    await world.deliver(remove(id, { Contract: '9' }));
    expect(world.ids()).toEqual([service]);
  });

  test.each(['failed/Registration-request-1', 'an-invented-id'])('of %s removes what the secret names', async (physicalId) => {
    await created(inSpace(one));
    await world.deliver(remove(physicalId, inSpace(one)));
    expect(world.pairs()).toEqual([]);
  });

  test('of a Create that failed leaves what the next one has made good', async () => {
    world.fail('PutSecretValue', { status: 400 });
    const failed = create(inSpace(one));
    await expect(world.deliver(failed)).rejects.toMatchObject({ step: expect.stringContaining('writing') });
    const { associationId } = world.association(one, service)!;
    world.service.disassociateService({ agentSpaceId: one, associationId });
    await created(inSpace(one));
    await world.deliver(remove(`failed/${failed.RequestId}`, inSpace(one)));
    check(inSpace(one));
  });

  test('that is delivered once more leaves what others have made since', async () => {
    const event = remove(await created(bare(one)), bare(one));
    await world.deliver(event);
    world.time += MINUTE;
    world.service.associateService({ agentSpaceId: one, serviceId: service, configuration: { eventChannel: {} } });
    await world.deliver(event);
    expect(world.pairs()).toEqual([one]);
    expect(world.logged).toEqual([{ left: `${one}/${service}`, reason: 'the association was made after this event' }]);
  });

  test.each([
    ['leaves what the resource is again since', 'CREATE_COMPLETE', 10, true, 1],
    ['leaves what the resource may be a moment later', 'CREATE_IN_PROGRESS', 10, false, 1],
    ['removes what is left of it where the resource is another one', 'UPDATE_COMPLETE', 10, false, 0],
    ['removes what is left of it where CloudFormation\'s word is from before', 'UPDATE_IN_PROGRESS', 3, true, 0],
    ['removes what is left of it where CloudFormation waits for that', 'DELETE_IN_PROGRESS', 10, true, 0],
  ])('that is delivered once more %s', async (_, status, seconds, isNamed, left) => {
    const id = await created(bare(one));
    const event = remove(id, bare(one));
    await world.deliver(event);
    world.time += seconds * SECOND;
    world.service.associateService({ agentSpaceId: one, serviceId: service, configuration: { eventChannel: {} } });
    world.resourceIs(status, isNamed ? id : `${two}/${service}`);
    world.time += 10 * SECOND;
    await world.deliver(event);
    expect(world.pairs()).toHaveLength(left);
  });

  test.each(['failed/Registration-request-1', 'an-invented-id'])('of %s leaves what no secret names, also after it was made once more', async (physicalId) => {
    await created(inSpace(one));
    const { associationId } = world.association(one, service)!;
    world.service.disassociateService({ agentSpaceId: one, associationId });
    world.service.associateService({ agentSpaceId: one, serviceId: service, configuration: { eventChannel: {} } });
    await world.deliver(remove(physicalId, inSpace(one)));
    await world.deliver(remove(physicalId, bare(one)));
    await world.deliver(remove(physicalId, { Contract: '9' }));
    expect(world.pairs()).toEqual([one]);
    expect(world.logged).toEqual(Array(2).fill({ left: `${one}/${service}`, reason: 'no secret proves that this resource made the association' }));
  });

  test('of an id that CloudFormation invented leaves the association of another Agent Space, which the secret names', async () => {
    await created(inSpace(one));
    await world.deliver(remove('an-invented-id', inSpace(two)));
    expect(world.pairs()).toEqual([one]);
  });

  test.each([['an-invented-id', 30], ['failed/Registration-request-1', 0]])('of %s looks at a secret without a webhook for %s seconds', async (physicalId, seconds) => {
    const began = world.time;
    await world.deliver(remove(physicalId, inSpace(one)));
    // The look at the Agent Space takes a moment.
    expect(Math.floor((world.time - began) / SECOND)).toBe(seconds);
  });

  test('counts an association that is gone meanwhile as removed', async () => {
    const id = await created(bare(one));
    world.fail('DisassociateService', { status: 404, code: 'ResourceNotFoundException' });
    await expect(world.deliver(remove(id, bare(one)))).resolves.toMatchObject({ physicalId: id });
    expect(world.count('DisassociateService')).toBe(1);
  });

  test('of an id that CloudFormation invented waits for the Create that may still be running', async () => {
    const event = create(inSpace(one));
    await created(inSpace(one));
    // The id of a version that this resource has written.
    const { versionId } = world.secrets.get(HOOK)!;
    world.secrets.delete(HOOK);
    world.service.disassociateService({ agentSpaceId: one, associationId: world.association(one, service)!.associationId });
    world.tick = () => {
      if (world.calls.includes('GetSecretValue') && world.pairs().length === 0 && !world.secrets.has(HOOK)) {
        world.tick = undefined;
        const { association } = world.service.associateService({ agentSpaceId: one, serviceId: service, configuration: { eventChannel: {} } });
        const text = JSON.stringify({ webhookId: 'w', agentSpaceId: one, serviceId: service, associationId: association.associationId });
        world.secrets.set(HOOK, { versionId, text });
      }
    };
    await world.deliver(remove('an-invented-id', event.ResourceProperties));
    expect(world.pairs()).toEqual([]);
  });

  test.each([
    ['is forbidden', DENIED],
    ['cannot be decrypted', { code: 'DecryptionFailure', status: 400 }],
    ['is gone', { code: 'ResourceNotFoundException', message: 'Secrets Manager can\'t find the specified secret.', status: 400 }],
  ])('of a Create that failed succeeds where the secret %s: a rollback may have taken the permission first', async (_, refusal) => {
    world.service.associateService({ agentSpaceId: one, serviceId: service, configuration: { eventChannel: {} } });
    world.settle();
    await expect(world.deliver(create(inSpace(one)))).rejects.toMatchObject({ words: expect.stringContaining('associated already') });
    world.fail('GetSecretValue', { ...refusal, times: 1000 });
    await world.deliver(remove('failed/Registration-request-1', inSpace(one)));
    expect([world.pairs(), world.decision]).toEqual([[one], 'disassociated']);
  });

  test('of a Create that was given up removes nothing of another logical id, whose secret it was given', async () => {
    await created(inSpace(one));
    await world.deliver(ofAssociation(world.another('Renamed').delete('an-invented-id', inSpace(one) as never)));
    check(inSpace(one));
  });

  test('counts an Agent Space that is gone as done', async () => {
    const id = await created(inSpace(one));
    world.fail('ListAssociations', { status: 404, code: 'ResourceNotFoundException' });
    await expect(world.deliver(remove(id, inSpace(one)))).resolves.toMatchObject({ physicalId: id });
  });
});
