/** The authorization at MCP servers. */

import { ApiKeyOptions, BearerTokenOptions, CustomHeadersOptions, OAuthClientCredentialsOptions } from './authorization-options';
import { ConsentOptions } from './consent-options';
import { OAuthClient } from './oauth-client';
import { Brand } from './private/copies';
import { instanceOf, Reading } from './private/validation/kinds';
import {
  apiKey, Authorization, authorizationDiscovery, bearerToken, clientCredentials, customHeaders, oauth3lo, oauth3loPublicClient,
  oauth3loPublicClientFromSecret,
} from './private/wire/authorization';
import { SecretField } from './secret-field';

const BRAND = new Brand<McpServerAuthorization>('McpServerAuthorization');

/**
 * Options of three-legged OAuth 2.0, in which a user consents in a browser.
 */
export interface OAuth3loOptions extends ConsentOptions {
  /**
   * The authorization URL, which the user opens: an `https://` URL.
   */
  readonly authorizationUrl: string;

  /**
   * The token URL: an `https://` URL.
   */
  readonly exchangeUrl: string;

  /**
   * The scopes to request: at most 100, each 1 to 256 printable ASCII characters without spaces, `"` and `\`.
   * `offline_access` is always requested in addition.
   *
   * @default - none
   */
  readonly scopes?: string[];

  /**
   * Whether the authorization server supports PKCE (Proof Key for Code Exchange).
   *
   * @default - the API's default; true for a public client, which requires PKCE
   */
  readonly supportCodeChallenge?: boolean;
}

/**
 * The authorization of AWS DevOps Agent at an MCP server.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-mcp-servers.html
 */
export class McpServerAuthorization {
  /** @internal */
  public static readonly _kind = instanceOf(BRAND, 'McpServerAuthorization.bearerToken(…)');

  /**
   * OAuth 2.0 client credentials, the grant between machines.
   */
  public static oauthClientCredentials(options: OAuthClientCredentialsOptions): McpServerAuthorization {
    return new McpServerAuthorization(clientCredentials(options));
  }

  /**
   * Three-legged OAuth 2.0 with a client that has a secret. A user consents during a deployment, or between two
   * deployments: see `ConsentOptions`.
   */
  public static oauth3lo(client: OAuthClient, options: OAuth3loOptions): McpServerAuthorization {
    return new McpServerAuthorization(oauth3lo(client, options));
  }

  /**
   * Three-legged OAuth 2.0 with a public client, which has no secret and uses PKCE. A user consents during a deployment, or
   * between two deployments: see `ConsentOptions`.
   *
   * @param clientId 1 to 255 printable ASCII characters, visible in the template.
   * @param options `supportCodeChallenge: false` is an error here.
   */
  public static oauth3loPublicClient(clientId: string, options: OAuth3loOptions): McpServerAuthorization {
    return new McpServerAuthorization(oauth3loPublicClient(clientId, options));
  }

  /**
   * Three-legged OAuth 2.0 with a public client whose id is read from a secret. A user consents during a deployment, or
   * between two deployments: see `ConsentOptions`.
   *
   * @param clientId The client's id, whose value is 1 to 255 printable ASCII characters.
   * @param options `supportCodeChallenge: false` is an error here.
   */
  public static oauth3loPublicClientFromSecret(clientId: SecretField, options: OAuth3loOptions): McpServerAuthorization {
    return new McpServerAuthorization(oauth3loPublicClientFromSecret(clientId, options));
  }

  /**
   * An API key that is sent in a header.
   */
  public static apiKey(options: ApiKeyOptions): McpServerAuthorization {
    return new McpServerAuthorization(apiKey(options));
  }

  /**
   * A bearer token (RFC 6750).
   *
   * @param token The token, whose value has no white space.
   */
  public static bearerToken(token: SecretField, options: BearerTokenOptions = {}): McpServerAuthorization {
    return new McpServerAuthorization(bearerToken(token, options));
  }

  /**
   * Custom headers, at least one of them with a credential.
   */
  public static customHeaders(options: CustomHeadersOptions): McpServerAuthorization {
    return new McpServerAuthorization(customHeaders(options));
  }

  /**
   * OAuth 2.0 as the server itself describes it (authorization discovery). A user consents during a deployment, or between
   * two deployments: see `ConsentOptions`.
   */
  public static authorizationDiscovery(options: ConsentOptions = {}): McpServerAuthorization {
    return new McpServerAuthorization(authorizationDiscovery(options));
  }

  private constructor(private readonly authorization: Authorization) {
    BRAND.apply(this);
  }

  /** @internal */
  public get _authorization(): Authorization {
    return this.authorization;
  }

  /** @internal */
  public _reading(): Reading {
    return { value: this, problems: this.authorization.problems, exposures: this.authorization.exposures };
  }
}
