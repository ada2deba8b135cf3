import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { buildSync, BuildOptions } from 'esbuild';

export const ROOT = join(__dirname, '..');

/** The folder of what a run writes and does not keep. */
export const WORK = join(__dirname, '.work');

/** Compiles a program of the benchmark to plain JavaScript: its run must not include its compilation. */
export function program(name: string, options: BuildOptions = {}): string {
  const outfile = join(WORK, `${name}.js`);
  buildSync({ entryPoints: [join(__dirname, 'programs', `${name}.ts`)], outfile, bundle: true, platform: 'node', target: 'node20', logLevel: 'error', ...options });
  return outfile;
}

export interface Run {
  readonly output: string;
  /** From the start of the process to its end. */
  readonly ms: number;
}

/** Runs a program in a process of its own. */
export function run(node: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}, input = ''): Promise<Run> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(node, args, { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => output += text);
    child.once('error', reject);
    child.once('close', (code) => code === 0
      ? resolve({ output, ms: performance.now() - start })
      : reject(new Error(`${args.join(' ')} ended with exit code ${code}`)));
    child.stdin.end(input);
  });
}

/** Installs a package that only the benchmark needs, unless it is there. Returns the folder that it is in. */
export async function install(name: string): Promise<string> {
  const folder = join(WORK, 'node_modules');
  if (!existsSync(join(folder, name.replace(/(?<=.)@.*$/, '')))) {
    await run('npm', ['install', '--prefix', WORK, '--no-audit', '--no-fund', '--silent', name], process.env);
  }
  return folder;
}
