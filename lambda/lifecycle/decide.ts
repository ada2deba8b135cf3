/**
 * The rules of the lifecycle. The first rule whose condition holds says the next step: one that brings a fact that is
 * missing, one that has an effect, or one that ends the delivery. A rule that ends it has the name of a row, which the log
 * shows and docs/lifecycle.md lists. The conditions are in situation.ts, in these words:
 *
 * - *current*: the service that the physical id names. *own*: services with this resource's ownership tags. *found*: the
 *   service with this event's request id, looked for after the last effect. *rival*: the other service that has the unique key.
 *   *orphans*: own services that no physical id names, not to be retained, and not of this request.
 * - *awaited*: whether CloudFormation still waits for the event. *late*: old enough for a redelivery. *abandoned*: a new
 *   service that CloudFormation does not know. *attempted*: the result of the last RegisterService.
 * - *authorized*: the template says that a user has consented. *repeatable*: the API takes a second registration.
 *
 * A fact is undefined until somebody has looked, and null where there is none (a getter of the situation says undefined for
 * both, but `found`). Every step adds to the facts, so no rule leads to the same step for ever. The guard of a deregistration
 * is asked before it: CloudFormation waits for the event ('awaited'), or does not know the service ('unknown to CloudFormation').
 *
 * A failed Update or Delete keeps its physical id, and a failed Create answers `failed/<request id>`. The failure of an
 * Update also says how to get out of UPDATE_ROLLBACK_FAILED, which is not written here.
 * Nothing here waits, calls or remembers.
 */
import { adviceOn, disassociate, nameOf, registerAdvice, retry, wayOut } from './advice';
import { Situation } from './situation';
import { Answer, Fact, Facts, Goal, Guard, Service, Step } from './state';
import { NO_CONSENT_URL, TAG } from '../../src/private/contract';

type Event = Goal['type'];

/** A rule, and a row of the table if it has a name: `TABLE`, below, says what it stands for. */
export interface Rule {
  readonly row?: string;
  readonly on: readonly Event[];
  readonly when: (s: Situation) => boolean;
  readonly then: (s: Situation) => Step;
}

const ALL: readonly Event[] = ['Create', 'Update', 'Delete'];
const REGISTERING: readonly Event[] = ['Create', 'Update'];
const CREATE: readonly Event[] = ['Create'];
const UPDATE: readonly Event[] = ['Update'];
const DELETE: readonly Event[] = ['Delete'];

