/** The model of CloudFormation's events: what is sent, what is answered, and what CloudFormation shows of it. */
import { Account } from './account';
import { Lambda } from './lambda';
import { mayOverlap } from './limits';
import { ownerOf } from './ownership';
import { functionTimeout, Properties } from './registrations';
import { Report } from './report';
import { Operation } from './schedule';
import { Answer, Sent } from './sent';
import { isRetained, Left, Resource, Stack, Stray } from './stack';
import { VirtualTime } from './time';
import { CallError } from '../../lambda/devops-agent';
import { StackResource } from '../../lambda/ports';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { ASSOCIATION_RESOURCE_TYPE, ATTRIBUTE } from '../../src/private/contract';

/** The shortest time from one event of a resource to the next. */
const PAUSE = 10_000;
const POLL = 1_000;

/** What a call is about that may take effect when CloudFormation does not wait for its event any more. */
const STRAYING: { readonly [operation in Operation]?: Stray['about'] } = {
  deregister: 'service',
  tag: 'tags',
  untag: 'tags',
  associate: 'association',
  updateAssociation: 'association',
  disassociate: 'disassociation',
  putSecret: 'association',
};

/** So often a call is tried at least. */
const MOST_TRIES = 6;

/** An event to send. */
export interface Request {
  readonly type: CloudFormationEvent['RequestType'];
  readonly properties: Properties;
  readonly physicalId?: string;
  readonly old?: Properties;
  /** The status of the resource during the event. Absent for the Delete of what a replacement replaced, which changes none. */
  readonly status?: string;
  /** Settles when CloudFormation gives the event up. */
  readonly cancelled?: Promise<void>;
  /** Whether the event rolls an update back. */
  readonly rollsBack?: boolean;
}

/** Sends the events of stacks, and answers the calls that ask about them. */
export class CloudFormation {
  public readonly stacks: Stack[] = [];
  public readonly sent: Sent[] = [];
  public readonly retained: Left[] = [];
  public readonly abandoned: Left[] = [];
  /** Physical resources that were obsolete once, and are not any more. */
  public readonly reused: Left[] = [];
  /** The calls that took effect when nobody waited for them any more. */
  public readonly strays: Stray[] = [];
  public lambda!: Lambda;
  /** Receives every text that a user sees. */
  public show?: (text: string) => void;
  private readonly firstAsked = new Map<string, number>();
  private readonly lastSent = new Map<string, number>();
  private readonly waiting = new Map<Sent, (answer?: Answer) => void>();
  /** The states of each resource as DescribeStackResource shows them, the latest last. */
  private readonly states = new Map<string, { readonly from: number; readonly state: StackResource | undefined }[]>();

  constructor(private readonly time: VirtualTime, private readonly account: Account, private readonly report: Report) {}

  /** The stack of the deployments, if there has been one. */
  public current(): Stack | undefined {
    return this.stacks.filter(({ isTwin }) => !isTwin).at(-1);
  }

  /** The time at which a resource was first asked to be like this, credentials included. */
  public asked(stack: Stack, { logicalId, properties: wire }: Resource): number {
    return this.firstAsked.get(requestKey(stack.id, logicalId, wire)) ?? this.time.start;
  }

  /** Whether an event must not deregister a service of its resource, since CloudFormation retains it. */
  public mustStay(serviceId: string, { event }: Sent): boolean {
    const isIt = (physicalId?: string) => physicalId?.endsWith(`/${serviceId}`) ?? false;
    const { StackId, LogicalResourceId, PhysicalResourceId, RequestType } = event;
    // A service that was retained once may be the resource's again: an update answered with it, or was about to, and its
    // removal policy holds, even if CloudFormation gave the update up just then.
    const isOwnAgain = (since: number) => this.sent.some(({ event: later, time, answer, unheard, released }) => time > since
      && later.ResourceProperties.Retain !== 'true' && (released.has(serviceId) || [answer, unheard].some((one) => one?.ok && isIt(one.physicalId))));
    if (RequestType === 'Delete' && isIt(PhysicalResourceId)) {
      return false;
    }
    const resource = this.stacks.find(({ id }) => id === StackId)!.resources.get(LogicalResourceId);
    return (resource !== undefined && isRetained(resource.properties) && isIt(resource.physicalId))
      || this.retained.some(({ stackId, logicalId, physicalId, at }) =>
        stackId === StackId && logicalId === LogicalResourceId && isIt(physicalId) && !isOwnAgain(at));
  }

