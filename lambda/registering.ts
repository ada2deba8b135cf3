import { backoff } from './clock';
import { Row } from './decisions';
import { CallError, CONNECT_TIMEOUT, READ_TIMEOUT, RegisterOutput, ServiceSummary, TaggedService } from './devops-agent';
import { Registration, serviceArn } from './wire/event';
import { Failure } from './failure';
import { fingerprintOf, fingerprintTag, marked, replacedBy, replacesTag, retained, Tags, UNSEEN } from './marks';
import { PROPAGATION, RESERVE, RetryWindow } from './retries';
import { Removing } from './removing';
import { buildRequest, configurationHash, identityOf, isRepeatable, revisionHash } from './wire/request';
import { LIST_LAG, LOOK_EVERY, named } from './services';
import { ATTRIBUTE, TAG, NO_CONSENT_URL, PENDING_AUTHORIZATION } from '../src/private/contract';

/** What exists at the end, as CloudFormation is to believe it. */
export interface Result {
  readonly physicalId: string;
  readonly data: { readonly [attribute: string]: string };
}

/** What a registration comes after. */
export interface Before {
  /** The service that CloudFormation believes in. */
  readonly current?: TaggedService;
  /** Its id, where it is to be replaced and has not been read. */
  readonly unread?: string;
  readonly old?: Registration;
  /** Own services that CloudFormation does not believe in any more. */
  readonly leftovers: TaggedService[];
}

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

/** How a service comes: exactly once, in the place of another one if there can be only one, with a person's consent if it takes one. */
export abstract class Registering extends Removing {
  /** The old service that was deregistered to make room for the new one. */
  protected swapped?: string;

