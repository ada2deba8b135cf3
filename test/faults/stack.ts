/** The stacks of the model of CloudFormation, with all that it knows of their resources. */
import { Properties, Slot } from './registrations';
import type { Sent } from './sent';

export interface Resource {
  readonly logicalId: string;
  readonly slot: Slot;
  physicalId?: string;
  properties: Properties;
  /** The properties of the last update, if it failed and was not rolled back. */
  tried?: Properties;
  status: string;
  /** The time at which it got that status. */
  since: number;
  /** Its last operation failed, or a user changed it by hand: less may exist than CloudFormation believes. */
  troubled: boolean;
}

/** A physical resource that CloudFormation has replaced or dropped, and still has to delete. */
export interface Obsolete {
  readonly resource: Resource;
  readonly physicalId: string;
  readonly properties: Properties;
  /** Whether the logical resource goes too. */
  readonly dropped: boolean;
}

export interface Stack {
  readonly id: string;
  /** A second stack of the same template, which lives beside those of the deployments. */
  readonly isTwin: boolean;
  /** The status that DescribeStacks returns. */
  status: string;
  readonly resources: Map<string, Resource>;
  state: 'live' | 'broken' | 'gone';
  /** Physical resources that a failed update without rollback has left for the next one that succeeds. */
  obsolete: Obsolete[];
  /** Until when policies that were just written refuse calls. */
  spreadUntil: { readonly all: number; readonly secrets: number };
}

/** A physical resource that CloudFormation leaves behind: on purpose, or because its deletion failed every time. */
export interface Left {
  readonly stackId: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly at: number;
}

/** A call that took effect when CloudFormation had had its answer, or had given the event up. */
export interface Stray {
  readonly owner: string;
  readonly at: number;
  readonly about: 'service' | 'tags' | 'association' | 'disassociation';
  /** The event that it was made for. */
  readonly sent: Sent;
  /** Whether the delivery lived to hear of it, and the number of faults of the event by then. */
  readonly isHeard: boolean;
  readonly faults: number;
}

/** Whether a resource with these properties is retained when it is replaced or removed. */
export function isRetained({ Retain }: Properties): boolean {
  return Retain === 'true';
}
