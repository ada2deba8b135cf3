/** The languages that the quick start is written in besides TypeScript: what each needs, and how it is tested. */

import { cpSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { differences, Synthesized, synthesized } from './assembly';
import { compile } from './csharp';
import { replaceMissingVersions } from './go';
import { pacmak, Run, run, Tool } from './tools';
import { LOCAL, ROOT } from '../support/workspace';

/** Below it, packages and examples lie to each other as they do in the repository. */
export const FOLDER = join(LOCAL, 'languages');

/** The test of a language, which has a folder of its own. */
export interface Job extends Run {
  /** The assembly of the quick start in TypeScript. */
  readonly expected: Promise<Synthesized>;
  report(line: string): void;
}

export interface Language {
  readonly title: string;
  readonly tools: readonly Tool[];
  /** The statement that holds if the test finds no problem. */
  readonly holds: string;
  /** Returns the problems. */
  test(job: Job): Promise<string[]>;
}

interface Synthesizes {
  /** The environment in which the library is packaged, besides the user's own. */
  readonly packaging?: { readonly options?: readonly string[]; readonly env?: NodeJS.ProcessEnv };
  /** Installs the dependencies of the example. Returns what its environment has to have besides. */
  install(job: Job): Promise<NodeJS.ProcessEnv>;
}

/** The test of a language that everything of can be had: the library is packaged, and the example installed and synthesized. */
const synthesizes = (target: string, { packaging, install }: Synthesizes): Pick<Language, 'test' | 'holds'> => ({
  async test(job) {
    await pacmak(['--target', target, '--outdir', join(FOLDER, 'dist'), ...packaging?.options ?? []],
      { ...job, cwd: ROOT, env: { ...job.env, ...packaging?.env } });
    cpSync(join(ROOT, 'examples', target), job.cwd, { recursive: true });
    const env = { ...job.env, ...await install(job) };
    return differences(await synthesized({ ...job, env }, join(FOLDER, 'out', target)), await job.expected);
  },
  holds: 'packaged and installed; the quick start synthesizes what that in TypeScript does',
});

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
  ...synthesizes('python', {
    async install(job) {
      const environment = join(job.cwd, '.venv');
      await run(['python3', '-m', 'venv', environment], job);
      const pip = [join(environment, 'bin', 'python'), '-m', 'pip'];
      // Most of what is installed is never imported, so none of it is compiled beforehand.
      await run([...pip, 'install', '--no-user', '--no-input', '--no-compile', '-r', 'requirements.txt'], job);
      return { PATH: `${join(environment, 'bin')}${delimiter}${process.env.PATH}` };
    },
  }),
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
  ...synthesizes('java', {
    // The reference documentation takes as long as all the rest.
    packaging: { options: ['--maven-local-repository', REPOSITORY], env: maven('-Dmaven.javadoc.skip=true') },
    // The app's own command installs its dependencies.
    install: async () => maven(`-Dmaven.repo.local=${REPOSITORY}`),
  }),
};

// The modules are built here and thrown away; their public database of checksums is not reachable from everywhere.
const GO_ENVIRONMENT = { GOSUMDB: process.env.GOSUMDB ?? 'off' };

const GO: Language = {
  title: 'Go',
  tools: [{ version: ['go', 'version'], oldest: [1, 25], install: 'Go 1.25 or newer' }],
  ...synthesizes('go', {
    // A Go module is its source. The rest of the packaging would build it once, which the example does too.
    packaging: { options: ['--code-only'] },
    async install(job) {
      await replaceMissingVersions(join(FOLDER, 'dist', 'go', 'cdkdevopsagent', 'go.mod'), { ...job, env: { ...job.env, ...GO_ENVIRONMENT } }, job.report);
      return GO_ENVIRONMENT;
    },
  }),
};

const CSHARP: Language = {
  title: 'C#',
  tools: [{ version: ['mcs', '--version'], oldest: [6, 0], install: 'Mono\'s C# compiler, on Debian and Ubuntu `apt install mono-mcs`' }],
  test: compile,
  holds: 'the generated package and the quick start compile against the names of aws-cdk-lib; neither is run',
};

/** By the folder of the example. */
export const LANGUAGES: Readonly<Record<string, Language>> = { python: PYTHON, java: JAVA, go: GO, csharp: CSHARP };
