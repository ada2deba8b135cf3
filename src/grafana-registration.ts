import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { McpServerAuthorization } from './mcp-server-authorization';
import { ATTRIBUTE } from './private/contract';
import { mcpServer } from './private/server';
import { PrivateConnectivity } from './private-connectivity';
import { McpServerOptions } from './server-options';
import { RegistrationWithCredentialsProps, ServiceRegistration } from './service-registration';

/**
 * A Grafana instance, and how to get at it.
 */
export interface GrafanaRegistrationProps extends RegistrationWithCredentialsProps, McpServerOptions {
  /**
   * Grafana's URL, such as `https://acme.grafana.net`: `https://`, at most 2048 characters. It has to answer when the
   * registration is made. The URL is visible in AWS CloudTrail: it is no place for a secret.
   */
  readonly endpoint: string;

  /**
   * How AWS DevOps Agent authenticates itself. Usually by a service account's token:
   * `McpServerAuthorization.bearerToken(…)`. Such a token of Amazon Managed Grafana expires after at most 30 days, so
   * change `credentialsRevision` with every rotation.
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
 * Registers Grafana with AWS DevOps Agent.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-telemetry-sources-connecting-grafana.html
 */
@propertyInjectable
export class GrafanaRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.GrafanaRegistration';

  constructor(scope: Construct, id: string, props: GrafanaRegistrationProps) {
    super(scope, id, props);

    const server = mcpServer(this, props.endpoint, props);
    this._register({
      service: 'mcpservergrafana',
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
