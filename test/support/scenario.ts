/** The common ground of the lifecycle's tests: one account, one resource of it, and the faults of their calls. */
import { Properties, Resource } from './events';
import { VirtualAccount } from './virtual-account';
import { configurationOf } from '../simulator/association-samples';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** A fault of a call: without a status, there is no response at all. */
interface Fault {
  readonly when?: 'before' | 'after';
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly times?: number;
}

export const THROTTLED: Fault = { status: 429, code: 'ThrottlingException', message: 'Rate exceeded' };
export const DENIED: Fault = { status: 403, code: 'AccessDeniedException', message: 'not authorized' };

export class Scenario extends VirtualAccount {
  /** The resource that a test is about. */
  public readonly own = this.another('Registration');
  private givenUp = false;

  public another(logicalId: string, stackId?: string): Resource {
    return new Resource(logicalId, this.responseUrl, stackId);
  }

  /** Delivers the Create of a registration, which has to succeed, and returns its physical id. */
  public async create(properties: Properties, resource = this.own): Promise<string> {
    return (await this.deliver(resource.create(properties))).physicalId;
  }

  /** Lets so much time go by that nothing lags any more. */
  public settle(): void {
    this.time += 10 * MINUTE;
  }

  /** The one service that there is. */
  public only() {
    const { services } = this.service.snapshot();
    expect(services).toHaveLength(1);
    return services[0];
  }

  public tagsOf(serviceId: string): { readonly [key: string]: string } {
    return this.service.snapshot().services.find((service) => service.serviceId === serviceId)!.tags;
  }

  /** The calls of the last delivery, by operation. */
  public counts(): { [operation: string]: number } {
    const counts: { [operation: string]: number } = {};
    for (const call of this.calls) {
      counts[call] = (counts[call] ?? 0) + 1;
    }
    return counts;
  }

  public count(operation: string): number {
    return this.counts()[operation] ?? 0;
  }

  /** Lets a call fail. */
  public fail(operation: string, { when = 'before', status, code = status === undefined ? undefined : 'ValidationException', message = 'it fails', times = 1 }: Fault = {}): void {
    this.inject({ operation, when, status, code, message, times });
  }

  /** Lets the response of a call take so long. Its effect, or what it shows, is that of its beginning. */
  public slow(operation: string, ms: number, times = 1): void {
    const perform = this.service.perform.bind(this.service);
    let left = times;
    this.service.perform = (name, input) => {
      const output = perform(name, input);
      if (name === operation && left-- > 0) {
        this.time += ms;
        this.tick?.();
      }
      return output;
    };
  }

  /** CloudFormation gives the event up as soon as a condition holds, and from then on describes the resource like this. */
  public giveUpWhen(condition: () => boolean, status: string, physicalId?: () => string): void {
    this.tick = () => {
      if (!this.givenUp && condition()) {
        this.givenUp = true;
        this.resourceIs(status, physicalId?.());
      }
    };
  }

  /** CloudFormation says from now on that the resource has this status. */
  public resourceIs(status: string, physicalId?: string): void {
    this.resource = { status, since: this.time, physicalId };
  }

  /** An Agent Space that uses a service, and a way to have it no more. */
  public associate(serviceId: string, name = 'Production'): { readonly space: string; readonly remove: () => void } {
    const { agentSpaceId } = this.service.createAgentSpace(name);
    const { serviceType } = this.service.snapshot().services.find((service) => service.serviceId === serviceId)!;
    const { association } = this.service.associateService({ agentSpaceId, serviceId, configuration: configurationOf(serviceType) });
    return {
      space: `${name} (${agentSpaceId})`,
      remove: () => this.service.disassociateService({ agentSpaceId, associationId: association.associationId }),
    };
  }
}
