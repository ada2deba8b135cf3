/** The agent spaces of the account and their associations with services. */

import { shownAssociation } from './association-model';
import { checkContent, normalCapabilities, normalConfiguration, targetsOf, typeOfConfiguration } from './association-rules';
import { OperationName, RegistrableService } from './model';
import { page } from './paging';
import { iso } from './presentation';
import { redact } from './redaction';
import { serviceNotFound } from './rules';
import {
  AgentSpace, AnsweredWebhook, AssociateServiceInput, Association, AssociationAddress, Clock, ListedWebhook, Ordered, Page, ServiceError,
  ServiceOptions, UpdateAssociationInput,
} from './types';
import { Webhooks } from './webhooks';

/** The parts of the service that associations need. */
export interface AgentSpacesContext {
  readonly clock: Clock;
  readonly options: Readonly<ServiceOptions>;
  readonly newId: () => string;
  readonly webhooks: Webhooks;
  /** Fails if the caller may not call the operation, or not with this input. */
  readonly check: (operation: OperationName, input: unknown) => void;
  /** The type of a service, unless it is absent. */
  readonly typeOf: (serviceId: string) => RegistrableService | undefined;
}

export class AgentSpaces {
  private spaces: Ordered<AgentSpace>[] = [];
  /** The associations, with their content as it was given. */
  private associations: Ordered<Association>[] = [];
  /** The last id of an association, by agent space and service. */
  private readonly ids = new Map<string, string>();
  /** The service of an association, past ones included. */
  private readonly services = new Map<string, string>();
  /** The time of the last disassociation, by service. */
  private readonly released = new Map<string, number>();
  /** The time of the last change of associations, by agent space. */
  private readonly changed = new Map<string, number>();
  private lastOrder = 0;

  constructor(private readonly context: AgentSpacesContext) {}

  // --- operations of the API ------------------------------------------------------------------------------------------------------------

  /** The credential of the webhook is shown here and never again. */
  public associate(input: AssociateServiceInput): { association: Association; webhook?: AnsweredWebhook } {
    const { clock, options, newId, webhooks, check, typeOf } = this.context;
    check('AssociateService', input);
    this.requireOldEnough(input.agentSpaceId);
    this.requireIdle(input.agentSpaceId);
    const service = typeOf(input.serviceId);
    if (!service) throw serviceNotFound(input.serviceId);
    checkContent(service, input);

    // A second association of the same service in one space overwrites the first.
    const former = this.associations.find(({ item }) => item.serviceId === input.serviceId && item.agentSpaceId === input.agentSpaceId);
    this.checkTargets(input.agentSpaceId, input.configuration, former);
    const pair = `${input.agentSpaceId} ${input.serviceId}`;
    const keepsId = options.associationIds === 'reused' || (options.associationIds === 'kept' && former);
    const associationId = (keepsId && this.ids.get(pair)) || newId();
    const now = iso(clock.now());
    const association: Association = {
      ...structuredClone(input),
      associationId,
      status: 'valid',
      createdAt: former?.item.associationId === associationId ? former.item.createdAt : now,
      updatedAt: now,
    };
    this.ids.set(pair, associationId);
    this.services.set(associationId, input.serviceId);
    this.put({ order: former?.order ?? ++this.lastOrder, item: association }, former);

    const webhookType = options.webhookTypes[service];
    const isKept = options.overwrittenWebhook === 'kept' && former?.item.associationId === associationId;
    if (former && !isKept) webhooks.revoke(former.item.associationId);
    const [kept] = isKept ? webhooks.of(associationId) : [];
    const webhook = kept ?? (webhookType && webhooks.issue(associationId, webhookType));
    return { association: this.show(association), ...(webhook && { webhook }) };
  }

  /** The webhook stays what it is, and its credential is not shown. */
  public update(input: UpdateAssociationInput): { association: Association; webhook?: ListedWebhook } {
    const { clock, webhooks, check, typeOf } = this.context;
    check('UpdateAssociation', input);
    this.requireIdle(input.agentSpaceId);
    const found = this.require(input);
    const { serviceId } = found.item;
    checkContent(typeOf(serviceId)!, input);
    this.checkTargets(input.agentSpaceId, input.configuration, found);

    const association: Association = { ...found.item, ...structuredClone(input), updatedAt: iso(clock.now()) };
    this.put({ order: found.order, item: association }, found);
    const [webhook] = webhooks.of(input.associationId);
    return { association: this.show(association), ...(webhook && { webhook }) };
  }

  /** An association that is absent is as good as removed. */
  public disassociate(input: AssociationAddress): void {
    this.context.check('DisassociateService', input);
    this.requireIdle(input.agentSpaceId);
    const found = this.find(input);
    if (found) this.remove([found]);
  }

  public get(input: AssociationAddress): { association: Association } {
    this.context.check('GetAssociation', input);
    this.requireSpace(input.agentSpaceId);
    return { association: this.show(this.require(input).item) };
  }

  public list(input: Page & { agentSpaceId: string; filterServiceTypes?: string }): { associations: Association[]; nextToken?: string } {
    this.context.check('ListAssociations', input);
    this.requireSpace(input.agentSpaceId);
    const types = input.filterServiceTypes?.split(',').map((type) => type.trim());
    const matching = this.of(input.agentSpaceId).filter(({ item }) => types === undefined || types.includes(typeOfConfiguration(item.configuration)));
    const query = `associations:${input.agentSpaceId}:${types?.join() ?? ''}`;
    const { items, nextToken } = page(matching, input, query, this.context.options.pageSize);
    return { associations: items.map((item) => this.show(item)), ...(nextToken !== undefined && { nextToken }) };
  }