  /** Registers, exactly once, for the request with this id. `then` is what that comes to if nothing goes wrong. */
  protected async register(registration: Registration, requestId: string, then: Row, before: Before): Promise<Result> {
    const { clock, api } = this.world;
    const own = ({ tags }: TaggedService) => tags[TAG.request] === requestId;
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
    const { current, unread, leftovers } = before;
    const read = [...(current ? [current] : []), ...leftovers].filter((service) => this.services.owns(service));
    // What there was may have gone with an update that was given up, and what that registered show in no list yet.
    const unseen = this.event.RequestType === 'Update' && !current && unread === undefined;
    const tags = marked(registration, {
      provider: this.world.provider,
      owner: this.owner,
      request: requestId,
      fingerprint: { configuration: configurationHash(registration), versions, revision: revisionHash(registration) },
      replaces: [...(unseen ? [UNSEEN] : []), ...(unread === undefined ? [] : [unread]), ...read.map(({ service }) => service.serviceId)],
    });
    const denial = new RetryWindow(clock, PROPAGATION);
    const newRole = new RetryWindow(clock, ROLE_PATIENCE);
    const lingering = new RetryWindow(clock, LINGER);
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
        if (error.throttled || (error.denied && denial.isOpen()) || (error.roleNotReady && newRole.isOpen())) {
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
  protected async makeRoom(
    refusal: CallError, registration: Registration, before: Before, mine: (service: TaggedService) => boolean, lingering: RetryWindow,
  ): Promise<TaggedService | undefined> {
    const { unread, old } = before;
    const current = before.current ?? (unread === undefined ? undefined : await this.services.settled(unread));
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
    if (holder || (!lingering.isOpen() && !wasOurs)) {
      this.decide('taken');
      throw new Failure('RegisterService', holder ? `${refusal.words} (held by ${holder.service.serviceId}, '${holder.service.name ?? ''}')` : refusal.words,
        'deregister the existing service, or give this one another identity', { cause: refusal });
    }
    // What was deregistered lately keeps its identity for a while.
    await this.world.clock.sleep(LOOK_EVERY);
    return undefined;
  }

  /** Who holds an identity, seen twice: what is being deregistered may be shown for a moment, and marks lag. */
  protected async holder(listed: ServiceSummary[], identity: string): Promise<TaggedService | undefined> {
    const seen = await this.services.holder(listed, identity);
    if (!seen) {
      return undefined;
    }
    await this.world.clock.sleep(LOOK_EVERY);
    return this.services.settled(seen.service.serviceId);
  }

  /** Deregisters the old service, because it holds what the new one needs. */
  protected async swapOut(current: TaggedService, registration: Registration, old: Registration): Promise<void> {
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

  protected retaining(serviceId: string): never {
    this.decide('swap forbidden');
    throw new Failure('replacing the registration', `${serviceId} holds the same identity and is to be retained, and there can be only one`,
      'set the removal policy to DESTROY in a deployment of its own, then make the change');
  }

  /** A page to consent on is open: handed out, or waited for. */
  protected async opened(registration: Registration, requestId: string, consentUrl: string, then: Row): Promise<Result> {
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
    const made = await this.services.look(registration, ({ tags }) => tags[TAG.request] === requestId, patience, CONSENT_EVERY);
    if (!made) {
      this.decide('consent missed');
      throw new Failure('waiting for consent', `nobody consented within ${minutes} minutes`,
        'deploy again and consent in time; a consent that is given now makes a service that belongs to no stack');
    }
    await this.undoIfStale(registration, made.service.serviceId, requestId);
    this.decide('consented');
    return this.live(registration, made.service.serviceId, requestId);
  }

  /**
   * Takes back what was registered while CloudFormation gave the event up: nobody would ever hear of it. What another
   * delivery has answered with meanwhile is believed in, and what is to be retained stays in any case.
   */
  protected async undoIfStale(registration: Registration, serviceId: string, requestId: string): Promise<void> {
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

  /** Makes the user's tags what the template says. Tags that somebody else put on the service stay. */
  protected async retag(current: TaggedService, registration: Registration, old?: Registration, replaced?: string): Promise<Result> {
    const { serviceId } = current.service;
    const wanted: Tags = {
      ...registration.tags,
      [TAG.fingerprint]: fingerprintTag({ ...fingerprintOf(current.tags), revision: revisionHash(registration) }),
      ...(registration.retain ? { [TAG.retain]: 'true' } : {}),
      ...(replaced ? { [TAG.replaces]: replacesTag([replaced, ...replacedBy(current.tags)]) } : {}),
    };
    const missing = Object.entries(wanted).filter(([key, value]) => current.tags[key] !== value);
    if (missing.length > 0) {
      await this.asLongAsExpected(() => this.tag(serviceId, Object.fromEntries(missing)));
    }
    const obsolete = [...Object.keys(old?.tags ?? {}), TAG.retain].filter((key) => key in current.tags && !(key in wanted));
    if (obsolete.length > 0) {
      await this.asLongAsExpected(() => this.world.api.untag(serviceArn(this.event, serviceId), obsolete));
    }
    return this.live(registration, serviceId, current.tags[TAG.request]);
  }

  /** A RegisterService that will not succeed, as a person is told. */
  protected refused(error: CallError): Failure {
    if (!this.swapped) {
      return new Failure('RegisterService', error.words, this.advice(error), { cause: error });
    }
    this.decide('swap lost');
    return new Failure('RegisterService', `${error.words}; the old service ${this.swapped} has been deregistered to make room`,
      'correct what it names, then deploy again: the rollback, or else the next deployment, registers it anew', { cause: error });
  }

  protected advice(error: CallError): string {
    if (error.denied) {
      return 'check that the account is onboarded to AWS DevOps Agent in this Region and that no service control policy denies it, then deploy again';
    }
    if (error.ambiguous) {
      return 'deploy again; what it may have registered is removed with the rollback of this deployment, or with the next one';
    }
    return ADVICE;
  }

  /** A registration that begins with a consent keeps that id for life: another one would have the service deleted. */
  protected live(registration: Registration, serviceId: string, requestId: string): Result {
    const arn = serviceArn(this.event, serviceId);
    return {
      physicalId: registration.consent ? `consent/${requestId}` : arn,
      data: { [ATTRIBUTE.serviceId]: serviceId, [ATTRIBUTE.serviceArn]: arn, [ATTRIBUTE.consentUrl]: NO_CONSENT_URL },
    };
  }

  protected pending(requestId: string, consentUrl: string): Result {
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

const ADVICE = 'correct what it names, then deploy again';
