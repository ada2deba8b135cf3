/** The validation of a user's consent. */

import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration, IResource } from 'aws-cdk-lib/core';
import { regionProblems } from './environment';

/** The consent of a user, as `ConsentOptions` describes it. */
export interface Consent {
  readonly returnToEndpoint?: string;
  readonly authorized?: boolean;
  readonly waitForConsent?: ConsentWait;
}

export interface ConsentWait {
  readonly topic: ITopic;
  readonly timeout?: Duration;
}

export function consentProblems(scope: IResource, { authorized, waitForConsent }: Consent): string[] {
  return waitForConsent ? [
    ...waitForConsent.topic ? regionProblems(scope, 'waitForConsent.topic', waitForConsent.topic) : [],
    ...authorized ? ['authorized: true was given together with waitForConsent. Leave it out: the deployment itself waits for the consent.'] : [],
  ] : [];
}
