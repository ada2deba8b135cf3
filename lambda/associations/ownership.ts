/** The rules of a service association: which Agent Space and service its physical id names, and whether an association is its own. Nothing here waits or calls. */
import { Captured, Live } from './diff';
import { LATER_ASSOCIATION, OWN_ASSOCIATION } from '../lifecycle/times';

/** The Agent Space and the service of an association. */
export interface Pair {
  readonly agentSpaceId: string;
  readonly serviceId: string;
}

/** The physical id: another Agent Space or another service is a replacement. */
export function physicalIdOf({ agentSpaceId, serviceId }: Pair): string {
  return `${agentSpaceId}/${serviceId}`;
}

/** The pair that a physical id names; none for that of a failed Create, and for one that CloudFormation has invented. */
export function pairOf(physicalId = ''): Pair | undefined {
  const [, agentSpaceId, serviceId] = /^(?!failed\/)([a-zA-Z0-9-]+)\/([a-zA-Z0-9_-]+)$/.exec(physicalId) ?? [];
  return agentSpaceId === undefined ? undefined : { agentSpaceId, serviceId };
}

/** The facts that tell whose an association is. */
export interface Evidence {
  /** The physical id names its Agent Space and its service. */
  readonly isNamed: boolean;
  /** The time of the event; absent if unknown. */
  readonly eventTime?: number;
  /** The values of the secret of this resource. */
  readonly values: readonly Captured[];
  /** The Update rolls another one back, so the association was there before that. */
  readonly rollsBack: boolean;
}

/** Whether an association is this resource's own. An earlier delivery of the event may have made it. */
export function isOwn({ id, createdAt }: Live, { isNamed, eventTime = Infinity, values, rollsBack }: Evidence): boolean {
  return isNamed || rollsBack || createdAt >= eventTime - OWN_ASSOCIATION || values.some(({ associationId }) => associationId === id);
}

/** Whether an association was made after an event: a second delivery of a Delete finds what others have made since the first one. */
export function isOfLater({ createdAt }: Live, eventTime = Infinity): boolean {
  return createdAt > eventTime + LATER_ASSOCIATION;
}
