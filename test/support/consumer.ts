/** Packages as those who depend on them get them: packed by npm, and installed in a project of its own. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './workspace';

export interface Packed {
  /** The path of the tarball. */
  readonly tarball: string;
  readonly size: number;
  readonly files: { readonly path: string }[];
}

/** Packs the package of a folder. */
export function pack(folder: string, destination: string): Packed {
  const [{ filename, ...packed }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination],
    { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  return { ...packed, tarball: join(destination, filename) };
}

/** Installs packages in a new project. */
export function install(project: string, packages: string[], ...options: string[]): void {
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...options, ...packages], { cwd: project, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Installs tarballs in a new project, without a registry: what they and the project need beside them is linked from this repository. */
export function installOffline(project: string, tarballs: string[], linked: string[]): void {
  install(project, tarballs, '--offline', '--legacy-peer-deps');
  for (const name of linked) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link);
  }
}
