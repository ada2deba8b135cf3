import { decide } from '../../lambda/lifecycle/decide';
import { stamp } from '../../lambda/lifecycle/situation';
import { Attempt, Awaited, Desired, Facts, Goal, NOTHING, Refusal, Service } from '../../lambda/lifecycle/state';
import { NO_CONSENT_URL, TAG } from '../../src/private/contract';

// The rules one by one, each on a goal and on facts made by hand.
const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/App/1';
const DESIRED: Desired = {
  configuration: 'A', revision: '1', consent: false, authorized: false, waits: false, retain: false, adoptExisting: false, repeatable: false, rotates: true, uniqueKey: 'k',
};
const CHANGED: Desired = { ...DESIRED, configuration: 'B' };
const CONSENT: Desired = { ...DESIRED, consent: true, uniqueKey: undefined };

function goal(type: Goal['type'], more: Partial<Goal> = {}): Goal {
  const physical: Goal['physical'] = type === 'Create' ? { kind: 'invented' } : { kind: 'service', serviceId: 'current' };
  return { type, requestId: 'request', stackId: STACK, logicalId: 'Resource', physical, late: false, desired: DESIRED, old: type === 'Update' ? CHANGED : undefined, ...more };
}
const create = (more: Partial<Desired> = {}, late = false) => goal('Create', { desired: { ...DESIRED, ...more }, late });
const update = (more: Partial<Desired> = {}, old: Partial<Desired> = {}) => goal('Update', { desired: { ...DESIRED, ...more }, old: { ...CHANGED, ...old } });
/** An Update of a registration that no user has consented to yet, which changes no configuration. */
const consenting = (more: Partial<Desired> = {}, old: Partial<Desired> = {}) => goal('Update', {
  physical: { kind: 'consent', requestId: 'earlier' }, desired: { ...CONSENT, ...more }, old: { ...CONSENT, ...old },
});

function service(id: string, fingerprint = 'B.V.1', more: Service['tags'] = {}): Service {
  return { id, name: `name of ${id}`, createdAt: 0, tags: { [TAG.stack]: STACK, [TAG.resource]: 'Resource', [TAG.request]: 'long ago', [TAG.fingerprint]: fingerprint, ...more } };
}
const current = service('current');
const orphan = service('orphan', 'C.V.1');
const foreign: Service = { id: 'foreign', name: 'by hand', createdAt: 0, tags: {} };
const RETAIN = { [TAG.retain]: 'true' };

const REFUSAL: Refusal = { words: 'it is refused', denied: false, throttled: false, ambiguous: false, unresolved: false };
const refused = (result: 'refused' | 'no response' | 'conflict', credentials: Attempt['credentials'] = 'current', refusal: Partial<Refusal> = {}): Attempt => (
  { credentials, result, refusal: { ...REFUSAL, ...refusal } });
const registered: Attempt = { credentials: 'current', result: 'registered', service: service('fresh', 'A.V.1', { [TAG.request]: 'request' }) };
const consent: Attempt = { credentials: 'current', result: 'consent', url: 'https://consent.example.com' };
const outOfTime: Attempt = { credentials: 'current', result: 'out of time' };
const conflict = refused('conflict');
const AWAITED: Awaited = { is: true, why: '' };
const STALE: Awaited = { is: false, why: 'it has moved on' };

function facts(more: Partial<Facts> = {}): Facts {
  return { ...NOTHING, ...more };
}
/** The facts of an Update that has tagged the current service as being replaced. */
function tagged(more: Partial<Facts> = {}): Facts {
  return facts({ current, own: [], intent: true, ...more });
}
/** The service of this request, looked for after all that the facts have. */
function found(result: Service | null, known: Facts): Facts {
  return { ...known, found: { after: stamp(known), since: 0, service: result } };
}
function conflicting(more: { rivals?: Service[]; own?: Service[] } = {}, known: Partial<Facts> = {}): Facts {
  return tagged({ attempts: [conflict], conflict: { after: 1, rivals: [], own: [], ...more }, ...known });
}

