import { backoff } from './clock';
import { CallError, CONNECT_TIMEOUT, READ_TIMEOUT, ServiceSummary, TaggedService } from './devops-agent';
import { CloudFormationEvent, eventTime, identify, Identity, parseRegistration, Registration, serviceArn } from './event';
import { Failure } from './failure';
import { fingerprintOf, fingerprintTag, marked, ownerOf, Tags } from './marks';
import { patiently, PROPAGATION, RESERVE } from './patience';
import { buildRequest, configurationHash, revisionHash, versionsHash } from './request';
import { SecretReader } from './secrets';
import { World } from './world';
import { ATTRIBUTE, MARK, NO_CONSENT_URL, PENDING_AUTHORIZATION, SERVICE_TIMEOUT_SECONDS } from '../src/private/contract';

/** What the lifecycle stands on. */
export interface Ground extends Omit<World, 'secrets' | 'answers'> {
  readonly secrets: SecretReader;
}

/** What exists at the end, as CloudFormation is to believe it. */
export interface Result {
  readonly physicalId: string;
  readonly data: { readonly [attribute: string]: string };
}

/** How long a list may not show what exists. */
const LIST_LAG = 30_000;
const LOOK_EVERY = 5_000;

/** The time that a RegisterService needs: its time-outs, and what comes after it. */
const REGISTER_TIME = CONNECT_TIMEOUT + READ_TIMEOUT + RESERVE;

/** How long a role made moments ago may not be assumable. */
const ROLE_PATIENCE = 90_000;

/** How far CloudFormation's clock and the API's may be apart. */
const SKEW = 5 * 60_000;

/**
 * Whatever is delivered, however often: what exists at the end is what CloudFormation believes exists.
 *
 * | event  | state of the world                                     | calls                       | answer                      |
 * |--------|--------------------------------------------------------|-----------------------------|-----------------------------|
 * | Create | this request registered already (a redelivery)         | List, Get                   | that service                |
 * | Create | nothing of this request                                | List, Register              | the new service             |
 * | Create | the same, and a person has to consent                  | List, Register              | `consent/…` and the page    |
 * | Create | the answer to Register got lost                        | … List, Get until it shows  | that service, or once more  |
 * | Create | the identity is taken, by this very request            | … List, Get                 | that service                |
 * | Create | the identity is taken, `adoptExisting`                 | … List                      | the existing service        |
 * | Create | the identity is taken by another                       | … List                      | FAILED, `failed/…`          |
 * | Update | nothing but tags differs                               | Get, Tag, Untag             | the same service            |
 * | Update | the request differs, an own live service has it        | List, Get                   | that service (a rollback)   |
 * | Update | the request differs                                    | List, Register              | the new one; Delete follows |
 * | Update | a new `credentialsRevision`, the same versions         | Get, List, Tag              | the same service            |
 * | Update | a new `credentialsRevision`, other versions            | Get, List, Register         | the new one; Delete follows |
 * | Update | the service was deregistered by hand                   | Get, List, Register         | the new one                 |
 * | Update | waiting for consent, `authorized`                      | List, Get until it shows    | the consented service       |
 * | Update | waiting for consent, not `authorized`                  | List, Register              | the same id, another page   |
 * | any    | a consent is needed, `authorized` says that there is   | List                        | FAILED                      |
 * | Delete | a service of ours                                      | Get, Deregister             | gone                        |
 * | Delete | an absent service                                      | Get                         | gone                        |
 * | Delete | an adopted service                                     | Get                         | gone, left as it is         |
 * | Delete | a service that Agent Spaces are associated with        | Get, Deregister until late  | FAILED with their names     |
 * | Delete | `failed/…`, `consent/…`                                | List, Get, Deregister       | that request's one is gone  |
 * | Delete | an id that CloudFormation invented                     | List, Get, Deregister       | this resource's are gone    |
 * | Delete | properties that no Create can have got through         | –                           | gone                        |
 */
export class Lifecycle {
  private readonly owner: string;

  constructor(private readonly event: CloudFormationEvent, private readonly world: Ground) {
    this.owner = ownerOf(event);
  }

  public async run(): Promise<Result> {
    const { RequestType, ResourceProperties } = this.event;
    switch (RequestType) {
      case 'Create': return this.create(parseRegistration(ResourceProperties));
      case 'Update': return this.update(parseRegistration(ResourceProperties));
      case 'Delete': return this.delete();
    }
  }

  private async create(registration: Registration): Promise<Result> {
    const earlier = await this.find(registration, (tags) => tags[MARK.request] === this.event.RequestId, this.since());
    if (earlier) {
      return this.live(registration, earlier.service.serviceId, this.event.RequestId);
    }
    if (registration.authorized) {
      throw new Failure('registering', 'nobody can have consented to a registration that is new',
        'set \'authorized\' to false, deploy, consent, and set it to true again');
    }
    return this.register(registration, this.event.RequestId);
  }

