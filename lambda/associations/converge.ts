/** One association, brought about step by step, as the rules of diff.ts say. */
import { Captured, Live, next, Seen, Step, UNSEEN } from './diff';
import { physicalIdOf } from './ownership';
import { revisionOf, valueOf, WebhookSecrets } from './webhook-secrets';
import { AssociationSummary, CallError, DevOpsAgent, Webhook } from '../devops-agent';
import { Failure } from '../failure';
import { Delivery, ROLLBACK, StaleEvent } from '../lifecycle/delivery';
import { Services } from '../lifecycle/services';
import { ASSOCIATION_READY, LOOK_EVERY, NOT_READY, REMOVED_LATELY } from '../lifecycle/times';
import { Ports } from '../ports';
import { RESERVE, RetryWindow, withRetries } from '../retries';
import { Association } from '../wire/association';

/** The row of the table of decisions. */
const ROW = 'association failed';

/** All that an association is brought about with. */
export interface Tools {
  readonly ports: Pick<Ports, 'clock' | 'log'> & { readonly api: DevOpsAgent; readonly webhooks: WebhookSecrets };
  readonly delivery: Delivery;
  readonly services: Services;
}

/** The service of an association is gone, so that another one has to be answered with. */
export class ServiceGone extends Error {}

export interface Options {
  /** The association, where somebody has looked; null where there is none. */
  readonly live?: Live | null;
  /** The service was registered a moment ago: a call that does not find it is too early. */
  readonly isNew: boolean;
  /** Called with an association that this delivery has made. */
  readonly onMade?: (live: Live) => void;
}

/**
 * Brings an association about, its webhook captured. A rollback cannot bring back the association with an Agent Space that is gone,
 * and its failure would leave the stack stuck.
 */
export async function converge(tools: Tools, serviceId: string, desired: Association, options: Options): Promise<void> {
  try {
    await stepByStep(tools, serviceId, desired, options);
  } catch (error) {
    const isGone = error instanceof Failure && error.cause instanceof CallError && error.cause.absent;
    if (!isGone || await tools.delivery.stackStatus() !== ROLLBACK) {
      throw error;
    }
    tools.ports.log(JSON.stringify({ missing: physicalIdOf({ agentSpaceId: desired.agentSpaceId, serviceId }), reason: error.words }));
  }
}

async function stepByStep(tools: Tools, serviceId: string, desired: Association, { live, isNew, onMade }: Options): Promise<void> {
  const steps = new Steps(tools, serviceId, desired, isNew);
  for (let seen: Seen = { ...UNSEEN, live }; ;) {
    const step = next(desired, revisionOf(desired.webhook?.revision ?? ''), seen, tools.ports.clock.now());
    if (step.do === 'done') {
      return steps.confirm(seen);
    }
    seen = { ...seen, ...await named(desired.agentSpaceId, () => steps.take(step, seen)) };
    if (step.do === 'associate' && seen.live) {
      onMade?.(seen.live);
    }
  }
}

/** Removes an association, as long as it may be. One that is gone already is removed. */
export async function disassociate(
  { ports: { api, clock } }: Tools, agentSpaceId: string, associationId: string, assert?: () => Promise<void>,
): Promise<void> {
  try {
    await withRetries(clock, async () => {
      await assert?.();
      await api.disassociate(agentSpaceId, associationId);
    }, conflicts(clock));
  } catch (error) {
    if (!(error instanceof CallError && error.absent)) {
      throw error;
    }
  }
}

/** The error of a call, with the Agent Space that it was about. Throttling passes, so its error stays what it is. */
export async function named<T>(agentSpaceId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof CallError && !error.throttled && /associat|Webhooks/i.test(error.operation)
      ? new Failure(`${error.operation} in the Agent Space ${agentSpaceId}`, error.words, adviceOn(error), { cause: error, row: ROW })
      : error;
  }
}

/** The failure of an association that is there and that no record says to be ours. */
export function associatedAlready(serviceId: string, agentSpaceId: string): Failure {
  return new Failure(`associating ${serviceId} with the Agent Space ${agentSpaceId}`, 'it is associated already, and not by this resource',
    'remove that association from the Agent Space if it is not needed, then redeploy', { row: ROW });
}

export function liveOf({ associationId, createdAt, configuration, capabilities }: AssociationSummary): Live {
  return { id: associationId, createdAt: createdAt.getTime(), configuration, capabilities };
}