describe('An event that CloudFormation may not wait for', () => {
  test.each([['Create', create({}, true)], ['Update', { ...update(), late: true }], ['Delete of an abandoned Create', goal('Delete', { late: true, physical: { kind: 'invented' } })]])(
    'asks CloudFormation first: a late %s', (_, late) => {
      expect(decide(late, facts())).toEqual({ do: 'look', at: 'awaited', row: undefined });
    });

  test('does not ask where the event is young, or deletes what it names', () => {
    expect(decide(create(), facts())).toMatchObject({ do: 'register' });
    expect(decide(goal('Delete', { late: true }), facts())).toMatchObject({ do: 'look', at: 'current' });
  });

  test('is stale, and says why', () => {
    expect(decide(create({}, true), facts({ awaited: STALE }))).toMatchObject({
      do: 'fail', row: 'stale', step: 'this event', words: expect.stringContaining('it has moved on'), advice: expect.stringContaining('no action is needed'),
    });
  });

  test('undoes what it has registered, unless CloudFormation believes in it or it is to be retained', () => {
    const known = facts({ attempts: [registered], confirmed: STALE });
    expect(decide(create(), known)).toMatchObject({ do: 'deregister', services: [{ id: 'fresh' }], guard: 'unknown to CloudFormation' });
    expect(decide(create({ retain: true }), known)).toMatchObject({ row: 'stale' });
    expect(decide(create(), { ...known, confirmed: { ...STALE, believed: { kind: 'service', serviceId: 'fresh' } } })).toMatchObject({ row: 'stale' });
    expect(decide(create(), { ...known, confirmed: { ...STALE, believed: { kind: 'service', serviceId: 'other' } } })).toMatchObject({ do: 'deregister' });
    expect(decide(create(), { ...known, deregistered: ['fresh'] })).toMatchObject({ row: 'stale' });
    expect(decide(create(), { ...known, failed: { operation: 'DeregisterService', refusal: REFUSAL } })).toMatchObject({ row: 'stale' });
  });

  test('undoes what a user has consented to, unless CloudFormation believes in the page', () => {
    const known = facts({ attempts: [consent], published: true, confirmed: STALE });
    const goalOf = create({ ...CONSENT, waits: true });
    const page: Awaited = { ...STALE, believed: { kind: 'consent', requestId: 'request' } };
    expect(decide(goalOf, found(service('fresh'), known))).toMatchObject({ do: 'deregister', services: [{ id: 'fresh' }] });
    expect(decide(goalOf, found(service('fresh'), { ...known, confirmed: page }))).toMatchObject({ row: 'stale' });
    expect(decide(goalOf, found(service('fresh'), { ...known, confirmed: { ...STALE, believed: { kind: 'consent', requestId: 'other' } } }))).toMatchObject({ do: 'deregister' });
  });
});

describe('A call that failed for good', () => {
  const failed = { operation: 'ListServices', refusal: REFUSAL };

  test('is named with its words and the next step', () => {
    expect(decide(update(), facts({ failed }))).toEqual({ do: 'fail', row: 'call failed', step: 'ListServices', words: 'it is refused', advice: 'fix the cause and redeploy' });
    expect(decide(goal('Delete'), facts({ failed }))).toMatchObject({ advice: 'fix the cause and delete again' });
  });

  test('leaves the event to AWS Lambda after throttling, if there is time for another delivery', () => {
    const throttled = { ...failed, refusal: { ...REFUSAL, throttled: true } };
    expect(decide(update(), facts({ failed: throttled, timeToRedeliver: true }))).toEqual({ do: 'redeliver', words: 'it is refused', row: 'throttled' });
    expect(decide(update(), facts({ failed: throttled }))).toMatchObject({ row: 'call failed' });
    expect(decide(update(), facts({ failed, timeToRedeliver: true }))).toMatchObject({ row: 'call failed' });
    expect(decide(create(), facts({ attempts: [{ ...outOfTime, refusal: throttled.refusal } as Attempt], timeToRedeliver: true }))).toMatchObject({ do: 'redeliver' });
    expect(decide(create(), facts({ attempts: [refused('refused', 'current', { throttled: true })], timeToRedeliver: true }))).toMatchObject({ row: 'refused' });
  });

  test('names the Agent Spaces of a service in use', () => {
    const inUse = { ...failed, operation: 'DeregisterService', inUse: { id: 'current', spaces: ['Production (1)', 'Test (2)'] } } as Facts['failed'];
    expect(decide(goal('Delete'), facts({ failed: inUse }))).toEqual({
      do: 'fail', row: 'in use', step: 'DeregisterService', words: 'it is refused', advice: 'remove its association from the Agent Space Production (1), Test (2), then delete again',
    });
  });
});

describe('A Create', () => {
  test('fails where a consent is presumed', () => {
    expect(decide(create({ ...CONSENT, authorized: true }), facts())).toMatchObject({ do: 'fail', row: 'consent presumed' });
  });

  test('looks first where an earlier delivery may have registered, or the API takes a second registration', () => {
    expect(decide(create({}, true), facts({ awaited: AWAITED }))).toMatchObject({ do: 'look', at: 'found' });
    expect(decide(create({ repeatable: true }), facts())).toMatchObject({ do: 'look', at: 'found' });
    expect(decide(create({ repeatable: true }), found(null, facts()))).toEqual({ do: 'register', as: 'request', credentials: 'current', predecessor: undefined, row: undefined });
  });

  test('answers with the service that an earlier delivery has registered', () => {
    expect(decide(create({ repeatable: true }), found(service('earlier'), facts()))).toEqual({
      do: 'answer', row: 'registered earlier', as: 'request', service: service('earlier'), updatesTags: false, orphans: [],
    });
  });

  test('does not take what it finds after an attempt for what an earlier delivery has registered', () => {
    const known = facts({ attempts: [refused('refused')] });
    expect(decide(create({ repeatable: true }), known)).toMatchObject({ row: 'refused' });
    expect(decide(create({ repeatable: true }), found(service('earlier'), known))).toMatchObject({ row: 'refused' });
  });

  test('answers with what it has registered, once CloudFormation has confirmed that it waits', () => {
    expect(decide(create(), facts({ attempts: [registered] }))).toMatchObject({ do: 'look', at: 'confirmed' });
    expect(decide(create(), facts({ attempts: [registered], confirmed: AWAITED }))).toEqual({
      do: 'answer', row: 'registered', as: 'request', service: registered.service, updatesTags: false, orphans: [],
    });
  });
});

