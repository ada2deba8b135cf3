/** The workflows run nothing that could change under them, have no right that they do not need, and check what a person checks here. */
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: { readonly [name: string]: string };
}

interface Job {
  readonly uses?: string;
  readonly needs?: string | string[];
  readonly environment?: string;
  readonly permissions?: { readonly [scope: string]: string };
  readonly strategy?: { readonly matrix: { readonly [axis: string]: string[] } };
  readonly steps?: Step[];
}

interface Workflow {
  readonly on: { readonly [trigger: string]: any };
  readonly jobs: { readonly [id: string]: Job };
}

const ROOT = path.join(__dirname, '..');
const FOLDER = path.join(ROOT, '.github', 'workflows');
const FILES = readdirSync(FOLDER);
const textOf = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');
const workflow = (name: string): Workflow => parse(textOf(`${name}.yml`));
const JOBS = FILES.flatMap((file) => Object.entries((parse(textOf(file)) as Workflow).jobs).map(([id, job]): [string, Job] => [`${file}: ${id}`, job]));
const commands = JOBS.flatMap(([where, { steps = [] }]) => steps.flatMap(({ run }) => run === undefined ? [] : [`${where}: ${run}`]));

test.each(FILES)('%s: each action is a commit, whose release stands behind it', (file) => {
  const uses = textOf(file).split('\n').filter((line) => /^[\s-]*uses:/.test(line)).map((line) => line.replace(/^[\s-]*uses: /, ''));
  expect(uses).not.toEqual([]);
  const local = './.github/workflows/check.yml';
  expect(uses.filter((use) => use !== local && !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))).toEqual([]);
});

/** The permissions of a job beyond reading the repository. */
const RIGHTS: { readonly [job: string]: { readonly [scope: string]: string } } = {
  'release.yml: release_github': { contents: 'write' },
  'release.yml: release_npm': { 'contents': 'read', 'id-token': 'write' },
  'release.yml: release_pypi': { 'contents': 'read', 'id-token': 'write' },
  'release.yml: release_nuget': { 'contents': 'read', 'id-token': 'write' },
};

test.each(JOBS)('%s: has the permissions that it needs and no more', (where, { permissions }) => {
  expect(permissions).toEqual(RIGHTS[where] ?? { contents: 'read' });
});

test('dependencies are installed as the lock file says', () => {
  expect(commands.filter((command) => /npm (ci|i|install|add|update)\b/.test(command) && !/npm ci$/.test(command))).toEqual([]);
  expect(commands.filter((command) => command.endsWith('npm ci')).length).toBeGreaterThan(0);
});

