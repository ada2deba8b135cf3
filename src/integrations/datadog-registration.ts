/** The registration of Datadog. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { ConsentOptions } from '../consent-options';
import { ATTRIBUTE } from '../private/contract';
import { authorizationDiscovery } from '../private/wire/authorization';
import { mcpServer } from '../private/wire/server';
import { McpServerOptions } from '../server-options';
import { ServiceRegistration, ServiceRegistrationProps } from '../service-registration';

/**
 * The Datadog site of an organization, which has its own MCP server.
 *
 * @see https://docs.datadoghq.com/getting_started/site/
 */
export class DatadogSite {
  /** Organizations at `app.datadoghq.com`. */
  public static readonly US1 = DatadogSite.at('datadoghq.com');

  /** Organizations at `us3.datadoghq.com`. */
  public static readonly US3 = DatadogSite.at('us3.datadoghq.com');

  /** Organizations at `us5.datadoghq.com`. */
  public static readonly US5 = DatadogSite.at('us5.datadoghq.com');

  /** Organizations at `app.datadoghq.eu`. */
  public static readonly EU1 = DatadogSite.at('datadoghq.eu');

  /** Organizations at `ap1.datadoghq.com`. */
  public static readonly AP1 = DatadogSite.at('ap1.datadoghq.com');

  /** Organizations at `ap2.datadoghq.com`. */
  public static readonly AP2 = DatadogSite.at('ap2.datadoghq.com');

  /**
   * Another site, another address of a site, or another set of tools (`?toolsets=…`).
   *
   * @param url The URL of the site's MCP server: `https://`, at most 2048 characters. AWS CloudTrail shows the URL.
   */
  public static of(url: string): DatadogSite {
    return new DatadogSite(url);
  }

  private static at(domain: string): DatadogSite {
    return new DatadogSite(`https://mcp.${domain}/api/unstable/mcp-server/mcp`);
  }

  private constructor(private readonly url: string) {}

  /** @internal */
  public get _url(): string {
    return this.url;
  }
}

/**
 * Properties for `DatadogRegistration`.
 */
export interface DatadogRegistrationProps extends ServiceRegistrationProps, McpServerOptions, ConsentOptions {
  /**
   * The site of the organization.
   */
  readonly site: DatadogSite;
}

/**
 * Registers Datadog with AWS DevOps Agent. There is no credential: a user consents during a deployment, or between two
 * deployments. See `ConsentOptions`.
 *
 * @example
 * const datadog = new DatadogRegistration(stack, 'Datadog', {
 *   site: DatadogSite.EU1,
 *   authorized: stack.node.tryGetContext('consented') === 'true',
 * });
 * new CfnOutput(stack, 'DatadogConsentUrl', { value: datadog.consentUrl });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-telemetry-sources-connecting-datadog.html
 */
@propertyInjectable
export class DatadogRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.DatadogRegistration';

  constructor(scope: Construct, id: string, props: DatadogRegistrationProps) {
    super(scope, id, props);

    const server = mcpServer(this, props.site._url, props, 'site');
    this._register({
      service: 'mcpserverdatadog',
      details: server.details,
      problems: server.problems,
      authorization: authorizationDiscovery(props, 'returnToEndpoint'),
    });
  }

  /**
   * The consent URL, known after deployment.
   *
   * @attribute
   */
  public get consentUrl(): string {
    return this._attribute(ATTRIBUTE.consentUrl);
  }
}
