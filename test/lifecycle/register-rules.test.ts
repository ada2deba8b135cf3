// The rules of what follows RegisterService, each on a goal and on facts made by hand: no response, a refusal, a conflict.
import { decide } from '../../lambda/lifecycle/decide';
import { Attempt, Facts, Service } from '../../lambda/lifecycle/state';
import { NO_CONSENT_URL, TAG } from '../../src/private/contract';
import {
  CONSENT, goal, create, update, consenting, service, current, orphan, foreign, RETAIN, REFUSAL, refused, consent, outOfTime, conflict, AWAITED,
  facts, tagged, found, conflicting,
} from '../support/facts';

describe('RegisterService without a response', () => {
  const once = tagged({ attempts: [refused('no response')], own: [orphan] });
  const twice = tagged({ attempts: [refused('no response'), refused('no response', 'current', { ambiguous: true })] });

  test('is followed by a look, and then by one more attempt', () => {
    expect(decide(update(), once)).toMatchObject({ do: 'look', at: 'found' });
    expect(decide(update(), found(null, once))).toMatchObject({ do: 'register', credentials: 'current' });
    expect(decide(update(), found(null, twice))).toMatchObject({ do: 'fail', row: 'no response', step: 'RegisterService', words: 'it is refused', advice: expect.stringContaining('redeploy;') });
  });

  test('is answered with the service that the look finds, once CloudFormation has confirmed that it waits', () => {
    expect(decide(update(), found(service('late'), once))).toMatchObject({ do: 'look', at: 'stillAwaited' });
    const answer = { do: 'answer', row: 'found after no response', as: 'request', service: service('late'), updatesTags: false, orphans: [orphan] };
    expect(decide(update(), found(service('late'), { ...once, stillAwaited: AWAITED }))).toEqual(answer);
    const asked = found(service('late'), { ...once, current: null, stillAwaited: AWAITED });
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
    expect(decide(of, conflicting(causes, unused))).toMatchObject({
      do: 'fail', row: 'replacement refused', step: 'replacing the registration', words: expect.stringContaining('a user has to consent'), advice: expect.stringMatching(/^leave the name to be generated, or remove/),
    });
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
    expect(decide(update(), known([], { ...absent, current, taggedReplacing: true, deregistered: ['current'] }))).toMatchObject({ do: 'wait' });
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
