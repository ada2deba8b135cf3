/** Everything that an observation or an action can answer in a state: the facts that it brings, and the world that it settles. */
import { EARLIER, REQUEST } from './goals';
import { candidates, existing, isOwn, keyIsFree, keyOwner, Member, memberOf, physicalIdOf, physicalKey, Role, ROLES, settle, Universe, World } from './world';
import { Situation, stamp } from '../../lambda/lifecycle/situation';
import { Attempt, Awaited, Fact, Facts, Goal, NOTHING, Refusal, Service, Step } from '../../lambda/lifecycle/state';
import { isRetained } from '../../lambda/lifecycle/tags';
import { TAG } from '../../src/private/contract';

export interface State {
  readonly facts: Facts;
  readonly world: World;
}

export interface Outcome {
  readonly words: string;
  readonly facts: Partial<Facts>;
  readonly world: World;
}

/** The time suffices for so many calls of RegisterService at most. */
const MOST_ATTEMPTS = 3;

/** A list shows at most so many own services beside the current one. */
export const MOST_LISTED = 2;

const refusal = (words: string, more: Partial<Refusal> = {}): Refusal => (
  { words, denied: false, throttled: false, ambiguous: false, unresolved: false, ...more });
const REFUSED = refusal('refused');
const DENIED = refusal('denied', { denied: true });
const THROTTLED = refusal('throttled', { throttled: true });
const AMBIGUOUS = refusal('no response', { ambiguous: true });
const CONFLICT = refusal('conflict');

export class Answers {
  constructor(private readonly goal: Goal, private readonly universe: Universe) {}

  /** The outcomes of a step; none where it ends the event. */
  public to(step: Step, state: State): Outcome[] {
    const { world } = state;
    switch (step.do) {
      // A question that fails counts as a yes where there is a service to answer with already.
      case 'look': return [...this.look(step.at, state), ...step.at === 'stillAwaited' ? [] : this.failures(step.at, world)];
      case 'tagReplacing': return [
        { words: 'tagged', facts: { taggedReplacing: true }, world },
        { words: 'absent', facts: { current: null }, world: gone(world, step.service) },
        ...this.stale(world), ...this.failures('TagResource', world),
      ];
      case 'register': return this.register(step, state);
      case 'deregister': return this.deregister(step, state);
      case 'wait': return [true, false].filter((mayPass) => state.facts.conflictMayPass || !mayPass).map((mayPass) => (
        { words: mayPass ? 'waited' : 'waited for the last time', facts: { ...resolved(state.facts), conflictMayPass: mayPass }, world }));
      case 'publish': return [{ words: 'published', facts: { published: true }, world }, ...this.failures('Publish', world)];
      // The answer itself ends the event; what is left to do before it may be stale, or fail.
      case 'answer': return [
        ...step.updatesTags || step.orphans.length > 0 ? [...this.stale(world), ...this.failures('TagResource', world)] : [],
        ...step.service ? this.gone(step.service, state) : [],
      ];
      default: return [];
    }
  }

  // Observations

