/** The registration of Dynatrace. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { DynatraceConfigurationOptions } from '../associations/configuration-options';
import { OAuthClient } from '../oauth-client';
import { Rule } from '../private/validation/check';
import { text } from '../private/validation/kinds';
import { oauthClient } from '../private/wire/authorization';
import { CREDENTIALS } from '../private/wire/shapes';
import { OwnProps, RegistrationWithCredentialsProps } from '../registration-props';
import { ServiceRegistration } from '../service-registration';

/**
 * Properties for `DynatraceRegistration`.
 */
export interface DynatraceRegistrationProps extends RegistrationWithCredentialsProps {
  /**
   * The account's URN: `urn:dtaccount:` and a UUID in lower case. Dynatrace shows the URN beside the OAuth client.
   */
  readonly accountUrn: string;

  /**
   * An OAuth client of that account, which no other registration uses.
   */
  readonly authorization: OAuthClient;
}

const ACCOUNT_URN: Rule = {
  pattern: /^urn:dtaccount:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  allowed: "'urn:dtaccount:' and a UUID in lower case, such as urn:dtaccount:01234567-89ab-cdef-0123-456789abcdef",
};

const PROPS: OwnProps<DynatraceRegistrationProps> = { accountUrn: text(ACCOUNT_URN), authorization: oauthClient, ...CREDENTIALS };

/**
 * Options of an association with a Dynatrace environment.
 */
export interface DynatraceAssociationOptions extends AssociationOptions, DynatraceConfigurationOptions {}

/**
 * Registers a Dynatrace account with AWS DevOps Agent. The account has to be one of Dynatrace SaaS.
 *
 * @example
 * new DynatraceRegistration(stack, 'Dynatrace', {
 *   accountUrn: 'urn:dtaccount:01234567-89ab-cdef-0123-456789abcdef',
 *   authorization: OAuthClient.fromSecretsManager(
 *     secretsmanager.Secret.fromSecretNameV2(stack, 'DynatraceClient', 'devops-tools/dynatrace'),
 *   ),
 * });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-telemetry-sources-connecting-dynatrace.html
 */
@propertyInjectable
export class DynatraceRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.DynatraceRegistration';

  constructor(scope: Construct, id: string, props: DynatraceRegistrationProps) {
    super(scope, id, props);

    const { accountUrn, authorization, credentialsRevision } = this._read(PROPS, props);
    this._register({
      service: 'dynatrace',
      details: { accountUrn },
      authorization: authorization?._authorization,
      credentialsRevision,
    });
  }

  /**
   * Associates an environment of the account with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * dynatrace.associateWith(agentSpace, { environmentId: 'abc12345' });
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options: DynatraceAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.dynatrace(options), options);
  }
}
