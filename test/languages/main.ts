/** Packages the library for other languages, and holds the quick start in each of them against the one in TypeScript: `tsx test/languages/main.ts python`. */

import '../../demo/preflight.js';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { differences, Synthesized, synthesized } from './assembly';
import { FOLDER, Language, LANGUAGES } from './languages';
import { problemsOf, run, Run } from './tools';
import { Missing, oneLine } from '../support/missing';
import { ROOT } from '../support/workspace';

const PACMAK = createRequire(__filename).resolve('jsii-pacmak/bin/jsii-pacmak');

const ENVIRONMENT = {
  ...process.env,
  // Node.js 20 is supported on purpose.
  JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
  // The scripts around `npm pack` write into the repository, for the README alone.
  npm_config_ignore_scripts: 'true',
};

async function main(): Promise<void> {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LANGUAGES);
  const unknown = names.filter((name) => !(name in LANGUAGES));
  if (unknown.length > 0) throw new Missing(`There is no ${unknown.join(' and no ')} here: choose among ${Object.keys(LANGUAGES).join(', ')}.`);
  const problems = await problemsOf(names.flatMap((name) => LANGUAGES[name].tools));
  if (problems.length > 0) throw new Missing(`${problems.join('\n')}\nOr name the languages to test: \`npm run test:languages -- python\`.`);

  for (const folder of ['dist', 'examples', 'log', 'out']) rmSync(join(FOLDER, folder), { recursive: true, force: true });
  mkdirSync(join(FOLDER, 'log'), { recursive: true });
  const expected = synthesized({ cwd: join(ROOT, 'examples', 'quick-start'), env: process.env, log: logOf('typescript') }, join(FOLDER, 'out', 'typescript'));
  const results = await Promise.all(names.map((name) => passes(name, LANGUAGES[name], expected)));
  if (!results.every(Boolean)) process.exitCode = 1;
}

const logOf = (name: string) => join(FOLDER, 'log', `${name}.log`);

async function passes(name: string, { title, packaging, install }: Language, expected: Promise<Synthesized>): Promise<boolean> {
  const tell = (line: string) => console.log(`${title}: ${line}`);
  const start = Date.now();
  try {
    const cwd = join(FOLDER, 'examples', name);
    const options: Run = { cwd, env: { ...ENVIRONMENT, ...packaging?.env }, log: logOf(name) };
    await run([process.execPath, PACMAK, '--target', name, '--outdir', join(FOLDER, 'dist'), '--no-npmignore', ...packaging?.options ?? []], { ...options, cwd: ROOT });
    cpSync(join(ROOT, 'examples', name), cwd, { recursive: true });
    const env = { ...ENVIRONMENT, ...await install(options, tell) };
    const found = differences(await synthesized({ ...options, env }, join(FOLDER, 'out', name)), await expected);
    found.forEach((difference) => tell(`✗ ${difference}`));
    if (found.length === 0) tell(`✓ packaged, installed; the quick start is that of TypeScript (${Math.round((Date.now() - start) / 1000)} s)`);
    return found.length === 0;
  } catch (error) {
    tell(`✗ ${oneLine(error)}; the end of ${logOf(name)}:\n${readFileSync(logOf(name), 'utf8').split('\n').slice(-40).join('\n')}`);
    return false;
  }
}

main().catch((error) => {
  console.error(error instanceof Missing ? error.message : error);
  process.exit(1);
});
