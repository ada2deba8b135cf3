/** The metrics of a provider: what they count, and what they cost while nobody asks for them. */

import { Match, Template } from 'aws-cdk-lib/assertions';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib/core';
import { newStack, resourcesOfType } from './synthesis';
import { DevOpsAgentProvider } from '../src';

const SERVICE_TOKEN = 'arn:aws:lambda:us-east-1:111122223333:function:provider';
const ROLE_ARN = 'arn:aws:iam::111122223333:role/provider';

/** The properties of an alarm on a metric, as they are synthesized. */
function alarmOn(stack: Stack, metric: Metric): any {
  metric.createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
  return resourcesOfType(stack, 'AWS::CloudWatch::Alarm')[0][1].Properties;
}

const FROM_THE_LOG: [string, (provider: DevOpsAgentProvider, props?: MetricOptions) => Metric][] = [
  ['FailedEvents', (provider, props) => provider.metricFailedEvents(props)],
  ['Orphans', (provider, props) => provider.metricOrphans(props)],
];

describe('the errors of the Lambda function', () => {
  test('are its metric Errors, as a sum over five minutes', () => {
    const stack = newStack();
    const provider = new DevOpsAgentProvider(stack, 'Provider');
    expect(alarmOn(stack, provider.metricErrors())).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 300,
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: stack.getLogicalId(provider.handler.node.defaultChild as any) } }],
    });
  });

  test('take the options of any metric', () => {
    const stack = newStack();
    const metric = new DevOpsAgentProvider(stack, 'Provider').metricErrors({ period: Duration.minutes(1), statistic: 'max' });
    expect(alarmOn(stack, metric)).toMatchObject({ Statistic: 'Maximum', Period: 60 });
  });

  test.each([
    ['the ARN of the function', SERVICE_TOKEN],
    ['the ARN of a version or an alias of the function', `${SERVICE_TOKEN}:live`],
  ])('are known of a provider of another app by %s', (_, serviceToken) => {
    const stack = newStack();
    const provider = DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(stack, 'Provider', { serviceToken, roleArn: ROLE_ARN });
    expect(alarmOn(stack, provider.metricErrors({ period: Duration.minutes(1) }))).toMatchObject({
      Namespace: 'AWS/Lambda', MetricName: 'Errors', Statistic: 'Sum', Period: 60, Dimensions: [{ Name: 'FunctionName', Value: 'provider' }],
    });
  });

  test('are known of a provider of another app whose ARN is known at deployment', () => {
    const stack = newStack();
    const serviceToken = new CfnParameter(stack, 'ServiceToken').valueAsString;
    const provider = DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(stack, 'Provider', { serviceToken, roleArn: ROLE_ARN });
    expect(alarmOn(stack, provider.metricErrors()).Dimensions).toEqual([
      { Name: 'FunctionName', Value: { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: 'ServiceToken' }] }] } },
    ]);
  });
});

describe.each(FROM_THE_LOG)('the metric %s', (name, metricOf) => {
  test('is a filter on the log of the provider, and counts under the name of its Lambda function', () => {
    const stack = newStack();
    const provider = new DevOpsAgentProvider(stack, 'Provider');
    const namespace = { 'Fn::Join': ['', ['DevOpsAgentProvider/', stack.resolve(provider.handler.functionName)]] };
    expect(alarmOn(stack, metricOf(provider))).toMatchObject({ Namespace: namespace, MetricName: name, Statistic: 'Sum', Period: 300 });
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: resourcesOfType(stack, 'AWS::Logs::LogGroup')[0][0] },
      MetricTransformations: [{ MetricNamespace: namespace, MetricName: name, MetricValue: '1' }],
    });
  });

  test('is made once, however often it is asked for, with the options of each call', () => {
    const stack = newStack();
    const provider = new DevOpsAgentProvider(stack, 'Provider');
    const [one, other] = [Duration.minutes(1), Duration.hours(1)].map((period) => metricOf(provider, { period }));
    expect([one.period.toSeconds(), other.period.toSeconds()]).toEqual([60, 3600]);
    Template.fromStack(stack).resourceCountIs('AWS::Logs::MetricFilter', 1);
  });

  test('reads a log group that the provider was given', () => {
    const stack = newStack();
    metricOf(new DevOpsAgentProvider(stack, 'Provider', { logGroup: LogGroup.fromLogGroupName(stack, 'Logs', 'tools') }));
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::MetricFilter', { LogGroupName: 'tools' });
  });

  test('of two providers is counted apart', () => {
    const stack = newStack();
    const [one, other] = ['One', 'Other'].map((id) => stack.resolve(metricOf(new DevOpsAgentProvider(stack, id)).namespace));
    expect(one).not.toEqual(other);
  });
});

test('a provider that nobody asks for a metric has no metric filter', () => {
  const stack = newStack();
  new DevOpsAgentProvider(stack, 'Provider').metricErrors();
  Template.fromStack(stack).resourceCountIs('AWS::Logs::MetricFilter', 0);
});

test('an alarm in another stack of the app watches the provider', () => {
  const app = new App();
  const [tools, watch] = ['Tools', 'Watch'].map((id) => new Stack(app, id, { env: { account: '111122223333', region: 'us-east-1' } }));
  const provider = new DevOpsAgentProvider(tools, 'Provider');
  provider.metricFailedEvents().createAlarm(watch, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
  Template.fromStack(tools).resourceCountIs('AWS::Logs::MetricFilter', 1);
  Template.fromStack(watch).hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'FailedEvents', Namespace: Match.anyValue() });
});

/** Matches a filter pattern, as AWS documents the syntax: terms such as `$.status = "FAILED"`, or `"*"` for anything, with `||` and `&&`. */
function matches(pattern: string, line: object): boolean {
  const members = line as { [member: string]: unknown };
  const terms = pattern.replace(/\$\.(\w+) = "(\w+|\*)"/g,
    (_, member, value) => String(value === '*' ? member in members : members[member] === value));
  const expression = terms.replace(/^\{|\}$/g, '');
  expect(expression).toMatch(/^[ ()|&truefals]+$/);
  return new Function(`return ${expression}`)() as boolean;
}

test.each<[string, object, string[]]>([
  ['an event that was carried out', { request: 'Create', status: 'SUCCESS' }, []],
  ['an event that failed', { request: 'Update', status: 'FAILED' }, ['FailedEvents']],
  ['a Delete that failed', { request: 'Delete', status: 'FAILED' }, ['FailedEvents', 'Orphans']],
  ['an event that is left to the next delivery', { request: 'Create', status: 'DELIVERED AGAIN' }, []],
  ['a service that could not be deregistered', { orphan: '0a1b2c', reason: 'in use' }, ['Orphans']],
  ['an association that was left', { left: '0a1b2c', reason: 'no secret proves that this resource made the association' }, ['Orphans']],
])('%s is counted as it should be', (_, line, counted) => {
  const stack = newStack();
  const provider = new DevOpsAgentProvider(stack, 'Provider');
  FROM_THE_LOG.forEach(([, metricOf]) => metricOf(provider));
  const filters = resourcesOfType(stack, 'AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);
  const counting = filters.filter(({ FilterPattern }) => matches(FilterPattern, line));
  expect(counting.map(({ MetricTransformations: [{ MetricName }] }) => MetricName).sort()).toEqual(counted);
});