  /** Changes what CloudFormation knows of a resource. */
  public change(stack: Stack, resource: Resource, changes: Partial<Omit<Resource, 'since'>>): void {
    Object.assign(resource, changes, changes.status === undefined ? {} : { since: this.time.now() });
    const { status, since, physicalId } = resource;
    this.record(stack, resource.logicalId, { status, since, physicalId });
  }

  /** Takes a resource out of its stack. */
  public drop(stack: Stack, { logicalId }: Resource): void {
    stack.resources.delete(logicalId);
    this.record(stack, logicalId, undefined);
  }

  /** Shows a former physical id of a resource while `work` deletes it, if that is how CloudFormation does it. */
  public async showCleanup<T>(stack: Stack, resource: Resource, physicalId: string, work: () => Promise<T>): Promise<T> {
    if (!this.account.conditions.cleanupShown) {
      return work();
    }
    this.record(stack, resource.logicalId, { status: 'DELETE_IN_PROGRESS', since: this.time.now(), physicalId });
    const result = await work();
    // Another one of that logical id may have been created meanwhile, or be about to go itself.
    const present = stack.resources.get(resource.logicalId);
    if (present) {
      this.change(stack, present, {});
    } else {
      this.record(stack, resource.logicalId, undefined);
    }
    return result;
  }

  /** DescribeStackResource, which may show an earlier state. */
  public describe(stackId: string, logicalId: string): StackResource {
    const at = this.time.now() - this.account.conditions.describeLag;
    const state = this.states.get(`${stackId} ${logicalId}`)?.filter(({ from }) => from <= at).at(-1)?.state;
    if (!state) {
      throw new CallError('DescribeStackResource', 'ValidationError', `Resource ${logicalId} does not exist for stack ${stackId}`, 400);
    }
    return state;
  }

  /** DescribeStacks. */
  public stackStatus(stackId: string): string {
    return this.stacks.find(({ id }) => id === stackId)!.status;
  }

