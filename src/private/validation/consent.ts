/** The validation of a user's consent. */

import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration, IResource } from 'aws-cdk-lib/core';
import { regionProblems } from './environment';
import { MAX_CONSENT_WAIT_SECONDS } from '../contract';

/** The consent of a user, as `ConsentOptions` describes it. */
export interface Consent {
  readonly returnToEndpoint?: string;
  readonly authorized?: boolean;
  readonly waitForConsent?: ConsentWait;
}

interface ConsentWait {
  readonly topic: ITopic;
  readonly timeout?: Duration;
}

export function consentProblems(scope: IResource, { authorized, waitForConsent }: Consent): string[] {
  return waitForConsent ? [
    ...regionProblems(scope, 'waitForConsent.topic', waitForConsent.topic),
    ...waitProblems(waitForConsent),
    ...authorized ? ['authorized: true was given together with waitForConsent. Leave it out: the deployment itself waits for the consent.'] : [],
  ] : [];
}

function waitProblems({ topic, timeout }: ConsentWait): string[] {
  return [
    ...topic.fifo ? [`waitForConsent.topic: '${topic.node.path}' is a FIFO topic, whose messages need a group. Use a standard topic.`] : [],
    ...timeout === undefined || fits(timeout)
      ? []
      : [`waitForConsent.timeout: ${timeout.toHumanString()} must be 1 to ${MAX_CONSENT_WAIT_SECONDS / 60} minutes, in whole seconds.`],
  ];
}

function fits(timeout: Duration): boolean {
  if (timeout.isUnresolved()) return true;
  const seconds = timeout.toMilliseconds() / 1000;
  return Number.isInteger(seconds) && seconds >= 60 && seconds <= MAX_CONSENT_WAIT_SECONDS;
}
