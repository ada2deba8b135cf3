import { OAUTH_SECRET, TOKEN_SECRET } from './events';
import { simulatedApi } from './simulated-api';
import { WebhookSecrets } from '../../lambda/associations/webhook-secrets';
import { Clock } from '../../lambda/clock';
import { CallError, DevOpsAgent } from '../../lambda/devops-agent';
import { handle } from '../../lambda/invocation';
import { Result } from '../../lambda/lifecycle/act';
import { Secrets, StackResource, WhichVersion } from '../../lambda/ports';
import { Redactor } from '../../lambda/redaction';
import { SecretReader } from '../../lambda/secrets';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { TAG } from '../../src/private/contract';
import { OperationName } from '../simulator/model';
import { DevOpsAgentService, ServiceError, ServiceOptions } from '../simulator/service';

export const PROVIDER = 'Tools/DevOpsAgentProvider';

/** An error that calls of an operation end in. */
export interface Fault {
  readonly operation: string;
  /** Whether the call fails before or after it took effect. */
  readonly when: 'before' | 'after';
  /** The HTTP status of the answer; absent for no response. */
  readonly status?: number;
  /** The service's name for the error. */
  readonly code?: string;
  readonly message?: string;
  /** The number of calls that fail. */
  readonly times: number;
}

/** The handler's lifecycle on a simulated account, in virtual time: half a minute of waiting takes no time. */
export class VirtualAccount {
  public time = Date.UTC(2026, 0, 1);
  public readonly service: DevOpsAgentService;
  public readonly calls: string[] = [];
  public readonly secrets = new Map<string, { versionId: string; text: string }>([
    [OAUTH_SECRET, { versionId: 'v1', text: JSON.stringify({ client_id: 'id', client_secret: 'canary-1' }) }],
    [TOKEN_SECRET, { versionId: 'v1', text: 'canary-token-1' }],
  ]);
  /** The resource as DescribeStackResource shows it; if absent, as one that waits for the answer to the event. */
  public resource?: StackResource | 'unknown';
  /** The stack's status as DescribeStacks shows it. */
  public stackStatus = 'UPDATE_IN_PROGRESS';
  public readonly published: string[] = [];
  /** The lines of the log of all deliveries. */
  public readonly logged: object[] = [];
  /** The row of the table of decisions that the last delivery ended in. */
  public decision?: string;
  /** What the last delivery keeps out of every text. */
  public redactor = new Redactor();
  /** Called whenever time passes. */
  public tick?: () => void;
  public readonly faults: { fault: Fault; left: number }[] = [];

  constructor(options: Partial<ServiceOptions> = {}) {
    this.service = new DevOpsAgentService({ now: () => this.time }, { fence: { tagKey: TAG.provider, tagValue: PROVIDER }, ...options });
  }

  /** A response URL signed now. */
  public readonly responseUrl = (): string => `https://bucket.example/response?X-Amz-Date=${new Date(this.time).toISOString().replace(/[-:]|\.\d+/g, '')}`;