  private async update(registration: Registration): Promise<Result> {
    const configuration = configurationHash(registration);
    const revision = revisionHash(registration);
    const old = this.old();
    const identity = identify(this.event.PhysicalResourceId);
    const unchanged = old?.service === registration.service && configurationHash(old) === configuration;
    const current = unchanged ? await this.current(registration, identity) : undefined;
    if (current && !this.owns(current) && !registration.adoptExisting) {
      throw new Failure('updating the registration', `${current.service.serviceId} was adopted, and an adopted service never becomes this resource's own`,
        'set \'adoptExisting\' to true again');
    }
    if (current && (!this.owns(current) || revisionHash(old!) === revision)) {
      return this.retag(current, registration, old);
    }

    // Registered already: by an earlier delivery of this event, or before the update that is being rolled back.
    const match = await this.find(registration, (tags) => {
      const was = fingerprintOf(tags);
      return was.configuration === configuration && was.revision === revision;
    });
    if (match) {
      return this.retag(match, registration, old);
    }
    if (current && fingerprintOf(current.tags).versions === await versionsHash(registration, this.world.secrets)) {
      return this.retag(current, registration, old);
    }
    if (unchanged && !current && identity.kind === 'consent') {
      return this.reopen(registration, identity.requestId);
    }
    if (registration.authorized) {
      throw new Failure('replacing the registration', 'the change needs a new consent, but \'authorized\' says that there is one',
        'set \'authorized\' to false together with this change, consent, and set it to true again');
    }
    return this.register(registration, this.event.RequestId);
  }

  private async delete(): Promise<Result> {
    const gone: Result = { physicalId: this.event.PhysicalResourceId ?? '', data: {} };
    const identity = identify(this.event.PhysicalResourceId);
    const registration = identity.kind === 'consent'
      ? parseRegistration(this.event.ResourceProperties)
      : readable(this.event.ResourceProperties);
    if (identity.kind === 'service') {
      const current = await this.settled(identity.serviceId);
      if (current && !(registration?.adoptExisting && !this.owns(current))) {
        await this.deregister(current);
      }
      return gone;
    }
    if (!registration) {
      // Its Create failed for that very reason, before anything could be registered.
      return gone;
    }
    // Nobody knows here whether a service was made, so look for as long as one may still turn up.
    const mine = identity.kind === 'invented' ? () => true : (tags: Tags) => tags[MARK.request] === identity.requestId;
    const since = identity.kind === 'invented' ? this.since(SERVICE_TIMEOUT_SECONDS * 1000) : undefined;
    const patience = identity.kind === 'invented' ? this.world.clock.remaining() : LIST_LAG;
    let leftover = await this.look(registration, mine, patience, since);
    while (leftover) {
      await this.deregister(leftover);
      leftover = await this.find(registration, mine, since);
    }
    return gone;
  }

  /** Registers, exactly once, for the request with this id. */
  private async register(registration: Registration, requestId: string): Promise<Result> {
    const { clock, api } = this.world;
    const { body, versions } = await buildRequest(registration, requestId, this.world.secrets);
    const tags = marked(registration, {
      provider: this.world.provider,
      owner: this.owner,
      request: requestId,
      fingerprint: fingerprintTag({ configuration: configurationHash(registration), versions, revision: revisionHash(registration) }),
    });
    const own = (marks: Tags) => marks[MARK.request] === requestId;
    const start = clock.now();
    let last: CallError | undefined;
    for (let attempt = 1, unanswered = 0; ; attempt++) {
      if (clock.remaining() < REGISTER_TIME) {
        throw last ? this.refused(last) : new Failure('RegisterService', 'the time of this invocation does not suffice for it', 'deploy again');
      }
      try {
        const { serviceId, consentUrl } = await api.register({ ...body, service: registration.service, tags });
        return serviceId === undefined ? this.pending(requestId, consentUrl!) : this.live(registration, serviceId, requestId);
      } catch (error) {
        if (!(error instanceof CallError)) {
          throw error;
        }
        if (error.throttled || (error.denied && clock.now() - start < PROPAGATION) || (error.roleNotReady && clock.now() - start < ROLE_PATIENCE)) {
          last = error;
          await clock.sleep(error.throttled ? backoff(clock, attempt, 2 * LOOK_EVERY) : LOOK_EVERY);
          continue;
        }
        if (error.taken && registration.adoptExisting) {
          return this.adopt(registration, error);
        }
        // It may have taken effect, now or in an earlier delivery that the list does not show yet.
        if (error.ambiguous || error.taken) {
          const made = await this.look(registration, own, LIST_LAG);
          if (made) {
            return this.live(registration, made.service.serviceId, requestId);
          }
          if (error.ambiguous && ++unanswered < 2) {
            continue;
          }
        }
        throw this.refused(error);
      }
    }
  }

