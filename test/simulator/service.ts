/**
 * The state machine behind the simulated API: what is registered, what may be, and what a caller sees of it and when.
 *
 * No network and no wall clock in here, so that a test may run it in virtual time. Inputs are the API's own, member by member, and so are
 * the answers. What is marked "inference" has been published by nobody.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { FieldError, OperationName, operations, RegistrableService, serviceDetails, validate } from './model';
import { hashOf, redact } from './redaction';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export type ErrorCode = keyof typeof errorStatus;

const errorStatus = {
  ValidationException: 400,
  InvalidParameterException: 400,
  ServiceQuotaExceededException: 402,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  ContentSizeExceededException: 413,
  ThrottlingException: 429,
  InternalServerException: 500,
} as const;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorStatus, code);
}

/** An error that the API answers with. */
export class ServiceError extends Error {
  public readonly status: number;

  constructor(public readonly code: ErrorCode, message: string, public readonly fieldList?: readonly FieldError[]) {
    super(message);
    this.name = code;
    this.status = errorStatus[code];
  }
}

/** The behaviour of the simulated account. All of it may change at any time, with effect on what exists already. */
export interface ServiceOptions {
  /** The error of a conflict in RegisterService: 409, or 400 with "already exists" in its message. AWS does not publish which. */
  conflictStyle: 'conflict' | 'validation';
  /** The error of DeregisterService for an associated service. AWS does not publish which. */
  associatedStyle: 'conflict' | 'validation';
  /** For how long an identity stays taken after DeregisterService. */
  nameLingerMs: number;
  /** The lag of ListServices, for new services and for deregistered ones. */
  listLagMs: number;
  /** The lag of GetService, likewise. */
  getLagMs: number;
  /** The time until the tags of a registration can be read. */
  tagsLagMs: number;
  /** For how long DeregisterService is still refused after the last DisassociateService. */
  disassociateLagMs: number;
  /** Whether a registration that waits for consent already holds its name. Inference either way. */
  pendingHoldsIdentity: boolean;
  /** Page size of a caller who does not ask for one. */
  pageSize: number;
  /** Registrations that the account may have; no limit if absent. */
  maxServices?: number;
  /** Tags that a service may have. 50 is what AWS allows nearly everywhere: inference for this API. */
  maxTags: number;
  /** The tag condition in the caller's IAM policy; no condition if absent. */
  fence?: { tagKey: string; tagValue: string };
  /** Operations that the caller's IAM policy does not grant. */
  denied: OperationName[];
  /** The private connections that are active; any name will do if absent. */
  privateConnections?: string[];
}

export const defaultOptions: Readonly<ServiceOptions> = {
  conflictStyle: 'conflict',
  associatedStyle: 'conflict',
  nameLingerMs: 0,
  listLagMs: 0,
  getLagMs: 0,
  tagsLagMs: 0,
  disassociateLagMs: 0,
  pendingHoldsIdentity: false,
  pageSize: 100,
  maxServices: undefined,
  maxTags: 50,
  fence: undefined,
  denied: [],
  privateConnections: undefined,
};

/** Something that the live validation in RegisterService finds wrong. All given criteria must match; with none, every registration does. */
export interface Refusal {
  service?: RegistrableService;
  /** The endpoint, target URL or instance URL of the service. */
  endpoint?: string;
  /** The role that the service is to assume. */
  roleArn?: string;
  /** A credential, by its `hashOf`: a token that has been revoked, say. */
  credential?: string;
  /** The rule holds before this time of the clock only: a role that takes a while to become assumable. */
  until?: number;
  /** The number of registrations that are refused; no limit if absent. */
  times?: number;
  message: string;
  /** ValidationException if absent. */
  code?: ErrorCode;
}

export type Tags = Record<string, string>;
export type Details = Record<string, unknown>;

export interface RegisterServiceInput {
  service: RegistrableService;
  serviceDetails: { [service in RegistrableService]?: Details };
  name?: string;
  kmsKeyArn?: string;
  privateConnectionName?: string;
  targetUrlPrivateConnectionName?: string;
  exchangeUrlPrivateConnectionName?: string;
  tags?: Tags;
}

export interface RegisterServiceOutput {
  serviceId?: string;
  additionalStep?: { oauth: { authorizationUrl: string } };
  kmsKeyArn?: string;
  tags?: Tags;
}

