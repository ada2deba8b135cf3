/**
 * What is documented as not promised, all in one place: nothing else is excused.
 */
import type { Account } from './account';
import { declaredIn } from './associations';
import type { CloudFormation } from './cloudformation';
import { ownerIn, ownerOf } from './ownership';
import { Kind, Properties, UNREADABLE } from './registrations';
import type { Conditions } from './schedule';
import type { Sent } from './sent';
import type { Left, Resource, Stray } from './stack';
import { Pair, physicalIdOf } from '../../lambda/associations/ownership';
import { LATER_ASSOCIATION, OWN_ASSOCIATION } from '../../lambda/lifecycle/times';
import { parsePhysicalId } from '../../lambda/wire/physical-id';
import { TAG } from '../../src/private/contract';
import type { Snapshot } from '../simulator/service';

type Service = Snapshot['services'][number];

/** The longest time that GetService shows a service that is gone. */
const GET_LAG = 2_000;

/** The longest lag of lists. */
const LIST_LAG = 30_000;

/**
 * The API has no idempotency token, and its lists lag. Two deliveries of one event that overlap are safe only where the
 * API refuses the second registration, because of a conflict over a unique key or a generated name.
 */
export function mayOverlap(kind: Kind): boolean {
  return kind !== 'dynatrace';
}

/**
 * A second delivery within so many seconds of its event is not told from the first: CloudFormation does not send the
 * next event any sooner, so what is older asks it. Where deliveries must not overlap, none comes sooner. And no second
 * one begins in the very moment in which CloudFormation takes the answer of the first: it would still be told to go on.
 */
export const SOONEST_AGAIN = 15_000;
export const SOONEST_AFTER = 5_000;

/**
 * A handler that crashes while RegisterService is on its way: Lambda delivers the event again after a minute, and by then
 * what the call did has to show in lists. It takes effect at most so much later.
 */
export const LATEST_EFFECT = 20_000;

/**
 * A handler learns that its event was given up by asking CloudFormation, whose answer may be a few seconds old and take
 * ten: a deregistration that begins so long after the event was given up may still be one that nobody could hold back.
 */
export const SOONEST_KNOWN = 15_000;

/**
 * Where a resource takes a service again that CloudFormation had left behind, because it is what the template asks for
 * once more, tags that it has of that time stay: nobody knows whose they are. And a user may consent on the page of an
 * earlier deployment: its tags are those of that deployment.
 *
 * So it is with what an update registered that was given up, with the tags of an update that failed and was not rolled
 * back, since no later event says which they were, and with those that a stray call brought or took.
 */
export function mayHaveOldTags(
  { slot, physicalId }: Resource, { tags }: Service, left: readonly Pick<Left, 'physicalId'>[], { gaveUp, sent, strays }: CloudFormation,
): boolean {
  const all = sent.filter(({ event }) => ownerOf(event) === ownerIn(tags));
  const isForgotten = ({ event, answer }: Sent, i: number) => event.RequestType === 'Update' && !answer?.ok && !all[i + 1]?.rollsBack;
  return left.some((one) => one.physicalId === physicalId) || slot.kind === 'consented'
    || gaveUp(tags[TAG.request]) || all.some(isForgotten) || strays.some((stray) => stray.owner === ownerIn(tags) && stray.about === 'tags');
}

/**
 * What a registration that is to be retained has registered stays, even where the event failed or died that did it: by
 * then it carries the tag, and nobody knows whether CloudFormation ever heard of it.
 */
export function mayStay(tags: { readonly [key: string]: string }, sent: readonly Sent[]): boolean {
  const request = sent.find(({ event }) => event.RequestId === tags[TAG.request]);
  return tags[TAG.retain] === 'true' && !request?.answer?.ok;
}

/**
 * An update that failed, or that CloudFormation gave up, may have registered a service that no list showed yet when it was
 * rolled back. It goes with the next update of the resource, or with the deletion of the stack; the removal of the resource
 * alone does not look for it, since that cannot be told from the cleanup of a replacement.
 */
export function mayBeOrphaned({ tags, serviceId }: Service, createdAt: number, { sent, looksAgain }: CloudFormation): boolean {
  const request = sent.find(({ event }) => event.RequestId === tags[TAG.request]);
  return request?.event.RequestType === 'Update' && !request.answer?.ok && !looksAgain(ownerIn(tags), createdAt + LIST_LAG, serviceId);
}

/**
 * A service whose deletion was refused again and again stays while Agent Spaces are associated with it. After that it goes in
 * the same way, unless the update that replaced it set the removal policy to retain.
 */
export function mayBeAbandoned(
  { stackId, logicalId, at }: Left, { isAssociated, isRetained }: { isAssociated: boolean; isRetained: boolean }, { looksAgain }: CloudFormation,
): boolean {
  return isAssociated || isRetained || !looksAgain(ownerOf({ StackId: stackId, LogicalResourceId: logicalId }), at);
}

/**
 * Of two deliveries that overlap, one may die, or run out of time, while what it registers is on its way, and the other may
 * have been answered, and its service removed again, before that takes effect. Nobody is left then to take it back. So it is
 * where CloudFormation's word is from before that answer.
 */
