import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { McpServerAuthorization } from './mcp-server-authorization';
import { ATTRIBUTE } from './private/contract';
import { mcpServer } from './private/server';
import { McpServerOptions } from './server-options';
import { RegistrationWithCredentialsProps, ServiceRegistration } from './service-registration';

/**
 * A Splunk deployment, and how to get at its MCP server.
 */
export interface SplunkRegistrationProps extends RegistrationWithCredentialsProps, McpServerOptions {
  /**
   * The URL of Splunk's MCP server: `https://`, at most 2048 characters. It has to be on the internet, and to answer when
   * the registration is made: the API takes no private connection for Splunk. The URL is visible in AWS CloudTrail: it is
   * no place for a secret.
   */
  readonly endpoint: string;

  /**
   * How AWS DevOps Agent authenticates itself to the server.
   */
  readonly authorization: McpServerAuthorization;
}

/**
 * Registers Splunk with AWS DevOps Agent.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-telemetry-sources-connecting-splunk.html
 */
@propertyInjectable
export class SplunkRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.SplunkRegistration';

  constructor(scope: Construct, id: string, props: SplunkRegistrationProps) {
    super(scope, id, props);

    const server = mcpServer(this, props.endpoint, props);
    this._register({
      service: 'mcpserversplunk',
      details: server.details,
      problems: server.problems,
      authorization: props.authorization._authorization,
      credentialsRevision: props.credentialsRevision,
    });
  }

  /**
   * The URL where a person consents, known after deployment. Reads `none` where there is nothing to consent to.
   *
   * @attribute
   */
  public get consentUrl(): string {
    return this._attribute(ATTRIBUTE.consentUrl);
  }
}
