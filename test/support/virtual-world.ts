import { OAUTH_SECRET, TOKEN_SECRET } from './events';
import { Clock } from '../../lambda/clock';
import { CallError, DevOpsAgent } from '../../lambda/devops-agent';
import { CloudFormationEvent } from '../../lambda/event';
import { Lifecycle, Result } from '../../lambda/lifecycle';
import { patiently } from '../../lambda/patience';
import { Redactor } from '../../lambda/redaction';
import { SecretReader } from '../../lambda/secrets';
import { DevOpsAgentService, ServiceError, ServiceOptions } from '../simulator/service';

export const PROVIDER = 'Tools/DevOpsAgentProvider';

/** What a call meets: before or after it took effect. */
export interface Mishap {
  readonly operation: string;
  readonly when: 'before' | 'after';
  /** Absent: no answer at all. */
  readonly status?: number;
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

  constructor(options: Partial<ServiceOptions> = {}) {
    this.service = new DevOpsAgentService({ now: () => this.time }, { fence: { tagKey: 'cdk-devops-agent:provider', tagValue: PROVIDER }, ...options });
  }

  /** A response URL signed now. */
  public readonly responseUrl = (): string => `https://bucket.example/response?X-Amz-Date=${new Date(this.time).toISOString().replace(/[-:]|\.\d+/g, '')}`;

  /** One delivery of an event, in an invocation with five minutes. */
  public deliver(event: CloudFormationEvent, seconds = 300): Promise<Result> {
    const end = this.time + seconds * 1000;
    this.calls.length = 0;
    const clock: Clock = {
      now: () => this.time,
      remaining: () => end - this.time,
      sleep: (ms) => this.pass(ms),
      random: () => this.random(),
    };
    const fetch = (id: string) => patiently(clock, async () => {
      this.calls.push('GetSecretValue');
      await this.admit('GetSecretValue');
      return this.secrets.get(id)!;
    });
    return new Lifecycle(event, { api: this.api(), secrets: new SecretReader(fetch, new Redactor()), clock, provider: PROVIDER }).run();
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
  }

  /** What every call meets before anything else, whichever service it is for. */
  protected async admit(_operation: string): Promise<void> {}

  protected random(): number {
    return 0.5;
  }

  private api(): DevOpsAgent {
    const call = async (operation: string, input: object): Promise<any> => {
      this.calls.push(operation);
      await this.pass(100);
      await this.admit(operation);
      const mishap = this.mishaps.find((candidate) => candidate.operation === operation && candidate.times > 0);
      const strike = () => {
        mishap!.times--;
        throw new CallError(operation, mishap!.status ? 'Mishap' : 'ECONNRESET', 'a mishap', mishap!.status);
      };
      if (mishap?.when === 'before') {
        strike();
      }
      try {
        // As on the wire: a member without a value does not exist.
        const output = this.service.perform(operation as never, JSON.parse(JSON.stringify(input)));
        if (mishap) {
          strike();
        }
        return output;
      } catch (error) {
        if (error instanceof ServiceError) {
          throw new CallError(operation, error.code, error.message, error.status);
        }
        throw error;
      }
    };
    const dated = (service: any) => ({ ...service, createdAt: new Date(service.createdAt) });
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
