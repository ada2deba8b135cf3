/** The invariants: conditions that no step may break, judged by the facts and by the shadow world. */
import { MOST_LISTED, Outcome, State } from './answers';
import { REQUEST } from './goals';
import { isOwn, Member, memberOf, physicalIdOf, physicalKey, World } from './world';
import { decide } from '../../lambda/lifecycle/decide';
import { ROWS } from '../../lambda/lifecycle/rows';
import { Answer, Facts, Goal, Service, Step } from '../../lambda/lifecycle/state';
import { fingerprintOf, isManaged, isRetained } from '../../lambda/lifecycle/tags';
import { TAG } from '../../src/private/contract';

export type Decision = ReturnType<typeof decide>;

const GOING = ['DELETE_IN_PROGRESS', 'DELETE_COMPLETE', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE'];
const ENDINGS: readonly Step['do'][] = ['answer', 'succeed', 'fail', 'redeliver'];

/** The violations of a decision in a state. */
export function* violations(goal: Goal, state: State, step: Decision): Generator<string> {
  const { facts } = state;
  if (ENDINGS.includes(step.do) && !ROWS[step.row ?? '']?.events.includes(goal.type)) {
    yield `the ending '${step.do}' has no row of the table: '${step.row}'`;
  }
  if (['tagReplacing', 'register', 'deregister', 'answer'].includes(step.do) && !isUndo(step)) {
    if (facts.awaited?.is === false || facts.stillAwaited?.is === false) {
      yield `'${step.do}' for an event that CloudFormation does not wait for`;
    }
    if (goal.late && facts.awaited === undefined && (goal.type !== 'Delete' || goal.physical.kind === 'invented')) {
      yield `'${step.do}' for a late event before CloudFormation was asked`;
    }
  }
  switch (step.do) {
    case 'register': yield* registering(goal, state, step); break;
    case 'deregister': for (const service of step.services) yield* deregistering(goal, state, service, step); break;
    case 'answer': yield* answering(goal, state, step); break;
    case 'succeed': yield* ended(goal, state); break;
    case 'fail': if (/\W$/.test(step.advice)) yield 'the next step does not end in a word, but the request id in parentheses follows it'; break;
    case 'redeliver': if (!facts.timeToRedeliver) yield 'the event is left to be delivered again without time for that'; break;
  }
}

/** The violations of what a step brings: facts only grow, and each step brings a new one, so that every path ends. */
export function* violationsOf(goal: Goal, before: State, { facts, world }: Outcome): Generator<string> {
  const after = { ...before.facts, ...facts };
  if (size(after) <= size(before.facts)) {
    yield 'the step brings nothing new, so it is repeated for ever';
  }
  const forgotten = (Object.keys(before.facts) as (keyof Facts)[]).filter((fact) => before.facts[fact] !== undefined && after[fact] === undefined);
  if (forgotten.length > 0 || before.facts.attempts.some((attempt, index) => after.attempts[index] !== attempt)
    || before.facts.deregistered.some((id) => !after.deregistered.includes(id))) {
    yield `facts are forgotten: ${forgotten.join()}`;
  }
  const { fresh } = before.world.cast;
  if (fresh && world.cast.fresh === null && physicalKey(world.believed) === physicalKey(physicalIdOf(goal, fresh.service))) {
    yield 'a service is deregistered that CloudFormation believes in';
  }
}

/** The amount of knowledge in the facts. Every observation and every action has to make it grow. */
function size(facts: Facts): number {
  const { awaited, stillAwaited, attempts, deregistered, found, conflict, resolved = 0, conflictMayPass } = facts;
  const known = (['awaited', 'current', 'own', 'found', 'versions', 'stack', 'rollsBack', 'taggedReplacing', 'conflict', 'users', 'stillAwaited', 'published', 'failed'] as const)
    .filter((fact) => facts[fact] !== undefined).length;
  const seen = found ? found.after.split('/').reduce((sum, part) => sum + Number(part), 0) : 0;
  return known + attempts.length + deregistered.length + seen + (conflict?.after ?? 0) + resolved
    + Number(awaited?.is === false) + Number(awaited?.why.startsWith('another delivery')) + Number(stillAwaited?.is === false) + Number(!conflictMayPass)
    + Number(facts.current === null) + MOST_LISTED - (facts.own?.length ?? MOST_LISTED);
}

function isUndo(step: Decision): boolean {
  return step.do === 'deregister' && step.guard === 'unknown to CloudFormation';
}

function* registering(goal: Goal, { facts, world }: State, { as, credentials }: Extract<Step, { do: 'register' }>): Generator<string> {
  const { attempts, found } = facts;
  const last = attempts.at(-1);
  if (last?.result === 'no response' && !(found && Number(found.after.split('/')[0]) === attempts.length)) {
    yield 'RegisterService after no response, without a look at what became of it';
  }
  if (last?.result === 'registered' || last?.result === 'consent') {
    yield 'RegisterService after it succeeded';
  }
  if ([world.cast.fresh, world.cast.ours].some((member) => member?.service.tags[TAG.request] === as && (member.role === 'fresh' || goal.desired!.repeatable))) {
    yield 'RegisterService for a request that has registered a service';
  }
  if ([...facts.own ?? [], found?.service].some((service) => service?.tags[TAG.request] === goal.requestId && memberOf(world, service))) {
    yield 'RegisterService for a request whose service has been found';
  }
  if (goal.late && goal.desired!.repeatable && found === undefined && facts.own === undefined) {
    yield 'a late delivery registers without a look where the API takes a second registration';
  }
  if (credentials === 'previous' && !(facts.rollsBack === true && last?.result === 'refused')) {
    yield 'the previous credentials are used outside of a rollback, or before the current ones were refused';
  }
  if (last?.result === 'conflict' && facts.resolved !== attempts.length) {
    yield 'RegisterService after a conflict that nothing was done about';
  }
}

function* deregistering(goal: Goal, { facts, world }: State, service: Service, step: Decision & { do: 'deregister' }): Generator<string> {
  const member = memberOf(world, service);
  const isNamed = member !== undefined && namedBy(goal, world) === member;
  if (member === undefined) {
    yield `${service.id} is deregistered, which does not exist`;
    return;
  }
  if (!isOwn(goal, member.service)) {
    yield `${service.id} is deregistered, which is not this resource's own`;
  }
  const isUndone = isUndo(step);
  // A Delete that names a service has been asked for it; so has the one that stands for an abandoned Create.
  if (isRetained(member.service.tags) && !isUndone && !(goal.type === 'Delete' && (isNamed || member.role === 'ours'))) {
    yield `${service.id} is deregistered, which is to be retained`;
  }
  if (goal.type === 'Delete') {
    const isAbandoned = goal.physical.kind === 'invented' && facts.found?.service?.id === service.id;
    if (!isNamed && !isAbandoned && !GOING.includes(facts.stack ?? '')) {
      yield `${service.id} is deregistered, although the resource may stay`;
    }
    return;
  }
  if (isUndone) {
    const believed = facts.stillAwaited?.believed ?? facts.awaited?.believed;
    const stale = facts.stillAwaited?.is === false || facts.awaited?.is === false;
    if (!stale || physicalKey(believed) === physicalKey(physicalIdOf(goal, service)) || isRetained(service.tags)) {
      yield `${service.id} is undone, which CloudFormation waits for or believes in, or which is to be retained`;
    }
    return;
  }
  if (member.role === 'fresh' || member.role === 'ours') {
    yield `${service.id} is deregistered, which this request has registered`;
  }
  const isCurrent = service.id === facts.current?.id;
  if (step.guard !== 'awaited') {
    yield `${service.id} is deregistered without CloudFormation being asked`;
  }
  if (facts.attempts.at(-1)?.result !== 'conflict' || facts.conflict?.after !== facts.attempts.length) {
    yield `${service.id} is deregistered without a conflict that was looked at`;
  }
  if (isCurrent && (member.key === undefined || member.key !== goal.desired!.uniqueKey)) {
    yield 'the current service is deregistered, which does not cause the conflict';
  }
  if (isCurrent && (facts.users === undefined || facts.users.length > 0)) {
    yield 'the current service is deregistered, which Agent Spaces may use';
  }
  if (isCurrent && !facts.timeToReplace) {
    yield 'the current service is deregistered without time to register the new one';
  }
}

function* answering(goal: Goal, state: State, { service, consentUrl, as, updatesTags, orphans }: Answer): Generator<string> {
  const { facts, world } = state;
  for (const orphan of orphans) {
    const member = memberOf(world, orphan);
    if (!isOwn(goal, orphan) || isRetained(orphan.tags) || orphan.id === facts.current?.id || orphan.id === service?.id
      || member === undefined || member.role === 'fresh' || member.role === 'ours') {
      yield `${orphan.id} is cleaned up, which is no orphan`;
    }
  }
  if (service === undefined) {
    if (!goal.desired!.consent || consentUrl === undefined || !['consent', 'conflict'].includes(facts.attempts.at(-1)?.result ?? '')) {
      yield 'a page to consent on is answered that RegisterService has not given';
    }
    if (memberOf(world, { id: 'fresh' } as Service)) {
      yield 'a page to consent on is answered although the service exists';
    }
    return;
  }
  const member = memberOf(world, service);
  if (member === undefined) {
    yield `${service.id} is answered, which does not exist`;
    return;
  }
  yield* desiredIs(goal, state, member, updatesTags);
  if (member.role !== 'fresh' && world.cast.fresh && world.cast.fresh !== member) {
    yield `${service.id} is answered, and the service that this event has registered is left`;
  }
  if (isOwn(goal, member.service) && goal.desired!.consent && goal.physical.kind === 'consent' && physicalKey(physicalIdOf(goal, service)) !== `consent/${service.tags[TAG.request] ?? as}`) {
    yield `${service.id} is answered under another physical id`;
  }
}

/** An answered service is as desired and this resource's own, or adopted. */
function* desiredIs(goal: Goal, { facts }: State, { service, role }: Member, updatesTags: boolean): Generator<string> {
  const { desired } = goal;
  if (!isOwn(goal, service)) {
    const isAdoptable = !isManaged(service.tags) || isRetained(service.tags) || role === 'current';
    if (!desired!.adoptExisting || !isAdoptable) {
      yield `${service.id} is answered, which is not this resource's own`;
    }
    return;
  }
  // A user may consent on the page of an earlier deployment, which had another revision.
  const isConsented = goal.physical.kind === 'consent' && service.tags[TAG.request] === goal.physical.requestId;
  const { configuration, revision, versions } = fingerprintOf(service.tags);
  const isRevised = updatesTags && (versions === facts.versions || isConsented);
  if (configuration !== desired!.configuration || (revision !== desired!.revision && !isRevised)) {
    const adopted = desired!.adoptExisting && isRetained(service.tags);
    if (!adopted) yield `${service.id} is answered, which is not as desired`;
  }
  const isPredecessor = facts.current?.tags[TAG.predecessor] === service.id
    || (goal.physical.kind === 'consent' && service.tags[TAG.replacing] === goal.physical.requestId);
  if (isRetained(service.tags) && service.id !== facts.current?.id && service.tags[TAG.request] !== REQUEST && role !== 'fresh' && !isPredecessor && !desired!.adoptExisting) {
    yield `${service.id} is answered, which is retained from an earlier life`;
  }
}

/** A Delete succeeds only if what its physical id names does not exist any more. */
function* ended(goal: Goal, { facts, world }: State): Generator<string> {
  const { current, consented, ours, orphan } = world.cast;
  const named = goal.physical.kind === 'service' ? current : goal.physical.kind === 'invented' ? ours : consented;
  const isLeft = named && !isOwn(goal, named.service) && goal.desired?.adoptExisting;
  if (named !== null && !isLeft) {
    yield `a Delete succeeds, although what its physical id names ${named ? 'exists' : 'may exist'}`;
  }
  if (goal.type !== 'Delete') {
    yield `'succeed' ends a ${goal.type}`;
  }
  if (orphan && GOING.includes(facts.stack ?? '') && facts.own?.some(({ id }) => id === orphan.service.id)) {
    yield `the stack goes, and ${orphan.service.id} is left, which a list has shown`;
  }
}

function namedBy(goal: Goal, world: World): Member | null | undefined {
  return goal.physical.kind === 'service' ? world.cast.current : goal.physical.kind === 'invented' ? undefined : world.cast.consented;
}
