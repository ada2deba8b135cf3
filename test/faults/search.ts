import * as fc from 'fast-check';
import { schedulesWithAssociations } from './association-schedule';
import { ROWS } from './rows';
import { run } from './run';
import { Schedule, schedules as schedulesWithout } from './schedule';
import { Mutation } from './seams';

export interface Options {
  readonly runs: number;
  readonly seed: number;
  /** Whether to look for the smallest schedule that violates something. True if absent. */
  readonly shrink?: boolean;
  /** Whether the first violation is enough. */
  readonly first?: boolean;
  /** Whether the schedules have associations. */
  readonly associations?: boolean;
  /** The mutation of the handler. */
  readonly mutation?: Mutation;
}

/** The result of a search. */
export interface Found {
  schedules: number;
  events: number;
  faults: number;
  crashes: number;
  /** The number of schedules that violated something. */
  violations: number;
  readonly decisions: Map<string, number>;
  readonly kinds: Map<string, number>;
  /** The smallest schedule that the first of them shrinks to. */
  smallest?: { readonly schedule: Schedule; readonly violations: readonly string[] };
}

/** The longest time that shrinking may take. */
const SHRINKING = 60_000;

/** Runs as many schedules as asked for: the same ones for the same seed. */
export async function search({ runs, seed, shrink = true, first = false, associations = false, mutation }: Options): Promise<Found> {
  const schedules = associations ? schedulesWithAssociations : schedulesWithout;
  const found: Found = { schedules: 0, events: 0, faults: 0, crashes: 0, violations: 0, decisions: new Map(), kinds: new Map() };
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  let broken: unknown;
  let firstViolation: { readonly run: number; readonly schedule: Schedule; readonly violations: readonly string[] } | undefined;
  await fc.check(fc.asyncProperty(schedules, async (schedule) => {
    const report = await run(schedule, { mutation }).catch((error: unknown) => {
      broken = error;
      throw error;
    });
    found.schedules++;
    found.events += report.events;
    found.faults += report.faults;
    found.crashes += report.crashes;
    report.decisions.forEach((decision) => count(found.decisions, decision));
    if (report.violations.length > 0) {
      found.violations++;
      firstViolation ??= { run: found.schedules - 1, schedule, violations: report.violations };
    }
    new Set(report.violations.map(kindOf)).forEach((kind) => count(found.kinds, kind));
    return !first || report.violations.length === 0;
  }), { numRuns: runs, seed, endOnFailure: true });
  // An error of the search itself, not of the handler.
  if (broken) {
    throw broken;
  }

  found.smallest = firstViolation;
  if (firstViolation && shrink) {
    // The same run again, which then shrinks.
    const shrunk = await fc.check(fc.asyncProperty(schedules, async (schedule) => (await run(schedule, { mutation })).violations.length === 0), {
      seed, path: String(firstViolation.run), interruptAfterTimeLimit: SHRINKING,
    });
    const schedule = shrunk.counterexample?.[0];
    found.smallest = schedule ? { schedule, violations: (await run(schedule, { mutation })).violations } : firstViolation;
  }
  return found;
}

/** The rows that no schedule can come to: there are no bugs of the handler to search with, and no page of four thousand characters. */
const OUT_OF_REACH = ['handler error', 'answer too long'];

/** The rows of the handler's table that no schedule came to. */
export function unreached({ decisions }: Found): string[] {
  return [...ROWS.keys()].filter((row) => !decisions.has(row) && !OUT_OF_REACH.includes(row));
}

export function summary({ schedules: all, events, faults, crashes, violations }: Found): string {
  return `${all} schedules, ${events} events, ${faults} faults, ${crashes} crashes: violations ${violations}`;
}

/** A violation without what is particular about it. */
function kindOf(violation: string): string {
  return violation
    .replace(/(without a cause: )\S+ \([ABC]\): (.{0,90}).*/, '$1$2')
    .replace(/\b[ABC] \(/g, '(')
    .replace(/event \d+|request-\d+|[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, '#');
}
