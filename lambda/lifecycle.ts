import { backoff } from './clock';
import { Row } from './decisions';
import { CallError, CONNECT_TIMEOUT, READ_TIMEOUT, RegisterOutput, ServiceSummary, TaggedService } from './devops-agent';
import { CloudFormationEvent, eventTime, identify, Identity, parseRegistration, Registration, serviceArn, serviceTimeout } from './event';
import { Failure } from './failure';
import { fingerprintOf, fingerprintTag, marked, ownerOf, replacedBy, replacesTag, Tags } from './marks';
import { patiently, PROPAGATION, RESERVE, Spell } from './patience';
import { buildRequest, configurationHash, identityOf, isRepeatable, revisionHash, versionsHash } from './request';
import { SecretReader } from './secrets';
import { LIST_LAG, LOOK_EVERY, named, Services } from './services';
import { StackResource, World } from './world';
import { ATTRIBUTE, MARK, NO_CONSENT_URL, PENDING_AUTHORIZATION } from '../src/private/contract';

/** What the lifecycle stands on. */
export interface Ground extends Omit<World, 'secrets' | 'answers'> {
  readonly secrets: SecretReader;
}

/** What exists at the end, as CloudFormation is to believe it. */
export interface Result {
  readonly physicalId: string;
  readonly data: { readonly [attribute: string]: string };
}

/** What a registration comes after. */
interface Before {
  /** The service that CloudFormation believes in. */
  readonly current?: TaggedService;
  readonly old?: Registration;
  /** Own services that CloudFormation does not believe in any more. */
  readonly leftovers: TaggedService[];
}

/** How late an event is that CloudFormation may have stopped waiting for. */
const LATE = 5_000;

/** How late an event is that Lambda delivers again after a crash: a minute. */
const REDELIVERY = 45_000;

/** The time that a RegisterService needs: its time-outs, a look at what became of it, and what comes after it. */
const REGISTER_TIME = CONNECT_TIMEOUT + READ_TIMEOUT + LIST_LAG + LOOK_EVERY + 2 * RESERVE;

/** How long a role made moments ago may not be assumable. */
const ROLE_PATIENCE = 90_000;

/** How long an identity may stay taken by nobody. One that was this resource's own is waited for as long as there is time. */
const LINGER = 60_000;

/** How long a service may still be refused to be deregistered after its last association is gone. */
const RELEASE = 75_000;

/** How long nobody has to be found to have consented, between two looks. */
const CONSENT_EVERY = 10_000;

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

/** Stands among the ids of what a service replaced for what nobody knows the id of. */
const UNSEEN = '+';

/** Of older services that are listed like this one, more than these are not looked into. */
const MOST = 20;

/**
 * Whatever is delivered, however often: what exists at the end is what CloudFormation believes exists.
 *
 * What it can come to is in `decisions.ts`, row by row.
 */
export class Lifecycle {
  /** The row of the table that was come to. */
  public decision?: Row;
  private readonly services: Services;
  private readonly owner: string;
  /** What this invocation has deregistered: lists may show it for a while. */
  private readonly gone = new Set<string>();
  /** The old service that was deregistered to make room for the new one. */
  private swapped?: string;

  constructor(private readonly event: CloudFormationEvent, private readonly world: Ground) {
    this.owner = ownerOf(event);
    this.services = new Services(this.owner, world.api, world.clock);
  }

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
    const current = await this.current([registration, ...(old ? [old] : [])], identity, registration.authorized && unchanged);
    if (current && !this.services.owns(current) && unchanged) {
      return this.unowned(current, registration, old);
    }

    const isWanted = ({ tags }: TaggedService) => fingerprintOf(tags).configuration === configuration && fingerprintOf(tags).revision === revision;
    const kept = current && this.services.owns(current) && isWanted(current);
    if (kept && unchanged && revisionHash(old) === revision) {
      this.decide(registration.authorized && !old.authorized ? 'consent resolved' : 'retagged');
      await this.sweep((await this.predecessors(current, registration)).filter((service) => this.obsolete(service, current)));
      return this.retag(current, registration, old);
    }

