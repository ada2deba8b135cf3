import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { remoteAgent } from './private/server';
import { PrivateConnectivity } from './private-connectivity';
import { RemoteAgentAuthorization } from './remote-agent-authorization';
import { RemoteAgentOptions } from './server-options';
import { RegistrationWithCredentialsProps, ServiceRegistration } from './service-registration';

/**
 * A remote agent, and how to get at it.
 */
export interface RemoteAgentRegistrationProps extends RegistrationWithCredentialsProps, RemoteAgentOptions {
  /**
   * The URL of the agent's card, such as `https://agent.example.com/.well-known/agent-card.json`: `https://`, at most 2048
   * characters. The agent has to speak A2A (Agent2Agent). The card is fetched when the registration is made. The URL is
   * visible in AWS CloudTrail: it is no place for a secret.
   */
  readonly endpoint: string;

  /**
   * How AWS DevOps Agent authenticates itself, to the agent and to fetch its card.
   */
  readonly authorization: RemoteAgentAuthorization;

  /**
   * The private connections to reach the agent through.
   *
   * @default - over the internet
   */
  readonly privateConnectivity?: PrivateConnectivity;
}

/**
 * Registers a remote agent with AWS DevOps Agent, which hands parts of an investigation to it.
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
