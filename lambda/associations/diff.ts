/**
 * The rules of associations: what is to be recorded and removed, and the next step for one association. Nothing here waits,
 * calls or remembers.
 */
import { spaceHash } from './record';
import { MAX_ASSOCIATIONS } from '../../src/private/contract';
import { LIST_LAG, LOOK_EVERY } from '../lifecycle/times';
import { Association, Shape } from '../wire/association';

/** An association that exists. */
export interface Live {
  readonly id: string;
  readonly createdAt: number;
  readonly configuration?: unknown;
  readonly capabilities?: unknown;
}

/** The value of a secret: a webhook, and the association that it is of. */
export interface Captured {
  readonly associationId: string;
  readonly serviceId: string;
  readonly agentSpaceId: string;
  readonly webhookId: string;
  /** A hash of the revision that asked for the webhook. */
  readonly revision: string;
  /** Whether this resource wrote the value. */
  readonly byThisResource?: boolean;
  /** A hash of the request that wrote the value; absent for a value that is not written yet. */
  readonly request?: string;
  /** The value as it stands in the secret. */
  readonly text: string;
}

/** The facts of one association. Absent: nobody has looked, or the fact may have changed; null: there is none. */
export interface Seen {
  readonly live?: Live | null;
  readonly updated?: boolean;
  /** The webhook that AssociateService has just shown, which no other call shows again. */
  readonly shown?: Captured;
  /** The ids of the webhooks that the association has. */
  readonly webhooks?: readonly string[];
  /** The secret's current value, if it is a webhook. */
  readonly current?: Captured;
  /** Earlier values of the secret that may be of the association. */
  readonly kept?: readonly Captured[];
  /** The counts of this delivery: AssociateService, PutSecretValue, waits. */
  readonly made: number;
  readonly puts: number;
  readonly waits: number;
}

export const UNSEEN: Seen = { made: 0, puts: 0, waits: 0 };

/** The next step. Only `look`, `read` and `recall` change nothing. */
export type Step =
  | { readonly do: 'look' | 'associate' | 'update' | 'read' | 'recall' | 'wait' | 'disassociate' | 'done' | 'give up' }
  | { readonly do: 'put'; readonly value: Captured };

/** More tries than these mean that another delivery does the same, or that the API contradicts itself. */
export const MOST_MADE = 3;
const MOST_PUTS = 5;
const MOST_WAITS = LIST_LAG / LOOK_EVERY;

/** The next step for an association. */
export function next(desired: Association, revision: string, seen: Seen, now: number): Step {
  const { live, webhooks, current, kept } = seen;
  if (live === undefined) {
    return { do: 'look' };
  }
  if (live === null) {
    return { do: seen.made < MOST_MADE ? 'associate' : 'give up' };
  }
  if (!seen.updated && seen.made === 0 && !isAsDesired(desired, live)) {
    return { do: 'update' };
  }
  if (!desired.webhook) {
    return { do: 'done' };
  }
  if (seen.puts >= MOST_PUTS) {
    return { do: 'give up' };
  }
  if (seen.shown) {
    return { do: 'put', value: seen.shown };
  }
  if (webhooks === undefined) {
    return { do: 'read' };
  }
  const isOf = ({ associationId, webhookId }: Captured) => associationId === live.id && webhooks.includes(webhookId);
  if (current && isOf(current)) {
    return { do: current.revision === revision ? 'done' : seen.made < MOST_MADE ? 'disassociate' : 'give up' };
  }
  if (kept === undefined) {
    return { do: 'recall' };
  }
  const again = kept.find((value) => isOf(value) && value.revision === revision);
  if (again) {
    return { do: 'put', value: again };
  }
  // Another delivery may have made it a moment ago, and be about to write the secret; and lists lag.
  if (now - live.createdAt < LIST_LAG && seen.waits < MOST_WAITS) {
    return { do: 'wait' };
  }
  return { do: seen.made < MOST_MADE ? 'disassociate' : 'give up' };
}

/**
 * Whether an association is what the template says, and nothing else. Where the API adds something of its own, that cannot be told
 * from what a failed update left, and UpdateAssociation does no harm.
 */
export function isAsDesired(desired: Association, { configuration, capabilities }: Live): boolean {
  return isSame(configuration, desired.configuration) && hasCapabilities(desired.capabilities, Object(capabilities));
}

function isSame(one: unknown, other: unknown): boolean {
  return contains(one, other) && contains(other, one);
}

/** Whether all that is sent is there. The order of a list makes no difference. */
function contains(there: unknown, sent: unknown): boolean {
  if (Array.isArray(sent)) {
    const items = Array.isArray(there) ? there : [];
    return items.length === sent.length && sent.every((item) => items.some((candidate) => contains(candidate, item)));
  }
  return typeof sent === 'object' && sent !== null
    ? Object.entries(sent).every(([member, value]) => contains(Object(there)[member], value))
    : there === sent;
}

/** A capability is compared in both directions, since an absent filter triggers more. One that is disabled is as good as none. */
function hasCapabilities(desired: Shape, there: Shape): boolean {
  return [...new Set([...Object.keys(desired), ...Object.keys(there)])].every((name) => (
    desired[name] === undefined
      ? Object(there[name]).enabled !== true
      : isSame(there[name], desired[name])));
}

/** The associations of a service that exists, by the hashes of their Agent Spaces. */
export interface Plan {
  /** Agent Spaces in which the service is associated, and no record says by whom. */
  readonly unrecorded: readonly string[];
  /** The record that is written before anything is associated. */
  readonly record: readonly string[];
  /** Recorded, and not desired any more. */
  readonly remove: readonly string[];
}

/** The steps for all associations of a service. `live`: the Agent Spaces that have been looked at and that the service is associated with. */
export function plan(desired: readonly Association[], recorded: readonly string[], live: readonly string[]): Plan {
  const hashes = desired.map(({ agentSpaceId }) => spaceHash(agentSpaceId));
  const remove = recorded.filter((hash) => !hashes.includes(hash));
  return {
    unrecorded: live.filter((agentSpaceId) => !recorded.includes(spaceHash(agentSpaceId))),
    record: [...new Set([...hashes, ...remove])],
    remove,
  };
}

/** Whether the tag has room for the desired associations beside those that are to be removed. */
export function hasRoom({ record }: Plan): boolean {
  return record.length <= MAX_ASSOCIATIONS;
}

/** The record after some associations have been removed. What the tag has no room for then is records of calls that never took effect. */
export function recordAfter({ record }: Pick<Plan, 'record'>, removed: readonly string[]): string[] {
  return record.filter((hash) => !removed.includes(hash)).slice(0, MAX_ASSOCIATIONS);
}

/** Whether two records are the same. */
export function isSameRecord(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((hash) => other.includes(hash));
}