    const listed = await this.services.like([registration, ...(old ? [old] : [])]);
    const others = listed.filter(({ serviceId }) => serviceId !== current?.service.serviceId);
    const own = await this.withPredecessors(await this.services.own(others, true), current);
    const leftovers = own.filter((service) => this.obsolete(service, current));
    if (kept) {
      this.decide('kept');
      await this.sweep(leftovers);
      // The update may have been given up in the middle, and what it registers show in no list yet: the next event looks again.
      return this.retag(current, registration, old, UNSEEN);
    }
    // Registered already: by an earlier delivery of this event, or before the update that is being rolled back.
    const match = own.find(isWanted);
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
    const mine = invented ? await this.sinceCreation(registration) : ({ tags }: TaggedService) => tags[MARK.request] === identity.requestId;
    const left = (service: TaggedService) => !this.gone.has(service.service.serviceId) && mine(service);
    let made = await this.services.look(registration, left, invented ? this.world.clock.remaining() : LIST_LAG);
    this.decide(made ? 'cleared' : 'clear');
    while (made) {
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

  /** The service that CloudFormation believes in, as far as it says. */
  private async believed(): Promise<string | undefined> {
    const identity = await this.resource().then((resource) => identify(resource?.physicalId), () => undefined);
    return identity?.kind === 'service' ? identity.serviceId : undefined;
  }

  /** Registers, exactly once, for the request with this id. `then` is what that comes to if nothing goes wrong. */
  private async register(registration: Registration, requestId: string, then: Row, before: Before): Promise<Result> {
    const { clock, api } = this.world;
    const own = ({ tags }: TaggedService) => tags[MARK.request] === requestId;
    const done = async (service: TaggedService | string, row: Row) => {
      this.decide(row);
      await this.sweep(before.leftovers);
      if (typeof service === 'string') {
        return this.live(registration, service, requestId);
      }
      // What an earlier request registered has the tags of that time.
      return requestId === this.event.RequestId
        ? this.live(registration, service.service.serviceId, requestId)
        : this.retag(service, registration, before.old);
    };
    if (this.age() > REDELIVERY && isRepeatable(registration)) {
      // An earlier delivery may have died with its RegisterService on the way, and the API would take a second one.
      const made = await this.services.look(registration, own, LIST_LAG);
      if (made) {
        return done(made, 'delivered again');
      }
    }

    this.decide('refused');
    const { body, versions } = await buildRequest(registration, requestId, this.world.secrets);
    const replaced = [...(before.current ? [before.current] : []), ...before.leftovers].filter((service) => this.services.owns(service));
    // What there was may have gone with an update that was given up, and what that registered show in no list yet.
    const unseen = before.current ? replacedBy(before.current.tags).includes(UNSEEN) : this.event.RequestType === 'Update';
    const tags = marked(registration, {
      provider: this.world.provider,
      owner: this.owner,
      request: requestId,
      fingerprint: { configuration: configurationHash(registration), versions, revision: revisionHash(registration) },
      replaces: [...(unseen ? [UNSEEN] : []), ...replaced.map(({ service }) => service.serviceId)],
    });
    const denial = new Spell(clock, PROPAGATION);
    const newRole = new Spell(clock, ROLE_PATIENCE);
    const lingering = new Spell(clock, LINGER);
    let last: CallError | undefined;
    for (let attempt = 1, unanswered = 0; ; attempt++) {
      if (!last?.throttled) {
        // While this one waited, CloudFormation may have had its answer from another delivery, and gone on.
        await this.expect();
      }
      if (clock.remaining() < REGISTER_TIME) {
        throw last ? this.refused(last) : new Failure('RegisterService', 'the time of this invocation does not suffice for it', 'deploy again');
      }
      let registered: RegisterOutput;
      try {
        registered = await api.register({ ...body, service: registration.service, tags });
      } catch (error) {
        if (!(error instanceof CallError)) {
          throw error;
        }
        last = error;
        if (error.throttled || (error.denied && denial.goesOn()) || (error.roleNotReady && newRole.goesOn())) {
          await clock.sleep(error.throttled ? backoff(clock, attempt) : LOOK_EVERY);
          continue;
        }
        if (error.taken) {
          const holder = await this.makeRoom(error, registration, before, own, lingering);
          if (holder) {
            return done(holder, own(holder) ? 'found as holder' : 'adopted');
          }
          continue;
        }
        // It may have taken effect: only a look tells.
        const made = error.ambiguous ? await this.services.look(registration, own, LIST_LAG) : undefined;
        if (made) {
          await this.undoIfStale(registration, made.service.serviceId, requestId);
          return done(made, 'found after silence');
        }
        if (error.ambiguous && ++unanswered < 2) {
          continue;
        }
        this.decide(error.ambiguous ? 'silent' : 'refused');
        throw this.refused(error);
      }
      if (registered.serviceId !== undefined) {
        await this.undoIfStale(registration, registered.serviceId, requestId);
        return done(registered.serviceId, this.swapped ? 'swapped' : then);
      }
      await this.sweep(before.leftovers);
      return this.opened(registration, requestId, registered.consentUrl!, then);
    }
  }

  /**
   * What to do about an identity that is taken: the service that is the answer, or nothing where it is worth another
   * RegisterService. Such a refusal says that the call had no effect, so calling again is safe.
   */
  private async makeRoom(
    refusal: CallError, registration: Registration, before: Before, mine: (service: TaggedService) => boolean, lingering: Spell,
  ): Promise<TaggedService | undefined> {
    const { current, old } = before;
    const listed = (await this.services.list(registration.service)).filter(({ serviceId }) => !this.gone.has(serviceId));
    const own = await this.services.own(named([registration, ...(old ? [old] : [])], listed));
    const made = own.find(mine);
    if (made) {
      return made;
    }
    const leftovers = [...before.leftovers, ...own].filter((service) => this.obsolete(service, current));
    const identity = identityOf(registration);
    const wasOurs = identity !== undefined && old !== undefined && identityOf(old) === identity;
    if (leftovers.length > 0) {
      for (const leftover of leftovers) {
        await this.deregister(leftover, RELEASE);
      }
      return undefined;
    }
    if (wasOurs && current && this.services.owns(current) && !this.gone.has(current.service.serviceId)) {
      await this.swapOut(current, registration, old);
      return undefined;
    }

    const holder = identity === undefined ? undefined : await this.holder(listed, identity);
    if (holder && (mine(holder) || (registration.adoptExisting && !this.services.owns(holder)))) {
      return holder;
    }
    if (holder && this.services.owns(holder) && this.obsolete(holder, current)) {
      await this.deregister(holder, RELEASE);
      return undefined;
    }
    if (holder && this.services.owns(holder) && retained(holder) && registration.adoptExisting) {
      // Of an earlier life of this resource: taken as it is, but never in place of what an update asks for.
      return this.event.RequestType === 'Create' ? holder : this.retaining(holder.service.serviceId);
    }
    if (holder || (!lingering.goesOn() && !wasOurs)) {
      this.decide('taken');
      throw new Failure('RegisterService', holder ? `${refusal.words} (held by ${holder.service.serviceId}, '${holder.service.name ?? ''}')` : refusal.words,
        'deregister the existing service, or give this one another identity', refusal);
    }
    // What was deregistered lately keeps its identity for a while.
    await this.world.clock.sleep(LOOK_EVERY);
    return undefined;
  }

  /** Who holds an identity, seen twice: what is being deregistered may be shown for a moment, and marks lag. */
  private async holder(listed: ServiceSummary[], identity: string): Promise<TaggedService | undefined> {
    const seen = await this.services.holder(listed, identity);
    if (!seen) {
      return undefined;
    }
    await this.world.clock.sleep(LOOK_EVERY);
    return this.services.settled(seen.service.serviceId);
  }

  /** Deregisters the old service, because it holds what the new one needs. */
  private async swapOut(current: TaggedService, registration: Registration, old: Registration): Promise<void> {
    const { serviceId } = current.service;
    if (registration.retain || old.retain || retained(current)) {
      return this.retaining(serviceId);
    }
    // A rollback could not bring it back without a person.
    if (registration.consent || old.consent) {
      this.decide('swap forbidden');
      throw new Failure('replacing the registration', `${serviceId} holds the same identity, and a service that a person has to consent to is not given up for another`,
        'leave the name to be generated, or remove the registration in one deployment and add it in the next');
    }
    await this.deregister(current, RELEASE);
    this.swapped = serviceId;
  }

  private retaining(serviceId: string): never {
    this.decide('swap forbidden');
    throw new Failure('replacing the registration', `${serviceId} holds the same identity and is to be retained, and there can be only one`,
      'set the removal policy to DESTROY in a deployment of its own, then make the change');
  }

  /** Deregisters what this resource left behind. It does no harm, so what cannot be removed now is left for the next event. */
  private async sweep(leftovers: TaggedService[]): Promise<void> {
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

  /** Own services, and those that the current one replaced, which a list may show late or under another name. */
  private async withPredecessors(own: TaggedService[], current?: TaggedService): Promise<TaggedService[]> {
    const listed = new Set(own.map(({ service }) => service.serviceId));
    const others = current ? (await this.predecessors(current)).filter(({ service }) => !listed.has(service.serviceId)) : [];
    return [...own, ...others];
  }

  /** What a service replaced and is still there; with a registration also what was listed too late to be known. */
  private async predecessors(current: TaggedService, registration?: Registration): Promise<TaggedService[]> {
    const ids = this.services.owns(current) ? replacedBy(current.tags) : [];
    const known = await Promise.all(ids.filter((id) => id !== UNSEEN).map((serviceId) => this.services.get(serviceId)));
    const listed = registration && ids.includes(UNSEEN) ? await this.services.own(await this.services.like([registration]), true) : [];
    return [...known.filter((service) => service !== undefined), ...listed].filter((service) => this.services.owns(service));
  }

  /** Whether an own service is none that CloudFormation, or an event that is still under way, can mean. */
  private obsolete(service: TaggedService, current?: TaggedService): boolean {
    const { serviceId } = service.service;
    return serviceId !== current?.service.serviceId && !this.gone.has(serviceId) && !retained(service) && !this.ofThisRequest(service);
  }

  /** Makes the user's tags what the template says. Tags that somebody else put on the service stay. */
  private async retag(current: TaggedService, registration: Registration, old?: Registration, replaced?: string): Promise<Result> {
    const { serviceId } = current.service;
    const arn = serviceArn(this.event, serviceId);
    const wanted: Tags = {
      ...registration.tags,
      [MARK.fingerprint]: fingerprintTag({ ...fingerprintOf(current.tags), revision: revisionHash(registration) }),
      ...(registration.retain ? { [MARK.retain]: 'true' } : {}),
      ...(replaced ? { [MARK.replaces]: replacesTag([replaced, ...replacedBy(current.tags)]) } : {}),
    };
    const missing = Object.entries(wanted).filter(([key, value]) => current.tags[key] !== value);
    if (missing.length > 0) {
      await this.expect();
      // The role may tag only together with the provider's mark.
      await this.patiently(() => this.world.api.tag(arn, { ...Object.fromEntries(missing), [MARK.provider]: this.world.provider }));
    }
    const obsolete = [...Object.keys(old?.tags ?? {}), MARK.retain].filter((key) => key in current.tags && !(key in wanted));
    if (obsolete.length > 0) {
      await this.expect();
      await this.patiently(() => this.world.api.untag(arn, obsolete));
    }
    return this.live(registration, serviceId, current.tags[MARK.request]);
  }

  /** The answer to an update that changes nothing but what an adopted service does not have. */
  private async unowned(current: TaggedService, registration: Registration, old: Registration): Promise<Result> {
    if (!registration.adoptExisting) {
      this.decide('not its own');
      throw old.adoptExisting
        ? new Failure('updating the registration', `${current.service.serviceId} was adopted, and an adopted service never becomes this resource's own`,
          'set \'adoptExisting\' to true again')
        : this.foreign('updating the registration', current);
    }
    this.decide('adopted');
    return this.live(registration, current.service.serviceId, this.event.RequestId);
  }

  /** The service behind the event's physical id, if there is one. */
  private async current(like: Registration[], identity: Identity, consented: boolean): Promise<TaggedService | undefined> {
    if (identity.kind === 'service') {
      return this.services.settled(identity.serviceId);
    }
    if (identity.kind !== 'consent') {
      return undefined;
    }
    const own = ({ tags }: TaggedService) => tags[MARK.request] === identity.requestId;
    if (!consented) {
      return (await this.services.own(await this.services.like(like))).find(own);
    }
    const found = await this.services.look(like[0], own, LIST_LAG);
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

  /** A page to consent on is open: handed out, or waited for. */
  private async opened(registration: Registration, requestId: string, consentUrl: string, then: Row): Promise<Result> {
    const { clock, topics } = this.world;
    const { wait } = registration;
    if (!wait) {
      this.decide(then === 'consent asked again' ? then : 'consent asked');
      return this.pending(requestId, consentUrl);
    }
    const minutes = Math.round(wait.timeout / 60_000);
    await this.told('publishing the consent URL', () => topics.publish(wait.topicArn, 'AWS DevOps Agent waits for your consent',
      `${registration.request.name} waits for your consent, for ${minutes} minutes at most: ${consentUrl}`),
    'allow the provider\'s role to publish to the topic, and to use its KMS key');
    const patience = Math.min(wait.timeout, clock.remaining() - 3 * RESERVE);
    const made = await this.services.look(registration, ({ tags }) => tags[MARK.request] === requestId, patience, CONSENT_EVERY);
    if (!made) {
      this.decide('consent missed');
      throw new Failure('waiting for consent', `nobody consented within ${minutes} minutes`,
        'deploy again and consent in time; a consent that is given now makes a service that belongs to no stack');
    }
    await this.undoIfStale(registration, made.service.serviceId, requestId);
    this.decide('consented');
    return this.live(registration, made.service.serviceId, requestId);
  }

  /** Deregisters a service that CloudFormation removes, and what it replaced and could not be removed then. */
  private async remove(current: TaggedService, registration?: Registration): Promise<void> {
    const leftovers = (await this.predecessors(current, registration)).filter((service) => this.obsolete(service, current));
    if (leftovers.length > 0 && await this.isLast()) {
      for (const leftover of leftovers) {
        await this.deregister(leftover);
      }
    }
    await this.deregister(current);
  }

  /** Whether this Delete removes the resource itself. Otherwise a replacement is cleaned up, and a rollback keeps the older one. */
  private async isLast(): Promise<boolean> {
    try {
      const resource = await this.resource();
      return resource?.status === 'DELETE_IN_PROGRESS' && resource.physicalId === this.event.PhysicalResourceId;
    } catch {
      return false;
    }
  }

  private async deregister(current: TaggedService, patience = Infinity): Promise<void> {
    if (!this.services.owns(current)) {
      this.decide('not its own');
      throw this.foreign('DeregisterService', current);
    }
    // CloudFormation may believe again in what an update that it has given up still waits to remove.
    const asks = this.event.RequestType !== 'Delete';
    await this.unregister(current.service.serviceId, patience, () => (asks ? this.expect() : Promise.resolve()));
  }

  /** Deregisters a service, for as long as `mayGoOn` does not reject. */
  private async unregister(serviceId: string, patience: number, mayGoOn: () => Promise<void>): Promise<void> {
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
          throw associated ? await this.inUse(serviceId, error) : new Failure('DeregisterService', error.words, `correct what it names, then ${this.again()}`);
        }
        await clock.sleep(error.throttled ? backoff(clock, attempt) : LOOK_EVERY);
      }
    }
    this.gone.add(serviceId);
  }

