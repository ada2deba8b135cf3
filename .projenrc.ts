import { awscdk, github, javascript } from 'projen';
import { TypeScriptRunner } from 'projen/lib/typescript';
import { addCommunity } from './projenrc/community';
import { LICENSES, METAFILE } from './projenrc/licenses';
import { addLint } from './projenrc/lint';
import { addTitles, RELEASE_OPTIONS } from './projenrc/release';
import { addWorkflows } from './projenrc/workflows';

/**
 * The names that belong to the owner of the packages: placeholders until somebody owns them in the registries. A change here reaches every
 * generated file with `npx projen`, then `npm run compile && npm run docgen`. Tests name the examples that have an old name.
 */
const OWNER = {
  author: 'cdk-devops-agent contributors',
  /** In package.json, and where vulnerabilities are reported by mail. */
  mail: 'cdk-devops-agent@users.noreply.github.com',
  repository: 'https://github.com/cdk-devops-agent/cdk-devops-agent',
  /** Who reviews every change. */
  team: '@cdk-devops-agent/maintainers',
  npm: 'cdk-devops-agent',
  pypi: { distName: 'cdk-devops-agent', module: 'cdk_devops_agent' },
  maven: { javaPackage: 'io.github.cdkdevopsagent', mavenGroupId: 'io.github.cdkdevopsagent', mavenArtifactId: 'cdk-devops-agent' },
  nuget: { dotNetNamespace: 'CdkDevOpsAgent', packageId: 'CdkDevOpsAgent' },
  go: { moduleName: 'github.com/cdk-devops-agent/cdk-devops-agent-go' },
};

/**
 * The oldest aws-cdk-lib that this library runs on: the first whose `aws_devopsagent.IServiceRef`
 * has both a service id and a service ARN.
 */
const CDK_FLOOR = '2.253.0';

/** The packages that the handler is made of. They go into assets/, so none is a run-time dependency. */
const BUNDLED = [
  '@aws-sdk/client-secrets-manager', '@aws-sdk/core', '@aws-sdk/credential-provider-env',
  '@smithy/core', '@smithy/node-http-handler', '@smithy/signature-v4', '@smithy/types',
];

/** The Node.js of the workflows. Its npm knows trusted publishing. */
const WORKFLOW_NODE = '24';

const project = new awscdk.AwsCdkConstructLibrary({
  name: OWNER.npm,
  description: 'Connect AWS DevOps Agent to the tools it works with, from PagerDuty and Dynatrace to MCP servers: one AWS CDK construct each.',
  author: OWNER.author,
  authorOrganization: true,
  authorAddress: OWNER.mail,
  repositoryUrl: `${OWNER.repository}.git`,
  license: 'Apache-2.0',
  stability: 'experimental',
  keywords: [
    'aws',
    'cdk',
    'awscdk',
    'aws-cdk',
    'devops-agent',
    'aws-devops-agent',
    'aidevops',
    'incident-response',
    'pagerduty',
    'mcp',
    'azure',
    'custom-resource',
  ],

  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '^6',
  minNodeVersion: '20.19.0',
  workflowNodeVersion: WORKFLOW_NODE,
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenVersion: '0.103.25',
  projenrcTs: true,
  runner: TypeScriptRunner.tsx(),

  ...RELEASE_OPTIONS,
  publishToPypi: { ...OWNER.pypi, trustedPublishing: true },
  publishToNuget: { ...OWNER.nuget, trustedPublishing: true },
  // Maven Central takes signed files and a token, a Go module is pushed to its own repository: their secrets are in the environment.
  publishToMaven: OWNER.maven,
  publishToGo: { ...OWNER.go, githubUseSsh: true },
  // A build writes nothing back: what it would change fails it.
  buildWorkflowOptions: {
    mutableBuild: false,
    permissions: { contents: github.workflows.JobPermission.READ },
    workflowTriggers: { pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} },
  },

  devDeps: [
    ...BUNDLED,
    // The CLI that the demo and the end-to-end test deploy with. `latest` is a major version ahead of what fits the floor.
    'aws-cdk@2.1148.1',
    // Makes, shrinks and replays the schedules of the fault search.
    'fast-check',
    // The titles of commits, from which a release's changelog is made.
    '@commitlint/cli',
    '@commitlint/config-conventional',
    // The integration tests: their snapshots here, the real API where somebody has an account.
    '@aws-cdk/integ-runner@^2.197.0',
    '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    // The public API against that of the last release, and against the rules of aws-cdk-lib's own constructs.
    'jsii-diff',
    'awslint@2.262.2-alpha.0',
    // The rules of CDK apps.
    'eslint-plugin-awscdk@^4.2.1',
    // Reads the workflows and the issue forms, for their test.
    'yaml',
  ],
  bundlerOptions: {
    // The bundle's bytes decide the asset's hash, so the bundler is pinned to the byte.
    esbuildVersion: '0.28.2',
  },

  // Source maps would be a third of the tarball, and the sources that they point to are not in it.
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },

  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,
  sampleCode: false,
  compressAssembly: true,
  npmignoreEnabled: false,
  pullRequestTemplate: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  // Users get what is bundled with a release of this library alone, so it is kept fresh. Other dependencies are tools, upgraded for a reason.
  depsUpgradeOptions: {
    include: BUNDLED,
    // A release that is younger than a week may yet be withdrawn.
    cooldown: 7,
    semanticCommit: 'fix',
    pullRequestTitle: 'upgrade the AWS SDK that the handler contains',
    pullRequestDescription: 'What to look at: docs/releasing.md, "What is bundled".',
    workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.MONTHLY },
  },
  gitignore: [
    '.jsii.gz', '/.local/', '/.README.md', '.jsii.tabl.json', '/test/.snippets/', 'cdk.out/', '/bench/.work/', '**/*.snapshot/asset.*/', '.DS_Store',
    // Files that the examples in other languages leave where they run.
    '/examples/python/.venv/', '__pycache__/', '/examples/java/target/', '/examples/go/go.sum', '/examples/csharp/bin/', '/examples/csharp/obj/',
  ],

  eslintOptions: {
    dirs: ['src'],
    // What is in the handler's bundle is a development dependency, so lambda/ may import those.
    devdirs: ['lambda', 'test', 'demo', 'examples', 'bench'],
    commandOptions: { fix: false },
  },
  jestOptions: {
    configFilePath: 'jest.config.json',
    // A test run never writes an expectation.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    junitReporting: false,
    jestConfig: {
      collectCoverage: false,
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      // Child processes of a test are its own; a forgotten one should be seen.
      testTimeout: 60_000,
      workerIdleMemoryLimit: '1GB',
      // ts-jest only strips the types; `tsc` checks them, once, as a step of its own.
      testPathIgnorePatterns: ['/node_modules/'],
      globalSetup: '<rootDir>/test/support/temporary-folder.ts',
      globalTeardown: '<rootDir>/test/support/no-temporary-folder.ts',
    },
  },
});

