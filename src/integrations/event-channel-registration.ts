/** The registration of the event channel. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { bool, optional } from '../private/validation/kinds';
import { UniqueKey } from '../private/wire/details';
import { OwnProps, ServiceRegistrationProps } from '../registration-props';
import { ServiceRegistration } from '../service-registration';

/**
 * Properties for `EventChannelRegistration`.
 */
export interface EventChannelRegistrationProps extends ServiceRegistrationProps {
  /**
   * Whether to adopt an event channel that the account already has. An adopted event channel is neither changed nor
   * deregistered. Without adoption, registering fails if the account has an event channel.
   *
   * @default false
   */
  readonly adoptExisting?: boolean;
}

const PROPS: OwnProps<EventChannelRegistrationProps> = { adoptExisting: optional(bool) };

/**
 * Options of an association with the event channel.
 */
export interface EventChannelAssociationOptions extends AssociationOptions {}

/**
 * Registers the event channel with AWS DevOps Agent, through which any system can start an investigation by a webhook. An
 * account has one event channel in a Region, so a second one in a stack is an error.
 *
 * A changed display name deregisters the old service before it registers the new one, which leaves a gap of seconds to
 * minutes. Associations of the registration move along, each with a new webhook. The change fails while an association that
 * was made elsewhere uses the old service.
 *
 * @example
 * const channel = new EventChannelRegistration(stack, 'EventChannel');
 * channel.associateWith(agentSpace, { webhook: {} });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-invoking-devops-agent-through-webhook.html
 */
@propertyInjectable
export class EventChannelRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.EventChannelRegistration';

  constructor(scope: Construct, id: string, props: EventChannelRegistrationProps = {}) {
    super(scope, id, props);

    const { adoptExisting } = this._read(PROPS, props);
    this._register({
      service: 'eventChannel',
      details: { type: new UniqueKey('webhook', 'event channel') },
      adoptExisting,
    });
  }

  /**
   * Associates the event channel with an Agent Space. The webhook of the association starts investigations in the Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * const hook = channel.associateWith(agentSpace, { webhook: {} }).webhook!;
   * caller.addEnvironment('WEBHOOK_SECRET_ARN', hook.secret.secretArn);
   * hook.secret.grantRead(caller);
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options?: EventChannelAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.eventChannel(), options);
  }
}
