/** A release: its version and its changelog follow from the titles of the commits, in the form that titles are checked for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..');
const NODE_MODULES = path.join(ROOT, 'node_modules');
const IDENTITY = { name: 'A developer', email: 'developer@example.com' };
const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: IDENTITY.name,
  GIT_AUTHOR_EMAIL: IDENTITY.email,
  GIT_COMMITTER_NAME: IDENTITY.name,
  GIT_COMMITTER_EMAIL: IDENTITY.email,
};

function commitlint(title: string): { readonly status: number | null; readonly said: string } {
  const { status, stdout } = spawnSync(process.execPath, [path.join(NODE_MODULES, '@commitlint', 'cli', 'cli.js')], { cwd: ROOT, input: `${title}\n`, encoding: 'utf8' });
  return { status, said: stdout };
}

test.each([
  'feat: associations with Agent Spaces',
  'fix(pagerduty)!: RegisterService is not retried',
])('the title "%s" is taken', (title) => {
  expect(commitlint(title)).toEqual({ status: 0, said: '' });
});

test.each([
  ['More tests', 'type may not be empty'],
  ['feature: associations', 'type must be one of'],
  [`fix: ${'x'.repeat(120)}`, 'header must not be longer than 120 characters'],
])('the title "%s" is refused: %s', (title, reason) => {
  const { status, said } = commitlint(title);
  expect(status).not.toBe(0);
  expect(said).toContain(reason);
});

describe('the bump', () => {
  jest.setTimeout(180_000);
  let folder: string;

  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env: { ...process.env, ...GIT }, encoding: 'utf8' });
  const commit = (...titles: string[]) => titles.forEach((title) => git('commit', '--quiet', '--allow-empty', '--message', title));

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cdk-devops-agent-release-'));
    mkdirSync(path.join(folder, '.projen'));
    copyFileSync(path.join(ROOT, '.projen', 'tasks.json'), path.join(folder, '.projen', 'tasks.json'));
    copyFileSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
    symlinkSync(NODE_MODULES, path.join(folder, 'node_modules'));
    git('init', '--quiet');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Bumps as the release workflow does. */
  function release(): { readonly version: string; readonly tag: string; readonly changelog: string } {
    const { env } = JSON.parse(readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8')).tasks.release;
    rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
    execFileSync(process.execPath, [path.join(NODE_MODULES, 'projen', 'bin', 'projen'), 'bump'], {
      cwd: folder, env: { ...process.env, ...GIT, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    const dist = (file: string) => readFileSync(path.join(folder, 'dist', file), 'utf8');
    expect(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version).toBe(dist('version.txt'));
    return { version: dist('version.txt'), tag: dist('releasetag.txt'), changelog: dist('changelog.md') };
  }

  test('begins with 0.1.0, and lists features and fixes by what their titles say', () => {
    commit('Before there were types', 'feat: registrations', 'fix(pagerduty): a subdomain is checked', 'test: more of them', 'docs: a page', 'ci: a workflow');
    const { version, tag, changelog } = release();
    expect({ version, tag }).toEqual({ version: '0.1.0', tag: 'v0.1.0' });
    expect(changelog).toMatch(/0\.1\.0[^]*### Features\s+\* registrations [^]*### Fixes\s+\* \*\*pagerduty:\*\* a subdomain is checked /);
    for (const unlisted of ['more of them', 'a page', 'a workflow', 'Before']) expect(changelog).not.toContain(unlisted);
  });

  test('raises the patch for features and fixes, the minor version for a breaking change', () => {
    commit('feat: registrations');
    git('tag', 'v0.1.0');
    commit('fix: a retry', 'feat: associations');
    expect(release()).toMatchObject({ version: '0.1.1', changelog: expect.stringMatching(/### Features\s+\* associations [^]*### Fixes\s+\* a retry /) });
    git('tag', 'v0.1.1');
    commit('refactor!: props are named like the API names them', 'perf: fewer calls');
    const { version, changelog } = release();
    expect(version).toBe('0.2.0');
    expect(changelog).toMatch(/BREAKING CHANGES\s+\* props are named like the API names them[^]*### Performance\s+\* fewer calls /);
    expect(changelog).not.toContain('associations');
  });

  test('releases nothing where nothing would be listed', () => {
    commit('feat: registrations');
    git('tag', 'v0.1.0');
    commit('test: more of them', 'docs: a page', 'build: a tool');
    // The tag is there already, so the workflow publishes nothing.
    expect(release().tag).toBe('v0.1.0');
  });
});