  /** The one service of this type that exists already, whoever registered it. */
  private async adopt(registration: Registration, refusal: CallError): Promise<Result> {
    const deadline = this.world.clock.now() + LIST_LAG;
    for (;;) {
      // What was deregistered a moment ago may still be listed.
      for (const { serviceId } of await this.list(registration.service)) {
        const existing = await this.get(serviceId);
        // What this resource registered before an update does not become what the update asks for.
        if (existing && this.event.RequestType === 'Update' && this.owns(existing) && existing.tags[MARK.request] !== this.event.RequestId) {
          throw this.refused(refusal);
        }
        if (existing) {
          return this.live(registration, serviceId, this.event.RequestId);
        }
      }
      if (this.world.clock.now() >= deadline) {
        throw this.refused(refusal);
      }
      await this.world.clock.sleep(LOOK_EVERY);
    }
  }

  /** Makes the user's tags what the template says. Tags that somebody else put on the service stay. */
  private async retag(current: TaggedService, registration: Registration, old?: Registration): Promise<Result> {
    const { serviceId } = current.service;
    const arn = serviceArn(this.event, serviceId);
    if (this.owns(current)) {
      const mark = fingerprintTag({ ...fingerprintOf(current.tags), revision: revisionHash(registration) });
      const missing = Object.entries({ ...registration.tags, [MARK.fingerprint]: mark }).filter(([key, value]) => current.tags[key] !== value);
      if (missing.length > 0) {
        // The role may tag only together with the provider's mark.
        await this.patiently(() => this.world.api.tag(arn, { ...Object.fromEntries(missing), [MARK.provider]: this.world.provider }));
      }
      const obsolete = Object.keys(old?.tags ?? {}).filter((key) => !(key in registration.tags));
      if (obsolete.length > 0) {
        await this.patiently(() => this.world.api.untag(arn, obsolete));
      }
    }
    return this.live(registration, serviceId, current.tags[MARK.request]);
  }

  /** The service behind the event's physical id, if there is one. */
  private async current(registration: Registration, identity: Identity): Promise<TaggedService | undefined> {
    if (identity.kind === 'service') {
      return registration.adoptExisting ? this.get(identity.serviceId) : this.settled(identity.serviceId);
    }
    if (identity.kind !== 'consent') {
      return undefined;
    }
    const own = (tags: Tags) => tags[MARK.request] === identity.requestId;
    const consented = registration.authorized ? await this.look(registration, own, LIST_LAG) : await this.find(registration, own);
    if (!consented && registration.authorized) {
      throw new Failure('looking for the consented service', 'nobody has consented yet',
        'open the consent URL of the last deployment in a browser, consent, and deploy again');
    }
    return consented;
  }

  /**
   * Hands out another page to consent on: that of an earlier deployment is not known any more, and the person may not
   * have been there. Where the API keeps the name for that page, it has to do.
   */
  private async reopen(registration: Registration, requestId: string): Promise<Result> {
    try {
      return await this.register(registration, requestId);
    } catch (error) {
      if (error instanceof Failure && error.cause instanceof CallError && error.cause.taken) {
        return this.pending(requestId, NO_CONSENT_URL);
      }
      throw error;
    }
  }

  private async deregister(current: TaggedService): Promise<void> {
    const { api, clock } = this.world;
    const { serviceId } = current.service;
    if (!this.owns(current)) {
      throw new Failure('DeregisterService', `${serviceId} does not carry the tag '${MARK.owner}' of this resource, so it may belong to another`,
        'deregister it by hand if it is yours, then delete again');
    }
    const start = clock.now();
    for (;;) {
      try {
        await api.deregister(serviceId);
        return;
      } catch (error) {
        if (!(error instanceof CallError)) {
          throw error;
        }
        // Behind a fence of tags, an absent service answers like a forbidden one.
        if (error.absent || !(await this.get(serviceId))) {
          return;
        }
        const associated = error.status === 409 || error.status === 400;
        const passing = associated || error.throttled || error.ambiguous || (error.denied && clock.now() - start < PROPAGATION);
        if (!passing || clock.remaining() < 2 * RESERVE + LOOK_EVERY) {
          throw new Failure('DeregisterService', error.words, associated ? await this.whoUses(serviceId) : ADVICE);
        }
        await clock.sleep(LOOK_EVERY);
      }
    }
  }

