/** The observations: each brings one fact, and changes nothing. */
import { Context } from './context';
import { ROLLBACK } from './delivery';
import { isNamed } from './services';
import { stamp } from './situation';
import { Fact, Facts, Service } from './state';
import { isOf, isRetained } from './tags';
import { AHEAD, CONSENT_EVERY, LATE, LIST_LAG, LOOK_EVERY } from './times';
import { TAG } from '../../src/private/contract';
import { recordOf } from '../associations/record';
import { CONNECT_TIMEOUT, READ_TIMEOUT, ServiceSummary } from '../devops-agent';
import { RESERVE } from '../retries';
import { serviceTimeout } from '../wire/event';
import { versionsHash } from '../wire/fingerprint';

/** The longest time until a list shows what a Create registers that CloudFormation gave up while it was running. */
const RUNNING_CREATE = AHEAD + LATE + CONNECT_TIMEOUT + READ_TIMEOUT + LIST_LAG;

/** After a conflict, at most so many services under the names of the resource are looked at, the newest first. */
const MOST_OLDER = 20;

export async function observe(context: Context, fact: Fact, as: string, facts: Facts): Promise<Partial<Facts>> {
  const { delivery, services, ports, registration, goal } = context;
  switch (fact) {
    case 'awaited': return { awaited: await delivery.awaited() };
    case 'stillAwaited': return { stillAwaited: await delivery.awaitedIfLate().catch(() => ({ is: true, why: '' })) };
    case 'current': return { current: await current(context) ?? null };
    case 'own': return { own: await own(context, facts) };
    case 'found': {
      // A Delete that has removed one service looks on for others: what it has waited already counts.
      const since = goal.type === 'Delete' && facts.found ? facts.found.since : ports.clock.now();
      return { found: { after: stamp(facts), since, service: await found(context, as, facts, since) ?? null } };
    }
    case 'consented': {
      const lag = Math.min(registration!.wait!.timeout, ports.clock.remaining() - 4 * RESERVE);
      const consented = await services.look(() => ofRequest(context, as), lag, CONSENT_EVERY);
      return { found: { after: stamp(facts), since: ports.clock.now(), service: consented ?? null } };
    }
    case 'versions': return { versions: await versionsHash(registration!, ports.secrets) };
    case 'stack': return { stack: await delivery.stackStatus() };
    case 'rollsBack': return { rollsBack: (await delivery.stackStatus()) === ROLLBACK || (await delivery.status()) === ROLLBACK };
    case 'conflict': return { conflict: { after: facts.attempts.length, ...await conflict(context, facts) } };
    case 'users': return { users: await services.users(facts.current!.id, recordOf(facts.current!.tags)) };
  }
}

/** The service that the physical id names. */
async function current(context: Context): Promise<Service | undefined> {
  const { goal: { physical, desired, old }, services } = context;
  switch (physical.kind) {
    case 'service': return (await services.settled([physical.serviceId]))[0];
    case 'consent': {
      const isExpected = desired?.authorized === true && desired.configuration === old?.configuration;
      return services.look(() => ofRequest(context, physical.requestId), isExpected ? LIST_LAG : 0);
    }
    default: return undefined;
  }
}

/** The resource's own services beside the current one: under its names, and the one that the current one replaced, whatever its name. */
async function own(context: Context, facts: Facts): Promise<Service[]> {
  const { services, goal, ports, type, names } = context;
  const predecessor = facts.current === null ? await replacedByPage(context) : facts.current?.tags[TAG.predecessor];
  const began = ports.clock.now();
  const listed = (await services.list({ type })).filter(({ serviceId, name }) => isNamed(names, name) || serviceId === predecessor);
  // A rollback may come before lists show the predecessor.
  const unlisted = goal.type === 'Update' && predecessor !== undefined ? [predecessor] : [];
  const ids = new Set([...listed.map(({ serviceId }) => serviceId), ...unlisted]);
  ids.delete(facts.current?.id ?? '');
  return (await services.settled([...ids], began)).filter(({ tags }) => isOf(tags, goal));
}

