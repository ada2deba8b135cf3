/** The actions: the effects on the account, and the answer. Each waits out refusals that pass by themselves, and nothing else. */
import { Context } from './context';
import { Awaited, Answer, Attempt, Facts, Guard, Refusal, Service, Step } from './state';
import { fingerprintOf, fingerprintTag, Tags, tagsOf } from './tags';
import { ASSOCIATION_RELEASE, LOOK_EVERY, NAME_RELEASE, NOT_READY, REGISTER_TIME, REPLACE_TIME } from './times';
import { ATTRIBUTE, NO_CONSENT_URL, PENDING_AUTHORIZATION, TAG, webhookAttribute } from '../../src/private/contract';
import { Associations } from '../associations/associations';
import { ServiceGone } from '../associations/converge';
import { recordOf } from '../associations/record';
import { backoff } from '../clock';
import { CallError, RegisterOutput } from '../devops-agent';
import { Failure } from '../failure';
import { PROPAGATION, RESERVE, RetryWindow, withRetries } from '../retries';
import { serviceArn } from '../wire/event';
import { parsePhysicalId } from '../wire/physical-id';
import { buildRequest, BuiltRequest } from '../wire/request';

/** The physical id and the attributes that are returned to CloudFormation. */
export interface Result {
  readonly physicalId: string;
  readonly data: { readonly [attribute: string]: string };
}

type Register = Extract<Step, { do: 'register' }>;

export class Actions {
  private readonly denial: RetryWindow;
  /** Absent: what is not ready is not waited for. */
  private readonly notReady?: RetryWindow;
  private readonly release: RetryWindow;
  private readonly built = new Map<Attempt['credentials'], Promise<BuiltRequest>>();
  private readonly associations: Associations;
  private last?: CallError;

  constructor(private readonly context: Context) {
    const { clock } = context.ports;
    this.associations = new Associations(context);
    this.denial = new RetryWindow(clock, PROPAGATION);
    const readiness = context.registration?.readiness ?? NOT_READY;
    this.notReady = readiness > 0 ? new RetryWindow(clock, readiness) : undefined;
    this.release = new RetryWindow(clock, NAME_RELEASE);
  }

  /**
   * Tags the current service as the one to be replaced: if the handler dies before anybody knows the new service, the last Delete looks
   * for it. If CloudFormation is to retain the service, no later event says so: it is then no orphan.
   */
  public async tagReplacing(service: Service): Promise<Partial<Facts>> {
    const { goal: { requestId, desired } } = this.context;
    try {
      const stale = await this.unlessStale(() => this.tag(service.id, { [TAG.replacing]: requestId, ...desired!.retain ? { [TAG.retain]: 'true' } : {} }));
      return stale ? { awaited: stale } : { taggedReplacing: true };
    } catch (error) {
      if (error instanceof CallError && error.absent) {
        return { current: null };
      }
      throw error;
    }
  }

  /** Calls RegisterService once, or once more where it was throttled, or refused for a reason that passes. */
  public async register({ as, credentials, predecessor }: Register, facts: Facts): Promise<Partial<Facts>> {
    const { ports: { clock, api, provider }, goal, delivery } = this.context;
    const registration = this.context.registration!;
    const done = (attempt: Attempt): Partial<Facts> => ({ attempts: [...facts.attempts, attempt] });
    let built: BuiltRequest;
    try {
      built = await this.build(as, credentials);
    } catch (error) {
      if (credentials === 'previous' && error instanceof Failure) {
        // There is no previous version, so the refusal of the current one stands.
        return done({ credentials, result: 'refused', refusal: refusalOf(this.last!) });
      }
      throw error;
    }
    const { body, versions } = built;
    const tags = tagsOf(registration, { provider, stackId: goal.stackId, logicalId: goal.logicalId, requestId: as, predecessor },
      { configuration: goal.desired!.configuration, versions, revision: goal.desired!.revision });
    for (let tries = 1; ; tries++) {
      // While this delivery waited, or after a call of it, another one may have answered, and CloudFormation may have gone on.
      const awaited = await (facts.attempts.length > 0 ? delivery.awaited() : delivery.awaitedIfLate());
      if (!awaited.is) {
        return { awaited };
      }
      if (clock.remaining() < REGISTER_TIME) {
        return done({ credentials, result: 'out of time', refusal: this.last && refusalOf(this.last) });
      }
      const began = clock.now();
      let output: RegisterOutput;
      try {
        output = await api.register({ ...body, service: registration.service, tags });
      } catch (error) {
        if (!(error instanceof CallError)) {
          throw error;
        }
        this.last = error;
        if (error.notReady) {
          // The call was allowed.
          this.denial.restart();
        }
        if (!error.throttled && !(error.denied && this.denial.isOpen(began)) && !(error.notReady && this.notReady?.isOpen(began))) {
          return done({ credentials, result: error.conflict ? 'conflict' : error.ambiguous ? 'no response' : 'refused', refusal: refusalOf(error) });
        }
        await clock.sleep(error.throttled ? backoff(clock, tries) : LOOK_EVERY);
        continue;
      }
      return done(output.serviceId === undefined ? { credentials, result: 'consent', url: output.consentUrl! }
        : { credentials, result: 'registered', service: { id: output.serviceId, name: registration.request.name, createdAt: clock.now(), tags } });
    }
  }

