import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { intoReadme } from '../bench/table';

test('the README\'s table is what was measured last', () => {
  const read = (...path: string[]) => readFileSync(join(__dirname, '..', ...path), 'utf8');
  const readme = read('README.md');
  expect(intoReadme(readme, JSON.parse(read('bench', 'results.json')))).toBe(readme);
});
