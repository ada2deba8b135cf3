/** The enumeration of the rules within smaller bounds, and what a user reads of the failures that it meets, as a test of a mutation run. */
import { decide } from '../../lambda/lifecycle/decide';
import { explore } from '../decisions/explore';
import { GOALS } from '../decisions/goals';
import { read } from '../support/markdown';

/** So many states of each goal. */
const MOST = 500;

test('the rules break no invariant within some steps, and each failure stands in the documentation word by word', () => {
  const told = new Set<string>();
  const { violations } = explore(GOALS, (goal, facts) => {
    const step = decide(goal, facts);
    if (step.do === 'fail') {
      told.add(`${step.step} failed: ${step.words}; ${step.advice}`);
    }
    return step;
  }, undefined, MOST);
  expect([...violations.keys()]).toEqual([]);

  const rows = [...read('docs/troubleshooting.md').matchAll(/^\| `([^`]+ failed: [^`]+)` \|/gm)].map(([, sentence]) => sentence);
  const known = rows.map((sentence) => new RegExp(`^${sentence.split('…').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`));
  expect(told.size).toBeGreaterThan(20);
  expect([...told].filter((sentence) => !known.some((row) => row.test(sentence)))).toEqual([]);
});
