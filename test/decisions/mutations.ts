/** Mutations of the rules, wrapped around `decide`, each with the violation that the explorer has to report. */
import { Decide } from './explore';
import { OWN } from './world';
import { decide, Rule, RULES } from '../../lambda/lifecycle/decide';
import { Situation, stamp } from '../../lambda/lifecycle/situation';
import { Awaited, Fact, Facts, Goal, Service, Step } from '../../lambda/lifecycle/state';
import { fingerprintOf, fingerprintTag } from '../../lambda/lifecycle/tags';
import { TAG } from '../../src/private/contract';

export interface Mutation {
  readonly name: string;
  readonly decide: Decide;
  /** Words of the violation. */
  readonly violation: string;
}

/** Decides as if an observation had been made already, and had brought this. */
function assuming(at: Fact, assumed: (facts: Facts) => Partial<Facts>, when: (goal: Goal, facts: Facts) => boolean = () => true): Decide {
  return (goal, facts) => {
    const step = decide(goal, facts);
    return step.do === 'look' && step.at === at && when(goal, facts) ? decide(goal, { ...facts, ...assumed(facts) }) : step;
  };
}

/** Decides as if something else was known, or desired. */
function taking(facts: (facts: Facts) => Facts, goal: (goal: Goal) => Goal = (same) => same): Decide {
  return (desired, known) => decide(goal(desired), facts(known));
}

type Decision = ReturnType<Decide>;

/** Takes another step in place of a step. */
function replacing(isIt: (step: Decision, goal: Goal) => boolean, other: (step: Decision, facts: Facts) => Decision): Decide {
  return (goal, facts) => {
    const step = decide(goal, facts);
    return isIt(step, goal) ? other(step, facts) : step;
  };
}

/** Follows the rules in another order: one comes so many places later, or never. */
function moving(row: string, event: Goal['type'], places = Infinity): Decide {
  const rules: Rule[] = RULES.filter(({ on }) => on.includes(event));
  const index = rules.findIndex((rule) => rule.row === row);
  const [moved] = rules.splice(index, 1);
  rules.splice(index + places, 0, moved);
  return (goal, facts) => {
    const situation = new Situation(goal, facts);
    const { row: name, then } = (goal.type === event ? rules : RULES).find(({ on, when }) => on.includes(goal.type) && when(situation))!;
    return { ...then(situation), row: name };
  };
}

/** The services with other tags. */
function retagged(facts: Facts, tag: (tags: Service['tags']) => Service['tags']): Facts {
  const other = (service: Service): Service => ({ ...service, tags: tag(service.tags) });
  return { ...facts, current: facts.current && other(facts.current), own: facts.own?.map(other) };
}