  /** What to do about a service that is still in use. */
  private async whoUses(serviceId: string): Promise<string> {
    const spaces: string[] = [];
    try {
      for (const space of await this.pages((token) => this.world.api.listAgentSpaces(token), (page) => page.agentSpaces)) {
        if (this.world.clock.remaining() < RESERVE) {
          break;
        }
        const associations = await this.pages((token) => this.world.api.listAssociations(space.agentSpaceId, token), (page) => page.associations);
        if (associations.some((association) => association.serviceId === serviceId)) {
          spaces.push(`${space.name} (${space.agentSpaceId})`);
        }
      }
    } catch {
      // The refusal itself is what has to be told; who causes it is a help.
    }
    return spaces.length > 0
      ? `remove its association from the Agent Space ${spaces.join(', ')}, then delete again`
      : 'remove its associations from all Agent Spaces, then delete again';
  }

  /** Looks again and again: a list and the tags may lag behind what exists. */
  private async look(
    registration: Registration,
    mine: (tags: Tags) => boolean,
    patience: number,
    since?: number,
  ): Promise<TaggedService | undefined> {
    const { clock } = this.world;
    const deadline = clock.now() + patience;
    for (;;) {
      const found = await this.find(registration, mine, since);
      if (found || clock.now() + LOOK_EVERY > deadline || clock.remaining() < 2 * RESERVE + LOOK_EVERY) {
        return found;
      }
      await clock.sleep(LOOK_EVERY);
    }
  }

  /** This resource's own service whose tags satisfy the condition: the newest, if there are several. */
  private async find(registration: Registration, mine: (tags: Tags) => boolean, since = -Infinity): Promise<TaggedService | undefined> {
    const candidates = (await this.list(registration.service))
      .filter((service) => service.name === registration.request.name && service.createdAt.getTime() >= since)
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    for (const candidate of candidates) {
      const service = await this.get(candidate.serviceId);
      if (service && this.owns(service) && mine(service.tags)) {
        return service;
      }
    }
    return undefined;
  }

  private list(serviceType: string): Promise<ServiceSummary[]> {
    return this.pages((token) => this.world.api.list(serviceType, token), (page) => page.services);
  }

  private async pages<P extends { nextToken?: string }, T>(call: (token?: string) => Promise<P>, items: (page: P) => T[]): Promise<T[]> {
    const all: T[] = [];
    let token: string | undefined;
    do {
      const page: P = await this.patiently(() => call(token));
      all.push(...items(page));
      token = page.nextToken;
    } while (token !== undefined);
    return all;
  }

  private async get(serviceId: string): Promise<TaggedService | undefined> {
    try {
      return await this.patiently(() => this.world.api.get(serviceId));
    } catch (error) {
      if (error instanceof CallError && error.absent) {
        return undefined;
      }
      throw error;
    }
  }

  /** The service with our marks, which lag behind it, or as it is where they do not come. */
  private async settled(serviceId: string): Promise<TaggedService | undefined> {
    const { clock } = this.world;
    const deadline = clock.now() + LIST_LAG;
    for (;;) {
      const service = await this.get(serviceId);
      if (!service || this.owns(service) || clock.now() >= deadline || clock.remaining() < 2 * RESERVE + LOOK_EVERY) {
        return service;
      }
      await clock.sleep(LOOK_EVERY);
    }
  }

  private patiently<T>(call: () => Promise<T>): Promise<T> {
    return patiently(this.world.clock, call);
  }

  private owns(service: TaggedService): boolean {
    return service.tags[MARK.owner] === this.owner;
  }

  private old(): Registration | undefined {
    return this.event.OldResourceProperties && parseRegistration(this.event.OldResourceProperties);
  }

  /** Since when something that this event is about can have been made. */
  private since(before = 0): number | undefined {
    const time = eventTime(this.event);
    return time === undefined ? undefined : time - before - SKEW;
  }

  /** A RegisterService that will not succeed, as a person is told. */
  private refused(error: CallError): Failure {
    return new Failure('RegisterService', error.words, this.advice(error), error);
  }

  private advice(error: CallError): string {
    if (error.taken) {
      return 'deregister the existing service, or give this one another identity; '
        + 'a registration that holds its own old identity has to be removed in one deployment and added in the next';
    }
    if (error.denied) {
      return 'check that the account is onboarded to AWS DevOps Agent in this Region and that no service control policy denies it, then deploy again';
    }
    if (error.ambiguous) {
      return this.event.RequestType === 'Create'
        ? 'deploy again; what it may have registered is removed with this deployment\'s rollback'
        : `deploy again; it may have registered a service, with the tag ${MARK.request}=${this.event.RequestId}, which is to be deregistered then`;
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

/** The registration, or nothing where the properties cannot be read: that must not stand in the way of a rollback. */
function readable(properties: CloudFormationEvent['ResourceProperties']): Registration | undefined {
  try {
    return parseRegistration(properties);
  } catch {
    return undefined;
  }
}

const ADVICE = 'correct what it names, then deploy again';
