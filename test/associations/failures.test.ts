/** The failures of associations: each has its row, and a user finds its sentence in the documentation word by word. */
import { Failure } from '../../lambda/failure';
import { RegistrationProperties, ServiceAssociationProperties, TAG } from '../../src/private/contract';
import { associated, AssociatedAccount, channelIn, HOOK, idOf, ofAssociation, toolsIn } from '../support/associated-account';
import { eventChannel, mcpServer } from '../support/events';
import { read } from '../support/markdown';
import { DENIED, SECOND, THROTTLED } from '../support/scenario';
import { PROVIDER } from '../support/virtual-account';

let world: AssociatedAccount;
let [one, two] = ['', ''];
beforeEach(() => {
  world = new AssociatedAccount();
  [one, two] = world.spaces('One', 'Two');
});

const refusal = { status: 400, code: 'ValidationException', message: 'no' };

/** A sentence of the documentation by some of its words, with the texts in place of its ellipses. */
function documented(words: string, ...texts: string[]): string {
  const rows = [...read('docs/troubleshooting.md').matchAll(/^\| (`[^`]+ failed: [^`]+`) \|/gm)].map(([, row]) => row).filter((row) => row.includes(words));
  expect(rows).toHaveLength(1);
  const parts = rows[0].slice(1, -1).split('…');
  expect(parts).toHaveLength(texts.length + 1);
  return parts.map((part, index) => part + (texts[index] ?? '')).join('');
}

/** The row and the sentence of a delivery that fails. */
async function failureOf(delivery: Promise<unknown>): Promise<{ row?: string; sentence: string }> {
  const failure = await delivery.then(() => 'it succeeded', (error) => error);
  expect(failure).toBeInstanceOf(Failure);
  return { row: world.decision ?? failure.row, sentence: `${failure.step} failed: ${failure.words}; ${failure.advice}` };
}
const update = (physicalId: string, to: RegistrationProperties, from: RegistrationProperties, seconds?: number) => (
  world.deliver(world.own.update(physicalId, to, from), seconds));

const REFUSED = 'which may be another association in the Agent Space';
const ABSENT = 'check that the Agent Space and the service exist';
const FORBIDDEN = 'allow it in this Agent Space';
const UNWRITTEN = 'allowed to read and write it';

