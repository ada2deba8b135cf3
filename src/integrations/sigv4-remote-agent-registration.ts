/** The registration of remote agents with signed requests. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { plainUrl } from '../private/validation/credential-names';
import { ENDPOINT } from '../private/validation/rules';
import { remoteAgent, signing } from '../private/wire/server';
import { REMOTE_AGENT, SIGV4 } from '../private/wire/shapes';
import { OwnProps, ServiceRegistrationProps } from '../registration-props';
import { RemoteAgentOptions, SigV4Options } from '../server-options';
import { ServiceRegistration } from '../service-registration';

/**
 * Properties for `SigV4RemoteAgentRegistration`.
 */
export interface SigV4RemoteAgentRegistrationProps extends ServiceRegistrationProps, RemoteAgentOptions, SigV4Options {
  /**
   * The URL of the agent's card, such as `https://agent.example.com/.well-known/agent-card.json`: `https://`, at most 2048
   * characters. The agent has to use A2A (Agent2Agent). The API fetches the card when the service is registered. The agent
   * has to be on the internet: the API takes no private connection for it. AWS CloudTrail shows the URL, so it must not
   * contain a secret.
   */
  readonly endpoint: string;
}

const PROPS: OwnProps<SigV4RemoteAgentRegistrationProps> = {
  endpoint: plainUrl(ENDPOINT, 'Leave it out: requests are signed instead.'),
  ...SIGV4,
  ...REMOTE_AGENT,
};

/**
 * Options of an association with a remote agent whose requests are signed.
 */
export interface SigV4RemoteAgentAssociationOptions extends AssociationOptions {}

/**
 * Registers a remote agent with AWS DevOps Agent whose requests are signed with AWS Signature Version 4, such as one on
 * Amazon Bedrock AgentCore.
 *
 * @example
 * const runtime = 'arn:aws:bedrock-agentcore:us-east-1:111122223333:runtime/network-AbCdEf1234';
 * const role = new iam.Role(stack, 'NetworkAgentRole', { assumedBy: new DevOpsAgentServicePrincipal() });
 * role.addToPolicy(new iam.PolicyStatement({
 *   actions: ['bedrock-agentcore:InvokeAgentRuntime', 'bedrock-agentcore:GetAgentCard'],
 *   resources: [runtime, `${runtime}/*`],
 * }));
 *
 * new SigV4RemoteAgentRegistration(stack, 'NetworkAgent', {
 *   endpoint: `https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/${encodeURIComponent(runtime)}/invocations/.well-known/agent-card.json`,
 *   signingService: 'bedrock-agentcore',
 *   role,
 * });
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

    const given = this._read(PROPS, props);
    this._register({
      service: 'remoteagentsigv4',
      details: { ...remoteAgent(this, given), authorizationConfig: signing(this, 'roleArn', given) },
      // The permissions that an agent requires of its callers are unknown here.
      role: given.role && { role: given.role, needs: [] },
    });
  }

  /**
   * Associates the agent with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * signedAgent.associateWith(agentSpace);
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options?: SigV4RemoteAgentAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.sigV4RemoteAgent(), options);
  }
}
