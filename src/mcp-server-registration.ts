import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { McpServerAuthorization } from './mcp-server-authorization';
import { ATTRIBUTE } from './private/contract';
import { mcpServer } from './private/server';
import { PrivateConnectivity } from './private-connectivity';
import { McpServerOptions } from './server-options';
import { RegistrationWithCredentialsProps, ServiceRegistration } from './service-registration';

/**
 * An MCP server, and how to get at it.
 */
export interface McpServerRegistrationProps extends RegistrationWithCredentialsProps, McpServerOptions {
  /**
   * The server's URL: `https://`, at most 2048 characters, usually with a path. The server has to speak Streamable HTTP,
   * and to answer when the registration is made. The URL is visible in AWS CloudTrail: it is no place for a secret.
   */
  readonly endpoint: string;

  /**
   * How AWS DevOps Agent authenticates itself to the server.
   */
  readonly authorization: McpServerAuthorization;

  /**
   * The private connections to reach the server through.
   *
   * @default - over the internet
   */
  readonly privateConnectivity?: PrivateConnectivity;
}

/**
 * Registers an MCP server with AWS DevOps Agent.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-mcp-servers.html
 */
@propertyInjectable
export class McpServerRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.McpServerRegistration';

  constructor(scope: Construct, id: string, props: McpServerRegistrationProps) {
    super(scope, id, props);

    const server = mcpServer(this, props.endpoint, props);
    this._register({
      service: 'mcpserver',
      details: server.details,
      problems: server.problems,
      authorization: props.authorization._authorization,
      privateConnectivity: props.privateConnectivity,
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
