import { associationsOf, associationsProblems } from './association';
import { isList, isMap, isText, malformed, nodeProblems, unknown } from './checks';
import { RawProperties, Registration } from './registration';
import { RegistrationProperties } from '../../src/private/contract';

/** The properties of version 1. CloudFormation adds the first two. */
const PROPERTIES = [
  'ServiceToken', 'ServiceTimeout',
  'Contract', 'Service', 'Request', 'Secrets', 'Tags', 'AdoptExisting', 'Authorized', 'CredentialsRevision', 'ReadinessSeconds', 'Retain', 'WaitForConsent',
  'Associations',
];
const REQUEST_TEXTS = ['name', 'kmsKeyArn', 'privateConnectionName', 'targetUrlPrivateConnectionName', 'exchangeUrlPrivateConnectionName'];

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
    ...raw.Associations === undefined ? [] : associationsProblems(raw.Associations),
  ];
  if (problems.length > 0) {
    throw malformed(problems);
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
    associations: associationsOf(properties.Associations ?? []),
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

function waitProblems(wait: unknown): string[] {
  if (!isMap(wait) || !isText(wait.TopicArn) || !(Number(wait.TimeoutSeconds) > 0)) {
    return ['WaitForConsent must have a TopicArn, and TimeoutSeconds that are a number'];
  }
  return unknown(wait, ['TopicArn', 'TimeoutSeconds'], 'WaitForConsent.');
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
