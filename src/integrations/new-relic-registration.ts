/** The registration of New Relic. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { Rule } from '../private/validation/check';
import { listOf, oneOf, optional, text } from '../private/validation/kinds';
import { unlessEmpty } from '../private/wire/details';
import { CREDENTIALS, secretField } from '../private/wire/shapes';
import { SecretField } from '../secret-field';
import { OwnProps, RegistrationWithCredentialsProps, ServiceRegistration } from '../service-registration';

/**
 * The region of a New Relic account.
 */
export enum NewRelicRegion {
  /** Accounts in the United States. */
  US = 'US',
  /** Accounts in the European Union. */
  EU = 'EU',
  /** Accounts in Japan. */
  JP = 'JP',
}

/**
 * Properties for `NewRelicRegistration`.
 */
export interface NewRelicRegistrationProps extends RegistrationWithCredentialsProps {
  /**
   * A user API key of a Full platform user, whose value is `NRAK-` and capital letters and digits. According to AWS, New
   * Relic's MCP tools are not enabled for Basic and Core users.
   */
  readonly apiKey: SecretField;

  /**
   * The account's id: 3 to 7 digits.
   */
  readonly accountId: string;

  /**
   * The account's region.
   */
  readonly region: NewRelicRegion;

  /**
   * The ids of monitored APM applications: digits.
   *
   * @default - none
   */
  readonly applicationIds?: string[];

  /**
   * The GUIDs of entities, such as applications, hosts and services: letters, digits, `_`, `.` and `-`.
   *
   * @default - none
   */
  readonly entityGuids?: string[];

  /**
   * The ids of alert policies: digits.
   *
   * @default - none
   */
  readonly alertPolicyIds?: string[];
}

const ACCOUNT_ID: Rule = { pattern: /^[0-9]+$/, min: 3, max: 7, allowed: '3 to 7 digits' };

const NUMERIC_ID: Rule = { pattern: /^[0-9]+$/, allowed: 'digits' };

const ENTITY_GUID: Rule = { pattern: /^[a-zA-Z0-9_.-]+$/, allowed: "letters, digits, '_', '.' and '-'" };

const PROPS: OwnProps<NewRelicRegistrationProps> = {
  apiKey: secretField,
  accountId: text(ACCOUNT_ID),
  region: oneOf(NewRelicRegion, 'NewRelicRegion'),
  applicationIds: optional(listOf(text(NUMERIC_ID))),
  entityGuids: optional(listOf(text(ENTITY_GUID))),
  alertPolicyIds: optional(listOf(text(NUMERIC_ID))),
  ...CREDENTIALS,
};

/**
 * Registers a New Relic account with AWS DevOps Agent.
 *
 * @example
 * new NewRelicRegistration(stack, 'NewRelic', {
 *   accountId: '1234567',
 *   region: NewRelicRegion.US,
 *   apiKey: SecretField.fromSecretsManager(
 *     secretsmanager.Secret.fromSecretNameV2(stack, 'NewRelicKey', 'devops-tools/new-relic'), 'api_key',
 *   ),
 * });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-telemetry-sources-connecting-new-relic.html
 */
@propertyInjectable
export class NewRelicRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.NewRelicRegistration';

  constructor(scope: Construct, id: string, props: NewRelicRegistrationProps) {
    super(scope, id, props);

    const { apiKey, accountId, region, applicationIds, entityGuids, alertPolicyIds, credentialsRevision } = this._read(PROPS, props);
    this._register({
      service: 'mcpservernewrelic',
      details: {
        authorizationConfig: {
          apiKey: {
            apiKey,
            accountId,
            region,
            applicationIds: unlessEmpty(applicationIds),
            entityGuids: unlessEmpty(entityGuids),
            alertPolicyIds: unlessEmpty(alertPolicyIds),
          },
        },
      },
      credentialsRevision,
    });
  }
}
