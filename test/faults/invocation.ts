/** One invocation of the handler: its calls as they travel, with the faults that are injected into them. */
import { Account, PROVIDER } from './account';
import { pairOf } from './agent-spaces';
import { declaredIn } from './associations';
import { inject } from './injection';
import { LATEST_EFFECT, mayBeTakenForOwn, SOONEST_KNOWN } from './limits';
import { Report } from './report';
import { rowProblem } from './rows';
import { Operation, Schedule } from './schedule';
import { Sent, Surroundings } from './sent';
import { never, randomNumbers, VirtualTime } from './time';
import { CallError, CONNECT_TIMEOUT, READ_TIMEOUT } from '../../lambda/devops-agent';
import { Ports } from '../../lambda/ports';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { TAG } from '../../src/private/contract';
import { OperationName } from '../simulator/model';
import { DevOpsAgentService, ServiceError } from '../simulator/service';
import { Call, simulatedApi } from '../support/simulated-api';

/** Others than the API have less time. */
const SHORT_TIMEOUT = 10_000;
const ANSWER_TIMEOUT = 8_000;

/** The shortest time of a slow call; the longest is a little less than its client waits. */
const SLOW_CALL = 20_000;
const SLOW_SHORT_CALL = 3_000;
const BEFORE_TIMEOUT = 100;

/** The properties of a call beside its effect. */
interface Beside {
  /** The input that a refusal quotes. */
  readonly quotes?: object;
  /** Makes a new version of what was read. */
  readonly rotate?: () => void;
}

/** The operations that change something. */
const EFFECTIVE: readonly Operation[] = [
  'register', 'deregister', 'tag', 'untag', 'publish', 'associate', 'updateAssociation', 'disassociate', 'putSecret',
];

/** The meaning of the API's refusals. */
const REFUSALS = [
  { words: /already (exists|registered)/, means: 'taken' },
  { words: /is associated/, means: 'associated' },
  { words: /is already associated with agent space/, means: 'target' },
  { words: /was not accepted/, means: 'not accepted' },
  { words: /credential is not valid/, means: 'bad credential' },
] as const;

/** One invocation of the handler: the ports that it gets, for as long as it lives. */
export class Invocation {
  /** Ends it. */
  public crash?: () => void;
  /** It lives no more: no call of it begins, none returns. */
  public gone = false;
  private answered = false;
  private readonly end: number;
  private readonly random: () => number;

  constructor(
    private readonly sent: Sent,
    private readonly time: VirtualTime,
    private readonly account: Account,
    private readonly schedule: Schedule,
    private readonly surroundings: Surroundings,
    private readonly report: Report,
  ) {
    this.end = time.now() + sent.timeout;
    this.random = randomNumbers(schedule.seed + 1000 * sent.ordinal + sent.failures);
  }

  public ports(): Ports {
    const { time, report, account, surroundings, sent } = this;
    const perform = (operation: Operation, name: OperationName, input: object) => {
      const begun = time.now();
      return this.call<any>(operation, name, READ_TIMEOUT, () => this.perform(name, input, begun), { quotes: input });
    };
    return {
      api: simulatedApi(perform as Call),
      secrets: {
        getValue: (secretId, which = {}) => this.call('secret', 'GetSecretValue', SHORT_TIMEOUT, () => {
          if (account.spaces.isHook(secretId)) {
            return account.spaces.read(secretId, which);
          }
          const { versionId, versionStage } = which;
          const version = account.version(secretId, versionId, versionStage);
          if (!version) {
            throw new CallError('GetSecretValue', 'ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret', 400);
          }
          return { versionId: version.id, text: version.text };
        }, account.spaces.isHook(secretId) ? {} : { rotate: () => account.rotate(secretId) }),
        putValue: (secretId, version, stages) =>
          this.call('putSecret', 'PutSecretValue', SHORT_TIMEOUT, () => {
            account.spaces.write(secretId, version, stages);
            account.spaces.writers.set(version.versionId, sent.event.RequestId);
          }),
      },
      stacks: {
        describeResource: (stackId, logicalId) =>
          this.call('describe', 'DescribeStackResource', SHORT_TIMEOUT, () => surroundings.describe(stackId, logicalId)),
        stackStatus: (stackId) => this.call('describeStack', 'DescribeStacks', SHORT_TIMEOUT, () => surroundings.stackStatus(stackId)),
      },
      topics: {
        publish: (_topic, _subject, message) => this.call('publish', 'Publish', SHORT_TIMEOUT, () => surroundings.published(message)),
      },
      answers: {
        put: async (_url, body) => {
          this.answered = true;
          report.texts.push(body);
          await this.call('answer', 'Put', ANSWER_TIMEOUT, () => surroundings.answered(sent, body));
        },
      },
      clock: {
        now: () => time.now() + account.conditions.skew,
        remaining: () => this.end - time.now(),
        sleep: async (ms) => {
          await time.sleep(ms);
          return this.gone ? never() : undefined;
        },
        random: this.random,
      },
      provider: PROVIDER,
      log: (line) => this.log(line),
    };
  }

