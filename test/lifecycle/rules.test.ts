// The rules of each event and of the consent, each on a goal and on facts made by hand.
import { decide } from '../../lambda/lifecycle/decide';
import { Attempt, Awaited, Facts, Goal } from '../../lambda/lifecycle/state';
import { TAG } from '../../src/private/contract';
import {
  DESIRED, CHANGED, CONSENT, goal, create, update, consenting, service, current, orphan, foreign, RETAIN, REFUSAL, refused, registered, consent,
  outOfTime, conflict, AWAITED, STALE, facts, tagged, found, conflicting,
} from '../support/facts';

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
    const known = facts({ attempts: [registered], stillAwaited: STALE });
    expect(decide(create(), known)).toMatchObject({ do: 'deregister', services: [{ id: 'fresh' }], guard: 'unknown to CloudFormation' });
    expect(decide(create({ retain: true }), known)).toMatchObject({ row: 'stale' });
    expect(decide(create(), { ...known, stillAwaited: { ...STALE, believed: { kind: 'service', serviceId: 'fresh' } } })).toMatchObject({ row: 'stale' });
    expect(decide(create(), { ...known, stillAwaited: { ...STALE, believed: { kind: 'service', serviceId: 'other' } } })).toMatchObject({ do: 'deregister' });
    expect(decide(create(), { ...known, deregistered: ['fresh'] })).toMatchObject({ row: 'stale' });
    expect(decide(create(), { ...known, failed: { operation: 'DeregisterService', refusal: REFUSAL } })).toMatchObject({ row: 'stale' });
  });

  test('undoes what a user has consented to, unless CloudFormation believes in the page', () => {
    const known = facts({ attempts: [consent], published: true, stillAwaited: STALE });
    const goalOf = create({ ...CONSENT, waits: true });
    const page: Awaited = { ...STALE, believed: { kind: 'consent', requestId: 'request' } };
    expect(decide(goalOf, found(service('fresh'), known))).toMatchObject({ do: 'deregister', services: [{ id: 'fresh' }] });
    expect(decide(goalOf, found(service('fresh'), { ...known, stillAwaited: page }))).toMatchObject({ row: 'stale' });
    expect(decide(goalOf, found(service('fresh'), { ...known, stillAwaited: { ...STALE, believed: { kind: 'consent', requestId: 'other' } } }))).toMatchObject({ do: 'deregister' });
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
    expect(decide(create(), facts({ attempts: [registered] }))).toMatchObject({ do: 'look', at: 'stillAwaited' });
    expect(decide(create(), facts({ attempts: [registered], stillAwaited: AWAITED }))).toEqual({
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
    const known = tagged({ attempts: [registered], stillAwaited: AWAITED, own: [orphan] });
    const answer = { do: 'answer', as: 'request', service: registered.service, updatesTags: false, orphans: [orphan] };
    expect(decide(update(), known)).toEqual({ ...answer, row: 'replaced' });
    expect(decide(update(), { ...known, deregistered: ['current'] })).toEqual({ ...answer, row: 'deregistered first' });
    expect(decide(update(), { ...known, current: null })).toEqual({ ...answer, row: 'registered again' });
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
    expect(decide(waiting, consented)).toMatchObject({ do: 'look', at: 'stillAwaited' });
    expect(decide(goal('Update', { desired: { ...CONSENT, waits: true } }), { ...consented, current: null, own: [orphan], stillAwaited: AWAITED })).toEqual({
      do: 'answer', row: 'consented', as: 'request', service: service('consented'), updatesTags: false, orphans: [orphan],
    });
  });

  test('that was asked for earlier, and is given in time, gets the tags of the Update', () => {
    const again = found(service('consented'), { ...published, current: null, own: [] });
    expect(decide(consenting({ waits: true }), { ...again, stillAwaited: AWAITED })).toMatchObject({ row: 'consented', as: 'earlier', updatesTags: true });
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
      do: 'fail', row: 'not owned', step: 'DeregisterService', words: expect.stringContaining('foreign'), advice: expect.stringContaining('or retain this resource, then delete again'),
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
