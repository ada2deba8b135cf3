import { Account } from './account';
import { Answer, Lambda, Sent } from './lambda';
import { mayBeRenewed, mayOverlap } from './limits';
import { functionTimeout, OAUTH_SECRET, properties, Properties, Slot, TOKEN_SECRET } from './registrations';
import { Report } from './report';
import { Deployment, Operation, Schedule } from './schedule';
import { VirtualTime } from './time';
import { CallError } from '../../lambda/devops-agent';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { ownerOf } from '../../lambda/marks';
import { StackResource } from '../../lambda/ports';
import { ATTRIBUTE, TAG } from '../../src/private/contract';

/** What CloudFormation knows of a resource. */
export interface Resource {
  readonly logicalId: string;
  readonly slot: Slot;
  physicalId?: string;
  properties: Properties;
  status: string;
  /** When it got that status. */
  since: number;
  /** Its last operation failed, or a user changed it by hand: less may exist than CloudFormation believes. */
  troubled: boolean;
}

/** A physical resource that CloudFormation has replaced or dropped, and still has to delete. */
interface Obsolete {
  readonly resource: Resource;
  readonly physicalId: string;
  readonly properties: Properties;
  /** Whether the logical resource goes too. */
  readonly dropped: boolean;
}

export interface Stack {
  readonly id: string;
  /** As DescribeStacks says it. */
  status: string;
  readonly resources: Map<string, Resource>;
  state: 'live' | 'broken' | 'gone';
  /** What an update that failed and was not rolled back has left for the next one that succeeds. */
  obsolete: Obsolete[];
}

/** Something that CloudFormation leaves behind: on purpose, or because its deletion was refused again and again. */
export interface Left {
  readonly stackId: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly at: number;
}

/** A call that took effect when CloudFormation had had its answer, or had given the event up. */
export interface Stray {
  readonly owner: string;
  readonly at: number;
  /** Whether it is about tags alone. */
  readonly tags: boolean;
}

/** How long CloudFormation takes at least from one event of a resource to the next. */
const PAUSE = 10_000;
const POLL = 1_000;
const CLEANUP_ATTEMPTS = 3;

/** Deploys stacks of registrations as AWS CloudFormation orders their events. */
export class CloudFormation {
  public readonly stacks: Stack[] = [];
  public readonly sent: Sent[] = [];
  public readonly retained: Left[] = [];
  public readonly abandoned: Left[] = [];
  /** What was obsolete once, and is not any more. */
  public readonly reused: Left[] = [];
  /** The owners of the services that a user deregistered by hand. */
  public readonly byHand = new Set<string>();
  /** What took effect when nobody waited for it any more. */
  public readonly strays: Stray[] = [];
  public lambda!: Lambda;
  /** Receives every text that a user sees. */
  public show?: (text: string) => void;
  private readonly firstAsked = new Map<string, number>();
  private readonly lastSent = new Map<string, number>();
  private readonly waiting = new Map<Sent, (answer?: Answer) => void>();
  /** The resources of whose former physical id a Delete is under way, as DescribeStackResource shows them. */
  private readonly cleanups = new Map<string, StackResource>();
  private spreadUntil = { all: 0, secrets: 0 };

  constructor(
    private readonly time: VirtualTime,
    private readonly account: Account,
    private readonly schedule: Schedule,
    private readonly report: Report,
  ) {}

  public async deploy(deployment: Deployment): Promise<void> {
    const { time, account } = this;
    const stack = this.stacks.at(-1);
    const live = stack && stack.state !== 'gone' ? stack : undefined;
    this.spreadUntil = { all: live ? 0 : time.now() + account.conditions.spread, secrets: time.now() + account.conditions.spread };
    if (live && (deployment.template === null || live.state === 'broken')) {
      if (deployment.secretsGone) {
        account.secrets.clear();
      }
      await this.delete(live);
      if (deployment.secretsGone) {
        account.rotate(OAUTH_SECRET);
        account.rotate(TOKEN_SECRET);
        account.rotate(OAUTH_SECRET);
        account.rotate(TOKEN_SECRET);
      }
    }
    if (deployment.template === null || this.stacks.at(-1)?.state === 'broken') {
      return;
    }
    if (live?.state === 'live') {
      await this.update(live, deployment);
    } else {
      account.makeRole();
      await this.create(deployment);
    }
  }

