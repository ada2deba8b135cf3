import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mutationOf } from './mutations';
import { ROWS } from './rows';
import { run } from './run';
import { Schedule } from './schedule';
import { search, summary, unreached } from './search';

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      // The first violation is enough.
      first: { type: 'boolean', default: false },
      replay: { type: 'string' },
      // Whether the schedules have associations.
      associations: { type: 'boolean', default: false },
      // The name of a mutation of the handler.
      mutation: { type: 'string' },
    },
  });
  const mutation = values.mutation === undefined ? undefined : mutationOf(values.mutation);
  if (values.replay !== undefined) {
    const report = await run(JSON.parse(readFileSync(values.replay, 'utf8')) as Schedule, { traced: true, mutation });
    console.log(report.trace!.join('\n'));
    console.log(report.violations.join('\n') || 'no violation');
    return report.violations.length === 0;
  }
  // Nobody reads the stack traces of the errors that a search injects, and they take time.
  Error.stackTraceLimit = 0;
  const { first, associations } = values;
  const found = await search({ runs: Number(values.runs), seed: Number(values.seed), first, shrink: !first, associations, mutation });
  if (found.smallest) {
    const { schedule, violations } = found.smallest;
    console.log(`seed ${values.seed}; the smallest schedule that it shrinks to, for --replay:`);
    console.log(JSON.stringify(schedule));
    violations.forEach((violation) => console.log(violation));
  }
  for (const [kind, count] of found.kinds) {
    console.log(`${count} × ${kind}`);
  }
  const missing = unreached(found);
  const rows = ROWS.size;
  console.log(`${rows - missing.length} of ${rows} rows of the table reached${missing.length > 0 ? `, not: ${missing.join(', ')}` : ''}`);
  console.log(summary(found));
  return found.violations === 0;
}

void main().then((clean) => process.exitCode = clean ? 0 : 1);