describe('An Update', () => {
  test('looks at the current service, and then at the resource\'s others', () => {
    expect(decide(update(), facts())).toMatchObject({ do: 'look', at: 'current' });
    expect(decide(update(), facts({ current }))).toMatchObject({ do: 'look', at: 'own' });
  });

  test('fails where no user has consented, although that is said', () => {
    expect(decide(consenting({ authorized: true }), facts({ current: null }))).toMatchObject({ do: 'fail', row: 'consent absent' });
    expect(decide(consenting(), facts({ current: null }))).toMatchObject({ do: 'look', at: 'own' });
  });

  test('without a change keeps an adopted service', () => {
    expect(decide(update({ adoptExisting: true }, { configuration: 'A' }), facts({ current: foreign }))).toEqual({
      do: 'answer', row: 'adopted earlier', as: 'request', service: foreign, updatesTags: false, orphans: [],
    });
  });

  test('fails where an adopted service may not be adopted any more, or has lost its ownership tags', () => {
    const adopted = decide(update({}, { configuration: 'A', adoptExisting: true }), facts({ current: foreign }));
    expect(adopted).toMatchObject({ do: 'fail', row: 'not owned', words: expect.stringContaining('foreign was adopted'), advice: expect.stringContaining('adoptExisting') });
    const untagged = decide(update({}, { configuration: 'A' }), facts({ current: foreign }));
    expect(untagged).toMatchObject({ row: 'not owned', step: 'updating the registration', words: expect.stringContaining('ownership tags'), advice: expect.stringContaining('then redeploy') });
    expect(decide(goal('Update', { desired: CHANGED, old: undefined }), facts({ current: foreign }))).toMatchObject({ do: 'look', at: 'own' });
  });

  const asDesired = service('current', 'A.V.1');

  test('answers a rollback with the service that is as desired, and cleans up', () => {
    const known = facts({ current: asDesired, own: [orphan] });
    const kept = { do: 'answer', as: 'request', service: asDesired, updatesTags: true, orphans: [orphan] };
    expect(decide(update(), known)).toEqual({ ...kept, row: 'kept' });
    expect(decide(update({}, { configuration: 'A', revision: '0' }), known)).toEqual({ ...kept, row: 'kept' });
    expect(decide(update({}, { configuration: 'A' }), known)).toEqual({ ...kept, row: 'tagged' });
    expect(decide(goal('Update', { old: undefined }), known)).toEqual({ ...kept, row: 'kept' });
  });

  test('says that a consent is resolved once, and answers under the request that asked for it', () => {
    const known = facts({ current: asDesired, own: [orphan] });
    const answer = { do: 'answer', as: 'request', service: asDesired, updatesTags: true, orphans: [orphan] };
    expect(decide(consenting({ authorized: true }), known)).toEqual({ ...answer, row: 'consent resolved' });
    expect(decide(consenting({ authorized: true }, { authorized: true }), known)).toEqual({ ...answer, row: 'tagged' });
    expect(decide(consenting(), known)).toEqual({ ...answer, row: 'tagged' });
  });

  test('answers with the service that an earlier delivery of it has registered', () => {
    const earlier = service('earlier', 'A.V.1', { [TAG.request]: 'request' });
    expect(decide(update(), facts({ current, own: [earlier, orphan] }))).toEqual({
      do: 'answer', row: 'registered earlier', as: 'request', service: earlier, updatesTags: true, orphans: [orphan],
    });
  });

  test('goes back to another service that is as desired, which takes the place of the current one', () => {
    const other = service('other', 'A.V.1');
    expect(decide(update(), facts({ current, own: [orphan, other] }))).toEqual({
      do: 'answer', row: 'rolled back', as: 'request', service: other, updatesTags: true, predecessor: 'current', orphans: [orphan],
    });
    expect(decide(update(), facts({ current: null, own: [other] }))).toEqual({
      do: 'answer', row: 'rolled back', as: 'request', service: other, updatesTags: true, predecessor: undefined, orphans: [],
    });
    expect(decide(update(), facts({ current, own: [service('revised', 'A.V.2')] }))).toMatchObject({ do: 'tagReplacing' });
  });

  test('goes back to a retained service only if that is the predecessor', () => {
    const retained = service('retained', 'A.V.1', RETAIN);
    expect(decide(update(), facts({ current, own: [retained] }))).toMatchObject({ do: 'tagReplacing' });
    expect(decide(update(), facts({ current: service('current', 'B.V.1', { [TAG.predecessor]: 'retained' }), own: [retained] }))).toMatchObject({ row: 'rolled back', orphans: [] });
    const replacing = service('retained', 'A.V.1', { ...RETAIN, [TAG.replacing]: 'earlier' });
    expect(decide(consenting({}, { configuration: 'B' }), facts({ current: null, own: [replacing] }))).toMatchObject({ row: 'rolled back' });
    expect(decide(update(), facts({ current: null, own: [replacing] }))).toMatchObject({ do: 'register' });
  });

  test('of the revision alone compares the versions of the secrets', () => {
    const revised = update({ revision: '2' }, { configuration: 'A' });
    const known = facts({ current: asDesired, own: [orphan] });
    expect(decide(revised, known)).toMatchObject({ do: 'look', at: 'versions' });
    expect(decide(revised, { ...known, versions: 'V' })).toEqual({
      do: 'answer', row: 'versions unchanged', as: 'request', service: asDesired, updatesTags: true, orphans: [orphan],
    });
    expect(decide(revised, { ...known, versions: 'W' })).toEqual({ do: 'tagReplacing', service: asDesired, row: undefined });
  });

  test('that needs a new consent fails where the consent is presumed', () => {
    expect(decide(update({ ...CONSENT, authorized: true }), facts({ current, own: [] }))).toMatchObject({ do: 'fail', row: 'consent presumed' });
  });

  test('announces a replacement before it registers, but only on a service of its own', () => {
    expect(decide(update(), facts({ current, own: [] }))).toEqual({ do: 'tagReplacing', service: current, row: undefined });
    expect(decide(update(), tagged())).toEqual({ do: 'register', as: 'request', credentials: 'current', predecessor: 'current', row: undefined });
    expect(decide(update(), facts({ current: foreign, own: [] }))).toMatchObject({ do: 'register', predecessor: 'foreign' });
  });

  test('names the predecessor by the physical id where the service itself is absent', () => {
    expect(decide(update(), facts({ current: null, own: [] }))).toMatchObject({ do: 'register', predecessor: 'current' });
    expect(decide(consenting({}, { configuration: 'B' }), facts({ current: null, own: [] }))).toMatchObject({ do: 'register', as: 'request', predecessor: undefined });
    expect(decide(consenting(), facts({ current: null, own: [] }))).toMatchObject({ do: 'register', as: 'earlier' });
  });

  test('answers with what it has registered, under the row that says what became of the old service', () => {
    const known = tagged({ attempts: [registered], confirmed: AWAITED, own: [orphan] });
    const answer = { do: 'answer', as: 'request', service: registered.service, updatesTags: false, orphans: [orphan] };
    expect(decide(update(), known)).toEqual({ ...answer, row: 'replaced' });
    expect(decide(update(), { ...known, deregistered: ['current'] })).toEqual({ ...answer, row: 'deregistered first' });
    expect(decide(update(), { ...known, current: null })).toEqual({ ...answer, row: 'registered again' });
  });
});