export function mayBeDoubled({ tags }: Service, createdAt: number, { sent }: CloudFormation): boolean {
  const request = sent.find(({ event }) => event.RequestId === tags[TAG.request]);
  // The call of a delivery that is dead may overlap although the delivery does not.
  return request !== undefined && (request.overlapped || createdAt > request.answeredAt!) && (request.failures > 0 || /ran out/.test(request.unheard?.reason ?? '')
    || (createdAt > request.answeredAt! && createdAt < request.answeredAt! + SOONEST_KNOWN));
}

/**
 * A call that is on its way when CloudFormation takes an answer to its event, or gives the event up, takes effect when it
 * will. There is no way to call it back, and nothing to lock: a rollback may see the service, which GetService still shows
 * for a moment, and the service go all the same. The next event of the resource makes that good. Tags that come or go
 * like that stay so.
 */
export function mayHaveStrayed(owner: string, { strays, looksAgain }: CloudFormation): boolean {
  return strays.some((stray) => stray.owner === owner && stray.about !== 'association' && !looksAgain(owner, stray.at + GET_LAG));
}

/** A delivery that overlaps with the one that was answered, and asks CloudFormation before its word is new, may take the service from a rollback. */
export function mayHaveStrayedSince(owner: string, since: number, { strays }: CloudFormation): boolean {
  return strays.some((stray) => stray.owner === owner && stray.about !== 'association' && stray.at >= since);
}

/**
 * A rollback that has to register again takes the credentials of before the last rotation, where the API refuses the
 * current ones.
 */
export function mayHavePrevious({ tags }: Service, { sent }: CloudFormation): boolean {
  return sent.some(({ event, rollsBack, refusals, injected }) => event.RequestId === tags[TAG.request] && rollsBack
    && (refusals.has('bad credential') || refusals.has('not accepted')
      || injected.some(({ operation, kind }) => kind === 'refused' && ['register', 'any'].includes(operation))));
}

/**
 * A rollback to another revision of the credentials compares versions, since the update has noted its own revision: where
 * they were rotated in the middle, it registers anew, with the new ones.
 */
export function mayBeRenewed(was: Properties, tried: Properties, since: number, { secrets }: Account): boolean {
  return was.CredentialsRevision !== tried.CredentialsRevision
    && [...secrets].some(([id, versions]) => JSON.stringify(was).includes(id) && versions.some(({ from }) => from >= since));
}

/**
 * So it is with a call about associations: the resource's next event brings them about once more, unless it was their record that was
 * lost, or that event does not name the Agent Space. Where another delivery has answered, and this one has overwritten its webhook, it
 * makes that good itself, if it hears of it and the next event has not begun by then.
 */
export function mayHaveStrayedAssociations(owner: string, { strays, sent }: CloudFormation): boolean {
  const spacesOf = ({ slot: { kind }, event: { ResourceProperties, OldResourceProperties = {} } }: Sent) => (
    [ResourceProperties, OldResourceProperties.Contract === UNREADABLE ? {} : OldResourceProperties]
      .flatMap((properties) => declaredIn(kind, properties)).map(({ AgentSpaceId }) => AgentSpaceId));
  const isRepeated = ({ at, sent: before }: Stray) => sent.some((later) => ownerOf(later.event) === owner
    && later.event.RequestType === 'Update' && later.time > at && later.answer?.ok && spacesOf(before).every((space) => spacesOf(later).includes(space)));
  return strays.some((stray) => stray.owner === owner && stray.about !== 'service' && !isMadeGood(stray, sent)
    && (stray.about === 'tags' || !isRepeated(stray)));
}

/**
 * Of two deliveries that overlap in a capture, one may die after it has written the webhook that the other has replaced: it does not
 * read back. The resource's next update does.
 */
export function mayHaveOverwritten(versionId: string, { sent }: CloudFormation, { spaces }: Account): boolean {
  const writer = sent.find(({ event }) => event.RequestId === spaces.writers.get(versionId));
  return writer !== undefined && writer.overlapped && writer.failures > 0
    && !sent.some(({ event, time, answer }) => ownerOf(event) === ownerOf(writer.event) && time > writer.time && answer?.ok);
}

function isMadeGood({ owner, at, about, sent: { answer, injected, time }, isHeard, faults }: Stray, sent: readonly Sent[]): boolean {
  return about === 'association' && isHeard && answer?.ok === true && injected.length === faults
    && !sent.some((later) => ownerOf(later.event) === owner && later.time > time && later.time < at + SOONEST_KNOWN);
}

/**
 * Of two deliveries that overlap, one may have been answered, and what it made removed again, when the call of the other takes
 * effect. That one removes what it made, if it hears of it and CloudFormation's word is not from before that.
 */
export function mayBeAssociatedTwice(pair: Pair, { strays }: CloudFormation): boolean {
  return strays.some(({ at, about, isHeard, sent: { event, slot, answeredAt = Infinity, overlapped, failures } }) => {
    const { AgentSpaceId, ServiceId } = event.ResourceProperties;
    return about === 'association' && slot.kind === 'association' && AgentSpaceId === pair.agentSpaceId && ServiceId === pair.serviceId
      && overlapped && (!isHeard || failures > 0 || at < answeredAt + SOONEST_KNOWN);
  });
}