  private log(line: string): void {
    if (this.gone) {
      return;
    }
    this.report.texts.push(line);
    this.report.note(() => line);
    const { decision, request, status } = JSON.parse(line) as { decision?: string; request?: string; status?: string };
    if (decision !== undefined) {
      this.report.decisions.add(decision);
    }
    // Lines without a status are not about an answer.
    const problem = status === undefined ? undefined : rowProblem(decision, request as CloudFormationEvent['RequestType'], status);
    if (problem !== undefined) {
      this.report.violation(`event ${this.sent.ordinal}: ${problem}`);
    }
  }

  /** A call as it travels: it may have its effect although its caller does not live to hear of it. */
  private async call<T>(operation: Operation, name: string, timeout: number, effect: () => T, { quotes, rotate }: Beside = {}): Promise<T> {
    const { time, report, sent } = this;
    if (this.gone) {
      return never();
    }
    if (EFFECTIVE.includes(operation)) {
      this.checkBegin(operation);
    }
    const fault = inject(this.schedule.faults, sent, operation);
    report.faults += fault ? 1 : 0;
    report.note(() => `  ${sent.ordinal} ${operation}${fault ? ` (${fault.kind})` : ''}`);
    const fail = async (delay: number, code: string, message: string, status?: number): Promise<never> => {
      await time.sleep(delay);
      return this.gone ? never() : Promise.reject(new CallError(name, code, message, status));
    };
    const later = (when: number) => time.at(when, () => {
      try {
        effect();
        this.surroundings.took(sent, operation, false);
      } catch {
        // Nobody is there any more to hear of it.
      }
    });
    const latency = Math.round((operation === 'register' ? 300 : 20) * (1 + 4 * this.random()));
    switch (fault?.kind) {
      case 'crashBefore':
        this.die();
        return never();
      case 'crashDuring':
        later(time.now() + fault.when * LATEST_EFFECT);
        this.die();
        return never();
      case 'unconnected': return fail(Math.min(CONNECT_TIMEOUT, timeout), 'TimeoutError', 'the connection was not opened in time');
      case 'silentBefore': return fail(timeout, 'TimeoutError', 'no answer in time');
      case 'silentAfter':
        later(time.now() + fault.when * (timeout - BEFORE_TIMEOUT));
        return fail(timeout, 'TimeoutError', 'no answer in time');
      case 'resetBefore': return fail(latency, 'ECONNRESET', 'socket hang up');
      case 'errorBefore': return fail(latency, 'InternalServerException', 'An internal error occurred', 500);
      case 'htmlBefore': return fail(latency, 'HTTP502', 'no message', 502);
      case 'throttled': return fail(latency, 'ThrottlingException', 'Rate exceeded', isOfApi(operation) ? 429 : 400);
      case 'denied': return fail(latency, 'AccessDeniedException', 'not authorized to perform this action', isOfSecret(operation) ? 400 : 403);
      // From CloudFormation, status 400 would say that there is no such resource.
      case 'refused': return fail(latency, 'ValidationException', `refused: ${JSON.stringify(quotes)}`, operation === 'describe' || operation === 'describeStack' ? 403 : 400);
    }
    const shortest = timeout === READ_TIMEOUT ? SLOW_CALL : SLOW_SHORT_CALL;
    const slow = fault === undefined ? 0 : shortest + fault.when * (timeout - BEFORE_TIMEOUT - shortest - 2 * latency);
    await time.sleep(fault?.kind === 'slowBefore' ? latency + slow : latency);
    const outcome = this.outcome(operation, name, effect, fault === undefined || /^(slow|rotated)/.test(fault.kind), quotes);
    if (fault?.kind === 'rotated') {
      rotate?.();
    }
    if (fault?.kind === 'crashAfter') {
      this.die();
      return never();
    }
    await time.sleep(fault?.kind === 'slowAfter' ? latency + slow : latency);
    if (this.gone) {
      return never();
    }
    switch (fault?.kind) {
      case 'resetAfter': return fail(0, 'ECONNRESET', 'socket hang up');
      case 'errorAfter': return fail(0, 'InternalServerException', 'An internal error occurred', 500);
      case 'htmlAfter': return fail(0, 'HTTP502', 'no message', 502);
      case 'malformedAfter': return fail(0, 'UnreadableAnswer', 'status 200 with a body that is not the service\'s (SyntaxError)');
    }
    if ('error' in outcome) {
      report.note(() => `    ${outcome.error.message}`);
      throw outcome.error;
    }
    return outcome.value;
  }

