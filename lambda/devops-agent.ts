/** How long a connection may take to open, and how long the API may be silent: RegisterService tries out what it registers. */
export const CONNECT_TIMEOUT = 5_000;
export const READ_TIMEOUT = 60_000;

/** A service as lists show it. */
export interface ServiceSummary {
  readonly serviceId: string;
  readonly serviceType: string;
  readonly name?: string;
  readonly createdAt: Date;
  /** What the API shows of the service's details: it may hold the values of custom headers, so it must not be logged. */
  readonly details?: unknown;
}

/** A service with its tags, which only a Get shows. */
export interface TaggedService {
  readonly service: ServiceSummary;
  readonly tags: { readonly [key: string]: string };
}

/** What RegisterService takes. */
export interface RegisterInput {
  readonly service: string;
  readonly tags: { readonly [key: string]: string };
  readonly [member: string]: unknown;
}

/** RegisterService answers with an id, or with the page on which a person has to consent first. */
export interface RegisterOutput {
  readonly serviceId?: string;
  readonly consentUrl?: string;
}

/** An association of a service with an Agent Space: there is at most one for each pair of them. */
export interface AssociationSummary {
  readonly associationId: string;
  readonly serviceId: string;
  readonly createdAt: Date;
  readonly configuration?: unknown;
  readonly capabilities?: unknown;
}

/** The input of AssociateService and UpdateAssociation beside the service or the association. */
export interface AssociationInput {
  readonly agentSpaceId: string;
  readonly configuration: object;
  readonly capabilities: object;
}

/** A webhook. Its one credential, `webhookSecret` or `apiKey`, is shown by AssociateService alone. */
export interface Webhook {
  readonly webhookUrl?: string;
  readonly webhookId?: string;
  readonly webhookType?: string;
  readonly webhookSecret?: string;
  readonly apiKey?: string;
}

/** The operations of the DevOps Agent API that the handler calls. One call each: no retries, no pages put together. */
export interface DevOpsAgent {
  register(input: RegisterInput): Promise<RegisterOutput>;
  deregister(serviceId: string): Promise<void>;
  get(serviceId: string): Promise<TaggedService>;
  list(serviceType?: string, nextToken?: string): Promise<{ services: ServiceSummary[]; nextToken?: string }>;
  tag(resourceArn: string, tags: { readonly [key: string]: string }): Promise<void>;
  untag(resourceArn: string, tagKeys: string[]): Promise<void>;
  listAgentSpaces(nextToken?: string): Promise<{ agentSpaces: { agentSpaceId: string; name: string }[]; nextToken?: string }>;
  listAssociations(agentSpaceId: string, nextToken?: string): Promise<{ associations: AssociationSummary[]; nextToken?: string }>;
  associate(input: AssociationInput & { readonly serviceId: string }): Promise<{ association: AssociationSummary; webhook?: Webhook }>;
  updateAssociation(input: AssociationInput & { readonly associationId: string }): Promise<void>;
  disassociate(agentSpaceId: string, associationId: string): Promise<void>;
  listWebhooks(agentSpaceId: string, associationId: string): Promise<{ webhookId: string }[]>;
}

/** The published words of refusals whose cause may pass: the service could not reach or use what it was to register. */
const NOT_READY = /Unable to (access tools|connect)|403 Forbidden|timed out while initializing|Could not complete request to provider/i;

/** A call that did not succeed, in the service's own words. */
export class CallError extends Error {
  constructor(
    public readonly operation: string,
    /** The service's name for the error; the client's own where no answer came. */
    public readonly code: string,
    message: string,
    /** The HTTP status of an answer that was the service's own. */
    public readonly status?: number,
  ) {
    super(message);
    this.name = code;
  }

  /** Whether the call may have taken effect all the same. */
  public get ambiguous(): boolean {
    return this.status === undefined || this.status >= 500;
  }

  public get throttled(): boolean {
    return this.status === 429 || /^(Throttling|TooManyRequests|RequestLimitExceeded)/.test(this.code);
  }

  public get denied(): boolean {
    return this.status === 403 || this.code === 'AccessDeniedException';
  }

  /** Whether the host of the API has no address: no such endpoint in the Region, or no way to it. */
  public get unresolved(): boolean {
    return this.code === 'ENOTFOUND' || this.code === 'EAI_AGAIN';
  }

  public get absent(): boolean {
    return this.status === 404;
  }

  /** Whether the name or the unique key of a registration is that of another service. The code is unpublished: a conflict, or a refusal that says so. */
  public get conflict(): boolean {
    return this.status === 409 || (this.status === 400 && /already (exists|registered)/i.test(this.message));
  }

  /** Whether the refusal may be about a role, an endpoint or a private connection that was just made. RegisterService then had no effect. */
  public get notReady(): boolean {
    const isRole = /\brole\b/i.test(this.message) && /assum/i.test(this.message);
    return this.status === 400 && (isRole || NOT_READY.test(this.message));
  }

  public get words(): string {
    return this.status === undefined ? `no response (${this.message || this.code})` : `${this.code}: ${this.message}`;
  }
}
