/** The registration of Datadog. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { DatadogConfigurationOptions } from '../associations/configuration-options';
import { ConsentOptions } from '../consent-options';
import { ATTRIBUTE } from '../private/contract';
import { Brand } from '../private/copies';
import { plainUrl } from '../private/validation/credential-names';
import { instanceOf, Reading, readArgument } from '../private/validation/kinds';
import { ENDPOINT } from '../private/validation/rules';
import { discovery } from '../private/wire/authorization';
import { mcpServer } from '../private/wire/server';
import { CONSENT, MCP_SERVER } from '../private/wire/shapes';
import { OwnProps, ServiceRegistrationProps } from '../registration-props';
import { McpServerOptions } from '../server-options';
import { ServiceRegistration } from '../service-registration';

const BRAND = new Brand<DatadogSite>('DatadogSite');

const URL_OF_SITE = plainUrl(ENDPOINT, 'Leave it out: a user consents instead.');

/**
 * The Datadog site of an organization, which has its own MCP server.
 *
 * @see https://docs.datadoghq.com/getting_started/site/
 */
export class DatadogSite {
  /** @internal */
  public static readonly _kind = instanceOf(BRAND, 'DatadogSite.EU1');

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

  private readonly reading: Reading<string>;

  private constructor(url: string) {
    BRAND.apply(this);
    this.reading = readArgument(URL_OF_SITE, url);
  }

  /** @internal */
  public get _url(): string | undefined {
    return this.reading.value;
  }

  /** @internal */
  public _reading(): Reading {
    return { ...this.reading, value: this };
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

const PROPS: OwnProps<DatadogRegistrationProps> = { site: DatadogSite._kind, ...MCP_SERVER, ...CONSENT };

/**
 * Options of an association with Datadog.
 */
export interface DatadogAssociationOptions extends AssociationOptions, DatadogConfigurationOptions {}

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

    const { site, serverName, description, returnToEndpoint, authorized, waitForConsent } = this._read(PROPS, props);
    this._register({
      service: 'mcpserverdatadog',
      details: mcpServer(this, { endpoint: site?._url, serverName, description }),
      authorization: discovery({ returnToEndpoint, authorized, waitForConsent }),
    });
  }

  /**
   * Associates Datadog with an Agent Space, as soon as a user has consented.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * datadog.associateWith(agentSpace, { elevatedTools: [McpTool.mutative('edit_synthetic_tests')] });
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options?: DatadogAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.datadog(options), options);
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
