import { ApiKeyOptions, BearerTokenOptions, CustomHeadersOptions, OauthClientCredentialsOptions } from './authorization-options';
import { ConsentOptions } from './consent-options';
import { OAuthClient } from './oauth-client';
import {
  apiKey, Authorization, authorizationDiscovery, bearerToken, clientCredentials, customHeaders, scopesProblems,
} from './private/authorization';
import { CLIENT_ID, CONSOLE_URL, HTTPS_URL } from './private/rules';
import { check, checkGiven } from './private/validation';
import { DetailsStructure, unlessEmpty } from './private/wire';
import { SecretField } from './secret-field';

/**
 * OAuth 2.0 on behalf of a person (three-legged), who consents in a browser.
 */
export interface Oauth3loOptions extends ConsentOptions {
  /**
   * Where the person consents: an `https://` URL.
   */
  readonly authorizationUrl: string;

  /**
   * Where tokens are fetched: an `https://` URL.
   */
  readonly exchangeUrl: string;

  /**
   * The scopes to ask for: at most 100, each 1 to 256 printable ASCII characters without spaces, `"` and `\`.
   * `offline_access` is always asked for besides.
   *
   * @default - none
   */
  readonly scopes?: string[];

  /**
   * Whether the authorization server supports PKCE (Proof Key for Code Exchange).
   *
   * @default - the API's default; true for a public client, which cannot do without
   */
  readonly supportCodeChallenge?: boolean;
}

/**
 * How AWS DevOps Agent authenticates itself to an MCP server.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-mcp-servers.html
 */
export class McpServerAuthorization {
  /**
   * OAuth 2.0 between machines: the client credentials grant.
   */
  public static oauthClientCredentials(options: OauthClientCredentialsOptions): McpServerAuthorization {
    return new McpServerAuthorization(clientCredentials(options));
  }

  /**
   * OAuth 2.0 on behalf of a person, with a client that has a secret. The person consents during a deployment
   * or between two: see `ConsentOptions`.
   */
  public static oauth3lo(client: OAuthClient, options: Oauth3loOptions): McpServerAuthorization {
    return McpServerAuthorization.threeLegged(client._details(), client._problems('authorization.client'), options);
  }

  /**
   * OAuth 2.0 on behalf of a person, with a public client: one without a secret, which proves itself by PKCE. The
   * person consents during a deployment or between two: see `ConsentOptions`.
   *
   * @param clientId 1 to 255 printable ASCII characters. It may be seen in the template.
   * @param options `supportCodeChallenge: false` is an error here.
   */
  public static oauth3loPublicClient(clientId: string, options: Oauth3loOptions): McpServerAuthorization {
    return McpServerAuthorization.publicClient(clientId, checkGiven('authorization.clientId', clientId, CLIENT_ID), options);
  }

  /**
   * OAuth 2.0 on behalf of a person, with a public client whose id is read from a secret. The person consents
   * during a deployment or between two: see `ConsentOptions`.
   *
   * @param clientId The client's id. Its value is 1 to 255 printable ASCII characters.
   * @param options `supportCodeChallenge: false` is an error here.
   */
  public static oauth3loPublicClientFromSecret(clientId: SecretField, options: Oauth3loOptions): McpServerAuthorization {
    return McpServerAuthorization.publicClient(clientId, clientId._problems('authorization.clientId'), options);
  }

  /**
   * A key that is sent in a header.
   */
  public static apiKey(options: ApiKeyOptions): McpServerAuthorization {
    return new McpServerAuthorization(apiKey(options));
  }

  /**
   * A bearer token (RFC 6750).
   *
   * @param token The token. Its value has no white space.
   */
  public static bearerToken(token: SecretField, options: BearerTokenOptions = {}): McpServerAuthorization {
    return new McpServerAuthorization(bearerToken(token, options));
  }

  /**
   * Headers of your choice, each with a credential or with what goes with one.
   */
  public static customHeaders(options: CustomHeadersOptions): McpServerAuthorization {
    return new McpServerAuthorization(customHeaders(options));
  }

  /**
   * OAuth 2.0 on behalf of a person, where the server itself says how to authorize (authorization discovery). The
   * person consents during a deployment or between two: see `ConsentOptions`.
   */
  public static authorizationDiscovery(options: ConsentOptions = {}): McpServerAuthorization {
    return new McpServerAuthorization(authorizationDiscovery(options, 'authorization.returnToEndpoint'));
  }

  private static publicClient(clientId: string | SecretField, problems: string[], options: Oauth3loOptions): McpServerAuthorization {
    return McpServerAuthorization.threeLegged({ clientId }, [
      ...problems,
      ...options.supportCodeChallenge === false
        ? ['authorization.supportCodeChallenge: false was given, but a public client has no secret and needs PKCE. Leave it out, or use oauth3lo() with a client that has a secret.']
        : [],
    ], { ...options, supportCodeChallenge: true });
  }

  private static threeLegged(client: DetailsStructure, problems: string[], options: Oauth3loOptions): McpServerAuthorization {
    return new McpServerAuthorization({
      member: 'oAuth3LO',
      config: {
        ...client,
        authorizationUrl: options.authorizationUrl,
        exchangeUrl: options.exchangeUrl,
        scopes: unlessEmpty(options.scopes),
        supportCodeChallenge: options.supportCodeChallenge,
      },
      problems: [
        ...problems,
        ...checkGiven('authorization.authorizationUrl', options.authorizationUrl, HTTPS_URL),
        ...checkGiven('authorization.exchangeUrl', options.exchangeUrl, HTTPS_URL),
        ...check('authorization.returnToEndpoint', options.returnToEndpoint, CONSOLE_URL),
        ...scopesProblems(options.scopes),
      ],
      exchangesTokens: true,
      consent: options,
    });
  }

  private constructor(private readonly authorization: Authorization) {}

  /** @internal */
  public get _authorization(): Authorization {
    return this.authorization;
  }
}
