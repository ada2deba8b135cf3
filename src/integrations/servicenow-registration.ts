/** The registration of ServiceNow. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { ServiceNowConfigurationOptions } from '../associations/configuration-options';
import { OAuthClient } from '../oauth-client';
import { Rule } from '../private/validation/check';
import { text } from '../private/validation/kinds';
import { oauthClient } from '../private/wire/authorization';
import { CREDENTIALS } from '../private/wire/shapes';
import { between } from '../private/wire/url';
import { OwnProps, RegistrationWithCredentialsProps } from '../registration-props';
import { ServiceRegistration } from '../service-registration';

/**
 * Properties for `ServiceNowRegistration`.
 */
export interface ServiceNowRegistrationProps extends RegistrationWithCredentialsProps {
  /**
   * The instance's URL: `https://<instance>.service-now.com`, at most 255 characters.
   */
  readonly instanceUrl: string;

  /**
   * An OAuth client of that instance.
   */
  readonly authorization: OAuthClient;
}

const INSTANCE_URL: Rule = {
  pattern: /^https:\/\/[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])\.service-now\.com\/?$/,
  max: 255,
  allowed: 'https://<instance>.service-now.com, at most 255 characters, those of the instance at least 2',
  fix: 'Give the address under service-now.com, without a path: https://acme.service-now.com.',
};

const PROPS: OwnProps<ServiceNowRegistrationProps> = { instanceUrl: text(INSTANCE_URL), authorization: oauthClient, ...CREDENTIALS };

/**
 * Options of an association with a ServiceNow instance.
 */
export interface ServiceNowAssociationOptions extends AssociationOptions, ServiceNowConfigurationOptions {}

/**
 * Registers a ServiceNow instance with AWS DevOps Agent.
 *
 * @example
 * const serviceNow = new ServiceNowRegistration(stack, 'ServiceNow', {
 *   instanceUrl: 'https://acme.service-now.com',
 *   authorization: OAuthClient.fromSecretsManager(
 *     secretsmanager.Secret.fromSecretNameV2(stack, 'ServiceNowClient', 'devops-tools/servicenow'),
 *   ),
 * });
 *
 * serviceNow.associateWith(agentSpace);
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-to-ticketing-and-chat-connecting-servicenow.html
 */
@propertyInjectable
export class ServiceNowRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.ServiceNowRegistration';

  private readonly instanceUrl: string;

  constructor(scope: Construct, id: string, props: ServiceNowRegistrationProps) {
    super(scope, id, props);

    const { instanceUrl, authorization, credentialsRevision } = this._read(PROPS, props);
    this.instanceUrl = instanceUrl!;
    this._register({
      service: 'servicenow',
      details: { instanceUrl },
      authorization: authorization?._authorization,
      credentialsRevision,
    });
  }

  /**
   * Associates the instance with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * const hook = serviceNow.associateWith(agentSpace, { webhook: {} }).webhook;
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options?: ServiceNowAssociationOptions): IAssociation {
    const instanceId = options?.instanceId ?? between(this.instanceUrl, 'https://', '.service-now.com');
    return this._associate(agentSpace, AssociationConfiguration.serviceNow({ ...options, instanceId }), options);
  }
}
