/** The registration of remote agents. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { plainUrl } from '../private/validation/credential-names';
import { optional } from '../private/validation/kinds';
import { ENDPOINT } from '../private/validation/rules';
import { remoteAgent } from '../private/wire/server';
import { CREDENTIALS, REMOTE_AGENT } from '../private/wire/shapes';
import { PrivateConnectivity } from '../private-connectivity';
import { OwnProps, RegistrationWithCredentialsProps } from '../registration-props';
import { RemoteAgentAuthorization } from '../remote-agent-authorization';
import { RemoteAgentOptions } from '../server-options';
import { ServiceRegistration } from '../service-registration';

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

const PROPS: OwnProps<RemoteAgentRegistrationProps> = {
  endpoint: plainUrl(ENDPOINT, 'Give it in authorization.'),
  authorization: RemoteAgentAuthorization._kind,
  privateConnectivity: optional(PrivateConnectivity._kind),
  ...REMOTE_AGENT,
  ...CREDENTIALS,
};

/**
 * Options of an association with a remote agent.
 */
export interface RemoteAgentAssociationOptions extends AssociationOptions {}

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

    const given = this._read(PROPS, props);
    this._register({
      service: 'remoteagent',
      details: remoteAgent(this, given),
      authorization: given.authorization?._authorization,
      privateConnectivity: given.privateConnectivity,
      credentialsRevision: given.credentialsRevision,
    });
  }

  /**
   * Associates the agent with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * networkAgent.associateWith(agentSpace);
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options?: RemoteAgentAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.remoteAgent(), options);
  }
}
