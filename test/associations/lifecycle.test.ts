/** The life of associations: as long as that of their service, and nothing of others is touched. */
import { spaceHash } from '../../lambda/associations/record';
import { AssociationProperties, RegistrationProperties, TAG } from '../../src/private/contract';
import { associated, AssociatedAccount, channelIn, HOOK, idOf, toolsIn, traceIn } from '../support/associated-account';
import { arnOf, dynatrace, eventChannel, mcpServer } from '../support/events';
import { DENIED, MINUTE, SECOND } from '../support/scenario';
import { PROVIDER } from '../support/virtual-account';

let world: AssociatedAccount;
let [one, two, three] = ['', '', ''];
const begin = (options: ConstructorParameters<typeof AssociatedAccount>[0] = {}) => {
  world = new AssociatedAccount(options);
  [one, two, three] = world.spaces('One', 'Two', 'Three');
};
beforeEach(() => begin());

const update = (physicalId: string, to: RegistrationProperties, from: RegistrationProperties) => (
  world.deliver(world.own.update(physicalId, to, from)));

describe('A Create', () => {
  test('associates the new service with one call each, and captures a webhook with three calls more', async () => {
    const properties = associated(eventChannel(), channelIn(one), { AgentSpaceId: two, Configuration: { eventChannel: {} } });
    const { data, physicalId } = await world.deliver(world.own.create(properties));
    expect(world.calls).toEqual(['RegisterService', 'AssociateService', 'PutSecretValue', 'GetSecretValue', 'ListWebhooks', 'AssociateService']);
    world.check(idOf(physicalId), properties);
    expect(data).toMatchObject({ ServiceId: idOf(physicalId), WebhookSecretArn0: HOOK });
    expect(data).not.toHaveProperty('WebhookSecretArn1');
    expect(world.only().tags[TAG.spaces]).toMatch(/^[0-9a-f]{8}\.[0-9a-f]{8}$/);
    world.checkSecrecy(data, physicalId);
    expect(world.redactor.redact(`they said ${world.credentials[0]}`)).toBe('they said ***');
  });

  test('keeps the credential in the secret, with the association that it is of', async () => {
    const { physicalId } = await world.deliver(world.own.create(associated(eventChannel(), channelIn(one))));
    const { associationId } = world.association(one, idOf(physicalId))!;
    expect(world.captured(HOOK)).toEqual({
      webhookUrl: expect.stringMatching(/^https:/),
      webhookId: expect.any(String),
      webhookType: 'hmac',
      webhookSecret: world.credentials[0],
      agentSpaceId: one,
      serviceId: idOf(physicalId),
      associationId,
    });
  });

  test.each([['is seconds old', 409, 'ConflictException'], ['is not there yet', 404, 'ResourceNotFoundException']])('waits for an Agent Space that %s', async (_, status, code) => {
    world.refusals.set(one, { status, code, message: 'the agent space is not ready', until: world.time + 40 * SECOND });
    const properties = associated(eventChannel(), channelIn(one));
    world.check(idOf(await world.create(properties)), properties);
  });

  test('fails with the Agent Space and the way on where it refuses for good, and its Delete leaves nothing', async () => {
    world.refusals.set(one, { status: 400, code: 'ValidationException', message: 'the project has an association already', until: Infinity });
    await expect(world.create(associated(eventChannel(), channelIn(two), channelIn(one, { Webhook: undefined })))).rejects.toMatchObject({
      step: `AssociateService in the Agent Space ${one}`, words: 'ValidationException: the project has an association already', advice: expect.stringContaining('redeploy'),
    });
    expect(world.decision).toBeUndefined();
    await world.deliver(world.own.delete('failed/Registration-request-1', associated(eventChannel(), channelIn(two), channelIn(one))));
    expect([world.ids(), world.pairs()]).toEqual([[], []]);
  });

  test('fails where the service has no webhook to capture', async () => {
    await expect(world.create(associated(mcpServer(), { ...toolsIn(one, 'search'), Webhook: { SecretArn: HOOK } }))).rejects.toMatchObject({
      words: 'AssociateService shows no webhook with a credential', advice: expect.stringContaining('remove \'webhook\''),
    });
  });

  test('fails where the secret cannot be written, and its words do not tell the credential', async () => {
    world.fail('PutSecretValue', { ...DENIED, times: 1_000 });
    const failure = await world.create(associated(eventChannel(), channelIn(one))).catch((error) => error);
    expect(failure).toMatchObject({ step: `writing the webhook's secret ${HOOK}`, advice: expect.stringContaining('to read and write it') });
    world.checkSecrecy(failure);
  });

  test('has associated its service once if it is delivered twice', async () => {
    const properties = associated(eventChannel(), channelIn(one));
    const event = world.own.create(properties);
    const first = await world.deliver(event);
    const hook = world.captured(HOOK);
    world.time += MINUTE;
    expect(await world.deliver(event)).toEqual(first);
    world.check(idOf(first.physicalId), properties);
    expect(world.captured(HOOK)).toEqual(hook);
    expect(world.count('AssociateService')).toBe(0);
  });

  test('does not associate an adopted service: it is not this resource\'s, so no record says whose its associations are', async () => {
    world.service.registerService({ service: 'eventChannel', name: 'Theirs', tags: { [TAG.provider]: PROVIDER }, serviceDetails: { eventChannel: { type: 'webhook' } } });
    world.settle();
    await expect(world.create(associated(eventChannel({ adoptExisting: true }), channelIn(one)))).rejects.toMatchObject({
      words: expect.stringContaining('was adopted'), advice: expect.stringContaining('ServiceAssociation'),
    });
    expect([world.pairs(), world.only().tags]).toEqual([[], { [TAG.provider]: PROVIDER }]);
  });

  test('of an adopted service is followed by an Update that fails to associate it, and by the rollback of that', async () => {
    world.service.registerService({ service: 'eventChannel', name: 'Theirs', tags: { [TAG.provider]: PROVIDER }, serviceDetails: { eventChannel: { type: 'webhook' } } });
    world.settle();
    const adopting = eventChannel({ adoptExisting: true });
    const id = await world.created(adopting);
    await expect(update(id, associated(adopting, channelIn(one)), adopting)).rejects.toMatchObject({ words: expect.stringContaining('was adopted') });
    expect((await update(id, adopting, associated(adopting, channelIn(one)))).physicalId).toBe(id);
  });
});