export const RULES: readonly Rule[] = [
  // A stale event, whatever else has failed; then a call that failed for good.
  { on: ALL, when: (s) => s.mustAskWhetherAwaited, then: look('awaited') },
  { on: REGISTERING, when: (s) => s.abandoned !== undefined && s.facts.failed === undefined, then: (s) => deregister([s.abandoned!], 'unknown to CloudFormation') },
  { row: 'stale', on: ALL, when: (s) => s.stale !== undefined,
    then: (s) => fail('this event', `CloudFormation is no longer waiting for it (${s.stale})`, s.abandoned === undefined ? 'ignored as a stale event; no action is needed'
      : `${s.abandoned.id} could not be deregistered: unless a later deployment does so, deregister it by hand`) },
  { row: 'throttled', on: ALL, when: (s) => s.facts.timeToRedeliver && s.throttled !== undefined,
    then: (s) => ({ do: 'redeliver', words: s.throttled! }) },
  { row: 'in use', on: ALL, when: ({ facts }) => facts.failed?.inUse !== undefined,
    then: ({ facts, goal }) => fail('DeregisterService', facts.failed!.refusal.words, `${disassociate(facts.failed!.inUse!.spaces)}, then ${retry(goal)}`) },
  { row: 'call failed', on: ALL, when: ({ facts }) => facts.failed !== undefined,
    then: ({ facts: { failed }, goal }) => fail(failed!.operation, failed!.refusal.words, adviceOn(failed!, goal)) },

  // Create. The first delivery registers at once, where the API itself refuses a second registration.
  { row: 'consent presumed', on: CREATE, when: ({ desired }) => desired.authorized,
    then: () => fail('registering the service', 'no user can have consented to a new registration', 'set \'authorized\' to false, deploy, consent, and set it to true again') },
  { on: CREATE, when: (s) => s.facts.attempts.length === 0 && (s.goal.late || s.desired.repeatable) && s.found === undefined, then: look('found') },
  { row: 'registered earlier', on: CREATE, when: (s) => s.facts.attempts.length === 0 && !!s.found,
    then: (s) => answer(s, s.found!) },

  // Update: a live service that is as desired is the answer, whatever happened before. An adopted one is, until the configuration changes.
  { on: UPDATE, when: ({ facts }) => facts.current === undefined, then: look('current') },
  { row: 'consent absent', on: UPDATE, when: (s) => s.awaitsConsent && s.desired.authorized,
    then: () => fail('looking for the consented service', 'no user has consented yet', 'open the consent URL of the last deployment in a browser, consent, and redeploy') },
  { row: 'adopted earlier', on: UPDATE, when: (s) => s.isForeign && s.desired.adoptExisting,
    then: (s) => answer(s, s.current!) },
  { row: 'not owned', on: UPDATE, when: (s) => s.isForeign,
    then: (s) => (s.goal.old?.adoptExisting
      ? fail('updating the registration', `${s.current!.id} was adopted, and an adopted service never becomes this resource's own`, 'set \'adoptExisting\' to true again')
      : notOwned(s, 'updating the registration', 'deregister it by hand if it is yours, then redeploy')) },
  { on: UPDATE, when: ({ facts }) => facts.own === undefined, then: look('own') },
  // One answer under three names, so that the log says why.
  { row: 'kept', on: UPDATE, when: (s) => s.currentIsDesired && s.desiredDiffersFromOld,
    then: (s) => answer(s, s.current!, { updatesTags: true }) },
  { row: 'consent resolved', on: UPDATE, when: (s) => s.currentIsDesired && s.desired.authorized && !s.goal.old!.authorized,
    then: (s) => answer(s, s.current!, { updatesTags: true }) },
  { row: 'tagged', on: UPDATE, when: (s) => s.currentIsDesired,
    then: (s) => answer(s, s.current!, { updatesTags: true }) },
  { row: 'registered earlier', on: UPDATE, when: (s) => s.otherDesired?.tags[TAG.request] === s.goal.requestId,
    then: (s) => answer(s, s.otherDesired!, { updatesTags: true }) },
  { row: 'rolled back', on: UPDATE, when: (s) => s.otherDesired !== undefined,
    then: (s) => answer(s, s.otherDesired!, { updatesTags: true, predecessor: s.current?.id }) },
  { on: UPDATE, when: (s) => s.differsOnlyInRevision && s.facts.versions === undefined, then: look('versions') },
  { row: 'versions unchanged', on: UPDATE, when: (s) => s.differsOnlyInRevision && s.facts.versions === s.versionsOfCurrent,
    then: (s) => answer(s, s.current!, { updatesTags: true }) },
  { row: 'consent presumed', on: UPDATE, when: (s) => s.desired.authorized,
    then: () => fail('replacing the registration', 'the change needs a new consent, but \'authorized\' says that there is one',
      'set \'authorized\' to false together with this change, consent, and set it to true again') },
  // The tag tells the Delete of the old service that there may be another, if the handler dies before anybody knows the new one.
  { on: UPDATE, when: (s) => s.ownsCurrent && !s.facts.taggedReplacing, then: (s) => ({ do: 'tagReplacing', service: s.current! }) },

  // RegisterService takes effect once: it is repeated only after a look at what became of it.
  { on: REGISTERING, when: (s) => !s.attempt, then: (s) => register(s) },
  { on: REGISTERING, when: (s) => s.attempted('no response') && s.found === undefined, then: look('found') },
  { on: REGISTERING, when: (s) => s.newService !== undefined && !s.facts.stillAwaited, then: look('stillAwaited') },
  { row: 'deregistered first', on: UPDATE, when: (s) => s.attempted('registered') && s.deregisteredFirst !== undefined,
    then: (s) => answer(s, s.newService!) },
  { row: 'registered', on: CREATE, when: (s) => s.attempted('registered'),
    then: (s) => answer(s, s.newService!) },
  { row: 'replaced', on: UPDATE, when: (s) => s.attempted('registered') && s.current !== undefined,
    then: (s) => answer(s, s.newService!) },
  { row: 'registered again', on: UPDATE, when: (s) => s.attempted('registered'),
    then: (s) => answer(s, s.newService!) },
  { row: 'found after no response', on: REGISTERING, when: (s) => s.attempted('no response') && !!s.found,
    then: (s) => answer(s, s.found!, { updatesTags: s.awaitsConsent }) },
  { on: REGISTERING, when: (s) => s.attempted('no response') && s.noResponses < 2, then: (s) => register(s) },

  // RegisterService has failed. A rollback may register with the credentials before the last rotation, which worked once.
  { on: UPDATE, when: (s) => s.mayUsePreviousCredentials && s.facts.rollsBack === undefined, then: look('rollsBack') },
  { on: UPDATE, when: (s) => s.mayUsePreviousCredentials && s.facts.rollsBack === true, then: (s) => register(s, 'previous') },
  { row: 'replacement lost', on: UPDATE,
    when: (s) => s.deregisteredFirst !== undefined && !s.attempted('conflict') && !s.attempted('consent'),
    then: (s) => lost(s, s.refusal?.words ?? OUT_OF_TIME, 'fix the cause and redeploy; the rollback, or else the next deployment, registers the service again') },
  { row: 'no response', on: REGISTERING, when: (s) => s.attempted('no response'),
    then: (s) => fail('RegisterService', s.refusal!.words, registerAdvice(s.refusal!, s.goal)) },
  { row: 'refused', on: REGISTERING, when: (s) => s.attempted('refused') || (s.attempted('out of time') && s.refusal !== undefined),
    then: (s) => fail('RegisterService', s.refusal!.words, registerAdvice(s.refusal!, s.goal)) },
  { row: 'out of time', on: REGISTERING, when: (s) => s.attempted('out of time'),
    then: () => fail('RegisterService', OUT_OF_TIME, 'redeploy') },

  // RegisterService reports a conflict, so it had no effect.
  { on: REGISTERING, when: (s) => s.attempted('conflict') && s.conflictIsResolved, then: (s) => register(s) },
  { on: REGISTERING, when: (s) => s.attempted('conflict') && !s.lookedAtConflict, then: look('conflict') },
  { row: 'found by conflict', on: REGISTERING, when: (s) => s.attempted('conflict') && s.ofThisRequest !== undefined,
    then: (s) => answer(s, s.ofThisRequest!, { updatesTags: s.awaitsConsent }) },
  { on: REGISTERING, when: (s) => s.attempted('conflict') && s.orphans.length > 0, then: (s) => deregister(s.orphans, 'awaited') },
  { row: 'replacement refused', on: UPDATE,
    when: (s) => s.attempted('conflict') && s.currentConflicts && (s.retainsCurrent || s.desired.consent || s.goal.old?.consent === true),
    then: (s) => (s.retainsCurrent ? retained(s.current!)
      : fail('replacing the registration', `${s.current!.id} has the same unique key, and a service that a user has to consent to is not deregistered first`,
        'leave the name to be generated, or remove the registration in one deployment and add it in the next')) },
  { on: UPDATE, when: (s) => s.attempted('conflict') && s.currentConflicts && s.facts.users === undefined, then: look('users') },
  { row: 'replacement in use', on: UPDATE, when: (s) => s.attempted('conflict') && s.currentConflicts && s.facts.users!.length > 0,
    then: (s) => fail('replacing the registration', `${s.current!.id} has the same unique key and is in use`, `${disassociate(s.facts.users!)}, then redeploy`) },
  { row: 'too late to replace', on: UPDATE, when: (s) => s.attempted('conflict') && s.currentConflicts && !s.facts.timeToReplace,
    then: (s) => fail('replacing the registration', `${s.current!.id} has the same unique key, and the time left does not suffice to deregister it first`, 'redeploy') },
  { on: UPDATE, when: (s) => s.attempted('conflict') && s.currentConflicts, then: (s) => deregister([s.current!], 'awaited') },
  { row: 'adopted', on: REGISTERING, when: (s) => s.attempted('conflict') && s.canAdopt,
    then: (s) => answer(s, s.rival!) },
  // The API keeps the name for the page of an earlier deployment, which a user may still consent on. Its URL is not known any more.
  { row: 'consent requested again', on: UPDATE, when: (s) => s.isOfEarlierPage && !s.desired.waits,
    then: (s) => ({ do: 'answer', as: s.registersAs, consentUrl: NO_CONSENT_URL, updatesTags: false, orphans: [] }) },
  { on: UPDATE, when: (s) => s.isOfEarlierPage && s.found === undefined, then: look('consented') },
  { row: 'consented', on: UPDATE, when: (s) => s.isOfEarlierPage && !!s.found,
    then: (s) => answer(s, s.found!, { updatesTags: true }) },
  { row: 'consent missed', on: UPDATE, when: (s) => s.isOfEarlierPage,
    then: () => fail('waiting for consent', 'no user consented in time on the page of an earlier deployment',
      'redeploy and consent there in time, or remove the registration in one deployment and add it in the next') },
  { row: 'replacement lost', on: UPDATE,
    when: (s) => s.attempted('conflict') && s.rival !== undefined && s.deregisteredFirst !== undefined,
    then: (s) => lost(s, `${s.refusal!.words}, by ${nameOf(s.rival!)}`, wayOut(s)) },
  // An own rival is no orphan, so it is to be retained.
  { row: 'conflict', on: REGISTERING,
    when: (s) => s.attempted('conflict') && (s.rival !== undefined || (!s.facts.conflictMayPass && !s.awaitsRelease)),
    then: (s) => (s.goal.type === 'Update' && s.rival && s.owns(s.rival) ? retained(s.rival)
      : fail('RegisterService', s.rival ? `${s.refusal!.words}, by ${nameOf(s.rival)}` : s.refusal!.words, wayOut(s))) },
  { on: REGISTERING, when: (s) => s.attempted('conflict'), then: () => ({ do: 'wait' }) },

  // A user has to consent.
  { row: 'consent requested again', on: UPDATE, when: (s) => s.attempted('consent') && !s.desired.waits && s.awaitsConsent, then: consentPage },
  { row: 'consent requested', on: REGISTERING, when: (s) => s.attempted('consent') && !s.desired.waits, then: consentPage },
  { on: REGISTERING, when: (s) => s.attempted('consent') && !s.facts.published, then: (s) => ({ do: 'publish', url: (s.attempt as { url: string }).url }) },
  { on: REGISTERING, when: (s) => s.attempted('consent') && s.found === undefined, then: look('consented') },
  { row: 'consented', on: REGISTERING, when: (s) => s.attempted('consent') && !!s.found,
    then: (s) => answer(s, s.found!, { updatesTags: s.awaitsConsent }) },
  { row: 'consent missed', on: REGISTERING, when: (s) => s.attempted('consent'),
    then: () => fail('waiting for consent', 'no user consented in time', 'redeploy and consent in time; a consent that is given now makes a service that belongs to no stack') },

  // Delete: the service that the physical id names, and more only where the stack itself goes for good.
  { on: DELETE, when: ({ goal, facts }) => goal.physical.kind === 'service' && facts.current === undefined, then: look('current') },
  { row: 'left', on: DELETE, when: (s) => s.current !== undefined && !s.ownsCurrent && s.goal.desired?.adoptExisting === true,
    then: succeed },
  { row: 'not owned', on: DELETE, when: (s) => s.current !== undefined && !s.ownsCurrent,
    then: (s) => notOwned(s, 'DeregisterService', 'deregister it by hand if it is yours, or retain this resource, then delete again') },
  { on: DELETE, when: (s) => s.goal.physical.kind !== 'service' && s.found === undefined, then: look('found') },
  { on: DELETE, when: (s) => s.mayHaveOtherServices && !s.found && s.facts.stack === undefined, then: look('stack') },
  { on: DELETE, when: (s) => s.mayHaveOtherServices && !s.found && s.stackIsGoing && s.facts.own === undefined, then: look('own') },
  { on: DELETE, when: (s) => s.toDeregister.length > 0, then: (s) => deregister(s.toDeregister, s.goal.physical.kind === 'invented' ? 'awaited' : 'none') },
  { row: 'deregistered', on: DELETE, when: ({ facts }) => facts.deregistered.length > 0, then: succeed },
  { row: 'absent', on: DELETE, when: () => true, then: succeed },
];

