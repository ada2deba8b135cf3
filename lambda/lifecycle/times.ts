/** The times that the lifecycle counts with, in milliseconds, each with its reason. */
import { CONNECT_TIMEOUT, READ_TIMEOUT } from '../devops-agent';
import { RESERVE } from '../retries';

/** The time by which lists and tags lag behind. */
export const LIST_LAG = 30_000;

/** The pause between two looks, or between two calls that were refused for a reason that passes. */
export const LOOK_EVERY = 5_000;

/** The pause between two looks for a service that a user has to consent to. */
export const CONSENT_EVERY = 10_000;

/** The age at which a service is in every list, with its tags, although clocks may be apart. */
export const SETTLED = 5 * 60_000;

/** The most that the clocks of CloudFormation, the API and the handler differ. */
export const SKEW = 5 * 60_000;

/**
 * The age at which an event may be a second delivery, and CloudFormation may have stopped waiting for it: half of the time
 * after which the next event of the resource comes at the soonest, since the handler's clock may be behind.
 */
export const LATE = 5_000;

/** The age of an event at which the word of CloudFormation, which may be some seconds old, is not from before the event. */
export const WORD_LAG = 10_000;

/** The most that the time of a young event is ahead of the handler's clock. */
export const AHEAD = 5_000;

/** The most that a resource's status for an event is older or younger than the event. */
export const STATUS_PRECISION = 5_000;

/** The time that a role, an endpoint or a private connection that was just created may take until RegisterService can use it, unless the registration says otherwise. */
export const NOT_READY = 90_000;

/** The name release delay: the time that a unique key or a name causes a conflict after DeregisterService. */
export const NAME_RELEASE = 60_000;

/** The time that DeregisterService is refused after the last DisassociateService. */
export const ASSOCIATION_RELEASE = 75_000;

/** The time that an Agent Space refuses its first association after it was created, which is about half of this, and that concurrent calls on it conflict. */
export const ASSOCIATION_READY = 60_000;

/** The most that the clock of the API is behind that of CloudFormation, where an association is told from an older one by its age. */
export const OWN_ASSOCIATION = 10_000;

/** The age by which an association is younger than a Delete that it cannot be meant by, wherever the clocks are. */
export const LATER_ASSOCIATION = 30_000;

/** The time after the removal of an association within which no later update of the stack can have begun: its status tells of a rollback alone. */
export const REMOVED_LATELY = 10_000;

/** The time of an association: AssociateService and, for its webhook, three short calls more. */
export const ASSOCIATE_TIME = 1_000;

/** The time of a full RegisterService: its time-outs, a look at what became of it, and the answer. */
export const REGISTER_TIME = CONNECT_TIMEOUT + READ_TIMEOUT + LIST_LAG + LOOK_EVERY + 2 * RESERVE;

/** The time that must be left when the old service is deregistered first: its name's release, and a full RegisterService. */
export const REPLACE_TIME = NAME_RELEASE + LOOK_EVERY + REGISTER_TIME;

/**
 * The time that must be left beside that where the old service or the new one has associations: their removal, its release,
 * and the new associations. One lost answer is in the time of RegisterService already, whichever of the calls it was.
 */
export function reassociateTime(associations: number): number {
  return associations > 0 ? ASSOCIATION_RELEASE + associations * ASSOCIATE_TIME : 0;
}

/** The longest pause of AWS Lambda before it delivers an event again that ended without an answer. */
export const REDELIVERY = 120_000;
