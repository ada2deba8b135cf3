import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { remoteAgent, sigV4 } from './private/server';
import { RemoteAgentOptions, SigV4Options } from './server-options';
import { ServiceRegistration, ServiceRegistrationProps } from './service-registration';

/**
 * A remote agent that takes requests signed with AWS Signature Version 4, and how to get at it.
 */
export interface SigV4RemoteAgentRegistrationProps extends ServiceRegistrationProps, RemoteAgentOptions, SigV4Options {
  /**
   * The URL of the agent's card, such as `https://agent.example.com/.well-known/agent-card.json`: `https://`, at most 2048
   * characters. The agent has to speak A2A (Agent2Agent). The card is fetched when the registration is made. It has to be on
   * the internet: the API takes no private connection for it. The URL is visible in AWS CloudTrail: it is no place for a
   * secret.
   */
  readonly endpoint: string;
}

/**
 * Registers a remote agent with AWS DevOps Agent whose requests are signed with AWS Signature Version 4, such as one on
 * Amazon Bedrock AgentCore.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-remote-a2a-agents.html
 */
@propertyInjectable
export class SigV4RemoteAgentRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.SigV4RemoteAgentRegistration';

  constructor(scope: Construct, id: string, props: SigV4RemoteAgentRegistrationProps) {
    super(scope, id, props);

    const agent = remoteAgent(this, props.endpoint, props);
    const signing = sigV4(this, 'roleArn', props);
    this._register({
      service: 'remoteagentsigv4',
      details: { ...agent.details, authorizationConfig: signing.details },
      problems: [...agent.problems, ...signing.problems],
      roles: signing.roles,
    });
  }
}
