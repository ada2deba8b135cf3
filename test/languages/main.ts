/** Packages the library for other languages, and tests the quick start in each of them: `tsx test/languages/main.ts python java`. */

import '../../demo/preflight.js';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Synthesized, synthesized } from './assembly';
import { FOLDER, Language, LANGUAGES } from './languages';
import { problemsOf } from './tools';
import { Missing } from '../support/missing';
import { ROOT } from '../support/workspace';

// Node.js 20 is supported on purpose.
const ENVIRONMENT = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

async function main(): Promise<void> {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LANGUAGES);
  const unknown = names.filter((name) => !(name in LANGUAGES));
  if (unknown.length > 0) throw new Missing(`There is no ${unknown.join(' and no ')} here: choose among ${Object.keys(LANGUAGES).join(', ')}.`);
  const problems = await problemsOf(names.flatMap((name) => LANGUAGES[name].tools));
  if (problems.length > 0) throw new Missing(`${problems.join('\n')}\nOr test the others alone, such as \`npm run test:languages -- python\`.`);

  for (const folder of ['dist', 'examples', 'log', 'out']) rmSync(join(FOLDER, folder), { recursive: true, force: true });
  mkdirSync(join(FOLDER, 'log'), { recursive: true });
  const typescript = { cwd: join(ROOT, 'examples', 'quick-start'), env: ENVIRONMENT, log: logOf('typescript') };
  const expected = synthesized(typescript, join(FOLDER, 'out', 'typescript'));
  // A language that needs it reports its failure.
  expected.catch(() => undefined);
  const results = await Promise.all(names.map((name) => passes(name, LANGUAGES[name], expected)));
  console.log(`${results.filter(Boolean).length} passed, ${results.filter((passed) => !passed).length} failed`);
  if (!results.every(Boolean)) process.exitCode = 1;
}

const logOf = (name: string) => join(FOLDER, 'log', `${name}.log`);

async function passes(name: string, { title, test, holds }: Language, expected: Promise<Synthesized>): Promise<boolean> {
  const report = (line: string) => console.log(`${title}: ${line}`);
  const start = Date.now();
  const cwd = join(FOLDER, 'examples', name);
  mkdirSync(cwd, { recursive: true });
  try {
    const problems = await test({ cwd, env: ENVIRONMENT, log: logOf(name), expected, report });
    problems.forEach((problem) => report(`✗ ${problem}`));
    if (problems.length === 0) report(`✓ ${holds} (${Math.round((Date.now() - start) / 1000)} s)`);
    return problems.length === 0;
  } catch (error) {
    report(`✗ ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

main().catch((error) => {
  console.error(error instanceof Missing ? error.message : error);
  process.exitCode = 1;
});
