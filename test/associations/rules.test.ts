/** The rules of associations, each on facts made by hand. */
import { Captured, hasRoom, isAsDesired, isSameRecord, Live, MOST_MADE, next, plan, recordAfter, Seen } from '../../lambda/associations/diff';
import { isOfLater, isOwn, pairOf, physicalIdOf } from '../../lambda/associations/ownership';
import { recordOf, recordTag, spaceHash } from '../../lambda/associations/record';
import { Association } from '../../lambda/wire/association';
import { MAX_ASSOCIATIONS } from '../../src/private/contract';
import { SECOND } from '../support/scenario';

const NOW = 1_000 * SECOND;
const LIVE: Live = { id: 'a', createdAt: 0, configuration: { eventChannel: {} }, capabilities: {} };
const PLAIN: Association = { agentSpaceId: 'space', configuration: { eventChannel: {} }, capabilities: {} };
const HOOKED: Association = { ...PLAIN, webhook: { secretArn: 'arn', revision: 'any' } };

const value = (more: Partial<Captured> = {}): Captured => (
  { associationId: 'a', serviceId: 'service', agentSpaceId: 'space', webhookId: 'w', revision: 'r', text: '{}', ...more });
const seen = (more: Partial<Seen> = {}): Seen => ({ live: LIVE, made: 0, puts: 0, waits: 0, ...more });
const step = (more: Partial<Seen> = {}, desired = HOOKED) => next(desired, 'r', seen(more), NOW);

describe('The next step for an association', () => {
  test('is a look where nobody has looked, and to associate where there is none', () => {
    expect(step({ live: undefined })).toEqual({ do: 'look' });
    expect(step({ live: null })).toEqual({ do: 'associate' });
  });

  test('is nothing more where the association is as desired, without a webhook', () => {
    expect(step({}, PLAIN)).toEqual({ do: 'done' });
  });

  test('is an update of what differs, once, and never of what this delivery has made: the API may show its own form of it', () => {
    const live = { ...LIVE, configuration: { eventChannel: { normalised: true } } };
    expect(step({ live }, PLAIN)).toEqual({ do: 'update' });
    expect(step({ live, updated: true }, PLAIN)).toEqual({ do: 'done' });
    expect(step({ live, made: 1 }, PLAIN)).toEqual({ do: 'done' });
  });

  test('is to write the webhook that was shown, before anything is read', () => {
    const shown = value();
    expect(step({ made: 1, shown })).toEqual({ do: 'put', value: shown });
    expect(step()).toEqual({ do: 'read' });
  });

  test('is nothing more where the secret has the webhook of the association and of the revision', () => {
    expect(step({ webhooks: ['other', 'w'], current: value() })).toEqual({ do: 'done' });
  });

  test('is another association where the webhook of the secret is of another revision', () => {
    expect(step({ webhooks: ['w'], current: value({ revision: 'other' }) })).toEqual({ do: 'disassociate' });
  });

  test.each([['another association', { associationId: 'other' }], ['a webhook that is gone', { webhookId: 'gone' }]])('is a look at earlier values where that of the secret is of %s', (_, more) => {
    expect(step({ webhooks: ['w'], current: value(more) })).toEqual({ do: 'recall' });
    expect(step({ webhooks: ['w'] })).toEqual({ do: 'recall' });
  });

  test('is to write the earlier value that is of the association, of a webhook that it has, and of the revision', () => {
    const own = value({ text: 'own' });
    const others = [value({ associationId: 'other' }), value({ webhookId: 'gone' }), value({ revision: 'other' })];
    expect(step({ webhooks: ['w'], kept: [...others, own] })).toEqual({ do: 'put', value: own });
    expect(step({ webhooks: ['w'], kept: others })).toEqual({ do: 'disassociate' });
  });

  test('is to wait where another delivery may have made the association a moment ago', () => {
    const madeBefore = (ms: number, waits = 0) => step({ webhooks: ['w'], kept: [], live: { ...LIVE, createdAt: NOW - ms }, waits });
    expect(madeBefore(29 * SECOND)).toEqual({ do: 'wait' });
    expect(madeBefore(30 * SECOND)).toEqual({ do: 'disassociate' });
    // The clock of the API may be far ahead.
    expect(madeBefore(-3_600 * SECOND, 5)).toEqual({ do: 'wait' });
    expect(madeBefore(-3_600 * SECOND, 6)).toEqual({ do: 'disassociate' });
  });

  test.each<[string, string, Partial<Seen>]>([
    ['that is not there', 'associate', { live: null }],
    ['whose webhook is of another revision', 'disassociate', { webhooks: ['w'], current: value({ revision: 'other' }) }],
    ['whose webhook is in no secret', 'disassociate', { webhooks: ['w'], kept: [] }],
  ])('gives up an association %s after some that this delivery has made', (_, otherwise, more) => {
    expect(step({ ...more, made: MOST_MADE - 1 })).toEqual({ do: otherwise });
    expect(step({ ...more, made: MOST_MADE })).toEqual({ do: 'give up' });
  });

  test('gives up a secret that does not show what was written five times', () => {
    const shown = value();
    expect(step({ made: 1, shown, puts: 4 })).toEqual({ do: 'put', value: shown });
    expect(step({ made: 1, shown, puts: 5 })).toEqual({ do: 'give up' });
  });
});