describe('An Update in place', () => {
  const before = () => associated(mcpServer(), toolsIn(one, 'search'), toolsIn(two, 'search'));

  test('changes an association without making another one, and sends empty capabilities', async () => {
    const old = await world.created(before());
    const id = world.association(one, idOf(old))!.associationId;
    const after = associated(mcpServer(), toolsIn(one, 'search', 'restart'), toolsIn(two, 'search'));
    await update(old, after, before());
    world.check(idOf(old), after);
    expect(world.association(one, idOf(old))).toMatchObject({ associationId: id, capabilities: {} });
    expect(world.counts()).toMatchObject({ UpdateAssociation: 1, ListAssociations: 2 });
    expect(world.count('AssociateService') + world.count('DisassociateService') + world.count('TagResource')).toBe(0);
  });

  test('that fails over an association does not take away what retains the service', async () => {
    const retained = associated({ ...dynatrace(), Retain: 'true' }, { AgentSpaceId: one, Configuration: { dynatrace: { envId: 'abc' } } });
    const id = await world.created(retained);
    const { Retain: _retain, ...released } = retained;
    const changed = { ...released, Associations: [{ AgentSpaceId: one, Configuration: { dynatrace: { envId: 'def' } } }] };
    world.fail('UpdateAssociation', { status: 400 });
    await expect(update(id, changed, retained)).rejects.toMatchObject({ step: expect.stringContaining('UpdateAssociation') });
    expect(world.tagsOf(idOf(id))[TAG.retain]).toBe('true');
  });

  test('that fails over an association has brought what retains the service back', async () => {
    const released = associated(dynatrace(), { AgentSpaceId: one, Configuration: { dynatrace: { envId: 'abc' } } });
    const id = await world.created(released);
    world.fail('ListAssociations', { status: 400 });
    await expect(update(id, { ...released, Retain: 'true' }, released)).rejects.toMatchObject({ step: expect.stringContaining('ListAssociations') });
    expect(world.tagsOf(idOf(id))[TAG.retain]).toBe('true');
  });

  test('takes away a member that a failed update has left, whatever the old properties say', async () => {
    const bare = { AgentSpaceId: one, Configuration: { dynatrace: { envId: 'abc' } } };
    const properties = associated(dynatrace(), bare);
    const old = await world.created(properties);
    const { associationId } = world.association(one, idOf(old))!;
    world.service.updateAssociation({ agentSpaceId: one, associationId, configuration: { dynatrace: { envId: 'abc', resources: ['HOST-1'] } } });
    await update(old, { ...properties, Tags: { a: 'b' } }, properties);
    world.check(idOf(old), properties);
    expect(world.association(one, idOf(old))!.associationId).toBe(associationId);
  });

  test('only looks where nothing differs, whatever order the API shows', async () => {
    const properties = associated(mcpServer(), toolsIn(one, 'search', 'restart'));
    const old = await world.created(properties);
    await update(old, { ...associated(mcpServer(), toolsIn(one, 'restart', 'search')), Tags: { a: 'b' } }, properties);
    expect(world.counts()).toEqual({ GetService: 1, ListServices: 1, TagResource: 1, ListAssociations: 1 });
  });

  test('adds and removes associations: the record comes before the first, and goes after the last', async () => {
    const old = await world.created(before());
    const after = associated(mcpServer(), toolsIn(two, 'search'), toolsIn(three, 'search'));
    await update(old, after, before());
    world.check(idOf(old), after);
    expect(world.calls.filter((call) => /Tag|iate/.test(call))).toEqual(['TagResource', 'AssociateService', 'DisassociateService', 'TagResource']);
    await update(old, mcpServer(), after);
    world.check(idOf(old), {});
    expect(world.only().tags).not.toHaveProperty([TAG.spaces]);
    expect(world.calls.filter((call) => /TagR|Untag|iate/.test(call))).toEqual(['DisassociateService', 'DisassociateService', 'UntagResource']);
  });

  test('clears capabilities, and sees a filter that is gone', async () => {
    const capable = (filters: object): AssociationProperties => (
      { ...toolsIn(one, 'search'), Capabilities: { RELEASE_READINESS_REVIEW: { enabled: { $boolean: 'true' }, ...filters } } });
    const filtered = associated(mcpServer(), capable({ triggerFilterGroups: [{ events: ['PULL_REQUEST_DRAFT'] }] }));
    const old = await world.created(filtered);
    const unfiltered = associated(mcpServer(), capable({}));
    await update(old, unfiltered, filtered);
    expect(world.association(one, idOf(old))!.capabilities).toEqual({ RELEASE_READINESS_REVIEW: { enabled: true } });
    await update(old, associated(mcpServer(), toolsIn(one, 'search')), unfiltered);
    expect(world.association(one, idOf(old))!.capabilities).toEqual({});
  });

  test('sends a configuration without a member that is not desired any more', async () => {
    const withResources = associated(dynatrace(), { ...traceIn(one), Configuration: { dynatrace: { envId: 'abc', resources: ['x'] } } });
    const old = await world.created(withResources);
    const hook = world.captured(HOOK);
    const after = associated(dynatrace(), traceIn(one));
    await update(old, after, withResources);
    world.check(idOf(old), after);
    expect(world.captured(HOOK)).toEqual(hook);
  });

  test('does not take over an association of others: it fails before anything is recorded', async () => {
    const old = await world.created(before());
    const foreign = world.service.associateService({ agentSpaceId: three, serviceId: idOf(old), configuration: { mcpserver: { tools: ['theirs'] } } }).association;
    world.settle();
    const tags = world.only().tags;
    await expect(update(old, associated(mcpServer(), toolsIn(three, 'mine')), before())).rejects.toMatchObject({
      step: `associating ${idOf(old)} with the Agent Space ${three}`, words: 'it is associated already, and not by this resource',
    });
    expect(world.association(three, idOf(old))).toEqual(foreign);
    expect(world.only().tags).toEqual(tags);
    // Nor does a later one remove it.
    await update(old, before(), associated(mcpServer(), toolsIn(three, 'mine')));
    expect(world.pairs()).toEqual([one, two, three].sort());
  });

  test('reads the record again where another delivery may have written it since', async () => {
    const old = await world.created(before());
    const after = associated(mcpServer(), ...before().Associations!, toolsIn(three, 'search'));
    const event = world.own.update(old, after, before());
    const { perform } = world.service;
    world.service.perform = (name, input) => {
      const output = perform.call(world.service, name, input);
      if (name === 'GetService') {
        // It reads the tags. Then the other delivery writes them, and associates; then it goes on, late.
        world.service.perform = perform;
        const record = [...world.only().tags[TAG.spaces].split('.'), spaceHash(three)].join('.');
        world.service.tagResource({ resourceArn: arnOf(idOf(old)), tags: { [TAG.spaces]: record, [TAG.provider]: PROVIDER } });
        world.service.associateService({ agentSpaceId: three, serviceId: idOf(old), configuration: { mcpserver: { tools: ['search'] } } });
        world.time += 31 * SECOND;
      }
      return output;
    };
    await world.deliver(event);
    world.check(idOf(old), after);
    expect(world.count('AssociateService')).toBe(0);
  });

  test('removes an association of an earlier, failed update, in a space that no property names', async () => {
    const old = await world.created(before());
    world.fail('AssociateService', { status: 400, when: 'after', times: 1 });
    await expect(update(old, associated(mcpServer(), ...before().Associations!, toolsIn(three, 'x')), before())).rejects.toMatchObject({ words: expect.stringContaining('it fails') });
    expect(world.pairs()).toHaveLength(3);
    world.settle();
    await update(old, before(), before());
    world.check(idOf(old), before());
    expect(world.count('ListAgentSpaces')).toBe(1);
  });

  test('removes an association of an earlier, failed update also where there is none before and after', async () => {
    const old = await world.created(mcpServer());
    world.fail('AssociateService', { status: 400, when: 'after', times: 1 });
    await expect(update(old, associated(mcpServer(), toolsIn(one, 'x')), mcpServer())).rejects.toMatchObject({ words: expect.stringContaining('it fails') });
    world.settle();
    await update(old, { ...mcpServer(), Tags: { a: 'b' } }, mcpServer());
    world.check(idOf(old), {});
    expect(world.only().tags).not.toHaveProperty([TAG.spaces]);
  });

  test('forgets a record of an Agent Space that is gone', async () => {
    const old = await world.created(before());
    const record = world.only().tags[TAG.spaces];
    world.service.tagResource({ resourceArn: arnOf(idOf(old)), tags: { [TAG.spaces]: `${record}.deadbeef`, [TAG.provider]: PROVIDER } });
    await update(old, { ...before(), Tags: { a: 'b' } }, before());
    expect(world.only().tags[TAG.spaces]).toBe(record);
    expect(world.counts()).toMatchObject({ ListAgentSpaces: 1, ListAssociations: 2 });
  });

  test('fails where the record cannot be written, before anything is associated', async () => {
    const old = await world.created(before());
    world.fail('TagResource', { status: 400, times: 1_000 });
    await expect(update(old, associated(mcpServer(), ...before().Associations!, toolsIn(three, 'x')), before())).rejects.toMatchObject({ step: 'TagResource' });
    expect([world.ids(), world.pairs()]).toEqual([[idOf(old)], [one, two].sort()]);
    expect(world.count('RegisterService')).toBe(0);
  });

  test('does not read its service once more where an Agent Space refuses it', async () => {
    const old = await world.created(before());
    world.refusals.set(three, { status: 400, code: 'ValidationException', message: 'no', until: Infinity });
    await expect(update(old, associated(mcpServer(), ...before().Associations!, toolsIn(three, 'x')), before())).rejects.toMatchObject({ words: 'ValidationException: no' });
    expect(world.count('GetService')).toBe(1);
  });

  test('counts what went with its Agent Space as removed', async () => {
    const old = await world.created(before());
    world.fail('ListAssociations', { status: 404, code: 'ResourceNotFoundException', times: 1 });
    await update(old, associated(mcpServer(), toolsIn(two, 'search')), before());
    expect(world.only().tags[TAG.spaces]).toMatch(/^[0-9a-f]{8}$/);
  });

  test('keeps the record of an association that may still come', async () => {
    const old = await world.created(before());
    world.service.disassociateService({ agentSpaceId: one, associationId: world.association(one, idOf(old))!.associationId });
    const record = () => world.only().tags[TAG.spaces].split('.').sort();
    const both = record();
    await update(old, associated(mcpServer(), toolsIn(two, 'search')), before());
    expect(record()).toEqual(both);
  });

  test('forgets what somebody removed, once no call for it can be on its way, and leaves what others make there', async () => {
    const old = await world.created(before());
    const after = associated(mcpServer(), toolsIn(one, 'search'));
    world.service.disassociateService({ agentSpaceId: two, associationId: world.association(two, idOf(old))!.associationId });
    await update(old, after, before());
    world.settle();
    const touched = { ...after, Tags: { touched: 'yes' } };
    await update(old, touched, after);
    world.service.associateService({ agentSpaceId: two, serviceId: idOf(old), configuration: { mcpserver: { tools: ['theirs'] } } });
    world.settle();
    await update(old, after, touched);
    expect(world.pairs()).toEqual([one, two].sort());
  });

  test('has as many associations as fit, and moves them all at once', async () => {
    const spaces = (prefix: string) => Array.from({ length: 28 }, (_, index) => toolsIn(world.space(`${prefix}${index}`), 'search'));
    const [from, to] = [associated(mcpServer(), ...spaces('a')), associated(mcpServer(), ...spaces('b'))];
    const old = await world.created(from);
    await update(old, to, from);
    world.check(idOf(old), to);
    expect(world.only().tags[TAG.spaces].length).toBeLessThanOrEqual(256);
  });

  test('does as before where there never was an association', async () => {
    const old = await world.created(mcpServer());
    world.service.associateService({ agentSpaceId: one, serviceId: idOf(old), configuration: { mcpserver: { tools: ['theirs'] } } });
    await update(old, { ...mcpServer(), Tags: { a: 'b' } }, mcpServer());
    expect(world.counts()).toEqual({ GetService: 1, ListServices: 1, TagResource: 1 });
    expect(world.pairs()).toEqual([one]);
  });
});