describe('RegisterService without a response', () => {
  const once = tagged({ attempts: [refused('no response')], own: [orphan] });
  const twice = tagged({ attempts: [refused('no response'), refused('no response', 'current', { ambiguous: true })] });

  test('is followed by a look, and then by one more attempt', () => {
    expect(decide(update(), once)).toMatchObject({ do: 'look', at: 'found' });
    expect(decide(update(), found(null, once))).toMatchObject({ do: 'register', credentials: 'current' });
    expect(decide(update(), found(null, twice))).toMatchObject({ do: 'fail', row: 'no response', step: 'RegisterService', words: 'it is refused', advice: expect.stringContaining('redeploy;') });
  });

  test('is answered with the service that the look finds, once CloudFormation has confirmed that it waits', () => {
    expect(decide(update(), found(service('late'), once))).toMatchObject({ do: 'look', at: 'confirmed' });
    const answer = { do: 'answer', row: 'found after no response', as: 'request', service: service('late'), updatesTags: false, orphans: [orphan] };
    expect(decide(update(), found(service('late'), { ...once, confirmed: AWAITED }))).toEqual(answer);
    const asked = found(service('late'), { ...once, current: null, confirmed: AWAITED });
    expect(decide(consenting(), asked)).toEqual({ ...answer, as: 'earlier', updatesTags: true });
  });

  test('does not look again after an attempt that had a response', () => {
    expect(decide(create(), facts({ attempts: [refused('no response'), refused('refused')] }))).toMatchObject({ row: 'refused' });
  });
});