  /** When a resource was first asked to be like this, credentials included. */
  public asked(stack: Stack, { logicalId, properties: wire }: Resource): number {
    return this.firstAsked.get(request(stack.id, logicalId, wire)) ?? this.time.start;
  }

  /** Whether a service is to stay whatever becomes of its resource. */
  public isRetained(serviceId: string): boolean {
    const isIt = ({ physicalId }: { physicalId?: string }) => physicalId?.endsWith(`/${serviceId}`) ?? false;
    return this.retained.some(isIt) || this.stacks.some(({ resources }) => [...resources.values()].some((one) => one.slot.retain && isIt(one)));
  }

  /** DescribeStackResource. */
  public describe(stackId: string, logicalId: string): StackResource {
    const cleanup = this.cleanups.get(`${stackId} ${logicalId}`);
    if (cleanup) {
      return cleanup;
    }
    const resource = this.stacks.find(({ id }) => id === stackId)?.resources.get(logicalId);
    if (!resource) {
      throw new CallError('DescribeStackResource', 'ValidationError', `Resource ${logicalId} does not exist for stack ${stackId}`, 400);
    }
    return { status: resource.status, since: resource.since, physicalId: resource.physicalId };
  }

  /** DescribeStacks. */
  public stackStatus(stackId: string): string {
    return this.stacks.find(({ id }) => id === stackId)!.status;
  }

  public deniedUntil(operation: Operation): number {
    return operation === 'answer' ? 0 : operation === 'secret' ? this.spreadUntil.secrets : this.spreadUntil.all;
  }

  /** Receives a body that was written to the signed URL of an event. */
  public answered(sent: Sent, body: string): void {
    const { event } = sent;
    this.report.note(() => `    answer to event ${sent.ordinal}: ${body}`);
    const answer = JSON.parse(body);
    if (Buffer.byteLength(body) > 4096) {
      this.report.violation(`the answer to event ${sent.ordinal} is too long`);
      return;
    }
    const { RequestId, StackId, LogicalResourceId } = answer;
    if (RequestId !== event.RequestId || StackId !== event.StackId || LogicalResourceId !== event.LogicalResourceId || !answer.PhysicalResourceId) {
      this.report.violation(`the answer to event ${sent.ordinal} is not one to it`);
      return;
    }
    if (sent.answer || sent.cancelled || this.time.now() > sent.deadline) {
      return;
    }
    const ok = answer.Status === 'SUCCESS';
    const data = answer.Data ?? {};
    if (!ok && answer.PhysicalResourceId !== (event.PhysicalResourceId ?? `failed/${event.RequestId}`)) {
      this.report.violation(`event ${sent.ordinal} failed and answered with the id ${answer.PhysicalResourceId}`);
    }
    if (ok && event.RequestType !== 'Delete') {
      const missing = Object.values(ATTRIBUTE).filter((attribute) => !data[attribute]);
      if (missing.length > 0) {
        this.report.violation(`the answer to event ${sent.ordinal} lacks ${missing.join()}`);
      }
    }
    sent.answer = { ok, physicalId: answer.PhysicalResourceId, data, reason: answer.Reason };
    this.waiting.get(sent)?.(sent.answer);
  }

  /** Whether a consent to what this request registered still makes the service that CloudFormation waits for or believes in. */
  public wants(requestId: string): boolean {
    const held = this.stacks.some(({ resources }) => [...resources.values()].some(({ physicalId, status }) =>
      physicalId === `consent/${requestId}` && !status.startsWith('DELETE')));
    return held || this.sent.some((sent) => sent.event.RequestId === requestId && this.waiting.has(sent) && !sent.cancelled);
  }

  /** Whether a request was given up before it was answered. */
  public readonly gaveUp = (requestId: string): boolean =>
    this.sent.some(({ event, cancelled }) => cancelled && event.RequestId === requestId);

