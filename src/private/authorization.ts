import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { headersProblems } from './headers';
import { API_KEY_HEADER, AUTHORIZATION_HEADER, CONSOLE_URL, CREDENTIAL_NAME, HTTPS_URL, OAUTH_SCOPE } from './rules';
import { check, checkGiven, checkEach } from './validation';
import { DetailsStructure, unlessEmpty } from './wire';
import { ApiKeyOptions, BearerTokenOptions, CustomHeadersOptions, OauthClientCredentialsOptions } from '../authorization-options';
import { ConsentOptions } from '../consent-options';
import { SecretField } from '../secret-field';

/** The API takes no more scopes than these. */
const MAX_SCOPES = 100;

/** The API takes no more headers than these. */
const MAX_HEADERS = 3;

/** A kind of authorization. */
export interface Authorization {
  /** The member of the API's union `authorizationConfig`. */
  readonly member: string;
  readonly config: DetailsStructure;
  readonly problems: string[];
  /** Whether tokens are fetched from a URL of their own, which a private connection may lead to. */
  readonly exchangesTokens?: boolean;
  /** How a person consents, where one has to. */
  readonly consent?: ConsentOptions;
}

/** The API's `authorizationConfig`: one member, the kind of authorization. */
export function authorizationConfig(scope: IConstruct, { member, config, consent }: Authorization): DetailsStructure {
  return { [member]: { ...config, ...consent && { returnToEndpoint: returnToEndpoint(scope, consent) } } };
}

export function clientCredentials({ client, exchangeUrl, scopes }: OauthClientCredentialsOptions): Authorization {
  return {
    member: 'oAuthClientCredentials',
    config: { ...client._details(), exchangeUrl, scopes: unlessEmpty(scopes) },
    problems: [
      ...client._problems('authorization.client'),
      ...checkGiven('authorization.exchangeUrl', exchangeUrl, HTTPS_URL),
      ...scopesProblems(scopes),
    ],
    exchangesTokens: true,
  };
}

export function apiKey({ apiKey: value, header, name }: ApiKeyOptions): Authorization {
  return {
    member: 'apiKey',
    config: { apiKeyName: name ?? 'API key', apiKeyValue: value, apiKeyHeader: header },
    problems: [
      ...value._problems('authorization.apiKey'),
      ...checkGiven('authorization.header', header, API_KEY_HEADER),
      ...check('authorization.name', name, CREDENTIAL_NAME),
    ],
  };
}

export function bearerToken(token: SecretField, { header, name }: BearerTokenOptions): Authorization {
  return {
    member: 'bearerToken',
    config: { tokenName: name ?? 'Bearer token', tokenValue: token, authorizationHeader: header },
    problems: [
      ...token._problems('authorization.token'),
      ...check('authorization.header', header, AUTHORIZATION_HEADER),
      ...check('authorization.name', name, CREDENTIAL_NAME),
    ],
  };
}

export function customHeaders({ headers = {}, secretHeaders }: CustomHeadersOptions): Authorization {
  const all = { ...headers, ...secretHeaders };
  return {
    member: 'customHeaders',
    config: { headers: all },
    problems: [
      ...headersProblems(['authorization.headers', headers], ['authorization.secretHeaders', secretHeaders], MAX_HEADERS),
      ...Object.keys(all).length === 0
        ? ['authorization.secretHeaders: 0 were given, but the API takes at least 1. Give the header that carries the credential.']
        : [],
    ],
  };
}

/** Authorization that the server itself knows about. The options are a prop of their own, or stand among the construct's. */
export function authorizationDiscovery(consent: ConsentOptions, prop: 'authorization.returnToEndpoint' | 'returnToEndpoint'): Authorization {
  return {
    member: 'authorizationDiscovery',
    config: {},
    problems: check(prop, consent.returnToEndpoint, CONSOLE_URL),
    exchangesTokens: true,
    consent,
  };
}

export function scopesProblems(scopes: string[] | undefined): string[] {
  return [
    ...checkEach('authorization.scopes', scopes, OAUTH_SCOPE),
    ...scopes && scopes.length > MAX_SCOPES
      ? [`authorization.scopes: ${scopes.length} were given, but the API takes at most ${MAX_SCOPES}. Ask for fewer, or broader ones.`]
      : [],
  ];
}

/** Where a browser returns to after a consent. */
function returnToEndpoint(scope: IConstruct, consent: ConsentOptions): string {
  return consent.returnToEndpoint ?? `https://${Stack.of(scope).region}.console.aws.amazon.com/aidevops/home`;
}