describe('A registration fails', () => {
  const plain = () => associated(eventChannel(), channelIn(one, { Webhook: undefined }));
  const hooked = () => associated(eventChannel(), channelIn(one));
  const ROW = 'association failed';

  test('where an Agent Space refuses its association', async () => {
    world.refusals.set(one, { ...refusal, until: Infinity });
    expect(await failureOf(world.create(hooked()))).toEqual({ row: ROW, sentence: documented(REFUSED, 'AssociateService', one, 'ValidationException: no') });
  });

  test('where there is no such Agent Space', async () => {
    const message = 'there is no such agent space';
    world.refusals.set(one, { status: 404, code: 'ResourceNotFoundException', message, until: Infinity });
    expect(await failureOf(world.create(hooked()))).toEqual({
      row: ROW, sentence: documented(ABSENT, 'AssociateService', one, `ResourceNotFoundException: ${message}`),
    });
  });

  test.each(['AssociateService', 'ListWebhooks'])('where %s is denied', async (operation) => {
    world.fail(operation, { ...DENIED, times: 1_000 });
    expect(await failureOf(world.create(hooked()))).toEqual({
      row: ROW, sentence: documented(FORBIDDEN, operation, one, 'AccessDeniedException: not authorized'),
    });
  });

  test.each(['ListAssociations', 'UpdateAssociation', 'DisassociateService'])('where %s of an Update is refused', async (operation) => {
    const from = associated(mcpServer(), toolsIn(one, 'search'), toolsIn(two, 'search'));
    const id = await world.created(from);
    world.fail(operation, { ...refusal, times: 1_000 });
    expect(await failureOf(update(id, associated(mcpServer(), toolsIn(one, 'restart')), from))).toEqual({
      row: ROW, sentence: documented(REFUSED, operation, operation === 'DisassociateService' ? two : one, 'ValidationException: no'),
    });
  });

  test('where somebody else has associated its service', async () => {
    const id = await world.created(eventChannel());
    world.service.associateService({ agentSpaceId: one, serviceId: idOf(id), configuration: { eventChannel: {} } });
    world.settle();
    expect(await failureOf(update(id, plain(), eventChannel()))).toEqual({
      row: ROW, sentence: documented('it is associated already', idOf(id), one),
    });
  });

  test('where the time left does not suffice for an association', async () => {
    const id = await world.created(eventChannel());
    expect(await failureOf(update(id, plain(), eventChannel(), 30))).toEqual({
      row: 'time ran out', sentence: documented('associating … with the Agent Space … failed: the time left', idOf(id), one),
    });
    expect(world.pairs()).toEqual([]);
  });

  test('where its service was adopted', async () => {
    world.service.registerService({ service: 'eventChannel', name: 'Theirs', tags: { [TAG.provider]: PROVIDER }, serviceDetails: { eventChannel: { type: 'webhook' } } });
    world.settle();
    const adopting = { ...plain(), AdoptExisting: 'true' as const };
    expect(await failureOf(world.create(adopting))).toEqual({ row: ROW, sentence: documented('only a service of this resource', world.only().serviceId) });
  });

  test('where its service has no webhook', async () => {
    const properties = associated(mcpServer(), { ...toolsIn(one, 'search'), Webhook: { SecretArn: HOOK } });
    expect(await failureOf(world.create(properties))).toMatchObject({
      row: ROW, sentence: documented('AssociateService shows no webhook', world.only().serviceId, one),
    });
    expect(world.counts()).toEqual({ GetSecretValue: 1, RegisterService: 1, AssociateService: 1 });
  });

  test('where its secret never shows the webhook that was written', async () => {
    const id = await world.created(eventChannel());
    const { set } = world.secrets;
    world.secrets.set = (key, version) => set.call(world.secrets, key, key === HOOK ? { ...version, text: 'theirs' } : version);
    const began = world.time;
    expect(await failureOf(update(id, hooked(), eventChannel()))).toEqual({
      row: ROW, sentence: documented('does not show the webhook', idOf(id), one),
    });
    // The secret may show a new value late.
    expect(world.time - began).toBeGreaterThanOrEqual(20 * SECOND);
    expect(world.count('PutSecretValue')).toBe(5);
  });

  test('where no association ever has the webhook that AssociateService shows', async () => {
    const id = await world.created(eventChannel());
    const perform = world.service.perform.bind(world.service);
    world.service.perform = (name, input) => (name === 'ListWebhooks' ? { webhooks: [] } : perform(name, input));
    expect(await failureOf(update(id, hooked(), eventChannel()))).toEqual({
      row: ROW, sentence: documented('does not show the webhook', idOf(id), one),
    });
    expect(world.count('AssociateService')).toBe(3);
  });

  test('where others overwrite its association each time, which is not for want of a webhook', async () => {
    const id = await world.created(eventChannel());
    world.service.configure({ overwrittenWebhook: 'kept' });
    world.tick = () => {
      if (world.calls.at(-1) === 'AssociateService') {
        world.service.associateService({ agentSpaceId: one, serviceId: idOf(id), configuration: { eventChannel: {} } });
      }
    };
    expect(await failureOf(update(id, hooked(), eventChannel()))).toEqual({ row: ROW, sentence: documented('does not show the webhook', idOf(id), one) });
  });

  test.each([['reading', 'GetSecretValue'], ['writing', 'PutSecretValue']])('where %s its secret is refused', async (verb, operation) => {
    const id = await world.created(eventChannel());
    world.fail(operation, { ...refusal, times: 1_000 });
    expect(await failureOf(update(id, hooked(), eventChannel()))).toEqual({ row: ROW, sentence: documented(UNWRITTEN, verb, HOOK, 'ValidationException: no') });
  });
});

