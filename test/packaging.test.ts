import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { install, pack, Packed } from './support/consumer';

// The tarball as a consumer gets it: packed, installed in an empty folder, synthesized without esbuild and without Docker.
const ROOT = path.join(__dirname, '..');
const { peerDependencies, devDependencies, dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

let folder: string;
let packed: Packed;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cdk-devops-agent-consumer-'));
  packed = pack(ROOT, folder);
  install(folder, [packed.tarball, `aws-cdk-lib@${devDependencies['aws-cdk-lib']}`, `constructs@${devDependencies.constructs}`], '--prefer-offline');
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('holds what is needed at run time and nothing else', () => {
  const files = packed.files.map((file) => file.path);
  const allowed = /^(lib\/.*\.(js|d\.ts)|assets\/handler\/index\.js|\.jsii(\.gz)?|README\.md|(THIRD-PARTY-)?LICENSES?|package\.json)$/;
  expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['lib/index.js', 'lib/index.d.ts', 'assets/handler/index.js', '.jsii', 'LICENSE', 'THIRD-PARTY-LICENSES']));
  expect(packed.size).toBeLessThanOrEqual(250_000);
});

test('THIRD-PARTY-LICENSES has every package of the bundle with its own license, and nothing else: `npx projen bundle` writes it anew', () => {
  const metafile = path.join(folder, 'meta.json');
  const { tasks } = JSON.parse(readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8'));
  const [esbuild, ...args] = tasks['bundle:lambda/index'].steps[0].execArgs.filter((arg: string) => !/^--(outfile|metafile)=/.test(arg));
  execFileSync(path.join(ROOT, 'node_modules', '.bin', esbuild), [...args, `--outfile=${path.join(folder, 'index.js')}`, `--metafile=${metafile}`], { cwd: ROOT, stdio: 'ignore' });
  const [{ inputs }] = Object.values<{ inputs: object }>(JSON.parse(readFileSync(metafile, 'utf8')).outputs);
  const names = new Set(Object.keys(inputs).filter((file) => file.includes('node_modules/')).map((file) => /^((@[^/]+\/)?[^/]+)/.exec(file.split('node_modules/').pop()!)![1]));
  const [list, ...texts] = readFileSync(path.join(ROOT, 'THIRD-PARTY-LICENSES'), 'utf8').split(`${'-'.repeat(80)}\n`);
  const listed = list.trim().split('\n').slice(2);
  expect(names.size).toBeGreaterThan(0);
  expect(listed.sort()).toEqual([...names].map((name) => {
    const { version, license } = JSON.parse(readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})`;
  }).sort());
  // Each text stands there once, under the names of those who have it.
  const owned = texts.flatMap((text) => text.slice(0, text.indexOf(':\n\n')).split(', ').map((name) => [name, text.slice(text.indexOf(':\n\n') + 3).trim()]));
  expect(new Set(owned.map(([name]) => name))).toEqual(names);
  for (const [name, text] of owned) expect(readFileSync(path.join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8').trim()).toBe(text);
  expect(new Set(owned.map(([, text]) => text)).size).toBe(texts.length);
});

test('packaging for another language writes no .npmignore into the repository', () => {
  const { tasks } = JSON.parse(readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8')) as { tasks: { [name: string]: { steps?: { execArgs?: string[] }[] } } };
  const packagers = Object.values(tasks).flatMap(({ steps = [] }) => steps).filter(({ execArgs }) => execArgs?.includes('jsii-pacmak'));
  expect(packagers).not.toEqual([]);
  for (const { execArgs } of packagers) expect(execArgs).toContain('--no-npmignore');
});

test('depends at run time on its peers alone', () => {
  expect(dependencies).toBeUndefined();
  expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
});

test('synthesizes where there is neither esbuild nor Docker, and ships the bundle as it is', () => {
  writeFileSync(path.join(folder, 'app.js'), `
    const { App, Stack } = require('aws-cdk-lib');
    const { Secret } = require('aws-cdk-lib/aws-secretsmanager');
    const { OAuthClient, PagerDutyRegistration } = require('cdk-devops-agent');
    const stack = new Stack(new App({ outdir: 'cdk.out' }), 'Tools');
    const secret = Secret.fromSecretNameV2(stack, 'Secret', 'pagerduty');
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret) });
    stack.node.root.synth();`);
  mkdirSync(path.join(folder, 'bin'));
  execFileSync(process.execPath, ['app.js'], { cwd: folder, env: { PATH: path.join(folder, 'bin'), HOME: folder, DOCKER_HOST: 'unix:///nonexistent' } });
  const template = JSON.parse(readFileSync(path.join(folder, 'cdk.out', 'Tools.template.json'), 'utf8'));
  const types = Object.values<{ Type: string }>(template.Resources).map((resource) => resource.Type).sort();
  expect(types).toEqual(['AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'Custom::DevOpsAgentService']);
  const asset = readdirSync(path.join(folder, 'cdk.out')).find((name) => name.startsWith('asset.') && existsSync(path.join(folder, 'cdk.out', name, 'index.js')))!;
  expect(readdirSync(path.join(folder, 'cdk.out', asset))).toEqual(['index.js']);
  expect(readFileSync(path.join(folder, 'cdk.out', asset, 'index.js'))).toEqual(readFileSync(path.join(ROOT, 'assets', 'handler', 'index.js')));
});

test('API.md says what the docstrings say: `npx projen docgen` writes it anew', () => {
  const fresh = path.join(folder, 'API.md');
  execFileSync(process.execPath, [path.join(ROOT, 'node_modules', 'jsii-docgen', 'bin', 'jsii-docgen'), '-o', fresh], { cwd: ROOT, stdio: 'ignore' });
  expect(readFileSync(path.join(ROOT, 'API.md'), 'utf8')).toBe(readFileSync(fresh, 'utf8'));
}, 120_000);
