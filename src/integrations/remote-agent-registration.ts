/** The registration of remote agents. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { remoteAgent } from '../private/wire/server';
import { PrivateConnectivity } from '../private-connectivity';
import { RemoteAgentAuthorization } from '../remote-agent-authorization';
import { RemoteAgentOptions } from '../server-options';
import { RegistrationWithCredentialsProps, ServiceRegistration } from '../service-registration';

/**
 * Properties for `RemoteAgentRegistration`.
 */
export interface RemoteAgentRegistrationProps extends RegistrationWithCredentialsProps, RemoteAgentOptions {
  /**
   * The URL of the agent's card, such as `https://agent.example.com/.well-known/agent-card.json`: `https://`, at most 2048
   * characters. The agent has to use A2A (Agent2Agent). The API fetches the card when the service is registered. AWS
   * CloudTrail shows the URL, so it must not contain a secret.
   */
  readonly endpoint: string;

  /**
   * The authorization of AWS DevOps Agent at the agent, also for fetching the card.
   */
  readonly authorization: RemoteAgentAuthorization;

  /**
   * The private connections to the agent.
   *
   * @default - over the internet
   */
  readonly privateConnectivity?: PrivateConnectivity;
}

/**
 * Registers a remote agent, to which AWS DevOps Agent delegates parts of an investigation.
 *
 * @example
 * const client = secretsmanager.Secret.fromSecretNameV2(stack, 'NetworkAgentClient', 'devops-tools/network-agent');
 *
 * new RemoteAgentRegistration(stack, 'NetworkAgent', {
 *   endpoint: 'https://agent.example.com/.well-known/agent-card.json',
 *   description: 'Knows the network',
 *   authorization: RemoteAgentAuthorization.oauthClientCredentials({
 *     client: OAuthClient.fromSecretsManager(client),
 *     exchangeUrl: 'https://login.example.com/oauth2/token',
 *   }),
 * });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-remote-a2a-agents.html
 */
@propertyInjectable
export class RemoteAgentRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.RemoteAgentRegistration';

  constructor(scope: Construct, id: string, props: RemoteAgentRegistrationProps) {
    super(scope, id, props);

    const agent = remoteAgent(this, props.endpoint, props);
    this._register({
      service: 'remoteagent',
      details: agent.details,
      problems: agent.problems,
      authorization: props.authorization._authorization,
      privateConnectivity: props.privateConnectivity,
      credentialsRevision: props.credentialsRevision,
    });
  }
}