export interface RegisteredService {
  serviceId: string;
  serviceType: RegistrableService;
  name?: string;
  kmsKeyArn?: string;
  privateConnectionName?: string;
  additionalServiceDetails?: { [service in RegistrableService]?: Details };
  createdAt: string;
  updatedAt: string;
}

export interface Association {
  agentSpaceId: string;
  associationId: string;
  serviceId: string;
  configuration: Details;
  capabilities?: Details;
  status: 'valid';
  createdAt: string;
  updatedAt: string;
}

export interface Webhook {
  webhookId: string;
  webhookUrl: string;
  webhookType: 'hmac' | 'gitlab' | 'pagerduty';
  webhookSecret: string;
}

export interface AgentSpace {
  agentSpaceId: string;
  name: string;
  createdAt: string;
  updatedAt: string;
}

interface Page {
  maxResults?: number;
  nextToken?: string;
}

/** Everything that exists, for tests to look at; credentials are replaced by their hashes. */
export interface Snapshot {
  services: Array<{ serviceId: string; serviceType: RegistrableService; name?: string; tags: Tags; details: unknown; createdAt: number }>;
  /** The registrations that wait for a user's consent. The URL of a 3LO consent holds the client id. */
  pending: Array<{ token: string; authorizationUrl: string; serviceType: RegistrableService; name?: string; tags: Tags; details: unknown }>;
  agentSpaces: AgentSpace[];
  associations: Association[];
}

interface Pending {
  readonly token: string;
  readonly authorizationUrl: string;
  readonly input: RegisterServiceInput;
  readonly details: Details;
  /** Absent until consent is given. */
  serviceId?: string;
}

interface Registration {
  readonly order: number;
  readonly serviceId: string;
  readonly input: RegisterServiceInput;
  readonly details: Details;
  readonly createdAt: number;
  tags: Tags;
  disassociatedAt?: number;
  deletedAt?: number;
}

interface Ordered<T> {
  readonly order: number;
  readonly item: T;
}

/** MCP servers of all kinds share one namespace: inference. New Relic, although an MCP server by its type, has no name. */
const mcpFamily: readonly RegistrableService[] = ['mcpserver', 'mcpservergrafana', 'mcpserverdatadog', 'mcpserversplunk', 'mcpserversigv4'];
/** One namespace, apart from that of MCP servers: inference. */
const remoteAgents: readonly RegistrableService[] = ['remoteagent', 'remoteagentsigv4'];
const withPrivateConnections: readonly RegistrableService[] = ['gitlab', 'mcpserver', 'mcpservergrafana', 'remoteagent'];
/** The services whose association comes with a webhook; which they are, beyond the event channel, is inference. */
const webhookTypes: { readonly [service in RegistrableService]?: Webhook['webhookType'] } = {
  eventChannel: 'hmac',
  dynatrace: 'hmac',
  servicenow: 'hmac',
  pagerduty: 'pagerduty',
  gitlab: 'gitlab',
};

