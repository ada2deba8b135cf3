/**
 * The contract between the constructs in `src/` and the handler in `lambda/`, which share nothing else: types and
 * constants, no imports. The constructs write `RegistrationProperties` into the template, CloudFormation passes them to the
 * handler (with every leaf as a string), and the handler answers with the attributes.
 *
 * A Delete or a rollback brings properties that an older release wrote. A released shape is therefore parsed forever: a
 * change gets a new version beside the old one.
 */

/**
 * The version of the properties. A resource writes the lowest version that expresses it, so that an upgrade of the
 * library touches nobody who uses nothing new. While there is one version, it is a constant; with a second one, the
 * properties decide.
 */
export const CONTRACT_VERSION = '1';

/** The custom resource's type in the template. CloudFormation refuses a changed type, so this never changes. */
export const RESOURCE_TYPE = 'Custom::DevOpsAgentService';

/** The type of the custom resource that associates a service of another stack with an Agent Space. It never changes, either. */
export const ASSOCIATION_RESOURCE_TYPE = 'Custom::DevOpsAgentAssociation';

/** The properties of a registration in the template. Every leaf is a string on arrival. */
export interface RegistrationProperties {
  /** The version of this contract that wrote the properties. */
  readonly Contract: string;
  /** The service's name in the path of RegisterService, such as `pagerduty`. */
  readonly Service: string;
  /** The body of RegisterService in the API's own shape, without tags; credentials and the like are tagged leaves. */
  readonly Request: WireRequest;
  /** The secrets that the request refers to, each once: full ARNs, names, or ARNs without the six-character suffix. */
  readonly Secrets?: readonly string[];
  /** The tags that the user put on the construct. */
  readonly Tags?: { readonly [key: string]: string };
  /** `true`: an existing service of this type is adopted as it is, and never deregistered. */
  readonly AdoptExisting?: string;
  /** Present if a user has to consent. `true`: the user has consented, so the service that the consent created exists now. */
  readonly Authorized?: string;
  /** Any change of this string makes the handler compare the secrets' versions with what was registered. */
  readonly CredentialsRevision?: string;
  /** The time in whole seconds in which a refusal may be due to something that is not ready yet. Absent: the handler's default. */
  readonly ReadinessSeconds?: string;
  /** `true`: CloudFormation keeps the service that it replaces or removes, so the handler must not deregister it to resolve a conflict. */
  readonly Retain?: string;
  /** The wait of the deployment for a user's consent. Absent: it does not wait. */
  readonly WaitForConsent?: ConsentWait;
  /** The Agent Spaces that the service is associated with, each once. Absent: none of them is this resource's. */
  readonly Associations?: readonly AssociationProperties[];
}

/** The association of a service with an Agent Space. */
export interface AssociationProperties {
  readonly AgentSpaceId: string;
  /** The API's own shape: one member, named like the type of the service, in strings and `$boolean` leaves. */
  readonly Configuration: { readonly [type: string]: WireNode };
  /** The API's own shape. Absent: none, so those that there are go. */
  readonly Capabilities?: WireStructure;
  /** The capture of the webhook. Absent: it is not captured. */
  readonly Webhook?: WebhookCapture;
}

/** The capture of a webhook: AssociateService shows its credential once. */
export interface WebhookCapture {
  /** The full ARN of the secret that receives the URL and the credential. */
  readonly SecretArn: string;
  /** Any change of this string makes the handler associate once more, for a new URL and a new credential. */
  readonly RotationRevision?: string;
}

/** The properties of a `ServiceAssociation` in the template: one association, of a service that is not of this resource. */
export interface ServiceAssociationProperties extends AssociationProperties {
  /** The version of this contract that wrote the properties. */
  readonly Contract: string;
  readonly ServiceId: string;
  /** `true`: CloudFormation keeps the association that it replaces or removes. */
  readonly Retain?: string;
}

/** The most Agent Spaces that one registration can be associated with: so many hashes fit into the tag that records them. */
export const MAX_ASSOCIATIONS = 28;

/** The wait of a deployment for a user's consent. */
export interface ConsentWait {
  /** The topic that receives the consent URL. */
  readonly TopicArn: string;
  /** The time that the user has. */
  readonly TimeoutSeconds: string;
}

/** The members of RegisterService's body that a construct decides. */
export interface WireRequest {
  /** The display name. Always sent: lists show it, so the handler finds its candidates by it. */
  readonly name: string;
  /** One member, named like the service, whose value is the service's details. */
  readonly serviceDetails: { readonly [service: string]: WireNode };
  readonly kmsKeyArn?: string;
  readonly privateConnectionName?: string;
  readonly targetUrlPrivateConnectionName?: string;
  readonly exchangeUrlPrivateConnectionName?: string;
}

/** A node of a request: a string, a list, a structure, or a tagged leaf. */
export type WireNode = string | readonly WireNode[] | WireStructure | WireLeaf;