  /** Deregisters services for good: to remove them, to resolve a conflict, or to undo a registration. */
  public async deregister(services: readonly Service[], guard: Guard, facts: Facts): Promise<Partial<Facts>> {
    let { deregistered } = facts;
    for (const service of services) {
      const isFirst = guard === 'awaited' && service.id === facts.current?.id && this.context.goal.type === 'Update';
      const result = await this.deregisterOne(service, guard, ASSOCIATION_RELEASE, isFirst ? REPLACE_TIME : 2 * RESERVE + LOOK_EVERY);
      if (result !== 'deregistered') {
        return { deregistered, ...result };
      }
      deregistered = [...deregistered, service.id];
    }
    return { deregistered, ...this.resolved(facts) };
  }

  /** Waits for a conflict without a visible cause to pass: a unique key stays taken for a while after DeregisterService. */
  public async wait(facts: Facts): Promise<Partial<Facts>> {
    const { clock } = this.context.ports;
    const mayPass = this.release.isOpen(clock.now());
    await clock.sleep(LOOK_EVERY);
    return { ...this.resolved(facts), conflictMayPass: mayPass };
  }

  /** Publishes the page to consent on. */
  public async publish(url: string): Promise<Partial<Facts>> {
    const { ports: { topics, clock }, registration } = this.context;
    const { wait, request } = registration!;
    try {
      await withRetries(clock, () => topics.publish(wait!.topicArn, 'AWS DevOps Agent waits for your consent',
        `${request.name} waits for your consent, for ${Math.round(wait!.timeout / 60_000)} minutes at most: ${url}`));
    } catch (error) {
      throw error instanceof CallError && !error.throttled
        ? new Failure('publishing the consent URL', error.words, 'allow the provider\'s role to publish to the topic and to use its KMS key, then redeploy', { cause: error, row: 'call failed' })
        : error;
    }
    return { published: true };
  }

  /** Does what is left to do for the answer to be true, and returns it; or what keeps it from being true. */
  public async answer({ as, service, consentUrl, updatesTags, predecessor, orphans }: Answer, facts: Facts): Promise<Result | Partial<Facts>> {
    const stale = await this.cleanUp(orphans, facts);
    if (stale) {
      return { awaited: stale };
    }
    if (service === undefined) {
      return {
        physicalId: `consent/${as}`,
        data: {
          [ATTRIBUTE.serviceId]: PENDING_AUTHORIZATION,
          [ATTRIBUTE.serviceArn]: PENDING_AUTHORIZATION,
          [ATTRIBUTE.consentUrl]: consentUrl!,
          ...this.secretArns(),
        },
      };
    }
    const changed = await this.bringAbout(service, updatesTags, predecessor, facts);
    if (changed) {
      return changed;
    }
    const arn = serviceArn(this.context.event, service.id);
    return {
      // A registration that begins with a consent keeps that physical id for life: CloudFormation would delete another one's service.
      physicalId: this.context.goal.desired!.consent ? `consent/${service.tags[TAG.request] ?? as}` : arn,
      data: { [ATTRIBUTE.serviceId]: service.id, [ATTRIBUTE.serviceArn]: arn, [ATTRIBUTE.consentUrl]: NO_CONSENT_URL, ...this.secretArns() },
    };
  }