/**
 * What a `ServiceAssociation` made whose Create or whose replacement failed, or was given up: the Delete of a failed Create removes
 * only what the secret of its webhook proves to be its own, and logs what it leaves; of a failed replacement there is none. So is
 * what a Delete did not come to, or has not been sent for, or never is, since it is retained.
 */
export function mayBeUnproven(pair: Pair, { sent }: CloudFormation, { spaces }: Account): boolean {
  const live = spaces.find(pair.agentSpaceId, pair.serviceId)?.associationId;
  return sent.some(({ slot, event, answer, time }) => {
    const { RequestType, ResourceProperties, PhysicalResourceId } = event;
    const { AgentSpaceId, ServiceId } = ResourceProperties as { readonly [property: string]: unknown };
    const isIt = slot.kind === 'association' && AgentSpaceId === pair.agentSpaceId && ServiceId === pair.serviceId;
    if (!isIt || answer?.ok || RequestType === 'Delete' || PhysicalResourceId === physicalIdOf(pair)) {
      return false;
    }
    const isDeleted = sent.some((later) => (
      later.time > time && later.event.RequestType === 'Delete' && later.answer?.ok && ownerOf(later.event) === ownerOf(event)));
    const isAsked = RequestType === 'Create' && ResourceProperties.Retain !== 'true' && isDeleted;
    return !isAsked || !declaredIn(slot.kind, ResourceProperties).some(({ Webhook }) => {
      const { versionId, text } = Webhook ? spaces.read(Webhook.SecretArn) : { versionId: '', text: '{}' };
      return live !== undefined && JSON.parse(text).associationId === live && (!answer || spaces.writers.get(versionId) === event.RequestId);
    });
  });
}

/**
 * A `ServiceAssociation` takes an association for its own that is younger than its event: an earlier delivery may have made it.
 * Clocks differ, so ten seconds older counts as well; schedules have no clock of the API that is further behind. And so does one that has
 * the id of an association whose webhook its secret has, should the API use ids again. A second delivery of a Delete takes away what is
 * not more than half a minute younger.
 */
export function mayBeTakenForOwn(
  createdAt: number, { slot, event: { RequestType, ResourceProperties }, time, deliveries }: Sent, { associations, apiSkew }: Conditions,
): boolean {
  // An event's time is in whole seconds.
  const made = Math.floor(time / 1000) * 1000;
  const isOfTheTime = RequestType === 'Delete'
    ? deliveries > 1 && createdAt - apiSkew >= made && createdAt <= made + LATER_ASSOCIATION
    : createdAt >= made - OWN_ASSOCIATION;
  return slot.kind === 'association' && (isOfTheTime || (associations!.ids === 'reused' && ResourceProperties.Webhook !== undefined));
}

/**
 * Two deliveries that overlap in a capture may overwrite each other's association again and again. Where the API keeps the webhook of
 * one that is overwritten, nobody is shown its credential, and one of them gives up.
 */
export function mayCollide({ overlapped, answer }: Sent, { associations }: Conditions): boolean {
  return overlapped && associations?.overwrittenWebhook === 'kept' && /its secret does not show the webhook/.test(answer?.reason ?? '');
}

/**
 * The record of associations is a tag: a call that was on its way when CloudFormation went on may take away what the next event
 * relies on, or associate what that has removed. The service is in use then for all that anybody knows, until somebody removes the
 * association.
 */
export function mayHaveLostRecord({ event }: Sent, { strays }: CloudFormation): boolean {
  return strays.some(({ owner, about, sent }) => owner === ownerOf(event) && (about === 'tags' || about === 'association')
    && /"Associations"/.test(JSON.stringify(sent.event)));
}

// A consent that is given after the registration was deleted, or after the wait for it ended, makes a service that is
// told nowhere: `User.orphans`.

// A retained service exists, whatever becomes of its stack: `CloudFormation.retained`.

// Credentials are those of a version that was current since the same request was first asked for: a service that is
// still there is taken again, and a rotation by itself changes nothing.

/** A resource uses an earlier service of its own again if that is as desired: one whose deletion was given up, since it was in use. */
export function mayBeUsedAgain(physicalId: string, abandoned: readonly Left[]): boolean {
  return abandoned.some((one) => one.physicalId === physicalId);
}

/**
 * An adopted service is its owner's: it is as the owner wants it, and gone when the owner removes it. That includes one
 * that the resource itself had registered and CloudFormation had left behind, also without ever having heard of it.
 */
export function isTakenAsItIs({ logicalId, physicalId, properties }: Resource, left: readonly Left[]): boolean {
  // With an id that CloudFormation made up, it is what a creation had registered that was given up.
  const isIt = (one: Left) => one.physicalId === physicalId || (one.logicalId === logicalId && parsePhysicalId(one.physicalId).kind === 'invented');
  return properties.AdoptExisting === 'true' && left.some(isIt);
}
