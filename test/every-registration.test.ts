// What all registrations have in common: waiting for a consent, removal policies, names, tags, attributes and imports.
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, CfnElement, CfnOutput, CfnResource, Duration, Lazy, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import {
  ConsentOptions, ConsentWait, DatadogRegistration, DatadogSite, EventChannelRegistration, OAuthClient, PagerDutyRegistration,
  ServiceRegistration,
} from '../src';
import { clientIn, errorOf, KEY_ARN, newStack, registrationIn, resourcesOfType, secretIn, statementsAllowing, templateOf } from './synthesis';

describe('a registration that waits for a consent', () => {
  const TOPIC_ARN = 'arn:aws:sns:us-east-1:111122223333:consents';
  const waitingIn = (stack: Stack, consent: Partial<ConsentOptions> = {}, wait: Partial<ConsentWait> = {}) => new DatadogRegistration(stack, 'Datadog', {
    site: DatadogSite.EU1, waitForConsent: { topic: Topic.fromTopicArn(stack, 'Topic', TOPIC_ARN), ...wait }, ...consent,
  });

  test('tells the handler whom to tell and how long to wait, and has the time for it', () => {
    const stack = newStack();
    waitingIn(stack);
    expect(registrationIn(stack)).toMatchObject({ WaitForConsent: { TopicArn: TOPIC_ARN, TimeoutSeconds: '600' }, ServiceTimeout: '2940' });
    expect(resourcesOfType(stack, 'AWS::Lambda::Function')[0][1].Properties.Timeout).toBe(900);
  });

  test('leaves the time limit of all others as it is', () => {
    const stack = newStack();
    waitingIn(stack);
    new EventChannelRegistration(stack, 'Channel');
    const limits = resourcesOfType(stack, 'Custom::DevOpsAgentService').map(([, { Properties }]) => [Properties.Service, Properties.ServiceTimeout]);
    expect(limits).toEqual([['mcpserverdatadog', '2940'], ['eventChannel', '2040']]);
  });

  test('can wait for as long as it is told', () => {
    const stack = newStack();
    waitingIn(stack, {}, { timeout: Duration.seconds(90) });
    expect(registrationIn(stack).WaitForConsent.TimeoutSeconds).toBe('90');
  });

  test('may publish to the topic, and use its key through Amazon SNS', () => {
    const stack = newStack({ env: { region: 'eu-west-1', account: '111122223333' } });
    const topic = new Topic(stack, 'Encrypted', { masterKey: Key.fromKeyArn(stack, 'Key', KEY_ARN.replace('us-east-1', 'eu-west-1')) });
    waitingIn(stack, {}, { topic });
    expect(statementsAllowing(stack, 'sns:Publish').map(({ Resource }) => Resource)).toEqual([{ Ref: expect.stringMatching(/^Encrypted/) }]);
    expect(statementsAllowing(stack, 'kms:GenerateDataKey')).toEqual([expect.objectContaining({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Condition: { StringEquals: { 'kms:ViaService': 'sns.eu-west-1.amazonaws.com' } },
    })]);
  });

  test('may use the key of the topic by its alias', () => {
    const stack = newStack({ env: { region: 'eu-west-1', account: '111122223333' } });
    waitingIn(stack, {}, { topic: new Topic(stack, 'Encrypted', { masterKey: Alias.fromAliasName(stack, 'Alias', 'alias/topics') }) });
    expect(statementsAllowing(stack, 'kms:GenerateDataKey')).toEqual([expect.objectContaining({
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':kms:eu-west-1:111122223333:key/*']] },
      Condition: {
        'StringEquals': { 'kms:ViaService': 'sns.eu-west-1.amazonaws.com' },
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/topics' },
      },
    })]);
  });

  test.each<[string, (stack: Stack) => unknown, RegExp]>([
    ['too long a time', (stack) => waitingIn(stack, {}, { timeout: Duration.minutes(13) }), /waitForConsent.timeout: 13 minutes must be 1 to 12 minutes/],
    ['too short a time', (stack) => waitingIn(stack, {}, { timeout: Duration.seconds(59) }), /waitForConsent.timeout: 59 seconds must be 1 to 12 minutes/],
    ['parts of a second', (stack) => waitingIn(stack, {}, { timeout: Duration.millis(90_500) }), /waitForConsent.timeout: .* in whole seconds/],
    ['a consent that there is already', (stack) => waitingIn(stack, { authorized: true }), /authorized: true was given together with waitForConsent/],
    ['a topic that takes messages only in groups', (stack) => waitingIn(stack, {}, { topic: new Topic(stack, 'Fifo', { fifo: true }) }), /waitForConsent.topic: 'Tools\/Fifo' is a FIFO topic/],
    ['an imported topic that takes messages only in groups', (stack) => waitingIn(stack, {}, { topic: Topic.fromTopicArn(stack, 'Fifo', `${TOPIC_ARN}.fifo`) }), /is a FIFO topic/],
    ['a topic of another region', () => waitingIn(newStack({ env: { region: 'eu-west-1' } })), /waitForConsent.topic: 'Tools\/Topic' is in us-east-1/],
  ])('is refused with %s', (_, build, message) => {
    expect(() => build(newStack())).toThrow(message);
  });
});

