import { CallError, ServiceSummary, TaggedService } from './devops-agent';
import { CloudFormationEvent, identify, Identity, parseRegistration, Registration, serviceTimeout } from './wire/event';
import { Failure } from './failure';
import { fingerprintOf, replacedBy, retained, UNSEEN } from './marks';
import { Registering, Result } from './registering';
import { configurationHash, revisionHash, versionsHash } from './wire/request';
import { LIST_LAG, showsOnly } from './services';
import { TAG, NO_CONSENT_URL } from '../src/private/contract';

/** Of older services that are listed like this one, more than these are not looked into. */
const MOST = 20;

/**
 * Whatever is delivered, however often: what exists at the end is what CloudFormation believes exists.
 *
 * What it can come to is in `decisions.ts`, row by row.
 */
export class Lifecycle extends Registering {
  public async run(): Promise<Result> {
    const { RequestType, ResourceProperties } = this.event;
    if (this.world.clock.remaining() <= 0) {
      throw this.stale('the time that it waits is over');
    }
    switch (RequestType) {
      case 'Create': return this.create(parseRegistration(ResourceProperties));
      case 'Update': return this.update(parseRegistration(ResourceProperties));
      case 'Delete': return this.delete();
    }
  }

  private async create(registration: Registration): Promise<Result> {
    await this.expect();
    const listed = await this.services.like([registration]);
    const since = this.since() ?? -Infinity;
    const recent = await this.services.own(listed.filter(({ createdAt }) => createdAt.getTime() >= since));
    const earlier = recent.find((service) => this.ofThisRequest(service));
    if (earlier) {
      this.decide('delivered again');
      return this.live(registration, earlier.service.serviceId, this.event.RequestId);
    }
    if (registration.authorized) {
      this.decide('consent presumed');
      throw new Failure('registering the service', 'nobody can have consented to a registration that is new',
        'set \'authorized\' to false, deploy, consent, and set it to true again');
    }
    const older = await this.services.own(listed.filter(({ createdAt }) => createdAt.getTime() < since).slice(0, MOST));
    const leftovers = [...recent, ...older].filter((service) => this.obsolete(service));
    return this.register(registration, this.event.RequestId, 'registered', { leftovers });
  }

  private async update(registration: Registration): Promise<Result> {
    await this.expect();
    const old = readable(this.event.OldResourceProperties);
    const identity = identify(this.event.PhysicalResourceId);
    const configuration = configurationHash(registration);
    const revision = revisionHash(registration);
    const unchanged = old !== undefined && configurationHash(old) === configuration;
    const listed = await this.services.like([registration, ...(old ? [old] : [])]);
    if (old && !unchanged && this.tellsAll(listed, identity, old, registration)) {
      return this.register(registration, this.event.RequestId, 'replaced', { unread: listed[0].serviceId, old, leftovers: [] });
    }
    const current = await this.current(registration, identity, listed, registration.authorized && unchanged);
    if (current && !this.services.owns(current) && unchanged) {
      return this.unowned(current, registration, old);
    }

    const isWanted = ({ tags }: TaggedService) => fingerprintOf(tags).configuration === configuration && fingerprintOf(tags).revision === revision;
    const kept = current && this.services.owns(current) && isWanted(current);
    const others = listed.filter(({ serviceId }) => serviceId !== current?.service.serviceId);
    const own = await this.withPredecessors(await this.services.own(others, true), current);
    const leftovers = own.filter((service) => this.obsolete(service, current));
    if (kept) {
      const isRollback = !unchanged || revisionHash(old) !== revision;
      this.decide(isRollback ? 'kept' : registration.authorized && !old.authorized ? 'consent resolved' : 'retagged');
      await this.sweep(leftovers);
      // The update may have been given up in the middle, and what it registers show in no list yet: the next event looks again.
      return this.retag(current, registration, old, isRollback ? UNSEEN : undefined);
    }
    // Registered already: by an earlier delivery of this event, or before the update that is being rolled back.
    // What was retained in an earlier life is not what a rollback wants back; what the current one replaced may be.
    const replaced = current ? replacedBy(current.tags) : [];
    const match = own.find((service) => isWanted(service) && (!retained(service) || replaced.includes(service.service.serviceId)));
    if (match) {
      this.decide(this.ofThisRequest(match) ? 'delivered again' : 'rolled back');
      await this.sweep(leftovers.filter((service) => service !== match));
      return this.retag(match, registration, old, current && this.services.owns(current) ? current.service.serviceId : undefined);
    }
    if (current && this.services.owns(current) && fingerprintOf(current.tags).configuration === configuration
      && fingerprintOf(current.tags).versions === await versionsHash(registration, this.world.secrets)) {
      this.decide('versions kept');
      await this.sweep(leftovers);
      return this.retag(current, registration, old);
    }
    if (unchanged && !current && identity.kind === 'consent') {
      return this.reopen(registration, identity.requestId, old);
    }
    if (registration.authorized) {
      this.decide('consent presumed');
      throw new Failure('replacing the registration', 'the change needs a new consent, but \'authorized\' says that there is one',
        'set \'authorized\' to false together with this change, consent, and set it to true again');
    }
    return this.register(registration, this.event.RequestId, current ? 'replaced' : 'registered anew', { current, old, leftovers });
  }

