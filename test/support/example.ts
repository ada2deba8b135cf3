/** The template of an example, synthesized as its cdk.json says. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './workspace';

interface Template {
  readonly Resources: Readonly<Record<string, any>>;
  readonly Outputs?: object;
}

export function templateOf(folder: string, stack: string, context: Readonly<Record<string, string>>): Template {
  const out = mkdtempSync(join(tmpdir(), 'cdk-devops-agent-example-'));
  try {
    execFileSync(process.execPath, ['--import', 'tsx', 'app.ts'], {
      cwd: join(ROOT, 'examples', folder), env: { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context) },
    });
    return JSON.parse(readFileSync(join(out, `${stack}.template.json`), 'utf8'));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
