/** The workflows: what checks a change, what searches at night, and which commit of each action they run. */
import { readFileSync, writeFileSync, chmodSync } from 'node:fs';
import * as path from 'node:path';
import { awscdk, Component, github } from 'projen';

const { JobPermission } = github.workflows;
const RUNS_ON = ['ubuntu-latest'];
const READ = { contents: JobPermission.READ };
const CHECKOUT = { name: 'Checkout', uses: 'actions/checkout' };

/** The release and the commit of each action: a tag can be moved, a commit cannot. A new one is taken from the action's own repository. */
const ACTIONS: { readonly [action: string]: readonly [release: string, commit: string] } = {
  'actions/checkout': ['v7.0.1', '3d3c42e5aac5ba805825da76410c181273ba90b1'],
  'actions/download-artifact': ['v8.0.1', '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c'],
  'actions/upload-artifact': ['v7.0.1', '043fb46d1a93c77aae656e7c1c64a875d1fc6a0a'],
  'actions/setup-node': ['v7.0.0', '820762786026740c76f36085b0efc47a31fe5020'],
  'actions/setup-python': ['v7.0.0', '5fda3b95a4ea91299a34e894583c3862153e4b97'],
  'actions/setup-java': ['v5.7.0', 'b6effb05e454b25005698d916606bdc6ffcbf961'],
  'actions/setup-go': ['v7.0.0', 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e'],
  'actions/setup-dotnet': ['v6.0.0', 'a98b56852c35b8e3190ac28c8c2271da59106c68'],
  'peter-evans/create-pull-request': ['v8.1.1', '5f6978faf089d4d20b00c7766989d076bb2fc7f1'],
};

/** The steps that every job of a check begins with. */
const CHECKED_OUT = [CHECKOUT, { name: 'Install dependencies', run: 'npm ci' }];

/** Adds the workflows, and pins the actions of all of them. */
export function addWorkflows(project: awscdk.AwsCdkConstructLibrary, nodeVersion: string): void {
  const hub = project.github!;
  for (const [action, [, commit]] of Object.entries(ACTIONS)) {
    hub.actions.set(action, `${action}@${commit}`);
  }

  // One definition of what has to hold, for a pull request, for main and for a release.
  const check = hub.addWorkflow('check');
  check.on({ workflowCall: {}, workflowDispatch: {} });
  check.addJobs({
    all: {
      name: 'Everything',
      runsOn: RUNS_ON,
      permissions: READ,
      timeoutMinutes: 60,
      // The other languages are packaged and used with these.
      tools: {
        node: { version: nodeVersion },
        python: { version: '3.12' },
        java: { version: '17' },
        go: { version: '1.25' },
        dotnet: { version: '8.x' },
      },
      steps: [CHECKOUT, { name: 'Check', run: '.ci/run' }],
    },
    versions: {
      name: '${{ matrix.check }} on Node.js ${{ matrix.node }}',
      runsOn: RUNS_ON,
      permissions: READ,
      timeoutMinutes: 30,
      tools: { node: { version: '${{ matrix.node }}' } },
      // Every supported Node.js, with the oldest supported aws-cdk-lib and with the newest.
      strategy: { failFast: false, matrix: { domain: { node: ['20', '22', '24'], check: ['npm run test:unit', '.ci/newest-cdk'] } } },
      steps: [...CHECKED_OUT, { name: 'Check', run: '${{ matrix.check }}' }],
    },
  });
  const called = { uses: './.github/workflows/check.yml', permissions: READ };
  project.buildWorkflow!.workflow.addJob('check', called);
  hub.tryFindWorkflow('release')!.addJob('check', called);

  const title = hub.addWorkflow('title');
  // Edited: the title may be mended without a new commit.
  title.on({ pullRequest: { types: ['opened', 'edited', 'reopened', 'synchronize'] } });
  title.addJob('title', {
    runsOn: RUNS_ON,
    permissions: READ,
    tools: { node: { version: nodeVersion } },
    // An environment variable, since a title is anybody's text.
    steps: [...CHECKED_OUT, {
      name: 'Check the title', env: { TITLE: '${{ github.event.pull_request.title }}' }, run: 'printf "%s\\n" "$TITLE" | npx commitlint --verbose',
    }],
  });

  const search = hub.addWorkflow('nightly');
  search.on({ schedule: [{ cron: '17 2 * * *' }], workflowDispatch: {} });
  search.addJob('faults', {
    runsOn: RUNS_ON,
    permissions: READ,
    tools: { node: { version: nodeVersion } },
    strategy: { failFast: false, matrix: { domain: { options: ['', '--associations'] } } },
    // The seed is new every night, and the log names it.
    steps: [...CHECKED_OUT, {
      name: 'Search', run: 'npm run test:faults -- --runs 100000 --seed ${{ github.run_id }} ${{ matrix.options }}',
    }],
  });

  new LeastRelease(project);
  new NamedActions(project);
}

/** The release workflow, with what it needs and no more. */
class LeastRelease extends Component {
  public preSynthesize(): void {
    const release = this.project.tryFindObjectFile('.github/workflows/release.yml')!;
    release.addOverride('jobs.release.needs', 'check');
    // This job prepares what the others publish, and pushes nothing.
    release.addOverride('jobs.release.permissions', READ);
    // The publisher's default is the same registry; which one that is, is its business.
    const publish = github.GitHub.of(this.project)!.tryFindWorkflow('release')!.getJob('release_npm') as github.workflows.Job;
    delete publish.steps.find(({ name }) => name === 'Release')!.env!.NPM_REGISTRY;
  }
}

/** Writes the release of each action behind its commit, since a reader knows releases. */
class NamedActions extends Component {
  public postSynthesize(): void {
    for (const { file } of github.GitHub.of(this.project)!.workflows) {
      const written = path.join(this.project.outdir, file!.path);
      const text = readFileSync(written, 'utf8').replace(/^( *(?:- )?uses: )([\w-]+\/[\w-]+)@([0-9a-f]{40})$/gm, (_, key, action, commit) =>
        `${key}${action}@${commit} # ${ACTIONS[action][0]}`);
      chmodSync(written, 0o644);
      writeFileSync(written, text);
      chmodSync(written, 0o444);
    }
  }
}