  private foreign(step: string, { service }: TaggedService): Failure {
    return new Failure(step, `${service.serviceId} does not carry the tag '${MARK.owner}' of this resource, so it may belong to another`,
      `deregister it by hand if it is yours, then ${this.again()}`);
  }

  private async inUse(serviceId: string, error: CallError): Promise<Failure> {
    this.decide('in use');
    const spaces = await this.services.usersOf(serviceId);
    return new Failure('DeregisterService', error.words, spaces.length > 0
      ? `remove its association from the Agent Space ${spaces.join(', ')}, then ${this.again()}`
      : `remove its associations from all Agent Spaces, then ${this.again()}`);
  }

  /** Fails where CloudFormation has stopped waiting for a late event: it has had its answer, or has gone on without one. */
  private async expect(): Promise<void> {
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

  /**
   * Takes back what was registered while CloudFormation gave the event up: nobody would ever hear of it. What another
   * delivery has answered with meanwhile is believed in, and what is to be retained stays in any case.
   */
  private async undoIfStale(registration: Registration, serviceId: string, requestId: string): Promise<void> {
    try {
      await this.expect();
    } catch (error) {
      if (this.decision !== 'stale') {
        return;
      }
      if (!registration.retain) {
        const { physicalId } = this.live(registration, serviceId, requestId);
        await this.unregister(serviceId, RELEASE, async () => {
          if ((await this.resource())?.physicalId === physicalId) {
            throw error;
          }
        });
        this.decide('stale');
      }
      throw error;
    }
  }

  /** What CloudFormation says of the resource, or nothing where it knows no such stack or resource. */
  private resource(): Promise<StackResource | undefined> {
    const { StackId, LogicalResourceId } = this.event;
    return this.told('asking CloudFormation about the resource', () => this.world.stacks.describeResource(StackId, LogicalResourceId).catch((error: unknown) => {
      // Status 400 is how it says so.
      if (error instanceof CallError && error.status === 400) {
        return undefined;
      }
      throw error;
    }), 'allow the provider\'s role cloudformation:DescribeStackResource, and let the function reach CloudFormation');
  }

  private stale(why: string): Failure {
    this.decide('stale');
    return new Failure('this event', `CloudFormation does not wait for it any more (${why})`, 'there is nothing to do');
  }

  /** A call whose failure a person is told in these words. */
  private async told<T>(step: string, call: () => Promise<T>, advice: string): Promise<T> {
    try {
      return await this.patiently(call);
    } catch (error) {
      throw error instanceof CallError ? new Failure(step, error.words, advice, error) : error;
    }
  }

  private patiently<T>(call: () => Promise<T>): Promise<T> {
    return patiently(this.world.clock, call);
  }

  private again(): string {
    return this.event.RequestType === 'Delete' ? 'delete again' : 'deploy again';
  }

  private decide(row: Row): void {
    this.decision = row;
  }

  private ofThisRequest(service: TaggedService): boolean {
    return service.tags[MARK.request] === this.event.RequestId;
  }

  /** How late the event is; what is in the future comes from a clock that is ahead. */
  private age(): number {
    return this.world.clock.now() - (eventTime(this.event) ?? Infinity);
  }

  /** Since when something that this event is about can have been made. */
  private since(before = 0): number | undefined {
    const time = eventTime(this.event);
    return time === undefined ? undefined : time - before - SKEW;
  }

  /** A RegisterService that will not succeed, as a person is told. */
  private refused(error: CallError): Failure {
    if (!this.swapped) {
      return new Failure('RegisterService', error.words, this.advice(error), error);
    }
    this.decide('swap lost');
    return new Failure('RegisterService', `${error.words}; the old service ${this.swapped} has been deregistered to make room`,
      'correct what it names, then deploy again: the rollback, or else the next deployment, registers it anew', error);
  }

  private advice(error: CallError): string {
    if (error.denied) {
      return 'check that the account is onboarded to AWS DevOps Agent in this Region and that no service control policy denies it, then deploy again';
    }
    if (error.ambiguous) {
      return 'deploy again; what it may have registered is removed with the rollback of this deployment, or with the next one';
    }
    return ADVICE;
  }

  /** A registration that begins with a consent keeps that id for life: another one would have the service deleted. */
  private live(registration: Registration, serviceId: string, requestId: string): Result {
    const arn = serviceArn(this.event, serviceId);
    return {
      physicalId: registration.consent ? `consent/${requestId}` : arn,
      data: { [ATTRIBUTE.serviceId]: serviceId, [ATTRIBUTE.serviceArn]: arn, [ATTRIBUTE.consentUrl]: NO_CONSENT_URL },
    };
  }

  private pending(requestId: string, consentUrl: string): Result {
    return {
      physicalId: `consent/${requestId}`,
      data: {
        [ATTRIBUTE.serviceId]: PENDING_AUTHORIZATION,
        [ATTRIBUTE.serviceArn]: PENDING_AUTHORIZATION,
        [ATTRIBUTE.consentUrl]: consentUrl,
      },
    };
  }
}

function retained(service: TaggedService): boolean {
  return service.tags[MARK.retain] === 'true';
}

/** The registration, or nothing where the properties cannot be read: that must not stand in the way of a rollback. */
function readable(properties?: CloudFormationEvent['ResourceProperties']): Registration | undefined {
  try {
    return properties && parseRegistration(properties);
  } catch {
    return undefined;
  }
}

const ADVICE = 'correct what it names, then deploy again';