  /**
   * Brings the associations and the tags of the service about that is answered with. As long as nothing is registered, a
   * service that has gone is a new fact.
   */
  private async bringAbout(
    service: Service, updatesTags: boolean, predecessor: string | undefined, facts: Facts,
  ): Promise<Partial<Facts> | undefined> {
    const last = facts.attempts.at(-1);
    try {
      const stale = updatesTags ? await this.tagAsDesired(service, predecessor) : undefined;
      if (stale) {
        return { awaited: stale };
      }
      await this.associations.bringAbout(service, last?.result === 'registered' && last.service.id === service.id);
      // The tag that retains a service comes first and goes last: an event that fails over an association leaves it there.
      const late = updatesTags ? await this.untag(service) : undefined;
      return late && { awaited: late };
    } catch (error) {
      // Behind a fence of tags, an absent service answers like a forbidden one.
      const isGone = error instanceof ServiceGone
        || (error instanceof CallError && (error.absent || (error.denied && !await this.context.services.get(service.id))));
      const isThis = ({ id }: Service) => id === service.id;
      if (isGone && !last && (facts.own?.some(isThis) || (facts.current && isThis(facts.current)))) {
        return { current: facts.current && !isThis(facts.current) ? facts.current : null, own: facts.own?.filter((other) => !isThis(other)) };
      }
      throw error instanceof ServiceGone
        ? new Failure('AssociateService', `${service.id} has been deregistered meanwhile`, 'redeploy', { row: 'association failed' }) : error;
    }
  }

  /** The ARNs of the secrets that receive webhooks: what reads them comes after this answer. */
  private secretArns(): { [attribute: string]: string } {
    return Object.fromEntries(this.context.registration!.associations.flatMap(({ webhook }, index) => (
      webhook ? [[webhookAttribute(index), webhook.secretArn]] : [])));
  }

  private build(as: string, credentials: Attempt['credentials']): Promise<BuiltRequest> {
    const { registration, ports: { secrets } } = this.context;
    const built = this.built.get(credentials) ?? buildRequest(registration!, as, credentials === 'previous' ? secrets.previous() : secrets);
    this.built.set(credentials, built);
    return built;
  }

  private resolved({ attempts }: Facts): Partial<Facts> {
    return attempts.length > 0 ? { resolved: attempts.length } : {};
  }

  /** Deregisters orphans. One that cannot be deregistered now is left for the next event. */
  private async cleanUp(orphans: readonly Service[], facts: Facts): Promise<Awaited | undefined> {
    for (const orphan of orphans.filter(({ id }) => !facts.deregistered.includes(id))) {
      const result = await this.deregisterOne(orphan, 'awaited', 0, 2 * RESERVE + LOOK_EVERY).catch((error: unknown) => {
        if (error instanceof Failure) {
          return 'associated' as const;
        }
        throw error;
      });
      if (typeof result === 'object' && result.awaited) {
        return result.awaited;
      }
      if (result !== 'deregistered') {
        this.context.ports.log(JSON.stringify({ orphan: orphan.id, reason: result === 'associated' || result.failed!.inUse ? 'in use' : 'refused' }));
      }
    }
    return undefined;
  }

