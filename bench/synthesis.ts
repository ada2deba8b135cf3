import { atMost, atMostTimes, Group, paired } from './metric';
import { program, run } from './programs';

/** As many registrations as fit into a stack of 500 resources with something left for the rest of it. */
const MANY = 450;
/** One synthesis takes up to a fifth more or less than the next, and the goal is as close as that. */
const PAIRS = 25;
const GROWTH_PAIRS = 5;

/** Registrations with and without an association, one whose webhook is captured, and what CloudFormation has itself. */
type Kind = 'ours' | 'associated' | 'captured' | 'native';

interface Synthesis {
  readonly ms: number;
  readonly bytes: number;
  readonly template: { readonly Resources: { readonly [id: string]: { readonly Type: string } } };
}

const compiled = () => program('synthesis', { packages: 'external', external: ['*/lib'] });

async function synthesize(file: string, kind: Kind, registrations: number): Promise<Synthesis> {
  return JSON.parse((await run(process.execPath, [file, kind, String(registrations)])).output);
}

export const templates: Group = {
  timed: false,
  measure: async () => {
    const file = compiled();
    const one = await synthesize(file, 'ours', 1);
    const many = await synthesize(file, 'ours', MANY);
    const native = await synthesize(file, 'native', MANY);
    const resources = (synthesis: Synthesis, type?: string) =>
      Object.values(synthesis.template.Resources).filter(({ Type }) => type === undefined || Type === type).length;
    const [associated, captured] = [await synthesize(file, 'associated', 1), await synthesize(file, 'captured', 1)];
    return {
      'template per registration': atMostTimes(1.1, 'bytes', many.bytes / MANY, native.bytes / MANY),
      'resources beyond one per registration, at 1': atMost(4, 'resources', resources(one) - 1),
      [`resources beyond one per registration, at ${MANY}`]: atMost(10, 'resources', resources(many) - MANY),
      [`managed policies of the role, at ${MANY}`]: atMost(10, 'policies', resources(many, 'AWS::IAM::ManagedPolicy')),
      'resources of an association': atMost(0, 'resources', resources(associated) - resources(one)),
      'resources of a captured webhook: its secret': atMost(1, 'resources', resources(captured) - resources(associated)),
    };
  },
};

export const synthesisTimes: Group = {
  timed: true,
  measure: async () => {
    const file = compiled();
    const ms = async (kind: 'ours' | 'native', registrations: number) => (await synthesize(file, kind, registrations)).ms;
    return {
      [`synthesis of ${MANY} registrations`]: await paired(1.25, 'ms', PAIRS, () => ms('ours', MANY), () => ms('native', MANY)),
      [`growth of the synthesis from ${MANY / 10} to ${MANY}`]: await paired(12, 'ms', GROWTH_PAIRS, () => ms('ours', MANY), () => ms('ours', MANY / 10)),
    };
  },
};