describe('every registration', () => {
  test('can be given a display name and a revision of its credentials', () => {
    const stack = newStack();
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: clientIn(stack), displayName: 'On call', credentialsRevision: '2' });
    expect(registrationIn(stack)).toMatchObject({ CredentialsRevision: '2', Request: { name: 'On call' } });
  });

  test('can refer to another stack, however deep in its request, and have parameters with names that are tokens', () => {
    const stack = newStack();
    const other = new Stack(stack.node.root, 'Other');
    const exchangeParameters = {
      audience: `urn:${new Topic(other, 'Topic').topicName}`,
      [Lazy.string({ produce: () => 'resource' })]: 'tools',
    };
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secretIn(stack), { exchangeParameters }) });

    expect(registrationIn(stack).Request.serviceDetails.pagerduty.authorizationConfig.oAuthClientCredentials.exchangeParameters).toEqual({
      audience: { 'Fn::Join': ['', ['urn:', { 'Fn::ImportValue': expect.stringMatching(/^Other:/) }]] },
      resource: 'tools',
    });
  });

  test('has a display name that the API accepts, whatever its path', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, `a\tb${'x'.repeat(250)}end`);
    const { name } = registrationIn(stack).Request;
    expect(name).toMatch(/^[\p{L}\p{N} _-]{255}$/u);
    expect(name).toMatch(/end$/);
  });

  test('is one resource, which is the default child and takes overrides', () => {
    const stack = newStack();
    const registration = new EventChannelRegistration(stack, 'Channel');
    (registration.node.defaultChild as CfnResource).addPropertyOverride('Request.name', 'Overridden');
    expect(registrationIn(stack).Request.name).toBe('Overridden');
  });

  test('forgets an override that is taken back, even if it was rendered with it', () => {
    const stack = newStack();
    const resource = new EventChannelRegistration(stack, 'Channel').node.defaultChild as CfnResource;
    const rendered = () => Object.values(stack.resolve((resource as any)._toCloudFormation()).Resources)[0];
    const original = rendered();
    resource.addPropertyOverride('Request.name', 'Other');
    expect(rendered()).toMatchObject({ Properties: { Request: { name: 'Other' } } });
    resource.addPropertyDeletionOverride('Request.name');
    expect(rendered()).not.toHaveProperty('Properties.Request.name');
    resource.addPropertyOverride('Request', {});
    expect(rendered()).toEqual(original);
  });

  test('has attributes for its id and its ARN, and is a service for aws-cdk-lib', () => {
    const stack = newStack();
    const registration = new EventChannelRegistration(stack, 'Channel');
    const service: aws_devopsagent.IServiceRef = registration;
    const id = stack.getLogicalId(registration.node.defaultChild as CfnElement);
    expect(stack.resolve(service.serviceRef)).toEqual({
      serviceId: { 'Fn::GetAtt': [id, 'ServiceId'] }, serviceArn: { 'Fn::GetAtt': [id, 'ServiceArn'] },
    });
  });

  test('leaves its removal to CloudFormation, which deletes', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel');
    const [[, resource]] = resourcesOfType(stack, 'Custom::DevOpsAgentService');
    expect(resource).not.toHaveProperty('DeletionPolicy');
    expect(resource.Properties).not.toHaveProperty('Retain');
  });

  test.each([
    [RemovalPolicy.RETAIN, 'Retain', 'Retain', 'true'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate', 'Retain', 'true'],
    [RemovalPolicy.DESTROY, 'Delete', 'Delete', undefined],
  ])('tells CloudFormation and the handler what removal policy %s means', (removalPolicy, deletion, replacement, retain) => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel', { removalPolicy });
    const [[, resource]] = resourcesOfType(stack, 'Custom::DevOpsAgentService');
    expect([resource.DeletionPolicy, resource.UpdateReplacePolicy, resource.Properties.Retain]).toEqual([deletion, replacement, retain]);
  });

  test('tells the handler of a removal policy that is applied later', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel').applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(registrationIn(stack).Retain).toBe('true');
  });

  test('carries the tags of the scopes around it', () => {
    const app = new App();
    const stack = new Stack(app, 'Tools');
    const registration = new EventChannelRegistration(stack, 'Channel');
    Tags.of(app).add('team', 'platform');
    Tags.of(registration).add('cost center', '42');
    expect(registrationIn(stack).Tags).toEqual({ 'team': 'platform', 'cost center': '42' });
  });

  test('has no property for tags without tags', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel');
    expect(registrationIn(stack)).not.toHaveProperty('Tags');
  });
});

describe('a service that was registered elsewhere', () => {
  test('is known by its id', () => {
    const stack = newStack({ env: { region: 'eu-west-1', account: '111122223333' } });
    const service = ServiceRegistration.fromServiceId(stack, 'Service', 'abc-123');
    expect(service.serviceRef.serviceId).toBe('abc-123');
    expect(stack.resolve(service.serviceArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':aidevops:eu-west-1:111122223333:service/abc-123']],
    });
  });

  test('is known by its ARN, and belongs where that says', () => {
    const service = ServiceRegistration.fromServiceArn(newStack(), 'Service', 'arn:aws:aidevops:eu-west-2:444455556666:service/abc-123');
    expect(service.serviceId).toBe('abc-123');
    expect(service.env).toEqual({ region: 'eu-west-2', account: '444455556666' });
  });

  test('can be known by a token', () => {
    const stack = newStack();
    const registration = new EventChannelRegistration(stack, 'Channel');
    new CfnOutput(stack, 'Output', { value: ServiceRegistration.fromServiceArn(stack, 'Service', registration.serviceArn).serviceId });
    expect(JSON.stringify(templateOf(stack).Outputs)).toContain('ServiceArn');
  });

  test.each(['arn:aws:aidevops:eu-west-2:444455556666:agentspace/abc', 'abc-123'])('is refused with an ARN that is not one of a service: %s', (arn) => {
    expect(errorOf(() => ServiceRegistration.fromServiceArn(newStack(), 'Service', arn))).toContain(`serviceArn: '${arn}' must be the ARN of a service`);
  });

  test('is refused with an id that is none', () => {
    expect(errorOf(() => ServiceRegistration.fromServiceId(newStack(), 'Service', 'a/b'))).toContain("serviceId: 'a/b' must be");
  });
});