// The handler: type-checked by its own configuration, then bundled into what the tarball ships.
project.addFields({
  files: ['lib/**/*.js', 'lib/**/*.d.ts', 'assets/**/*.js', '.jsii', '.jsii.gz', LICENSES],
});
project.bundler.addBundle('lambda/index.ts', {
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  mainFields: ['module', 'main'],
  outfile: '../../handler/index.js',
  esbuildArgs: {
    // A protocol loads these on demand, and with them modules that nothing else needs: 17 kB and 10 kB.
    '--alias:@smithy/core/event-streams': './lambda/aws/no-event-streams.ts',
    '--alias:@smithy/core/endpoints': './lambda/aws/no-endpoint-rules.ts',
    // Loading a module of Node.js's own by `import()` starts its loader of ES modules: four megabytes for nothing.
    '--supported:dynamic-import': 'false',
    // The handler has none of these streams, and to ask whether something is one loads the modules that make them.
    '--define:ReadableStream': 'undefined',
    // The list of the bundled files, for their licenses.
    '--metafile': METAFILE,
  },
});

// The newest patch was published without half of its platforms' binaries, which `npm ci` then misses in the lock file.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
// Its peer dependency ends before the project's TypeScript, with which its rules run all the same.
project.package.file.addOverride('overrides.eslint-plugin-awscdk', { typescript: '$typescript' });

addLint(project);