/** The next step, and the row that it stands for. The same goal and facts always lead to the same one. */
export function decide(goal: Goal, facts: Facts): Step & { readonly row?: string } {
  const situation = new Situation(goal, facts);
  const { row, then } = RULES.find(({ on, when }) => on.includes(goal.type) && when(situation))!;
  return { ...then(situation), row };
}

/**
 * The rows in words: the state in which an event ends so, the calls, the answer. Tests and docs read them; the bundle leaves
 * them out. An answer with an own service that was there before an Update also updates its tags; before an answer with a
 * service, orphans that have been seen are deregistered.
 */
// Stryker disable all: words for the documentation, which has the same ones
export const TABLE: { readonly [row: string]: readonly [state: string, calls: string, answer: string] } = {
  'stale': ['CloudFormation does not wait for the event any more', 'DescribeStackResource; DeregisterService of what was just registered', 'FAILED, which nobody reads'],
  'throttled': ['the time ran out through throttling alone, and AWS Lambda has time to deliver the event again', '…', 'none: AWS Lambda delivers the event again'],
  'in use': ['Agent Spaces are associated with a service that has to go', '… DeregisterService, ListAgentSpaces, ListAssociations', 'FAILED, naming the Agent Spaces'],
  'call failed': ['a call other than RegisterService fails for good', '…', 'FAILED'],
  'consent presumed': ['`authorized`, but no user can have consented yet', 'none, or on an Update GetService, ListServices', 'FAILED'],
  'registered earlier': ['an earlier delivery of this event has registered the service', 'ListServices, GetService', 'that service'],
  'consent absent': ['`authorized`, and no user has consented', 'ListServices', 'FAILED'],
  'adopted earlier': ['the service was adopted, and still may be', 'GetService', 'the same service'],
  'not owned': ['the service was adopted and no longer may be, or lost its ownership tags', 'GetService', 'FAILED'],
  'kept': ['the service is as desired: a failed update is rolled back', 'GetService, ListServices', 'the same service'],
  'consent resolved': ['`authorized`, and a user has consented', 'ListServices, GetService', 'the same physical id, and the service'],
  'tagged': ['the service is as desired but for its tags', 'GetService, ListServices, TagResource, UntagResource', 'the same service'],
  'rolled back': ['another service of this resource is as desired', 'GetService, ListServices', 'that service; CloudFormation deletes the other one'],
  'versions unchanged': ['another `credentialsRevision`, and the same versions of the secrets', 'GetService, ListServices, GetSecretValue, TagResource', 'the same service'],
  'deregistered first': ['the old service had the unique key', '… RegisterService, ListServices, GetService, ListAgentSpaces, ListAssociations, DescribeStackResource, DeregisterService, RegisterService', 'the new service'],
  'registered': ['nothing of this request exists', 'RegisterService; ListServices before it where the API takes a second one', 'the new service'],
  'replaced': ['the service is not as desired', 'GetService, ListServices, TagResource, RegisterService', 'the new service; CloudFormation deletes the old one'],
  'registered again': ['there is no service', 'ListServices, GetService, RegisterService', 'the new service'],
  'found after no response': ['RegisterService gave no response, and took effect', '… RegisterService, ListServices, GetService', 'that service'],
  'replacement lost': ['the old service was deregistered first, and the new one is refused, or another service got the unique key', '… DeregisterService, RegisterService', 'FAILED with the old physical id; the rollback registers again'],
  'no response': ['RegisterService gave no response twice, and had no visible effect', '… RegisterService, ListServices', 'FAILED'],
  'refused': ['RegisterService refuses, or fails in a way that may pass until the time is over', '… RegisterService', 'FAILED; on an Update, the old service is still there'],
  'out of time': ['the time left does not suffice for RegisterService', '…', 'FAILED; on an Update, the old service is still there'],
  'found by conflict': ['the conflicting service is of this very request', '… RegisterService, ListServices, GetService', 'that service'],
  'replacement refused': ['the old service has the unique key, and it is to be retained, or a user has to consent to it or to the new one', '… RegisterService, ListServices, GetService', 'FAILED; the old service is still there'],
  'replacement in use': ['the old service has the unique key, and Agent Spaces are associated with it', '… RegisterService, ListServices, GetService, ListAgentSpaces, ListAssociations', 'FAILED, naming the Agent Spaces; the old service is still there'],
  'too late to replace': ['the old service has the unique key, and the time left does not suffice to deregister it first', '… RegisterService, ListServices, GetService, ListAgentSpaces, ListAssociations', 'FAILED; the old service is still there'],
  'adopted': ['the conflicting service is no live one of this library, and `adoptExisting`', '… RegisterService, ListServices, GetService', 'that service'],
  'consent requested again': ['no user has consented yet, and something else changed', 'ListServices, RegisterService', 'the same physical id, and another page if the API has one'],
  'conflict': ['another service has the unique key or the name', '… RegisterService, ListServices, GetService', 'FAILED, naming the service and its owner if a list shows it'],
  'consent requested': ['a user has to consent', 'RegisterService', '`consent/…` and the page'],
  'consented': ['a user has to consent, and does while the deployment waits', '… RegisterService, Publish, ListServices, GetService', '`consent/…` and the service'],
  'consent missed': ['a user has to consent, and does not while the deployment waits', '… RegisterService, Publish, ListServices', 'FAILED'],
  'left': ['the service was adopted', 'GetService', 'SUCCESS; the service stays'],
  'deregistered': ['a service of this resource', 'GetService, DeregisterService; DescribeStacks and ListServices between them where it ever replaced another or was to be replaced', 'SUCCESS'],
  'absent': ['no service', 'GetService or ListServices; DescribeStacks, and ListServices where the stack goes', 'SUCCESS'],
};
// Stryker restore all

