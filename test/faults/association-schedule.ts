/** Schedules with associations: those of the search without, and what comes to them. */
import * as fc from 'fast-check';
import { SPACES, Use, Uses } from './associations';
import { ASSOCIATION_OPERATIONS, Conditions, Delivery, Deployment, Fault, FAULT_KINDS, Schedule, schedules, seconds, SLOTS, upTo, usually } from './schedule';
import { OWN_ASSOCIATION } from '../../lambda/lifecycle/times';

const use: fc.Arbitrary<Use> = fc.record({
  configuration: usually(0, fc.constant(1)),
  capabilities: usually(0, fc.integer({ min: 1, max: 2 }), 2),
  webhook: fc.boolean(),
  rotation: usually(0, fc.constant(1), 4),
});

const NO_SPACES: Uses = Array.from({ length: SPACES }, () => null);

const uses: fc.Arbitrary<Uses> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(NO_SPACES) },
  { weight: 4, arbitrary: fc.array(fc.option(use, { freq: 2 }), { minLength: SPACES, maxLength: SPACES }) },
);

const MOST_DEPLOYMENTS = 5;

/** What comes to one deployment. */
const change = fc.record({
  /** For each slot its associations, or null for those of the deployment before. */
  uses: fc.array(fc.option(uses, { freq: 2 }), { minLength: SLOTS, maxLength: SLOTS }),
  associated: usually<Deployment['associated']>(
    null, fc.record({ slot: fc.nat(SLOTS - 1), until: fc.option(seconds(200)), space: fc.nat(SPACES - 1) }), 6),
  spaceReplaced: usually<Deployment['spaceReplaced']>(null, fc.record({ space: fc.nat(SPACES - 1), byHand: usually(false, fc.constant(true), 2) }), 5),
});

const fault: fc.Arbitrary<Fault> = fc.record({
  event: fc.oneof(fc.nat(3), fc.nat(9)),
  operation: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<Fault['operation'][]>(...ASSOCIATION_OPERATIONS) },
    { weight: 1, arbitrary: fc.constantFrom<Fault['operation'][]>('listAssociations', 'tag', 'secret', 'any') },
  ),
  after: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(10) }),
  times: usually(1, fc.integer({ min: 2, max: 8 })),
  kind: fc.constantFrom(...FAULT_KINDS.filter((kind) => kind !== 'rotated'), 'crashBefore' as const, 'crashAfter' as const, 'crashDuring' as const),
  when: fc.nat(100).map((percent) => percent / 100),
});

/** A second delivery while the first one captures. */
const overlapping: fc.Arbitrary<Delivery> = fc.record({
  event: fc.nat(5),
  kind: fc.constant('again' as const),
  seconds: seconds(40),
});

const conditions: fc.Arbitrary<Required<Conditions>['associations']> = fc.record({
  ids: fc.constantFrom('kept' as const, 'new' as const, 'reused' as const),
  overwrittenWebhook: fc.constantFrom('new' as const, 'kept' as const),
  busy: upTo(3_000),
  young: upTo(30_000),
  youngError: fc.constantFrom('ResourceNotFoundException' as const, 'ValidationException' as const, 'ConflictException' as const),
  exclusive: usually(false, fc.constant(true)),
  normalised: fc.boolean(),
});

/** Others associate services in the Agent Spaces of the templates only. */
function inSpace(associated: Deployment['associated']): Deployment['associated'] {
  return associated && { ...associated, space: 0 };
}

const additions = fc.record({
  /** The slots that are `ServiceAssociation`s. */
  apart: fc.array(usually(false, fc.constant(true)), { minLength: SLOTS, maxLength: SLOTS }),
  first: fc.array(uses, { minLength: SLOTS, maxLength: SLOTS }),
  changes: fc.array(change, { minLength: MOST_DEPLOYMENTS, maxLength: MOST_DEPLOYMENTS }),
  conditions,
  /** How many of the other faults there are still. */
  kept: fc.nat(3),
  faults: fc.array(fault, { maxLength: 3 }),
  deliveries: fc.array(overlapping, { maxLength: 2 }),
});

export const schedulesWithAssociations: fc.Arbitrary<Schedule> = fc.tuple(schedules, additions).map(([base, added]) => {
  let now: readonly Uses[] = added.first;
  // Synthesis refuses associations of a registration that may adopt a service.
  const spacesOf = (slot: number) => (base.slots[slot]?.kind === 'adoptedChannel' && !added.apart[slot] ? NO_SPACES : now[slot]);
  const templateWith = (template: Deployment['template']) =>
    template && template.map((variant, slot) => variant && { ...variant, spaces: spacesOf(slot) });
  const twin = base.twin && { ...base.twin, template: templateWith(base.twin.template)! };
  const deployments = base.deployments.map((deployment, i): Deployment => {
    const { uses: changed, associated, spaceReplaced } = added.changes[i];
    now = now.map((before, slot) => (i === 0 ? before : changed[slot] ?? before));
    return { ...deployment, template: templateWith(deployment.template), associated: associated ?? inSpace(deployment.associated), spaceReplaced };
  });
  return {
    ...base,
    twin,
    deployments,
    slots: base.slots.map((slot, i) => (added.apart[i] ? { ...slot, kind: 'association' } : slot)),
    // The handler assumes that the clock of the API is at most so far behind: docs/assumptions.md.
    conditions: { ...base.conditions, apiSkew: Math.max(base.conditions.apiSkew, -OWN_ASSOCIATION), associations: added.conditions },
    faults: [...base.faults.slice(0, added.kept), ...added.faults],
    deliveries: [...base.deliveries, ...added.deliveries],
  };
});