describe('RegisterService that is refused', () => {
  test('fails in the service\'s words', () => {
    expect(decide(create(), facts({ attempts: [refused('refused')] }))).toEqual({
      do: 'fail', row: 'refused', step: 'RegisterService', words: 'it is refused', advice: 'fix the cause and redeploy',
    });
    expect(decide(create(), facts({ attempts: [{ ...outOfTime, refusal: REFUSAL } as Attempt] }))).toMatchObject({ row: 'refused', words: 'it is refused' });
    expect(decide(create(), facts({ attempts: [outOfTime] }))).toMatchObject({ do: 'fail', row: 'out of time', words: 'the time left does not suffice for it', advice: 'redeploy' });
  });

  test('asks whether an Update is a rollback, and tries the previous credentials only then', () => {
    const known = tagged({ attempts: [refused('refused')] });
    expect(decide(update(), known)).toMatchObject({ do: 'look', at: 'rollsBack' });
    expect(decide(update(), { ...known, rollsBack: true })).toMatchObject({ do: 'register', credentials: 'previous', as: 'request' });
    expect(decide(update(), { ...known, rollsBack: false })).toMatchObject({ row: 'refused' });
  });

  test.each([
    ['pinned secrets', update({ rotates: false }), refused('refused')],
    ['a denial', update(), refused('refused', 'current', { denied: true })],
    ['previous credentials', update(), refused('refused', 'previous')],
  ])('tries no previous credentials after %s', (_, of, attempt) => {
    expect(decide(of, tagged({ attempts: [attempt], rollsBack: true }))).toMatchObject({ row: 'refused' });
  });

  test('reports the refusal of the current credentials rather than that of the previous ones', () => {
    const attempts = [refused('refused', 'current', { words: 'the current are bad' }), refused('refused', 'previous', { words: 'the previous are bad' })];
    expect(decide(update(), tagged({ attempts, rollsBack: true }))).toMatchObject({ row: 'refused', words: 'the current are bad' });
  });

  test('names the old service where it has been deregistered first', () => {
    const lost = tagged({ attempts: [conflict, refused('refused', 'previous')], deregistered: ['current'] });
    expect(decide(update(), lost)).toMatchObject({
      do: 'fail', row: 'replacement lost', step: 'RegisterService', words: 'it is refused; the old service current has been deregistered first',
    });
    const late = tagged({ attempts: [outOfTime], deregistered: ['current'] });
    expect(decide(update(), late)).toMatchObject({ row: 'replacement lost', words: 'the time left does not suffice for it; the old service current has been deregistered first' });
    expect(decide(update(), { ...late, attempts: [consent] })).toMatchObject({ row: 'consent requested' });
    expect(decide(update(), { ...late, attempts: [conflict] })).toMatchObject({ do: 'look', at: 'conflict' });
  });
});

describe('RegisterService that reports a conflict', () => {
  test('is looked into once, and repeated once the cause is resolved', () => {
    expect(decide(update(), tagged({ attempts: [conflict] }))).toMatchObject({ do: 'look', at: 'conflict' });
    expect(decide(update(), conflicting({}, { resolved: 1 }))).toMatchObject({ do: 'register', credentials: 'current' });
    expect(decide(update(), conflicting({}, { attempts: [conflict, conflict], resolved: 1 }))).toMatchObject({ do: 'look', at: 'conflict' });
  });

  test('is answered with a service of this very request', () => {
    const mine = service('mine', 'A.V.1', { [TAG.request]: 'request' });
    const answer = { do: 'answer', row: 'found by conflict', as: 'request', service: mine, updatesTags: false, orphans: [orphan] };
    expect(decide(update(), conflicting({ own: [orphan, mine] }))).toEqual(answer);
    expect(decide(update(), conflicting({ own: [orphan], rivals: [mine] }))).toEqual(answer);
    const asked = service('asked', 'A.V.1', { [TAG.request]: 'earlier' });
    expect(decide(consenting(), conflicting({ rivals: [asked] }, { current: null }))).toMatchObject({ row: 'found by conflict', as: 'earlier', updatesTags: true });
  });

  test('cleans up orphans that may cause it, each once, while CloudFormation waits', () => {
    expect(decide(update(), conflicting({ own: [orphan], rivals: [orphan] }))).toEqual({ do: 'deregister', services: [orphan], guard: 'awaited', row: undefined });
    const spared = [service('retained', 'C.V.1', RETAIN), current, { ...orphan, tags: { ...orphan.tags, [TAG.resource]: 'Other' } }];
    expect(decide(update(), conflicting({ own: spared }))).toMatchObject({ do: 'look', at: 'users' });
    expect(decide(update(), conflicting({ own: [orphan] }, { deregistered: ['orphan'] }))).toMatchObject({ do: 'look', at: 'users' });
  });

  test('with a service of an earlier life that is to be retained names the removal policy', () => {
    expect(decide(update(), conflicting({ rivals: [service('retained', 'C.V.1', RETAIN)] }))).toMatchObject({
      do: 'fail', row: 'conflict', words: expect.stringContaining('retained'), advice: expect.stringContaining('DESTROY'),
    });
  });
});

