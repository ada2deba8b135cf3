import * as fc from 'fast-check';
import { Kind, KINDS, Slot, Variant } from './registrations';

/** The kinds of fault of a call. `Before` and `After` say whether the call has had its effect. */
export const FAULT_KINDS = [
  'resetBefore', 'resetAfter', 'errorBefore', 'errorAfter', 'htmlBefore', 'htmlAfter', 'malformedAfter', 'unconnected', 'silentBefore', 'silentAfter',
  'slowBefore', 'slowAfter', 'throttled', 'denied', 'refused', 'crashBefore', 'crashAfter', 'crashDuring', 'rotated',
] as const;
export type FaultKind = typeof FAULT_KINDS[number];

export const OPERATIONS = [
  'register', 'deregister', 'get', 'list', 'tag', 'untag', 'listAgentSpaces', 'listAssociations', 'secret', 'describe', 'describeStack', 'publish', 'answer',
] as const;
/** The operations of associations, which only a search with associations comes to. */
export const ASSOCIATION_OPERATIONS = ['associate', 'updateAssociation', 'disassociate', 'listWebhooks', 'putSecret'] as const;
export type Operation = typeof OPERATIONS[number] | typeof ASSOCIATION_OPERATIONS[number];

/** A fault that is injected into calls of one event, whichever delivery makes them. */
export interface Fault {
  /** The event, counted from 0 in the order in which CloudFormation sends them. */
  readonly event: number;
  readonly operation: Operation | 'any';
  /** The number of such calls that go well before. */
  readonly after: number;
  /** The number of calls that it is injected into. */
  readonly times: number;
  readonly kind: FaultKind;
  /** The moment of a late effect, or the length of a slow call, as a fraction of the longest possible delay. */
  readonly when: number;
}

/** A delivery of an event that has been delivered already, or a first one that comes late. */
export interface Delivery {
  readonly event: number;
  readonly kind: 'again' | 'late';
  readonly seconds: number;
}

/** One deployment: a template, and what users do beside it. */
export interface Deployment {
  /** The variant of each slot, null for a slot without a registration; or null, which deletes the stack. */
  readonly template: readonly (Variant | null)[] | null;
  /** The time until another resource of the stack fails, in seconds. */
  readonly neighbourFails: number | null;
  readonly rollback: boolean;
  /** Whether an update that is not rolled back still rolls back the resources that failed. */
  readonly preserve: boolean;
  /** Whether the deletion of the stack goes on while the next deployment begins. */
  readonly express: boolean;
  /** Whether an update after a failed one gets the properties that were tried as the old ones, not those that were good. */
  readonly oldTried: boolean;
  /** Which physical id an Update back has after a replacement. */
  readonly backWith: 'old' | 'new';
  /** The slot whose service a user associates with an Agent Space before the deployment, and when that ends, in seconds. */
  readonly associated: { readonly slot: number; readonly until: number | null; readonly space?: number } | null;
  /** The Agent Space that the deployment replaces: in the same update, or since a user removed it before, with its associations. */
  readonly spaceReplaced?: { readonly space: number; readonly byHand: boolean } | null;
  /** The slot whose service a user deregisters by hand before the deployment. */
  readonly removedByHand: number | null;
  /** The slot whose next registration the service does not accept. */
  readonly refused: number | null;
  readonly rotates: boolean;
  /** Whether the secrets are rotated to credentials that the services do not accept. */
  readonly badCredentials: boolean;
  /** The secrets and the role go before the registrations do. */
  readonly secretsGone: boolean;
  /** The time after it, in seconds. */
  readonly pause: number;
}

/** Services that others have registered before. */
export const FOREIGNERS = ['sameName', 'account', 'serverName', 'channel', 'bystander'] as const;
export type Foreigner = typeof FOREIGNERS[number];

/** The behaviour of the account; times are in milliseconds. */
export interface Conditions {
  readonly listLag: number;
  readonly tagsLag: number;
  readonly getLag: number;
  readonly nameRelease: number;
  readonly disassociateLag: number;
  readonly conflictStyle: 'conflict' | 'validation';
  readonly associatedStyle: 'conflict' | 'validation';
  readonly pendingHoldsIdentity: boolean;
  readonly pageSize: number;
  /** The time that policies take to spread after a stack was begun. */
  readonly spread: number;
  /** The time until a new role is assumable. */
  readonly roleNotReady: number;
  /** The lead of the Lambda function's clock over that of CloudFormation, and of the clock of the API. */
  readonly skew: number;
  readonly apiSkew: number;
  /** Whether DescribeStackResource shows the physical id that goes while CloudFormation deletes what a replacement replaced. Not documented. */
  readonly cleanupShown: boolean;
  /** The age of the state that DescribeStackResource shows. */
  readonly describeLag: number;
  /** Whether others register six services with the display name of the first slot before the second deployment. */
  readonly crowd: boolean;
  readonly foreigners: readonly Foreigner[];
  /** Absent: there are no Agent Spaces but those that users make. */
  readonly associations?: AssociationConditions;
}

