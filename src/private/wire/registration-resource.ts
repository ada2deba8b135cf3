/** The custom resource of a registration, as it stands in the template. */

import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnResource, Duration, IResolvable, IResource, Resource, TagManager, Tokenization } from 'aws-cdk-lib/core';
import { unlessEmpty } from './details';
import { Rendered } from './render';
import { flag, isRetained } from './resource';
import {
  AssociationProperties, ConsentWait, CONTRACT_VERSION, HANDLER_TIMEOUT_SECONDS, RegistrationProperties, RESOURCE_TYPE, serviceTimeoutSeconds,
  WAITING_HANDLER_TIMEOUT_SECONDS, WireRequest,
} from '../contract';
import { addStackTags } from '../stack-tags';
import { Consent } from '../validation/consent';

const DEFAULT_CONSENT_TIMEOUT = Duration.minutes(10);

/** The parts of a registration that are fixed at construction. */
export interface RegistrationParts {
  readonly serviceToken: string | IResolvable;
  readonly service: string;
  readonly request: Omit<WireRequest, 'serviceDetails'>;
  readonly details: Rendered;
  readonly consent?: Consent;
  readonly credentialsRevision?: string;
  readonly adoptExisting?: boolean;
  readonly readinessTimeout?: Duration;
}

/**
 * Tags, removal policies and associations arrive after construction, so they are rendered when the template is written. Tokens
 * for them, and a CustomResource around this, would make the synthesis of hundreds of registrations slower (by 3 to 9 % and 25 %).
 */
export class RegistrationResource extends CfnResource {
  constructor(
    scope: Resource, id: string, parts: RegistrationParts, private readonly tagManager: TagManager,
    private readonly associations: readonly AssociationProperties[],
  ) {
    super(scope, id, { type: RESOURCE_TYPE, properties: propertiesOf(scope, parts) });
  }

  protected get cfnProperties(): { [property: string]: any } {
    addStackTags(this, this.tagManager);
    return {
      ...super.cfnProperties,
      Tags: this.tagManager.renderTags(),
      Retain: flag(isRetained(this)),
      Associations: unlessEmpty(this.associations as AssociationProperties[]),
    };
  }
}

function propertiesOf(scope: IResource, parts: RegistrationParts): { [property: string]: any } {
  const { consent, details } = parts;
  const wait = consent?.waitForConsent;
  return {
    ServiceToken: parts.serviceToken,
    ServiceTimeout: String(serviceTimeoutSeconds(wait ? WAITING_HANDLER_TIMEOUT_SECONDS : HANDLER_TIMEOUT_SECONDS)),
    ...{
      Contract: CONTRACT_VERSION,
      Service: parts.service,
      Request: { ...parts.request, serviceDetails: details.node as WireRequest['serviceDetails'] },
      Secrets: unlessEmpty(details.secrets.map((secret) => secretId(scope, secret))),
      AdoptExisting: flag(parts.adoptExisting),
      Authorized: consent && String(consent.authorized ?? false),
      CredentialsRevision: parts.credentialsRevision,
      ReadinessSeconds: parts.readinessTimeout && renderSeconds(parts.readinessTimeout),
      WaitForConsent: wait && renderWait(wait),
    } satisfies Record<Exclude<keyof RegistrationProperties, 'Tags' | 'Retain' | 'Associations'>, unknown>,
  };
}

function renderWait({ topic, timeout = DEFAULT_CONSENT_TIMEOUT }: NonNullable<Consent['waitForConsent']>): ConsentWait {
  return { TopicArn: topic.topicArn, TimeoutSeconds: renderSeconds(timeout) };
}

function renderSeconds(time: Duration): string {
  return Tokenization.stringifyNumber(time.toSeconds());
}

/** The name of a secret of this account that was imported by its name: a partial ARN may be taken for the ARN of another secret. */
function secretId(scope: IResource, { secretFullArn, secretArn, secretName, env }: ISecret): string {
  const byName = env.account === scope.env.account && secretArn.endsWith(`:secret:${secretName}`);
  return secretFullArn ?? (byName ? secretName : secretArn);
}
