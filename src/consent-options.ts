/** The consent of a user. */

import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';

/**
 * The wait of a deployment for a user's consent. The timeout of the provider's Lambda function becomes 15 minutes, and
 * CloudFormation waits up to 49 minutes for this registration.
 */
export interface ConsentWait {
  /**
   * The topic that receives the consent URL, since no output of the stack is known before the deployment ends. It has to be
   * a standard topic of the registration's Region. The provider is allowed to publish to the topic, and to use its key.
   * Whoever receives the message can consent.
   */
  readonly topic: ITopic;

  /**
   * The time that the user has to consent: 1 to 12 minutes, in whole seconds.
   *
   * @default Duration.minutes(10)
   */
  readonly timeout?: Duration;
}

/**
 * Options of a user's consent, which some kinds of authorization need.
 *
 * With `waitForConsent` the deployment waits for the consent. Otherwise the registration takes two deployments. The first
 * ends with `consentUrl`, and with `pending-authorization` in place of the service's id. A user opens that URL in a browser
 * and consents. The second deployment, with `authorized: true`, finds the service that the consent created.
 *
 * The URL contains the client's id, as OAuth specifies, even if the id was read from a secret.
 */
export interface ConsentOptions {
  /**
   * The URL that the browser returns to after the consent: a URL of the AWS console, or of the DevOps Agent web app.
   *
   * @default - the DevOps Agent console of the stack's Region
   */
  readonly returnToEndpoint?: string;

  /**
   * Whether a user has consented. With true, the next deployment looks for the service, and fails if there is none. The
   * deployment also fails if the registration is new, or changes in a way that needs a new consent: set `authorized` to
   * false for that deployment.
   *
   * @default false
   */
  readonly authorized?: boolean;

  /**
   * Makes the deployment wait for the consent, so that it ends with the service's id. The deployment fails if nobody
   * consents in time; a later consent creates a service that belongs to no stack and has to be deregistered by hand. An
   * error together with `authorized: true`.
   *
   * A change that needs a new consent waits in the same way. A provider of another app waits no longer than the timeout of
   * its Lambda function.
   *
   * @default - the deployment does not wait
   */
  readonly waitForConsent?: ConsentWait;
}