/** The behaviour of the API with associations; times are in milliseconds. */
export interface AssociationConditions {
  readonly ids: 'new' | 'kept' | 'reused';
  readonly overwrittenWebhook: 'new' | 'kept';
  readonly busy: number;
  readonly young: number;
  readonly youngError: 'ResourceNotFoundException' | 'ValidationException' | 'ConflictException';
  readonly exclusive: boolean;
  readonly normalised: boolean;
}

/** The user who is asked for consent. */
export interface User {
  /** The time until the user consents, in seconds; null: never. */
  readonly delay: number | null;
  readonly twice: boolean;
}

/** A second stack with the same slots, created before the deployments. */
export interface Twin {
  readonly template: readonly (Variant | null)[];
  /** Whether it outlives the deployments. */
  readonly stays: boolean;
}

/** All that a run depends on: plain data, so that it prints, shrinks and replays. */
export interface Schedule {
  readonly slots: readonly Slot[];
  readonly conditions: Conditions;
  readonly user: User;
  readonly twin: Twin | null;
  readonly deployments: readonly Deployment[];
  readonly faults: readonly Fault[];
  readonly deliveries: readonly Delivery[];
  /** The seed of jitter and latencies. */
  readonly seed: number;
}

/** The most registrations that a stack has. A template says something of each, whether or not there is a slot for it. */
export const SLOTS = 3;

/** Mostly the first value, which is also what it shrinks to. */
export function usually<T>(value: T, other: fc.Arbitrary<T>, odds = 3): fc.Arbitrary<T> {
  return fc.oneof({ weight: odds, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
}

export const seconds = (most: number) => fc.integer({ min: 0, max: most });
export const upTo = (most: number) => usually(0, fc.integer({ min: 1, max: most / 1000 }).map((s) => s * 1000), 1);

const slot: fc.Arbitrary<Slot> = fc.record({
  kind: fc.constantFrom<Kind[]>(...KINDS),
  retain: usually(false, fc.constant(true), 8),
  wait: fc.boolean(),
});

const variant: fc.Arbitrary<Variant> = fc.record({
  config: usually(0, fc.integer({ min: 1, max: 2 }), 1),
  tags: usually(0, fc.integer({ min: 1, max: 2 })),
  revision: usually(0, fc.integer({ min: 1, max: 2 })),
  pinned: usually(0, fc.integer({ min: 1, max: 2 })),
  authorized: usually(false, fc.constant(true), 1),
  retain: usually(false, fc.constant(true), 10),
  wait: usually(false, fc.constant(true), 6),
  token: usually(false, fc.constant(true), 4),
  broken: usually(false, fc.constant(true), 30),
});

const template = fc.array(fc.option(variant, { freq: 5 }), { minLength: SLOTS, maxLength: SLOTS });

const deployment: fc.Arbitrary<Deployment> = fc.record({
  template: fc.oneof(
    { weight: 5, arbitrary: template },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  neighbourFails: usually<number | null>(null, seconds(120)),
  rollback: usually(true, fc.constant(false), 5),
  preserve: fc.boolean(),
  express: usually(false, fc.constant(true)),
  oldTried: fc.boolean(),
  backWith: fc.constantFrom('old' as const, 'new' as const),
  associated: usually<Deployment['associated']>(null, fc.record({ slot: fc.nat(SLOTS - 1), until: fc.option(seconds(200)) }), 6),
  removedByHand: usually<number | null>(null, fc.nat(SLOTS - 1), 12),
  refused: usually<number | null>(null, fc.nat(SLOTS - 1), 6),
  rotates: usually(false, fc.constant(true)),
  badCredentials: usually(false, fc.constant(true), 10),
  secretsGone: usually(false, fc.constant(true), 8),
  // After five minutes, nothing lags any more.
  pause: fc.oneof(seconds(20), seconds(600), fc.integer({ min: 300, max: 900 })),
});

/** The handler crashes in every delivery, at about the same place: the event ends with its deadline. */
const death: fc.Arbitrary<Fault> = fc.record({
  event: fc.nat(5),
  operation: fc.constant('any' as const),
  after: fc.nat(6),
  times: fc.constant(3),
  kind: fc.constantFrom('crashAfter' as const, 'crashDuring' as const),
  when: fc.constant(0),
});

/** The API does not respond until the handler's time is up. */
const silence: fc.Arbitrary<Fault> = fc.record({
  event: fc.nat(5),
  operation: fc.constantFrom('get' as const, 'list' as const, 'register' as const),
  after: fc.nat(1),
  times: fc.integer({ min: 3, max: 5 }),
  kind: fc.constantFrom('silentBefore' as const, 'silentAfter' as const),
  when: fc.nat(100).map((percent) => percent / 100),
});

/** Calls take nearly as long as their client waits. */
const slowness: fc.Arbitrary<Fault> = fc.record({
  event: fc.nat(5),
  operation: fc.oneof({ weight: 1, arbitrary: fc.constant('any' as const) }, { weight: 2, arbitrary: fc.constantFrom<Operation[]>(...OPERATIONS) }),
  after: fc.nat(3),
  // So many that little is left of the handler's time, or nothing.
  times: fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.integer({ min: 4, max: 14 }) }),
  kind: fc.constantFrom('slowBefore' as const, 'slowAfter' as const),
  when: fc.nat(100).map((percent) => percent / 100),
});

/** A policy that is being changed denies a read. */
const denial: fc.Arbitrary<Fault> = fc.record({
  event: fc.nat(9),
  operation: fc.constantFrom('get' as const, 'list' as const, 'describe' as const, 'describeStack' as const),
  after: fc.nat(1),
  times: fc.constant(1),
  kind: fc.constant('denied' as const),
  when: fc.constant(0),
});

/** The API throttles RegisterService until the time of one delivery, or of all, is over. */
const throttling: fc.Arbitrary<Fault> = fc.record({
  event: fc.nat(5),
  operation: fc.constant('register' as const),
  after: fc.constant(0),
  times: fc.constantFrom(70, 150, 450),
  kind: fc.constant('throttled' as const),
  when: fc.constant(0),
});

/** RegisterService takes effect, and its answer gets lost. */
const loss: fc.Arbitrary<Fault> = fc.record({
  event: fc.nat(3),
  operation: fc.constant('register' as const),
  after: fc.constant(0),
  times: fc.constant(1),
  kind: fc.constantFrom('resetAfter' as const, 'errorAfter' as const, 'htmlAfter' as const, 'malformedAfter' as const, 'silentAfter' as const),
  when: fc.nat(100).map((percent) => percent / 100),
});

/** A user rotates a secret while it is read. */
const rotation: fc.Arbitrary<Fault> = fc.record({
  event: fc.nat(5),
  operation: fc.constant('secret' as const),
  after: fc.nat(2),
  times: fc.constant(1),
  kind: fc.constant('rotated' as const),
  when: fc.constant(0),
});

const fault: fc.Arbitrary<Fault> = fc.record({
  event: fc.oneof(fc.nat(3), fc.nat(9)),
  operation: fc.oneof(
    { weight: 2, arbitrary: fc.constant('any' as const) },
    { weight: 3, arbitrary: fc.constantFrom('register' as const, 'deregister' as const) },
    { weight: 3, arbitrary: fc.constantFrom<Operation[]>(...OPERATIONS) },
  ),
  after: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(10) }),
  times: usually(1, fc.integer({ min: 2, max: 8 })),
  kind: fc.constantFrom<FaultKind[]>(...FAULT_KINDS, 'crashBefore', 'crashAfter', 'crashDuring'),
  when: fc.nat(100).map((percent) => percent / 100),
});

