import { App, NestedStack, Stack, StackProps, Tags } from 'aws-cdk-lib/core';
import { EventChannelRegistration } from '../src';
import { errorOf, newStack, registrationIn, templateOf } from './synthesis';

const RESOURCE_TYPE = 'Custom::DevOpsAgentService';
/** In a new app, `Tags.of()` does not tag stacks. In an app without the flag, it does. */
const NEW_APP = { '@aws-cdk/core:explicitStackTags': true };

function stackIn(context: { [flag: string]: unknown }, props?: StackProps): Stack {
  return new Stack(new App({ context }), 'Tools', props);
}

describe.each([['a new app', NEW_APP], ['an app without feature flags', {}]])('in %s, the tags of a service', (_, context) => {
  const stackWith = (tags: { [key: string]: string }) => stackIn(context, { tags });

  test('contain those of its stack', () => {
    const stack = stackWith({ team: 'platform' });
    new EventChannelRegistration(stack, 'Channel');
    stack.addStackTag('stage', 'test');
    expect(registrationIn(stack).Tags).toEqual({ team: 'platform', stage: 'test' });
  });

  test('are the construct\'s own rather than the stack\'s', () => {
    const stack = stackWith({ team: 'platform', stage: 'test', area: 'eu' });
    const registration = new EventChannelRegistration(stack, 'Channel');
    Tags.of(registration).add('team', 'sre');
    registration.cdkTagManager.setTag('area', 'us');
    expect(registrationIn(stack).Tags).toEqual({ team: 'sre', stage: 'test', area: 'us' });
  });

  test('are without a tag of the stack that is removed from the construct', () => {
    const stack = stackWith({ team: 'platform', stage: 'test' });
    Tags.of(new EventChannelRegistration(stack, 'Channel')).remove('team');
    expect(registrationIn(stack).Tags).toEqual({ stage: 'test' });
  });

  test('are without a tag that is added to the stack for other types only', () => {
    const stack = stackWith({});
    new EventChannelRegistration(stack, 'Channel');
    Tags.of(stack).add('team', 'sre', { excludeResourceTypes: [RESOURCE_TYPE] });
    Tags.of(stack.node.root).add('stage', 'test', { excludeResourceTypes: [RESOURCE_TYPE] });
    Tags.of(stack).add('runtime', 'node', { includeResourceTypes: ['AWS::Lambda::Function'] });
    expect(registrationIn(stack)).not.toHaveProperty('Tags');
  });

  test('contain one that is added to stacks, as those of every other resource do', () => {
    const stack = stackWith({});
    new EventChannelRegistration(stack, 'Channel');
    Tags.of(stack.node.root).add('team', 'sre', { includeResourceTypes: ['aws:cdk:stack'] });
    expect(registrationIn(stack).Tags).toEqual({ team: 'sre' });
  });

  test('are in a nested stack those of all stacks around it, the nearest first', () => {
    const stack = stackWith({ team: 'platform', stage: 'test' });
    const nested = new NestedStack(stack, 'Nested');
    nested.addStackTag('team', 'sre');
    new EventChannelRegistration(nested, 'Channel');
    expect(registrationIn(nested).Tags).toEqual({ team: 'sre', stage: 'test' });
  });

  test('are without one of the stack that is known only at deployment, which the CDK ignores', () => {
    const stack = stackWith({});
    stack.addStackTag('id', stack.stackId);
    new EventChannelRegistration(stack, 'Channel');
    expect(registrationIn(stack)).not.toHaveProperty('Tags');
  });

  test('that the API refuses are an error that says how the service goes without them', () => {
    const stack = stackWith({ owner: 'Ops, EU' });
    new EventChannelRegistration(stack, 'Channel');
    expect(errorOf(() => templateOf(stack))).toContain(
      "tag 'owner': 'Ops, EU' must be at most 256 letters, digits, spaces and _ . : / = + - @. Choose another one, or leave it out: " +
      `with excludeResourceTypes: ['${RESOURCE_TYPE}'] where Tags.of(…).add() adds it, or with Tags.of(…).remove('owner') on the registration if it is a tag of the stack.`);
  });
});

test('the tags of an app without feature flags that the API refuses are left out by excluding the type', () => {
  const stack = newStack();
  new EventChannelRegistration(stack, 'Channel');
  Tags.of(stack).add('owner', 'Ops, EU');
  expect(errorOf(() => templateOf(stack))).toContain(`leave it out: with excludeResourceTypes: ['${RESOURCE_TYPE}']`);

  const other = newStack();
  new EventChannelRegistration(other, 'Channel');
  Tags.of(other).add('owner', 'Ops, EU', { excludeResourceTypes: [RESOURCE_TYPE] });
  expect(registrationIn(other)).not.toHaveProperty('Tags');
});

describe('the number of tags', () => {
  function errorWith(ofStack: number, own: number): string {
    const stack = newStack({ tags: Object.fromEntries(Array.from({ length: ofStack }, (_, index) => [`stack${index}`, 'x'])) });
    const registration = new EventChannelRegistration(stack, 'Channel');
    for (let index = 0; index < own; index++) Tags.of(registration).add(`own${index}`, 'x');
    return errorOf(() => templateOf(stack));
  }

  test('is one that leaves room for the ownership tags', () => {
    expect(errorWith(20, 21)).toBe('nothing was thrown');
  });

  test('is an error above that', () => {
    expect(errorWith(20, 22)).toContain('tags: 42 were given, those of the stack among them, but a service has at most 50, and 9 of them are for ownership tags. Leave some out.');
  });
});
