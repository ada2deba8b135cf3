import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration, Lazy } from 'aws-cdk-lib/core';
import { DatadogRegistration, DatadogSite, EventChannelRegistration, SigV4McpServerRegistration } from '../src';
import { errorOf, newStack, registrationIn } from './synthesis';
import { reassociateTime, REGISTER_TIME, REPLACE_TIME } from '../lambda/lifecycle/times';
import { configurationHash } from '../lambda/wire/fingerprint';
import { parseRegistration } from '../lambda/wire/parse';
import { HANDLER_TIMEOUT_SECONDS, MAX_ASSOCIATIONS, MAX_READINESS_SECONDS } from '../src/private/contract';

// The time that is given to what the deployment has just made, from the construct to the handler.

function propertiesWith(readinessTimeout?: Duration): any {
  const stack = newStack();
  new SigV4McpServerRegistration(stack, 'Server', { endpoint: 'https://example.com/mcp', signingService: 'execute-api', readinessTimeout });
  return registrationIn(stack);
}

test.each(['0', '120', '170'])('%s seconds reach the handler', (seconds) => {
  const properties = propertiesWith(Duration.seconds(Number(seconds)));
  expect(properties.ReadinessSeconds).toBe(seconds);
  expect(parseRegistration(properties).readiness).toBe(Number(seconds) * 1000);
});

test('a time that is known only at deployment reaches it, too', () => {
  expect(propertiesWith(Duration.seconds(Lazy.number({ produce: () => 100 }))).ReadinessSeconds).toBe('100');
});

test('a wait for a consent that is known only at deployment reaches it, too', () => {
  const stack = newStack();
  const timeout = Duration.seconds(Lazy.number({ produce: () => 100 }));
  const topic = Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:111122223333:consents');
  new DatadogRegistration(stack, 'Datadog', { site: DatadogSite.EU1, waitForConsent: { topic, timeout } });
  expect(registrationIn(stack).WaitForConsent.TimeoutSeconds).toBe('100');
});

test('no time is the handler\'s default, and leaves the properties as they are', () => {
  const properties = propertiesWith();
  expect(properties).not.toHaveProperty('ReadinessSeconds');
  expect(parseRegistration(properties).readiness).toBeUndefined();
});

test('another time is no other configuration, so it replaces nothing', () => {
  const properties = [undefined, Duration.minutes(1), Duration.minutes(2)].map(propertiesWith);
  const hashes = properties.map((written) => configurationHash(parseRegistration(written)));
  expect(new Set(hashes).size).toBe(1);
});

test.each([Duration.seconds(171), Duration.minutes(5), Duration.millis(1500)])('%s is refused', (readinessTimeout) => {
  expect(errorOf(() => new EventChannelRegistration(newStack(), 'Channel', { readinessTimeout })))
    .toContain(`readinessTimeout: ${readinessTimeout.toHumanString()} must be 0 to 170 seconds, in whole seconds: the handler has 10 minutes in all.`);
});

test('the longest time leaves the handler that of a full RegisterService, and of the longest replacement after it', () => {
  const rest = HANDLER_TIMEOUT_SECONDS * 1000 - REGISTER_TIME - REPLACE_TIME - reassociateTime(MAX_ASSOCIATIONS);
  expect(MAX_READINESS_SECONDS * 1000).toBeLessThanOrEqual(rest);
  expect(MAX_READINESS_SECONDS * 1000).toBeGreaterThan(rest - 10_000);
});
