/** The registration of PagerDuty. */

import { Annotations, Token } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { PagerDutyConfigurationOptions } from '../associations/configuration-options';
import { OAuthClient } from '../oauth-client';
import { quoted, Rule } from '../private/validation/check';
import { listOf, oneOf, optional, refined, text } from '../private/validation/kinds';
import { OAUTH_SCOPE } from '../private/validation/rules';
import { oauthClient } from '../private/wire/authorization';
import { lowerCase, UniqueKey } from '../private/wire/details';
import { CREDENTIALS } from '../private/wire/shapes';
import { OwnProps, RegistrationWithCredentialsProps } from '../registration-props';
import { ServiceRegistration } from '../service-registration';

/**
 * The service region of a PagerDuty account.
 */
export enum PagerDutyServiceRegion {
  /** Accounts at `<subdomain>.pagerduty.com`. */
  US = 'us',
  /** Accounts at `<subdomain>.eu.pagerduty.com`. */
  EU = 'eu',
}

/**
 * Properties for `PagerDutyRegistration`.
 */
export interface PagerDutyRegistrationProps extends RegistrationWithCredentialsProps {
  /**
   * The account's subdomain: `acme` for `https://acme.pagerduty.com`. Letters, digits and `-`, at most 63.
   */
  readonly subdomain: string;

  /**
   * The client of an app with Scoped OAuth in that PagerDuty account.
   */
  readonly authorization: OAuthClient;

  /**
   * The account's service region.
   *
   * @default PagerDutyServiceRegion.US
   */
  readonly serviceRegion?: PagerDutyServiceRegion;

  /**
   * The scopes to request. The scope that names the account, `as_account-<region>.<subdomain>`, is added to them; giving it
   * is an error. A missing scope of the default is a warning: AWS DevOps Agent needs all of them.
   *
   * @default ['incidents.read', 'incidents.write', 'services.read', 'webhook_subscriptions.read', 'webhook_subscriptions.write']
   */
  readonly scopes?: string[];
}

const MINIMUM_SCOPES = ['incidents.read', 'incidents.write', 'services.read', 'webhook_subscriptions.read', 'webhook_subscriptions.write'];

const SUBDOMAIN: Rule = {
  pattern: /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
  max: 63,
  allowed: "1 to 63 letters, digits and '-', without a '-' at either end",
  fix: "Give only the part before '.pagerduty.com' or '.eu.pagerduty.com': 'acme' for https://acme.pagerduty.com.",
};

const PROPS: OwnProps<PagerDutyRegistrationProps> = {
  subdomain: text(SUBDOMAIN),
  authorization: oauthClient,
  serviceRegion: optional(oneOf(PagerDutyServiceRegion, 'PagerDutyServiceRegion')),
  scopes: optional(refined(listOf(text(OAUTH_SCOPE)), scopesProblems)),
  ...CREDENTIALS,
};

/**
 * Options of an association with PagerDuty services.
 */
export interface PagerDutyAssociationOptions extends AssociationOptions, PagerDutyConfigurationOptions {}

/**
 * Registers PagerDuty with AWS DevOps Agent.
 *
 * The PagerDuty account is a unique key: registering fails if the account is registered already. A change that replaces the
 * service and keeps the subdomain and the service region deregisters the old service before it registers the new one, which
 * leaves a gap of seconds to minutes. Associations of the registration move along. The change fails while an association
 * that was made elsewhere uses the old service.
 *
 * @example
 * new PagerDutyRegistration(stack, 'PagerDuty', {
 *   subdomain: 'acme',
 *   serviceRegion: PagerDutyServiceRegion.EU, // the default is US
 *   authorization: OAuthClient.fromSecretsManager(
 *     secretsmanager.Secret.fromSecretNameV2(stack, 'PagerDutyClient', 'devops-tools/pagerduty'),
 *   ),
 * });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-to-ticketing-and-chat-connecting-pagerduty.html
 */
@propertyInjectable
export class PagerDutyRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.PagerDutyRegistration';

  constructor(scope: Construct, id: string, props: PagerDutyRegistrationProps) {
    super(scope, id, props);

    const {
      subdomain, authorization, serviceRegion = PagerDutyServiceRegion.US, scopes = MINIMUM_SCOPES, credentialsRevision,
    } = this._read(PROPS, props);
    this._register({
      service: 'pagerduty',
      details: { scopes: [...scopes, new UniqueKey(`as_account-${serviceRegion}.${lowerCase(subdomain)}`, 'PagerDuty account')] },
      authorization: authorization?._authorization,
      credentialsRevision,
    });

    const missing = MINIMUM_SCOPES.filter((minimum) => !scopes.includes(minimum));
    if (missing.length > 0) {
      Annotations.of(this).addWarningV2('cdk-devops-agent:pagerDutyScopesMissing',
        `scopes: AWS DevOps Agent also needs ${missing.map(quoted).join(', ')}. Add them, or leave scopes out for exactly the scopes that it needs.`);
    }
  }

  /**
   * Associates services of the account with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * pagerDuty.associateWith(agentSpace, { serviceIds: ['PABC123'], customerEmail: 'on-call@example.com' });
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options: PagerDutyAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.pagerDuty(options), options);
  }
}

function scopesProblems(scopes: string[]): string[] {
  if (Token.isUnresolved(scopes)) {
    return [': a list that is known only at deployment was given, but the account has to be added to it. Give the scopes as strings.'];
  }
  return scopes.filter((scope) => /^as_account-/i.test(scope)).map((scope) =>
    `: ${quoted(scope)} names the account, which is added from subdomain and serviceRegion. Leave it out.`);
}
