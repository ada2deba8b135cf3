/** One delivery of an event: its age, and CloudFormation's word on whether it is still awaited. */
import { Awaited } from './state';
import { AHEAD, LATE, LOOK_EVERY, SKEW, STATUS_PRECISION, WORD_LAG } from './times';
import { CallError } from '../devops-agent';
import { Ports, StackResource } from '../ports';
import { withRetries } from '../retries';
import { CloudFormationEvent, eventTime } from '../wire/event';
import { parsePhysicalId } from '../wire/physical-id';

/** The status of a stack, or of a resource, that an update is rolled back for. */
export const ROLLBACK = 'UPDATE_ROLLBACK_IN_PROGRESS';

/** The statuses of a resource while CloudFormation waits for the answer to an event. */
const AWAITING = {
  Create: ['CREATE_IN_PROGRESS'],
  Update: ['UPDATE_IN_PROGRESS', ROLLBACK],
  Delete: ['DELETE_IN_PROGRESS'],
};

const AWAITED: Awaited = { is: true, why: '' };

/** CloudFormation does not wait for the event any more. */
export class StaleEvent extends Error {
  constructor(public readonly awaited: Awaited) {
    super(awaited.why);
  }
}

export class Delivery {
  constructor(private readonly event: CloudFormationEvent, private readonly ports: Pick<Ports, 'stacks' | 'clock'>) {}

  /** Whether CloudFormation may have stopped waiting. An event of unknown age counts as late, and so does one whose time is far ahead. */
  public isLate(): boolean {
    return this.age() > LATE || this.age() < -AHEAD;
  }

  /** The age of the event in milliseconds. One from the future comes from a clock that is ahead. */
  public age(): number {
    return this.ports.clock.now() - (eventTime(this.event) ?? -Infinity);
  }

  /** Whether CloudFormation's word may be from before the event. */
  private isYoung(): boolean {
    return this.age() <= WORD_LAG && this.age() >= -AHEAD;
  }

  /** The earliest time at which a service of this event, or of a Create that began so long before it, can have been registered. */
  public earliest(before = 0): number {
    return (eventTime(this.event) ?? -Infinity) - before - SKEW;
  }

  /** Asks CloudFormation whether it still waits for the event, unless the event is too young for anything else. */
  public async awaitedIfLate(): Promise<Awaited> {
    return this.isLate() || this.ports.clock.remaining() <= 0 ? this.awaited() : AWAITED;
  }

  /** Throws where CloudFormation does not wait for the event any more. */
  public async assertStillAwaited(): Promise<void> {
    const awaited = await this.awaitedIfLate();
    if (!awaited.is) {
      throw new StaleEvent(awaited);
    }
  }

  /** Asks CloudFormation whether it still waits for the event, however young that is. */
  public async awaited(): Promise<Awaited> {
    for (;;) {
      const { clock } = this.ports;
      if (clock.remaining() <= 0) {
        return { is: false, why: 'its service timeout is over' };
      }
      // The question counts, not the answer, which may take longer than the event was young.
      const isYoung = this.isYoung();
      const resource = await this.resource();
      const isAwaiting = resource !== undefined && AWAITING[this.event.RequestType].includes(resource.status)
        && resource.since <= (eventTime(this.event) ?? Infinity) + STATUS_PRECISION;
      // CloudFormation's word may be some seconds old, from before it made the event.
      const mayBeOutdated = isYoung && (resource === undefined || resource.since <= eventTime(this.event)! + STATUS_PRECISION);
      if (isAwaiting || !mayBeOutdated) {
        const why = resource ? `the resource's status is ${resource.status}` : 'it knows no such resource';
        return { ...isAwaiting ? AWAITED : { is: false, why }, status: resource?.status, believed: parsePhysicalId(resource?.physicalId) };
      }
      await clock.sleep(LOOK_EVERY);
    }
  }

  /** The resource's status for this event. CloudFormation's word is waited for until it cannot be from before the event. */
  public async status(): Promise<string | undefined> {
    while (this.isYoung()) {
      await this.ports.clock.sleep(LOOK_EVERY);
    }
    return (await this.awaited()).status;
  }

  /** The resource as CloudFormation describes it, or nothing where it knows no such stack or resource. */
  public async resource(): Promise<StackResource | undefined> {
    const { StackId, LogicalResourceId } = this.event;
    try {
      return await withRetries(this.ports.clock, () => this.ports.stacks.describeResource(StackId, LogicalResourceId));
    } catch (error) {
      // This is how CloudFormation says so. The status alone, 400, is also how it throttles.
      if (error instanceof CallError && error.code === 'ValidationError') {
        return undefined;
      }
      throw error;
    }
  }

  /** The status of the stack, or nothing that counts where the role may not ask. */
  public async stackStatus(): Promise<string> {
    const { clock, stacks } = this.ports;
    try {
      return await withRetries(clock, () => stacks.stackStatus(this.event.StackId));
    } catch (error) {
      if (error instanceof CallError && error.denied) {
        return 'unknown';
      }
      throw error;
    }
  }
}
