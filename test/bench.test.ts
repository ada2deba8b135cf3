import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { intoPage } from '../bench/table';

test('the table of benchmarks is the last measurement', () => {
  const read = (...path: string[]) => readFileSync(join(__dirname, '..', ...path), 'utf8');
  const page = read('docs', 'benchmarks.md');
  expect(intoPage(page, JSON.parse(read('bench', 'results.json')))).toBe(page);
});
