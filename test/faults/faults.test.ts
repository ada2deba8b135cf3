import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUGS } from './bugs';
import { bundle, runBundle } from './planting';
import { search, summary, unreached } from './search';

/** The search of each run of the tests. Every mutation has to be noticed within it. */
const SEARCH = { runs: 4_000, seed: 1 };

test('no schedule of events and faults leaves anything else than CloudFormation believes in, and every row of the table is reached', async () => {
  const found = await search(SEARCH);

  expect({ smallest: found.smallest, summary: summary(found) }).toEqual({ smallest: undefined, summary: expect.stringMatching(/: violations 0$/) });
  expect(unreached(found)).toEqual([]);
}, 300_000);

describe('a mutation is noticed', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'faults-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each(BUGS.map((bug) => [bug.name, bug] as const))('%s', async (_, bug) => {
    const bundled = join(directory, 'search.js');
    await bundle(bundled, bug);

    const { code, output } = await runBundle(bundled, SEARCH);

    expect(output).toMatch(/: violations 1\n$/);
    expect(code).toBe(1);
  }, 120_000);
});
