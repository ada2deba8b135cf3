/** The output of the demo. */

import { Row, table } from '../test/support/registrations';

let done = 0;
let all = 0;

/** To be called before the first step. */
export function expectSteps(count: number): void {
  all = count;
}

export function step(title: string): void {
  console.log(`\n[${++done}/${all}] ${title}`);
}

export function tell(line: string): void {
  console.log(`      ${line}`);
}

export function show(rows: readonly Row[]): void {
  const text = rows.length === 0 ? '(nothing is registered)' : table(rows);
  console.log(`\n${text.replace(/^/gm, '  ')}\n`);
}

/** Says that something holds, or ends the demo. */
export function check(what: string, holds: boolean): void {
  if (!holds) throw new Error(`not so: ${what}`);
  tell(`✓ ${what}`);
}

/** Whether two values are alike in all but the order of their members. */
export function same(one: unknown, other: unknown): boolean {
  const sorted = (value: unknown) => JSON.stringify(value, (_, part) =>
    (typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part));
  return sorted(one) === sorted(other);
}