const delivery: fc.Arbitrary<Delivery> = fc.record({
  event: fc.nat(5),
  kind: fc.constantFrom('again' as const, 'again' as const, 'late' as const),
  seconds: fc.oneof(seconds(60), seconds(1200), fc.integer({ min: 1900, max: 2030 })),
});

const conditions: fc.Arbitrary<Conditions> = fc.record({
  listLag: upTo(25_000),
  tagsLag: upTo(25_000),
  getLag: usually(0, fc.constant(1000)),
  nameRelease: upTo(60_000),
  disassociateLag: upTo(50_000),
  conflictStyle: fc.constantFrom('conflict' as const, 'validation' as const),
  associatedStyle: fc.constantFrom('conflict' as const, 'validation' as const),
  pendingHoldsIdentity: fc.boolean(),
  pageSize: fc.constantFrom(100, 1, 2),
  spread: usually(0, seconds(40).map((s) => s * 1000)),
  roleNotReady: upTo(80_000),
  skew: usually(0, fc.constantFrom(-4000, 4000)),
  apiSkew: usually(0, fc.constantFrom(-20_000, 20_000)),
  cleanupShown: fc.boolean(),
  describeLag: upTo(3_000),
  crowd: usually(false, fc.constant(true), 8),
  foreigners: fc.subarray([...FOREIGNERS]),
});

// Not chained to the number of slots: what is independent shrinks well.
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  slots: fc.array(slot, { minLength: 1, maxLength: SLOTS }),
  conditions,
  user: fc.record({ delay: fc.option(fc.oneof(seconds(60), seconds(500))), twice: fc.boolean() }),
  twin: usually<Twin | null>(null, fc.record({ template, stays: fc.boolean() }), 5),
  deployments: fc.array(deployment, { minLength: 1, maxLength: 5 }),
  faults: fc.array(fc.oneof(
    { weight: 8, arbitrary: fault },
    { weight: 1, arbitrary: death },
    { weight: 1, arbitrary: silence },
    { weight: 1, arbitrary: loss },
    { weight: 2, arbitrary: slowness },
    { weight: 1, arbitrary: denial },
    { weight: 1, arbitrary: rotation },
    { weight: 1, arbitrary: throttling },
  ), { maxLength: 6 }),
  deliveries: fc.array(delivery, { maxLength: 3 }),
  seed: fc.nat(1_000_000),
});