describe('A service association fails', () => {
  let service: string;
  beforeEach(() => {
    service = world.theirs();
  });

  const plain = (): ServiceAssociationProperties => ({ Contract: '1', ServiceId: service, AgentSpaceId: one, Configuration: { eventChannel: {} } });
  const create = () => ofAssociation(world.own.create(plain() as never));
  const remove = () => ofAssociation(world.own.delete(`${one}/${service}`, plain() as never));

  test('where its Agent Space refuses a call', async () => {
    world.fail('ListAssociations', refusal);
    expect(await failureOf(world.deliver(create()))).toEqual({
      row: 'association failed', sentence: documented(REFUSED, 'ListAssociations', one, 'ValidationException: no'),
    });
    await world.deliver(create());
    world.fail('DisassociateService', refusal);
    expect(await failureOf(world.deliver(remove()))).toEqual({
      row: 'association failed', sentence: documented(REFUSED, 'DisassociateService', one, 'ValidationException: no'),
    });
  });

  test('where somebody else has made the association', async () => {
    world.service.associateService({ agentSpaceId: one, serviceId: service, configuration: { eventChannel: {} } });
    world.settle();
    expect(await failureOf(world.deliver(create()))).toEqual({
      row: 'association failed', sentence: documented('it is associated already', service, one),
    });
  });

  test('under another logical id, with the secret of the old one, whose Delete is still to come', async () => {
    const hooked = { ...plain(), Webhook: { SecretArn: HOOK } } as never;
    await world.deliver(ofAssociation(world.own.create(hooked)));
    world.settle();
    expect(await failureOf(world.deliver(ofAssociation(world.another('Renamed').create(hooked))))).toEqual({
      row: 'association failed', sentence: documented('it is associated already', service, one),
    });
    expect(world.pairs()).toEqual([one]);
  });

  test('where its service is not there', async () => {
    service = 'gone';
    expect(await failureOf(world.deliver(create()))).toEqual({
      row: 'association failed', sentence: documented(ABSENT, 'AssociateService', one, 'ResourceNotFoundException: Service gone not found'),
    });
  });

  test('where CloudFormation does not wait for the event any more', async () => {
    const event = create();
    world.settle();
    world.resourceIs('CREATE_COMPLETE');
    expect(await failureOf(world.deliver(event))).toEqual({
      row: 'stale', sentence: documented('ignored as a stale event', 'the resource\'s status is CREATE_COMPLETE'),
    });
  });

  test('where the role may not ask CloudFormation', async () => {
    const event = create();
    world.settle();
    world.fail('DescribeStackResource', { ...DENIED, times: 1_000 });
    expect(await failureOf(world.deliver(event))).toEqual({
      row: 'call failed', sentence: documented('cloudformation:…', 'DescribeStackResource', 'AccessDeniedException: not authorized', 'DescribeStackResource', 'redeploy'),
    });
  });

  test.each(['AssociateService', 'ListWebhooks'])('where the word of CloudFormation is refused after %s, which is no failure of the Agent Space', async (operation) => {
    const event = { ...create(), ResourceProperties: { ...create().ResourceProperties, Webhook: { SecretArn: HOOK } } };
    world.fail('DescribeStackResource', { status: 400, code: 'Odd', message: 'no' });
    world.slow(operation, 20 * SECOND);
    expect(await failureOf(world.deliver(event))).toEqual({
      row: 'call failed', sentence: expect.stringMatching(/^DescribeStackResource failed: Odd: no; .*redeploy$/),
    });
  });

  test.each([['Create', 'redeploy'], ['Delete', 'delete again']])('after throttling where there is no time for another delivery of the %s', async (type, advice) => {
    world.fail('ListAssociations', { ...THROTTLED, times: 1_000 });
    const throttledAfter = (seconds: number) => {
      const event = type === 'Create' ? create() : remove();
      world.time += seconds * SECOND;
      // Five minutes pass in it.
      return world.deliver(event);
    };
    await expect(throttledAfter(1_000)).rejects.toThrow('left to be delivered again: ThrottlingException: Rate exceeded');
    expect(world.decision).toBe('throttled');
    expect(await failureOf(throttledAfter(1_080))).toEqual({
      row: 'call failed', sentence: documented('`… failed: …; fix the cause and …`', 'ListAssociations', 'ThrottlingException: Rate exceeded', advice),
    });
  });
});
