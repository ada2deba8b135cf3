import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { McpServerAuthorization } from './mcp-server-authorization';
import { ATTRIBUTE } from './private/contract';
import { uniqueName } from './private/names';
import { DESCRIPTION, ENDPOINT, MCP_SERVER_NAME } from './private/rules';
import { check } from './private/validation';
import { PrivateConnectivity } from './private-connectivity';
import { RegistrationWithCredentialsProps, ServiceRegistration } from './service-registration';

/**
 * An MCP server, and how to get at it.
 */
export interface McpServerRegistrationProps extends RegistrationWithCredentialsProps {
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
   * The server's name, unique among the MCP servers of the account: 1 to 128 letters, digits, `-` and `_`.
   *
   * With a name of your own, a changed registration cannot replace the old one, which holds that name: the deployment
   * fails and says so. Remove the registration in one deployment and add it in the next, or leave the name out.
   *
   * @default - a name made of the construct's path and a suffix that makes it unique
   */
  readonly serverName?: string;

  /**
   * What the server is for: 1 to 500 letters, digits, punctuation marks, symbols and spaces.
   *
   * @default - no description
   */
  readonly description?: string;

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

    const authorization = props.authorization._render(this);
    this._register({
      service: 'mcpserver',
      details: {
        name: props.serverName ?? uniqueName(this, MCP_SERVER_NAME.max!),
        endpoint: props.endpoint,
        description: props.description,
        authorizationConfig: authorization.config,
      },
      problems: [
        ...check('endpoint', props.endpoint, ENDPOINT),
        ...check('serverName', props.serverName, MCP_SERVER_NAME),
        ...check('description', props.description, DESCRIPTION),
        ...authorization.problems,
      ],
      privateConnectivity: props.privateConnectivity,
      exchangesTokens: authorization.exchangesTokens,
      authorized: authorization.authorized,
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
