/** The situation of an event, in the words of the rules: what follows from the goal and the facts, and nothing else. */
import { Attempt, Awaited, Desired, Facts, Goal, Refusal, Service } from './state';
import { fingerprintOf, isManaged, isOf, isRetained } from './tags';
import { TAG } from '../../src/private/contract';

/** The statuses of a stack whose resources go for good: nothing of them is needed for a rollback any more. */
const GOING = ['DELETE_IN_PROGRESS', 'DELETE_COMPLETE', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE'];

export class Situation {
  constructor(public readonly goal: Goal, public readonly facts: Facts) {}

  // The event

  /** The registration that a Create or an Update asks for. */
  public get desired(): Desired {
    return this.goal.desired!;
  }

  /** The old properties ask for the same configuration. */
  public get unchanged(): boolean {
    return this.goal.old?.configuration === this.desired.configuration;
  }

  /** The old properties differ in what makes a service another one: a service that is as desired all the same was there before a failed update. */
  public get desiredDiffersFromOld(): boolean {
    return !this.unchanged || this.goal.old?.revision !== this.desired.revision;
  }

  /** The request that the service is registered by: a consent that was asked for keeps the request that it began with. */
  public get registersAs(): string {
    return this.awaitsConsent && this.goal.physical.kind === 'consent' ? this.goal.physical.requestId : this.goal.requestId;
  }

  /** An Update of a registration that no user has consented to yet. */
  public get awaitsConsent(): boolean {
    return this.goal.type === 'Update' && this.goal.physical.kind === 'consent' && this.unchanged && this.facts.current === null;
  }

  // CloudFormation

  /** CloudFormation may have stopped waiting, and has not been asked yet. */
  public get mustAskWhetherAwaited(): boolean {
    const asks = this.goal.type !== 'Delete' || this.goal.physical.kind === 'invented';
    return this.goal.late && asks && this.facts.awaited === undefined && this.facts.failed === undefined;
  }

  /** The reason why CloudFormation does not wait for the event any more. */
  public get stale(): string | undefined {
    return [this.facts.awaited, this.facts.stillAwaited].find((awaited) => awaited?.is === false)?.why;
  }

  /** The new service where CloudFormation neither waits for it nor knows the resource by it, and nothing says to retain it: it has to go again. */
  public get abandoned(): Service | undefined {
    const { newService, facts: { stillAwaited, awaited } } = this;
    if (this.stale === undefined || !newService || this.desired.retain || this.isDeregistered(newService)) {
      return undefined;
    }
    const isIt = ({ believed }: Awaited) => (believed?.kind === 'service' && believed.serviceId === newService.id)
      || (believed?.kind === 'consent' && believed.requestId === this.registersAs);
    return [stillAwaited, awaited].some((answer) => answer !== undefined && isIt(answer)) ? undefined : newService;
  }

  /** The time ran out through throttling: its words. */
  public get throttled(): string | undefined {
    const refusal = this.facts.failed?.refusal ?? (this.attempted('out of time') ? this.attempt as { refusal?: Refusal } : undefined)?.refusal;
    return refusal?.throttled ? refusal.words : undefined;
  }

  /** The stack's own status says that the resource goes for good. */
  public get stackIsGoing(): boolean {
    return GOING.includes(this.facts.stack ?? '');
  }

  // Services

  /** The service that the physical id names, unless it is gone. */
  public get current(): Service | undefined {
    const { current } = this.facts;
    return current && !this.isDeregistered(current) ? current : undefined;
  }

  public get ownsCurrent(): boolean {
    return this.current !== undefined && this.owns(this.current);
  }

  /** The current service is not this resource's own, and the Update asks for nothing else than there is. */
  public get isForeign(): boolean {
    return this.current !== undefined && !this.ownsCurrent && this.unchanged;
  }

  /** The current service is to be retained. */
  public get retainsCurrent(): boolean {
    return this.desired.retain || this.goal.old?.retain === true || isRetained(this.current!.tags);
  }

  /** The current service is a service of this resource, as desired. */
  public get currentIsDesired(): boolean {
    return this.current !== undefined && this.owns(this.current) && this.isDesired(this.current);
  }

  /** A hash of the versions of the secrets that the current service was registered with. */
  public get versionsOfCurrent(): string | undefined {
    return this.current && fingerprintOf(this.current.tags).versions;
  }

  /** The current service differs from the desired one in `credentialsRevision` alone. */
  public get differsOnlyInRevision(): boolean {
    return this.ownsCurrent && fingerprintOf(this.current!.tags).configuration === this.desired.configuration;
  }

  /** Another service of this resource that is as desired. One that was retained in an earlier life is not; the predecessor may be. */
  public get otherDesired(): Service | undefined {
    const isOfThisLife = (service: Service) => !isRetained(service.tags)
      || service.tags[TAG.request] === this.goal.requestId || this.isPredecessor(service);
    return this.facts.own?.find((service) => this.isDesired(service) && isOfThisLife(service));
  }

  /** Services of this resource that nobody believes in: not named, not retained, not of this request. */
  public get orphans(): Service[] {
    const listed = [...this.facts.own ?? [], ...this.lookedAtConflict ? [...this.facts.conflict!.own, ...this.facts.conflict!.rivals] : []];
    const unique = [...new Map(listed.map((service) => [service.id, service])).values()];
    return unique.filter((service) => this.owns(service) && !isRetained(service.tags) && service.id !== this.facts.current?.id
      && !this.isDeregistered(service) && (this.goal.type === 'Delete' || ![this.registersAs, this.goal.requestId].includes(service.tags[TAG.request])));
  }

  /** The services that a Delete removes. */
  public get toDeregister(): Service[] {
    return [...this.stackIsGoing ? this.orphans : [], ...this.current ? [this.current] : [], ...this.found ? [this.found] : []];
  }

  /** The service that a Delete names ever replaced another or was to be replaced, or is absent: there may be others. */
  public get mayHaveOtherServices(): boolean {
    const { current } = this.facts;
    return !current || [TAG.predecessor, TAG.replacing].some((tag) => current.tags[tag] !== undefined);
  }

  /** The service that this request has registered, if the last look came after the last effect. */
  public get found(): Service | null | undefined {
    return this.facts.found?.after === stamp(this.facts) ? this.facts.found.service : undefined;
  }

  public owns({ tags }: Service): boolean {
    return isOf(tags, this.goal);
  }

  public isDeregistered({ id }: Service): boolean {
    return this.facts.deregistered.includes(id);
  }

  // Registering

  public get attempt(): Attempt | undefined {
    return this.facts.attempts.at(-1);
  }

  public attempted(result: Attempt['result']): boolean {
    return this.attempt?.result === result;
  }

  public get noResponses(): number {
    return this.facts.attempts.filter(({ result }) => result === 'no response').length;
  }

  /** The current service was deregistered first, and the new one is not there yet. */
  public get deregisteredFirst(): Service | undefined {
    const { current } = this.facts;
    return current && this.isDeregistered(current) ? current : undefined;
  }

  /** The new service that nobody has been told of yet. */
  public get newService(): Service | undefined {
    const { attempt } = this;
    return attempt?.result === 'registered' ? attempt.service
      : attempt?.result === 'no response' || attempt?.result === 'consent' ? this.found ?? undefined : undefined;
  }

  /** The first refusal of the credentials that the secrets have now, else the last refusal. */
  public get refusal(): Refusal | undefined {
    const refused = this.facts.attempts.flatMap((attempt) => ('refusal' in attempt && attempt.refusal ? [{ ...attempt, refusal: attempt.refusal }] : []));
    return (refused.find(({ credentials, result }) => credentials === 'current' && result === 'refused') ?? refused.at(-1))?.refusal;
  }

  /** A rollback that has to register again, and whose credentials were refused: those before the last rotation worked once. */
  public get mayUsePreviousCredentials(): boolean {
    const { attempt } = this;
    return attempt?.result === 'refused' && attempt.credentials === 'current' && !attempt.refusal.denied && this.desired.rotates;
  }

  // Conflicts

  /** The current service is what the old properties ask for, which may be those of a failed update. */
  private get isAsBefore(): boolean {
    return fingerprintOf(this.current!.tags).configuration === this.goal.old?.configuration;
  }

  private get keepsUniqueKey(): boolean {
    return this.desired.uniqueKey !== undefined && this.goal.old?.uniqueKey === this.desired.uniqueKey;
  }

  /** The cause of the last attempt's conflict was removed, or waited for. */
  public get conflictIsResolved(): boolean {
    return this.facts.resolved === this.facts.attempts.length;
  }

  /** The conflict of the last attempt has been looked at. */
  public get lookedAtConflict(): boolean {
    return this.facts.conflict?.after === this.facts.attempts.length;
  }

  /** The conflicting service is of this very request: a delivery that nobody heard of registered it. */
  public get ofThisRequest(): Service | undefined {
    const { own, rivals } = this.lookedAtConflict ? this.facts.conflict! : { own: [], rivals: [] };
    return [...own, ...rivals].find(({ tags }) => tags[TAG.request] === this.registersAs);
  }

  /** The current service is the cause of the conflict, whatever the old properties say: they may be those of a failed update. */
  public get currentConflicts(): boolean {
    const rivals = this.facts.conflict?.rivals ?? [];
    return this.ownsCurrent && this.lookedAtConflict
      && (rivals.length === 0 ? this.keepsUniqueKey && this.isAsBefore : rivals.some(({ id }) => id === this.current!.id));
  }

  /** The service that has the unique key, and is neither this resource's current one nor deregistered. */
  public get rival(): Service | undefined {
    const isCurrent = (service: Service) => this.ownsCurrent && service.id === this.current!.id;
    return this.lookedAtConflict ? this.facts.conflict!.rivals.find((service) => !isCurrent(service) && !this.isDeregistered(service)) : undefined;
  }

  /** The unique key was this resource's own until a moment ago: it becomes free, sooner or later. */
  public get awaitsRelease(): boolean {
    return this.deregisteredFirst !== undefined || (this.facts.current === null && this.keepsUniqueKey);
  }

  /** The conflict is over the name of the page that an earlier deployment asked for consent on. */
  public get isOfEarlierPage(): boolean {
    return this.awaitsConsent && this.attempted('conflict') && this.rival === undefined;
  }

  /** The rival can be adopted: a user made it, or this library did and was to retain it. */
  public get canAdopt(): boolean {
    return this.desired.adoptExisting && this.rival !== undefined && (!isManaged(this.rival.tags) || isRetained(this.rival.tags))
      && !(this.goal.type === 'Update' && this.owns(this.rival));
  }

  /** The service was replaced by the current one, or by one that a user was to consent to and that does not exist yet. */
  private isPredecessor({ id, tags }: Service): boolean {
    const { physical } = this.goal;
    return id === this.current?.tags[TAG.predecessor] || (physical.kind === 'consent' && tags[TAG.replacing] === physical.requestId);
  }

  private isDesired({ tags }: Service): boolean {
    const { configuration, revision } = fingerprintOf(tags);
    return configuration === this.desired.configuration && revision === this.desired.revision;
  }
}

/** Tells one look for a service of this request from the next: there is something new to see only after an effect. */
export function stamp({ attempts, deregistered, published }: Facts): string {
  return [attempts.length, deregistered.length, published ? 1 : 0].join('/');
}
