/** The lifecycle of a service association: one association of a service that is not of this resource, as a resource of its own. */
import { associatedAlready, converge, disassociate, liveOf, named, Tools } from './converge';
import { Captured, Live } from './diff';
import { isOfLater, isOwn, Pair, pairOf, physicalIdOf } from './ownership';
import { requestOf, unlessUnreadable } from './webhook-secrets';
import { HANDLER_TIMEOUT_SECONDS, webhookAttribute } from '../../src/private/contract';
import { CallError } from '../devops-agent';
import { Failure } from '../failure';
import { refusalOf } from '../lifecycle/act';
import { adviceOn } from '../lifecycle/advice';
import { LifecyclePorts } from '../lifecycle/context';
import { Delivery, ROLLBACK, StaleEvent } from '../lifecycle/delivery';
import { Ending } from '../lifecycle/lifecycle';
import { Services } from '../lifecycle/services';
import { LIST_LAG, LOOK_EVERY, REDELIVERY, STATUS_PRECISION } from '../lifecycle/times';
import { parseServiceAssociation, ServiceAssociation } from '../wire/association';
import { CloudFormationEvent, eventTime, serviceTimeout } from '../wire/event';
import { parsePhysicalId } from '../wire/physical-id';

/** Brings about, for one event, that the association exists as CloudFormation believes. */
export async function serviceAssociation(event: CloudFormationEvent, ports: LifecyclePorts): Promise<Ending> {
  const resource = new Resource(event, ports);
  try {
    return event.RequestType === 'Delete' ? await resource.remove() : await resource.bringAbout(parseServiceAssociation(event.ResourceProperties));
  } catch (error) {
    return resource.ending(error);
  }
}

/** Properties that cannot be read count as unknown for a Delete and for a rollback. */
function readable(properties?: CloudFormationEvent['ResourceProperties']): ServiceAssociation | undefined {
  try {
    return properties && parseServiceAssociation(properties);
  } catch {
    return undefined;
  }
}

class Resource {
  private readonly tools: Tools;

  constructor(private readonly event: CloudFormationEvent, private readonly ports: LifecyclePorts) {
    this.tools = { ports, delivery: new Delivery(event, ports), services: new Services(ports.api, ports.clock) };
  }

  public async bringAbout(desired: ServiceAssociation): Promise<Ending> {
    const { tools } = this;
    const physicalId = physicalIdOf(desired);
    await tools.delivery.assertStillAwaited();
    const live = await this.look(desired);
    if (live && !await this.isOwn(live, desired)) {
      throw associatedAlready(desired.serviceId, desired.agentSpaceId);
    }
    let made: Live | undefined;
    try {
      // A service of another stack cannot be read: one that is not found may be seconds old, and so may the Agent Space.
      await converge(tools, desired.serviceId, desired, { live: live ?? null, isNew: true, onMade: (association) => made = association });
      if (made) {
        // It may have come after the Delete of what another delivery has answered with.
        await tools.delivery.assertStillAwaited();
      }
    } catch (error) {
      if (error instanceof StaleEvent && made) {
        await this.undo(desired, made);
      }
      throw error;
    }
    return { row: 'associated', result: { physicalId, data: desired.webhook ? { [webhookAttribute(0)]: desired.webhook.secretArn } : {} } };
  }

  public async remove(): Promise<Ending> {
    const { event, ports, tools } = this;
    const physicalId = event.PhysicalResourceId ?? '';
    const properties = readable(event.ResourceProperties);
    const pair = pairOf(physicalId);
    // A Create that failed, or that CloudFormation gave up: only the secret proves what is its own.
    const proven = pair ?? (properties && await this.captured(properties));
    const live = proven && await this.look(proven);
    const isLater = live && (isOfLater(live, eventTime(event)) || await this.isOver(proven));
    if (live && !isLater && (pair || live.id === (proven as Captured).associationId)) {
      await named(proven.agentSpaceId, () => disassociate(tools, proven.agentSpaceId, live.id));
    } else if (isLater) {
      ports.log(JSON.stringify({ left: physicalIdOf(proven), reason: 'the association was made after this event' }));
    } else if (properties && !pair && await this.look(properties)) {
      ports.log(JSON.stringify({ left: physicalIdOf(properties), reason: 'no secret proves that this resource made the association' }));
    }
    return { row: 'disassociated', result: { physicalId, data: {} } };
  }