  public deniedUntil({ event }: Sent, operation: Operation): number {
    const { all, secrets } = this.stacks.find(({ id }) => id === event.StackId)!.spreadUntil;
    return operation === 'answer' ? 0 : operation === 'secret' || operation === 'putSecret' ? secrets : all;
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
    const ok = answer.Status === 'SUCCESS';
    const data = answer.Data ?? {};
    const received = { ok, physicalId: answer.PhysicalResourceId, data, reason: answer.Reason };
    if (sent.answer || sent.cancelled || this.time.now() > sent.deadline) {
      sent.unheard ??= received;
      return;
    }
    if (!ok && answer.PhysicalResourceId !== (event.PhysicalResourceId ?? `failed/${event.RequestId}`)) {
      this.report.violation(`event ${sent.ordinal} failed and answered with the id ${answer.PhysicalResourceId}`);
    }
    if (ok && event.RequestType !== 'Delete' && sent.slot.kind !== 'association') {
      const missing = Object.values(ATTRIBUTE).filter((attribute) => !data[attribute]);
      if (missing.length > 0) {
        this.report.violation(`the answer to event ${sent.ordinal} lacks ${missing.join()}`);
      }
    }
    sent.answer = received;
    sent.answeredAt = this.time.now();
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

  /**
   * Whether an event that began after this time has looked for orphans of a resource: an Update, or a Delete of a stack that
   * goes. A service that was created after this time leads to none: its Delete looks for no others. An event that was refused
   * something, or that found the orphan in use, leaves it for the next one.
   */
  public readonly looksAgain = (owner: string, after: number, serviceId = ''): boolean => {
    const later = this.sent.filter(({ event, time, answer }) => time > after && answer?.ok && ownerOf(event) === owner);
    const looks = later.filter(({ injected, inUse }) => (
      !injected.some(({ kind }) => kind === 'refused') && injected.length < MOST_TRIES && !inUse.has(serviceId)));
    const isAnotherLife = later.some(({ event }) => event.RequestType === 'Create');
    return looks.some(({ event, isFinal }) => event.RequestType === 'Update' || (isFinal && !isAnotherLife));
  };

  /** Notes a call that takes effect when CloudFormation does not wait for its event any more. */
  public took(sent: Sent, operation: Operation, isHeard: boolean): void {
    const { event, answer, cancelled, deadline, injected } = sent;
    const about = STRAYING[operation];
    if ((answer || cancelled || this.time.now() > deadline) && about) {
      this.strays.push({ owner: ownerOf(event), at: this.time.now(), about, sent, isHeard, faults: injected.length });
    }
  }

  /** Sends an event and waits for its answer: in vain after its deadline, or if CloudFormation gives the event up before. */
  public async send(stack: Stack, resource: Resource, request: Request): Promise<Answer | undefined> {
    const { time } = this;
    const { type, status, cancelled } = request;
    const key = `${stack.id} ${resource.logicalId}`;
    const earliest = (this.lastSent.get(key) ?? -PAUSE) + PAUSE;
    this.lastSent.set(key, Math.max(earliest, time.now()));
    await time.sleep(Math.max(0, earliest - time.now()));
    if (status) {
      this.change(stack, resource, { status });
    }
    await time.sleep(100);
    const asked = requestKey(stack.id, resource.logicalId, request.properties);
    this.firstAsked.set(asked, this.firstAsked.get(asked) ?? time.now());
    const sent = this.sentNow(stack, resource, request);
    this.sent.push(sent);
    this.report.events++;
    void this.lambda.deliver(sent);
    const answer = await new Promise<Answer | undefined>((resolve) => {
      this.waiting.set(sent, resolve);
      time.at(sent.deadline, () => resolve(undefined));
      void cancelled?.then(() => {
        if (!sent.answer) {
          sent.cancelled = true;
          sent.cancelledAt = time.now();
          // DescribeStackResource says so at once; the rollback takes its time.
          this.change(stack, resource, { status: type === 'Create' ? 'CREATE_FAILED' : 'UPDATE_FAILED' });
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

  public leave(where: Left[], stack: Stack, { logicalId }: Resource, physicalId: string): void {
    where.push({ stackId: stack.id, logicalId, physicalId, at: this.time.now() });
  }

  private sentNow(stack: Stack, resource: Resource, { type, properties, physicalId, old, rollsBack = false }: Request): Sent {
    const now = this.time.now();
    const ordinal = this.sent.length;
    // In whole seconds.
    const made = new Date(Math.floor(now / 1000) * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
    return {
      ordinal,
      event: {
        RequestType: type,
        ResponseURL: `https://bucket.example/response-${ordinal}?X-Amz-Date=${made}&X-Amz-Signature=5igned`,
        StackId: stack.id,
        RequestId: `request-${ordinal}`,
        LogicalResourceId: resource.logicalId,
        ...(resource.slot.kind === 'association' ? { ResourceType: ASSOCIATION_RESOURCE_TYPE } : {}),
        ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
        ResourceProperties: properties,
        ...(old ? { OldResourceProperties: old } : {}),
      },
      slot: resource.slot,
      time: now,
      deadline: now + Number(properties.ServiceTimeout) * 1000,
      timeout: functionTimeout(properties) * 1000,
      isFinal: type === 'Delete' && /^(DELETE|ROLLBACK)_/.test(stack.status),
      rollsBack,
      mayOverlap: type === 'Delete' || mayOverlap(resource.slot.kind),
      injected: [],
      refusals: new Set(),
      released: new Set(),
      inUse: new Set(),
      late: 0,
      deliveries: 0,
      running: 0,
      overlapped: false,
      failures: 0,
      cancelled: false,
    };
  }

  private record({ id }: Stack, logicalId: string, state: StackResource | undefined): void {
    const key = `${id} ${logicalId}`;
    const states = this.states.get(key) ?? [];
    this.states.set(key, states);
    states.push({ from: this.time.now(), state });
  }
}

/** The part of a resource's properties that decides which service it needs, as a key. */
function requestKey(stackId: string, logicalId: string, { Request: request, CredentialsRevision }: Properties): string {
  return JSON.stringify([stackId, logicalId, request, CredentialsRevision]);
}
