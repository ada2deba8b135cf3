/** Explores all decisions, and fails with the shortest path to each kind of violation, and with each rule that no path reaches. */
import { explore } from './explore';
import { GOALS } from './goals';
import { RULES } from '../../lambda/lifecycle/decide';

const { states, transitions, depth, violations, reached } = explore(GOALS);
for (const { words, path, count } of violations.values()) {
  console.log([`${count} × ${words}. The shortest path:`, ...path].join('\n  '));
}
const unreached = RULES.filter((rule) => !reached.has(rule));
unreached.forEach(({ row, on, then }) => console.log(`not reached: the rule ${row ?? String(then)} of ${on.join(', ')}`));
console.log(`${GOALS.length} goals, paths of up to ${depth} steps, ${reached.size} of ${RULES.length} rules reached`);
console.log(`${states} states, ${transitions} transitions: violations ${[...violations.values()].reduce((sum, { count }) => sum + count, 0)}`);
process.exitCode = violations.size + unreached.length > 0 ? 1 : 0;
