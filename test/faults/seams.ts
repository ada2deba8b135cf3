/** The seams of the handler that mutations are wrapped around, and the usual ways to do it. */
import { CallError, DevOpsAgent, TaggedService } from '../../lambda/devops-agent';
import { Decide } from '../../lambda/lifecycle/lifecycle';
import { Ports } from '../../lambda/ports';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { TAG } from '../../src/private/contract';

export interface Mutation {
  readonly name: string;
  /** Wraps the decision. */
  readonly decide?: (decide: Decide) => Decide;
  /** Wraps the ports of one invocation. */
  readonly ports?: (ports: Ports, event: CloudFormationEvent) => Ports;
  /** Changes the event as the handler sees it. */
  readonly event?: (event: CloudFormationEvent) => CloudFormationEvent;
}

type Tags = TaggedService['tags'];
type Wrap = Required<Mutation>['ports'];

/** Changes operations of the API. */
export function api(change: (api: DevOpsAgent, event: CloudFormationEvent, ports: Ports) => Partial<DevOpsAgent>): Wrap {
  return (ports, event) => ({ ...ports, api: { ...ports.api, ...change(ports.api, event, ports) } });
}

/** Changes the tags that GetService shows. */
export function tagsRead(change: (tags: Tags, event: CloudFormationEvent, serviceId: string) => Tags): Wrap {
  return api(({ get }, event) => ({
    get: async (serviceId) => {
      const { service, tags } = await get(serviceId);
      return { service, tags: change(tags, event, serviceId) };
    },
  }));
}

/** Changes the tags that RegisterService writes. */
export function tagsWritten(change: (tags: Tags) => Tags): Wrap {
  return api(({ register }) => ({ register: (input) => register({ ...input, tags: change(input.tags) }) }));
}

/** Changes what CloudFormation is answered. */
export function answers(change: (body: any, event: CloudFormationEvent) => object): Wrap {
  return (ports, event) => ({ ...ports, answers: { put: (url, body) => ports.answers.put(url, JSON.stringify(change(JSON.parse(body), event))) } });
}

/** Changes the errors of all calls that the handler may repeat. */
export function errors(change: (error: CallError) => CallError): Wrap {
  const changed = <T extends object>(port: T): T => new Proxy(port, {
    get: (target, operation) => (...input: unknown[]) =>
      (target[operation as keyof T] as (...all: unknown[]) => Promise<unknown>)(...input).catch((error: unknown) => {
        throw error instanceof CallError ? change(error) : error;
      }),
  });
  return (ports) => ({ ...ports, api: changed(ports.api), secrets: changed(ports.secrets), stacks: changed(ports.stacks) });
}

/** The same error as a refusal that no retry can help. */
export function final({ operation, code, message }: CallError): CallError {
  return new CallError(operation, `Final${code}`, message, 400);
}

/** The same error as one that says that there is no such thing. */
export function absent({ operation, message }: CallError): CallError {
  return new CallError(operation, 'ResourceNotFoundException', message, 404);
}

export function omit<T extends object>(value: T, key: string): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as T;
}

/** The ownership tags of the services of a resource. */
export function ownTags(event: CloudFormationEvent): Tags {
  return { [TAG.stack]: event.StackId, [TAG.resource]: event.LogicalResourceId };
}

export function isOwn(tags: Tags, event: CloudFormationEvent): boolean {
  return Object.entries(ownTags(event)).every(([key, value]) => tags[key] === value);
}

/** Whether an event's physical id names a service. */
export function isNamed({ PhysicalResourceId = '' }: CloudFormationEvent, serviceId: string): boolean {
  return PhysicalResourceId.endsWith(`service/${serviceId}`);
}

export function isInvented({ PhysicalResourceId = '' }: CloudFormationEvent): boolean {
  return PhysicalResourceId !== '' && !PhysicalResourceId.includes('/');
}

/** The longest wait between two looks. The watchdog waits longer. */
export const LONGEST_WAIT = 30_000;
