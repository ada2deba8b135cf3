import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';

/**
 * How a deployment waits for a person's consent. The time-out of the provider's function becomes 15 minutes, and
 * CloudFormation waits up to 49 for this registration.
 */
export interface ConsentWait {
  /**
   * The topic that receives the URL where a person consents: no output of the stack is known before the deployment ends.
   * A standard topic of the registration's region. The provider is allowed to publish to it, and to use its key. Whoever
   * receives the message can consent.
   */
  readonly topic: ITopic;

  /**
   * How long the person has: whole seconds, 1 to 12 minutes.
   *
   * @default Duration.minutes(10)
   */
  readonly timeout?: Duration;
}

/**
 * How a person's consent is obtained, where an authorization needs one.
 *
 * With `waitForConsent` the deployment waits for it. Otherwise the registration is made in two deployments. The first ends
 * with `consentUrl`, and with `pending-authorization` in place of the service's id. A person opens that URL in a browser and
 * consents. The second deployment, with `authorized: true`, finds the service that the consent created.
 *
 * The URL carries the client's id, as OAuth has it, also one that was read from a secret.
 */
export interface ConsentOptions {
  /**
   * Where the browser goes after the consent: a URL of the AWS console, or of the DevOps Agent web app.
   *
   * @default - the DevOps Agent console of the stack's region
   */
  readonly returnToEndpoint?: string;

  /**
   * Set to true once a person has consented. The next deployment then finds the service; it fails if there is none.
   * It also fails where the registration is new, or changes in a way that needs a new consent: set it to false for that
   * deployment.
   *
   * @default false
   */
  readonly authorized?: boolean;

  /**
   * Waits for the consent inside the deployment, which then ends with the service's id. It fails if nobody consents in
   * time; a consent after that makes a service that belongs to no stack and has to be deregistered by hand. An error
   * together with `authorized: true`.
   *
   * A change that needs a new consent waits in the same way. A provider of another app waits no longer than the time-out of
   * its function allows.
   *
   * @default - the deployment does not wait
   */
  readonly waitForConsent?: ConsentWait;
}