  /** Whether a resource has gone through an event that began after this time. A Delete of what it has replaced is none. */
  public readonly wentOn = (owner: string, after: number): boolean =>
    this.sent.some(({ event, time, answer, cleansUp }) => time > after && answer?.ok && !cleansUp && ownerOf(event) === owner);

  /** A call has taken effect that its caller does not hear of. */
  public took({ event, answer, cancelled, deadline }: Sent, operation: Operation): void {
    if ((answer || cancelled || this.time.now() > deadline) && ['deregister', 'tag', 'untag'].includes(operation)) {
      this.strays.push({ owner: ownerOf(event), at: this.time.now(), tags: operation !== 'deregister' });
    }
  }

  private async create(deployment: Deployment): Promise<void> {
    const id = `arn:aws:cloudformation:us-east-1:000000000000:stack/Tools/${String(this.stacks.length + 1).padStart(4, '0')}`;
    const stack: Stack = { id, status: 'CREATE_IN_PROGRESS', resources: new Map(), state: 'live', obsolete: [] };
    this.stacks.push(stack);
    this.report.note(() => 'create the stack');
    const failure = new Failing(this.time, deployment);
    await Promise.all([failure.neighbour, ...this.wanted(deployment).map((wanted) => this.createResource(stack, wanted, failure))]);
    if (!failure.failed) {
      stack.status = 'CREATE_COMPLETE';
      return;
    }
    stack.state = 'broken';
    stack.status = 'CREATE_FAILED';
    if (deployment.rollback) {
      await this.delete(stack, 'ROLLBACK');
    }
  }

  private async update(stack: Stack, deployment: Deployment): Promise<void> {
    const { resources } = stack;
    stack.status = 'UPDATE_IN_PROGRESS';
    this.report.note(() => 'update the stack');
    const failure = new Failing(this.time, deployment);
    const was = new Map([...resources].map(([id, resource]) => [id, { ...resource }]));
    const wanted = this.wanted(deployment);
    // What failed to come in an update that was not rolled back is made anew.
    const isThere = ({ logicalId }: Wanted) => resources.has(logicalId) && resources.get(logicalId)!.status !== 'CREATE_FAILED';
    const changed = wanted.filter((one) => isThere(one) && !same(resources.get(one.logicalId)!.properties, one.properties));
    const added = wanted.filter((one) => !isThere(one));
    const obsolete: Obsolete[] = added.filter(({ logicalId }) => resources.has(logicalId)).map(({ logicalId }) => {
      const resource = resources.get(logicalId)!;
      return { resource, physicalId: resource.physicalId!, properties: resource.properties, dropped: false };
    });
    // With an id that nobody registered anything for, the old one cannot be told from the new one: it goes first.
    const invented = obsolete.filter(({ physicalId }) => !physicalId.includes('/'));
    await this.clean(stack, invented.map((one) => ({ ...one, dropped: true })));
    const remade = obsolete.filter((one) => !invented.includes(one));
    obsolete.splice(0, obsolete.length, ...remade);
    const change = async (one: Wanted) => {
      const resource = resources.get(one.logicalId)!;
      const { physicalId, properties: old } = resource;
      if (!await this.updateResource(stack, resource, one.properties, failure.cancelled)) {
        failure.fail();
      } else if (resource.physicalId !== physicalId) {
        obsolete.push({ resource, physicalId: physicalId!, properties: old, dropped: false });
      }
    };
    await Promise.all([failure.neighbour, ...changed.map(change), ...added.map((one) => this.createResource(stack, one, failure))]);

    if (!failure.failed) {
      stack.status = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
      const dropped = [...resources.values()].filter(({ logicalId }) => !wanted.some((one) => one.logicalId === logicalId));
      await this.clean(stack, [...stack.obsolete.splice(0), ...obsolete, ...dropped.map((resource) => ({
        resource, physicalId: resource.physicalId!, properties: resource.properties, dropped: true,
      }))]);
      stack.status = 'UPDATE_COMPLETE';
      return;
    }
    const made = added.map(({ logicalId }) => resources.get(logicalId)!);
    const undone = made.map((resource) => ({ resource, physicalId: resource.physicalId!, properties: resource.properties, dropped: true }));
    if (deployment.rollback) {
      this.report.note(() => 'roll back');
      stack.status = 'UPDATE_ROLLBACK_IN_PROGRESS';
      const replaced = await Promise.all(changed.map(({ logicalId, properties: tried }) =>
        this.back(stack, resources.get(logicalId)!, was.get(logicalId)!, tried, deployment)));
      stack.status = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
      await this.clean(stack, [...replaced.flat(), ...remade, ...undone]);
      stack.status = 'UPDATE_ROLLBACK_COMPLETE';
    } else {
      stack.status = 'UPDATE_FAILED';
      stack.obsolete.push(...obsolete);
    }
  }

