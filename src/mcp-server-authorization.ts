/** The authorization at MCP servers. */

import { ApiKeyOptions, BearerTokenOptions, CustomHeadersOptions, OAuthClientCredentialsOptions } from './authorization-options';
import { ConsentOptions } from './consent-options';
import { OAuthClient } from './oauth-client';
import { checkRequired } from './private/validation/check';
import { CLIENT_ID } from './private/validation/rules';
import {
  apiKey, Authorization, authorizationDiscovery, bearerToken, clientCredentials, customHeaders, threeLegged,
} from './private/wire/authorization';
import { SecretField } from './secret-field';

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
    return new McpServerAuthorization(threeLegged({ details: client._details(), problems: client._problems('authorization.client') }, options));
  }

  /**
   * Three-legged OAuth 2.0 with a public client, which has no secret and uses PKCE. A user consents during a deployment, or
   * between two deployments: see `ConsentOptions`.
   *
   * @param clientId 1 to 255 printable ASCII characters, visible in the template.
   * @param options `supportCodeChallenge: false` is an error here.
   */
  public static oauth3loPublicClient(clientId: string, options: OAuth3loOptions): McpServerAuthorization {
    return McpServerAuthorization.publicClient(clientId, checkRequired('authorization.clientId', clientId, CLIENT_ID), options);
  }

  /**
   * Three-legged OAuth 2.0 with a public client whose id is read from a secret. A user consents during a deployment, or
   * between two deployments: see `ConsentOptions`.
   *
   * @param clientId The client's id, whose value is 1 to 255 printable ASCII characters.
   * @param options `supportCodeChallenge: false` is an error here.
   */
  public static oauth3loPublicClientFromSecret(clientId: SecretField, options: OAuth3loOptions): McpServerAuthorization {
    return McpServerAuthorization.publicClient(clientId, clientId._problems('authorization.clientId'), options);
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
    return new McpServerAuthorization(authorizationDiscovery(options, 'authorization.returnToEndpoint'));
  }

  private static publicClient(clientId: string | SecretField, problems: string[], options: OAuth3loOptions): McpServerAuthorization {
    return new McpServerAuthorization(threeLegged({
      details: { clientId },
      problems: [
        ...problems,
        ...options.supportCodeChallenge === false
          ? ['authorization.supportCodeChallenge: false was given, but a public client has no secret and needs PKCE. Leave it out, or use oauth3lo() with a client that has a secret.']
          : [],
      ],
    }, { ...options, supportCodeChallenge: true }));
  }

  private constructor(private readonly authorization: Authorization) {}

  /** @internal */
  public get _authorization(): Authorization {
    return this.authorization;
  }
}
