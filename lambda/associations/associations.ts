/** The associations of a registration: brought about before the service is answered, and removed before it is deregistered. */
import { associatedAlready, converge, disassociate, liveOf, named, ServiceGone } from './converge';
import { hasRoom, isSameRecord, Live, plan, recordAfter } from './diff';
import { recordOf, recordTag, spaceHash } from './record';
import { TAG } from '../../src/private/contract';
import { CallError } from '../devops-agent';
import { Failure } from '../failure';
import { Context } from '../lifecycle/context';
import { Service } from '../lifecycle/state';
import { isOf } from '../lifecycle/tags';
import { LIST_LAG, LOOK_EVERY } from '../lifecycle/times';
import { withRetries } from '../retries';
import { serviceArn } from '../wire/event';

export class Associations {
  constructor(private readonly context: Context) {}

  /** Brings about that the service has exactly the desired associations among those that are this resource's. */
  public async bringAbout(service: Service, isNew: boolean): Promise<void> {
    const { registration, old, goal } = this.context;
    const desired = registration!.associations;
    const before = (old?.associations ?? []).map(({ agentSpaceId }) => agentSpaceId);
    if (isNew) {
      // Its tags record the Agent Spaces already, and nobody else knows it.
      for (const association of desired) {
        await converge(this.context, service.id, association, { live: null, isNew });
      }
      return;
    }
    if (desired.length === 0 && before.length === 0 && recordOf(service.tags).length === 0) {
      return;
    }
    if (!isOf(service.tags, goal)) {
      if (desired.length > 0) {
        throw new Failure('associating the service', `${service.id} was adopted, and only a service of this resource keeps a record of its associations`,
          'remove the associations from the registration and use a ServiceAssociation', { row: 'association failed' });
      }
      return;
    }
    const live = await this.look(service.id, [...new Set([...desired.map(({ agentSpaceId }) => agentSpaceId), ...before])]);
    const recorded = await this.settledRecord(service, live);
    const todo = plan(desired, recorded, [...live.keys()]);
    const foreign = desired.find(({ agentSpaceId }) => todo.unrecorded.includes(agentSpaceId));
    if (foreign) {
      throw associatedAlready(service.id, foreign.agentSpaceId);
    }
    const remove = async () => (await this.remove(service.id, todo.remove, () => this.context.delivery.assertStillAwaited())).done;
    // Removals come last, since a failure does not bring an association back; but the tag may have no room for all Agent Spaces at once.
    const removed = hasRoom(todo) ? [] : await remove();
    const written = recordAfter(todo, removed);
    await this.record(service.id, recorded, written);
    for (const association of desired) {
      await converge(this.context, service.id, association, { live: live.get(association.agentSpaceId) ?? null, isNew });
    }
    await this.record(service.id, written, recordAfter(todo, hasRoom(todo) ? await remove() : removed));
  }

  /** Removes the recorded associations of a service that is about to be deregistered. Returns how many there were. */
  public async release(serviceId: string, hashes: readonly string[]): Promise<number> {
    return (await this.remove(serviceId, hashes)).removed;
  }

  /** The associations of the service in some Agent Spaces. */
  private async look(serviceId: string, agentSpaceIds: readonly string[]): Promise<Map<string, Live>> {
    const live = new Map<string, Live>();
    for (const agentSpaceId of agentSpaceIds) {
      const association = await named(agentSpaceId, () => this.context.services.association(agentSpaceId, serviceId));
      if (association) {
        live.set(agentSpaceId, liveOf(association));
      }
    }
    return live;
  }

  /** The record, once it tells of the associations that there are: a tag that was written a moment ago may not show yet. */
  private async settledRecord(service: Service, live: ReadonlyMap<string, Live>): Promise<string[]> {
    const { services, ports: { clock } } = this.context;
    const since = clock.now();
    let { tags } = service;
    for (let reads = 0; ; reads++) {
      const recorded = recordOf(tags);
      const { unrecorded } = plan([], recorded, [...live.keys()]);
      const isYoung = unrecorded.some((agentSpaceId) => since - live.get(agentSpaceId)!.createdAt < LIST_LAG);
      if (unrecorded.length === 0 || (reads > 0 && !isYoung) || clock.now() - since >= LIST_LAG) {
        return recorded;
      }
      // The tags may have been read long before the associations.
      await clock.sleep(reads > 0 ? LOOK_EVERY : 0);
      tags = (await services.get(service.id))?.tags ?? tags;
    }
  }

  /** Removes recorded associations. `done`: the records that are needed no more; one without an association may belong to a call that is still on its way. */
  private async remove(
    serviceId: string, hashes: readonly string[], assert?: () => Promise<void>,
  ): Promise<{ readonly removed: number; readonly done: string[] }> {
    const spaces = await this.resolve(hashes);
    const { old } = this.context;
    // A call of the event before the last one is no longer on its way.
    const mayCome = (hash: string) => old === undefined || old.associations.some(({ agentSpaceId }) => spaceHash(agentSpaceId) === hash);
    const done: string[] = [];
    let removed = 0;
    for (const hash of hashes) {
      const agentSpaceId = spaces.get(hash);
      const association = agentSpaceId === undefined ? undefined
        : await named(agentSpaceId, () => this.context.services.association(agentSpaceId, serviceId));
      if (association) {
        await named(agentSpaceId!, () => disassociate(this.context, agentSpaceId!, association.associationId, assert));
        removed++;
      }
      done.push(...association === null && mayCome(hash) ? [] : [hash]);
    }
    return { removed, done };
  }

  /** The Agent Spaces of some hashes: those that the event names, else those of the account. A hash without one is of a space that is gone. */
  private async resolve(hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { registration, old, services } = this.context;
    const byHash = (ids: string[]) => ids.map((id): [string, string] => [spaceHash(id), id]);
    const known = new Map(byHash([...registration?.associations ?? [], ...old?.associations ?? []].map(({ agentSpaceId }) => agentSpaceId)));
    return hashes.every((hash) => known.has(hash)) ? known
      : new Map([...known, ...byHash((await services.spaces()).map(({ agentSpaceId }) => agentSpaceId))]);
  }

  /** Writes the record, if it changes. */
  private async record(serviceId: string, recorded: readonly string[], hashes: readonly string[]): Promise<void> {
    const { event, ports: { api, clock, provider }, delivery } = this.context;
    if (isSameRecord(recorded, hashes)) {
      return;
    }
    const arn = serviceArn(event, serviceId);
    try {
      await withRetries(clock, async () => {
        await delivery.assertStillAwaited();
        // The role may tag only together with the provider's own tag.
        await (hashes.length > 0 ? api.tag(arn, { ...recordTag(hashes), [TAG.provider]: provider }) : api.untag(arn, [TAG.spaces]));
      });
    } catch (error) {
      throw error instanceof CallError && error.absent ? new ServiceGone(serviceId) : error;
    }
  }
}
