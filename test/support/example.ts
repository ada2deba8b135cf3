/** The synthesis of an example, as its cdk.json says. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CloudAssembly, Environment } from 'aws-cdk-lib/cx-api';
import { ROOT } from './workspace';

interface Template {
  readonly Resources: Readonly<Record<string, any>>;
  readonly Outputs?: Readonly<Record<string, any>>;
  readonly Parameters?: Readonly<Record<string, any>>;
}

interface SynthesizedStack {
  readonly stackName: string;
  readonly environment: Environment;
  readonly template: Template;
  /** The warnings and errors of its constructs. */
  readonly messages: string[];
}

export interface Synthesis {
  readonly code: number | null;
  /** All that the app wrote to standard error. */
  readonly output: string;
  /** The stacks of all stages. */
  readonly stacks: SynthesizedStack[];
}

/** Synthesizes the app in a folder. */
export function synthesize(folder: string, context: Readonly<Record<string, string>> = {}): Synthesis {
  const out = mkdtempSync(join(tmpdir(), 'cdk-devops-agent-example-'));
  try {
    const { app, context: own } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8'));
    const env = { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ ...own, ...context }) };
    const { status, stderr } = spawnSync(app, { shell: true, cwd: folder, encoding: 'utf8', env });
    // An app that throws leaves no assembly; one that a policy refuses does.
    const stacks = existsSync(join(out, 'manifest.json')) ? new CloudAssembly(out).stacksRecursively : [];
    return {
      code: status,
      output: stderr,
      stacks: stacks.map(({ stackName, environment, template, messages }) =>
        ({ stackName, environment, template, messages: messages.map(({ id, entry }) => `${id}: ${entry.data}`) })),
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The template of the only stack of an example, or of the app in another folder. */
export function templateOf(example: string, context: Readonly<Record<string, string>> = {}): Template {
  const { code, output, stacks } = synthesize(resolve(ROOT, 'examples', example), context);
  if (code !== 0 || stacks.length !== 1) throw new Error(`${example} has ${stacks.length} stacks and ended with exit code ${code}: ${output}`);
  return stacks[0].template;
}