  /** Deregisters a service, as long as the guard allows it and this much time is left. */
  private async deregisterOne(service: Service, guard: Guard, patience: number, timeNeeded: number): Promise<'deregistered' | Pick<Facts, 'awaited' | 'failed'>> {
    const { ports: { api, clock }, services } = this.context;
    const { id } = service;
    let recorded = recordOf(service.tags);
    let isReleased = recorded.length === 0;
    let association = new RetryWindow(clock, isReleased ? patience : ASSOCIATION_RELEASE);
    const denial = new RetryWindow(clock, PROPAGATION);
    for (let attempt = 1; ; attempt++) {
      const stale = await this.forbidden(guard, service);
      if (stale) {
        return { awaited: stale };
      }
      if (!isReleased) {
        // Own associations go first.
        await this.associations.release(id, recorded);
        isReleased = true;
        continue;
      }
      const began = clock.now();
      try {
        await api.deregister(id);
        return 'deregistered';
      } catch (error) {
        if (!(error instanceof CallError)) {
          throw error;
        }
        // Behind a fence of tags, an absent service answers like a forbidden one. A throttled call says nothing of it.
        const there = error.throttled ? service : error.absent ? undefined : await services.get(id);
        if (!there) {
          return 'deregistered';
        }
        const isAssociated = !error.throttled && (error.status === 409 || error.status === 400);
        if (isAssociated) {
          // The call was allowed.
          denial.restart();
        }
        const passes = isAssociated ? association.isOpen(began) : error.throttled || error.ambiguous || (error.denied && denial.isOpen(began));
        if (isAssociated && clock.remaining() >= timeNeeded) {
          // A tag that did not show yet, or a call that was on its way, may stand for one more association.
          const known = recorded;
          recorded = recordOf(there.tags);
          const isWorthALook = !passes || recorded.some((hash) => !known.includes(hash));
          if (isWorthALook && await this.associations.release(id, recorded) > 0) {
            association = new RetryWindow(clock, ASSOCIATION_RELEASE);
            continue;
          }
        }
        if (!passes || clock.remaining() < timeNeeded) {
          const inUse = isAssociated ? { id, spaces: patience > 0 ? await services.users(id).catch(() => []) : [] } : undefined;
          return { failed: { operation: 'DeregisterService', refusal: refusalOf(error), inUse } };
        }
        await clock.sleep(error.throttled ? backoff(clock, attempt) : LOOK_EVERY);
      }
    }
  }

  /** The reason why a service must not be deregistered now. */
  private async forbidden(guard: Guard, { id, tags }: Service): Promise<Awaited | undefined> {
    const { delivery } = this.context;
    if (guard === 'none') {
      return undefined;
    }
    if (guard === 'unknown to CloudFormation') {
      const resource = await delivery.resource();
      const believed = parsePhysicalId(resource?.physicalId);
      const isBelieved = (believed.kind === 'service' && believed.serviceId === id) || (believed.kind === 'consent' && believed.requestId === tags[TAG.request]);
      return isBelieved ? { is: false, why: 'another delivery has answered with the service', believed } : undefined;
    }
    const awaited = await delivery.awaited();
    return awaited.is ? undefined : awaited;
  }

  /** Adds the tags that the template says. */
  private async tagAsDesired({ id, tags }: Service, predecessor?: string): Promise<Awaited | undefined> {
    const { registration, goal } = this.context;
    const desired: Tags = {
      ...registration!.tags,
      [TAG.fingerprint]: fingerprintTag({ ...fingerprintOf(tags), revision: goal.desired!.revision }),
      ...(registration!.retain ? { [TAG.retain]: 'true' } : {}),
      ...(predecessor === undefined ? {} : { [TAG.predecessor]: predecessor }),
    };
    const missing = Object.entries(desired).filter(([key, value]) => tags[key] !== value);
    return missing.length > 0 ? this.unlessStale(() => this.tag(id, Object.fromEntries(missing))) : undefined;
  }

  /** Takes away the tags that the template says no more. Those that somebody else put on the service stay. */
  private async untag({ id, tags }: Service): Promise<Awaited | undefined> {
    const { registration, old, event, ports: { api } } = this.context;
    const desired = [...Object.keys(registration!.tags), ...(registration!.retain ? [TAG.retain] : [])];
    const superfluous = [...Object.keys(old?.tags ?? {}), TAG.retain].filter((key) => key in tags && !desired.includes(key));
    return superfluous.length > 0 ? this.unlessStale(() => api.untag(serviceArn(event, id), superfluous)) : undefined;
  }

  /** The role may tag only together with the provider's own tag. */
  private tag(id: string, tags: Tags): Promise<void> {
    const { event, ports: { api, provider } } = this.context;
    return api.tag(serviceArn(event, id), { ...tags, [TAG.provider]: provider });
  }

  /** Calls, and repeats the call, only as long as CloudFormation waits for the event. */
  private async unlessStale(call: () => Promise<void>): Promise<Awaited | undefined> {
    return withRetries(this.context.ports.clock, async () => {
      const awaited = await this.context.delivery.awaitedIfLate();
      if (!awaited.is) {
        return awaited;
      }
      await call();
      return undefined;
    });
  }
}

/** An error of a call, as plain data. */
export function refusalOf(error: CallError): Refusal {
  const { words, denied, throttled, ambiguous, unresolved } = error;
  return { words, denied, throttled, ambiguous, unresolved };
}
