/** The services of the account, as they are read: page by page, with the lag of lists and tags waited out. */
import { Service } from './state';
import { LIST_LAG, LOOK_EVERY, SETTLED } from './times';
import { spaceHash } from '../associations/record';
import { Clock } from '../clock';
import { AssociationSummary, CallError, DevOpsAgent, ServiceSummary } from '../devops-agent';
import { Failure, foreign } from '../failure';
import { RESERVE, withRetries } from '../retries';

/** The most of an Agent Space's name that a sentence holds. */
const NAME_LENGTH = 60;

/** The names by which a list shows the services of a resource. Absent: any. */
export interface Names {
  readonly type?: string;
  readonly names?: readonly string[];
}

/** Whether a service has one of the names. */
export function isNamed(names: Names['names'], name?: string): boolean {
  return names === undefined || (name !== undefined && names.includes(name));
}

export class Services {
  constructor(private readonly api: DevOpsAgent, private readonly clock: Clock) {}

  public async get(id: string): Promise<Service | undefined> {
    try {
      const { service, tags } = await withRetries(this.clock, () => this.api.get(id));
      return { id, name: service.name, createdAt: service.createdAt.getTime(), tags };
    } catch (error) {
      if (error instanceof CallError && error.absent) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Services with their tags. Those of a young service that has none may still come: they are waited for until so long
   * after `since`, which is the same deadline for all services of one look.
   */
  public async settled(ids: readonly string[], since = this.clock.now()): Promise<Service[]> {
    const services: Service[] = [];
    for (const id of ids) {
      let began = this.clock.now();
      let service = await this.get(id);
      while (service && this.mayLackTags(service) && began - since < LIST_LAG && this.hasTime(LOOK_EVERY)) {
        await this.clock.sleep(LOOK_EVERY);
        began = this.clock.now();
        service = await this.get(id);
      }
      services.push(...service ? [service] : []);
    }
    return services;
  }

  /** The listed services under some names, the newest first. */
  public async list({ type, names }: Names): Promise<ServiceSummary[]> {
    const all = await this.pages((token) => this.api.list(type, token), ({ services }) => services);
    return all
      .filter(({ name }) => isNamed(names, name))
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  }

  /**
   * Looks until a service is found, or until a look that began `lag` after the first one has shown none: however long a
   * call takes, the last list is one that shows all that existed at the beginning.
   */
  public async look(
    find: () => Promise<Service | undefined>, lag: number, every = LOOK_EVERY, first = this.clock.now(),
  ): Promise<Service | undefined> {
    for (;;) {
      const began = this.clock.now();
      const found = await find();
      if (found || began - first >= lag) {
        return found;
      }
      if (!this.hasTime(every)) {
        throw new Failure('ListServices', 'the time left does not suffice to wait until lists show every service', 'redeploy, or delete again', { row: 'time ran out' });
      }
      await this.clock.sleep(Math.min(every, Math.max(0, first + lag - this.clock.now())));
    }
  }

  /** The Agent Spaces of the account. */
  public async spaces(): Promise<{ agentSpaceId: string; name: string }[]> {
    return this.pages((token) => this.api.listAgentSpaces(token), ({ agentSpaces }) => agentSpaces);
  }

  /** The association of a service with an Agent Space; null if there is none, undefined if there is no such Agent Space. */
  public async association(agentSpaceId: string, serviceId: string): Promise<AssociationSummary | null | undefined> {
    try {
      const associations = await this.pages((token) => this.api.listAssociations(agentSpaceId, token), (page) => page.associations);
      return associations.find((association) => association.serviceId === serviceId) ?? null;
    } catch (error) {
      if (error instanceof CallError && error.absent) {
        return undefined;
      }
      throw error;
    }
  }

  /** The Agent Spaces that are associated with a service, by name and id, but for those with these hashes. */
  public async users(serviceId: string, except: readonly string[] = []): Promise<string[]> {
    const users: string[] = [];
    for (const { agentSpaceId, name } of await this.spaces()) {
      if (!except.includes(spaceHash(agentSpaceId)) && await this.association(agentSpaceId, serviceId)) {
        users.push(`${foreign(name, NAME_LENGTH)} (${agentSpaceId})`);
      }
    }
    return users;
  }

  private mayLackTags({ createdAt, tags }: Service): boolean {
    return Object.keys(tags).length === 0 && this.clock.now() - createdAt < SETTLED;
  }

  private hasTime(ms: number): boolean {
    return this.clock.remaining() >= 2 * RESERVE + ms;
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
