/** The goals that the explorer starts from: every combination, within bounds, that the constructs can write and CloudFormation can send. */
import { Desired, Goal } from '../../lambda/lifecycle/state';

export const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/App/1';
export const RESOURCE = 'Registration';
/** The request of the event, and the one that a physical id `consent/…` or `failed/…` names. */
export const REQUEST = 'this request';
export const EARLIER = 'earlier request';

/** A kind of registration, as far as the decision tells kinds apart. */
type Kind = Pick<Desired, 'consent' | 'repeatable' | 'rotates' | 'uniqueKey'> & { readonly adopts?: boolean };

const plain = { consent: false, repeatable: false, rotates: true, uniqueKey: undefined };
/** One for each account, and the only kind that can be adopted. */
const CHANNEL: Kind = { ...plain, rotates: false, uniqueKey: 'k', adopts: true };
const KEYED: Kind = { ...plain, uniqueKey: 'k' };
const OTHER_KEY: Kind = { ...plain, uniqueKey: 'j' };
const GENERATED: Kind = plain;
const REPEATABLE: Kind = { ...plain, repeatable: true };
const CONSENT: Kind = { ...plain, consent: true };
const KEYED_CONSENT: Kind = { ...plain, consent: true, uniqueKey: 'k' };

type Flags = Partial<Pick<Desired, 'authorized' | 'waits' | 'retain' | 'adoptExisting'>>;

/** Configuration `A` is the desired one, `B` that of old properties that differ. */
function desired({ adopts, ...kind }: Kind, flags: Flags = {}, configuration = 'A', revision = '1'): Desired {
  return { configuration, revision, authorized: false, waits: false, retain: false, adoptExisting: false, ...kind, ...flags };
}

/** The flags that a kind can have: those of consent, each with and without retaining, and adoption. */
function flagsOf(kind: Kind): Flags[] {
  const modes: Flags[] = kind.consent ? [{}, { authorized: true }, { waits: true }] : kind.adopts ? [{}, { adoptExisting: true }] : [{}];
  return modes.flatMap((mode) => [mode, { ...mode, retain: true }]);
}

function creates(): Goal[] {
  const kinds = [CHANNEL, KEYED, GENERATED, REPEATABLE, CONSENT, KEYED_CONSENT];
  return kinds.flatMap((kind) => flagsOf(kind).flatMap((flags) => [false, true].map((late): Goal => ({
    ...event('Create', { kind: 'invented' }, late), desired: desired(kind, flags),
  }))));
}

/** The changes of an Update: from the old kind to the new one, in the revision alone, in nothing but tags, from what cannot be read. */
function updates(): Goal[] {
  const same = [CHANNEL, KEYED, REPEATABLE, CONSENT, KEYED_CONSENT].map((kind) => ({ from: kind, to: kind, configuration: 'A', revision: '1' }));
  const revised = [KEYED, GENERATED].map((kind) => ({ from: kind, to: kind, configuration: 'A', revision: '0' }));
  const changed = ([
    [CHANNEL, CHANNEL], [KEYED, KEYED], [OTHER_KEY, KEYED], [KEYED, GENERATED], [REPEATABLE, REPEATABLE],
    [KEYED_CONSENT, KEYED_CONSENT], [CONSENT, CONSENT], [KEYED_CONSENT, KEYED], [KEYED, KEYED_CONSENT],
  ] as const).map(([from, to]) => ({ from, to, configuration: 'B', revision: '1' }));
  const unreadable = [KEYED, CHANNEL, CONSENT].map((to) => ({ from: undefined, to, configuration: 'B', revision: '1' }));
  return [...same, ...revised, ...changed, ...unreadable].flatMap(({ from, to, configuration, revision }) => {
    const physical: Goal['physical'] = (from ?? to).consent ? { kind: 'consent', requestId: EARLIER } : { kind: 'service', serviceId: 'current' };
    return flagPairs(from, to).map(([old, flags, late]): Goal => ({
      ...event('Update', physical, late), desired: desired(to, flags), old: from && desired(from, old, configuration, revision),
    }));
  });
}

/** Old and new flags that differ in at most one thing. Without any, the event is also late. */
function flagPairs(from: Kind | undefined, to: Kind): [old: Flags, flags: Flags, late: boolean][] {
  const adopts = { adoptExisting: true };
  const authorized = { authorized: true };
  const retain = { retain: true };
  return [
    [{}, {}, false],
    [{}, {}, true],
    [{}, retain, false],
    ...from ? pairs([retain, {}]) : [],
    ...to.adopts ? pairs([{}, adopts]) : [],
    ...to.adopts && from ? pairs([adopts, {}], [adopts, adopts]) : [],
    ...to.consent ? pairs([{}, authorized], [{}, { waits: true }]) : [],
    ...to.consent && from?.consent ? pairs([authorized, authorized], [authorized, {}]) : [],
  ];
}

function pairs(...all: [old: Flags, flags: Flags][]): [Flags, Flags, boolean][] {
  return all.map(([old, flags]) => [old, flags, false]);
}

function deletes(): Goal[] {
  const physicals: Goal['physical'][] = [
    { kind: 'service', serviceId: 'current' }, { kind: 'consent', requestId: EARLIER }, { kind: 'failed', requestId: EARLIER }, { kind: 'invented' },
  ];
  const properties = [undefined, desired(KEYED), desired(KEYED, { retain: true }), desired(CHANNEL, { adoptExisting: true }), desired(REPEATABLE)];
  return physicals.flatMap((physical) => properties.flatMap((known) => [false, true].map((late): Goal => (
    { ...event('Delete', physical, late), desired: known }))));
}

function event(type: Goal['type'], physical: Goal['physical'], late: boolean): Omit<Goal, 'desired' | 'old'> {
  return { type, requestId: REQUEST, stackId: STACK, logicalId: RESOURCE, physical, late };
}

/** All goals. An Update after a Create that failed has the physical id of a failure. */
export const GOALS: readonly Goal[] = [
  ...deletes(),
  ...creates(),
  { ...event('Update', { kind: 'failed', requestId: EARLIER }, false), desired: desired(KEYED), old: desired(KEYED) },
  { ...event('Update', { kind: 'invented' }, true), desired: desired(REPEATABLE), old: desired(REPEATABLE, {}, 'B') },
  ...updates(),
];

/** A goal in words. */
export function goalWords({ type, physical, late, desired: to, old }: Goal): string {
  const words = (properties?: Desired) => (properties === undefined ? 'unknown properties' : [
    `configuration ${properties.configuration}`, `revision ${properties.revision}`, `unique key ${properties.uniqueKey ?? 'none'}`,
    ...(['consent', 'authorized', 'waits', 'retain', 'adoptExisting', 'repeatable', 'rotates'] as const).filter((flag) => properties[flag]),
  ].join(', '));
  return `${late ? 'late ' : ''}${type} of ${'requestId' in physical ? `${physical.kind}/${physical.requestId}` : physical.kind}, desired: ${words(to)}`
    + (type === 'Update' ? `; old: ${words(old)}` : '');
}
