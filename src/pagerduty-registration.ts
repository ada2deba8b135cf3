import { Annotations, Token } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { OAuthClient } from './oauth-client';
import { OAUTH_SCOPE } from './private/rules';
import { checkGiven, checkEach, quoted, Rule } from './private/validation';
import { Identity } from './private/wire';
import { RegistrationWithCredentialsProps, ServiceRegistration } from './service-registration';

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
 * A PagerDuty account, and how to get at it.
 */
export interface PagerDutyRegistrationProps extends RegistrationWithCredentialsProps {
  /**
   * The account's subdomain: `acme` for `https://acme.pagerduty.com`. Letters, digits and `-`, at most 63.
   */
  readonly subdomain: string;

  /**
   * A client of an app with Scoped OAuth, registered in that PagerDuty account.
   */
  readonly authorization: OAuthClient;

  /**
   * The account's service region.
   *
   * @default PagerDutyServiceRegion.US
   */
  readonly serviceRegion?: PagerDutyServiceRegion;

  /**
   * The scopes to ask for. The one that names the account, `as_account-<region>.<subdomain>`, is added to them; giving
   * it by hand is an error. A scope missing from the default is a warning: AWS DevOps Agent needs all of them.
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
  fix: "Give only what stands before '.pagerduty.com' or '.eu.pagerduty.com': 'acme' for https://acme.pagerduty.com.",
};

/**
 * Registers PagerDuty with AWS DevOps Agent. There is one registration per PagerDuty account: where another one of it
 * exists already, registering fails. A change of anything but tags, the subdomain or the service region deregisters the old
 * registration before the new one is made, so there is none for seconds to minutes. It fails while an Agent Space uses the
 * old one: remove the association in a deployment before.
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

    const { subdomain, authorization, serviceRegion = PagerDutyServiceRegion.US, scopes = MINIMUM_SCOPES } = props;
    this._register({
      service: 'pagerduty',
      details: { scopes: [...scopes, new Identity(`as_account-${serviceRegion}.${subdomain}`, 'PagerDuty account')] },
      problems: [...checkGiven('subdomain', subdomain, SUBDOMAIN), ...scopesProblems(scopes)],
      authorization: authorization._authorization,
      credentialsRevision: props.credentialsRevision,
    });

    const missing = MINIMUM_SCOPES.filter((minimum) => !scopes.includes(minimum));
    if (missing.length > 0) {
      Annotations.of(this).addWarningV2('cdk-devops-agent:pagerDutyScopesMissing',
        `scopes: AWS DevOps Agent needs ${missing.map(quoted).join(', ')} too. Add them, or leave scopes out for exactly what it needs.`);
    }
  }
}

function scopesProblems(scopes: string[]): string[] {
  if (Token.isUnresolved(scopes)) {
    return ['scopes: a list that is known only at deployment was given. Write the scopes out, since the account is added to them.'];
  }
  return [
    ...checkEach('scopes', scopes, OAUTH_SCOPE),
    ...scopes.filter((scope) => /^as_account-/i.test(scope)).map((scope) =>
      `scopes: ${quoted(scope)} names the account, which is added from subdomain and serviceRegion. Leave it out.`),
  ];
}
