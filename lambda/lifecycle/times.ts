/** The times that the lifecycle counts with, in milliseconds, each with its reason. */
import { CONNECT_TIMEOUT, READ_TIMEOUT } from '../devops-agent';
import { RESERVE } from '../retries';

/** How long lists and tags lag behind what exists. */
export const LIST_LAG = 30_000;

/** The pause between two looks, or between two calls that were refused for a reason that passes. */
export const LOOK_EVERY = 5_000;

/** The pause between two looks for a service that a user has to consent to. */
export const CONSENT_EVERY = 10_000;

/** The age at which a service is in every list, with its tags, although clocks may be apart. */
export const SETTLED = 5 * 60_000;

/** How far the clocks of CloudFormation, the API and the handler may be apart. */
export const SKEW = 5 * 60_000;

/** The age from which on CloudFormation may have stopped waiting for an event, and what it says is not staler than that. */
export const LATE = 10_000;

/** How far ahead of the handler's clock the time of a young event may be. */
export const AHEAD = 5_000;

/** How long before its event a resource gets the status of that event. */
export const STATUS_PRECISION = 5_000;

/** How long a role, an endpoint or a private connection that was just made may not be ready for RegisterService. */
export const NOT_READY = 90_000;

/** How long a unique key or a name stays taken after DeregisterService. */
export const NAME_RELEASE = 60_000;

/** How long DeregisterService is refused after the last association is gone. */
export const ASSOCIATION_RELEASE = 75_000;

/** The time of a full RegisterService: its time-outs, a look at what became of it, and the answer. */
export const REGISTER_TIME = CONNECT_TIMEOUT + READ_TIMEOUT + LIST_LAG + LOOK_EVERY + 2 * RESERVE;

/** The time that must be left when the old service is deregistered first: its name's release, and a full RegisterService. */
export const REPLACE_TIME = NAME_RELEASE + LOOK_EVERY + REGISTER_TIME;

/** The longest pause of AWS Lambda before it delivers an event again that ended without an answer. */
export const REDELIVERY = 120_000;
