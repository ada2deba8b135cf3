/** Compares the public API with that of the last release. A break fails, unless .compatignore says that it is meant. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const root = path.join(__dirname, '..');
const { name } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { name: string };

/** The last release's version; none before the first. A registry that does not answer is an error: it may hide a break. */
function lastRelease(): string | undefined {
  const { status, stdout, stderr } = spawnSync('npm', ['view', name, 'version'], { cwd: root, encoding: 'utf8' });
  if (status !== 0 && !/\bE404\b/.test(stdout + stderr)) {
    throw new Error(`the last release of ${name} could not be looked up: ${stderr.trim()}`);
  }
  return status === 0 ? stdout.trim() : undefined;
}

/** The library is experimental as a whole, and by default no break of what is experimental counts. */
function compare(old: string): number {
  const args = [require.resolve('jsii-diff/bin/jsii-diff'), '--keys', '--error-on=all', '--ignore-file', '.compatignore', old, '.'];
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** Installs a release and compares with it. The tool would install it by itself, and pass if that failed. */
function compareWithRelease(version: string): number {
  const folder = mkdtempSync(path.join(tmpdir(), `${name}-${version}-`));
  try {
    const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
    execFileSync('npm', ['install', ...options, `${name}@${version}`], { stdio: 'inherit' });
    return compare(path.join(folder, 'node_modules', name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [old] = process.argv.slice(2);
const released = old === undefined ? lastRelease() : undefined;
if (old === undefined && released === undefined) {
  console.log(`There is no release of ${name} yet, so no API to keep.`);
} else {
  process.exitCode = released === undefined ? compare(path.resolve(old)) : compareWithRelease(released);
}
