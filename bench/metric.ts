/** One line of the results. */
export interface Result {
  readonly value: number;
  readonly unit: string;
  /** The value that it is compared with, in the same unit; null if there is none. */
  readonly baseline: number | null;
  /** Value by baseline; of a measured time it is the median of the pairs' ratios, not the ratio of the medians. */
  readonly ratio: number | null;
  readonly goal: string;
  readonly ok: boolean;
}

export type Results = { readonly [metric: string]: Result };

/** Metrics that are measured together. */
export interface Group {
  /** Whether the machine's speed or memory decides, so that another run may find another value. */
  readonly timed: boolean;
  measure(): Promise<Results>;
}

/** A count or a size that must not be above the limit. */
export function atMost(limit: number, unit: string, value: number): Result {
  return { value, unit, baseline: null, ratio: null, goal: `≤ ${limit} ${unit}`, ok: value <= limit };
}

/** A value that must not be above so many times its baseline. */
export function atMostTimes(limit: number, unit: string, value: number, baseline: number, ratio = value / baseline): Result {
  return { value: round(value), unit, baseline: round(baseline), ratio: round(ratio, 3), goal: `≤ ${limit} ×`, ok: ratio <= limit };
}

/** Measures two things in turn, each first in every other pair, so that whatever else the machine does meets both. */
export async function paired(
  limit: number, unit: string, pairs: number, ours: () => Promise<number>, baseline: () => Promise<number>,
): Promise<Result> {
  const values: number[] = [];
  const baselines: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0;
    if (first) values.push(await ours());
    baselines.push(await baseline());
    if (!first) values.push(await ours());
  }
  return atMostTimes(limit, unit, median(values), median(baselines), median(values.map((value, pair) => value / baselines[pair])));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
