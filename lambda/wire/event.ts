import { Failure } from '../failure';
import { CONTRACT_VERSION, RegistrationProperties, WireRequest } from '../../src/private/contract';

/** What CloudFormation sends, as far as the handler uses it. */
export interface CloudFormationEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: { readonly [key: string]: unknown };
  readonly OldResourceProperties?: { readonly [key: string]: unknown };
}

/** The properties of a registration, checked, in the shape of the newest contract. */
export interface Registration {
  readonly service: string;
  readonly request: WireRequest;
  readonly tags: { readonly [key: string]: string };
  readonly adoptExisting: boolean;
  /** Whether a person has to consent before there is a service. */
  readonly consent: boolean;
  /** Whether that person has. */
  readonly authorized: boolean;
  readonly retain: boolean;
  readonly credentialsRevision: string;
  /** How the deployment waits for that person. */
  readonly wait?: { readonly topicArn: string; readonly timeout: number };
}

const STEP = 'reading the resource\'s properties';

/** Checks what arrived. CloudFormation, an escape hatch or another release may have written it, so nothing is taken for granted. */
export function parseRegistration(raw: { readonly [key: string]: unknown }): Registration {
  if (raw.Contract !== CONTRACT_VERSION) {
    throw new Failure(STEP, `the contract's version is ${JSON.stringify(raw.Contract)}, and this function knows '${CONTRACT_VERSION}'`,
      'deploy the construct and its provider from the same release of cdk-devops-agent');
  }
  const properties = raw as unknown as RegistrationProperties;
  const problems = [
    ...(isText(properties.Service) ? [] : ['Service must be a string']),
    ...requestProblems(properties.Service, properties.Request),
    ...(properties.Secrets === undefined || isTextList(properties.Secrets) ? [] : ['Secrets must be a list of strings']),
    ...(properties.Tags === undefined || isTextMap(properties.Tags) ? [] : ['Tags must be a map of strings']),
    ...(['AdoptExisting', 'Authorized', 'Retain'] as const).filter((flag) => !isFlag(properties[flag])).map((flag) => `${flag} must be 'true' or 'false'`),
    ...(properties.CredentialsRevision === undefined || isText(properties.CredentialsRevision) ? [] : ['CredentialsRevision must be a string']),
    ...(isWait(properties.WaitForConsent) ? [] : ['WaitForConsent must have a TopicArn, and TimeoutSeconds that are a number']),
  ];
  if (problems.length > 0) {
    throw new Failure(STEP, problems.join(', '), 'remove the property override that made it so');
  }
  return {
    service: properties.Service,
    request: withSecrets(properties.Request, properties.Secrets ?? []),
    tags: properties.Tags ?? {},
    adoptExisting: properties.AdoptExisting === 'true',
    consent: properties.Authorized !== undefined,
    authorized: properties.Authorized === 'true',
    retain: properties.Retain === 'true',
    credentialsRevision: properties.CredentialsRevision ?? '',
    wait: properties.WaitForConsent && {
      topicArn: properties.WaitForConsent.TopicArn,
      timeout: Number(properties.WaitForConsent.TimeoutSeconds) * 1000,
    },
  };
}

/** The request with each secret in the place of its index: where in the template it stands makes no difference. */
function withSecrets<T>(node: T, secrets: readonly string[]): T {
  if (typeof node !== 'object' || node === null) {
    return node;
  }
  if (Array.isArray(node)) {
    return node.map((item) => withSecrets(item, secrets)) as T;
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === '$secret' ? secrets[Number(value)] ?? value : withSecrets(value, secrets)])) as T;
}

function requestProblems(service: unknown, request: unknown): string[] {
  if (!isStructure(request)) {
    return ['Request must be a structure'];
  }
  const { name, serviceDetails, ...rest } = request;
  return [
    ...(isText(name) && name !== '' ? [] : ['Request.name must be a string']),
    ...(isStructure(serviceDetails) && typeof service === 'string' && isStructure(serviceDetails[service]) ? [] : ['Request.serviceDetails must have one structure, named like the service']),
    ...Object.entries(rest).filter(([, value]) => !isText(value)).map(([key]) => `Request.${key} must be a string`),
  ];
}

/** When CloudFormation made the event, from the signature's date in the URL that it wants the answer at. */
export function eventTime(event: CloudFormationEvent): number | undefined {
  const date = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(event.ResponseURL);
  if (!date) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = date.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** How long CloudFormation waits for the answer, in milliseconds. */
export function serviceTimeout(event: CloudFormationEvent): number {
  // An hour is its own default.
  return (Number(event.ResourceProperties.ServiceTimeout) || 3600) * 1000;
}

/** What a person does to have an event sent once more. */
export function again({ RequestType }: CloudFormationEvent): string {
  return RequestType === 'Delete' ? 'delete again' : 'deploy again';
}

/** The ARN of a service in the account and the Region of the stack. */
export function serviceArn(event: CloudFormationEvent, serviceId: string): string {
  const [, partition, , region, account] = event.StackId.split(':');
  return `arn:${partition}:aidevops:${region}:${account}:service/${serviceId}`;
}

/** What a physical id says about what stands behind it. */
export type Identity =
  | { readonly kind: 'service'; readonly serviceId: string }
  | { readonly kind: 'consent' | 'failed'; readonly requestId: string }
  | { readonly kind: 'invented' };

/** Reads a physical id. CloudFormation invents one where a Create was given up before it had answered. */
export function identify(physicalId: string | undefined): Identity {
  const service = /^arn:[^:]+:aidevops:[^:]*:[^:]*:service\/([a-zA-Z0-9_-]+)$/.exec(physicalId ?? '');
  if (service) {
    return { kind: 'service', serviceId: service[1] };
  }
  const request = /^(consent|failed)\/(.+)$/.exec(physicalId ?? '');
  return request ? { kind: request[1] as 'consent' | 'failed', requestId: request[2] } : { kind: 'invented' };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isFlag(value: unknown): boolean {
  return value === undefined || value === 'true' || value === 'false';
}

function isWait(value: unknown): boolean {
  return value === undefined || (isStructure(value) && isText(value.TopicArn) && Number(value.TimeoutSeconds) > 0);
}

function isStructure(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isTextMap(value: unknown): boolean {
  return isStructure(value) && Object.values(value).every(isText);
}
