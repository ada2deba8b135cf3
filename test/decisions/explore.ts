/** The explorer: breadth first from "nothing known" over every answer, so that the first violation has the shortest path. */
import { Answers, State } from './answers';
import { describe } from './goals';
import { Decision, violations, violationsOf } from './invariants';
import { beginning, physicalKey, universeOf, worldKey } from './world';
import { decide, Rule, RULES } from '../../lambda/lifecycle/decide';
import { Situation } from '../../lambda/lifecycle/situation';
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

interface Visited extends State {
  readonly depth: number;
  readonly parent?: Visited;
  readonly words: string;
}

export type Decide = typeof decide;

/** Explores some goals; up to the first violation if that is enough. */
export function explore(goals: readonly Goal[], decideWith: Decide = decide, first = false): Exploration {
  const found: Exploration = { states: 0, transitions: 0, depth: 0, violations: new Map(), reached: new Set() };
  const unwatch = watch(found.reached);
  for (const goal of goals) {
    exploreGoal(goal, decideWith, found, first);
    if (first && found.violations.size > 0) {
      break;
    }
  }
  unwatch();
  return found;
}

function exploreGoal(goal: Goal, decideWith: Decide, found: Exploration, first: boolean): void {
  const answers = new Answers(goal, universeOf(goal));
  // Time is a fact that is settled when a rule asks for it.
  const start: Visited = { facts: { ...NOTHING, timeToRedeliver: true }, world: beginning(goal), depth: 0, words: '' };
  const seen = new Set<string>();
  const queue = [start];
  for (let next = 0; next < queue.length; next++) {
    const visited = queue[next];
    found.states++;
    found.depth = Math.max(found.depth, visited.depth);
    for (const [facts, step] of decisions(goal, visited.facts, decideWith)) {
      const state = { facts, world: visited.world };
      let isSound = true;
      for (const words of violations(goal, state, step)) {
        isSound = false;
        report(found, goal, visited, step, words);
      }
      const outcomes = isSound ? answers.to(step, state) : [];
      found.transitions += Math.max(1, outcomes.length);
      for (const outcome of outcomes) {
        const after: Visited = { facts: { ...facts, ...outcome.facts }, world: outcome.world, depth: visited.depth + 1, parent: visited, words: `${stepWords(step)} → ${outcome.words}` };
        let isNew = true;
        for (const words of violationsOf(state, outcome)) {
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
    if (first && found.violations.size > 0) {
      return;
    }
  }
}

/** The decisions in a state: more than one where it makes a difference whether there is still time. No rule asks for both times. */
function* decisions(goal: Goal, facts: Facts, decideWith: Decide): Generator<[Facts, Decision]> {
  const step = decideWith(goal, facts);
  yield [facts, step];
  for (const time of ['timeToReplace', 'timeToRedeliver'] as const) {
    if (facts[time]) {
      const later = { ...facts, [time]: false };
      const other = decideWith(goal, later);
      if (other.row !== step.row || other.do !== step.do) {
        yield [later, other];
      }
    }
  }
}

/** Notes each rule that is followed, until the returned function is called. */
function watch(reached: Set<Rule>): () => void {
  const rules = RULES.map((rule) => ({ rule, then: rule.then }));
  rules.forEach(({ rule, then }) => Object.assign(rule, { then: (situation: Situation) => {
    reached.add(rule);
    return then(situation);
  } }));
  return () => rules.forEach(({ rule, then }) => Object.assign(rule, { then }));
}

function report(found: Exploration, goal: Goal, at: Visited, step: Decision | undefined, words: string): void {
  const known = found.violations.get(words);
  const steps: string[] = step ? [stepWords(step)] : [];
  for (let each: Visited | undefined = at; each?.parent; each = each.parent) {
    steps.unshift(each.words);
  }
  const isShorter = known === undefined || steps.length + 1 < known.path.length;
  found.violations.set(words, { words, path: isShorter ? [describe(goal), ...steps] : known.path, count: (known?.count ?? 0) + 1 });
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
  const { awaited, current, own, found, versions, stack, intent, attempts, conflict, resolved, users, confirmed, published, deregistered, failed } = facts;
  return [
    awaitedKey(awaited), serviceKey(current), own?.map(serviceKey).join('+'), found && `${found.after}=${serviceKey(found.service)}`, versions, stack, intent,
    attempts.map(attemptKey).join('+'), conflict && `${conflict.after}=${conflict.rivals.map(serviceKey).join('+')}/${conflict.own.map(serviceKey).join('+')}`,
    resolved, users?.length, awaitedKey(confirmed), published, deregistered.join('+'), failed && `${failed.operation}${failed.refusal.words}${failed.inUse?.id}`,
    facts.conflictMayPass, facts.timeToReplace, facts.timeToRedeliver,
  ].join();
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
