import { Row } from './decisions';
import { CallError, TaggedService } from './devops-agent';
import { CloudFormationEvent, eventTime, identify } from './wire/event';
import { Failure } from './failure';
import { ownerOf } from './marks';
import { withRetries } from './retries';
import { SecretReader } from './secrets';
import { Services } from './services';
import { StackResource, Ports } from './ports';
import { TAG } from '../src/private/contract';

/** What the lifecycle stands on. */
export interface Ground extends Omit<Ports, 'secrets' | 'answers'> {
  readonly secrets: SecretReader;
}

/** How late an event is that CloudFormation may have stopped waiting for. */
const LATE = 5_000;

/** How far CloudFormation's clock and the API's may be apart. */
const SKEW = 5 * 60_000;

/** How long before its event a resource gets its status. */
const STATUS_PRECISION = 5_000;

/** What a resource's status is while CloudFormation waits for the answer to an event. */
const EXPECTED = {
  Create: ['CREATE_IN_PROGRESS'],
  Update: ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS'],
  Delete: ['DELETE_IN_PROGRESS'],
};

/** One event, for as long as CloudFormation waits for the answer to it. */
export abstract class Waiting {
  /** The row of the table that was come to. */
  public decision?: Row;

  protected readonly services: Services;
  protected readonly owner: string;

  constructor(protected readonly event: CloudFormationEvent, protected readonly world: Ground) {
    this.owner = ownerOf(event);
    this.services = new Services(this.owner, world.api, world.clock);
  }

  protected stale(why: string): Failure {
    this.decide('stale');
    return new Failure('this event', `CloudFormation does not wait for it any more (${why})`, 'there is nothing to do');
  }

  /** Fails where CloudFormation has stopped waiting for a late event: it has had its answer, or has gone on without one. */
  protected async expect(): Promise<void> {
    if (this.age() < LATE) {
      return;
    }
    const resource = await this.resource();
    if (!resource) {
      throw this.stale('it knows no such resource');
    }
    if (!EXPECTED[this.event.RequestType].includes(resource.status) || resource.since > eventTime(this.event)! + STATUS_PRECISION) {
      throw this.stale(`the resource's status is ${resource.status}`);
    }
  }

  /** What CloudFormation says of the resource, or nothing where it knows no such stack or resource. */
  protected resource(): Promise<StackResource | undefined> {
    const { StackId, LogicalResourceId } = this.event;
    return this.told('asking CloudFormation about the resource', () => this.world.stacks.describeResource(StackId, LogicalResourceId).catch((error: unknown) => {
      // This is how it says so. The status alone, 400, is also how it throttles.
      if (error instanceof CallError && error.code === 'ValidationError') {
        return undefined;
      }
      throw error;
    }), 'allow the provider\'s role cloudformation:DescribeStackResource, and let the function reach CloudFormation');
  }

  /** The service that CloudFormation believes in, as far as it says. */
  protected async believed(): Promise<string | undefined> {
    const identity = await this.resource().then((resource) => identify(resource?.physicalId), () => undefined);
    return identity?.kind === 'service' ? identity.serviceId : undefined;
  }

  /** A call whose failure a person is told in these words. */
  protected async told<T>(step: string, call: () => Promise<T>, advice: string): Promise<T> {
    try {
      return await this.withRetries(call);
    } catch (error) {
      throw error instanceof CallError ? new Failure(step, error.words, advice, { cause: error }) : error;
    }
  }

  protected withRetries<T>(call: () => Promise<T>): Promise<T> {
    return withRetries(this.world.clock, call);
  }

  /** The same for a call that must not be repeated once CloudFormation has stopped waiting. */
  protected asLongAsExpected<T>(call: () => Promise<T>): Promise<T> {
    return this.withRetries(async () => {
      await this.expect();
      return call();
    });
  }

  protected decide(row: Row): void {
    this.decision = row;
  }

  protected ofThisRequest(service: TaggedService): boolean {
    return service.tags[TAG.request] === this.event.RequestId;
  }

  /** How late the event is; what is in the future comes from a clock that is ahead. */
  protected age(): number {
    return this.world.clock.now() - (eventTime(this.event) ?? Infinity);
  }

  /** Since when something that this event is about can have been made. */
  protected since(before = 0): number | undefined {
    const time = eventTime(this.event);
    return time === undefined ? undefined : time - before - SKEW;
  }
}
