/** The languages that the quick start is written in besides TypeScript: what each needs, and how its app gets its dependencies. */

import { delimiter, join } from 'node:path';
import { Run, run, Tool } from './tools';
import { LOCAL } from '../support/workspace';

/** Below it, packages and examples lie to each other as they do in the repository. */
export const FOLDER = join(LOCAL, 'languages');

export interface Language {
  readonly title: string;
  readonly tools: readonly Tool[];
  /** What the packaging is told besides the user's own environment. */
  readonly packaging?: Readonly<Record<string, string>>;
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

/** By the folder of the example, which is also the target of jsii. */
export const LANGUAGES: Readonly<Record<string, Language>> = { python: PYTHON };