test('what is run with npx is installed already, or named by its version', () => {
  const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const run = commands.flatMap((command) => [...command.matchAll(/npx (?:'?-p'? '?([^\s']+)'?|(\S+))/g)]).map(([, fetched, installed]) => fetched ?? installed);
  const known = (tool: string) => tool in devDependencies || `@${tool}/cli` in devDependencies;
  expect(run.filter((tool) => !known(tool) && !/^[\w-]+@\d+\.\d+\.\d+$/.test(tool))).toEqual([]);
  expect(run).toEqual(expect.arrayContaining(['projen', expect.stringMatching(/^publib@/)]));
});

test('a text that anybody can write reaches no shell but as a variable', () => {
  expect(commands.filter((command) => /\$\{\{\s*github\.(event|head_ref)/.test(command))).toEqual([]);
});

test('a pull request, main and a release are checked by the command that a person runs', () => {
  const check = workflow('check');
  expect(check.on).toHaveProperty('workflow_call');
  expect(check.jobs.all.steps!.map(({ run }) => run)).toContain('.ci/run');
  expect(workflow('build').on).toMatchObject({ pull_request: {}, push: { branches: ['main'] } });
  expect(workflow('build').jobs.check.uses).toBe('./.github/workflows/check.yml');
  expect(workflow('release').jobs.check.uses).toBe('./.github/workflows/check.yml');
  expect(workflow('release').jobs.release.needs).toBe('check');
});

test('every supported Node.js has the oldest and the newest aws-cdk-lib', () => {
  const { versions } = workflow('check').jobs;
  expect(versions.strategy!.matrix).toEqual({ node: ['20', '22', '24'], check: ['npm run test:unit', '.ci/newest-cdk'] });
  expect(versions.steps!.map(({ run }) => run)).toContain('${{ matrix.check }}');
});

test('the titles of pull requests are checked, also after an edit', () => {
  const { on, jobs } = workflow('title');
  expect(on.pull_request.types).toEqual(expect.arrayContaining(['opened', 'edited']));
  expect(jobs.title.steps!.map(({ run }) => run)).toContainEqual(expect.stringContaining('"$TITLE" | npx commitlint'));
});

test('the search for faults has a new seed every night, with associations and without', () => {
  const { on, jobs } = workflow('nightly');
  expect(on.schedule).toEqual([{ cron: expect.stringMatching(/^\d+ \d+ \* \* \*$/) }]);
  expect(jobs.faults.strategy!.matrix).toEqual({ options: ['', '--associations'] });
  expect(jobs.faults.steps!.map(({ run }) => run)).toContain('npm run test:faults -- --runs 100000 --seed ${{ github.run_id }} ${{ matrix.options }}');
});

test('what the handler contains is upgraded every month, whole and alone, and users read of it', () => {
  const { on, jobs } = workflow('upgrade-main');
  expect(on.schedule).toEqual([{ cron: '0 0 1 * *' }]);
  expect(jobs.pr.steps!.at(-1)).toMatchObject({ with: { title: expect.stringMatching(/^fix\(deps\): /), body: expect.stringContaining('docs/releasing.md') } });
  const { tasks } = JSON.parse(readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8'));
  const [, , ...packages] = tasks.upgrade.steps.find(({ execArgs }: { execArgs?: string[] }) => execArgs?.[1] === 'update').execArgs as string[];
  const bundled = readFileSync(path.join(ROOT, 'THIRD-PARTY-LICENSES'), 'utf8').match(/^\S+(?= \d+\.\d+\.\d+ \()/gm)!;
  expect(packages).toEqual(expect.arrayContaining(bundled));
  expect(packages.filter((name) => !/^@(aws-sdk|smithy)\//.test(name))).toEqual([]);
  expect(tasks['post-upgrade'].steps).toEqual([{ spawn: 'bundle' }]);
});

test('a person starts a release', () => {
  expect(Object.keys(workflow('release').on)).toEqual(['workflow_dispatch']);
});

const PUBLISHERS = Object.entries(workflow('release').jobs).filter(([id]) => id.startsWith('release_'));

test.each(PUBLISHERS)('%s: publishes what passed, in the environment that its registry trusts', (_, job) => {
  expect([job.needs].flat()).toContain('release');
  expect(job.environment).toBe('release');
});

test('npm, PyPI and NuGet trust the workflow; Maven Central and the Go module have secrets', () => {
  const envOf = (job: string) => workflow('release').jobs[job].steps!.find(({ name }) => name === 'Release')!.env!;
  expect(envOf('release_npm')).toMatchObject({ NPM_TRUSTED_PUBLISHER: 'true', NPM_CONFIG_PROVENANCE: 'true' });
  expect(envOf('release_pypi')).toMatchObject({ PYPI_TRUSTED_PUBLISHER: 'true' });
  expect(envOf('release_nuget')).toMatchObject({ NUGET_TRUSTED_PUBLISHER: 'true' });
  expect(envOf('release_golang')).toMatchObject({ GITHUB_USE_SSH: 'true' });
  expect(envOf('release_maven')).toMatchObject({ MAVEN_GPG_PRIVATE_KEY: '${{ secrets.MAVEN_GPG_PRIVATE_KEY }}' });
  const secrets = textOf('release.yml').match(/secrets\.\w+/g)!.map((name) => name.slice('secrets.'.length));
  expect([...new Set(secrets)].filter((name) => !/^(MAVEN_\w+|GO_GITHUB_DEPLOY_KEY|GITHUB_TOKEN|NUGET_USERNAME)$/.test(name))).toEqual([]);
});
