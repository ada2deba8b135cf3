import { Annotations as Found, Match } from 'aws-cdk-lib/assertions';
import { Annotations, App, NestedStack, Stack } from 'aws-cdk-lib/core';
import { DatadogRegistration, DatadogSite, EventChannelRegistration } from '../src';
import { newStack } from './synthesis';

const ID = 'cdk-devops-agent:regionUnknown';

function stackIn(region: string): Stack {
  const stack = newStack({ env: { account: '111122223333', region } });
  new EventChannelRegistration(stack, 'Channel');
  return stack;
}

function warningsOf(stack: Stack): [construct: string, text: unknown][] {
  return Found.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data]);
}

test.each(['eu-central-2', 'us-gov-west-1', 'cn-north-1'])('%s is a warning: AWS DevOps Agent is not known to be available there', (region) => {
  expect(warningsOf(stackIn(region))).toEqual([['/Tools', expect.stringMatching(
    new RegExp(`^region: ${region} was given, but AWS DevOps Agent is known to be available in ap-northeast-1, .*, us-west-2 only\\..* \\[ack: ${ID}\\]$`))]]);
});

test('a stack has one warning for all its registrations, those of nested stacks among them', () => {
  const stack = stackIn('eu-central-2');
  [stack, new NestedStack(stack, 'Nested')].forEach((scope) => new DatadogRegistration(scope, 'Datadog', { site: DatadogSite.EU1 }));
  expect(warningsOf(stack)).toHaveLength(1);
});

test('each stack has its own', () => {
  const app = new App();
  const stacks = ['One', 'Two'].map((id) => new Stack(app, id, { env: { region: 'eu-central-2' } }));
  stacks.forEach((stack) => new EventChannelRegistration(stack, 'Channel'));
  expect(stacks.map((stack) => warningsOf(stack).length)).toEqual([1, 1]);
});

test('the warning can be acknowledged', () => {
  const stack = stackIn('eu-central-2');
  Annotations.of(stack.node.root).acknowledgeWarning(ID);
  expect(warningsOf(stack)).toEqual([]);
});

test.each(['us-east-1', 'us-east-2', 'eu-west-3', 'ap-northeast-2'])('%s is none', (region) => {
  expect(warningsOf(stackIn(region))).toEqual([]);
});

test('a Region that is known only at deployment is none', () => {
  const stack = newStack();
  new EventChannelRegistration(stack, 'Channel');
  expect(warningsOf(stack)).toEqual([]);
});
