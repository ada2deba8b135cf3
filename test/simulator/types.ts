import { OperationName, RegistrableService } from './model';
import { FieldError } from './validation';

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
  /** The error of a conflict in RegisterService or AssociateService: 409, or 400 with "already" in its message. AWS does not publish which. */
  conflictStyle: 'conflict' | 'validation';
  /** The error of DeregisterService for an associated service. AWS does not publish which. */
  associatedStyle: 'conflict' | 'validation';
  /** The delay between DeregisterService and the release of the unique key. */
  nameReleaseMs: number;
  /** The lag of ListServices, for new services and for deregistered ones. */
  listLagMs: number;
  /** The lag of GetService, likewise. */
  getLagMs: number;
  /** The time until the tags of a registration can be read. */
  tagsLagMs: number;
  /** The time for which DeregisterService is still refused after the last DisassociateService. */
  disassociateLagMs: number;
  /** Whether a registration that waits for consent already holds its unique key. Inference either way. */
  pendingHoldsKey: boolean;
  /** Page size of a caller who does not ask for one. */
  pageSize: number;
  /** Registrations that the account may have; no limit if absent. */
  maxServices?: number;
  /** Tags that a service may have. 50 is what AWS allows nearly everywhere: inference for this API. */
  maxTags: number;
  /** The tag condition in the caller's IAM policy; no condition if absent. */
  fence?: { tagKey: string; tagValue: string };
  /** The age before which an agent space refuses associations. */
  youngSpaceMs: number;
  /** The error of an agent space that is too young. AWS does not publish which. */
  youngSpaceError: ErrorCode;
  /** The time after a change of an agent space's associations for which it refuses the next one, as calls that overlap do. */
  busySpaceMs: number;
  /** Whether an agent space has a project, an instance or a tool from one service only. Inference either way. */
  exclusiveTargets: boolean;
  /** Whether configurations and capabilities are shown in a normal form, not as they were given. Inference either way. */
  normalised: boolean;
  /**
   * The id of an association of an agent space and a service that had one before: `new`; `kept`, if it overwrites the former one;
   * or `reused` even if the former one was removed. Inference in all cases.
   */
  associationIds: 'new' | 'kept' | 'reused';
  /** The webhook of an association that overwrites another without a new id: a new one, or the former one, whose credential is not shown. */
  overwrittenWebhook: 'new' | 'kept';
  /** The services whose association comes with a webhook, and how it authenticates. */
  webhookTypes: { readonly [service in RegistrableService]?: WebhookType };
  /** The origin of webhooks' URLs. That of AWS if absent, which nothing here answers to: the simulator's own makes them reachable. */
  webhookOrigin?: string;
  /** Operations that the caller's IAM policy does not grant. */
  denied: OperationName[];
  /** The private connections that are active; any name will do if absent. */
  privateConnections?: string[];
}

export const defaultOptions: Readonly<ServiceOptions> = {
  conflictStyle: 'conflict',
  associatedStyle: 'conflict',
  nameReleaseMs: 0,
  listLagMs: 0,
  getLagMs: 0,
  tagsLagMs: 0,
  disassociateLagMs: 0,
  pendingHoldsKey: false,
  pageSize: 100,
  maxServices: undefined,
  maxTags: 50,
  fence: undefined,
  youngSpaceMs: 0,
  youngSpaceError: 'ResourceNotFoundException',
  busySpaceMs: 0,
  exclusiveTargets: false,
  normalised: false,
  associationIds: 'kept',
  overwrittenWebhook: 'new',
  // The user guide says which webhooks are checked by HMAC and which by a bearer token; that AssociateService answers them all is inference.
  webhookTypes: {
    eventChannel: 'hmac',
    dynatrace: 'hmac',
    servicenow: 'apikey',
    mcpservernewrelic: 'apikey',
    mcpserverdatadog: 'apikey',
    mcpservergrafana: 'apikey',
    mcpserversplunk: 'apikey',
    gitlab: 'gitlab',
    pagerduty: 'pagerduty',
  },
  webhookOrigin: undefined,
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

export interface AssociationAddress {
  agentSpaceId: string;
  associationId: string;
}

export interface AssociateServiceInput {
  agentSpaceId: string;
  serviceId: string;
  configuration: Details;
  capabilities?: Details;
}

export interface UpdateAssociationInput extends AssociationAddress {
  configuration: Details;
  capabilities?: Details;
}

export type WebhookType = 'hmac' | 'apikey' | 'gitlab' | 'pagerduty';

/** A webhook as it is always shown. */
export interface ListedWebhook {
  webhookId: string;
  webhookUrl: string;
  webhookType: WebhookType;
}

/** A webhook as it is shown once: with one of the two credentials. */
export interface AnsweredWebhook extends ListedWebhook {
  webhookSecret?: string;
  apiKey?: string;
}

/** A webhook with the hash of its credential, for tests. */
export interface ShownWebhook extends ListedWebhook {
  associationId: string;
  credential: string;
}

/** A post to the path of a webhook. */
export interface WebhookPost {
  readonly at: number;
  readonly path: string;
  /** Absent if there is no such webhook. */
  readonly associationId?: string;
  readonly status: 200 | 401 | 403;
  /** The reason for a refusal. */
  readonly reason?: string;
  readonly body: string;
}

export interface AgentSpace {
  agentSpaceId: string;
  name: string;
  createdAt: string;
  updatedAt: string;
}

export interface Page {
  maxResults?: number;
  nextToken?: string;
}

/** Everything that exists, for tests to look at; credentials are replaced by their hashes. */
export interface Snapshot {
  services: Array<{ serviceId: string; serviceType: RegistrableService; name?: string; tags: Tags; details: unknown; createdAt: number }>;
  /** The registrations that wait for a user's consent. The URL of a 3LO consent holds the client id. */
  pending: Array<{ token: string; authorizationUrl: string; serviceType: RegistrableService; name?: string; tags: Tags; details: unknown }>;
  agentSpaces: AgentSpace[];
  /** The associations with their content as it was given. */
  associations: Association[];
  webhooks: ShownWebhook[];
}

export interface Pending {
  readonly token: string;
  readonly authorizationUrl: string;
  readonly input: RegisterServiceInput;
  readonly details: Details;
  /** Absent until consent is given. */
  serviceId?: string;
}

export interface Registration {
  readonly order: number;
  readonly serviceId: string;
  readonly input: RegisterServiceInput;
  readonly details: Details;
  readonly createdAt: number;
  tags: Tags;
  deletedAt?: number;
}

export interface Ordered<T> {
  readonly order: number;
  readonly item: T;
}