// Generated from the construct's docstrings; a test says whether it is fresh.
const compile = project.tasks.tryFind('compile')!;
// Node.js 20 is supported on purpose; the compiler's banner about it is as long as the rest of its output.
compile.env('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
compile.exec('tsx projenrc/lazy-exports.ts');
// The README that leaves the repository, with absolute links: in the assembly, and around `npm pack`.
compile.exec('tsx projenrc/readme-links.ts assembly');
project.setScript('prepack', 'tsx projenrc/readme-links.ts pack');
project.setScript('postpack', 'tsx projenrc/readme-links.ts packed');
const docgen = project.tasks.tryFind('docgen')!;
const bundle = project.tasks.tryFind('bundle')!;
const lint = project.tasks.tryFind('eslint')!;
// Committed, so that a change of what is bundled shows in a review.
bundle.exec('tsx projenrc/licenses.ts');
project.gitattributes.addAttributes(`/${LICENSES}`, 'linguist-generated');

const typecheck = project.addTask('typecheck', { description: 'Checks the types of what jsii does not compile' });
typecheck.exec('tsc -p lambda');
typecheck.exec('tsc -p test --noEmit');
typecheck.exec('tsc -p demo');
typecheck.exec('tsc -p bench');
typecheck.exec('tsc -p examples');

const unit = project.addTask('test:unit', {
  description: 'The tests that need Node.js alone',
  receiveArgs: true,
});
unit.spawn(bundle);
unit.spawn(compile);
unit.spawn(typecheck);
unit.spawn(lint);
// Jest leaves a core idle, and one process for all files grows slower with each of them.
unit.exec('jest --ci --maxWorkers=100% --testPathIgnorePatterns /node_modules/ test/conformance/ test/e2e/', { receiveArgs: true });

const conformance = project.addTask('test:conformance', {
  description: 'The constructs against the API\'s model as boto3 ships it (needs Python 3.10 or newer)',
  receiveArgs: true,
});
conformance.exec('tsx test/python-check.ts model');
conformance.exec('jest --ci --maxWorkers=100% --verbose=false test/conformance', { receiveArgs: true });

const e2e = project.addTask('test:e2e', {
  description: 'The tests on the local CloudFormation engine (needs Python 3.10 or newer)',
  receiveArgs: true,
});
e2e.exec('tsx test/python-check.ts model engine');
e2e.exec('jest --ci --runInBand test/e2e', { receiveArgs: true });

project.addTask('test:decisions', {
  description: 'Explores the rules of the lifecycle over everything that an observation or an action can answer',
}).exec('tsx test/decisions/main.ts');

project.addTask('test:faults', {
  description: 'Searches for sequences of events and faults that the handler does not survive; `-- --runs N --seed S`',
  receiveArgs: true,
}).exec('tsx test/faults/main.ts', { receiveArgs: true });

// Not among the development dependencies: 65 MB that nothing else needs.
const MUTATIONS = '9.6.1';
project.addTask('test:mutations', {
  description: 'Mutates what decides in the handler, and counts the mutants that a test notices; `-- --mutate lambda/retries.ts` for one file',
  steps: [{ spawn: 'bundle' }, { spawn: 'compile' }],
}).exec(
  `npx --yes --package @stryker-mutator/core@${MUTATIONS} --package @stryker-mutator/jest-runner@${MUTATIONS} stryker run test/mutations/stryker.config.mjs`,
  { receiveArgs: true },
);

/** A task that runs a command on the built library. */
const onBuild = (name: string, description: string, command: string) => project.addTask(name, {
  description, receiveArgs: true, steps: [{ spawn: 'bundle' }, { spawn: 'compile' }],
}).exec(command, { receiveArgs: true });

onBuild('test:languages', 'Packages the library for other languages, and synthesizes the quick start in each of them; `-- python` for one alone',
  'tsx test/languages/main.ts');

// Neither assets nor stack traces are in the snapshots: they show a change of templates, not that these are right.
const INTEG = "integ-runner --directory test/integ --language typescript --test-regex '^integ\\..*\\.ts$' --app 'node --import tsx {filePath}'"
  + ' --no-update-workflow --parallel-regions us-east-1';
onBuild('integ:snapshots', 'Compares the templates of the integration tests with their snapshots; `-- --update-on-failed --dry-run` rewrites these', INTEG);
project.gitattributes.addAttributes('/test/integ/*.snapshot/**', 'linguist-generated');
onBuild('integ:deploy', 'Runs the integration tests in the AWS account of the credentials', `${INTEG} --update-on-failed --force`);

const test = project.testTask;
test.reset();
test.spawn(unit);
test.spawn(conformance);
test.spawn(e2e);

onBuild('demo', 'Deploys, changes and destroys the examples on this machine alone; `-- --keep` leaves the quick start running', 'tsx demo/main.ts');
onBuild('bench', 'Measures what users pay; `-- --check` fails where a goal is missed, `-- --no-time` leaves out what depends on the machine', 'tsx bench/main.ts');

// What is missing is said before the first tool that needs it: projen itself is a development dependency.
for (const script of [
  'demo', 'bench', 'test', 'test:unit', 'test:conformance', 'test:e2e', 'test:languages', 'test:decisions', 'test:faults', 'test:mutations',
  'integ:snapshots', 'integ:deploy',
]) {
  project.setScript(`pre${script}`, 'node demo/preflight.js');
}

// The tarball's files are an allow-list in package.json; the packager would write an .npmignore of its own.
for (const task of project.tasks.all.filter(({ steps }) => steps[0]?.execArgs?.includes('jsii-pacmak'))) {
  task.updateStep(0, { execArgs: [...task.steps[0].execArgs as string[], '--no-npmignore'] });
}

const compat = project.tasks.tryFind('compat')!;
compat.description = 'Compares the public API with that of the last release';
compat.env('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
compat.reset('tsx projenrc/compat.ts', { receiveArgs: true });
docgen.description = 'Generates API.md from the docstrings';

// Examples are translated from here; without it, every language's README and reference have them in TypeScript.
for (const language of ['java', 'python', 'dotnet', 'go']) {
  project.tasks.tryFind(`package:${language}`)!.prependExec('jsii-rosetta extract --strict --batch 1000');
}

// The licenses change with what is bundled.
project.upgradeWorkflow!.postUpgradeTask.spawn(bundle);
addCommunity(project, OWNER.repository, OWNER.team);
addTitles(project);
addWorkflows(project, WORKFLOW_NODE);

project.synth();
