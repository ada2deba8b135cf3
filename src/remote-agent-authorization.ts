import { ApiKeyOptions, BearerTokenOptions, OauthClientCredentialsOptions } from './authorization-options';
import { apiKey, Authorization, bearerToken, clientCredentials } from './private/authorization';
import { SecretField } from './secret-field';

/**
 * How AWS DevOps Agent authenticates itself to a remote agent.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-remote-a2a-agents.html
 */
export class RemoteAgentAuthorization {
  /**
   * OAuth 2.0 between machines: the client credentials grant.
   */
  public static oauthClientCredentials(options: OauthClientCredentialsOptions): RemoteAgentAuthorization {
    return new RemoteAgentAuthorization(clientCredentials(options));
  }

  /**
   * A key that is sent in a header.
   */
  public static apiKey(options: ApiKeyOptions): RemoteAgentAuthorization {
    return new RemoteAgentAuthorization(apiKey(options));
  }

  /**
   * A bearer token (RFC 6750).
   *
   * @param token The token. Its value has no white space.
   */
  public static bearerToken(token: SecretField, options: BearerTokenOptions = {}): RemoteAgentAuthorization {
    return new RemoteAgentAuthorization(bearerToken(token, options));
  }

  private constructor(private readonly authorization: Authorization) {}

  /** @internal */
  public get _authorization(): Authorization {
    return this.authorization;
  }
}
