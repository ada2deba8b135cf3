import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { search, summary } from './search';
import { run } from './run';
import { Schedule } from './schedule';

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      replay: { type: 'string' },
    },
  });
  if (values.replay !== undefined) {
    const report = await run(JSON.parse(readFileSync(values.replay, 'utf8')) as Schedule, true);
    console.log(report.trace!.join('\n'));
    console.log(report.violations.join('\n') || 'no violation');
    return report.violations.length === 0;
  }
  const found = await search({ runs: Number(values.runs), seed: Number(values.seed) });
  if (found.smallest) {
    const { schedule, violations } = found.smallest;
    console.log(JSON.stringify(schedule));
    violations.forEach((violation) => console.log(violation));
  }
  console.log(summary(found));
  return found.violations === 0;
}

void main().then((clean) => process.exitCode = clean ? 0 : 1);
