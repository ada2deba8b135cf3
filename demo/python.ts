import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Missing } from './missing';
import { LOCAL } from './workspace';

const run = promisify(execFile);

const REQUIREMENTS = join(__dirname, 'requirements.txt');
const VENV = join(LOCAL, 'venv');
const STAMP = join(VENV, 'complete');
const NEWEST_KNOWN = 14;
const OLDEST = 10;

/** The virtual environment's Python. Programs in it are run as modules: their scripts break in a path with a space, and when the folder moves. */
export const PYTHON = join(VENV, 'bin', 'python');

/** Installs what the local engine needs, unless that was done already. The user's own pip configuration applies. */
export async function preparePython(report: (line: string) => void, signal?: AbortSignal): Promise<void> {
  if (await isPrepared()) return;

  const python = await findPython();
  if (!await succeeds(python, ['-c', 'import venv, ensurepip'])) {
    throw new Missing(`${python} cannot make virtual environments (no ensurepip): install its venv package, on Debian and Ubuntu \`apt install python3-venv\`.`);
  }
  report(`installing the local engine into .local/venv with ${python}; this is done once`);
  mkdirSync(LOCAL, { recursive: true });
  rmSync(VENV, { recursive: true, force: true });
  await install('python -m venv', python, ['-m', 'venv', VENV], signal);
  // A user's "install into my home" setting would be refused in a virtual environment.
  await install('pip install', PYTHON, [
    '-m', 'pip', 'install', '--no-user', '--no-input', '--disable-pip-version-check', '--quiet', '--require-hashes', '-r', REQUIREMENTS,
  ], signal);
  writeFileSync(STAMP, await stamp());
}

async function isPrepared(): Promise<boolean> {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === await stamp().catch(() => undefined);
}

/** What the environment was made from. Asking its Python also tells whether it still runs. */
async function stamp(): Promise<string> {
  const { stdout } = await run(PYTHON, ['-I', '-c', 'import sys; print(sys.version)']);
  return createHash('sha256').update(readFileSync(REQUIREMENTS)).update(stdout).digest('hex');
}

async function findPython(): Promise<string> {
  const names = ['python3', ...Array.from({ length: NEWEST_KNOWN - OLDEST + 1 }, (_, i) => `python3.${NEWEST_KNOWN - i}`), 'python'];
  const found: string[] = [];
  for (const name of names) {
    const version = await versionOf(name);
    if (version && version[0] === 3 && version[1] >= OLDEST) return name;
    if (version) found.push(version.join('.'));
  }
  throw new Missing(found.length === 0
    ? `Python is missing: install Python 3.${OLDEST} or newer, so that \`python3\` runs.`
    : `Python ${found[0]} is too old: install Python 3.${OLDEST} or newer, so that \`python3\` or \`python3.${NEWEST_KNOWN}\` runs.`);
}

async function versionOf(python: string): Promise<number[] | undefined> {
  try {
    const { stdout } = await run(python, ['-c', 'import sys; print(*sys.version_info[:2])'], { timeout: 20_000 });
    return stdout.trim().split(' ').map(Number);
  } catch {
    return undefined;
  }
}

async function succeeds(command: string, args: string[]): Promise<boolean> {
  return run(command, args).then(() => true, () => false);
}

function install(what: string, command: string, args: string[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // What pip has to say goes to the terminal; standard output is for the demo's own lines.
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], signal });
    child.once('error', reject);
    child.once('close', (code) => code === 0 ? resolve()
      : reject(new Missing(`The local engine could not be installed: \`${what}\` failed with exit code ${code}; what it said is above.`)));
  });
}