  private async delete(stack: Stack, operation: 'DELETE' | 'ROLLBACK' = 'DELETE'): Promise<void> {
    stack.status = `${operation}_IN_PROGRESS`;
    this.report.note(() => 'delete the stack');
    await this.clean(stack, stack.obsolete.splice(0));
    const failed = await Promise.all([...stack.resources.values()].map(async (resource) => {
      if (resource.slot.retain) {
        this.leave(this.retained, stack, resource, resource.physicalId!);
        this.set(resource, 'DELETE_SKIPPED');
        return false;
      }
      if (resource.status === 'DELETE_COMPLETE') {
        return false;
      }
      const deleted = await this.send(stack, resource, 'Delete', resource.properties, { physicalId: resource.physicalId }, 'DELETE_IN_PROGRESS');
      this.set(resource, deleted?.ok ? 'DELETE_COMPLETE' : 'DELETE_FAILED');
      resource.troubled = !deleted?.ok;
      return !deleted?.ok;
    }));
    stack.state = failed.includes(true) ? 'broken' : 'gone';
    stack.status = `${operation}_${failed.includes(true) ? 'FAILED' : 'COMPLETE'}`;
  }

  private async createResource(stack: Stack, { logicalId, slot, properties: wire }: Wanted, failure: Failing): Promise<void> {
    const resource: Resource = { logicalId, slot, properties: wire, status: 'CREATE_IN_PROGRESS', since: this.time.now(), troubled: false };
    stack.resources.set(logicalId, resource);
    const answer = await this.send(stack, resource, 'Create', wire, {}, 'CREATE_IN_PROGRESS', failure.cancelled);
    // What had not answered by then gets an id that CloudFormation makes up.
    resource.physicalId = answer?.physicalId ?? `Tools-${logicalId}-1ABC${this.sent.length}`;
    this.set(resource, answer?.ok ? 'CREATE_COMPLETE' : 'CREATE_FAILED');
    resource.troubled = !answer?.ok;
    if (!answer?.ok) {
      failure.fail();
    }
  }

  private async updateResource(stack: Stack, resource: Resource, wire: Properties, cancelled: Promise<void>): Promise<boolean> {
    const { physicalId, properties: old } = resource;
    const answer = await this.send(stack, resource, 'Update', wire, { physicalId, old }, 'UPDATE_IN_PROGRESS', cancelled);
    this.set(resource, answer?.ok ? 'UPDATE_COMPLETE' : 'UPDATE_FAILED');
    resource.troubled = !answer?.ok;
    if (answer?.ok) {
      Object.assign(resource, { physicalId: answer.physicalId, properties: wire });
    }
    return answer?.ok ?? false;
  }

