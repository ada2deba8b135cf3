/** The programs of a language on this machine: whether they are there, and how they are run. */

import { execFile, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A program that has to be there. */
export interface Tool {
  /** The command that prints its version. */
  readonly version: readonly string[];
  readonly oldest: readonly [number, number];
  /** The package to install if it is missing. */
  readonly install: string;
}

/** The problem with each tool that is missing or too old. */
export async function problemsOf(tools: readonly Tool[]): Promise<string[]> {
  const problems = await Promise.all(tools.map(async ({ version, oldest, install }) => {
    const printed = /(\d+)\.(\d+)/.exec(await outputOf(version) ?? '');
    if (!printed) return `\`${version.join(' ')}\` does not run: install ${install}.`;
    const [major, minor] = printed.slice(1).map(Number);
    if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return [];
    return `\`${version.join(' ')}\` says ${printed[0]}, which is too old: install ${install}.`;
  }));
  return problems.flat();
}

/** The standard output of a command, or undefined if it failed. */
export async function outputOf([program, ...args]: readonly string[], options: Partial<Run> = {}): Promise<string | undefined> {
  return execute(program, args, options).then(({ stdout }) => stdout, () => undefined);
}

/** The folder and the environment of a command. */
export interface Run {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The file that its output is appended to: several commands run at the same time. */
  readonly log: string;
}

/** Runs a command. The error, if it fails, has the end of its output. */
export async function run([program, ...args]: readonly string[], { cwd, env, log }: Run): Promise<void> {
  const file = openSync(log, 'a');
  try {
    const start = fstatSync(file).size;
    writeSync(file, `$ ${[program, ...args].join(' ')}\n`);
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', file, file] });
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (code === 0) return;
    const lines = readFileSync(log).subarray(start).toString('utf8').split('\n').slice(-40);
    throw new Error(`a command ended with exit code ${code}; ${log} has the whole of\n${lines.join('\n')}`);
  } finally {
    closeSync(file);
  }
}

const PACMAK = createRequire(__filename).resolve('jsii-pacmak/bin/jsii-pacmak');

/** Runs the packager of jsii. */
export async function pacmak(args: readonly string[], options: Run): Promise<void> {
  // The scripts around `npm pack` write into the repository, for the README alone.
  const env = { ...options.env, npm_config_ignore_scripts: 'true' };
  await run([process.execPath, PACMAK, '--no-npmignore', ...args], { ...options, env });
}
