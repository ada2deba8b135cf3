/**
 * What is documented as not promised, all in one place: nothing else is excused.
 */
import type { CloudFormation, Left, Resource } from './cloudformation';
import type { Sent } from './lambda';
import { Kind } from './registrations';
import { MARK } from '../../src/private/contract';
import type { Snapshot } from '../simulator/service';

/**
 * The API has no idempotency token, and its lists lag. Two deliveries of one event that overlap are safe only where the
 * API refuses the second registration, because an identity or a generated name is taken.
 */
export function mayOverlap(kind: Kind): boolean {
  return kind !== 'dynatrace';
}

/**
 * A second delivery within so many seconds of its event is not told from the first: CloudFormation does not send the
 * next event any sooner, so what is older asks it. Where deliveries must not overlap, none comes sooner. And no second
 * one begins in the very moment in which CloudFormation takes the answer of the first: it would still be told to go on.
 */
export const SOONEST_AGAIN = 10_000;
export const SOONEST_AFTER = 5_000;

/**
 * A function that dies while RegisterService is on its way: Lambda delivers the event again after a minute, and by then
 * what the call did has to show in lists. It takes effect at most so much later.
 */
export const LATEST_EFFECT = 20_000;

/**
 * Where a resource takes a service again that CloudFormation had left behind, because it is what the template asks for
 * once more, tags that it has of that time stay: nobody knows whose they are. And a person may consent on the page of an
 * earlier deployment: its tags are those of that deployment.
 */
export function mayHaveOldTags({ slot, physicalId }: Resource, left: readonly Left[]): boolean {
  return left.some((one) => one.physicalId === physicalId) || (slot.kind === 'consented' && !slot.wait);
}

/**
 * What a registration that is to be retained has registered stays, even where the event failed or died that did it: by
 * then it carries the tag, and nobody knows whether CloudFormation ever heard of it.
 */
export function mayStay(tags: { readonly [key: string]: string }, sent: readonly Sent[]): boolean {
  const request = sent.find(({ event }) => event.RequestId === tags[MARK.request]);
  return tags[MARK.retain] === 'true' && !request?.answer?.ok;
}

/**
 * An update that CloudFormation gives up in the middle may register what no list shows before the rollback is through. It
 * is removed by the next event of the resource, once lists show it.
 */
export function mayBeUnseen({ tags, createdAt }: Snapshot['services'][number], cloudFormation: CloudFormation): boolean {
  return cloudFormation.gaveUp(tags[MARK.request]) && !cloudFormation.wentOn(tags[MARK.owner], createdAt + 30_000);
}

// A consent that is given after the registration was deleted, or after the wait for it ended, makes a service that is
// told nowhere: `Person.orphans`.

// A retained service exists, whatever becomes of its stack: `CloudFormation.retained`. So does one whose deletion was
// refused three times, until the next event of its resource: `CloudFormation.abandoned`.

// Credentials are those of a version that was current since the same request was first asked for: a service that is
// still there is taken again, and a rotation by itself changes nothing.

/**
 * An adopted service is its owner's: it is as the owner wants it, and gone when the owner removes it. That includes one
 * that the resource itself had registered and CloudFormation had left behind.
 */
export function isTakenAsItIs({ physicalId, properties }: Resource, left: readonly Left[]): boolean {
  return properties.AdoptExisting === 'true' && left.some((one) => one.physicalId === physicalId);
}
