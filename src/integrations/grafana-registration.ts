/** The registration of Grafana. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { GrafanaToolsOptions } from '../associations/configuration-options';
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
 * Properties for `GrafanaRegistration`.
 */
export interface GrafanaRegistrationProps extends RegistrationWithCredentialsProps, McpServerOptions {
  /**
   * The URL of Grafana, such as `https://acme.grafana.net`: `https://`, at most 2048 characters. Grafana has to answer when
   * the service is registered. AWS CloudTrail shows the URL, so it must not contain a secret.
   */
  readonly endpoint: string;

  /**
   * The authorization of AWS DevOps Agent at Grafana, usually the token of a service account:
   * `McpServerAuthorization.bearerToken(…)`. A token of Amazon Managed Grafana expires after at most 30 days: change
   * `credentialsRevision` with every rotation.
   */
  readonly authorization: McpServerAuthorization;

  /**
   * The private connections to the server.
   *
   * @default - over the internet
   */
  readonly privateConnectivity?: PrivateConnectivity;
}

const PROPS: OwnProps<GrafanaRegistrationProps> = {
  endpoint: plainUrl(ENDPOINT, 'Give it in authorization.'),
  authorization: McpServerAuthorization._kind,
  privateConnectivity: optional(PrivateConnectivity._kind),
  ...MCP_SERVER,
  ...CREDENTIALS,
};

/**
 * Options of an association with Grafana.
 */
export interface GrafanaAssociationOptions extends AssociationOptions, GrafanaToolsOptions {}

/**
 * Registers Grafana with AWS DevOps Agent.
 *
 * @example
 * new GrafanaRegistration(stack, 'Grafana', {
 *   endpoint: 'https://acme.grafana.net',
 *   authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(
 *     secretsmanager.Secret.fromSecretNameV2(stack, 'GrafanaToken', 'devops-tools/grafana'), 'token',
 *   )),
 *   credentialsRevision: stack.node.tryGetContext('credentialsRevision'),
 * });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-telemetry-sources-connecting-grafana.html
 */
@propertyInjectable
export class GrafanaRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.GrafanaRegistration';

  private readonly endpoint: string;

  constructor(scope: Construct, id: string, props: GrafanaRegistrationProps) {
    super(scope, id, props);

    const given = this._read(PROPS, props);
    this.endpoint = given.endpoint!;
    this._register({
      service: 'mcpservergrafana',
      details: mcpServer(this, given),
      authorization: given.authorization?._authorization,
      privateConnectivity: given.privateConnectivity,
      credentialsRevision: given.credentialsRevision,
    });
  }

  /**
   * Associates Grafana with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * grafana.associateWith(agentSpace, { organizationId: '1' });
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options?: GrafanaAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.grafana({ ...options, endpoint: this.endpoint }), options);
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
