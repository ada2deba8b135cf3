import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { headersProblems } from './private/headers';
import { mcpServer, sigV4 } from './private/server';
import { unlessEmpty } from './private/wire';
import { SecretField } from './secret-field';
import { McpServerOptions, SigV4Options } from './server-options';
import { RegistrationWithCredentialsProps, ServiceRegistration } from './service-registration';

/**
 * An MCP server that takes requests signed with AWS Signature Version 4, and how to get at it.
 */
export interface SigV4McpServerRegistrationProps extends RegistrationWithCredentialsProps, McpServerOptions, SigV4Options {
  /**
   * The server's URL: `https://`, at most 2048 characters, usually with a path. The server has to speak Streamable HTTP,
   * and to be on the internet: the API takes no private connection for it. The URL is visible in AWS CloudTrail: it is no
   * place for a secret.
   */
  readonly endpoint: string;

  /**
   * Further HTTP headers of each request, which may be seen in the template. Anything that may not goes into
   * `secretCustomHeaders`. A name is 1 to 256 letters, digits, `-` and `_`; a value is 1 to 4096 printable ASCII
   * characters, without white space at either end. More than 10 headers, those from secrets among them, are an error, and so
   * is `Authorization`.
   *
   * @default - none
   */
  readonly customHeaders?: { [name: string]: string };

  /**
   * Further HTTP headers of each request, whose values are read from secrets. A name that is also among `customHeaders`
   * is an error.
   *
   * @default - none
   */
  readonly secretCustomHeaders?: { [name: string]: SecretField };
}

/** The API takes no more headers than these. */
const MAX_HEADERS = 10;

/**
 * Registers an MCP server with AWS DevOps Agent whose requests are signed with AWS Signature Version 4, such as one on
 * Amazon Bedrock AgentCore or behind Amazon API Gateway.
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

    const { customHeaders = {}, secretCustomHeaders = {} } = props;
    const server = mcpServer(this, props.endpoint, props);
    const signing = sigV4(this, 'mcpRoleArn', props);
    this._register({
      service: 'mcpserversigv4',
      details: {
        ...server.details,
        authorizationConfig: { ...signing.details, customHeaders: unlessEmpty({ ...customHeaders, ...secretCustomHeaders }) },
      },
      problems: [
        ...server.problems,
        ...signing.problems,
        ...headersProblems(['customHeaders', customHeaders], ['secretCustomHeaders', secretCustomHeaders], MAX_HEADERS),
      ],
      roles: signing.roles,
      credentialsRevision: props.credentialsRevision,
    });
  }
}
