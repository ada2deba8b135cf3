import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { BuildOptions, buildSync } from 'esbuild';
import { errorOf } from './synthesis';

// An app that esbuild puts into one file, which is not where the files of the package are.
const ROOT = path.join(__dirname, '..');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cdk-devops-agent-bundled-'));
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(ROOT, path.join(folder, 'node_modules', 'cdk-devops-agent'));
  writeFileSync(path.join(folder, 'app.js'), `
    const { App, Stack } = require('aws-cdk-lib');
    const { EventChannelRegistration } = require('cdk-devops-agent');
    const app = new App({ outdir: ${JSON.stringify(path.join(folder, 'cdk.out'))} });
    new EventChannelRegistration(new Stack(app, 'Tools'), 'Channel');
    app.synth();`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bundleAndRun(external: string[] = [], options: BuildOptions = {}): void {
  const outfile = path.join(folder, 'dist', options.format === 'esm' ? 'app.mjs' : 'app.js');
  buildSync({ ...options, entryPoints: [path.join(folder, 'app.js')], outfile, bundle: true, platform: 'node', logLevel: 'silent', external: ['aws-cdk-lib', 'constructs', ...external] });
  const env = { ...process.env, NODE_PATH: path.join(ROOT, 'node_modules') };
  execFileSync(process.execPath, [outfile], { env, stdio: ['ignore', 'ignore', 'pipe'] });
}

test('an app that is bundled with the package fails with what is missing, and how to mark the package as external', () => {
  expect(errorOf(() => bundleAndRun())).toContain(
    `Tools/DefaultDevOpsAgentProvider/Handler: the handler's code is missing: '${path.join(path.dirname(folder), 'assets', 'handler', 'index.js')}' does not exist. ` +
    'If the app is bundled, mark the package as external (esbuild --external:cdk-devops-agent) and install it where the app runs. Otherwise reinstall the package.');
});

test('so does one that is bundled as an ES module, where no file knows its folder', () => {
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  expect(errorOf(() => bundleAndRun([], { format: 'esm', banner }))).toMatch(
    /the handler's code is missing: '.*assets\/handler\/index\.js' does not exist\. If the app is bundled, mark the package as external/);
});

test('an app that is bundled without the package is synthesized', () => {
  expect(errorOf(() => bundleAndRun(['cdk-devops-agent']))).toBe('nothing was thrown');
});
