import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { Bug } from './bugs';

const LAMBDA = join(__dirname, '..', '..', 'lambda');

/** Bundles the search with one mutation of the handler, or with none. */
export async function bundle(outfile: string, bug?: Bug): Promise<void> {
  if (bug) {
    const times = readFileSync(join(LAMBDA, bug.file), 'utf8').split(bug.find).length - 1;
    if (times !== 1) {
      throw new Error(`'${bug.name}': what it changes stands ${times} times in lambda/${bug.file}`);
    }
  }
  await build({
    entryPoints: [join(__dirname, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    plugins: bug && [{
      name: 'planting',
      setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, ({ path }) => (dirname(path) === LAMBDA && basename(path) === bug.file
        ? { contents: readFileSync(path, 'utf8').replace(bug.find, () => bug.replace), loader: 'ts' }
        : undefined)),
    }],
  });
}

/** Runs a bundled search in a process of its own until the first violation. Returns its exit code and what it printed. */
export function runBundle(bundled: string, options: { runs: number; seed: number }): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const args = [bundled, '--first', '--runs', String(options.runs), '--seed', String(options.seed)];
    const child = execFile(process.execPath, args, (_, output, errors) => resolve({
      code: child.exitCode ?? -1,
      output: output + errors,
    }));
  });
}
