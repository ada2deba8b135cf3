import { OAUTH_SECRET, TOKEN_SECRET } from './events';
import { Clock } from '../../lambda/clock';
import { CallError, DevOpsAgent } from '../../lambda/devops-agent';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { Result } from '../../lambda/lifecycle/act';
import { lifecycle } from '../../lambda/lifecycle/lifecycle';
import { Redactor } from '../../lambda/redaction';
import { SecretReader } from '../../lambda/secrets';
import { StackResource, WhichVersion } from '../../lambda/ports';
import { DevOpsAgentService, ServiceError, ServiceOptions } from '../simulator/service';

export const PROVIDER = 'Tools/DevOpsAgentProvider';

/** What a call meets: before or after it took effect. */
export interface Mishap {
  readonly operation: string;
  readonly when: 'before' | 'after';
  /** Absent: no answer at all. */
  readonly status?: number;
  /** The service's name for it. */
  readonly code?: string;
  /** What the service says, if anything. */
  readonly message?: string;
  times: number;
}

/** The handler's lifecycle against the simulated service, in virtual time: half a minute of waiting takes no time. */
export class VirtualWorld {
  public time = Date.UTC(2026, 0, 1);
  public readonly service: DevOpsAgentService;
  public readonly calls: string[] = [];
  public readonly mishaps: Mishap[] = [];
  public readonly secrets = new Map<string, { versionId: string; text: string }>([
    [OAUTH_SECRET, { versionId: 'v1', text: JSON.stringify({ client_id: 'id', client_secret: 'canary-1' }) }],
    [TOKEN_SECRET, { versionId: 'v1', text: 'canary-token-1' }],
  ]);
  /** What CloudFormation says of the resource; absent if it waits for the answer to what is delivered. */
  public resource?: StackResource | 'unknown';
  /** What CloudFormation says of the stack. */
  public stackStatus = 'UPDATE_IN_PROGRESS';
  public readonly published: string[] = [];
  /** The row of the table that the last delivery came to. */
  public decision?: string;
  /** Run whenever time passes. */
  public tick?: () => void;

  constructor(options: Partial<ServiceOptions> = {}) {
    this.service = new DevOpsAgentService({ now: () => this.time }, { fence: { tagKey: 'cdk-devops-agent:provider', tagValue: PROVIDER }, ...options });
  }

  /** A response URL signed now. */
  public readonly responseUrl = (): string => `https://bucket.example/response?X-Amz-Date=${new Date(this.time).toISOString().replace(/[-:]|\.\d+/g, '')}`;

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
      const version = this.secrets.get(versionStage === undefined ? id : `${id} ${versionStage}`);
      if (!version) {
        throw new CallError('GetSecretValue', 'ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret value.', 400);
      }
      return version;
    };
    const ending = await lifecycle(event, {
      api: this.api(),
      secrets: new SecretReader({ getValue }, clock, new Redactor()),
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
      log: () => undefined,
    });
    this.decision = ending.row;
    if ('result' in ending) {
      return ending.result;
    }
    throw 'failure' in ending ? ending.failure : new Error(`left to be delivered again: ${ending.redeliver}`);
  }

  /** What is registered, by display name. */
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

  /** What every call meets before anything else, whichever service it is for. */
  protected async admit(_operation: string): Promise<void> {}

  protected random(): number {
    return 0.5;
  }

  /** Fails where a mishap waits for this call. */
  private meet(operation: string, when: Mishap['when']): void {
    const mishap = this.mishaps.find((candidate) => candidate.operation === operation && candidate.times > 0);
    if (mishap?.when === when) {
      mishap.times--;
      throw new CallError(operation, mishap.code ?? (mishap.status ? 'Mishap' : 'ECONNRESET'), mishap.message ?? 'a mishap', mishap.status);
    }
  }

  private api(): DevOpsAgent {
    const call = async (operation: string, input: object): Promise<any> => {
      this.calls.push(operation);
      await this.pass(100);
      await this.admit(operation);
      this.meet(operation, 'before');
      try {
        // As on the wire: a member without a value does not exist.
        const output = this.service.perform(operation as never, JSON.parse(JSON.stringify(input)));
        this.meet(operation, 'after');
        return output;
      } catch (error) {
        if (error instanceof ServiceError) {
          throw new CallError(operation, error.code, error.message, error.status);
        }
        throw error;
      }
    };
    const dated = (service: any) => ({ ...service, createdAt: new Date(service.createdAt), details: service.additionalServiceDetails });
    return {
      register: async (input) => {
        const { serviceId, additionalStep } = await call('RegisterService', input);
        return { serviceId, consentUrl: additionalStep?.oauth.authorizationUrl };
      },
      deregister: (serviceId) => call('DeregisterService', { serviceId }),
      get: async (serviceId) => {
        const { service, tags } = await call('GetService', { serviceId });
        return { service: dated(service), tags: tags ?? {} };
      },
      list: async (filterServiceType, nextToken) => {
        const page = await call('ListServices', { filterServiceType, nextToken });
        return { services: page.services.map(dated), nextToken: page.nextToken };
      },
      tag: (resourceArn, tags) => call('TagResource', { resourceArn, tags }),
      untag: (resourceArn, tagKeys) => call('UntagResource', { resourceArn, tagKeys }),
      listAgentSpaces: (nextToken) => call('ListAgentSpaces', { nextToken }),
      listAssociations: (agentSpaceId, nextToken) => call('ListAssociations', { agentSpaceId, nextToken }),
    };
  }
}
