import { Exploration, explore } from './explore';
import { GOALS } from './goals';
import { MUTATIONS } from './mutations';
import { RULES } from '../../lambda/lifecycle/decide';

describe('the rules of the lifecycle', () => {
  let exploration: Exploration;
  beforeAll(() => {
    exploration = explore(GOALS);
  }, 300_000);

  test('break no invariant in any state', () => {
    expect([...exploration.violations.values()]).toEqual([]);
  });

  test('are all reached', () => {
    const unreached = RULES.filter((rule) => !exploration.reached.has(rule));
    expect(unreached.map(({ row, on, when }) => `${row} of ${on.join()}: ${String(when)}`)).toEqual([]);
  });
});

describe('the explorer', () => {
  test.each(MUTATIONS)('notices that $name', ({ decide: mutated, violation }) => {
    const { violations } = explore(GOALS, mutated, violation);
    expect([...violations.keys()].join('\n')).toContain(violation);
  });
});
