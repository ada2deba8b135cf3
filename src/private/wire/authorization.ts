/** The kinds of authorization, in the API's own shape. The options are those of the public interfaces of the same members. */

import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { DetailsPart, DetailsStructure, SecretReference, unlessEmpty } from './details';
import { Brand } from '../copies';
import { boundedList, CONSENT, secretField, secretHeaders } from './shapes';
import { Consent } from '../validation/consent';
import { plainUrl } from '../validation/credential-names';
import { headersProblems, plainHeaders } from '../validation/headers';
import { bool, instanceOf, joined, optional, Readable, readOptions, refined, Shape, text } from '../validation/kinds';
import { API_KEY_HEADER, AUTHORIZATION_HEADER, CLIENT_ID, CREDENTIAL_NAME, HTTPS_URL, OAUTH_SCOPE } from '../validation/rules';

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
export interface Client extends Readable {
  _details(): DetailsStructure;
}

interface ClientCredentials {
  readonly client: Client;
  readonly exchangeUrl: string;
  readonly scopes?: string[];
}

interface ThreeLegged extends Consent {
  readonly authorizationUrl: string;
  readonly exchangeUrl: string;
  readonly scopes?: string[];
  readonly supportCodeChallenge?: boolean;
}

interface ApiKey {
  readonly apiKey: SecretReference;
  readonly header: string;
  readonly name?: string;
}

interface BearerToken {
  readonly header?: string;
  readonly name?: string;
}

interface CustomHeaders {
  readonly headers?: { [name: string]: string };
  readonly secretHeaders: { [name: string]: SecretReference };
}

export const OAUTH_CLIENT = new Brand<Client>('OAuthClient');

export const oauthClient = instanceOf(OAUTH_CLIENT, 'OAuthClient.fromSecretsManager(secret)');

const exchangeUrl = plainUrl(HTTPS_URL, 'Give it in secretExchangeParameters of the client.');

const scopes = boundedList(text(OAUTH_SCOPE), { max: MAX_SCOPES, fix: 'Ask for fewer, or broader ones.' });

const CLIENT_CREDENTIALS: Shape<ClientCredentials> = { client: oauthClient, exchangeUrl, scopes: optional(scopes) };

const THREE_LEGGED: Shape<ThreeLegged> = {
  authorizationUrl: plainUrl(HTTPS_URL, 'Leave it out: a browser shows the URL, too.'),
  exchangeUrl,
  scopes: optional(scopes),
  supportCodeChallenge: optional(bool),
  ...CONSENT,
};

const PUBLIC_CLIENT: Shape<ThreeLegged> = {
  ...THREE_LEGGED,
  supportCodeChallenge: optional(refined(bool, (supported) => supported
    ? []
    : [': false was given, but a public client has no secret and needs PKCE. Leave it out, or use oauth3lo() with a client that has a secret.'])),
};

const API_KEY: Shape<ApiKey> = { apiKey: secretField, header: text(API_KEY_HEADER), name: optional(text(CREDENTIAL_NAME)) };

const BEARER_TOKEN: Shape<BearerToken> = { header: optional(text(AUTHORIZATION_HEADER)), name: optional(text(CREDENTIAL_NAME)) };

const CUSTOM_HEADERS: Shape<CustomHeaders> = {
  headers: optional(plainHeaders('secretHeaders')),
  secretHeaders: refined(secretHeaders, (_, given) => Object.keys(given as object).length > 0
    ? []
    : [': 0 were given, but at least 1 is needed. Give the header that carries the credential.']),
};

/** The API's `authorizationConfig`: one member, the kind of authorization. */
export function authorizationConfig(scope: IConstruct, { member, details, consent }: Authorization): DetailsStructure {
  return { [member]: { ...details, ...consent && { returnToEndpoint: returnToEndpoint(scope, consent) } } };
}

