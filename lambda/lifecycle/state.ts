/** The vocabulary of the lifecycle: the goal of an event, the facts that are known so far, the step that comes next. All of it is plain data. */
import { Tags } from './tags';
import { PhysicalId } from '../wire/physical-id';

/** A service of the account, with its tags. */
export interface Service {
  readonly id: string;
  readonly name?: string;
  readonly createdAt: number;
  readonly tags: Tags;
}

/** The registration that some properties ask for, as far as the decision needs it. */
export interface Desired {
  /** Hashes of the request and of `credentialsRevision`: a service that was registered for them carries them in its tags. */
  readonly configuration: string;
  readonly revision: string;
  /** Whether a user has to consent, has consented, and whether the deployment waits for that. */
  readonly consent: boolean;
  readonly authorized: boolean;
  readonly waits: boolean;
  readonly retain: boolean;
  readonly adoptExisting: boolean;
  /** Whether the API takes a second registration of the same request: neither a unique key nor a generated name forbids it. */
  readonly repeatable: boolean;
  /** Whether it reads secrets whose versions are not pinned. */
  readonly rotates: boolean;
  /** The text of which the account and Region can have only one, if there is one. */
  readonly uniqueKey?: string;
}

/** The goal of an event. It does not change while the event is handled. */
export interface Goal {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly requestId: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly physical: PhysicalId;
  /** Whether CloudFormation may have stopped waiting for the event: it is older than five seconds, or of unknown age. */
  readonly late: boolean;
  /** Absent only for a Delete with properties that cannot be read. */
  readonly desired?: Desired;
  /** Absent also where the old properties cannot be read. */
  readonly old?: Desired;
}

/** A refusal, or no response, in words that a user may read once they are redacted. */
export interface Refusal {
  readonly words: string;
  readonly denied: boolean;
  readonly throttled: boolean;
  /** The call may have taken effect all the same. */
  readonly ambiguous: boolean;
  /** The API's host cannot be reached. */
  readonly unresolved: boolean;
}

/** The result of one RegisterService, with the version of the credentials that it was called with. */
export type Attempt = { readonly credentials: 'current' | 'previous' } & (
  | { readonly result: 'registered'; readonly service: Service }
  | { readonly result: 'consent'; readonly url: string }
  | { readonly result: 'conflict' | 'no response' | 'refused'; readonly refusal: Refusal }
  /** The time does not suffice for the call, or for another one after a refusal that passes. */
  | { readonly result: 'out of time'; readonly refusal?: Refusal }
);

/** CloudFormation's answer to the question whether it still waits for the event. */
export interface Awaited {
  readonly is: boolean;
  /** The reason why it does not. */
  readonly why: string;
  /** The resource's status. */
  readonly status?: string;
  /** The physical id that CloudFormation knows the resource by. */
  readonly believed?: PhysicalId;
}

/** A call that failed for good. */
export interface FailedCall {
  readonly operation: string;
  readonly refusal: Refusal;
  /** The service that DeregisterService refuses to deregister, because Agent Spaces are associated with it; their names. */
  readonly inUse?: { readonly id: string; readonly spaces: readonly string[] };
}

/** The facts that are known so far. Absent: nobody has looked; null: there is none. They only grow. */
export interface Facts {
  readonly awaited?: Awaited;
  /** The service that the physical id names. */
  readonly current?: Service | null;
  /** The resource's own services beside the current one, as far as lists show them. */
  readonly own?: readonly Service[];
  /** The service that this request has registered, looked for after these effects, and since this time. */
  readonly found?: { readonly after: string; readonly since: number; readonly service: Service | null };
  /** A hash of the versions that the secrets have now. */
  readonly versions?: string;
  /** The status of the stack. */
  readonly stack?: string;
  /** The Update rolls another one back: the stack's or the resource's own status says so. */
  readonly rollsBack?: boolean;
  /** The current service carries the tag `replacing`. */
  readonly taggedReplacing?: boolean;
  readonly attempts: readonly Attempt[];
  /** After so many attempts: the services that have the unique key, and own services under the names. */
  readonly conflict?: { readonly after: number; readonly rivals: readonly Service[]; readonly own: readonly Service[] };
  /** After so many attempts, the cause of the conflict was removed, or waited for. */
  readonly resolved?: number;
  /** The Agent Spaces that are associated with the current service, but not by this resource. */
  readonly users?: readonly string[];
  /** Whether CloudFormation waited for the event still when there was a new service to answer with. */
  readonly stillAwaited?: Awaited;
  /** The consent URL has been published. */
  readonly published?: boolean;
  /** The ids of the services that this delivery has deregistered. */
  readonly deregistered: readonly string[];
  readonly failed?: FailedCall;
  /** Whether a conflict with no visible cause may still pass. */
  readonly conflictMayPass: boolean;
  /** Whether the time left suffices to deregister the current service first, and to register the new one after that. */
  readonly timeToReplace: boolean;
  /** Whether there is time for another delivery of the event by AWS Lambda. */
  readonly timeToRedeliver: boolean;
}

export const NOTHING: Facts = { attempts: [], deregistered: [], conflictMayPass: true, timeToReplace: true, timeToRedeliver: false };

/** The observations, by the fact that they bring. `stillAwaited` asks as `awaited` does, `consented` waits for a user. */
export type Fact = 'awaited' | 'current' | 'own' | 'found' | 'versions' | 'stack' | 'rollsBack' | 'conflict' | 'users' | 'stillAwaited' | 'consented';

/** The next step. The first seven lead to more facts, the others end the event. */
export type Step =
  | { readonly do: 'look'; readonly at: Fact }
  | { readonly do: 'tagReplacing'; readonly service: Service }
  | { readonly do: 'register'; readonly as: string; readonly credentials: Attempt['credentials']; readonly predecessor?: string }
  | { readonly do: 'deregister'; readonly services: readonly Service[]; readonly guard: Guard }
  | { readonly do: 'wait' }
  | { readonly do: 'publish'; readonly url: string }
  | Answer
  | { readonly do: 'succeed' }
  | { readonly do: 'redeliver'; readonly words: string }
  | { readonly do: 'fail'; readonly step: string; readonly words: string; readonly advice: string };

/** The condition that is checked before each DeregisterService: CloudFormation waits for the event; it does not believe in the service; none. */
export type Guard = 'awaited' | 'unknown to CloudFormation' | 'none';

/** A success: the service, or the page to consent on, that CloudFormation is to believe in. */
export interface Answer {
  readonly do: 'answer';
  /** The request that the service was registered by. */
  readonly as: string;
  readonly service?: Service;
  readonly consentUrl?: string;
  /** Whether the service may have other tags than the desired ones. */
  readonly updatesTags: boolean;
  /** The service that it takes the place of, where it was registered before that one. */
  readonly predecessor?: string;
  /** Services to clean up before the answer. */
  readonly orphans: readonly Service[];
}

