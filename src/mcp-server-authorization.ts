import { IConstruct } from 'constructs';
import { ConsentOptions } from './consent-options';
import { OAuthClient } from './oauth-client';
import { Authorization, returnToEndpoint } from './private/authorization';
import { API_KEY_HEADER, AUTHORIZATION_HEADER, CLIENT_ID, CONSOLE_URL, CREDENTIAL_NAME, HTTPS_URL, OAUTH_SCOPE } from './private/rules';
import { check, checkEach } from './private/validation';
import { DetailsStructure, unlessEmpty } from './private/wire';
import { SecretField } from './secret-field';

/** The API takes no more scopes than these. */
const MAX_SCOPES = 100;

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
   * The scopes to ask for: at most 100, each 1 to 128 printable ASCII characters without spaces, `"` and `\`.
   *
   * @default - none
   */
  readonly scopes?: string[];
}

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
   * The scopes to ask for: at most 100, each 1 to 128 printable ASCII characters without spaces, `"` and `\`.
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

interface Kind {
  /** The member of the API's union. */
  readonly member: string;
  readonly config: DetailsStructure;
  readonly problems: string[];
  readonly exchangesTokens?: boolean;
  readonly consent?: ConsentOptions;
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
    return new McpServerAuthorization({
      member: 'oAuthClientCredentials',
      config: { ...options.client._details(), exchangeUrl: options.exchangeUrl, scopes: unlessEmpty(options.scopes) },
      problems: [
        ...options.client._problems('authorization.client'),
        ...check('authorization.exchangeUrl', options.exchangeUrl, HTTPS_URL),
        ...scopesProblems(options.scopes),
      ],
      exchangesTokens: true,
    });
  }

  /**
   * OAuth 2.0 on behalf of a person, with a client that has a secret. The person consents between two deployments:
   * see `ConsentOptions`.
   */
  public static oauth3lo(client: OAuthClient, options: Oauth3loOptions): McpServerAuthorization {
    return McpServerAuthorization.threeLegged(client._details(), client._problems('authorization.client'), options);
  }

  /**
   * OAuth 2.0 on behalf of a person, with a public client: one without a secret, which proves itself by PKCE. The
   * person consents between two deployments: see `ConsentOptions`.
   *
   * @param clientId 1 to 255 printable ASCII characters. It may be seen in the template.
   * @param options `supportCodeChallenge: false` is an error here.
   */
  public static oauth3loPublicClient(clientId: string, options: Oauth3loOptions): McpServerAuthorization {
    const problems = [
      ...check('authorization.clientId', clientId, CLIENT_ID),
      ...options.supportCodeChallenge === false
        ? ['authorization.supportCodeChallenge: false was given, but a public client has no secret and needs PKCE. Leave it out, or use oauth3lo() with a client that has a secret.']
        : [],
    ];
    return McpServerAuthorization.threeLegged({ clientId }, problems, { ...options, supportCodeChallenge: true });
  }

  /**
   * A key that is sent in a header.
   */
  public static apiKey(options: ApiKeyOptions): McpServerAuthorization {
    return new McpServerAuthorization({
      member: 'apiKey',
      config: { apiKeyName: options.name ?? 'API key', apiKeyValue: options.apiKey, apiKeyHeader: options.header },
      problems: [
        ...options.apiKey._problems('authorization.apiKey'),
        ...check('authorization.header', options.header, API_KEY_HEADER),
        ...check('authorization.name', options.name, CREDENTIAL_NAME),
      ],
    });
  }

  /**
   * A bearer token (RFC 6750).
   *
   * @param token The token. Its value has no white space.
   */
  public static bearerToken(token: SecretField, options: BearerTokenOptions = {}): McpServerAuthorization {
    return new McpServerAuthorization({
      member: 'bearerToken',
      config: { tokenName: options.name ?? 'Bearer token', tokenValue: token, authorizationHeader: options.header },
      problems: [
        ...token._problems('authorization.token'),
        ...check('authorization.header', options.header, AUTHORIZATION_HEADER),
        ...check('authorization.name', options.name, CREDENTIAL_NAME),
      ],
    });
  }

  /**
   * OAuth 2.0 on behalf of a person, where the server itself says how to authorize (authorization discovery). The
   * person consents between two deployments: see `ConsentOptions`.
   */
  public static authorizationDiscovery(options: ConsentOptions = {}): McpServerAuthorization {
    return new McpServerAuthorization({
      member: 'authorizationDiscovery',
      config: {},
      problems: check('authorization.returnToEndpoint', options.returnToEndpoint, CONSOLE_URL),
      exchangesTokens: true,
      consent: options,
    });
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
        ...check('authorization.authorizationUrl', options.authorizationUrl, HTTPS_URL),
        ...check('authorization.exchangeUrl', options.exchangeUrl, HTTPS_URL),
        ...check('authorization.returnToEndpoint', options.returnToEndpoint, CONSOLE_URL),
        ...scopesProblems(options.scopes),
      ],
      exchangesTokens: true,
      consent: options,
    });
  }

  private constructor(private readonly kind: Kind) {}

  /** @internal */
  public _render(scope: IConstruct): Authorization {
    const { member, config, problems, exchangesTokens = false, consent } = this.kind;
    const returning = consent && { returnToEndpoint: returnToEndpoint(scope, consent) };
    return {
      config: { [member]: { ...config, ...returning } },
      problems,
      exchangesTokens,
      authorized: consent && (consent.authorized ?? false),
    };
  }
}

function scopesProblems(scopes: string[] | undefined): string[] {
  return [
    ...checkEach('authorization.scopes', scopes, OAUTH_SCOPE),
    ...scopes && scopes.length > MAX_SCOPES
      ? [`authorization.scopes: ${scopes.length} were given, but the API takes at most ${MAX_SCOPES}. Ask for fewer, or broader ones.`]
      : [],
  ];
}