  private outcome<T>(
    operation: Operation, name: string, effect: () => T, isHeard: boolean, quotes?: { readonly serviceId?: string },
  ): { value: T } | { error: Error } {
    if (this.time.now() < this.surroundings.deniedUntil(this.sent, operation)) {
      return { error: new CallError(name, 'AccessDeniedException', 'not authorized to perform this action', isOfSecret(operation) ? 400 : 403) };
    }
    try {
      const value = effect();
      this.surroundings.took(this.sent, operation, isHeard);
      return { value };
    } catch (error) {
      const { message } = error as Error;
      if (operation === 'deregister' && /is associated/.test(message)) {
        this.sent.inUse.add(quotes!.serviceId!);
      }
      const isOwn = operation === 'deregister' && !this.account.spaces.usedByOthers.has(quotes!.serviceId!);
      REFUSALS.filter(({ words, means }) => words.test(message) && !(means === 'associated' && isOwn))
        .forEach(({ means }) => this.sent.refusals.add(means));
      return { error: error instanceof ServiceError ? new CallError(name, error.code, error.message, error.status) : error as Error };
    }
  }

  private perform(name: OperationName, input: object, begun: number): unknown {
    // As on the wire: a member without a value does not exist.
    const sent = JSON.parse(JSON.stringify(input));
    const { spaces } = this.account;
    if (name === 'AssociateService' || name === 'UpdateAssociation' || name === 'DisassociateService') {
      this.checkAssociation(name, sent, begun);
    }
    const output = this.account.service.perform(name, sent);
    if (name === 'AssociateService') {
      const declared = declaredIn(this.sent.slot.kind, this.sent.event.ResourceProperties)
        .find(({ AgentSpaceId }) => AgentSpaceId === sent.agentSpaceId);
      const { webhook } = output as { webhook?: { webhookId: string } };
      if (webhook) {
        spaces.revisions.set(webhook.webhookId, declared?.Webhook?.RotationRevision ?? '');
      }
    }
    if (name === 'UntagResource' && sent.tagKeys.includes(TAG.retain)) {
      this.sent.released.add(sent.resourceArn.split('/').at(-1));
    }
    if (name === 'DeregisterService' || name === 'TagResource' || name === 'UntagResource') {
      this.checkTarget(name, sent.serviceId ?? sent.resourceArn.split('/').at(-1));
    }
    const { associations = [] } = (output ?? {}) as Partial<ReturnType<DevOpsAgentService['listAssociations']>>;
    if (associations.some((one) => spaces.isOthers(one))) {
      this.sent.refusals.add('associated');
    }
    if (name === 'DeregisterService') {
      this.checkGap(sent.serviceId);
      this.checkStillAwaited(sent.serviceId, begun);
      if (this.surroundings.mustStay(sent.serviceId, this.sent)) {
        this.report.violation(`event ${this.sent.ordinal} deregistered what is to be retained`);
      }
    }
    if (name === 'RegisterService') {
      if (this.time.now() > this.sent.deadline) {
        this.report.violation(`event ${this.sent.ordinal} registered after its deadline`);
      }
      const { serviceId, additionalStep } = output as { serviceId?: string; additionalStep?: { oauth: { authorizationUrl: string } } };
      const id = serviceId ?? additionalStep!.oauth.authorizationUrl;
      this.account.registered.set(id, sent);
      this.account.registeredFor.set(id, this.resource());
    }
    return output;
  }

