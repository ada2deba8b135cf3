/**
 * The state machine behind the simulated API: what is registered, what may be, and what a caller sees of it and when.
 *
 * No network and no wall clock in here, so that a test may run it in virtual time. Inputs are the API's own, member by member, and so are
 * the answers. What is marked "inference" has been published by nobody.
 */

import { randomUUID } from 'node:crypto';
import { AgentSpaces } from './agent-spaces';
import { OperationName, operations, RegistrableService, serviceDetails, validate } from './model';
import { page } from './paging';
import { consentUrl, needsConsent, show } from './presentation';
import { redact } from './redaction';
import { checkLive, checkNewTags, checkPrivateConnections, detailsOf, PendingRefusal, serviceNotFound } from './rules';
import {
  AgentSpace, AnsweredWebhook, AssociateServiceInput, Association, AssociationAddress, Clock, defaultOptions, Details, ListedWebhook, Page,
  Pending, Refusal, RegisteredService, RegisterServiceInput, RegisterServiceOutput, Registration, ServiceError, ServiceOptions, Snapshot, Tags,
  UpdateAssociationInput,
} from './types';
import { uniqueKeyOf } from './unique-key';
import { Webhooks } from './webhooks';

export { isErrorCode, ServiceError } from './types';
export type { Clock, Details, Refusal, RegisterServiceInput, ServiceOptions, Snapshot } from './types';

export class DevOpsAgentService {
  public readonly options: Readonly<ServiceOptions>;
  public readonly webhooks: Webhooks;
  private readonly initial: ServiceOptions;
  private readonly spaces: AgentSpaces;
  private registrations: Registration[] = [];
  private pending: Pending[] = [];
  private refusals: PendingRefusal[] = [];
  private lastOrder = 0;

  constructor(
    private readonly clock: Clock,
    options: Partial<ServiceOptions> = {},
    public readonly account = '000000000000',
    public readonly region = 'us-east-1',
    private readonly newId: () => string = randomUUID,
  ) {
    this.options = { ...defaultOptions };
    this.configure(options);
    this.initial = { ...this.options };
    this.webhooks = new Webhooks(clock, this.options, region, newId);
    this.spaces = new AgentSpaces({
      clock,
      options: this.options,
      newId,
      webhooks: this.webhooks,
      check: (operation, input) => this.check(operation, input),
      typeOf: (id) => this.find(id)?.input.service,
    });
  }

  // --- operations of the API ------------------------------------------------------------------------------------------------------------

  /** Runs an operation by its name. The input may be any object: whether it is the operation's, the operation itself finds out. */
  public perform(operation: OperationName, input: object): unknown {
    switch (operation) {
      case 'RegisterService': return this.registerService(input as RegisterServiceInput);
      case 'DeregisterService': return this.deregisterService(input as { serviceId: string });
      case 'GetService': return this.getService(input as { serviceId: string });
      case 'ListServices': return this.listServices(input as Page);
      case 'TagResource': return this.tagResource(input as { resourceArn: string; tags: Tags });
      case 'UntagResource': return this.untagResource(input as { resourceArn: string; tagKeys: string[] });
      case 'ListTagsForResource': return this.listTagsForResource(input as { resourceArn: string });
      case 'AssociateService': return this.associateService(input as AssociateServiceInput);
      case 'UpdateAssociation': return this.updateAssociation(input as UpdateAssociationInput);
      case 'DisassociateService': return this.disassociateService(input as AssociationAddress);
      case 'GetAssociation': return this.getAssociation(input as AssociationAddress);
      case 'ListWebhooks': return this.listWebhooks(input as AssociationAddress);
      case 'ListAssociations': return this.listAssociations(input as { agentSpaceId: string });
      case 'ListAgentSpaces': return this.listAgentSpaces(input as Page);
    }
  }

