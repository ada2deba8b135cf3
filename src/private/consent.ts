import { Duration, Token } from 'aws-cdk-lib/core';
import { ConsentWait as WireWait, MAX_CONSENT_WAIT_SECONDS } from './contract';
import { ConsentWait } from '../consent-options';

const DEFAULT_TIMEOUT = Duration.minutes(10);

/** How the handler is told to wait for a person's consent. */
export function renderWait({ topic, timeout = DEFAULT_TIMEOUT }: ConsentWait): WireWait {
  return { TopicArn: topic.topicArn, TimeoutSeconds: String(timeout.toSeconds()) };
}

export function waitProblems({ topic, timeout = DEFAULT_TIMEOUT }: ConsentWait): string[] {
  const seconds = timeout.toMilliseconds() / 1000;
  const fits = Token.isUnresolved(seconds) || (Number.isInteger(seconds) && seconds >= 60 && seconds <= MAX_CONSENT_WAIT_SECONDS);
  return [
    ...topic.fifo ? [`waitForConsent.topic: '${topic.node.path}' is a FIFO topic, whose messages need a group. Use a standard topic.`] : [],
    ...fits ? [] : [`waitForConsent.timeout: ${timeout.toHumanString()} must be 1 to ${MAX_CONSENT_WAIT_SECONDS / 60} minutes, in whole seconds.`],
  ];
}