  private look(at: Fact, { facts, world }: State): Outcome[] {
    switch (at) {
      case 'awaited': return [
        ...(world.movedOn ? [] : [{ words: 'waits', facts: { awaited: { is: true, why: '', believed: world.believed } }, world }]),
        ...this.stale(world),
      ];
      case 'stillAwaited': return [
        ...(world.movedOn ? [] : [{ words: 'waits', facts: { stillAwaited: { is: true, why: '' } }, world }]),
        ...this.stale(world).map(({ words, facts: { awaited }, world: after }) => ({ words, facts: { stillAwaited: awaited }, world: after })),
      ];
      case 'current': return this.current(world);
      case 'own': return this.own(facts, world);
      case 'found': return this.found(facts, world);
      case 'consented': return this.found(facts, this.fresh(facts, world) ? world : settle(world, 'fresh', null), this.fresh(facts, world));
      case 'versions': return [{ words: 'V1', facts: { versions: 'V1' }, world }];
      case 'stack': return ['DELETE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'unknown']
        .map((stack) => ({ words: stack, facts: { stack }, world }));
      case 'rollsBack': return [true, false].map((rollsBack) => ({ words: rollsBack ? 'a rollback' : 'no rollback', facts: { rollsBack }, world }));
      case 'conflict': return this.conflict(facts, world);
      case 'users': return [[], ['space']].map((users) => ({ words: users.length > 0 ? 'in use' : 'not in use', facts: { users }, world }));
    }
  }

  /** CloudFormation does not wait any more: it knows the resource as before, or by a service that another event or delivery has answered with. */
  private stale(world: World): Outcome[] {
    const answered = world.movedOn ? [] : (['fresh', 'ours'] as const).flatMap((role) => world.cast[role] ?? []);
    const believed = [world.believed, ...answered.map(({ service }) => physicalIdOf(this.goal, service))];
    return [
      { words: 'has no time left', facts: { awaited: { is: false, why: 'its service timeout is over' } }, world: { ...world, movedOn: true } },
      ...believed.map((id) => {
        const awaited: Awaited = { is: false, why: 'it has moved on', believed: id };
        return { words: `does not wait, knows ${physicalKey(id) || 'nothing'}`, facts: { awaited }, world: { ...world, movedOn: true, believed: id } };
      }),
    ];
  }

  /** A call fails for good, or is throttled until the time is up. */
  private failures(operation: string, world: World): Outcome[] {
    return [REFUSED, THROTTLED].map((reason) => ({ words: reason.words, facts: { failed: { operation, refusal: reason } }, world }));
  }

  private current(world: World): Outcome[] {
    const { physical, desired, old } = this.goal;
    const role = physical.kind === 'service' ? 'current' : 'consented';
    // A list that is not waited for may not show a young service.
    const lags = physical.kind === 'consent' && !(desired?.authorized && desired.configuration === old?.configuration);
    return this.shown(role, lags, world).map(([member, after]) => {
      const facts = { current: member?.service ?? null };
      // An Update that asks for a consent again registers under the request that the consent began with.
      const { awaitsConsent } = new Situation(this.goal, { ...NOTHING, ...facts });
      return { words: member?.service.name ?? 'none', facts, world: awaitsConsent ? settle(after, 'ours', null) : after };
    });
  }

  /** A service with a role is shown, or is not: because there is none, or because lists lag. */
  private shown(role: Role, lags: boolean, world: World): [member: Member | undefined, after: World][] {
    const all = candidates(world, this.universe, role).map((member): [Member, World] => [member, settle(world, role, member)]);
    if (world.cast[role] && !lags) {
      return all;
    }
    return [[undefined, lags ? world : settle(world, role, null)], ...all];
  }

  private own(facts: Facts, world: World): Outcome[] {
    const reliable = this.goal.late && this.goal.desired?.repeatable === true;
    const named = facts.current?.tags[TAG.predecessor];
    let lists: [Member[], World][] = [[[], world]];
    for (const [role, lags] of [['ours', !reliable], ['consented', true], ['orphan', true], ['retained', false], ['predecessor', false]] as const) {
      lists = lists.flatMap(([listed, so]): [Member[], World][] => (
        this.universe[role].length === 0 || (role === 'predecessor' && named === undefined) || (so.cast[role] && so.cast[role].service.id === facts.current?.id)
          ? [[listed, so]]
          : this.shown(role, lags, so).map(([member, after]) => [member ? [...listed, member] : listed, after])));
    }
    return lists.filter(([listed]) => listed.length <= MOST_LISTED)
      .map(([listed, after]) => ({ words: names(listed), facts: { own: listed.map(({ service }) => service) }, world: after }));
  }

  /** The service that this request has registered; for a Delete, the one that the physical id stands for. */
  private found(facts: Facts, world: World, consented?: Member): Outcome[] {
    const { goal } = this;
    const done = (member: Member | undefined, after: World): Outcome => ({
      words: member?.service.id ?? 'none', facts: { found: { after: stamp(facts), since: 0, service: member?.service ?? null } }, world: after,
    });
    if (goal.type === 'Delete' && goal.physical.kind === 'invented') {
      const isAbandoned = ({ service }: Member) => (goal.desired?.retain ? service.tags[TAG.request] === EARLIER : !isRetained(service.tags));
      const shown = (['ours', 'orphan'] as const).flatMap((role) => candidates(world, this.universe, role).filter(isAbandoned)
        .map((member) => done(member, settle(world, role, member))));
      // The look ends with the first service that it finds, so only a look that finds none has waited for the others.
      const none = world.cast.ours || (world.cast.orphan && !goal.desired?.retain) ? [] : [done(undefined, settle(world, 'ours', null))];
      return [...shown, ...none];
    }
    const as = goal.type === 'Delete' ? EARLIER : new Situation(goal, facts).registersAs;
    if (consented) {
      return [done(consented, settle(world, 'fresh', consented)), done(undefined, world)];
    }
    const fresh = world.cast.fresh;
    if (fresh && fresh.service.tags[TAG.request] === as) {
      return [done(fresh, world)];
    }
    const role = as === EARLIER ? 'consented' : 'ours';
    const waits = goal.type === 'Delete' || facts.attempts.length > 0 || (goal.late && goal.desired!.repeatable);
    return this.shown(role, !waits, world).map(([member, after]) => done(member, after));
  }

  /** The service that a user's consent makes, after a page was given. */
  private fresh(facts: Facts, world: World): Member | undefined {
    const attempt = facts.attempts.at(-1);
    return attempt?.result === 'consent' ? world.cast.fresh ?? this.registered(new Situation(this.goal, facts).registersAs, facts) : undefined;
  }

  private conflict(facts: Facts, world: World): Outcome[] {
    const { goal, universe } = this;
    const done = (rivals: Member[], listed: Member[], after: World): Outcome => ({
      words: `unique key: ${names(rivals)}; own: ${names(listed)}`,
      world: after,
      facts: { conflict: { after: facts.attempts.length, rivals: rivals.map(({ service }) => service), own: listed.map(({ service }) => service) } },
    });
    const owned = (after: World) => existing(after).filter(({ service }) => isOwn(goal, service));
    const owner = keyOwner(world, goal);
    const key = goal.desired!.uniqueKey;
    const hasKey = (member: Member) => key !== undefined && member.key === key;
    const unsettled = (roles: readonly Role[]) => roles.filter((role) => world.cast[role] === undefined)
      .flatMap((role) => candidates(world, universe, role));
    // The cause is known, or it is one of those that can be; or a list does not show it yet, or the key is just not free yet.
    const withCause = (owner ? [owner] : unsettled(ROLES).filter(hasKey)).map((cause) => {
      const after = settle(world, cause.role, cause);
      return done([cause], owned(after), after);
    });
    const isYoung = owner !== undefined && ['orphan', 'ours', 'stranger'].includes(owner.role);
    const without = owner && !isYoung ? [] : [done([], owned(world).filter((member) => member !== owner), world)];
    // Own services under the names that no list has shown before.
    const withNewcomer = unsettled(['ours', 'consented', 'orphan']).filter((member) => !hasKey(member)).map((newcomer) => {
      const after = settle(world, newcomer.role, newcomer);
      return done(owner ? [owner] : [], owned(after), after);
    });
    return [...withCause, ...without, ...withNewcomer];
  }

  // Actions

  private register({ as, credentials, predecessor }: Extract<Step, { do: 'register' }>, { facts, world }: State): Outcome[] {
    const { goal } = this;
    const done = (attempt: Attempt, words: string = attempt.result, then = world): Outcome => (
      { words, facts: { attempts: [...facts.attempts, attempt] }, world: then });
    const outOfTime = [undefined, THROTTLED, REFUSED].map((last) => (
      done({ credentials, result: 'out of time', refusal: last }, `out of time, ${last?.words ?? 'at once'}`)));
    if (facts.attempts.length >= MOST_ATTEMPTS) {
      return outOfTime;
    }
    const { consent, repeatable, uniqueKey } = goal.desired!;
    const taken = (uniqueKey !== undefined && !keyIsFree(world, uniqueKey))
      || (!repeatable && existing(world).some(({ service }) => service.tags[TAG.request] === as));
    const registered = this.registered(as, facts, predecessor);
    const after = settle(!repeatable && as === REQUEST && !world.cast.ours ? settle(world, 'ours', null) : world, 'fresh', registered);
    const successes = consent ? [done({ credentials, result: 'consent', url: 'page' }, 'a page to consent on')] : [
      done({ credentials, result: 'registered', service: registered.service }, 'registered', after),
      done({ credentials, result: 'no response', refusal: AMBIGUOUS }, 'no response, but took effect', after),
    ];
    return [
      ...this.stale(world),
      ...(taken ? [] : successes),
      ...(repeatable ? [] : [done({ credentials, result: 'conflict', refusal: CONFLICT })]),
      done({ credentials, result: 'no response', refusal: AMBIGUOUS }, 'no response, and no effect'),
      ...[REFUSED, DENIED].map((reason) => done({ credentials, result: 'refused', refusal: reason }, reason.words)),
      ...outOfTime,
    ];
  }

  /** The service that RegisterService makes. */
  private registered(as: string, facts: Facts, predecessor = facts.current?.id): Member {
    const { goal } = this;
    const { configuration, revision, retain, uniqueKey } = goal.desired!;
    const tags = {
      [TAG.stack]: goal.stackId,
      [TAG.resource]: goal.logicalId,
      [TAG.request]: as,
      [TAG.fingerprint]: `${configuration}.V1.${revision}`,
      ...(predecessor === undefined ? {} : { [TAG.predecessor]: predecessor }),
      ...(retain ? { [TAG.retain]: 'true' } : {}),
    };
    return { role: 'fresh', service: { id: 'fresh', name: `fresh ${facts.attempts.length}`, createdAt: 1, tags }, key: uniqueKey };
  }

  /** While it is associated, a service turns out to be gone that was there before the event. */
  private gone(service: Service, { facts, world }: State): Outcome[] {
    const isOther = ({ id }: Service) => id !== service.id;
    const isKnown = facts.attempts.length === 0 && (facts.current?.id === service.id || facts.own?.some(({ id }) => id === service.id));
    return isKnown ? [{
      words: `${service.id} is gone`,
      facts: { current: facts.current && isOther(facts.current) ? facts.current : null, own: facts.own?.filter(isOther) },
      world: gone(world, service),
    }] : [];
  }

  private deregister({ services, guard }: Extract<Step, { do: 'deregister' }>, { facts, world }: State): Outcome[] {
    const outcomes: Outcome[] = [];
    let { deregistered } = facts;
    let after = world;
    for (const service of services) {
      const so = (outcome: Outcome): Outcome => ({ ...outcome, words: `${service.id}: ${outcome.words}`, facts: { deregistered, ...outcome.facts } });
      if (guard === 'awaited') {
        outcomes.push(...this.stale(after).map(so));
      }
      const believed = physicalIdOf(this.goal, service);
      if (guard === 'unknown to CloudFormation' && after.movedOn) {
        // Another event or delivery may have answered with the service since.
        outcomes.push(so({ words: 'believed in since', facts: { awaited: { is: false, why: 'another delivery has answered with the service', believed } }, world: { ...after, believed } }));
        if (physicalKey(after.believed) === physicalKey(believed)) {
          return outcomes;
        }
      }
      outcomes.push(...this.failures('DeregisterService', after).map(so));
      outcomes.push(so({ words: 'in use', facts: { failed: { operation: 'DeregisterService', refusal: REFUSED, inUse: { id: service.id, spaces: ['space'] } } }, world: after }));
      deregistered = [...deregistered, service.id];
      after = gone(after, service);
    }
    return [...outcomes, { words: `${services.map(({ id }) => id).join(' and ')} gone`, facts: { deregistered, ...resolved(facts) }, world: after }];
  }
}

function gone(world: World, service: Service): World {
  const member = memberOf(world, service);
  return member ? settle(world, member.role, null) : world;
}

function resolved({ attempts }: Facts): Partial<Facts> {
  return attempts.length > 0 ? { resolved: attempts.length } : {};
}

function names(members: readonly Member[]): string {
  return members.map(({ service }) => service.id).join(' and ') || 'none';
}
