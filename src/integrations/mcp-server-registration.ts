/** The registration of MCP servers. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { McpServerConfigurationOptions } from '../associations/configuration-options';
import { McpServerAuthorization } from '../mcp-server-authorization';
import { ATTRIBUTE } from '../private/contract';
import { plainUrl } from '../private/validation/credential-names';
import { optional } from '../private/validation/kinds';
import { ENDPOINT } from '../private/validation/rules';
import { mcpServer } from '../private/wire/server';
import { CREDENTIALS, MCP_SERVER } from '../private/wire/shapes';
import { PrivateConnectivity } from '../private-connectivity';
import { OwnProps, RegistrationWithCredentialsProps } from '../registration-props';
import { McpServerOptions } from '../server-options';
import { ServiceRegistration } from '../service-registration';

/**
 * Properties for `McpServerRegistration`.
 */
export interface McpServerRegistrationProps extends RegistrationWithCredentialsProps, McpServerOptions {
  /**
   * The server's URL: `https://`, at most 2048 characters, usually with a path. The server has to use Streamable HTTP, and
   * to answer when the service is registered. AWS CloudTrail shows the URL, so it must not contain a secret.
   */
  readonly endpoint: string;

  /**
   * The authorization of AWS DevOps Agent at the server.
   */
  readonly authorization: McpServerAuthorization;

  /**
   * The private connections to the server.
   *
   * @default - over the internet
   */
  readonly privateConnectivity?: PrivateConnectivity;
}

const PROPS: OwnProps<McpServerRegistrationProps> = {
  endpoint: plainUrl(ENDPOINT, 'Give it in authorization.'),
  authorization: McpServerAuthorization._kind,
  privateConnectivity: optional(PrivateConnectivity._kind),
  ...MCP_SERVER,
  ...CREDENTIALS,
};

/**
 * Options of an association with an MCP server.
 */
export interface McpServerAssociationOptions extends AssociationOptions, McpServerConfigurationOptions {}

/**
 * Registers an MCP server with AWS DevOps Agent.
 *
 * @example
 * const runbooks = secretsmanager.Secret.fromSecretNameV2(stack, 'RunbooksSecret', 'devops-tools/runbooks');
 *
 * new McpServerRegistration(stack, 'Runbooks', {
 *   endpoint: 'https://runbooks.example.com/mcp',
 *   description: 'How we operate our services',
 *   authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(runbooks, 'token')),
 * });
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

    const given = this._read(PROPS, props);
    this._register({
      service: 'mcpserver',
      details: mcpServer(this, given),
      authorization: given.authorization?._authorization,
      privateConnectivity: given.privateConnectivity,
      credentialsRevision: given.credentialsRevision,
    });
  }

  /**
   * Associates tools of the server with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * runbooks.associateWith(agentSpace, { tools: [McpTool.readOnly('search'), McpTool.mutative('restart')] });
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options: McpServerAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.mcpServer(options), options);
  }

  /**
   * The consent URL, known after deployment. It reads `none` if no consent is needed.
   *
   * @attribute
   */
  public get consentUrl(): string {
    return this._attribute(ATTRIBUTE.consentUrl);
  }
}
