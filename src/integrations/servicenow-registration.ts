/** The registration of ServiceNow. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { OAuthClient } from '../oauth-client';
import { Rule } from '../private/validation/check';
import { text } from '../private/validation/kinds';
import { oauthClient } from '../private/wire/authorization';
import { CREDENTIALS } from '../private/wire/shapes';
import { OwnProps, RegistrationWithCredentialsProps, ServiceRegistration } from '../service-registration';

/**
 * Properties for `ServiceNowRegistration`.
 */
export interface ServiceNowRegistrationProps extends RegistrationWithCredentialsProps {
  /**
   * The instance's URL: `https://<instance>.service-now.com`, at most 255 characters.
   *
   * An association with an Agent Space needs the instance's short name instead: the part before `.service-now.com`.
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
 * new devopsagent.CfnAssociation(stack, 'ServiceNowAssociation', {
 *   agentSpaceId: agentSpace.attrAgentSpaceId,
 *   serviceId: serviceNow.serviceId,
 *   configuration: { serviceNow: { instanceId: 'acme' } },
 * });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-to-ticketing-and-chat-connecting-servicenow.html
 */
@propertyInjectable
export class ServiceNowRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.ServiceNowRegistration';

  constructor(scope: Construct, id: string, props: ServiceNowRegistrationProps) {
    super(scope, id, props);

    const { instanceUrl, authorization, credentialsRevision } = this._read(PROPS, props);
    this._register({
      service: 'servicenow',
      details: { instanceUrl },
      authorization: authorization?._authorization,
      credentialsRevision,
    });
  }
}