  /** Whether CloudFormation has gone on with the resource since this event, which is delivered once more: the pair is, or may be, its own again. */
  private async isOver(pair: Pair): Promise<boolean> {
    const { tools: { delivery }, event } = this;
    const { physicalId, status = '', since = 0 } = delivery.isLate() ? await delivery.resource() ?? {} : {};
    return since > (eventTime(event) ?? Infinity) + STATUS_PRECISION && /^(CREATE|UPDATE)/.test(status)
      && (physicalId === physicalIdOf(pair) || status.endsWith('IN_PROGRESS'));
  }

  /** The ending of an event that something keeps from success. */
  public ending(error: unknown): Ending {
    const { event, tools: { delivery } } = this;
    const { RequestType: type, StackId: stackId } = event;
    if (error instanceof StaleEvent) {
      return { row: 'stale', failure: new Failure('this event', `CloudFormation is no longer waiting for it (${error.message})`, 'ignored as a stale event; no action is needed') };
    }
    if (!(error instanceof CallError)) {
      throw error;
    }
    const timeToRedeliver = delivery.age() + REDELIVERY + HANDLER_TIMEOUT_SECONDS * 1000 <= serviceTimeout(event);
    return error.throttled && timeToRedeliver ? { row: 'throttled', redeliver: error.words }
      : { row: 'call failed', failure: new Failure(error.operation, error.words, adviceOn({ operation: error.operation, refusal: refusalOf(error) }, { type, stackId })) };
  }

  /** Undoes what was made for an event that CloudFormation gave up, unless it knows the resource by that: nobody else will. */
  private async undo(desired: ServiceAssociation, { id }: Live): Promise<void> {
    const { tools, ports: { webhooks } } = this;
    const { physicalId: known, status = '' } = await tools.delivery.resource() ?? {};
    if (known === physicalIdOf(desired) && !status.startsWith('DELETE')) {
      return;
    }
    await named(desired.agentSpaceId, () => disassociate(tools, desired.agentSpaceId, id));
    const secretArn = desired.webhook?.secretArn;
    if (secretArn !== undefined && (await webhooks.current(secretArn))?.associationId === id) {
      const before = await webhooks.previous(secretArn);
      if (before && physicalIdOf(before) === known) {
        await webhooks.write(secretArn, before);
      }
    }
  }

  private async look({ agentSpaceId, serviceId }: Pair): Promise<Live | undefined> {
    const association = await named(agentSpaceId, () => this.tools.services.association(agentSpaceId, serviceId));
    return association ? liveOf(association) : undefined;
  }

  private async isOwn(live: Live, desired: ServiceAssociation): Promise<boolean> {
    const { event, tools } = this;
    const evidence = { isNamed: event.PhysicalResourceId === physicalIdOf(desired), eventTime: eventTime(event), values: [], rollsBack: false };
    return isOwn(live, evidence)
      || isOwn(live, { ...evidence, values: await this.values(desired, live.id) })
      || isOwn(live, {
        ...evidence,
        rollsBack: event.RequestType === 'Update' && await tools.delivery.stackStatus() === ROLLBACK,
      });
  }

  private async values({ webhook }: ServiceAssociation, associationId: string): Promise<Captured[]> {
    const { webhooks } = this.ports;
    const current = webhook && await webhooks.current(webhook.secretArn);
    const values = webhook ? [...current ? [current] : [], ...await webhooks.kept(webhook.secretArn, associationId)] : [];
    // Under another logical id, the resource was another one, whose Delete is still to come.
    return values.filter(({ byThisResource }) => byThisResource);
  }

  /**
   * The association that the secret names, if it is of the pair of the properties, and of the Create that failed: one that came after
   * it may have made it good. A Create may still be running that will write the secret, if it was given up.
   */
  private async captured({ webhook, agentSpaceId, serviceId }: ServiceAssociation): Promise<Captured & Pair | undefined> {
    const { clock, webhooks } = this.ports;
    const physical = parsePhysicalId(this.event.PhysicalResourceId);
    const [lag, request] = physical.kind === 'failed' ? [0, requestOf(physical.requestId)] : [LIST_LAG];
    for (const since = clock.now(); webhook;) {
      // Behind a permission that is taken away first, nothing proves whose the association is.
      const value = await webhooks.current(webhook.secretArn).catch(unlessUnreadable);
      if (value?.byThisResource && value.serviceId === serviceId && value.agentSpaceId === agentSpaceId) {
        return request === undefined || value.request === request ? value : undefined;
      }
      if (clock.now() - since >= lag) {
        return undefined;
      }
      await clock.sleep(LOOK_EVERY);
    }
    return undefined;
  }
}
