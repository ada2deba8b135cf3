/** The registration of Splunk. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { McpServerAuthorization } from '../mcp-server-authorization';
import { ATTRIBUTE } from '../private/contract';
import { plainUrl } from '../private/validation/credential-names';
import { ENDPOINT } from '../private/validation/rules';
import { mcpServer } from '../private/wire/server';
import { CREDENTIALS, MCP_SERVER } from '../private/wire/shapes';
import { OwnProps, RegistrationWithCredentialsProps } from '../registration-props';
import { McpServerOptions } from '../server-options';
import { ServiceRegistration } from '../service-registration';

/**
 * Properties for `SplunkRegistration`.
 */
export interface SplunkRegistrationProps extends RegistrationWithCredentialsProps, McpServerOptions {
  /**
   * The URL of Splunk's MCP server: `https://`, at most 2048 characters. The server has to be on the internet, since the API
   * takes no private connection for Splunk, and to answer when the service is registered. AWS CloudTrail shows the URL, so
   * it must not contain a secret.
   */
  readonly endpoint: string;

  /**
   * The authorization of AWS DevOps Agent at the server.
   */
  readonly authorization: McpServerAuthorization;
}

const PROPS: OwnProps<SplunkRegistrationProps> = {
  endpoint: plainUrl(ENDPOINT, 'Give it in authorization.'),
  authorization: McpServerAuthorization._kind,
  ...MCP_SERVER,
  ...CREDENTIALS,
};

/**
 * Options of an association with Splunk.
 */
export interface SplunkAssociationOptions extends AssociationOptions {}

/**
 * Registers Splunk with AWS DevOps Agent.
 *
 * @example
 * new SplunkRegistration(stack, 'Splunk', {
 *   endpoint: 'https://acme.api.scs.splunk.com/acme/mcp/v1/',
 *   authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(
 *     secretsmanager.Secret.fromSecretNameV2(stack, 'SplunkToken', 'devops-tools/splunk'), 'token',
 *   )),
 * });
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

    const given = this._read(PROPS, props);
    this._register({
      service: 'mcpserversplunk',
      details: mcpServer(this, given),
      authorization: given.authorization?._authorization,
      credentialsRevision: given.credentialsRevision,
    });
  }

  /**
   * Associates Splunk with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * splunk.associateWith(agentSpace);
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options?: SplunkAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.splunk(), options);
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