const none = (facts: Facts): Partial<Facts> => ({ found: { after: stamp(facts), since: 0, service: null } });
const unbelieved = (awaited?: Awaited) => awaited && { ...awaited, believed: undefined };
const asRevised = (tags: Service['tags']) => (tags[TAG.fingerprint] === undefined ? tags
  : { ...tags, [TAG.fingerprint]: fingerprintTag({ ...fingerprintOf(tags), revision: '1' }) });

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a next step ends in a parenthesis',
    decide: replacing(({ do: action }) => action === 'fail', (step) => (step.do === 'fail' ? { ...step, advice: `${step.advice} (now)` } : step)),
    violation: 'the next step does not end in a word',
  },
  {
    name: 'a service that an earlier life retained is answered',
    decide: taking((facts) => retagged(facts, ({ [TAG.retain]: _, ...tags }) => tags)),
    violation: 'retained from an earlier life',
  },
  {
    name: 'RegisterService is repeated after no response without a look',
    decide: assuming('found', none, (_, { attempts }) => attempts.length > 0),
    violation: 'without a look at what became of it',
  },
  {
    name: 'the current service is deregistered without a look at its users',
    decide: assuming('users', () => ({ users: [] })),
    violation: 'which Agent Spaces may use',
  },
  {
    name: 'absent ownership tags count as own',
    decide: taking((facts) => retagged(facts, (tags) => (tags[TAG.stack] === undefined ? { ...OWN, ...tags } : tags))),
    violation: "which is not this resource's own",
  },
  {
    name: 'a Delete succeeds without a look',
    decide: replacing((step, { type }) => type === 'Delete' && step.do === 'look', () => ({ do: 'succeed', row: 'absent' })),
    violation: 'a Delete succeeds, although what its physical id names may exist',
  },
  {
    name: 'a Delete cleans up orphans although the stack stays',
    decide: assuming('stack', () => ({ stack: 'DELETE_IN_PROGRESS' })),
    violation: 'although the resource may stay',
  },
  {
    name: 'every conflict is taken for one with the current service',
    decide: assuming('conflict', ({ attempts, current }) => ({ conflict: { after: attempts.length, rivals: current ? [current] : [], own: [] } })),
    violation: 'without a conflict that was looked at',
  },
  {
    name: 'the current service is deregistered for a conflict that another one causes',
    decide: taking((facts) => ({ ...facts, conflict: facts.conflict && { ...facts.conflict, rivals: facts.current ? [facts.current] : [] } })),
    violation: 'which does not cause the conflict',
  },
  {
    name: 'the current service is deregistered however little time is left',
    decide: taking((facts) => ({ ...facts, timeToReplace: true })),
    violation: 'without time to register the new one',
  },
  {
    name: 'a late event does not ask CloudFormation',
    decide: assuming('awaited', () => ({ awaited: { is: true, why: '' } })),
    violation: 'before CloudFormation was asked',
  },
  {
    name: 'a service that CloudFormation believes in is undone',
    decide: taking((facts) => ({ ...facts, awaited: unbelieved(facts.awaited), stillAwaited: unbelieved(facts.stillAwaited) })),
    violation: 'which CloudFormation waits for or believes in',
  },
  {
    name: 'a late Create does not look where the API takes a second registration',
    decide: assuming('found', none, ({ type }, { attempts }) => type === 'Create' && attempts.length === 0),
    violation: 'a late delivery registers without a look',
  },
  {
    name: 'a service of others is adopted without permission',
    decide: taking((facts) => facts, (goal) => ({ ...goal, desired: goal.desired && { ...goal.desired, adoptExisting: true } })),
    violation: "which is not this resource's own",
  },
  {
    name: 'a change of the revision is overlooked',
    decide: taking((facts) => retagged(facts, asRevised)),
    violation: 'which is not as desired',
  },
  {
    name: 'a conflict is looked at again and again',
    decide: replacing(({ do: step }) => step === 'wait', () => ({ do: 'look', at: 'conflict' })),
    violation: 'repeated for ever',
  },
  {
    name: 'RegisterService is repeated after a conflict at once',
    decide: taking((facts) => ({ ...facts, ...facts.attempts.at(-1)?.result === 'conflict' ? { resolved: facts.attempts.length } : {} })),
    violation: 'that nothing was done about',
  },
  {
    name: 'a failure has no row',
    decide: replacing(({ row }) => row === 'refused', (step) => ({ ...step, row: undefined })),
    violation: "the ending 'fail' has no row",
  },
  {
    name: 'a failure has the row of another event',
    decide: replacing(({ row }) => row === 'refused', (step) => ({ ...step, row: 'deregistered' })),
    violation: "the ending 'fail' has no row",
  },
  {
    name: 'a service that was deregistered first is answered',
    decide: replacing(({ row }) => row === 'replacement lost', (_, { current }) => ({ do: 'answer', as: '', service: current!, updatesTags: false, orphans: [], row: 'kept' })),
    violation: 'current is answered, which does not exist',
  },
  {
    name: 'the current service is cleaned up with the orphans',
    decide: replacing(({ row }) => row === 'replaced', (step, { current }) => ({ ...step as Extract<Step, { do: 'answer' }>, orphans: [current!] })),
    violation: 'current is cleaned up, which is no orphan',
  },
  {
    name: 'the previous credentials are tried without a rollback',
    decide: assuming('rollsBack', () => ({ rollsBack: true })),
    violation: 'the previous credentials are used outside of a rollback',
  },
  {
    name: 'an event is left to be delivered again without time for that',
    decide: taking((facts) => ({ ...facts, timeToRedeliver: true })),
    violation: 'without time for that',
  },
  {
    name: 'the rule for services of others comes last in a Delete',
    decide: moving('not owned', 'Delete'),
    violation: "which is not this resource's own",
  },
  {
    name: 'two rules are swapped: the time that is left, and the deregistration of the current service',
    decide: moving('too late to replace', 'Update', 1),
    violation: 'without time to register the new one',
  },
  {
    name: 'the rule for a stale event comes last in a Create',
    decide: moving('stale', 'Create'),
    violation: 'for an event that CloudFormation does not wait for',
  },
];