describe('A current service that causes the conflict', () => {
  const causes = { rivals: [current] };
  const unused = { users: [] };

  test('is deregistered first: nobody uses it, there is time, and CloudFormation waits', () => {
    expect(decide(update(), conflicting(causes))).toMatchObject({ do: 'look', at: 'users' });
    expect(decide(update(), conflicting(causes, unused))).toEqual({ do: 'deregister', services: [current], guard: 'awaited', row: undefined });
  });

  test('is the cause, too, where lists show nothing, and it has the unique key that is desired', () => {
    expect(decide(update(), conflicting({}, unused))).toMatchObject({ do: 'deregister', services: [current] });
    expect(decide(update({ uniqueKey: 'other' }), conflicting({}, unused))).toMatchObject({ do: 'wait' });
    expect(decide(update({ uniqueKey: undefined }, { uniqueKey: undefined }), conflicting({}, unused))).toMatchObject({ do: 'wait' });
    expect(decide(update({}, { configuration: 'C' }), conflicting({}, unused))).toMatchObject({ do: 'wait' });
  });

  test.each([
    ['it is desired to be', update({ retain: true }), current],
    ['it was desired to be', update({}, { retain: true }), current],
    ['its tags say so', update(), service('current', 'B.V.1', RETAIN)],
  ])('stays if it is to be retained: %s', (_, of, kept) => {
    expect(decide(of, conflicting({ rivals: [kept] }, { ...unused, current: kept }))).toMatchObject({
      do: 'fail', row: 'replacement refused', words: 'current has the same unique key and is to be retained', advice: expect.stringContaining('removal policy'),
    });
  });

  test.each([['the new service', update({ consent: true })], ['the old service', update({}, { consent: true })]])('stays if a user has to consent to %s', (_, of) => {
    expect(decide(of, conflicting(causes, unused))).toMatchObject({ do: 'fail', row: 'replacement refused', words: expect.stringContaining('a user has to consent') });
  });

  test('is judged without old properties where those cannot be read', () => {
    expect(decide(goal('Update', { old: undefined }), conflicting(causes, unused))).toMatchObject({ do: 'deregister', services: [current] });
  });

  test('stays while Agent Spaces use it', () => {
    expect(decide(update(), conflicting(causes, { users: ['Production (1)'] }))).toMatchObject({
      do: 'fail', row: 'replacement in use', words: expect.stringContaining('current'), advice: 'remove its association from the Agent Space Production (1), then redeploy',
    });
  });

  test('stays if there is too little time to replace it', () => {
    expect(decide(update(), conflicting(causes, { ...unused, timeToReplace: false }))).toMatchObject({
      do: 'fail', row: 'too late to replace', step: 'replacing the registration', words: expect.stringContaining('current'), advice: 'redeploy',
    });
  });

  test('is what too little time is about, and nothing else', () => {
    expect(decide(update(), conflicting({ rivals: [foreign] }, { timeToReplace: false }))).toMatchObject({ row: 'conflict' });
    expect(decide(update(CONSENT), tagged({ attempts: [consent], timeToReplace: false }))).toMatchObject({ row: 'consent requested' });
  });

  test('is no cause where another service has the unique key', () => {
    expect(decide(update(), conflicting({ rivals: [foreign] }, unused))).toMatchObject({ do: 'fail', row: 'conflict' });
  });
});

