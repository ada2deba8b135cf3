/** The explorer: breadth first from "nothing known" over every answer, so that the first violation has the shortest path. */
import { Answers, State } from './answers';
import { goalWords } from './goals';
import { Decision, violations, violationsOf } from './invariants';
import { beginning, physicalKey, universeOf, worldKey } from './world';
import { decide, Rule, RULES } from '../../lambda/lifecycle/decide';
import { Attempt, Awaited, Facts, Goal, NOTHING, Service } from '../../lambda/lifecycle/state';

export interface Violation {
  readonly words: string;
  /** The steps and their outcomes that lead to it. */
  readonly path: readonly string[];
}

export interface Exploration {
  states: number;
  transitions: number;
  /** The longest path. */
  depth: number;
  /** The first violation of each kind, with its path, and how many there are. */
  readonly violations: Map<string, Violation & { count: number }>;
  /** The rules that were followed. */
  readonly reached: Set<Rule>;
}

/** A state that was reached, and the step and its outcome that led to it. */
interface Visited extends State {
  readonly depth: number;
  readonly from?: { readonly parent: Visited; readonly step: Decision; readonly words: string };
}

export type Decide = typeof decide;

/** Explores some goals, to the end or until a violation with some words is found, or so many states of each. */
export function explore(goals: readonly Goal[], decideWith: Decide = decide, until?: string, most = Infinity): Exploration {
  const found: Exploration = { states: 0, transitions: 0, depth: 0, violations: new Map(), reached: new Set() };
  const unwatch = watch(found.reached);
  for (const goal of goals) {
    exploreGoal(goal, decideWith, found, until, most);
    if (isFound(found, until)) {
      break;
    }
  }
  unwatch();
  return found;
}

function exploreGoal(goal: Goal, decideWith: Decide, found: Exploration, until: string | undefined, most: number): void {
  const answers = new Answers(goal, universeOf(goal));
  // Time is a fact that is settled when a rule asks for it.
  const start: Visited = { facts: { ...NOTHING, timeToRedeliver: true }, world: beginning(goal), depth: 0 };
  const seen = new Set<string>();
  const queue = [start];
  for (let next = 0; next < Math.min(queue.length, most); next++) {
    const visited = queue[next];
    found.states++;
    found.depth = Math.max(found.depth, visited.depth);
    for (const { facts, step, leadsOn } of decisions(goal, visited.facts, decideWith)) {
      const state = { facts, world: visited.world };
      let isSound = true;
      for (const words of violations(goal, state, step)) {
        isSound = false;
        report(found, goal, visited, step, words);
      }
      const outcomes = isSound && leadsOn ? answers.to(step, state) : [];
      found.transitions += outcomes.length;
      for (const outcome of outcomes) {
        const after: Visited = {
          facts: { ...facts, ...outcome.facts },
          world: outcome.world,
          depth: visited.depth + 1,
          from: { parent: visited, step, words: outcome.words },
        };
        let isNew = true;
        for (const words of violationsOf(goal, state, outcome)) {
          isNew = false;
          report(found, goal, after, undefined, words);
        }
        const key = `${factsKey(after.facts)} ${worldKey(after.world)}`;
        if (isNew && !seen.has(key)) {
          seen.add(key);
          queue.push(after);
        }
      }
    }
    if (isFound(found, until)) {
      return;
    }
  }
}

function isFound({ violations: all }: Exploration, until?: string): boolean {
  return until !== undefined && all.size > 0 && [...all.keys()].some((words) => words.includes(until));
}

/** A decision by some facts, and whether it leads to other states than one before it. */
interface Decided {
  readonly facts: Facts;
  readonly step: Decision;
  readonly leadsOn: boolean;
}

/** The decisions in a state, while there is time and when there is none. No rule asks for both times, and few for one. */
function* decisions(goal: Goal, facts: Facts, decideWith: Decide): Generator<Decided> {
  const step = decideWith(goal, facts);
  yield { facts, step, leadsOn: true };
  for (const time of ['timeToReplace', 'timeToRedeliver'] as const) {
    if (facts[time]) {
      const later = { ...facts, [time]: false };
      const other = decideWith(goal, later);
      yield { facts: later, step: other, leadsOn: other.row !== step.row || other.do !== step.do };
    }
  }
}

/** Notes each rule that is followed, until the returned function is called. */
function watch(reached: Set<Rule>): () => void {
  const rules = RULES.map((rule) => ({ rule, then: rule.then }));
  const noting = ({ rule, then }: typeof rules[number]): Rule['then'] => (situation) => {
    reached.add(rule);
    return then(situation);
  };
  rules.forEach((watched) => Object.assign(watched.rule, { then: noting(watched) }));
  return () => rules.forEach(({ rule, then }) => Object.assign(rule, { then }));
}

function report(found: Exploration, goal: Goal, at: Visited, step: Decision | undefined, words: string): void {
  const known = found.violations.get(words);
  const steps: string[] = step ? [stepWords(step)] : [];
  for (let { from } = at; from; { from } = from.parent) {
    steps.unshift(`${stepWords(from.step)} → ${from.words}`);
  }
  const isShorter = known === undefined || steps.length + 1 < known.path.length;
  found.violations.set(words, { words, path: isShorter ? [goalWords(goal), ...steps] : known.path, count: (known?.count ?? 0) + 1 });
}

function stepWords(step: Decision): string {
  const detail = step.do === 'look' ? step.at
    : step.do === 'deregister' ? `${step.services.map(({ id }) => id).join(' and ')} (${step.guard})`
      : step.do === 'answer' ? `${step.service?.id ?? 'page'}, orphans ${step.orphans.map(({ id }) => id).join(' and ') || 'none'}`
        : step.do === 'register' ? `${step.credentials} credentials` : step.do === 'fail' ? step.words : '';
  return `${step.do} ${detail}${step.row ? ` [${step.row}]` : ''}`;
}

/** A text that is the same for the same facts. */
function factsKey(facts: Facts): string {
  const { current, own, found, versions, stack, rollsBack, taggedReplacing, attempts, conflict, resolved, users, published, failed } = facts;
  return [
    awaitedKey(facts.awaited), awaitedKey(facts.stillAwaited), serviceKey(current), listKey(own), found?.after, serviceKey(found?.service),
    versions, stack, rollsBack, taggedReplacing, attempts.map(attemptKey).join('+'), conflict?.after, listKey(conflict?.rivals), listKey(conflict?.own),
    resolved, users?.length, published, facts.deregistered.join('+'), failed?.operation, failed?.refusal.words, failed?.inUse?.id,
    facts.conflictMayPass, facts.timeToReplace, facts.timeToRedeliver,
  ].join();
}

function listKey(services?: readonly Service[]): string | undefined {
  return services?.map(serviceKey).join('+');
}

function awaitedKey(awaited?: Awaited): string {
  return awaited ? `${awaited.is}${awaited.why}${physicalKey(awaited.believed)}` : '';
}

function serviceKey(service?: Service | null): string {
  return service ? `${service.id}~${service.name}` : String(service);
}

function attemptKey(attempt: Attempt): string {
  return `${attempt.credentials}${attempt.result}${'refusal' in attempt ? attempt.refusal?.words : ''}`;
}
