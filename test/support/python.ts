import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Missing } from './missing';
import { LOCAL } from './workspace';

const run = promisify(execFile);

const NEWEST_KNOWN = 14;
const OLDEST = 10;

/** A virtual environment below `.local`, made from a list of packages with their hashes. */
export class PythonEnvironment {
  /** Its Python. Programs in it are run as modules: their scripts break in a path with a space, and when the folder moves. */
  public readonly python: string;
  private readonly folder: string;
  private readonly stampFile: string;

  constructor(private readonly what: string, private readonly name: string, private readonly requirements: string) {
    this.folder = join(LOCAL, name);
    this.python = join(this.folder, 'bin', 'python');
    this.stampFile = join(this.folder, 'complete');
  }

  /** Installs it, unless that was done already. The user's own pip configuration applies. */
  public async prepare(report: (line: string) => void, signal?: AbortSignal): Promise<void> {
    if (await this.isPrepared()) return;

    const python = await findPython();
    if (!await succeeds(python, ['-c', 'import venv, ensurepip'])) {
      throw new Missing(`${python} cannot make virtual environments (no ensurepip): install its venv package, on Debian and Ubuntu \`apt install python3-venv\`.`);
    }
    report(`installing ${this.what} into .local/${this.name} with ${python}; this is done once`);
    mkdirSync(LOCAL, { recursive: true });
    rmSync(this.folder, { recursive: true, force: true });
    await this.install('python -m venv', python, ['-m', 'venv', this.folder], signal);
    // A user's "install into my home" setting would be refused in a virtual environment.
    await this.install('pip install', this.python, [
      '-m', 'pip', 'install', '--no-user', '--no-input', '--disable-pip-version-check', '--quiet', '--require-hashes', '-r', this.requirements,
    ], signal);
    writeFileSync(this.stampFile, await this.stamp());
  }

  private async isPrepared(): Promise<boolean> {
    return existsSync(this.stampFile) && readFileSync(this.stampFile, 'utf8') === await this.stamp().catch(() => undefined);
  }

  /** A hash of the inputs of the environment. Asking its Python also tells whether it still runs. */
  private async stamp(): Promise<string> {
    const { stdout } = await run(this.python, ['-I', '-c', 'import sys; print(sys.version)']);
    return createHash('sha256').update(readFileSync(this.requirements)).update(stdout).digest('hex');
  }

  private install(step: string, command: string, args: string[], signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      // What pip has to say goes to the terminal; standard output is for the caller's own lines.
      const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], signal });
      child.once('error', reject);
      child.once('close', (code) => code === 0 ? resolve()
        : reject(new Missing(`Installing ${this.what} failed: \`${step}\` ended with exit code ${code}; what it said is above.`)));
    });
  }
}

/** The environment of the local CloudFormation engine. */
export const ENGINE = new PythonEnvironment('the local engine', 'venv', join(__dirname, 'engine-requirements.txt'));

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
