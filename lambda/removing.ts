import { backoff } from './clock';
import { CallError, TaggedService } from './devops-agent';
import { again, Registration } from './event';
import { Failure } from './failure';
import { replacedBy, retained, UNSEEN } from './marks';
import { PROPAGATION, RESERVE, Spell } from './patience';
import { LOOK_EVERY } from './services';
import { Waiting } from './waiting';
import { MARK } from '../src/private/contract';

/** How services go: the one that CloudFormation removes, and what was left behind. */
export abstract class Removing extends Waiting {
  /** What this invocation has deregistered: lists may show it for a while. */
  protected readonly gone = new Set<string>();

  /** Deregisters a service that CloudFormation removes, and what it replaced and could not be removed then. */
  protected async remove(current: TaggedService, registration?: Registration): Promise<void> {
    const leftovers = (await this.predecessors(current, registration)).filter((service) => this.obsolete(service, current));
    if (leftovers.length > 0 && await this.isLast()) {
      for (const leftover of leftovers) {
        await this.deregister(leftover);
      }
    }
    await this.deregister(current);
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

  /** What a service replaced and is still there; with a registration also what was listed too late to be known. */
  protected async predecessors(current: TaggedService, registration?: Registration): Promise<TaggedService[]> {
    const ids = this.services.owns(current) ? replacedBy(current.tags) : [];
    const known = await Promise.all(ids.filter((id) => id !== UNSEEN).map((serviceId) => this.services.get(serviceId)));
    const listed = registration && ids.includes(UNSEEN) ? await this.services.own(await this.services.like([registration]), true) : [];
    return [...known.filter((service) => service !== undefined), ...listed].filter((service) => this.services.owns(service));
  }

  /** Whether an own service is none that CloudFormation, or an event that is still under way, can mean. */
  protected obsolete(service: TaggedService, current?: TaggedService): boolean {
    const { serviceId } = service.service;
    return serviceId !== current?.service.serviceId && !this.gone.has(serviceId) && !retained(service) && !this.ofThisRequest(service);
  }

  protected async deregister(current: TaggedService, patience = Infinity): Promise<void> {
    if (!this.services.owns(current)) {
      this.decide('not its own');
      throw this.foreign('DeregisterService', current);
    }
    // CloudFormation may believe again in what an update that it has given up still waits to remove.
    const asks = this.event.RequestType !== 'Delete';
    await this.unregister(current.service.serviceId, patience, () => (asks ? this.expect() : Promise.resolve()));
  }

  /** Deregisters a service, for as long as `mayGoOn` does not reject. */
  protected async unregister(serviceId: string, patience: number, mayGoOn: () => Promise<void>): Promise<void> {
    const { api, clock } = this.world;
    const release = new Spell(clock, patience);
    const denial = new Spell(clock, PROPAGATION);
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
        const associated = error.status === 409 || error.status === 400;
        const passing = associated ? release.goesOn() : error.throttled || error.ambiguous || (error.denied && denial.goesOn());
        if (!passing || clock.remaining() < 2 * RESERVE + LOOK_EVERY) {
          throw associated ? await this.inUse(serviceId, error) : new Failure('DeregisterService', error.words, `correct what it names, then ${again(this.event)}`);
        }
        await clock.sleep(error.throttled ? backoff(clock, attempt) : LOOK_EVERY);
      }
    }
    this.gone.add(serviceId);
  }

  protected foreign(step: string, { service }: TaggedService): Failure {
    return new Failure(step, `${service.serviceId} does not carry the tag '${MARK.owner}' of this resource, so it may belong to another`,
      `deregister it by hand if it is yours, then ${again(this.event)}`);
  }

  protected async inUse(serviceId: string, error: CallError): Promise<Failure> {
    this.decide('in use');
    const spaces = await this.services.usersOf(serviceId);
    return new Failure('DeregisterService', error.words, spaces.length > 0
      ? `remove its association from the Agent Space ${spaces.join(', ')}, then ${again(this.event)}`
      : `remove its associations from all Agent Spaces, then ${again(this.event)}`);
  }
}
