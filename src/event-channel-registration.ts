import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { Identity } from './private/wire';
import { ServiceRegistration, ServiceRegistrationProps } from './service-registration';

/**
 * The event channel of an account.
 */
export interface EventChannelRegistrationProps extends ServiceRegistrationProps {
  /**
   * Whether an event channel that the account has already is taken as it is. It is not changed then, and never
   * deregistered. Otherwise registering fails if there is one.
   *
   * @default false
   */
  readonly adoptExisting?: boolean;
}

/**
 * Registers the event channel with AWS DevOps Agent: the way for any system to start an investigation through a
 * webhook. There is one per account, so a second one in a stack is an error. A changed display name deregisters the old one
 * before the new one is made, so there is none for seconds to minutes. It fails while an Agent Space uses the old one: remove
 * the association in a deployment before. A new association has a new webhook.
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

    this._register({
      service: 'eventChannel',
      details: { type: new Identity('webhook', 'event channel') },
      problems: [],
      adoptExisting: props.adoptExisting,
    });
  }
}
