/** The next steps that a failure names, and the names of services and Agent Spaces in it. */
import { Situation } from './situation';
import { FailedCall, Goal, Refusal, Service } from './state';
import { isManaged, isRetained, Tags } from './tags';
import { TAG } from '../../src/private/contract';
import { foreign } from '../failure';

/** More Agent Spaces than these are counted, not named: an answer may be only so long. */
const MOST_NAMED = 10;
const NAME_LENGTH = 60;
/** The longest id of a service, and the longest logical id. */
const ID_LENGTH = 255;

/** The event that is to be sent once more. */
type Sent = Pick<Goal, 'type' | 'stackId'>;

/** The way to have the event sent once more. */
export function retry({ type }: Pick<Sent, 'type'>): string {
  return type === 'Delete' ? 'delete again' : 'redeploy';
}

/** The next step after a call that was refused, or had no response. */
export function advice(refusal: Refusal, goal: Sent): string {
  if (refusal.denied) {
    return `check that the account is onboarded to AWS DevOps Agent in this Region and that no service control policy denies the call, then ${retry(goal)}`;
  }
  if (refusal.unresolved) {
    const [, , , region] = goal.stackId.split(':');
    return `check that AWS DevOps Agent is available in ${region} and, in a VPC, that the Lambda function reaches it, then ${retry(goal)}`;
  }
  return `fix the cause and ${retry(goal)}`;
}

/** The next step after RegisterService was refused, or had no response. */
export function registerAdvice(refusal: Refusal, goal: Sent): string {
  return refusal.ambiguous && !refusal.unresolved
    ? 'redeploy; what the call may have registered is removed by the rollback or by the next deployment'
    : advice(refusal, goal);
}

/** The next step after a call other than RegisterService failed for good. */
export function adviceOn({ operation, refusal }: FailedCall, goal: Sent): string {
  return operation.startsWith('DescribeStack')
    ? `allow the provider's role cloudformation:${operation} and, in a VPC, let the Lambda function reach CloudFormation, then ${retry(goal)}`
    : advice(refusal, goal);
}

/** The way to free a service of its associations. */
export function disassociate(spaces: readonly string[]): string {
  const named = spaces.slice(0, MOST_NAMED);
  const more = spaces.length > MOST_NAMED ? [`and ${spaces.length - MOST_NAMED} more`] : [];
  return spaces.length > 0 ? `remove its association from the Agent Space ${[...named, ...more].join(', ')}` : 'remove its associations from all Agent Spaces';
}

/** A service, and its owner where its ownership tags name one. */
export function nameOf({ id, name, tags }: Service): string {
  const owner = isManaged(tags) ? `, of the resource ${resourceOf(tags)} of the stack ${foreign(stackName(tags[TAG.stack]), ID_LENGTH)}` : '';
  return `${foreign(id, ID_LENGTH)} ('${foreign(name ?? '', NAME_LENGTH)}'${owner})`;
}

/** The way out of a conflict with a service that is not this resource's own. */
export function wayOut({ rival, goal }: Situation): string {
  if (rival && isManaged(rival.tags) && !isRetained(rival.tags) && rival.tags[TAG.stack] === goal.stackId) {
    return `if the construct was renamed or moved, keep its logical id (overrideLogicalId('${resourceOf(rival.tags)}') and the same displayName), or remove it in one deployment and add it in the next`;
  }
  return 'deregister the existing service, or give this one another unique key';
}

/** The logical id of a service's owner. Whoever may tag the service can change it. */
function resourceOf(tags: Tags): string {
  return foreign(tags[TAG.resource] ?? '', ID_LENGTH);
}

/** The name in a stack's id, which is `arn:…:stack/<name>/<uuid>`. */
function stackName(stackId = ''): string {
  return stackId.split('/')[1] ?? stackId;
}
