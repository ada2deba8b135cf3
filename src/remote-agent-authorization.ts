/** The authorization at remote agents. */

import { ApiKeyOptions, BearerTokenOptions, OAuthClientCredentialsOptions } from './authorization-options';
import { Brand } from './private/copies';
import { instanceOf, Reading } from './private/validation/kinds';
import { apiKey, Authorization, bearerToken, clientCredentials } from './private/wire/authorization';
import { SecretField } from './secret-field';

const BRAND = new Brand<RemoteAgentAuthorization>('RemoteAgentAuthorization');

/**
 * The authorization of AWS DevOps Agent at a remote agent.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-remote-a2a-agents.html
 */
export class RemoteAgentAuthorization {
  /** @internal */
  public static readonly _kind = instanceOf(BRAND, 'RemoteAgentAuthorization.bearerToken(…)');

  /**
   * OAuth 2.0 client credentials, the grant between machines.
   */
  public static oauthClientCredentials(options: OAuthClientCredentialsOptions): RemoteAgentAuthorization {
    return new RemoteAgentAuthorization(clientCredentials(options));
  }

  /**
   * An API key that is sent in a header.
   */
  public static apiKey(options: ApiKeyOptions): RemoteAgentAuthorization {
    return new RemoteAgentAuthorization(apiKey(options));
  }

  /**
   * A bearer token (RFC 6750).
   *
   * @param token The token, whose value has no white space.
   */
  public static bearerToken(token: SecretField, options: BearerTokenOptions = {}): RemoteAgentAuthorization {
    return new RemoteAgentAuthorization(bearerToken(token, options));
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
