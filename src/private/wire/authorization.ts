/** The kinds of authorization, in the API's own shape. The options are those of the public interfaces of the same members. */

import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { DetailsPart, DetailsStructure, SecretReference, unlessEmpty } from './details';
import { check, checkEach, checkRequired } from '../validation/check';
import { Consent } from '../validation/consent';
import { headersProblems } from '../validation/headers';
import { API_KEY_HEADER, AUTHORIZATION_HEADER, CONSOLE_URL, CREDENTIAL_NAME, HTTPS_URL, OAUTH_SCOPE } from '../validation/rules';

/** The API's limit of scopes. */
const MAX_SCOPES = 100;

/** The API's limit of headers. */
const MAX_HEADERS = 3;

/** A kind of authorization. */
export interface Authorization extends DetailsPart {
  /** The member of the API's union `authorizationConfig`. */
  readonly member: string;
  /** Whether tokens are fetched from a URL of their own, which a private connection may lead to. */
  readonly exchangesTokens?: boolean;
  /** The consent of a user, if one is needed. */
  readonly consent?: Consent;
}

/** An OAuth client, as `OAuthClient` describes it. */
export interface Client {
  _details(): DetailsStructure;
  _problems(prop: string): string[];
}

interface ThreeLegged extends Consent {
  readonly authorizationUrl: string;
  readonly exchangeUrl: string;
  readonly scopes?: string[];
  readonly supportCodeChallenge?: boolean;
}

/** The API's `authorizationConfig`: one member, the kind of authorization. */
export function authorizationConfig(scope: IConstruct, { member, details, consent }: Authorization): DetailsStructure {
  return { [member]: { ...details, ...consent && { returnToEndpoint: returnToEndpoint(scope, consent) } } };
}

export function clientCredentials(
  { client, exchangeUrl, scopes }: { readonly client: Client; readonly exchangeUrl: string; readonly scopes?: string[] },
): Authorization {
  return {
    member: 'oAuthClientCredentials',
    details: { ...client._details(), exchangeUrl, scopes: unlessEmpty(scopes) },
    problems: [
      ...client._problems('authorization.client'),
      ...checkRequired('authorization.exchangeUrl', exchangeUrl, HTTPS_URL),
      ...scopesProblems(scopes),
    ],
    exchangesTokens: true,
  };
}

/** OAuth on behalf of a user. */
export function threeLegged(client: DetailsPart, options: ThreeLegged): Authorization {
  return {
    member: 'oAuth3LO',
    details: {
      ...client.details,
      authorizationUrl: options.authorizationUrl,
      exchangeUrl: options.exchangeUrl,
      scopes: unlessEmpty(options.scopes),
      supportCodeChallenge: options.supportCodeChallenge,
    },
    problems: [
      ...client.problems,
      ...checkRequired('authorization.authorizationUrl', options.authorizationUrl, HTTPS_URL),
      ...checkRequired('authorization.exchangeUrl', options.exchangeUrl, HTTPS_URL),
      ...check('authorization.returnToEndpoint', options.returnToEndpoint, CONSOLE_URL),
      ...scopesProblems(options.scopes),
    ],
    exchangesTokens: true,
    consent: options,
  };
}

export function apiKey(
  { apiKey: value, header, name }: { readonly apiKey: SecretReference; readonly header: string; readonly name?: string },
): Authorization {
  return {
    member: 'apiKey',
    details: { apiKeyName: name ?? 'API key', apiKeyValue: value, apiKeyHeader: header },
    problems: [
      ...value._problems('authorization.apiKey'),
      ...checkRequired('authorization.header', header, API_KEY_HEADER),
      ...check('authorization.name', name, CREDENTIAL_NAME),
    ],
  };
}

export function bearerToken(token: SecretReference, { header, name }: { readonly header?: string; readonly name?: string }): Authorization {
  return {
    member: 'bearerToken',
    details: { tokenName: name ?? 'Bearer token', tokenValue: token, authorizationHeader: header },
    problems: [
      ...token._problems('authorization.token'),
      ...check('authorization.header', header, AUTHORIZATION_HEADER),
      ...check('authorization.name', name, CREDENTIAL_NAME),
    ],
  };
}

export function customHeaders(
  { headers = {}, secretHeaders }: { readonly headers?: { [name: string]: string }; readonly secretHeaders: { [name: string]: SecretReference } },
): Authorization {
  const all = { ...headers, ...secretHeaders };
  return {
    member: 'customHeaders',
    details: { headers: all },
    problems: [
      ...headersProblems(['authorization.headers', headers], ['authorization.secretHeaders', secretHeaders], MAX_HEADERS),
      ...Object.keys(all).length === 0
        ? ['authorization.secretHeaders: 0 were given, but the API takes at least 1. Give the header that carries the credential.']
        : [],
    ],
  };
}

/** Authorization that the server itself describes. `prop` is the name of the prop for the URL: the options stand in a prop of their own, or among the construct's. */
export function authorizationDiscovery(consent: Consent, prop: 'authorization.returnToEndpoint' | 'returnToEndpoint'): Authorization {
  return {
    member: 'authorizationDiscovery',
    details: {},
    problems: check(prop, consent.returnToEndpoint, CONSOLE_URL),
    exchangesTokens: true,
    consent,
  };
}

function scopesProblems(scopes: string[] | undefined): string[] {
  return [
    ...checkEach('authorization.scopes', scopes, OAUTH_SCOPE),
    ...scopes && scopes.length > MAX_SCOPES
      ? [`authorization.scopes: ${scopes.length} were given, but the API takes at most ${MAX_SCOPES}. Ask for fewer, or broader ones.`]
      : [],
  ];
}

/** The URL that a browser returns to after a consent. */
function returnToEndpoint(scope: IConstruct, consent: Consent): string {
  return consent.returnToEndpoint ?? `https://${Stack.of(scope).region}.console.aws.amazon.com/aidevops/home`;
}