  /** Rolls an update of a resource back. Returns what is left to be deleted then. */
  private async back(stack: Stack, resource: Resource, was: Resource, tried: Properties, { backWith }: Deployment): Promise<Obsolete[]> {
    const live = [...new Set([was.physicalId!, resource.physicalId!])];
    const propertiesOf = (physicalId: string) => (physicalId === was.physicalId ? was.properties : tried);
    const physicalId = live.length > 1 && backWith === 'new' ? live[1] : live[0];
    // An update that was given up may have been in the middle of a swap.
    const givenUp = this.sent.some(({ event, cancelled }) =>
      cancelled && event.RequestType === 'Update' && event.StackId === stack.id && event.LogicalResourceId === resource.logicalId);
    // A rollback that failed is continued once, and then continued without the resource.
    for (let attempt = 1; attempt <= 2; attempt++) {
      // What was adopted is its owner's to give up.
      const own = ownerOf({ StackId: stack.id, LogicalResourceId: was.logicalId } as never);
      const stillThere = !was.troubled && this.account.service.snapshot().services.some(({ serviceId, tags }) =>
        was.physicalId!.endsWith(`/${serviceId}`) && tags[TAG.owner] === own);
      const answer = await this.send(stack, resource, 'Update', was.properties, { physicalId, old: tried }, 'UPDATE_IN_PROGRESS');
      this.set(resource, answer?.ok ? 'UPDATE_COMPLETE' : 'UPDATE_FAILED');
      if (answer?.ok) {
        if (stillThere && !givenUp && answer.physicalId !== was.physicalId && !mayBeRenewed(was.properties, tried, was.since, this.account)) {
          this.report.violation(`the rollback of ${resource.logicalId} (${resource.slot.kind}) gives up a service that is still there`);
        }
        Object.assign(resource, { physicalId: answer.physicalId, properties: was.properties, troubled: false });
        return live.filter((id) => id !== answer.physicalId)
          .map((id) => ({ resource, physicalId: id, properties: propertiesOf(id), dropped: false }));
      }
    }
    this.set(resource, 'UPDATE_COMPLETE');
    Object.assign(resource, { physicalId: was.physicalId, properties: was.properties, troubled: true });
    return live.slice(1).map((id) => ({ resource, physicalId: id, properties: propertiesOf(id), dropped: false }));
  }

  /** Deletes what is obsolete. What refuses three times is left where it is. */
  private async clean(stack: Stack, all: Obsolete[]): Promise<void> {
    // What is in use again is obsolete no more.
    const isUsed = ({ resource, physicalId, dropped }: Obsolete) =>
      !dropped && physicalId.startsWith('arn:') && stack.resources.get(resource.logicalId)?.physicalId === physicalId;
    all.filter(isUsed).forEach(({ resource, physicalId }) => this.leave(this.reused, stack, resource, physicalId));
    const obsolete = all.filter((one) => !isUsed(one));
    await Promise.all(obsolete.map(async ({ resource, physicalId, properties: wire, dropped }) => {
      if (resource.slot.retain) {
        this.leave(this.retained, stack, resource, physicalId);
      } else {
        const key = `${stack.id} ${resource.logicalId}`;
        if (!dropped && this.account.conditions.cleanupShown) {
          this.cleanups.set(key, { status: 'DELETE_IN_PROGRESS', since: this.time.now(), physicalId });
        }
        let deleted: Answer | undefined;
        for (let attempt = 1; attempt <= CLEANUP_ATTEMPTS && !deleted?.ok; attempt++) {
          deleted = await this.send(stack, resource, 'Delete', wire, { physicalId }, dropped ? 'DELETE_IN_PROGRESS' : undefined);
        }
        this.cleanups.delete(key);
        if (!deleted?.ok) {
          this.leave(this.abandoned, stack, resource, physicalId);
        }
      }
      if (dropped && stack.resources.get(resource.logicalId) === resource) {
        stack.resources.delete(resource.logicalId);
      }
    }));
  }