describe('A conflict with a service of somebody else\'s', () => {
  const other: Service = { ...service('other'), tags: { ...current.tags, [TAG.resource]: 'Other' } };
  const elsewhere: Service = { ...other, tags: { ...other.tags, [TAG.stack]: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Else/2' } };
  const known = (rivals: Service[], more: Partial<Facts> = {}) => facts({ attempts: [conflict], conflict: { after: 1, rivals, own: [] }, ...more });

  test('adopts one that a user has made, or that is retained, if that is asked for', () => {
    const adopting = create({ adoptExisting: true });
    const answer = { do: 'answer', row: 'adopted', as: 'request', updatesTags: false, orphans: [] };
    expect(decide(adopting, known([foreign]))).toEqual({ ...answer, service: foreign });
    const retained = { ...other, tags: { ...other.tags, ...RETAIN } };
    expect(decide(adopting, known([retained]))).toEqual({ ...answer, service: retained });
    expect(decide(adopting, known([other]))).toMatchObject({ row: 'conflict' });
    expect(decide(create(), known([foreign]))).toMatchObject({ row: 'conflict' });
    expect(decide(adopting, known([]))).toMatchObject({ do: 'wait' });
  });

  test('never adopts a service of the resource itself in an Update', () => {
    const mine = service('mine', 'C.V.1', RETAIN);
    expect(decide(update({ adoptExisting: true }), conflicting({ rivals: [mine] }))).toMatchObject({ do: 'fail', row: 'conflict' });
    expect(decide(create({ adoptExisting: true }), known([mine]))).toMatchObject({ row: 'adopted' });
  });

  test('names the service, its owner and the way out', () => {
    expect(decide(create(), known([foreign]))).toEqual({
      do: 'fail', row: 'conflict', step: 'RegisterService', words: "it is refused, by foreign ('by hand')", advice: 'deregister the existing service, or give this one another unique key',
    });
    expect(decide(create(), known([other]))).toMatchObject({
      words: "it is refused, by other ('name of other', of the resource Other of the stack App)", advice: expect.stringContaining("overrideLogicalId('Other')"),
    });
    expect(decide(create(), known([elsewhere]))).toMatchObject({ words: expect.stringContaining('of the stack Else'), advice: expect.stringContaining('another unique key') });
  });

  test('calls a retained service of the resource a conflict in a Create, and a service of another resource one in an Update', () => {
    expect(decide(create(), known([service('mine', 'C.V.1', RETAIN)]))).toMatchObject({ step: 'RegisterService', advice: expect.stringContaining('deregister the existing service') });
    expect(decide(update(), conflicting({ rivals: [other] }))).toMatchObject({ step: 'RegisterService', words: expect.stringContaining('by other') });
  });

  test('passes over rivals that are deregistered already', () => {
    expect(decide(create(), known([orphan, foreign], { deregistered: ['orphan'] }))).toMatchObject({ words: expect.stringContaining('by foreign') });
    expect(decide(create(), known([orphan], { deregistered: ['orphan'] }))).toMatchObject({ do: 'wait' });
  });

  test('waits for one that nothing shows, as long as it may pass', () => {
    expect(decide(create(), known([]))).toEqual({ do: 'wait', row: undefined });
    expect(decide(create(), known([], { conflictMayPass: false }))).toMatchObject({ do: 'fail', row: 'conflict', words: 'it is refused', advice: expect.stringContaining('another unique key') });
  });

  test('waits longer for the resource\'s own unique key, which becomes free', () => {
    const absent = { current: null, own: [], conflictMayPass: false };
    expect(decide(update(), known([], absent))).toMatchObject({ do: 'wait' });
    expect(decide(update(), known([], { ...absent, current, intent: true, deregistered: ['current'] }))).toMatchObject({ do: 'wait' });
    expect(decide(update({}, { uniqueKey: 'other' }), known([], absent))).toMatchObject({ row: 'conflict' });
  });

  test('while a consent is asked for again fails if another service has the unique key', () => {
    const unique = { uniqueKey: 'k' };
    expect(decide(consenting(unique, unique), known([foreign], { current: null, own: [] }))).toMatchObject({
      do: 'fail', row: 'conflict', words: expect.stringContaining('foreign'),
    });
  });

  test('while a consent is asked for again keeps the page of before, if the name is only that of the page', () => {
    expect(decide(consenting(), known([], { current: null, own: [] }))).toEqual({
      do: 'answer', row: 'consent requested again', as: 'earlier', consentUrl: NO_CONSENT_URL, updatesTags: false, orphans: [],
    });
  });
});

describe('A consent', () => {
  const asked = facts({ attempts: [consent] });
  const waiting = create({ ...CONSENT, waits: true });
  const published = { ...asked, published: true };

  test('is requested with the page as the answer', () => {
    expect(decide(create(CONSENT), asked)).toEqual({ do: 'answer', row: 'consent requested', as: 'request', consentUrl: 'https://consent.example.com', updatesTags: false, orphans: [] });
    expect(decide(update(CONSENT), tagged({ attempts: [consent], own: [orphan] }))).toMatchObject({ row: 'consent requested', orphans: [orphan] });
    expect(decide(consenting(), { ...asked, current: null, own: [orphan] })).toEqual({
      do: 'answer', row: 'consent requested again', as: 'earlier', consentUrl: 'https://consent.example.com', updatesTags: false, orphans: [orphan],
    });
  });

  test('is waited for once the page is published', () => {
    expect(decide(waiting, asked)).toEqual({ do: 'publish', url: 'https://consent.example.com', row: undefined });
    expect(decide(waiting, published)).toMatchObject({ do: 'look', at: 'consented' });
    expect(decide(consenting({ waits: true }), { ...asked, current: null, own: [] })).toMatchObject({ do: 'publish' });
  });

  test('that a user gives in time is answered with the service', () => {
    const consented = found(service('consented'), published);
    expect(decide(waiting, consented)).toMatchObject({ do: 'look', at: 'confirmed' });
    expect(decide(goal('Update', { desired: { ...CONSENT, waits: true } }), { ...consented, current: null, own: [orphan], confirmed: AWAITED })).toEqual({
      do: 'answer', row: 'consented', as: 'request', service: service('consented'), updatesTags: false, orphans: [orphan],
    });
  });

  test('that no user gives in time fails the event', () => {
    expect(decide(waiting, found(null, published))).toMatchObject({ do: 'fail', row: 'consent missed', step: 'waiting for consent' });
  });
});

describe('A Delete', () => {
  const remove = (more: Partial<Goal> = {}) => goal('Delete', more);
  const replaced = service('current', 'A.V.1', { [TAG.predecessor]: 'old' });

  test('deregisters the service that its physical id names, and nothing else is asked', () => {
    expect(decide(remove(), facts())).toMatchObject({ do: 'look', at: 'current' });
    expect(decide(remove(), facts({ current }))).toEqual({ do: 'deregister', services: [current], guard: 'none', row: undefined });
    expect(decide(remove(), facts({ current, deregistered: ['current'] }))).toEqual({ do: 'succeed', row: 'deregistered' });
  });

  test('leaves an adopted service, and fails on one that is not owned', () => {
    const adopted = remove({ desired: { ...DESIRED, adoptExisting: true } });
    expect(decide(adopted, facts({ current: foreign }))).toEqual({ do: 'succeed', row: 'left' });
    expect(decide(adopted, facts({ current }))).toMatchObject({ do: 'deregister' });
    expect(decide(remove(), facts({ current: foreign }))).toMatchObject({
      do: 'fail', row: 'not owned', step: 'DeregisterService', words: expect.stringContaining('foreign'), advice: expect.stringContaining('then delete again'),
    });
    expect(decide(remove({ desired: undefined }), facts({ current: foreign }))).toMatchObject({ row: 'not owned' });
    expect(decide(adopted, facts({ current: null, stack: 'UPDATE_COMPLETE' }))).toMatchObject({ row: 'absent' });
  });

  test.each([['replaced another', replaced], ['was to be replaced', service('current', 'A.V.1', { [TAG.replacing]: 'request' })], ['is absent', null]])(
    'asks for the stack\'s status where the service %s', (_, named) => {
      expect(decide(remove(), facts({ current: named }))).toMatchObject({ do: 'look', at: 'stack' });
    });

  test.each(['DELETE_IN_PROGRESS', 'DELETE_COMPLETE', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE'])('removes the resource\'s other services where the stack is %s', (stack) => {
    expect(decide(remove(), facts({ current: replaced, stack }))).toMatchObject({ do: 'look', at: 'own' });
    expect(decide(remove(), facts({ current: replaced, stack, own: [orphan] }))).toMatchObject({ do: 'deregister', services: [orphan, replaced], guard: 'none' });
  });

  test.each(['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE', ''])('removes no other service where the stack is "%s"', (stack) => {
    expect(decide(remove(), facts({ current: replaced, stack }))).toMatchObject({ do: 'deregister', services: [replaced] });
    expect(decide(remove(), facts({ current: null, stack }))).toEqual({ do: 'succeed', row: 'absent' });
  });

  test('lists nothing where the service never replaced another, or the one it looked for is found, whatever the stack', () => {
    const going = facts({ stack: 'DELETE_IN_PROGRESS' });
    expect(decide(remove(), { ...going, current })).toMatchObject({ do: 'deregister', services: [current] });
    expect(decide(remove({ physical: { kind: 'failed', requestId: 'earlier' } }), found(service('made'), going))).toMatchObject({ do: 'deregister', services: [{ id: 'made' }] });
  });

  test.each([['consent', { kind: 'consent', requestId: 'earlier' }, 'none'], ['failed Create', { kind: 'failed', requestId: 'earlier' }, 'none'], ['abandoned Create', { kind: 'invented' }, 'awaited']] as const)(
    'of a %s removes the service that it finds', (_, physical, guard) => {
      expect(decide(remove({ physical }), facts())).toMatchObject({ do: 'look', at: 'found' });
      expect(decide(remove({ physical }), found(service('made'), facts()))).toMatchObject({ do: 'deregister', services: [{ id: 'made' }], guard });
      expect(decide(remove({ physical }), found(null, facts()))).toMatchObject({ do: 'look', at: 'stack' });
      expect(decide(remove({ physical }), found(null, facts({ stack: 'DELETE_IN_PROGRESS' })))).toMatchObject({ do: 'look', at: 'own' });
      expect(decide(remove({ physical }), found(null, facts({ stack: 'DELETE_IN_PROGRESS', own: [] })))).toEqual({ do: 'succeed', row: 'absent' });
    });
});

describe('The situation of an event', () => {
  test('is not that of a consent asked for again where the physical id names a service, or another configuration was asked for', () => {
    const unchanged = { configuration: 'A' };
    expect(decide(update({ authorized: true }, unchanged), facts({ current: null }))).toMatchObject({ do: 'look', at: 'own' });
    expect(decide(consenting({ authorized: true }, { configuration: 'B' }), facts({ current: null }))).toMatchObject({ do: 'look', at: 'own' });
  });

  test('does not ask CloudFormation after a call that failed', () => {
    expect(decide(create({}, true), facts({ failed: { operation: 'ListServices', refusal: REFUSAL } }))).toMatchObject({ row: 'call failed' });
  });

  test('counts the attempts without a response, not those that were refused', () => {
    expect(decide(create(), found(null, facts({ attempts: [conflict, refused('no response')] })))).toMatchObject({ do: 'register' });
  });

  test('reports a refusal rather than the conflict before it', () => {
    const attempts = [refused('conflict', 'current', { words: 'the key is taken' }), refused('refused', 'current', { words: 'the credentials are bad' })];
    expect(decide(create(), facts({ attempts }))).toMatchObject({ row: 'refused', words: 'the credentials are bad' });
  });

  test('has the current service as a cause among several', () => {
    expect(decide(update(), conflicting({ rivals: [foreign, current] }, { users: [] }))).toMatchObject({ do: 'deregister', services: [current] });
  });

  test('does not await the release of a unique key that a live service has', () => {
    expect(decide(update({}, { configuration: 'C' }), conflicting({}, { conflictMayPass: false }))).toMatchObject({ row: 'conflict' });
  });

  test('goes back to no retained service that the consent was not to replace', () => {
    expect(decide(consenting({}, { configuration: 'B' }), facts({ current: null, own: [service('retained', 'A.V.1', RETAIN)] }))).toMatchObject({ do: 'register' });
  });

  test('has the services of a request among those that go with the stack', () => {
    const mine = service('mine', 'A.V.1', { [TAG.request]: 'request' });
    expect(decide(goal('Delete'), facts({ current: null, stack: 'DELETE_COMPLETE', own: [mine] }))).toMatchObject({ do: 'deregister', services: [mine] });
  });
});