export function clientCredentials(options: ClientCredentials): Authorization {
  const { value, ...findings } = readOptions(CLIENT_CREDENTIALS, options);
  return {
    member: 'oAuthClientCredentials',
    details: { ...value.client?._details(), exchangeUrl: value.exchangeUrl, scopes: unlessEmpty(value.scopes) },
    ...findings,
    exchangesTokens: true,
  };
}

/** OAuth on behalf of a user. */
export function oauth3lo(client: Client, options: ThreeLegged): Authorization {
  const { value, ...findings } = readOptions<{ client: Client }>({ client: oauthClient }, { client });
  return threeLegged({ details: { ...value.client?._details() }, ...findings }, THREE_LEGGED, options);
}

/** OAuth on behalf of a user, with a client without a secret. */
export function oauth3loPublicClient(clientId: string, options: ThreeLegged): Authorization {
  const { value, ...findings } = readOptions<{ clientId: string }>({ clientId: text(CLIENT_ID) }, { clientId });
  return threeLegged({ details: { ...value, supportCodeChallenge: true }, ...findings }, PUBLIC_CLIENT, options);
}

/** The same, with an id from a secret. */
export function oauth3loPublicClientFromSecret(clientId: SecretReference, options: ThreeLegged): Authorization {
  const { value, ...findings } = readOptions<{ clientId: SecretReference }>({ clientId: secretField }, { clientId });
  return threeLegged({ details: { ...value, supportCodeChallenge: true }, ...findings }, PUBLIC_CLIENT, options);
}

function threeLegged({ details, ...client }: DetailsPart, shape: Shape<ThreeLegged>, options: ThreeLegged): Authorization {
  const { value, ...findings } = readOptions(shape, options);
  return {
    member: 'oAuth3LO',
    details: {
      ...details,
      authorizationUrl: value.authorizationUrl,
      exchangeUrl: value.exchangeUrl,
      scopes: unlessEmpty(value.scopes),
      supportCodeChallenge: details.supportCodeChallenge ?? value.supportCodeChallenge,
    },
    ...joined('', client, findings),
    exchangesTokens: true,
    consent: value,
  };
}

export function apiKey(options: ApiKey): Authorization {
  const { value, ...findings } = readOptions(API_KEY, options);
  return { member: 'apiKey', details: { apiKeyName: value.name ?? 'API key', apiKeyValue: value.apiKey, apiKeyHeader: value.header }, ...findings };
}

export function bearerToken(token: SecretReference, options?: BearerToken): Authorization {
  const given = readOptions<{ token: SecretReference }>({ token: secretField }, { token });
  const { value, ...findings } = readOptions(BEARER_TOKEN, options);
  return {
    member: 'bearerToken',
    details: { tokenName: value.name ?? 'Bearer token', tokenValue: given.value.token, authorizationHeader: value.header },
    ...joined('', given, findings),
  };
}

export function customHeaders(options: CustomHeaders): Authorization {
  const { value, ...findings } = readOptions(CUSTOM_HEADERS, options);
  const together = headersProblems(['headers', value.headers ?? {}], ['secretHeaders', value.secretHeaders ?? {}], MAX_HEADERS);
  return {
    member: 'customHeaders',
    details: { headers: { ...value.headers, ...value.secretHeaders } },
    ...joined('', findings, joined('.', { problems: together })),
  };
}

/** Authorization that the server itself describes, with options of its own. */
export function authorizationDiscovery(options?: Consent): Authorization {
  const { value, ...findings } = readOptions(CONSENT, options);
  return { ...discovery(value), ...findings };
}

/** The same, with options that are among the construct's props. */
export function discovery(consent: Consent): Authorization {
  return { member: 'authorizationDiscovery', details: {}, problems: [], exchangesTokens: true, consent };
}

/** The URL that a browser returns to after a consent. */
function returnToEndpoint(scope: IConstruct, consent: Consent): string {
  return consent.returnToEndpoint ?? `https://${Stack.of(scope).region}.console.aws.amazon.com/aidevops/home`;
}