  /** Lets calls fail from now on. */
  public inject(...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ fault, left: fault.times })));
  }

  /** One delivery of an event, in an invocation with five minutes. */
  public async deliver(event: CloudFormationEvent, seconds = 300): Promise<Result> {
    const end = this.time + seconds * 1000;
    this.calls.length = 0;
    this.decision = undefined;
    const clock: Clock = {
      now: () => this.time,
      remaining: () => end - this.time,
      sleep: (ms) => this.pass(ms),
      random: () => this.random(),
    };
    const getValue = async (id: string, { versionStage }: WhichVersion = {}) => {
      this.calls.push('GetSecretValue');
      await this.admit('GetSecretValue');
      this.meet('GetSecretValue', 'before');
      const version = this.secrets.get(versionStage === undefined || versionStage === 'AWSCURRENT' ? id : `${id} ${versionStage}`);
      if (!version) {
        throw new CallError('GetSecretValue', 'ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret value.', 400);
      }
      return version;
    };
    const putValue: Secrets['putValue'] = async (id, version, stages) => {
      this.calls.push('PutSecretValue');
      await this.admit('PutSecretValue');
      this.meet('PutSecretValue', 'before');
      this.written(id, version, stages);
      this.meet('PutSecretValue', 'after');
    };
    const redactor = this.redactor = new Redactor();
    const ending = await handle(event, {
      api: this.api(),
      secrets: new SecretReader({ getValue }, clock, redactor),
      webhooks: new WebhookSecrets({ getValue, putValue }, clock, redactor, event),
      stacks: {
        describeResource: async () => {
          this.calls.push('DescribeStackResource');
          this.meet('DescribeStackResource', 'before');
          if (this.resource === 'unknown') {
            throw new CallError('DescribeStackResource', 'ValidationError', 'Stack [Tools] does not exist', 400);
          }
          return this.resource ?? { status: `${event.RequestType.toUpperCase()}_IN_PROGRESS`, since: 0 };
        },
        stackStatus: async () => {
          this.calls.push('DescribeStacks');
          this.meet('DescribeStacks', 'before');
          return this.stackStatus;
        },
      },
      topics: {
        publish: async (_topic, _subject, message) => {
          this.calls.push('Publish');
          this.meet('Publish', 'before');
          this.published.push(message);
        },
      },
      clock,
      provider: PROVIDER,
      log: (line) => this.logged.push(JSON.parse(line)),
    });
    this.decision = ending.row;
    if ('result' in ending) {
      return ending.result;
    }
    throw 'failure' in ending ? ending.failure : new Error(`left to be delivered again: ${ending.redeliver}`);
  }

  /** Registers services that belong to nobody in the test, by their display names, an hour ago: nothing of them lags any more. */
  public registerOthers(names: readonly string[]): void {
    names.forEach((name, index) => this.service.registerService({
      service: 'mcpserver',
      name,
      serviceDetails: {
        mcpserver: {
          name: `other-${index}`,
          endpoint: 'https://mcp.example.com/mcp',
          authorizationConfig: { bearerToken: { tokenName: 'token', tokenValue: 'x' } },
        },
      },
      tags: { [TAG.provider]: PROVIDER },
    }));
    this.time += 3_600_000;
  }

  /** The display names of all services. */
  public names(): string[] {
    return this.service.snapshot().services.map((service) => service.name ?? '');
  }

  public ids(): string[] {
    return this.service.snapshot().services.map((service) => service.serviceId);
  }

  /** Lets time go by. */
  protected async pass(ms: number): Promise<void> {
    this.time += ms;
    this.tick?.();
  }

  /** Throws where a service does not admit a call, as one that throttles. */
  protected async admit(_operation: string): Promise<void> {}

  /** Makes a version of a secret the current one, and gives it other staging labels. */
  protected written(id: string, version: { versionId: string; text: string }, stages: readonly string[]): void {
    const labels = stages.filter((stage) => stage !== 'AWSCURRENT');
    const before = this.secrets.get(id);
    if (before) {
      this.secrets.set(`${id} AWSPREVIOUS`, before);
    }
    labels.forEach((label) => this.secrets.set(`${id} ${label}`, version));
    this.secrets.set(id, version);
  }

  /** What the service does with a call. */
  protected perform(name: OperationName, input: object): unknown {
    return this.service.perform(name, input);
  }

  protected random(): number {
    return 0.5;
  }

  /** Fails if a fault is injected for this call. */
  private meet(operation: string, when: Fault['when']): void {
    const injected = this.faults.find(({ fault, left }) => fault.operation === operation && left > 0);
    if (injected?.fault.when === when) {
      const { status, code = status ? 'Fault' : 'ECONNRESET', message = 'a fault' } = injected.fault;
      injected.left--;
      throw new CallError(operation, code, message, status);
    }
  }

  private api(): DevOpsAgent {
    return simulatedApi(async (_, name, input) => {
      this.calls.push(name);
      await this.pass(100);
      await this.admit(name);
      this.meet(name, 'before');
      try {
        // As on the wire: a member without a value does not exist.
        const output = this.perform(name, JSON.parse(JSON.stringify(input)));
        this.meet(name, 'after');
        return output;
      } catch (error) {
        throw error instanceof ServiceError ? new CallError(name, error.code, error.message, error.status) : error;
      }
    });
  }
}
