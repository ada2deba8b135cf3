/** The events that CloudFormation has sent, and what the handler reaches beside the account. */
import { Slot } from './registrations';
import { Fault, Operation } from './schedule';
import { StackResource } from '../../lambda/ports';
import { CloudFormationEvent } from '../../lambda/wire/event';

/** An event of CloudFormation, and what became of it. */
export interface Sent {
  readonly ordinal: number;
  readonly event: CloudFormationEvent;
  readonly slot: Slot;
  /** The times at which CloudFormation made it and stops to wait for the answer. */
  readonly time: number;
  readonly deadline: number;
  /** The timeout of the Lambda function, in milliseconds. */
  readonly timeout: number;
  /** Whether it deletes a resource together with its stack. */
  readonly isFinal: boolean;
  /** Whether it rolls an update back. */
  readonly rollsBack: boolean;
  /** Whether deliveries of it may overlap: the API refuses what the second one would register. */
  readonly mayOverlap: boolean;
  /** The faults of its calls. */
  readonly injected: Fault[];
  /** The delay of its first delivery, in milliseconds. */
  late: number;
  deliveries: number;
  /** The number of its deliveries that are under way. */
  running: number;
  /** Whether one began while another was under way. */
  overlapped: boolean;
  /** The number of its deliveries that failed. */
  failures: number;
  /** Refusals by the API itself that only time, or a user, can end. */
  readonly refusals: Set<'taken' | 'associated' | 'target' | 'not accepted' | 'bad credential'>;
  /** The services from which it took the tag that retains them. */
  readonly released: Set<string>;
  /** The services that it could not deregister at once, since they were in use, or had been a moment ago. */
  readonly inUse: Set<string>;
  /** CloudFormation does not wait for it any more. */
  cancelled: boolean;
  cancelledAt?: number;
  answer?: Answer;
  answeredAt?: number;
  /** The first answer that came when CloudFormation did not wait any more. */
  unheard?: Answer;
}

/** An answer that CloudFormation accepted. */
export interface Answer {
  readonly ok: boolean;
  readonly physicalId: string;
  readonly data: { readonly [attribute: string]: string };
  readonly reason: string;
}

/** The ports of the handler beside the account. */
export interface Surroundings {
  describe(stackId: string, logicalId: string): StackResource;
  /** The stack's status, as DescribeStacks says it. */
  stackStatus(stackId: string): string;
  /** Whether an event must not deregister a service. */
  mustStay(serviceId: string, sent: Sent): boolean;
  /** An answer has arrived at the signed URL. */
  answered(sent: Sent, body: string): void;
  published(message: string): void;
  /** A call has taken effect, and the delivery will hear of it or not. */
  took(sent: Sent, operation: Operation, isHeard: boolean): void;
  /** Until when policies that were just written refuse an operation. */
  deniedUntil(sent: Sent, operation: Operation): number;
}
