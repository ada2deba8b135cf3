/** The options that several kinds of authorization have in common. */

import { OAuthClient } from './oauth-client';
import { SecretField } from './secret-field';

/**
 * Options of OAuth 2.0 client credentials, the grant between machines.
 */
export interface OAuthClientCredentialsOptions {
  /**
   * The client.
   */
  readonly client: OAuthClient;

  /**
   * The token URL: an `https://` URL.
   */
  readonly exchangeUrl: string;

  /**
   * The scopes to request: at most 100, each 1 to 256 printable ASCII characters without spaces, `"` and `\`.
   *
   * @default - none
   */
  readonly scopes?: string[];
}

/**
 * Options of an API key that is sent in a header.
 */
export interface ApiKeyOptions {
  /**
   * The key. Its value is printable ASCII, without white space at either end.
   */
  readonly apiKey: SecretField;

  /**
   * The name of the HTTP header that carries the key: letters, digits, `-` and `_`.
   */
  readonly header: string;

  /**
   * A display name of the key: letters, digits, spaces, `-` and `_`.
   *
   * @default 'API key'
   */
  readonly name?: string;
}

/**
 * Options of headers that authorize each request. More than 3 headers are an error.
 *
 * A name is 1 to 256 letters, digits, `-` and `_`; a value is 1 to 4096 printable ASCII characters, without white space
 * at either end.
 */
export interface CustomHeadersOptions {
  /**
   * Headers whose values are read from secrets: at least one.
   */
  readonly secretHeaders: { [name: string]: SecretField };

  /**
   * Further headers, visible in the template. A name that is also among `secretHeaders` is an error, and so is a name of a
   * credential, such as `Authorization` or `X-Api-Key`, unless it is acknowledged.
   *
   * @default - none
   */
  readonly headers?: { [name: string]: string };
}

/**
 * Options of a bearer token.
 */
export interface BearerTokenOptions {
  /**
   * The name of the HTTP header that carries the token: letters, digits and `-`.
   *
   * @default 'Authorization'
   */
  readonly header?: string;

  /**
   * A display name of the token: letters, digits, spaces, `-` and `_`.
   *
   * @default 'Bearer token'
   */
  readonly name?: string;
}
