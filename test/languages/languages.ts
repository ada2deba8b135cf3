/** The languages that the quick start is written in besides TypeScript: what each needs, and how its app gets its dependencies. */

import { delimiter, join } from 'node:path';
import { replaceMissingVersions } from './go';
import { Run, run, Tool } from './tools';
import { LOCAL } from '../support/workspace';

/** Below it, packages and examples lie to each other as they do in the repository. */
export const FOLDER = join(LOCAL, 'languages');

export interface Language {
  readonly title: string;
  readonly tools: readonly Tool[];
  /** What the packaging is told. */
  readonly packaging?: { readonly options?: readonly string[]; readonly env?: NodeJS.ProcessEnv };
  /** Installs the dependencies of the app in a folder. Returns what its environment has to have besides. */
  install(options: Run, report: (line: string) => void): Promise<NodeJS.ProcessEnv>;
}

const PYTHON: Language = {
  title: 'Python',
  tools: [
    { version: ['python3', '--version'], oldest: [3, 10], install: 'Python 3.10 or newer' },
    {
      version: ['python3', '-c', 'import venv, ensurepip; print(ensurepip.version())'],
      oldest: [1, 0],
      install: 'venv and ensurepip, on Debian and Ubuntu `apt install python3-venv`',
    },
  ],
  async install(options) {
    const environment = join(options.cwd, '.venv');
    await run(['python3', '-m', 'venv', environment], options);
    await run([join(environment, 'bin', 'python'), '-m', 'pip', 'install', '--no-user', '--no-input', '-r', 'requirements.txt'], options);
    return { PATH: `${join(environment, 'bin')}${delimiter}${process.env.PATH}` };
  },
};

// Not the user's own repository: a package of the same version would stay there, and be taken for this one.
const REPOSITORY = join(FOLDER, 'maven');
const maven = (option: string) => ({ MAVEN_OPTS: `${process.env.MAVEN_OPTS ?? ''} ${option}` });

const JAVA: Language = {
  title: 'Java',
  tools: [
    { version: ['javac', '--version'], oldest: [17, 0], install: 'a JDK, 17 or newer, on Debian and Ubuntu `apt install default-jdk-headless`' },
    { version: ['mvn', '--version'], oldest: [3, 6], install: 'Maven, on Debian and Ubuntu `apt install maven`' },
  ],
  // The reference documentation takes as long as all the rest.
  packaging: { options: ['--maven-local-repository', REPOSITORY], env: maven('-Dmaven.javadoc.skip=true') },
  // The app's own command installs its dependencies.
  install: async () => maven(`-Dmaven.repo.local=${REPOSITORY}`),
};

// The modules are built here and thrown away; their public database of checksums is not reachable from everywhere.
const GO_ENVIRONMENT = { GOSUMDB: process.env.GOSUMDB ?? 'off' };

const GO: Language = {
  title: 'Go',
  tools: [{ version: ['go', 'version'], oldest: [1, 25], install: 'Go 1.25 or newer' }],
  // A Go module is its source. The rest of the packaging would build it once, which the app does too.
  packaging: { options: ['--code-only'] },
  async install(options, report) {
    await replaceMissingVersions(join(FOLDER, 'dist', 'go', 'cdkdevopsagent', 'go.mod'), { ...options, env: { ...options.env, ...GO_ENVIRONMENT } }, report);
    return GO_ENVIRONMENT;
  },
};

/** By the folder of the example, which is also the target of jsii. */
export const LANGUAGES: Readonly<Record<string, Language>> = { python: PYTHON, java: JAVA, go: GO };