/** The id of the service that a page to consent on was to replace. Nothing but its tag leads to it, so lists have to show it. */
async function replacedByPage(context: Context): Promise<string | undefined> {
  const { goal: { type, physical, desired, old }, goal, services } = context;
  if (type !== 'Update' || physical.kind !== 'consent' || desired!.configuration === old?.configuration) {
    return undefined;
  }
  const isReplaced = ({ tags }: Service) => isOf(tags, goal) && tags[TAG.replacing] === physical.requestId;
  return (await services.look(async () => firstOf(context, await services.list(context), isReplaced), LIST_LAG))?.id;
}

/** The service that this request has registered; for a Delete, the one that the physical id stands for. */
async function found(context: Context, as: string, facts: Facts, since: number): Promise<Service | undefined> {
  const { goal: { type, late, desired, physical }, services } = context;
  const isNew = ({ id }: Service) => !facts.deregistered.includes(id);
  if (type !== 'Delete') {
    // The first look of a Create is for an earlier delivery. It is worth waiting for only if nothing else forbids a second service.
    const waits = facts.attempts.length > 0 || (late && desired!.repeatable);
    return services.look(() => ofRequest(context, as), waits ? LIST_LAG : 0);
  }
  if (physical.kind === 'consent' || physical.kind === 'failed') {
    return services.look(() => ofRequest(context, physical.requestId, isNew), LIST_LAG, LOOK_EVERY, since);
  }
  return services.look(async () => abandoned(context, isNew), RUNNING_CREATE, LOOK_EVERY, since);
}

/** The service that a request has registered. */
async function ofRequest(context: Context, requestId: string, isIt: (service: Service) => boolean = () => true): Promise<Service | undefined> {
  const { goal, services, delivery } = context;
  // A Create finds nothing older than itself.
  const isRecent = ({ createdAt }: ServiceSummary) => goal.type !== 'Create' || createdAt.getTime() >= delivery.earliest();
  return firstOf(context, (await services.list(context)).filter(isRecent),
    (service) => isOf(service.tags, goal) && service.tags[TAG.request] === requestId && isIt(service));
}

/** A service that a Create may have registered that CloudFormation gave up before it had answered: none of an earlier life, nor of a later one. */
async function abandoned(context: Context, isIt: (service: Service) => boolean): Promise<Service | undefined> {
  const { goal, services, delivery, event, registration } = context;
  const resource = await delivery.resource().catch(() => undefined);
  const earliest = delivery.earliest(serviceTimeout(event));
  return firstOf(context, await services.list(context), (service) => isOf(service.tags, goal) && isIt(service)
    && !resource?.physicalId?.endsWith(`/${service.id}`)
    && (registration?.retain ? service.createdAt >= earliest : !isRetained(service.tags)));
}

async function firstOf({ services }: Context, listed: readonly ServiceSummary[], isIt: (service: Service) => boolean): Promise<Service | undefined> {
  for (const { serviceId } of listed) {
    const service = await services.get(serviceId);
    if (service && isIt(service)) {
      return service;
    }
  }
  return undefined;
}

/** The services that have the unique key, and own services under the names of the resource. */
async function conflict(context: Context, facts: Facts): Promise<{ rivals: Service[]; own: Service[] }> {
  const { services, goal, ports, names, type } = context;
  const listed = (await services.list({ type })).filter(({ serviceId }) => !facts.deregistered.includes(serviceId));
  const named = listed.filter(({ name }) => isNamed(names, name)).slice(0, MOST_OLDER);
  const ours: Service[] = [];
  for (const { serviceId } of named) {
    const service = await services.get(serviceId);
    ours.push(...service && isOf(service.tags, goal) ? [service] : []);
  }
  const candidates = goal.desired!.uniqueKey === undefined ? [] : listed.filter((service) => mayHave(service, goal.desired!.uniqueKey!));
  if (candidates.length === 0) {
    return { rivals: [], own: ours };
  }
  // A service that is being deregistered may be shown for a moment, and tags lag.
  const began = ports.clock.now();
  await ports.clock.sleep(LOOK_EVERY);
  return { rivals: await services.settled(candidates.map(({ serviceId }) => serviceId), began), own: ours };
}

/** Whether a service has the unique key, as far as its details tell. Of a type that shows none there may be only one. */
function mayHave({ details }: ServiceSummary, uniqueKey: string): boolean {
  const texts = textsIn(details);
  return texts.length === 0 || texts.some((text) => text.toLowerCase() === uniqueKey);
}

function textsIn(value: unknown): string[] {
  return typeof value === 'string' ? [value] : Object.values(Object(value) as object).flatMap(textsIn);
}