class Steps {
  /** The time at which this delivery has removed the association, which may be what another delivery answers with. */
  private removedAt = -Infinity;

  constructor(
    private readonly tools: Tools, private readonly serviceId: string, private readonly desired: Association, private readonly isNew: boolean,
  ) {}

  public async take(step: Step, seen: Seen): Promise<Partial<Seen>> {
    const { ports: { api, clock, webhooks }, services } = this.tools;
    const { agentSpaceId, configuration, capabilities, webhook } = this.desired;
    const secretArn = webhook?.secretArn ?? '';
    const associationId = seen.live?.id ?? '';
    const forgotten = { webhooks: undefined, current: undefined, kept: undefined };
    switch (step.do) {
      case 'look': {
        const association = await services.association(agentSpaceId, this.serviceId);
        return { live: association ? liveOf(association) : null };
      }
      case 'wait':
        await clock.sleep(LOOK_EVERY);
        return { ...forgotten, live: undefined, waits: seen.waits + 1 };
      case 'associate':
        return { ...forgotten, ...await this.associate(), made: seen.made + 1 };
      case 'update': {
        const isGone = await this.unlessAbsent(async () => {
          await this.ready();
          await api.updateAssociation({ agentSpaceId, associationId, configuration, capabilities });
        });
        return isGone ? { live: undefined } : { updated: true };
      }
      case 'disassociate':
        await disassociate(this.tools, agentSpaceId, associationId, () => this.ready());
        this.removedAt = clock.now();
        return { ...forgotten, live: null };
      case 'read': {
        const current = await webhooks.current(secretArn);
        let ids: string[] = [];
        const isGone = await this.unlessAbsent(async () => {
          ids = (await api.listWebhooks(agentSpaceId, associationId)).map(({ webhookId }) => webhookId);
        });
        return isGone ? { live: undefined } : { current, webhooks: ids };
      }
      case 'recall': return { kept: await webhooks.kept(secretArn, associationId) };
      case 'put': return this.put(secretArn, step.value, seen);
      default: throw new Failure(`capturing the webhook of ${this.serviceId} in the Agent Space ${agentSpaceId}`,
        'its secret does not show the webhook that the association has', 'redeploy', { row: ROW });
    }
  }

  /** Whoever wrote the secret after CloudFormation went on puts back what the service answers to that CloudFormation knows. */
  public async confirm({ puts }: Seen): Promise<void> {
    const { tools: { delivery, ports: { webhooks } }, desired: { webhook } } = this;
    if (puts === 0) {
      return;
    }
    try {
      await delivery.assertStillAwaited();
    } catch (error) {
      if (error instanceof StaleEvent) {
        const { believed } = error.awaited;
        const before = await webhooks.previous(webhook!.secretArn);
        if (before && believed?.kind === 'service' && before.serviceId === believed.serviceId && before.serviceId !== this.serviceId) {
          await webhooks.write(webhook!.secretArn, before);
        }
      }
      throw error;
    }
  }

  private async associate(): Promise<Partial<Seen>> {
    const { tools: { ports: { api, clock, webhooks }, services }, desired, serviceId } = this;
    const { agentSpaceId, configuration, capabilities, webhook } = desired;
    const young = new RetryWindow(clock, ASSOCIATION_READY);
    const role = new RetryWindow(clock, NOT_READY);
    const output = await withRetries(clock, async () => {
      await this.ready().catch((error: unknown) => this.unlessRemoved(error));
      try {
        return await api.associate({ agentSpaceId, serviceId, configuration, capabilities });
      } catch (error) {
        // It may have taken effect: a look tells, and an association whose webhook nobody has seen is made again.
        if (error instanceof CallError && error.ambiguous && !error.throttled) {
          return undefined;
        }
        if (error instanceof CallError && error.absent && !this.isNew && !await services.get(serviceId)) {
          throw new ServiceGone(serviceId);
        }
        throw error;
      }
    }, (error, began) => (isTooEarly(error) && young.isOpen(began)) || (error.notReady && role.isOpen(began)));
    if (!output) {
      await clock.sleep(LOOK_EVERY);
      return { live: undefined, shown: undefined };
    }
    const live = liveOf(output.association);
    if (!webhook) {
      return { live };
    }
    const owner = { agentSpaceId, serviceId, associationId: live.id };
    const shown: Captured | undefined = valueOf(output.webhook ?? {} as Webhook, owner, revisionOf(webhook.revision));
    if (!shown) {
      if (output.webhook?.webhookId !== undefined) {
        // It has overwritten the association that another delivery made meanwhile, whose webhook it has kept.
        return { live };
      }
      throw new Failure(`capturing the webhook of ${serviceId} in the Agent Space ${agentSpaceId}`, 'AssociateService shows no webhook with a credential',
        'remove \'webhook\' from the association: this service has none', { row: ROW });
    }
    webhooks.hide(shown.text);
    return { live, shown };
  }

