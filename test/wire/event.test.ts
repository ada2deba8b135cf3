import { CloudFormationEvent, eventTime, serviceArn, serviceTimeout } from '../../lambda/wire/event';
import { parsePhysicalId } from '../../lambda/wire/physical-id';

const event = (change: Partial<CloudFormationEvent>): CloudFormationEvent => ({
  RequestType: 'Create',
  ResponseURL: 'https://bucket.example/',
  StackId: 'arn:aws-us-gov:cloudformation:us-gov-west-1:111122223333:stack/Tools/5a1f',
  RequestId: 'request',
  LogicalResourceId: 'Registration',
  ResourceProperties: {},
  ...change,
});

test.each<[string, number | undefined]>([
  ['https://bucket.example/a?X-Amz-Date=20260102T030405Z&X-Amz-Expires=7200', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ['https://bucket.example/a?X-Amz-Expires=7200&X-Amz-Date=20260102T030405Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ['https://bucket.example/a?X-Amz-Date=yesterday', undefined],
  ['https://bucket.example/X-Amz-Date=20260102T030405Z', undefined],
  ['https://bucket.example/a', undefined],
])('the time of the event that is answered at %s', (ResponseURL, time) => {
  expect(eventTime(event({ ResponseURL }))).toBe(time);
});

test.each<[unknown, number]>([['2040', 2_040_000], [undefined, 3_600_000], ['soon', 3_600_000]])('a ServiceTimeout of %s is waited for %d ms', (ServiceTimeout, ms) => {
  expect(serviceTimeout(event({ ResourceProperties: { ServiceTimeout } }))).toBe(ms);
});

test('a service is in the partition, the Region and the account of the stack', () => {
  expect(serviceArn(event({}), 'abc')).toBe('arn:aws-us-gov:aidevops:us-gov-west-1:111122223333:service/abc');
});

test.each<[string | undefined, object]>([
  ['arn:aws:aidevops:us-east-1:111122223333:service/a-B_9', { kind: 'service', serviceId: 'a-B_9' }],
  ['arn:aws-cn:aidevops:cn-north-1:111122223333:service/a', { kind: 'service', serviceId: 'a' }],
  ['consent/5a1f', { kind: 'consent', requestId: '5a1f' }],
  ['failed/5a1f', { kind: 'failed', requestId: '5a1f' }],
  ['arn:aws:aidevops:us-east-1:111122223333:service/', { kind: 'invented' }],
  ['arn:aws:aidevops:us-east-1:111122223333:service/a/b', { kind: 'invented' }],
  ['arn:aws:aidevops:us-east-1:111122223333:agentspace/a', { kind: 'invented' }],
  ['x arn:aws:aidevops:us-east-1:111122223333:service/a', { kind: 'invented' }],
  ['consent/', { kind: 'invented' }],
  ['Tools-Registration-1A2B3C', { kind: 'invented' }],
  [undefined, { kind: 'invented' }],
])('the physical id %s', (text, parsed) => {
  expect(parsePhysicalId(text)).toEqual(parsed);
});