describe('A Delete', () => {
  test('removes own associations first, with one List and one Disassociate each', async () => {
    const properties = associated(eventChannel(), channelIn(one), channelIn(two, { Webhook: undefined }));
    const old = await world.created(properties);
    await world.deliver(world.own.delete(old, properties));
    expect(world.calls).toEqual(['GetService', 'ListAssociations', 'DisassociateService', 'ListAssociations', 'DisassociateService', 'DeregisterService']);
    expect([world.ids(), world.pairs()]).toEqual([[], []]);
  });

  test('waits until the service is released, and finds an association that came late', async () => {
    begin({ disassociateLagMs: 40 * SECOND });
    const properties = associated(mcpServer(), toolsIn(one, 'search'));
    const old = await world.created(properties);
    // A call of an earlier delivery, in a space whose record is there.
    world.service.disassociateService({ agentSpaceId: one, associationId: world.association(one, idOf(old))!.associationId });
    world.tick = () => {
      if (world.calls.includes('DeregisterService') && world.pairs().length === 0) {
        world.tick = undefined;
        world.service.associateService({ agentSpaceId: one, serviceId: idOf(old), configuration: { mcpserver: { tools: ['search'] } } });
      }
    };
    await world.deliver(world.own.delete(old, properties));
    expect([world.ids(), world.pairs()]).toEqual([[], []]);
  });

  test('leaves associations of others, and names their Agent Space', async () => {
    const properties = associated(mcpServer(), toolsIn(one, 'search'));
    const old = await world.created(properties);
    world.service.associateService({ agentSpaceId: two, serviceId: idOf(old), configuration: { mcpserver: { tools: ['theirs'] } } });
    await expect(world.deliver(world.own.delete(old, properties))).rejects.toMatchObject({ advice: expect.stringContaining(`Two (${two})`) });
    expect(world.pairs()).toEqual([two]);
  });

  test.each(['ListAssociations', 'DisassociateService'])('names the Agent Space in which %s is denied', async (operation) => {
    const properties = associated(mcpServer(), toolsIn(one, 'search'));
    const old = await world.created(properties);
    world.fail(operation, { ...DENIED, times: 1_000 });
    await expect(world.deliver(world.own.delete(old, properties))).rejects.toMatchObject({
      step: `${operation} in the Agent Space ${one}`, advice: expect.stringMatching(/provider's role .* or delete again$/),
    });
    expect(world.ids()).toEqual([idOf(old)]);
  });

  test('without readable properties finds the spaces of the record', async () => {
    const old = await world.created(associated(mcpServer(), toolsIn(one, 'search')));
    await world.deliver(world.own.delete(old, { Service: 'mcpserver', Contract: '7' }));
    expect([world.ids(), world.pairs()]).toEqual([[], []]);
  });
});

test('what another resource of the account has is never touched', async () => {
  world.service.registerService({
    service: 'mcpserver',
    name: 'Theirs',
    tags: { [TAG.provider]: PROVIDER },
    serviceDetails: { mcpserver: { name: 'theirs', endpoint: 'https://mcp.example.com/mcp', authorizationConfig: { bearerToken: { tokenName: 't', tokenValue: 'x' } } } },
  });
  const [theirs] = world.ids();
  for (const agentSpaceId of [one, two]) {
    world.service.associateService({ agentSpaceId, serviceId: theirs, configuration: { mcpserver: { tools: ['theirs'] } } });
  }
  const kept = world.service.snapshot().associations;
  const properties = associated(mcpServer(), toolsIn(one, 'search'), toolsIn(two, 'search'));
  const old = await world.created(properties);
  const after = associated(mcpServer({ endpoint: 'https://mcp.example.com/v2' }), toolsIn(one, 'search'));
  const { physicalId } = await update(old, after, properties);
  await world.deliver(world.own.delete(old, properties));
  world.check(idOf(physicalId), after);
  await world.deliver(world.own.delete(physicalId, after));
  expect(world.service.snapshot().associations).toEqual(kept);
  expect(arnOf(theirs)).toContain(world.only().serviceId);
});