describe('An association is as desired', () => {
  const configured = (there: unknown, desired: object) => (
    isAsDesired({ ...PLAIN, configuration: { eventChannel: desired } }, { ...LIVE, configuration: { eventChannel: there } }));
  const capable = (there: unknown, desired: object) => isAsDesired({ ...PLAIN, capabilities: desired as Association['capabilities'] }, { ...LIVE, capabilities: there });

  test.each<[string, unknown, object, boolean]>([
    ['with the same members', { a: '1', b: true }, { b: true, a: '1' }, true],
    ['not with another value', { a: '1' }, { a: '2' }, false],
    ['not with a member more', { a: '1', b: '2' }, { a: '1' }, false],
    ['not with a member less', { a: '1' }, { a: '1', b: '2' }, false],
    ['with the items of a list in another order', { a: ['1', '2'] }, { a: ['2', '1'] }, true],
    ['with an empty list', { a: [] }, { a: [] }, true],
    ['not with one item in common', { a: ['1', '2'] }, { a: ['1', '3'] }, false],
    ['not with an item twice', { a: ['1', '1'] }, { a: ['1'] }, false],
    ['not with an item that has a member more', { a: [{ b: '1', c: '2' }] }, { a: [{ b: '1' }] }, false],
    ['not without a list', {}, { a: ['1'] }, false],
    ['not with a list more', { a: ['1'] }, {}, false],
    ['not with null in place of a member', { a: null }, { a: '1' }, false],
    ['not with null more', { a: null }, {}, false],
    ['not without a configuration', undefined, { a: '1' }, false],
  ])('%s', (_, there, desired, expected) => {
    expect(configured(there, desired)).toBe(expected);
  });

  test.each<[string, unknown, object, boolean]>([
    ['without capabilities where the API shows none', undefined, {}, true],
    ['with the same capability', { A: { enabled: true } }, { A: { enabled: true } }, true],
    ['not with a capability that is disabled and desired', { A: { enabled: false } }, { A: { enabled: true } }, false],
    ['not with a filter more', { A: { enabled: true, filters: ['x'] } }, { A: { enabled: true } }, false],
    ['not with a filter less', { A: { enabled: true } }, { A: { enabled: true, filters: ['x'] } }, false],
    ['not with an enabled capability more', { A: { enabled: true } }, {}, false],
    ['with a disabled capability more, which is as good as none', { A: { enabled: false } }, {}, true],
    ['not with a capability less', {}, { A: { enabled: true } }, false],
    ['not where one of two capabilities differs', { A: { enabled: true }, B: { enabled: true } }, { A: { enabled: true }, B: { enabled: false } }, false],
  ])('%s', (_, there, desired, expected) => {
    expect(capable(there, desired)).toBe(expected);
  });
});

