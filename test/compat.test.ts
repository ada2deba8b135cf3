/** The comparison of the public API with that of the last release: before there is one, where none can be looked up, and where something broke. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LoopbackServer } from './support/loopback-server';

const ROOT = path.join(__dirname, '..');
const { name } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

/** Runs the comparison as the task does. */
function compare(args: string[], env: { readonly [name: string]: string } = {}): Promise<{ readonly status: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), 'projenrc/compat.ts', ...args], {
    cwd: ROOT, env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said += text);
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, said })));
}

/** A registry that answers every request alike. */
class Registry extends LoopbackServer {
  constructor(private readonly status: number) {
    super();
  }

  protected serve(_request: IncomingMessage, _body: Buffer, response: ServerResponse): void {
    response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
  }
}

async function compareWith(status: number): ReturnType<typeof compare> {
  const registry = await new Registry(status).listen();
  try {
    return await compare([], { npm_config_registry: registry.url, npm_config_fetch_retries: '0' });
  } finally {
    await registry.close();
  }
}

test('before the first release it says so and passes', async () => {
  expect(await compareWith(404)).toEqual({ status: 0, said: `There is no release of ${name} yet, so no API to keep.\n` });
});

test('a registry that fails does not pass for one without a release', async () => {
  const { status, said } = await compareWith(500);
  expect(status).not.toBe(0);
  expect(said).toContain(`the last release of ${name} could not be looked up`);
});

describe('with an earlier API', () => {
  let folder: string;

  /** Makes the earlier API: today's, with a change. */
  function earlier(change: (types: { [fqn: string]: object }) => void): void {
    const assembly = JSON.parse(gunzipSync(readFileSync(path.join(ROOT, '.jsii.gz'))).toString());
    change(assembly.types);
    writeFileSync(path.join(folder, '.jsii'), JSON.stringify(assembly));
  }

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cdk-devops-agent-compat-'));
    copyFileSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('what was added since passes', async () => {
    earlier((types) => delete types[`${name}.TriggerEvent`]);
    expect((await compare([folder])).status).toBe(0);
  });

  test('what is gone since fails, experimental as it is, with the key that would permit it', async () => {
    earlier((types) => types[`${name}.Gone`] = { ...types[`${name}.TriggerEvent`], fqn: `${name}.Gone`, name: 'Gone' });
    const { status, said } = await compare([folder]);
    expect(status).toBe(1);
    expect(said).toContain(`[removed:${name}.Gone]`);
  });
});