export class DevOpsAgentService {
  public readonly options: Readonly<ServiceOptions>;
  private readonly initial: ServiceOptions;
  private registrations: Registration[] = [];
  private pending: Pending[] = [];
  private agentSpaces: Ordered<AgentSpace>[] = [];
  private associations: Ordered<Association>[] = [];
  private refusals: Array<{ rule: Refusal; left: number }> = [];
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
      case 'AssociateService': return this.associateService(input as { agentSpaceId: string; serviceId: string; configuration: Details });
      case 'DisassociateService': return this.disassociateService(input as { agentSpaceId: string; associationId: string });
      case 'ListAssociations': return this.listAssociations(input as { agentSpaceId: string });
      case 'ListAgentSpaces': return this.listAgentSpaces(input as Page);
    }
  }

  public registerService(input: RegisterServiceInput): RegisterServiceOutput {
    // Authorization comes first: a caller without permission learns nothing about what is valid.
    this.authorizeByRequestTag('RegisterService', input.tags, this.arnOf('*'));
    this.check('RegisterService', input);
    const details = this.detailsOf(input);
    this.checkPrivateConnections(input);
    this.checkNewTags(input.tags ?? {});
    this.checkQuota();
    this.checkIdentity(input.service, details);
    this.checkLive(input, details);

    // A copy: what the caller does with its object afterwards is none of the service's business.
    const kept = structuredClone(input);
    const keptDetails = this.detailsOf(kept);
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
    const registration = this.registrations.find(({ serviceId, deletedAt }) => serviceId === input.serviceId && deletedAt === undefined);
    this.authorizeByResourceTag('DeregisterService', registration, this.arnOf(input.serviceId));
    if (!registration) throw notFound(input.serviceId);

    const lag = this.options.disassociateLagMs;
    const held = this.associations.some(({ item }) => item.serviceId === input.serviceId);
    const justReleased = registration.disassociatedAt !== undefined && this.clock.now() < registration.disassociatedAt + lag;
    if (held || justReleased) {
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
    if (!registration) throw notFound(input.serviceId);
    return { service: this.show(registration), tags: this.readableTags(registration) };
  }

  public listServices(input: Page & { filterServiceType?: string } = {}): { services: RegisteredService[]; nextToken?: string } {
    this.check('ListServices', input);
    const filter = input.filterServiceType;
    const visible = this.registrations
      .filter((r) => this.isVisible(r, this.options.listLagMs) && (filter === undefined || r.input.service === filter))
      .map((r) => ({ order: r.order, item: this.show(r) }));
    const { items, nextToken } = this.page(visible, input, `services:${filter ?? ''}`);
    return { services: items, ...(nextToken !== undefined && { nextToken }) };
  }

  public tagResource(input: { resourceArn: string; tags: Tags }): void {
    // A new tag is a condition on the request, whoever owns the resource.
    this.authorizeByRequestTag('TagResource', input.tags, input.resourceArn);
    this.check('TagResource', input);
    const registration = this.requireByArn(input.resourceArn);
    const tags = { ...registration.tags, ...input.tags };
    this.checkNewTags(tags);
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

  /** The webhook and its secret are shown here and never again. */
  public associateService(
    input: { agentSpaceId: string; serviceId: string; configuration: Details; capabilities?: Details },
  ): { association: Association; webhook?: Webhook } {
    this.check('AssociateService', input);
    this.requireAgentSpace(input.agentSpaceId);
    const registration = this.registrations.find((r) => r.serviceId === input.serviceId && r.deletedAt === undefined);
    if (!registration) throw notFound(input.serviceId);
    const { service } = registration.input;
    if (service !== 'azureidentity' && !Object.hasOwn(input.configuration, service)) {
      throw new ServiceError('ValidationException', `The configuration is not one for a service of type ${service}`);
    }

    // A second association of the same service in one space overwrites the first.
    const former = this.associations.find(({ item }) => item.serviceId === input.serviceId && item.agentSpaceId === input.agentSpaceId);
    const now = iso(this.clock.now());
    const association: Association = {
      ...structuredClone(input),
      associationId: former?.item.associationId ?? this.newId(),
      status: 'valid',
      createdAt: former?.item.createdAt ?? now,
      updatedAt: now,
    };
    this.associations = [...this.associations.filter((a) => a !== former), { order: former?.order ?? ++this.lastOrder, item: association }];
    const webhookType = webhookTypes[service];
    if (webhookType === undefined) return { association };
    const webhookId = this.newId();
    const webhookUrl = `https://event-ai.${this.region}.api.aws/webhook/${webhookType}/${webhookId}`;
    return { association, webhook: { webhookId, webhookUrl, webhookType, webhookSecret: randomBytes(32).toString('base64') } };
  }

  public disassociateService(input: { agentSpaceId: string; associationId: string }): void {
    this.check('DisassociateService', input);
    this.requireAgentSpace(input.agentSpaceId);
    const found = this.associations.find(({ item }) => item.associationId === input.associationId && item.agentSpaceId === input.agentSpaceId);
    if (!found) throw new ServiceError('ResourceNotFoundException', `Association ${input.associationId} not found`);
    this.associations = this.associations.filter((a) => a !== found);
    const registration = this.registrations.find((r) => r.serviceId === found.item.serviceId);
    if (registration) registration.disassociatedAt = this.clock.now();
  }

  public listAssociations(
    input: Page & { agentSpaceId: string; filterServiceTypes?: string },
  ): { associations: Association[]; nextToken?: string } {
    this.check('ListAssociations', input);
    this.requireAgentSpace(input.agentSpaceId);
    const types = input.filterServiceTypes?.split(',').map((type) => type.trim());
    const typeOf = (id: string) => this.registrations.find((r) => r.serviceId === id)?.input.service;
    const matching = this.associations.filter(({ item }) =>
      item.agentSpaceId === input.agentSpaceId && (types === undefined || types.includes(typeOf(item.serviceId) ?? '')));
    const { items, nextToken } = this.page(matching, input, `associations:${input.agentSpaceId}:${types?.join() ?? ''}`);
    return { associations: structuredClone(items), ...(nextToken !== undefined && { nextToken }) };
  }

  public listAgentSpaces(input: Page = {}): { agentSpaces: AgentSpace[]; nextToken?: string } {
    this.check('ListAgentSpaces', input);
    const { items, nextToken } = this.page(this.agentSpaces, input, 'agentspaces');
    return { agentSpaces: structuredClone(items), ...(nextToken !== undefined && { nextToken }) };
  }

  // --- what only tests can do -----------------------------------------------------------------------------------------------------------

  public createAgentSpace(name: string): AgentSpace {
    const now = iso(this.clock.now());
    const space: AgentSpace = { agentSpaceId: this.newId(), name, createdAt: now, updatedAt: now };
    this.agentSpaces.push({ order: ++this.lastOrder, item: space });
    return { ...space };
  }

  /** The user's consent in the browser. Takes the consent URL or the token in it; a second time changes nothing. */
  public consent(tokenOrUrl: string): string {
    const token = /[?&]state=([^&]+)/.exec(tokenOrUrl)?.[1] ?? tokenOrUrl;
    const pending = this.pending.find((p) => p.token === token);
    if (!pending) throw new ServiceError('ResourceNotFoundException', 'Nothing waits for this consent');
    if (pending.serviceId === undefined) {
      this.checkQuota();
      this.checkIdentity(pending.input.service, pending.details, pending);
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
    this.agentSpaces = [];
    this.associations = [];
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
      agentSpaces: structuredClone(this.agentSpaces.map(({ item }) => item)),
      associations: structuredClone(this.associations.map(({ item }) => item)),
    };
  }

  /** The type of a service, past ones included. */
  public typeOf(id: string): RegistrableService | undefined {
    return this.registrations.find((r) => r.serviceId === id)?.input.service;
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

  private detailsOf(input: RegisterServiceInput): Details {
    const details = input.serviceDetails[input.service];
    if (details === undefined) {
      const path = '/serviceDetails';
      const message = `Value at '${path}' failed to satisfy constraint: The details are not those of a service of type ${input.service}`;
      throw new ServiceError('ValidationException', message, [{ path, message }]);
    }
    return details;
  }

  private checkPrivateConnections(input: RegisterServiceInput): void {
    const split = [input.targetUrlPrivateConnectionName, input.exchangeUrlPrivateConnectionName].filter((name) => name !== undefined);
    const all = input.privateConnectionName === undefined ? split : [input.privateConnectionName, ...split];
    if (all.length === 0) return;
    if (!withPrivateConnections.includes(input.service)) {
      throw new ServiceError('ValidationException', `A service of type ${input.service} does not support private connections`);
    }
    if (input.privateConnectionName !== undefined && split.length > 0) {
      throw new ServiceError(
        'ValidationException',
        'targetUrlPrivateConnectionName and exchangeUrlPrivateConnectionName cannot be specified when privateConnectionName is provided',
      );
    }
    const inactive = all.find((name) => this.options.privateConnections && !this.options.privateConnections.includes(name));
    if (inactive !== undefined) throw new ServiceError('ValidationException', `Private connection ${inactive} is not active`);
  }

  private checkNewTags(tags: Tags): void {
    const reserved = Object.keys(tags).find((key) => key.toLowerCase().startsWith('aws:'));
    if (reserved !== undefined) {
      throw new ServiceError('ValidationException', `Tag key ${reserved} is invalid: the prefix aws: is reserved`);
    }
    if (Object.keys(tags).length > this.options.maxTags) {
      throw new ServiceError('ValidationException', `A resource can have at most ${this.options.maxTags} tags`);
    }
  }

  private checkQuota(): void {
    const { maxServices } = this.options;
    if (maxServices !== undefined && this.registrations.filter((r) => r.deletedAt === undefined).length >= maxServices) {
      throw new ServiceError('ServiceQuotaExceededException', `The account has reached its quota of ${maxServices} services`);
    }
  }

  private checkIdentity(service: RegistrableService, details: Details, except?: Pending): void {
    const identity = identityOf(service, details);
    if (identity === undefined) return;
    const isSame = (other: { input: RegisterServiceInput; details: Details }) => identityOf(other.input.service, other.details)?.key === identity.key;

    const live = this.registrations.some((r) => r.deletedAt === undefined && isSame(r));
    const held = this.options.pendingHoldsIdentity && this.pending.some((p) => p !== except && p.serviceId === undefined && isSame(p));
    if (live || held) {
      throw new ServiceError(this.options.conflictStyle === 'conflict' ? 'ConflictException' : 'ValidationException', identity.taken);
    }
    // That this lingers for every kind of identity, not for names alone, is inference: the harder case for a caller.
    const { nameLingerMs } = this.options;
    if (this.registrations.some((r) => r.deletedAt !== undefined && this.clock.now() < r.deletedAt + nameLingerMs && isSame(r))) {
      throw new ServiceError('ValidationException', identity.taken);
    }
  }

  private checkLive(input: RegisterServiceInput, details: Details): void {
    const authorization = details.authorizationConfig as Details | undefined;
    const endpoints = [details.endpoint, details.targetUrl, details.instanceUrl];
    const roles = [details.webIdentityRoleArn, authorization?.mcpRoleArn, authorization?.roleArn];
    const hashes = () => stringsIn(redact(serviceDetails[input.service], details));

    const hit = this.refusals.find(({ rule, left }) => left > 0
      && (rule.until === undefined || this.clock.now() < rule.until)
      && (rule.service === undefined || rule.service === input.service)
      && (rule.endpoint === undefined || endpoints.includes(rule.endpoint))
      && (rule.roleArn === undefined || roles.includes(rule.roleArn))
      && (rule.credential === undefined || hashes().includes(rule.credential)));
    if (hit) {
      hit.left -= 1;
      throw new ServiceError(hit.rule.code ?? 'ValidationException', hit.rule.message);
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

  private findByArn(arn: string): Registration | undefined {
    return this.registrations.find((r) => r.deletedAt === undefined && this.arnOf(r.serviceId) === arn);
  }

  private requireByArn(arn: string): Registration {
    const registration = this.findByArn(arn);
    if (!registration) throw new ServiceError('ResourceNotFoundException', `Resource ${arn} not found`);
    return registration;
  }

  private requireAgentSpace(id: string): void {
    if (!this.agentSpaces.some(({ item }) => item.agentSpaceId === id)) {
      throw new ServiceError('ResourceNotFoundException', `Agent space ${id} not found`);
    }
  }

  private show(registration: Registration): RegisteredService {
    const { input, details } = registration;
    const additional = additionalDetails(input.service, details);
    return {
      serviceId: registration.serviceId,
      serviceType: input.service,
      ...(input.name !== undefined && { name: input.name }),
      ...(input.kmsKeyArn !== undefined && { kmsKeyArn: input.kmsKeyArn }),
      ...(input.privateConnectionName !== undefined && { privateConnectionName: input.privateConnectionName }),
      ...(additional && { additionalServiceDetails: { [input.service]: additional } }),
      createdAt: iso(registration.createdAt),
      // Tags are no part of the service: changing them does not update it. Nothing else can be changed.
      updatedAt: iso(registration.createdAt),
    };
  }

  /** The token says where to go on, not how many to skip: what comes and goes between two pages moves nothing else. */
  private page<T>(all: readonly Ordered<T>[], { maxResults, nextToken }: Page, query: string): { items: T[]; nextToken?: string } {
    const after = nextToken === undefined ? 0 : readToken(nextToken, query);
    const rest = all.filter(({ order }) => order > after).sort((a, b) => a.order - b.order);
    const shown = rest.slice(0, maxResults ?? this.options.pageSize);
    return {
      items: shown.map(({ item }) => item),
      ...(shown.length < rest.length && { nextToken: writeToken(shown[shown.length - 1].order, query) }),
    };
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function notFound(id: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Service ${id} not found`);
}

/** The unique key of a registration, and the API's message for a conflict. */
function identityOf(service: RegistrableService, details: Details): { key: string; taken: string } | undefined {
  if (mcpFamily.includes(service)) return { key: `mcp ${details.name}`, taken: `An MCP server with the name ${details.name} already exists` };
  if (remoteAgents.includes(service)) return { key: `agent ${details.name}`, taken: `A remote agent with the name ${details.name} already exists` };
  switch (service) {
    case 'eventChannel':
      return { key: 'event channel', taken: 'Event Channel service is already registered for this account' };
    case 'azureidentity':
      return {
        key: `azure ${String(details.clientId).toLowerCase()}`,
        taken: 'An Azure identity with this client id is already registered for this account',
      };
    case 'pagerduty': {
      // The account travels as a scope: inference, though a strong one. Without it there is no telling which account it is.
      const account = (details.scopes as string[]).find((scope) => /^as_account-(us|eu)\../.test(scope))?.toLowerCase();
      return account === undefined ? undefined : { key: `pagerduty ${account}`, taken: 'This PagerDuty account is already registered' };
    }
    default:
      return undefined;
  }
}

function needsConsent({ authorizationConfig }: Details): boolean {
  return ['oAuth3LO', 'authorizationDiscovery'].some((kind) => Object.hasOwn(authorizationConfig ?? {}, kind));
}

/** The page on which a user has to consent before there is a service. */
function consentUrl({ authorizationConfig, endpoint }: Details, token: string): string {
  const { oAuth3LO, authorizationDiscovery } = authorizationConfig as { oAuth3LO?: Details; authorizationDiscovery?: Details };
  // OAuth puts the client id into the URL, and so does the simulator, although the model calls a client id sensitive.
  const [base, client] = oAuth3LO
    ? [String(oAuth3LO.authorizationUrl), oAuth3LO.clientId]
    : [`${new URL(String(endpoint)).origin}/authorize`, 'registered-dynamically'];
  const { returnToEndpoint } = oAuth3LO ?? authorizationDiscovery!;
  const query = Object.entries({ response_type: 'code', client_id: client, redirect_uri: returnToEndpoint, state: token })
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
    .join('&');
  return `${base}${base.includes('?') ? '&' : '?'}${query}`;
}

/** The details of a registration that the API shows: never a credential, and not everything else. */
function additionalDetails(service: RegistrableService, details: Details): Details | undefined {
  const authorization = (details.authorizationConfig ?? {}) as Record<string, Details | undefined>;
  const pick = (from: Details, ...names: string[]) => Object.fromEntries(names.filter((n) => from[n] !== undefined).map((n) => [n, from[n]]));
  switch (service) {
    case 'dynatrace':
    case 'eventChannel':
      return undefined;
    case 'servicenow':
      return pick(details, 'instanceUrl');
    case 'pagerduty':
      return pick(details, 'scopes');
    case 'gitlab':
      return pick(details, 'targetUrl', 'tokenType', 'groupId');
    case 'mcpservernewrelic':
      return pick(authorization.apiKey ?? {}, 'accountId', 'region');
    case 'azureidentity':
      return pick(details, 'tenantId', 'clientId', 'webIdentityRoleArn', 'webIdentityTokenAudiences');
    case 'mcpservergrafana':
      return { ...pick(details, 'endpoint'), authorizationMethod: authorizationMethod(authorization) };
    case 'mcpserver':
    case 'mcpserverdatadog':
    case 'mcpserversplunk':
    case 'remoteagent':
      return {
        ...pick(details, 'name', 'endpoint', 'description'),
        authorizationMethod: authorizationMethod(authorization),
        ...pick(authorization.apiKey ?? {}, 'apiKeyHeader'),
        ...authorization.customHeaders && { customHeaderNames: Object.keys(authorization.customHeaders.headers as Details) },
      };
    case 'mcpserversigv4':
      return {
        ...pick(details, 'name', 'endpoint', 'description'),
        ...pick(authorization, 'region', 'service', 'mcpRoleArn'),
        // Required in an answer, though deprecated and optional in a request.
        roleArn: authorization.mcpRoleArn ?? authorization.roleArn ?? '',
      };
    case 'remoteagentsigv4':
      return { ...pick(details, 'name', 'endpoint', 'description'), ...pick(authorization, 'region', 'service', 'roleArn') };
  }
}

/** Discovery ends in a 3LO authorization; the API's answers have no word of its own for it. */
function authorizationMethod(authorization: Details): string {
  if (authorization.oAuthClientCredentials) return 'oauth-client-credentials';
  if (authorization.apiKey) return 'api-key';
  if (authorization.bearerToken) return 'bearer-token';
  if (authorization.customHeaders) return 'custom-headers';
  return 'oauth-3lo';
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

function writeToken(after: number, query: string): string {
  return Buffer.from(JSON.stringify({ after, query: hashOf(query) })).toString('base64url');
}

/** A token continues the query that it came from, and no other. */
function readToken(token: string, query: string): number {
  try {
    const content = JSON.parse(Buffer.from(token, 'base64url').toString()) as { after?: unknown; query?: unknown };
    if (typeof content.after === 'number' && content.query === hashOf(query)) return content.after;
  } catch {
    // Not a token of ours: refused below, as any other.
  }
  throw new ServiceError('ValidationException', 'Invalid nextToken');
}
