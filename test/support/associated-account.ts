/** An account whose services are associated with Agent Spaces, in virtual time: webhooks with a credential that is shown once, and what must hold of all that. */
import { isCaptured } from './captured-webhook';
import { Properties } from './events';
import { Scenario, SECOND } from './scenario';
import { PROVIDER } from './virtual-account';
import { CallError } from '../../lambda/devops-agent';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { ASSOCIATION_RESOURCE_TYPE, AssociationProperties, RegistrationProperties, TAG } from '../../src/private/contract';
import { OperationName } from '../simulator/model';
import { hashOf } from '../simulator/redaction';

/** The secret that receives a webhook, by a name of the test's. */
export const hookSecret = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;

/** The handler dies, as if the function had been stopped. */
export class Crash extends Error {}

/** The id of the service that a physical id names. */
export function idOf(physicalId: string): string {
  return physicalId.split('/')[1];
}

/** An event of a service association. */
export function ofAssociation(event: CloudFormationEvent): CloudFormationEvent {
  return { ...event, ResourceType: ASSOCIATION_RESOURCE_TYPE };
}

/** The properties of a registration with associations. */
export function associated(properties: RegistrationProperties, ...associations: AssociationProperties[]): RegistrationProperties {
  return associations.length > 0 ? { ...properties, Associations: associations } : properties;
}

export class AssociatedAccount extends Scenario {
  /** The number of calls that a delivery can make before it dies. */
  public cut = Infinity;
  /** The number of the call of a delivery whose answer is lost. */
  public lost = 0;
  /** What an Agent Space refuses, by its id. */
  public readonly refusals = new Map<string, { readonly code: string; readonly message: string; readonly status: number; readonly until: number }>();
  /** The number of calls of the last delivery that can have an effect or show one. */
  public begun = 0;

  /** The credentials that were ever shown. */
  public get credentials(): readonly string[] {
    return this.service.webhooks.credentials;
  }

  /** An Agent Space that has been there for a while. */
  public space(name: string): string {
    return this.service.createAgentSpace(name).agentSpaceId;
  }

  /** Agent Spaces that have been there for a while, with all that there is. */
  public spaces(...names: string[]): string[] {
    const ids = names.map((name) => this.space(name));
    this.settle();
    return ids;
  }

  /** An event channel that another stack has registered a while ago. */
  public theirs(): string {
    const { serviceId } = this.service.registerService({
      service: 'eventChannel', name: 'Theirs', tags: { [TAG.provider]: PROVIDER }, serviceDetails: { eventChannel: { type: 'webhook' } },
    });
    this.settle();
    return serviceId!;
  }

  public async deliver(event: CloudFormationEvent, seconds?: number) {
    this.begun = 0;
    return super.deliver(event, seconds);
  }

  /** One delivery that dies after so many calls, or that loses the answer of one. Returns what it ended in, if it did. */
  public async disturbed(event: CloudFormationEvent, how: { readonly cut?: number; readonly lost?: number }): Promise<unknown> {
    Object.assign(this, { cut: Infinity, lost: 0, ...how });
    try {
      return await this.deliver(event);
    } catch (error) {
      return error;
    } finally {
      Object.assign(this, { cut: Infinity, lost: 0 });
    }
  }

  /** The associations, as Agent Space and service. */
  public pairs(serviceId?: string): string[] {
    return this.service.snapshot().associations.filter((association) => serviceId === undefined || association.serviceId === serviceId)
      .map((association) => association.agentSpaceId).sort();
  }

  public association(agentSpaceId: string, serviceId: string) {
    return this.service.snapshot().associations.find((candidate) => candidate.agentSpaceId === agentSpaceId && candidate.serviceId === serviceId);
  }

  /** The current value of a secret. */
  public captured(secretArn: string): { readonly [field: string]: string } {
    return JSON.parse(this.secrets.get(secretArn)!.text);
  }

  /** What must hold after an answer: exactly the declared associations on the answered service, and secrets that they answer to. */
  public check(serviceId: string, { Associations: declared = [] }: Partial<RegistrationProperties>): void {
    expect(this.pairs(serviceId)).toEqual(declared.map(({ AgentSpaceId }) => AgentSpaceId).sort());
    for (const { AgentSpaceId, Configuration, Webhook } of declared) {
      const association = this.association(AgentSpaceId, serviceId)!;
      // A snapshot shows hashes of what is sensitive.
      expect(association.configuration).toEqual(JSON.parse(JSON.stringify(Configuration).replace(/[\w.]+@[\w.]+/g, hashOf)));
      if (Webhook) {
        expect(isCaptured(this.service, this.secrets.get(Webhook.SecretArn)!.text, AgentSpaceId, serviceId)).toBe(true);
      }
    }
  }

  /** No credential of a webhook is in a text. */
  public checkSecrecy(...texts: unknown[]): void {
    const text = JSON.stringify(texts.map((value) => (value instanceof Error ? { ...value, message: value.message } : value)));
    this.credentials.forEach((credential) => expect(text).not.toContain(credential));
  }

  /** Delivers the Create of a registration and lets time pass. */
  public async created(properties: Properties): Promise<string> {
    const physicalId = await this.create(properties);
    this.settle();
    return physicalId;
  }

  protected async admit(operation: string): Promise<void> {
    if (++this.begun > this.cut) {
      throw new Crash(operation);
    }
    await super.admit(operation);
  }

  protected written(id: string, version: { versionId: string; text: string }, stages: readonly string[]): void {
    super.written(id, version, stages);
    // All versions of a secret have at most 20 labels together.
    expect([...this.secrets.keys()].filter((key) => key.startsWith(`${id} `)).length + 1).toBeLessThanOrEqual(20);
    this.lose('PutSecretValue');
  }

  protected perform(name: OperationName, input: any): unknown {
    const output = this.effect(name, input);
    this.lose(name);
    return output;
  }

  private lose(name: string): void {
    if (this.begun === this.lost) {
      this.time += SECOND;
      throw new CallError(name, 'ECONNRESET', 'socket hang up');
    }
  }

  private effect(name: OperationName, input: any): unknown {
    const refusal = name === 'AssociateService' ? this.refusals.get(input.agentSpaceId) : undefined;
    if (refusal && this.time < refusal.until) {
      throw new CallError(name, refusal.code, refusal.message, refusal.status);
    }
    return this.service.perform(name, input);
  }
}

/** The secret that receives a webhook, and the associations of a service of each type with an Agent Space. */
export const HOOK = hookSecret('hook');
export const channelIn = (space: string, more: Partial<AssociationProperties> = {}): AssociationProperties => (
  { AgentSpaceId: space, Configuration: { eventChannel: {} }, Webhook: { SecretArn: HOOK }, ...more });
export const pagerIn = (space: string, hook = HOOK): AssociationProperties => ({
  AgentSpaceId: space, Configuration: { pagerduty: { services: ['P1'], customerEmail: 'a@example.com' } }, Webhook: { SecretArn: hook },
});
export const toolsIn = (space: string, ...tools: string[]): AssociationProperties => (
  { AgentSpaceId: space, Configuration: { mcpserver: { tools } } });
export const traceIn = (space: string): AssociationProperties => (
  { AgentSpaceId: space, Configuration: { dynatrace: { envId: 'abc' } }, Webhook: { SecretArn: HOOK } });