  private async put(secretArn: string, value: Captured, { puts }: Seen): Promise<Partial<Seen>> {
    const { clock, webhooks } = this.tools.ports;
    if (puts > 0) {
      // Another delivery writes, too, or the secret does not show yet what was written.
      await clock.sleep(LOOK_EVERY);
    }
    try {
      await this.ready();
    } catch (error) {
      // Another delivery has answered meanwhile, and this one has overwritten its webhook, in the secret or in the Agent Space.
      if (error instanceof StaleEvent && (puts > 0 || this.isBelieved(error)) && await this.isLive(value)) {
        const current = await webhooks.current(secretArn);
        if (!current || !await this.isLive(current)) {
          await webhooks.write(secretArn, value);
        }
      }
      throw error;
    }
    await webhooks.write(secretArn, value);
    return { shown: undefined, webhooks: undefined, current: undefined, kept: undefined, puts: puts + 1 };
  }

  /**
   * Throws the error, unless another delivery has answered with an association that this one has just removed. A resource that was
   * rolled back is complete, too, so the status of the stack counts as well.
   */
  private async unlessRemoved(error: unknown): Promise<void> {
    const { delivery, ports: { clock } } = this.tools;
    const isLate = clock.now() - this.removedAt > REMOVED_LATELY;
    if (isLate || !(error instanceof StaleEvent && this.isBelieved(error) && /^(CREATE|UPDATE)_(IN_PROGRESS|COMPLETE)/.test(await delivery.stackStatus()))) {
      throw error;
    }
  }

  /** Whether CloudFormation went on with what this delivery brings about. */
  private isBelieved({ awaited: { status = '', believed } }: StaleEvent): boolean {
    return /^(CREATE|UPDATE)_COMPLETE$/.test(status) && (believed?.kind !== 'service' || believed.serviceId === this.serviceId);
  }

  /** Whether a webhook is one that its association has now. */
  private async isLive({ agentSpaceId, serviceId, associationId, webhookId }: Captured): Promise<boolean> {
    const { ports: { api }, services } = this.tools;
    const association = await services.association(agentSpaceId, serviceId);
    return association?.associationId === associationId
      && (await api.listWebhooks(agentSpaceId, associationId)).some((webhook) => webhook.webhookId === webhookId);
  }

  /** Nothing takes effect for an event that nobody waits for, or without the time to answer it. */
  private async ready(): Promise<void> {
    const { delivery, ports: { clock } } = this.tools;
    await delivery.assertStillAwaited();
    if (clock.remaining() < 2 * RESERVE) {
      throw new Failure(`associating ${this.serviceId} with the Agent Space ${this.desired.agentSpaceId}`, 'the time left does not suffice for it', 'redeploy',
        { row: 'time ran out' });
    }
  }

  /** Calls; returns true where the association is not there. */
  private async unlessAbsent(call: () => Promise<unknown>): Promise<boolean> {
    const { clock } = this.tools.ports;
    try {
      await withRetries(clock, call, conflicts(clock));
      return false;
    } catch (error) {
      if (error instanceof CallError && error.absent) {
        return true;
      }
      throw error;
    }
  }
}

/** A refusal of concurrent calls on one Agent Space passes. */
function conflicts(clock: Ports['clock']): (error: CallError, began: number) => boolean {
  const window = new RetryWindow(clock, ASSOCIATION_READY);
  return ({ status }, began) => status === 409 && window.isOpen(began);
}

/** The refusals of concurrent calls, and of an Agent Space or a service that is seconds old. */
function isTooEarly({ status, absent, message }: CallError): boolean {
  return status === 409 || absent || (status === 400 && /agent ?space/i.test(message));
}

function adviceOn(error: CallError): string {
  if (error.denied) {
    return 'check that the provider\'s role and the service control policies allow it in this Agent Space, then redeploy, or delete again';
  }
  return error.absent ? 'check that the Agent Space and the service exist in this account and Region, then redeploy, or delete again'
    : 'fix the cause, which may be another association in the Agent Space, and redeploy, or delete again';
}