  /** Sends an event and waits for the answer to it: in vain after its time, or where CloudFormation gives it up before. */
  private async send(
    stack: Stack, resource: Resource, type: CloudFormationEvent['RequestType'], wire: Properties,
    ids: { physicalId?: string; old?: Properties }, status?: string, cancelled: Promise<void> = new Promise(() => undefined),
  ): Promise<Answer | undefined> {
    const { time } = this;
    const key = `${stack.id} ${resource.logicalId}`;
    const earliest = (this.lastSent.get(key) ?? -PAUSE) + PAUSE;
    this.lastSent.set(key, Math.max(earliest, time.now()));
    await time.sleep(Math.max(0, earliest - time.now()));
    if (status) {
      this.set(resource, status);
    }
    await time.sleep(100);
    const asked = request(stack.id, resource.logicalId, wire);
    this.firstAsked.set(asked, this.firstAsked.get(asked) ?? time.now());
    const ordinal = this.sent.length;
    // In whole seconds.
    const made = new Date(Math.floor(time.now() / 1000) * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
    const event: CloudFormationEvent = {
      RequestType: type,
      ResponseURL: `https://bucket.example/response-${ordinal}?X-Amz-Date=${made}&X-Amz-Signature=5igned`,
      StackId: stack.id,
      RequestId: `request-${ordinal}`,
      LogicalResourceId: resource.logicalId,
      ...(ids.physicalId === undefined ? {} : { PhysicalResourceId: ids.physicalId }),
      ResourceProperties: wire,
      ...(ids.old ? { OldResourceProperties: ids.old } : {}),
    };
    const sent: Sent = {
      ordinal,
      event,
      slot: resource.slot,
      time: time.now(),
      deadline: time.now() + Number(wire.ServiceTimeout) * 1000,
      timeout: functionTimeout(resource.slot) * 1000,
      cleansUp: status === undefined,
      mayOverlap: type === 'Delete' || mayOverlap(resource.slot.kind),
      injected: [],
      refusals: new Set(),
      late: 0,
      deliveries: 0,
      running: 0,
      overlapped: false,
      failures: 0,
      cancelled: false,
    };
    this.sent.push(sent);
    this.report.events++;
    void this.lambda.deliver(sent);
    const answer = await new Promise<Answer | undefined>((resolve) => {
      this.waiting.set(sent, resolve);
      time.at(sent.deadline, () => resolve(undefined));
      void cancelled.then(() => {
        if (!sent.answer) {
          sent.cancelled = true;
          // That is said at once, and takes its time.
          this.set(resource, type === 'Create' ? 'CREATE_FAILED' : 'UPDATE_FAILED');
          resolve(undefined);
        }
      });
    });
    this.waiting.delete(sent);
    await time.sleep(POLL);
    if (answer?.ok) {
      this.show?.(answer.data[ATTRIBUTE.consentUrl] ?? '');
    }
    return answer;
  }

  private wanted({ template }: Deployment): Wanted[] {
    return this.schedule.slots.flatMap((slot, i) => {
      const variant = template?.[i];
      const logicalId = 'ABC'[i];
      return variant ? [{ logicalId, slot, properties: properties(slot, logicalId, variant) }] : [];
    });
  }

  private set(resource: Resource, status: string): void {
    resource.status = status;
    resource.since = this.time.now();
  }

  private leave(where: Left[], stack: Stack, { logicalId }: Resource, physicalId: string): void {
    where.push({ stackId: stack.id, logicalId, physicalId, at: this.time.now() });
  }
}

interface Wanted {
  readonly logicalId: string;
  readonly slot: Slot;
  readonly properties: Properties;
}

/** Whether a deployment has failed yet, and what that ends. */
class Failing {
  public failed = false;
  /** Comes when creations are given up: with the first failure, unless nothing is to be rolled back. */
  public readonly cancelled: Promise<void>;
  /** Comes when the other resources of the stack are through. */
  public readonly neighbour: Promise<void>;
  private cancel?: () => void;

  constructor(time: VirtualTime, private readonly deployment: Deployment) {
    this.cancelled = new Promise((resolve) => this.cancel = resolve);
    this.neighbour = deployment.neighbourFails === null ? Promise.resolve() : time.sleep(deployment.neighbourFails * 1000).then(() => this.fail());
  }

  public fail(): void {
    this.failed = true;
    if (this.deployment.rollback) {
      this.cancel?.();
    }
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What decides which service a resource needs. */
function request(stackId: string, logicalId: string, { Request, CredentialsRevision }: Properties): string {
  return JSON.stringify([stackId, logicalId, Request, CredentialsRevision]);
}