  public registerService(input: RegisterServiceInput): RegisterServiceOutput {
    // Authorization comes first: a caller without permission learns nothing about what is valid.
    this.authorizeByRequestTag('RegisterService', input.tags, this.arnOf('*'));
    this.check('RegisterService', input);
    const details = detailsOf(input);
    checkPrivateConnections(input, this.options.privateConnections);
    checkNewTags(input.tags ?? {}, this.options.maxTags);
    this.checkQuota();
    this.checkUniqueKey(input.service, details);
    checkLive(this.refusals, input, details, this.clock.now());

    // A copy: what the caller does with its object afterwards is none of the service's business.
    const kept = structuredClone(input);
    const keptDetails = detailsOf(kept);
    const echoed = { ...(input.kmsKeyArn !== undefined && { kmsKeyArn: input.kmsKeyArn }), ...(input.tags && { tags: { ...input.tags } }) };
    if (needsConsent(keptDetails)) {
      const token = this.newId();
      const authorizationUrl = consentUrl(keptDetails, token);
      this.pending.push({ token, authorizationUrl, input: kept, details: keptDetails });
      return { additionalStep: { oauth: { authorizationUrl } }, ...echoed };
    }
    return { serviceId: this.add(kept, keptDetails).serviceId, ...echoed };
  }

  public deregisterService(input: { serviceId: string }): Record<string, never> {
    this.check('DeregisterService', input);
    const registration = this.find(input.serviceId);
    this.authorizeByResourceTag('DeregisterService', registration, this.arnOf(input.serviceId));
    if (!registration) throw serviceNotFound(input.serviceId);

    if (this.spaces.holds(input.serviceId)) {
      // The message does not say by which agent spaces: whoever wants to know must ask for it.
      throw new ServiceError(
        this.options.associatedStyle === 'conflict' ? 'ConflictException' : 'ValidationException',
        `Service ${input.serviceId} is associated with one or more agent spaces and cannot be deregistered`,
      );
    }
    registration.deletedAt = this.clock.now();
    return {};
  }

  public getService(input: { serviceId: string }): { service: RegisteredService; tags: Tags } {
    this.check('GetService', input);
    const registration = this.registrations.find((r) => r.serviceId === input.serviceId && this.isVisible(r, this.options.getLagMs));
    if (!registration) throw serviceNotFound(input.serviceId);
    return { service: show(registration), tags: this.readableTags(registration) };
  }

  public listServices(input: Page & { filterServiceType?: string } = {}): { services: RegisteredService[]; nextToken?: string } {
    this.check('ListServices', input);
    const filter = input.filterServiceType;
    const visible = this.registrations
      .filter((r) => this.isVisible(r, this.options.listLagMs) && (filter === undefined || r.input.service === filter))
      .map((r) => ({ order: r.order, item: show(r) }));
    const { items, nextToken } = page(visible, input, `services:${filter ?? ''}`, this.options.pageSize);
    return { services: items, ...(nextToken !== undefined && { nextToken }) };
  }

  public tagResource(input: { resourceArn: string; tags: Tags }): void {
    // A new tag is a condition on the request, whoever owns the resource.
    this.authorizeByRequestTag('TagResource', input.tags, input.resourceArn);
    this.check('TagResource', input);
    const registration = this.requireByArn(input.resourceArn);
    const tags = { ...registration.tags, ...input.tags };
    checkNewTags(tags, this.options.maxTags);
    registration.tags = tags;
  }

  public untagResource(input: { resourceArn: string; tagKeys: string[] }): void {
    this.check('UntagResource', input);
    this.authorizeByResourceTag('UntagResource', this.findByArn(input.resourceArn), input.resourceArn);
    const registration = this.requireByArn(input.resourceArn);
    registration.tags = Object.fromEntries(Object.entries(registration.tags).filter(([key]) => !input.tagKeys.includes(key)));
  }

  public listTagsForResource(input: { resourceArn: string }): { tags: Tags } {
    this.check('ListTagsForResource', input);
    return { tags: this.readableTags(this.requireByArn(input.resourceArn)) };
  }

  public associateService(input: AssociateServiceInput): { association: Association; webhook?: AnsweredWebhook } {
    return this.spaces.associate(input);
  }

  public updateAssociation(input: UpdateAssociationInput): { association: Association; webhook?: ListedWebhook } {
    return this.spaces.update(input);
  }

  public disassociateService(input: AssociationAddress): void {
    this.spaces.disassociate(input);
  }

