import { backoff } from './clock';
import { CallError, TaggedService } from './devops-agent';
import { again, identify, Identity, Registration, serviceArn } from './wire/event';
import { Failure } from './failure';
import { replacedBy, replacesTag, retained, Tags, UNSEEN } from './marks';
import { PROPAGATION, RESERVE, RetryWindow } from './retries';
import { LOOK_EVERY } from './services';
import { Waiting } from './waiting';
import { TAG } from '../src/private/contract';

/** More Agent Spaces than these are counted, not named: an answer may be only so long. */
const MOST_NAMED = 10;

/** How services go: the one that CloudFormation removes, and what was left behind. */
export abstract class Removing extends Waiting {
  /** What this invocation has deregistered: lists may show it for a while. */
  protected readonly gone = new Set<string>();

  /** Deregisters a service that CloudFormation removes, and what it replaced and could not be removed then. */
  protected async remove(current: TaggedService, registration?: Registration): Promise<void> {
    const leftovers = (await this.predecessors(current, registration)).filter((service) => this.obsolete(service, current));
    const unseen = this.services.owns(current) && replacedBy(current.tags).includes(UNSEEN);
    if (leftovers.length > 0 || unseen) {
      const resource = await this.resource();
      if (resource?.status === 'DELETE_IN_PROGRESS' && resource.physicalId === this.event.PhysicalResourceId) {
        for (const leftover of leftovers) {
          await this.deregister(leftover);
        }
      } else {
        await this.bequeath(current, leftovers, identify(resource?.physicalId));
      }
    }
    await this.deregister(current);
  }

  /**
   * A replacement is cleaned up: the resource lives on as its successor or, after a rollback, as what it had replaced.
   * What is left over besides goes, or is left to the one that lives.
   */
  private async bequeath(current: TaggedService, leftovers: TaggedService[], believed: Identity): Promise<void> {
    const heir = believed.kind === 'service' ? await this.services.settled(believed.serviceId) : undefined;
    if (!heir || !this.services.owns(heir) || heir.service.serviceId === current.service.serviceId) {
      return;
    }
    await this.sweep(leftovers.filter((service) => this.obsolete(service, heir)));
    const remaining = leftovers.filter((service) => this.obsolete(service, heir)).map(({ service }) => service.serviceId);
    const unseen = replacedBy(current.tags).includes(UNSEEN) ? [UNSEEN] : [];
    const known = replacedBy(heir.tags);
    if ([...unseen, ...remaining].some((id) => !known.includes(id))) {
      await this.withRetries(() => this.tag(heir.service.serviceId, { [TAG.replaces]: replacesTag([...unseen, ...remaining, ...known]) }));
    }
  }

  /** The role may tag only together with the provider's mark. */
  protected tag(serviceId: string, tags: Tags): Promise<void> {
    return this.world.api.tag(serviceArn(this.event, serviceId), { ...tags, [TAG.provider]: this.world.provider });
  }

  /** Deregisters what this resource left behind. It does no harm, so what cannot be removed now is left for the next event. */
  protected async sweep(leftovers: TaggedService[]): Promise<void> {
    for (const leftover of leftovers.filter(({ service }) => !this.gone.has(service.serviceId))) {
      const { decision } = this;
      try {
        await this.deregister(leftover, 0);
      } catch (error) {
        if (this.decision === 'stale') {
          throw error;
        }
        this.decision = decision;
        this.world.log(JSON.stringify({ leftover: leftover.service.serviceId, reason: error instanceof Failure ? error.step : 'unknown' }));
      }
    }
  }

  /** What a service and its predecessors replaced and is still there; with a registration also what was listed too late to be known. */
  protected async predecessors(current: TaggedService, registration?: Registration): Promise<TaggedService[]> {
    const found = new Map<string, TaggedService>();
    const ids = new Set(this.services.owns(current) ? replacedBy(current.tags) : []);
    for (const id of ids) {
      const service = id === UNSEEN ? undefined : await this.services.get(id);
      if (service && this.services.owns(service)) {
        found.set(id, service);
        replacedBy(service.tags).forEach((older) => ids.add(older));
      }
    }
    if (registration && ids.has(UNSEEN)) {
      const listed = await this.services.own(await this.services.like([registration]), true);
      listed.forEach((service) => found.set(service.service.serviceId, service));
    }
    return [...found.values()];
  }

  /** Whether an own service is none that CloudFormation, or an event that is still under way, can mean. */
  protected obsolete(service: TaggedService, current?: TaggedService): boolean {
    const { serviceId } = service.service;
    return serviceId !== current?.service.serviceId && !this.gone.has(serviceId) && !retained(service) && !this.ofThisRequest(service);
  }

  protected async deregister(current: TaggedService, patience = Infinity): Promise<void> {
    if (!this.services.owns(current)) {
      this.decide('not its own');
      throw this.notOwn('DeregisterService', current);
    }
    // CloudFormation may believe again in what an update that it has given up still waits to remove.
    const asks = this.event.RequestType !== 'Delete';
    await this.unregister(current.service.serviceId, patience, () => (asks ? this.expect() : Promise.resolve()));
  }

  /** Deregisters a service, for as long as `mayGoOn` does not reject. */
  protected async unregister(serviceId: string, patience: number, mayGoOn: () => Promise<void>): Promise<void> {
    const { api, clock } = this.world;
    const release = new RetryWindow(clock, patience);
    const denial = new RetryWindow(clock, PROPAGATION);
    for (let attempt = 1; ; attempt++) {
      await mayGoOn();
      try {
        await api.deregister(serviceId);
        break;
      } catch (error) {
        if (!(error instanceof CallError)) {
          throw error;
        }
        // Behind a fence of tags, an absent service answers like a forbidden one; one whose turn has not come says nothing of it.
        if (error.absent || (!error.throttled && !(await this.services.get(serviceId)))) {
          break;
        }
        const associated = !error.throttled && (error.status === 409 || error.status === 400);
        const passing = associated ? release.isOpen() : error.throttled || error.ambiguous || (error.denied && denial.isOpen());
        if (!passing || clock.remaining() < 2 * RESERVE + LOOK_EVERY) {
          throw associated ? await this.inUse(serviceId, error) : new Failure('DeregisterService', error.words, `correct what it names, then ${again(this.event)}`);
        }
        await clock.sleep(error.throttled ? backoff(clock, attempt) : LOOK_EVERY);
      }
    }
    this.gone.add(serviceId);
  }

  protected notOwn(step: string, { service }: TaggedService): Failure {
    return new Failure(step, `${service.serviceId} does not carry the tag '${TAG.owner}' of this resource, so it may belong to another`,
      `deregister it by hand if it is yours, then ${again(this.event)}`);
  }

  protected async inUse(serviceId: string, error: CallError): Promise<Failure> {
    this.decide('in use');
    const spaces = await this.services.usersOf(serviceId);
    const named = spaces.length <= MOST_NAMED ? spaces : [...spaces.slice(0, MOST_NAMED), `and ${spaces.length - MOST_NAMED} more`];
    return new Failure('DeregisterService', error.words, spaces.length > 0
      ? `remove its association from the Agent Space ${named.join(', ')}, then ${again(this.event)}`
      : `remove its associations from all Agent Spaces, then ${again(this.event)}`);
  }
}