  /** Whether a list alone tells that the old service is to be replaced, and that there is no other to look at. */
  private tellsAll(listed: ServiceSummary[], identity: Identity, old: Registration, wanted: Registration): boolean {
    const [current, ...others] = listed;
    return identity.kind === 'service' && current?.serviceId === identity.serviceId && others.length === 0
      && !wanted.consent && this.services.isSettled(current) && showsOnly(current, old, wanted);
  }

  private async delete(): Promise<Result> {
    const gone: Result = { physicalId: this.event.PhysicalResourceId ?? '', data: {} };
    const identity = identify(this.event.PhysicalResourceId);
    const registration = identity.kind === 'consent'
      ? parseRegistration(this.event.ResourceProperties)
      : readable(this.event.ResourceProperties);
    if (identity.kind === 'service') {
      const current = await this.services.settled(identity.serviceId);
      if (!current || (registration?.adoptExisting && !this.services.owns(current))) {
        this.decide(current ? 'left' : 'absent');
        return gone;
      }
      await this.remove(current, registration);
      this.decide('deregistered');
      return gone;
    }
    if (!registration) {
      // Its Create failed for that very reason, before anything could be registered.
      this.decide('unreadable');
      return gone;
    }

    // Nobody knows here whether a service was made, so look for as long as one may still turn up.
    const invented = identity.kind === 'invented';
    if (invented) {
      await this.expect();
    }
    const mine = invented ? await this.sinceCreation(registration) : ({ tags }: TaggedService) => tags[TAG.request] === identity.requestId;
    const left = (service: TaggedService) => !this.gone.has(service.service.serviceId) && mine(service);
    let made = await this.services.look(registration, left, invented ? this.world.clock.remaining() : LIST_LAG);
    this.decide(made ? 'cleared' : 'clear');
    while (made) {
      if (invented) {
        // While this delivery looked, another one may have answered, and the resource have been created anew.
        await this.expect();
      }
      await this.remove(made, registration);
      made = (await this.services.own(await this.services.like([registration]))).find(left);
    }
    return gone;
  }

  /** What a Create can have made that CloudFormation gave up before it had answered: no service of an earlier life, nor of a later one. */
  private async sinceCreation(registration: Registration): Promise<(service: TaggedService) => boolean> {
    const known = await this.believed();
    const since = this.since(serviceTimeout(this.event)) ?? -Infinity;
    return (service) => service.service.serviceId !== known
      && (registration.retain ? service.service.createdAt.getTime() >= since : !retained(service));
  }

  /** Own services, and those that the current one replaced, which a list may show late or under another name. */
  private async withPredecessors(own: TaggedService[], current?: TaggedService): Promise<TaggedService[]> {
    const listed = new Set(own.map(({ service }) => service.serviceId));
    const others = current ? (await this.predecessors(current)).filter(({ service }) => !listed.has(service.serviceId)) : [];
    return [...own, ...others];
  }

  /** The answer to an update that changes nothing but what an adopted service does not have. */
  private async unowned(current: TaggedService, registration: Registration, old: Registration): Promise<Result> {
    if (!registration.adoptExisting) {
      this.decide('not its own');
      throw old.adoptExisting
        ? new Failure('updating the registration', `${current.service.serviceId} was adopted, and an adopted service never becomes this resource's own`,
          'set \'adoptExisting\' to true again')
        : this.notOwn('updating the registration', current);
    }
    this.decide('adopted');
    return this.live(registration, current.service.serviceId, this.event.RequestId);
  }

  /** The service behind the event's physical id, if there is one. */
  private async current(
    registration: Registration, identity: Identity, listed: ServiceSummary[], consented: boolean,
  ): Promise<TaggedService | undefined> {
    if (identity.kind === 'service') {
      return this.services.settled(identity.serviceId);
    }
    if (identity.kind !== 'consent') {
      return undefined;
    }
    const own = ({ tags }: TaggedService) => tags[TAG.request] === identity.requestId;
    if (!consented) {
      return (await this.services.own(listed)).find(own);
    }
    const found = await this.services.look(registration, own, LIST_LAG);
    if (!found) {
      this.decide('consent absent');
      throw new Failure('looking for the consented service', 'nobody has consented yet',
        'open the consent URL of the last deployment in a browser, consent, and deploy again');
    }
    return found;
  }

  /**
   * Hands out another page to consent on: that of an earlier deployment is not known any more, and the person may not
   * have been there. Where the API keeps the name for that page, it has to do.
   */
  private async reopen(registration: Registration, requestId: string, old: Registration): Promise<Result> {
    try {
      return await this.register(registration, requestId, 'consent asked again', { old, leftovers: [] });
    } catch (error) {
      if (error instanceof Failure && error.cause instanceof CallError && error.cause.taken) {
        this.decide('consent asked again');
        return this.pending(requestId, NO_CONSENT_URL);
      }
      throw error;
    }
  }
}

/** The registration, or nothing where the properties cannot be read: that must not stand in the way of a rollback. */
function readable(properties?: CloudFormationEvent['ResourceProperties']): Registration | undefined {
  try {
    return properties && parseRegistration(properties);
  } catch {
    return undefined;
  }
}