  public getAssociation(input: AssociationAddress): { association: Association } {
    return this.spaces.get(input);
  }

  public listAssociations(input: Page & { agentSpaceId: string; filterServiceTypes?: string }): { associations: Association[]; nextToken?: string } {
    return this.spaces.list(input);
  }

  public listWebhooks(input: AssociationAddress): { webhooks: ListedWebhook[] } {
    return this.spaces.listWebhooks(input);
  }

  public listAgentSpaces(input: Page = {}): { agentSpaces: AgentSpace[]; nextToken?: string } {
    return this.spaces.listSpaces(input);
  }

  // --- what only tests can do -----------------------------------------------------------------------------------------------------------

  public createAgentSpace(name: string): AgentSpace {
    return this.spaces.create(name);
  }

  /** Refused while there are associations, unless by force: then they go, too. */
  public deleteAgentSpace(agentSpaceId: string, { force = false } = {}): void {
    this.spaces.delete(agentSpaceId, force);
  }

  /** The user's consent in the browser. Takes the consent URL or the token in it; a second time changes nothing. */
  public consent(tokenOrUrl: string): string {
    const token = /[?&]state=([^&]+)/.exec(tokenOrUrl)?.[1] ?? tokenOrUrl;
    const pending = this.pending.find((p) => p.token === token);
    if (!pending) throw new ServiceError('ResourceNotFoundException', 'Nothing waits for this consent');
    if (pending.serviceId === undefined) {
      this.checkQuota();
      this.checkUniqueKey(pending.input.service, pending.details, pending);
      pending.serviceId = this.add(pending.input, pending.details).serviceId;
    }
    return pending.serviceId;
  }

  /** Lets the live validation in RegisterService find something wrong. */
  public refuse(rule: Refusal): void {
    this.refusals.push({ rule, left: rule.times ?? Infinity });
  }

  public clearRefusals(): void {
    this.refusals = [];
  }

  /** Changes options; an undefined or null value restores the default. */
  public configure(changes: { [option in keyof ServiceOptions]?: ServiceOptions[option] | null }): void {
    for (const [name, value] of Object.entries(changes)) {
      if (!Object.hasOwn(defaultOptions, name)) throw new Error(`No such option: ${name}; known are ${Object.keys(defaultOptions).join(', ')}`);
      const option = name as keyof ServiceOptions;
      Object.assign(this.options, { [option]: structuredClone(value ?? defaultOptions[option]) });
    }
  }

  /** Forgets everything, and returns to the options of the beginning. */
  public reset(): void {
    this.registrations = [];
    this.pending = [];
    this.spaces.reset();
    this.webhooks.reset();
    this.refusals = [];
    Object.assign(this.options, this.initial);
  }

  public snapshot(): Snapshot {
    const shown = (input: RegisterServiceInput, details: Details) => ({
      serviceType: input.service,
      ...(input.name !== undefined && { name: input.name }),
      details: redact(serviceDetails[input.service], details),
    });
    return {
      services: this.registrations.filter((r) => r.deletedAt === undefined).map((r) => ({
        serviceId: r.serviceId,
        ...shown(r.input, r.details),
        tags: { ...r.tags },
        createdAt: r.createdAt,
      })),
      pending: this.pending.filter((p) => p.serviceId === undefined).map((p) => ({
        token: p.token,
        authorizationUrl: p.authorizationUrl,
        ...shown(p.input, p.details),
        tags: { ...p.input.tags },
      })),
      ...this.spaces.snapshot(),
      webhooks: this.webhooks.snapshot(),
    };
  }

  /** The type of a service, past ones included. */
  public typeOf(id: string): RegistrableService | undefined {
    return this.registrations.find((r) => r.serviceId === id)?.input.service;
  }

  /** The service of an association, past ones included. */
  public serviceOf(associationId: string): string | undefined {
    return this.spaces.serviceOf(associationId);
  }

  public arnOf(id: string): string {
    return `arn:aws:aidevops:${this.region}:${this.account}:service/${id}`;
  }

  // --- rules ----------------------------------------------------------------------------------------------------------------------------

