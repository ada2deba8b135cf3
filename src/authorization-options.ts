import { OAuthClient } from './oauth-client';
import { SecretField } from './secret-field';

/**
 * OAuth 2.0 between machines: the client credentials grant.
 */
export interface OauthClientCredentialsOptions {
  /**
   * The client.
   */
  readonly client: OAuthClient;

  /**
   * Where tokens are fetched: an `https://` URL.
   */
  readonly exchangeUrl: string;

  /**
   * The scopes to ask for: at most 100, each 1 to 256 printable ASCII characters without spaces, `"` and `\`.
   *
   * @default - none
   */
  readonly scopes?: string[];
}

/**
 * A key that is sent in a header.
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
   * A name for people to know the key by: letters, digits, spaces, `-` and `_`.
   *
   * @default 'API key'
   */
  readonly name?: string;
}

/**
 * Headers that authorize each request. More than 3 are an error.
 *
 * A name is 1 to 256 letters, digits, `-` and `_`; a value is 1 to 4096 printable ASCII characters, without white space
 * at either end.
 */
export interface CustomHeadersOptions {
  /**
   * The headers whose values are read from secrets: at least one, as long as `headers` has none.
   */
  readonly secretHeaders: { [name: string]: SecretField };

  /**
   * Further headers, which may be seen in the template. A name that is also among `secretHeaders` is an error, and so is
   * `Authorization`.
   *
   * @default - none
   */
  readonly headers?: { [name: string]: string };
}

/**
 * How a bearer token is sent.
 */
export interface BearerTokenOptions {
  /**
   * The name of the HTTP header that carries the token: letters, digits and `-`.
   *
   * @default 'Authorization'
   */
  readonly header?: string;

  /**
   * A name for people to know the token by: letters, digits, spaces, `-` and `_`.
   *
   * @default 'Bearer token'
   */
  readonly name?: string;
}
