/** The registration of New Relic. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { Rule } from '../private/validation/check';
import { listOf, oneOf, optional, text } from '../private/validation/kinds';
import { ACCOUNT_ID_OF_NEW_RELIC, NUMERIC_ID } from '../private/validation/rules';
import { unlessEmpty } from '../private/wire/details';
import { CREDENTIALS, secretField } from '../private/wire/shapes';
import { OwnProps, RegistrationWithCredentialsProps } from '../registration-props';
import { SecretField } from '../secret-field';
import { ServiceRegistration } from '../service-registration';

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

/** The MCP servers that New Relic documents. */
const MCP_SERVERS: { readonly [region: string]: string | undefined } = {
  US: 'https://mcp.newrelic.com/mcp/',
  EU: 'https://mcp.eu.newrelic.com/mcp/',
};

const ENTITY_GUID: Rule = { pattern: /^[a-zA-Z0-9_.-]+$/, allowed: "letters, digits, '_', '.' and '-'" };

const PROPS: OwnProps<NewRelicRegistrationProps> = {
  apiKey: secretField,
  accountId: text(ACCOUNT_ID_OF_NEW_RELIC),
  region: oneOf(NewRelicRegion, 'NewRelicRegion'),
  applicationIds: optional(listOf(text(NUMERIC_ID))),
  entityGuids: optional(listOf(text(ENTITY_GUID))),
  alertPolicyIds: optional(listOf(text(NUMERIC_ID))),
  ...CREDENTIALS,
};

/**
 * Options of an association with a New Relic account.
 */
export interface NewRelicAssociationOptions extends AssociationOptions {
  /**
   * The `https://` URL of New Relic's MCP server.
   *
   * @default - the URL of the account's region; required for Japan, whose URL New Relic does not document
   */
  readonly endpoint?: string;
}

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

  private readonly accountId: string;

  private readonly region: NewRelicRegion;

  constructor(scope: Construct, id: string, props: NewRelicRegistrationProps) {
    super(scope, id, props);

    const { apiKey, accountId, region, applicationIds, entityGuids, alertPolicyIds, credentialsRevision } = this._read(PROPS, props);
    this.accountId = accountId!;
    this.region = region!;
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

  /**
   * Associates the account with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * newRelic.associateWith(agentSpace);
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options?: NewRelicAssociationOptions): IAssociation {
    const endpoint = options?.endpoint ?? MCP_SERVERS[this.region]!;
    return this._associate(agentSpace, AssociationConfiguration.newRelic({ accountId: this.accountId, endpoint }), options);
  }
}
