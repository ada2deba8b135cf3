import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** Everything that the demo and the end-to-end tests write is below this folder. */
export const LOCAL = join(ROOT, '.local');

/** The folders that one run writes to. */
export interface Workspace {
  readonly dir: string;
  /** The home folder of the programs: the user's own configuration must never mix with a local deployment. */
  readonly home: string;
  readonly temp: string;
}

/** A fresh workspace: what a run of the same name left behind is removed. */
export function newWorkspace(name: string): Workspace {
  const dir = join(LOCAL, name);
  const workspace = { dir, home: join(dir, 'home'), temp: join(dir, 'tmp') };
  rmSync(dir, { recursive: true, force: true });
  Object.values(workspace).forEach((folder) => mkdirSync(folder, { recursive: true }));
  return workspace;
}

/**
 * The environment of every program started here, and all of it: no AWS_*, PYTHON*, NODE_OPTIONS or proxy of the user's.
 * A profile of the user's must never send real keys to a local engine, nor a local deployment to a real account.
 */
export function cleanEnvironment({ home, temp }: Workspace): Record<string, string> {
  return {
    // The engine runs a Lambda function with the first `node` on this path.
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    TMPDIR: temp,
    // Neither of these is anybody's: they exist on the local engine alone.
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    // What AWS's SDK has to say about this Node.js is not about the demo.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