describe('The plan of all associations', () => {
  const inSpaces = (...ids: string[]): Association[] => ids.map((agentSpaceId) => ({ ...PLAIN, agentSpaceId }));
  const many = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

  test('removes what is recorded and not desired, and records both', () => {
    const [kept, added, dropped] = ['kept', 'added', 'dropped'].map(spaceHash);
    expect(plan(inSpaces('kept', 'added'), [kept, dropped], ['kept'])).toEqual({ unrecorded: [], record: [kept, added, dropped], remove: [dropped] });
  });

  test('tells the Agent Spaces whose association no record explains', () => {
    expect(plan(inSpaces('a'), [spaceHash('b')], ['a', 'b']).unrecorded).toEqual(['a']);
  });

  test('has room for as many as the tag holds', () => {
    expect(hasRoom(plan(inSpaces(...many('a', MAX_ASSOCIATIONS)), [], []))).toBe(true);
    expect(hasRoom(plan(inSpaces(...many('a', MAX_ASSOCIATIONS)), [spaceHash('b')], []))).toBe(false);
  });

  test('keeps the records of what is desired where the tag has no room for all', () => {
    const todo = plan(inSpaces(...many('a', MAX_ASSOCIATIONS)), many('b', 2).map(spaceHash), []);
    expect(recordAfter(todo, [spaceHash('b0')])).toEqual(many('a', MAX_ASSOCIATIONS).map(spaceHash));
    expect(recordAfter({ record: ['1', '2', '3'] }, ['2'])).toEqual(['1', '3']);
  });

  test('writes a record that has changed, in whatever order', () => {
    expect(isSameRecord(['1', '2'], ['2', '1'])).toBe(true);
    expect(isSameRecord(['1', '2'], ['1', '3'])).toBe(false);
    expect(isSameRecord(['1'], ['1', '2'])).toBe(false);
    expect(isSameRecord([], [])).toBe(true);
  });

  test('reads the record that it has written', () => {
    const hashes = ['a', 'b'].map(spaceHash);
    expect(recordOf(recordTag(hashes))).toEqual(hashes);
    expect([recordTag([]), recordOf({})]).toEqual([{}, []]);
  });
});

describe('The physical id of a service association', () => {
  test('names its Agent Space and its service', () => {
    const pair = { agentSpaceId: 'space-1', serviceId: 'service_1-a' };
    expect(pairOf(physicalIdOf(pair))).toEqual(pair);
  });

  test.each(['failed/request-1', 'an-invented-id', 'space/service/more', 'more space/service', 'space/', '/service', ''])('names none: \'%s\'', (id) => {
    expect(pairOf(id)).toBeUndefined();
  });
});

describe('An association is the resource\'s own', () => {
  const EVENT = 500 * SECOND;
  const none = { isNamed: false, eventTime: EVENT, values: [], rollsBack: false };

  test('where its physical id names it, or a rollback comes back to it', () => {
    expect(isOwn(LIVE, { ...none, isNamed: true })).toBe(true);
    expect(isOwn(LIVE, { ...none, rollsBack: true })).toBe(true);
    expect(isOwn(LIVE, none)).toBe(false);
  });

  test('where a value of its secret is of it, and not where that is of another one', () => {
    expect(isOwn(LIVE, { ...none, values: [value({ associationId: 'other' }), value()] })).toBe(true);
    expect(isOwn(LIVE, { ...none, values: [value({ associationId: 'other' })] })).toBe(false);
  });

  test('where it was made since the event, by a clock that is at most ten seconds behind', () => {
    const madeAt = (createdAt: number, eventTime?: number) => isOwn({ ...LIVE, createdAt }, { ...none, eventTime });
    expect(madeAt(EVENT - 10 * SECOND, EVENT)).toBe(true);
    expect(madeAt(EVENT - 10 * SECOND - 1, EVENT)).toBe(false);
    expect(madeAt(EVENT)).toBe(false);
  });

  test('of a later event where it was made more than half a minute after this one', () => {
    const madeAt = (createdAt: number, eventTime?: number) => isOfLater({ ...LIVE, createdAt }, eventTime);
    expect(madeAt(EVENT + 30 * SECOND, EVENT)).toBe(false);
    expect(madeAt(EVENT + 30 * SECOND + 1, EVENT)).toBe(true);
    expect(madeAt(EVENT)).toBe(false);
  });
});
