import { Clock } from './clock';
import { CallError, DevOpsAgent, ServiceSummary, TaggedService } from './devops-agent';
import { withRetries, RESERVE } from './retries';
import { TAG } from '../src/private/contract';

/** How long a list, or the tags of a service, may lag behind what exists. */
export const LIST_LAG = 30_000;
export const LOOK_EVERY = 5_000;

/** How old a service is at most whose marks may still lag, with clocks that are apart. */
const NEW = 5 * 60_000;

/** What a list shows a service by. */
export interface Listed {
  readonly service: string;
  readonly request: { readonly name: string };
}

/** The services of the account, seen by one resource: which are its own, and who else has what. */
export class Services {
  constructor(private readonly owner: string, private readonly api: DevOpsAgent, private readonly clock: Clock) {}

  /** Whether a service carries the mark of this resource. */
  public owns(service: TaggedService): boolean {
    return service.tags[TAG.owner] === this.owner;
  }

  public async get(serviceId: string): Promise<TaggedService | undefined> {
    try {
      return await withRetries(this.clock, () => this.api.get(serviceId));
    } catch (error) {
      if (error instanceof CallError && error.absent) {
        return undefined;
      }
      throw error;
    }
  }

  /** The service with the marks, which lag behind a new one, or as it is where they do not come. */
  public async settled(serviceId: string): Promise<TaggedService | undefined> {
    const deadline = this.clock.now() + LIST_LAG;
    for (;;) {
      const service = await this.get(serviceId);
      if (!service || this.owns(service) || this.isSettled(service.service) || !this.patient(deadline)) {
        return service;
      }
      await this.clock.sleep(LOOK_EVERY);
    }
  }

  /** The services of one type, or all. */
  public list(serviceType?: string): Promise<ServiceSummary[]> {
    return this.pages((token) => this.api.list(serviceType, token), (page) => page.services);
  }

  /** What is listed like one of these, the newest first. */
  public async like(listed: Listed[]): Promise<ServiceSummary[]> {
    const found: ServiceSummary[] = [];
    for (const type of new Set(listed.map(({ service }) => service))) {
      found.push(...named(listed, await this.list(type)));
    }
    return found;
  }

  /** Which of these are the resource's own, as far as their marks show. To be certain, one waits for the marks of what is new. */
  public async own(services: ServiceSummary[], certain = false): Promise<TaggedService[]> {
    const own: TaggedService[] = [];
    for (const { serviceId } of services) {
      const service = certain ? await this.settled(serviceId) : await this.get(serviceId);
      if (service && this.owns(service)) {
        own.push(service);
      }
    }
    return own;
  }

  /** Looks again and again for an own service: a list and the tags may lag behind what exists. */
  public async look(
    listed: Listed, mine: (service: TaggedService) => boolean, patience: number, every = LOOK_EVERY,
  ): Promise<TaggedService | undefined> {
    const deadline = this.clock.now() + patience;
    for (;;) {
      const found = (await this.own(await this.like([listed]))).find(mine);
      if (found || !this.patient(deadline, every)) {
        return found;
      }
      await this.clock.sleep(every);
    }
  }

  /** Another's living service that holds this identity, as far as lists tell. */
  public async holder(listed: ServiceSummary[], identity: string): Promise<TaggedService | undefined> {
    // Of a service that shows no details there may be only one.
    const holds = ({ details }: ServiceSummary) => texts(details).length === 0 || texts(details).some((text) => text.toLowerCase() === identity);
    for (const { serviceId } of listed.filter(holds)) {
      // What was deregistered a moment ago may still be listed.
      const service = await this.get(serviceId);
      if (service) {
        return service;
      }
    }
    return undefined;
  }

  /** The Agent Spaces that are associated with a service. */
  public async usersOf(serviceId: string): Promise<string[]> {
    const spaces: string[] = [];
    try {
      for (const space of await this.pages((token) => this.api.listAgentSpaces(token), (page) => page.agentSpaces)) {
        if (this.clock.remaining() < RESERVE) {
          break;
        }
        const associations = await this.pages((token) => this.api.listAssociations(space.agentSpaceId, token), (page) => page.associations);
        if (associations.some((association) => association.serviceId === serviceId)) {
          spaces.push(`${space.name} (${space.agentSpaceId})`);
        }
      }
    } catch {
      // The refusal itself is what has to be told; who causes it is a help.
    }
    return spaces;
  }

  /** Whether this service, and every older one, is old enough to be in lists, with its marks. */
  public isSettled({ createdAt }: ServiceSummary): boolean {
    return this.clock.now() - createdAt.getTime() > NEW;
  }

  private patient(deadline: number, every = LOOK_EVERY): boolean {
    return this.clock.now() + every <= deadline && this.clock.remaining() >= 2 * RESERVE + every;
  }

  private async pages<P extends { nextToken?: string }, T>(call: (token?: string) => Promise<P>, items: (page: P) => T[]): Promise<T[]> {
    const all: T[] = [];
    let token: string | undefined;
    do {
      const page: P = await withRetries(this.clock, () => call(token));
      all.push(...items(page));
      token = page.nextToken;
    } while (token !== undefined);
    return all;
  }
}

/**
 * Whether a list alone tells that a service is as the old registration says and not as the wanted one does: it shows something
 * that only the old one has. So it is not what an update that is rolled back wants again, which otherwise only the marks tell.
 */
export function showsOnly(service: ServiceSummary, old: Listed, wanted: Listed): boolean {
  const before = new Set(texts(old.request));
  const after = new Set(texts(wanted.request));
  return texts([service.name, service.details]).some((text) => before.has(text) && !after.has(text));
}

/** Those of a list that have one of the names, the newest first. */
export function named(listed: Listed[], services: ServiceSummary[]): ServiceSummary[] {
  return services
    .filter(({ serviceType, name }) => listed.some(({ service, request }) => service === serviceType && request.name === name))
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

function texts(value: unknown): string[] {
  return typeof value === 'string' ? [value] : Object.values(Object(value) as object).flatMap(texts);
}