  private check(operation: OperationName, input: unknown): void {
    if (this.options.denied.includes(operation)) throw this.denied(operation, '*');
    const errors = validate(operations[operation].input, input);
    if (errors.length > 0) {
      const several = errors.length === 1 ? 'error' : 'errors';
      throw new ServiceError(
        'ValidationException',
        `${errors.length} validation ${several} detected: ${errors.map((e) => e.message).join('; ')}`,
        errors,
      );
    }
  }

  private denied(operation: OperationName, resource: string): ServiceError {
    const action = `aidevops:${operation}`;
    return new ServiceError(
      'AccessDeniedException',
      `User: arn:aws:sts::${this.account}:assumed-role/caller/session is not authorized to perform: ${action} on resource: ${resource} ` +
      `because no identity-based policy allows the ${action} action`,
    );
  }

  private authorizeByRequestTag(operation: OperationName, tags: unknown, resource: string): void {
    const { fence } = this.options;
    if (fence && (tags as Tags | undefined)?.[fence.tagKey] !== fence.tagValue) throw this.denied(operation, resource);
  }

  /** IAM knows only that the condition does not hold; that there is no such resource at all, it neither knows nor tells. */
  private authorizeByResourceTag(operation: OperationName, registration: Registration | undefined, resource: string): void {
    const { fence } = this.options;
    if (fence && registration?.tags[fence.tagKey] !== fence.tagValue) throw this.denied(operation, resource);
  }

  private checkQuota(): void {
    const { maxServices } = this.options;
    if (maxServices !== undefined && this.registrations.filter((r) => r.deletedAt === undefined).length >= maxServices) {
      throw new ServiceError('ServiceQuotaExceededException', `The account has reached its quota of ${maxServices} services`);
    }
  }

  private checkUniqueKey(service: RegistrableService, details: Details, except?: Pending): void {
    const unique = uniqueKeyOf(service, details);
    if (unique === undefined) return;
    const isSame = (other: { input: RegisterServiceInput; details: Details }) => uniqueKeyOf(other.input.service, other.details)?.key === unique.key;
    const { conflictStyle, nameReleaseMs, pendingHoldsKey } = this.options;

    const live = this.registrations.some((r) => r.deletedAt === undefined && isSame(r));
    const pending = pendingHoldsKey && this.pending.some((p) => p !== except && p.serviceId === undefined && isSame(p));
    if (live || pending) {
      throw new ServiceError(conflictStyle === 'conflict' ? 'ConflictException' : 'ValidationException', unique.conflict);
    }
    // That every kind of unique key is released late, not names alone, is inference: the harder case for a caller.
    if (this.registrations.some((r) => r.deletedAt !== undefined && this.clock.now() < r.deletedAt + nameReleaseMs && isSame(r))) {
      throw new ServiceError('ValidationException', unique.conflict);
    }
  }

  // --- state ----------------------------------------------------------------------------------------------------------------------------

  private add(input: RegisterServiceInput, details: Details): Registration {
    const registration: Registration = {
      order: ++this.lastOrder,
      serviceId: this.newId(),
      input,
      details,
      createdAt: this.clock.now(),
      tags: { ...input.tags },
    };
    this.registrations.push(registration);
    return registration;
  }

  private isVisible(registration: Registration, lag: number): boolean {
    const now = this.clock.now();
    return registration.createdAt + lag <= now && (registration.deletedAt === undefined || now < registration.deletedAt + lag);
  }

  private readableTags(registration: Registration): Tags {
    return this.clock.now() < registration.createdAt + this.options.tagsLagMs ? {} : { ...registration.tags };
  }

  private find(id: string): Registration | undefined {
    return this.registrations.find(({ serviceId, deletedAt }) => serviceId === id && deletedAt === undefined);
  }

  private findByArn(arn: string): Registration | undefined {
    return this.registrations.find((r) => r.deletedAt === undefined && this.arnOf(r.serviceId) === arn);
  }

  private requireByArn(arn: string): Registration {
    const registration = this.findByArn(arn);
    if (!registration) throw new ServiceError('ResourceNotFoundException', `Resource ${arn} not found`);
    return registration;
  }
}
