import { Failure, quoted } from '../failure';
import { RawProperties, Registration } from './registration';
import { RegistrationProperties } from '../../src/private/contract';

/** The properties of version 1. CloudFormation adds the first two. */
const PROPERTIES = [
  'ServiceToken', 'ServiceTimeout',
  'Contract', 'Service', 'Request', 'Secrets', 'Tags', 'AdoptExisting', 'Authorized', 'CredentialsRevision', 'ReadinessSeconds', 'Retain', 'WaitForConsent',
];
const REQUEST_TEXTS = ['name', 'kmsKeyArn', 'privateConnectionName', 'targetUrlPrivateConnectionName', 'exchangeUrlPrivateConnectionName'];
/** The tags of tagged leaves, each with the members that such a leaf may have beside the tag. */
const LEAVES: { readonly [tag: string]: readonly string[] } = { $secret: ['field', 'versionId'], $boolean: [], $uniqueName: [], $uniqueKey: [] };

/**
 * Parses properties that were written in version 1 of the contract. Frozen with the first release: a change would
 * change the meaning of what is deployed. CloudFormation, a property override or a newer release may have written
 * them, so nothing is taken for granted.
 */
export function parseV1(raw: RawProperties): Registration {
  const problems = [
    ...unknown(raw, PROPERTIES),
    ...isText(raw.Service) ? requestProblems(raw.Service, raw.Request, raw.Secrets) : ['Service must be a string'],
    ...raw.Secrets === undefined || isList(raw.Secrets, isText) ? [] : ['Secrets must be a list of strings'],
    ...raw.Tags === undefined || isMap(raw.Tags, isText) ? [] : ['Tags must be a map of strings'],
    ...['AdoptExisting', 'Authorized', 'Retain'].filter((flag) => ![undefined, 'true', 'false'].includes(raw[flag] as string)).map((flag) => `${flag} must be 'true' or 'false'`),
    ...raw.CredentialsRevision === undefined || isText(raw.CredentialsRevision) ? [] : ['CredentialsRevision must be a string'],
    ...raw.ReadinessSeconds === undefined || (isText(raw.ReadinessSeconds) && /^\d+$/.test(raw.ReadinessSeconds)) ? [] : ['ReadinessSeconds must be a number'],
    ...raw.WaitForConsent === undefined ? [] : waitProblems(raw.WaitForConsent),
  ];
  if (problems.length > 0) {
    throw new Failure('reading the resource\'s properties', problems.join(', '),
      'remove the property override that caused it, or deploy the construct and its provider from the same release of cdk-devops-agent');
  }
  const properties = raw as unknown as RegistrationProperties;
  return {
    version: '1',
    service: properties.Service,
    request: withSecrets(properties.Request, properties.Secrets ?? []),
    tags: properties.Tags ?? {},
    adoptExisting: properties.AdoptExisting === 'true',
    consent: properties.Authorized !== undefined,
    authorized: properties.Authorized === 'true',
    retain: properties.Retain === 'true',
    credentialsRevision: properties.CredentialsRevision ?? '',
    readiness: properties.ReadinessSeconds === undefined ? undefined : Number(properties.ReadinessSeconds) * 1000,
    wait: properties.WaitForConsent && {
      topicArn: properties.WaitForConsent.TopicArn,
      timeout: Number(properties.WaitForConsent.TimeoutSeconds) * 1000,
    },
  };
}

function requestProblems(service: string, request: unknown, secrets: unknown): string[] {
  if (!isMap(request)) {
    return ['Request must be a structure'];
  }
  const { serviceDetails, ...texts } = request;
  const named = isMap(serviceDetails) && Object.keys(serviceDetails).length === 1 && isMap(serviceDetails[service]);
  return [
    ...unknown(texts, REQUEST_TEXTS, 'Request.'),
    ...Object.entries(texts).filter(([, value]) => !isText(value)).map(([key]) => `Request.${key} must be a string`),
    ...texts.name === undefined || texts.name === '' ? ['Request.name must not be empty'] : [],
    ...named ? nodeProblems(serviceDetails, 'Request.serviceDetails', Array.isArray(secrets) ? secrets : [])
      : ['Request.serviceDetails must have one structure, named like the service'],
  ];
}

/** The problems of a node of the request: each leaf is a string or a leaf with one of the tags. */
function nodeProblems(node: unknown, path: string, secrets: readonly unknown[]): string[] {
  if (isText(node)) {
    return [];
  }
  if (Array.isArray(node)) {
    return node.flatMap((item, index) => nodeProblems(item, `${path}.${index}`, secrets));
  }
  if (!isMap(node)) {
    return [`${path} must be a string`];
  }
  const tag = Object.keys(node).find((key) => /^\$(?!\$)/.test(key));
  if (tag === undefined) {
    return Object.entries(node).flatMap(([key, value]) => nodeProblems(value, `${path}.${key}`, secrets));
  }
  const members = Object.prototype.hasOwnProperty.call(LEAVES, tag) ? [tag, ...LEAVES[tag]] : [];
  return [
    ...unknown(node, members, `${path}.`),
    ...isMap(node, isText) ? [] : [`${path} must be a leaf of strings`],
    // A number is an index; anything else is the secret's own id.
    ...tag === '$secret' && /^\d+$/.test(String(node.$secret)) && !(Number(node.$secret) in secrets) ? [`Secrets has no item ${node.$secret}`] : [],
  ];
}

function waitProblems(wait: unknown): string[] {
  if (!isMap(wait) || !isText(wait.TopicArn) || !(Number(wait.TimeoutSeconds) > 0)) {
    return ['WaitForConsent must have a TopicArn, and TimeoutSeconds that are a number'];
  }
  return unknown(wait, ['TopicArn', 'TimeoutSeconds'], 'WaitForConsent.');
}

function unknown(structure: object, known: readonly string[], prefix = ''): string[] {
  return Object.keys(structure).filter((key) => !known.includes(key)).map((key) => `${quoted(prefix + key)} is unknown to this handler`);
}

/** The request with each secret in the place of its index: the position of a secret in the template makes no difference. */
function withSecrets<T>(node: T, secrets: readonly string[]): T {
  if (typeof node !== 'object' || node === null) {
    return node;
  }
  if (Array.isArray(node)) {
    return node.map((item) => withSecrets(item, secrets)) as T;
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === '$secret' ? secrets[Number(value)] ?? value : withSecrets(value, secrets)])) as T;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isMap(value: unknown, isValue: (item: unknown) => boolean = () => true): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isValue);
}