  /** An event changes services of its own resource only, whatever their tags say. */
  private checkTarget(name: OperationName, serviceId: string): void {
    if (this.account.registeredFor.get(serviceId) !== this.resource()) {
      this.report.violation(`event ${this.sent.ordinal} calls ${name} for a service of another resource`);
    }
  }

  /** What others have associated stays as it is, and only services of the event's own resource are associated. */
  private checkAssociation(name: OperationName, input: { agentSpaceId: string; serviceId?: string; associationId?: string }, begun: number): void {
    const { spaces, service } = this.account;
    const serviceId = input.serviceId ?? service.serviceOf(input.associationId!);
    if (serviceId === undefined) {
      return;
    }
    const pair = pairOf(input.agentSpaceId, serviceId);
    const others = spaces.others.get(pair);
    // It may have been on its way when others associated the service.
    if (others && (begun <= others.since || mayBeTakenForOwn(Date.parse(others.association.createdAt), this.sent, this.account.conditions))) {
      spaces.others.delete(pair);
    } else if (others) {
      this.report.violation(`event ${this.sent.ordinal} calls ${name} for an association of others`);
    }
    // What it made itself, it may remove again.
    if (name !== 'DisassociateService' && begun > (this.sent.cancelledAt ?? Infinity) + SOONEST_KNOWN) {
      this.report.violation(`event ${this.sent.ordinal} calls ${name} after CloudFormation gave it up`);
    }
    if (this.sent.slot.kind === 'association') {
      if (!spaces.isShared(serviceId)) {
        this.report.violation(`event ${this.sent.ordinal} calls ${name} for a service of a registration`);
      }
    } else {
      this.checkTarget(name, serviceId);
    }
  }

  /** After CloudFormation has given an event up, only a service that it registered itself may go. */
  private checkStillAwaited(serviceId: string, begun: number): void {
    const { cancelledAt = Infinity, event: { RequestId, PhysicalResourceId } } = this.sent;
    const request = this.account.registered.get(serviceId)?.tags?.[TAG.request];
    // An Update of a page that nobody has consented on yet registers as the request that the page began with.
    if (begun > cancelledAt + SOONEST_KNOWN && request !== RequestId && PhysicalResourceId !== `consent/${request}`) {
      this.report.violation(`event ${this.sent.ordinal} deregisters a service after CloudFormation gave it up`);
    }
  }

  private resource(): string {
    const { StackId, LogicalResourceId } = this.sent.event;
    return `${StackId} ${LogicalResourceId}`;
  }

  /** An update may deregister the service that CloudFormation believes in only if its successor has the same unique key. */
  private checkGap(serviceId: string): void {
    const { RequestType, PhysicalResourceId, ResourceProperties } = this.sent.event;
    const uniqueKey = /"\$uniqueKey":"([^"]*)"/.exec(JSON.stringify(ResourceProperties))?.[1];
    const registered = JSON.stringify(this.account.registered.get(serviceId)?.serviceDetails);
    if (RequestType === 'Update' && PhysicalResourceId!.endsWith(`/${serviceId}`) && (uniqueKey === undefined || !registered.includes(`"${uniqueKey}"`))) {
      this.report.violation(`event ${this.sent.ordinal} removes the old service although the new one has another unique key`);
    }
  }

  private checkBegin(operation: Operation): void {
    if (this.answered) {
      this.report.violation(`event ${this.sent.ordinal} calls ${operation} after its answer`);
    }
    if (this.time.now() > this.sent.deadline) {
      this.report.violation(`event ${this.sent.ordinal} calls ${operation} after its deadline`);
    }
  }

  private die(): void {
    this.gone = true;
    this.crash?.();
  }
}

/** Secrets Manager refuses access with status 400. */
function isOfSecret(operation: Operation): boolean {
  return operation === 'secret' || operation === 'putSecret';
}

/** Whether an operation is one of AWS DevOps Agent, or of those that throttle like it. */
function isOfApi(operation: Operation): boolean {
  return !isOfSecret(operation) && operation !== 'describe' && operation !== 'describeStack';
}
