/**
 * Measures what users pay. `npm run bench` measures everything and writes `bench/results.json` and the table in `docs/benchmarks.md`;
 * `--check` also fails if a goal is missed; `--no-time` leaves out what depends on the machine, and writes nothing.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { associationCalls, calls, storms } from './calls';
import { handler } from './handler';
import { Results } from './metric';
import { loading, sizes } from './package';
import { ROOT } from './programs';
import { redaction } from './redaction';
import { synthesisTimes, templates } from './synthesis';
import { intoPage, table } from './table';

const GROUPS = [templates, synthesisTimes, sizes, loading, handler, redaction, calls, associationCalls, storms];

async function main(): Promise<void> {
  const options = process.argv.slice(2);
  const unknown = options.filter((option) => !['--check', '--no-time'].includes(option));
  if (unknown.length > 0) throw new Error(`There is no option ${unknown[0]}; there are --check and --no-time.`);

  const all = !options.includes('--no-time');
  let results: Results = {};
  for (const group of GROUPS.filter(({ timed }) => all || !timed)) {
    results = { ...results, ...await group.measure() };
  }

  console.log(table(results));
  if (all) {
    writeFileSync(join(__dirname, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
    const page = join(ROOT, 'docs', 'benchmarks.md');
    writeFileSync(page, intoPage(readFileSync(page, 'utf8'), results));
  }
  const missed = Object.entries(results).filter(([, { ok }]) => !ok).map(([metric]) => metric);
  if (missed.length > 0) console.error(`\nMissed: ${missed.join('; ')}`);
  if (options.includes('--check') && missed.length > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
