/** The assembly of an app in any language, and its differences from that of another. */

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Run, run } from './tools';

const STACK = 'DevOpsTools';

/** All that the quick start can have, with the metadata that the CDK CLI asks for by default. */
const CONTEXT = {
  'agentSpace': '12345678-1234-1234-1234-123456789012',
  'consented': 'true',
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
};

export interface Synthesized {
  readonly template: unknown;
  /** The files of the assets, by their path. The folder of an asset is named after its hash. */
  readonly assets: Readonly<Record<string, string>>;
}

/** Runs an app as its cdk.json says. */
export async function synthesized(options: Run, out: string): Promise<Synthesized> {
  const { app } = JSON.parse(readFileSync(join(options.cwd, 'cdk.json'), 'utf8')) as { app: string };
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await run(['sh', '-c', app], { ...options, env: { ...options.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(CONTEXT) } });
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.parentPath !== out)
    .map(({ parentPath, name }) => join(parentPath, name));
  return {
    template: JSON.parse(readFileSync(join(out, `${STACK}.template.json`), 'utf8')),
    assets: Object.fromEntries(files.map((file) => [file.slice(out.length + 1), readFileSync(file, 'base64')])),
  };
}

/** Each place in which two values differ, apart from the order of members. */
export function differences(actual: unknown, expected: unknown, at = ''): string[] {
  if (isObject(actual) && isObject(expected) && Array.isArray(actual) === Array.isArray(expected)) {
    const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
    return [...names].flatMap((name) => differences(actual[name], expected[name], at ? `${at}.${name}` : name));
  }
  return actual === expected ? [] : [`${at} is ${brief(actual)}, in TypeScript ${brief(expected)}`];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const brief = (value: unknown) => value === undefined ? 'missing' : JSON.stringify(value).slice(0, 200);
