/** The registration of MCP servers with signed requests. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { McpServerConfigurationOptions } from '../associations/configuration-options';
import { plainUrl } from '../private/validation/credential-names';
import { headersProblems, plainHeaders } from '../private/validation/headers';
import { optional } from '../private/validation/kinds';
import { ENDPOINT } from '../private/validation/rules';
import { unlessEmpty } from '../private/wire/details';
import { mcpServer, signing } from '../private/wire/server';
import { CREDENTIALS, MCP_SERVER, secretHeaders, SIGV4 } from '../private/wire/shapes';
import { OwnProps, RegistrationWithCredentialsProps } from '../registration-props';
import { SecretField } from '../secret-field';
import { McpServerOptions, SigV4Options } from '../server-options';
import { ServiceRegistration } from '../service-registration';

/**
 * Properties for `SigV4McpServerRegistration`.
 */
export interface SigV4McpServerRegistrationProps extends RegistrationWithCredentialsProps, McpServerOptions, SigV4Options {
  /**
   * The server's URL: `https://`, at most 2048 characters, usually with a path. The server has to use Streamable HTTP, and
   * to be on the internet: the API takes no private connection for it. AWS CloudTrail shows the URL, so it must not contain
   * a secret.
   */
  readonly endpoint: string;

  /**
   * Further HTTP headers of each request, visible in the template. Secret values go into `secretCustomHeaders`: a name of a
   * credential, such as `Authorization` or `X-Api-Key`, is an error, unless it is acknowledged. A name is 1 to 256 letters,
   * digits, `-` and `_`; a value is 1 to 4096 printable ASCII characters, without white space at either end. More than 10
   * headers, those from secrets among them, are an error.
   *
   * @default - none
   */
  readonly customHeaders?: { [name: string]: string };

  /**
   * Further HTTP headers of each request, with values from secrets. Whoever may describe the service in the API may be able
   * to read the values there. A name that is also among `customHeaders` is an error.
   *
   * @default - none
   */
  readonly secretCustomHeaders?: { [name: string]: SecretField };
}

/** The API's limit of headers. */
const MAX_HEADERS = 10;

const PROPS: OwnProps<SigV4McpServerRegistrationProps> = {
  endpoint: plainUrl(ENDPOINT, 'Give it in secretCustomHeaders.'),
  ...SIGV4,
  customHeaders: optional(plainHeaders('secretCustomHeaders')),
  secretCustomHeaders: optional(secretHeaders),
  ...MCP_SERVER,
  ...CREDENTIALS,
};

/**
 * Options of an association with an MCP server whose requests are signed.
 */
export interface SigV4McpServerAssociationOptions extends AssociationOptions, McpServerConfigurationOptions {}

/**
 * Registers an MCP server with AWS DevOps Agent whose requests are signed with AWS Signature Version 4, such as one on
 * Amazon Bedrock AgentCore or behind Amazon API Gateway.
 *
 * @example
 * const role = new iam.Role(stack, 'ToolsRole', { assumedBy: new DevOpsAgentServicePrincipal() });
 * role.addToPolicy(new iam.PolicyStatement({
 *   actions: ['execute-api:Invoke'],
 *   resources: ['arn:aws:execute-api:us-east-1:111122223333:abcde12345/prod/POST/mcp'],
 * }));
 *
 * new SigV4McpServerRegistration(stack, 'Tools', {
 *   endpoint: 'https://abcde12345.execute-api.us-east-1.amazonaws.com/prod/mcp',
 *   signingService: 'execute-api',
 *   role,
 *   secretCustomHeaders: { // only if the server wants one
 *     'X-Tenant-Token': SecretField.fromSecretsManager(
 *       secretsmanager.Secret.fromSecretNameV2(stack, 'TenantToken', 'devops-tools/tenant'), 'token',
 *     ),
 *   },
 * });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-mcp-servers.html
 */
@propertyInjectable
export class SigV4McpServerRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.SigV4McpServerRegistration';

  constructor(scope: Construct, id: string, props: SigV4McpServerRegistrationProps) {
    super(scope, id, props);

    const given = this._read(PROPS, props);
    const { customHeaders = {}, secretCustomHeaders = {}, role, credentialsRevision } = given;
    this._register({
      service: 'mcpserversigv4',
      details: {
        ...mcpServer(this, given),
        authorizationConfig: { ...signing(this, 'mcpRoleArn', given), customHeaders: unlessEmpty({ ...customHeaders, ...secretCustomHeaders }) },
      },
      problems: headersProblems(['customHeaders', customHeaders], ['secretCustomHeaders', secretCustomHeaders], MAX_HEADERS),
      // The permissions that a server requires of its callers are unknown here.
      role: role && { role, needs: [] },
      credentialsRevision,
    });
  }

  /**
   * Associates tools of the server with an Agent Space.
   *
   * Without a `role`, the Agent Space has to be associated with an AWS account before: make the registration depend on that
   * association.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * signedTools.associateWith(agentSpace, { tools: [McpTool.of('orders___search')] });
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options: SigV4McpServerAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.sigV4McpServer(options), options);
  }
}