const OUT_OF_TIME = 'the time left does not suffice for it';

function look(at: Fact): () => Step {
  return () => ({ do: 'look', at });
}

function register(s: Situation, credentials: 'current' | 'previous' = 'current'): Step {
  const { physical } = s.goal;
  return { do: 'register', as: s.registersAs, credentials, predecessor: s.facts.current?.id ?? (physical.kind === 'service' ? physical.serviceId : undefined) };
}

function deregister(services: readonly Service[], guard: Guard): Step {
  return { do: 'deregister', services, guard };
}

function answer(s: Situation, service: Service, more: Partial<Answer> = {}): Step {
  return { do: 'answer', as: s.registersAs, service, updatesTags: false, orphans: s.orphans.filter(({ id }) => id !== service.id), ...more };
}

function consentPage(s: Situation): Step {
  return { do: 'answer', as: s.registersAs, consentUrl: (s.attempt as { url: string }).url, updatesTags: false, orphans: s.orphans };
}

function succeed(): Step {
  return { do: 'succeed' };
}

function fail(step: string, words: string, next: string): Step {
  return { do: 'fail', step, words, advice: next };
}

function notOwned({ current }: Situation, step: string, next: string): Step {
  return fail(step, `${current!.id} does not carry the ownership tags of this resource, so it may belong to another`, next);
}

/** The current service was deregistered first, and the new one cannot be registered. */
function lost(s: Situation, words: string, next: string): Step {
  return fail('RegisterService', `${words}; the old service ${s.deregisteredFirst!.id} has been deregistered first`, next);
}

function retained(service: Service): Step {
  return fail('replacing the registration', `${service.id} has the same unique key and is to be retained`,
    'set the removal policy to DESTROY in a deployment of its own, then make the change');
}