/** A structure or a map of the API. A key that begins with `$` is written with a second `$` before it. */
export interface WireStructure {
  readonly [member: string]: WireNode | undefined;
}

/** A leaf that is not the string that stands in the template. */
export type WireLeaf = SecretLeaf | BooleanLeaf | UniqueNameLeaf | UniqueKeyLeaf;

/** The value of a secret, or of one field of it, read when the service is registered. */
export interface SecretLeaf {
  /** The index of the secret in `Secrets`, or what would stand there. */
  readonly $secret: string;
  /** The top-level field of the secret's JSON. Absent: the whole string. */
  readonly field?: string;
  /** The pinned version's id. Absent: AWSCURRENT. */
  readonly versionId?: string;
}

/** A boolean, which CloudFormation would otherwise turn into a string: `true` or `false`. */
export interface BooleanLeaf {
  readonly $boolean: string;
}

/** A name that has to be unique in the account and Region: the handler appends a hash of the request's id to it. */
export interface UniqueNameLeaf {
  readonly $uniqueName: string;
}

/**
 * A unique key: a text that only one service of the account and Region can have, such as a client id or a name that the user gave. Only
 * a service with the unique key of its successor is deregistered before the successor is registered.
 */
export interface UniqueKeyLeaf {
  readonly $uniqueKey: string;
}

/** The characters that the handler appends to a `$uniqueName` name: a dash and eight hexadecimal digits. */
export const UNIQUE_SUFFIX_LENGTH = 9;

/** The attributes of the custom resource. Every successful answer carries all of them. */
export const ATTRIBUTE = {
  /** The service's id, or `PENDING_AUTHORIZATION`. */
  serviceId: 'ServiceId',
  /** The service's ARN, or `PENDING_AUTHORIZATION`. */
  serviceArn: 'ServiceArn',
  /** The URL at which a user consents, or `NO_CONSENT_URL`. */
  consentUrl: 'ConsentUrl',
} as const;

/** The attribute that has the ARN of the secret of the association at this index: what reads the secret comes after its capture. */
export function webhookAttribute(index: number): string {
  return `WebhookSecretArn${index}`;
}

/** The value of the id and the ARN until a user has consented. */
export const PENDING_AUTHORIZATION = 'pending-authorization';

/** The value of the consent URL if no consent is needed. Not empty, since an output must not be empty. */
export const NO_CONSENT_URL = 'none';

/** The prefix of the keys of all tags that the handler adds to a service. */
export const TAG_PREFIX = 'cdk-devops-agent:';

/** The tags by which the handler recognizes what it registered. */
export const TAG = {
  /** Which provider registered it: the value that the handler's role is fenced to. */
  provider: `${TAG_PREFIX}provider`,
  /** The id of the stack that it belongs to. */
  stack: `${TAG_PREFIX}stack`,
  /** The logical id of the resource that it belongs to. */
  resource: `${TAG_PREFIX}resource`,
  /** Which request of CloudFormation registered it. */
  request: `${TAG_PREFIX}request`,
  /** What was registered: hashes of the request, of the secrets' versions (never of their values), and of the revision. */
  fingerprint: `${TAG_PREFIX}fingerprint`,
  /** The id of the service that it replaced. */
  predecessor: `${TAG_PREFIX}predecessor`,
  /** The request of CloudFormation that was about to replace it, written before the new service is registered. */
  replacing: `${TAG_PREFIX}replacing`,
  /** `true`: it stays when CloudFormation replaces or removes it. */
  retain: `${TAG_PREFIX}retain`,
  /** The Agent Spaces that this resource may have associated it with: the first eight hexadecimal digits of a hash of each one's id. */
  spaces: `${TAG_PREFIX}spaces`,
} as const;

/** The handler's environment variables. */
export const ENVIRONMENT = {
  /** The value of the provider tag. */
  provider: 'PROVIDER',
} as const;

/** The timeout of the Lambda function in seconds, without and with a wait for a user's consent. */
export const HANDLER_TIMEOUT_SECONDS = 600;
export const WAITING_HANDLER_TIMEOUT_SECONDS = 900;

/**
 * The maximum of `ReadinessSeconds`: the handler's time without that of a full RegisterService, and of the longest replacement
 * that its refusal may lead to.
 */
export const MAX_READINESS_SECONDS = 170;

/** The maximum wait for a user's consent: the handler's time without the time of the registration itself. */
export const MAX_CONSENT_WAIT_SECONDS = 720;

/**
 * The time that CloudFormation waits for an answer, in seconds. Lambda delivers an event again after a crash, twice, about
 * one and two minutes later. Three whole deliveries fit, so a redelivery can complete before CloudFormation gives up.
 */
export function serviceTimeoutSeconds(handlerTimeoutSeconds: number): number {
  return 3 * handlerTimeoutSeconds + 240;
}
