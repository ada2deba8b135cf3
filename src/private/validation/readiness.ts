/** The validation of the time that is given to what is not ready yet. */

import { Duration } from 'aws-cdk-lib/core';
import { HANDLER_TIMEOUT_SECONDS, MAX_READINESS_SECONDS } from '../contract';

export function readinessProblems(timeout: Duration): string[] {
  if (timeout.isUnresolved()) return [];
  const seconds = timeout.toMilliseconds() / 1000;
  return Number.isInteger(seconds) && seconds <= MAX_READINESS_SECONDS
    ? []
    : [`: ${timeout.toHumanString()} must be 0 to ${MAX_READINESS_SECONDS} seconds, in whole seconds: the handler has ${HANDLER_TIMEOUT_SECONDS / 60} minutes in all.`];
}