  public listWebhooks(input: AssociationAddress): { webhooks: ListedWebhook[] } {
    this.context.check('ListWebhooks', input);
    this.requireSpace(input.agentSpaceId);
    this.require(input);
    return { webhooks: this.context.webhooks.of(input.associationId) };
  }

  public listSpaces(input: Page): { agentSpaces: AgentSpace[]; nextToken?: string } {
    this.context.check('ListAgentSpaces', input);
    const { items, nextToken } = page(this.spaces, input, 'agentspaces', this.context.options.pageSize);
    return { agentSpaces: structuredClone(items), ...(nextToken !== undefined && { nextToken }) };
  }

  // --- what only tests can do -----------------------------------------------------------------------------------------------------------

  public create(name: string): AgentSpace {
    const { clock, newId } = this.context;
    const now = iso(clock.now());
    const space: AgentSpace = { agentSpaceId: newId(), name, createdAt: now, updatedAt: now };
    this.spaces.push({ order: ++this.lastOrder, item: space });
    return { ...space };
  }

  /** Removes an agent space: one that is associated only by force, and then with its associations. */
  public delete(agentSpaceId: string, force: boolean): void {
    this.requireSpace(agentSpaceId);
    const associated = this.of(agentSpaceId);
    if (associated.length > 0 && !force) {
      throw new ServiceError('ConflictException', `Agent space ${agentSpaceId} has associations and cannot be deleted`);
    }
    this.remove(associated);
    this.spaces = this.spaces.filter(({ item }) => item.agentSpaceId !== agentSpaceId);
  }

  /** Whether a service cannot be deregistered: an association holds it, or did until a moment ago. */
  public holds(serviceId: string): boolean {
    const released = this.released.get(serviceId);
    const { clock, options } = this.context;
    return this.associations.some(({ item }) => item.serviceId === serviceId)
      || (released !== undefined && clock.now() < released + options.disassociateLagMs);
  }

  /** The service of an association, past ones included. */
  public serviceOf(associationId: string): string | undefined {
    return this.services.get(associationId);
  }

  /** The agent spaces and their associations, with their content as it was given. */
  public snapshot(): { agentSpaces: AgentSpace[]; associations: Association[] } {
    return {
      agentSpaces: structuredClone(this.spaces.map(({ item }) => item)),
      associations: this.associations.map(({ item }) => redact(shownAssociation, structuredClone(item)) as Association),
    };
  }

  public reset(): void {
    this.spaces = [];
    this.associations = [];
    for (const memory of [this.ids, this.services, this.released, this.changed]) memory.clear();
  }

  // --- rules ----------------------------------------------------------------------------------------------------------------------------

  private requireSpace(id: string): AgentSpace {
    const space = this.spaces.find(({ item }) => item.agentSpaceId === id);
    if (!space) throw new ServiceError('ResourceNotFoundException', `Agent space ${id} not found`);
    return space.item;
  }

  /** Fails if the agent space was made a moment ago. */
  private requireOldEnough(id: string): void {
    const { clock, options } = this.context;
    if (clock.now() < Date.parse(this.requireSpace(id).createdAt) + options.youngSpaceMs) {
      throw new ServiceError(options.youngSpaceError, `Agent space ${id} is not ready yet`);
    }
  }

  /** Fails if associations of the agent space were changed a moment ago. */
  private requireIdle(id: string): void {
    const { clock, options } = this.context;
    this.requireSpace(id);
    const changed = this.changed.get(id);
    if (changed !== undefined && clock.now() < changed + options.busySpaceMs) {
      throw new ServiceError('ConflictException', `Another operation on the associations of agent space ${id} is in progress`);
    }
  }

  private checkTargets(agentSpaceId: string, configuration: AssociateServiceInput['configuration'], except?: Ordered<Association>): void {
    const { options } = this.context;
    if (!options.exclusiveTargets) return;
    const others = this.of(agentSpaceId).filter((other) => other !== except).flatMap(({ item }) => targetsOf(item.configuration));
    const taken = targetsOf(configuration).find((target) => others.includes(target));
    if (taken !== undefined) {
      const code = options.conflictStyle === 'conflict' ? 'ConflictException' : 'ValidationException';
      throw new ServiceError(code, `${taken} is already associated with agent space ${agentSpaceId}`);
    }
  }

  // --- state ----------------------------------------------------------------------------------------------------------------------------

  private of(agentSpaceId: string): Ordered<Association>[] {
    return this.associations.filter(({ item }) => item.agentSpaceId === agentSpaceId);
  }

  private find({ agentSpaceId, associationId }: AssociationAddress): Ordered<Association> | undefined {
    return this.of(agentSpaceId).find(({ item }) => item.associationId === associationId);
  }

  private require(address: AssociationAddress): Ordered<Association> {
    const found = this.find(address);
    if (!found) throw new ServiceError('ResourceNotFoundException', `Association ${address.associationId} not found`);
    return found;
  }

  private put(association: Ordered<Association>, former?: Ordered<Association>): void {
    this.associations = [...this.associations.filter((other) => other !== former), association];
    this.changed.set(association.item.agentSpaceId, this.context.clock.now());
  }

  private remove(gone: readonly Ordered<Association>[]): void {
    const now = this.context.clock.now();
    this.associations = this.associations.filter((association) => !gone.includes(association));
    for (const { item } of gone) {
      this.context.webhooks.revoke(item.associationId);
      this.released.set(item.serviceId, now);
      this.changed.set(item.agentSpaceId, now);
    }
  }

  private show(association: Association): Association {
    const { capabilities, ...shown } = structuredClone(association);
    if (!this.context.options.normalised) return { ...shown, ...(capabilities && { capabilities }) };
    const normal = normalCapabilities(capabilities);
    return { ...shown, configuration: normalConfiguration(shown.configuration), ...(normal && { capabilities: normal }) };
  }
}
