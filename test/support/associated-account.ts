/** An account whose services are associated with Agent Spaces, in virtual time: webhooks with a credential that is shown once, and what must hold of all that. */
import { Properties } from './events';
import { Scenario, SECOND } from './scenario';
import { AssociationOperation } from './simulated-api';
import { CallError } from '../../lambda/devops-agent';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { AssociationProperties, RegistrationProperties } from '../../src/private/contract';
import { OperationName } from '../simulator/model';
import { ServiceError } from '../simulator/service';

/** The secret that receives a webhook, by a name of the test's. */
export const hookSecret = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;

/** The handler dies, as if the function had been stopped. */
export class Crash extends Error {}

interface Webhook {
  readonly webhookId: string;
  readonly credential: string;
}

/** The properties of a registration with associations. */
export function associated(properties: RegistrationProperties, ...associations: AssociationProperties[]): RegistrationProperties {
  return associations.length > 0 ? { ...properties, Associations: associations } : properties;
}

export class AssociatedAccount extends Scenario {
  /** The webhooks that answer, by the ids of their associations. */
  public readonly webhooks = new Map<string, Webhook>();
  /** The credentials that were ever shown. */
  public readonly credentials: string[] = [];
  /** The number of calls that a delivery can make before it dies. */
  public cut = Infinity;
  /** The number of the call of a delivery whose answer is lost. */
  public lost = 0;
  /** What an Agent Space refuses, by its id. */
  public readonly refusals = new Map<string, { readonly code: string; readonly message: string; readonly status: number; readonly until: number }>();
  /** Whether an association that is made once more gets the id of the one before it. */
  public reusesIds = false;
  /** The number of calls of the last delivery that can have an effect or show one. */
  public begun = 0;
  private readonly shownIds = new Map<string, string>();

  /** An Agent Space that has been there for a while. */
  public space(name: string): string {
    return this.service.createAgentSpace(name).agentSpaceId;
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
      expect(association.configuration).toEqual(Configuration);
      if (Webhook) {
        const associationId = this.shownId(association.associationId, `${AgentSpaceId} ${serviceId}`);
        const { webhookId, credential: webhookSecret } = this.webhooks.get(associationId)!;
        const owner = { agentSpaceId: AgentSpaceId, serviceId, associationId };
        expect(this.captured(Webhook.SecretArn)).toMatchObject({ webhookId, webhookSecret, ...owner });
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

  protected perform(name: OperationName | AssociationOperation, input: any): unknown {
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

  private effect(name: OperationName | AssociationOperation, input: any): unknown {
    const { agentSpaceId, associationId, serviceId, configuration, capabilities } = input;
    const refusal = this.refusals.get(agentSpaceId);
    if (refusal && this.time < refusal.until && name === 'AssociateService') {
      throw new CallError(name, refusal.code, refusal.message, refusal.status);
    }
    switch (name) {
      case 'AssociateService': {
        const { association, webhook } = this.service.associateService(input);
        const id = this.shownId(association.associationId, `${agentSpaceId} ${serviceId}`);
        if (webhook) {
          this.webhooks.set(id, { webhookId: webhook.webhookId, credential: webhook.webhookSecret! });
          this.credentials.push(webhook.webhookSecret!);
        }
        return { association: { ...association, associationId: id }, webhook };
      }
      case 'UpdateAssociation': {
        const there = this.service.snapshot().associations.find((candidate) => candidate.associationId === this.realId(associationId));
        if (!there) {
          throw new ServiceError('ResourceNotFoundException', `Association ${associationId} not found`);
        }
        // The same association is overwritten, with the same id; its webhook stays.
        return this.service.associateService({ agentSpaceId, configuration, capabilities, serviceId: there.serviceId });
      }
      case 'DisassociateService':
        this.service.disassociateService({ agentSpaceId, associationId: this.realId(associationId) });
        this.webhooks.delete(associationId);
        return {};
      case 'ListWebhooks': {
        if (!this.service.snapshot().associations.some((candidate) => candidate.associationId === this.realId(associationId))) {
          throw new ServiceError('ResourceNotFoundException', `Association ${associationId} not found`);
        }
        const webhook = this.webhooks.get(associationId);
        return { webhooks: webhook ? [{ webhookId: webhook.webhookId, webhookUrl: 'https://event-ai.example.com/webhook' }] : [] };
      }
      case 'ListAssociations': {
        const page = this.service.perform('ListAssociations', input) as ReturnType<AssociatedAccount['service']['listAssociations']>;
        const shown = page.associations.map((association) => (
          { ...association, associationId: this.shownId(association.associationId, `${association.agentSpaceId} ${association.serviceId}`) }));
        return { ...page, associations: shown };
      }
      default: return this.service.perform(name, input);
    }
  }

  /** The id of an association as the API shows it: where ids are reused, it is that of the pair. */
  private shownId(associationId: string, pair: string): string {
    if (!this.reusesIds) {
      return associationId;
    }
    const shown = `of-${pair.replace(' ', '-')}`;
    this.shownIds.set(shown, associationId);
    return shown;
  }

  private realId(associationId: string): string {
    return this.shownIds.get(associationId) ?? associationId;
  }
}
