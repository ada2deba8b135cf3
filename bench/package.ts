import { statSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, atMostTimes, Group, median } from './metric';
import { program, ROOT, run, WORK } from './programs';

const RUNS = 9;
const HANDLER = join(ROOT, 'assets', 'handler', 'index.js');

interface Load {
  readonly modules: number;
  readonly own: number;
  readonly loaded: string[];
}

/** Loads the library after these modules. */
async function load(modules: readonly string[]): Promise<Load> {
  return JSON.parse((await run(process.execPath, [program('loading')], {}, JSON.stringify(modules))).output);
}

export const sizes: Group = {
  timed: false,
  measure: async () => {
    const [packed] = JSON.parse((await run('npm', ['pack', ROOT, '--json', '--ignore-scripts', '--pack-destination', WORK], process.env)).output);
    const { loaded } = await load([]);
    return {
      'package tarball': atMost(250_000, 'bytes', packed.size),
      'handler bundle': atMost(175_000, 'bytes', statSync(HANDLER).size),
      'loads of the aws-cdk-lib root': atMost(0, 'loads', loaded.filter((file) => file.endsWith(join('aws-cdk-lib', 'index.js'))).length),
    };
  },
};

export const loading: Group = {
  timed: true,
  measure: async () => {
    const { loaded } = await load([]);
    const loads: Load[] = [];
    for (let i = 0; i < RUNS; i++) loads.push(await load(loaded));
    return {
      'require(\'cdk-devops-agent\') after the modules it needs': atMostTimes(1.05, 'ms',
        median(loads.map(({ modules, own }) => modules + own)),
        median(loads.map(({ modules }) => modules)),
        median(loads.map(({ modules, own }) => (modules + own) / modules))),
    };
  },
};
