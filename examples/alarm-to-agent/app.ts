import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFn, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DevOpsAgentProvider, EventChannelRegistration } from 'cdk-devops-agent';

const app = new App();
const stack = new Stack(app, 'AlarmToAgent');

// The provider of all registrations of the stack.
const provider = DevOpsAgentProvider.configureDefault(stack, {});

// The Agent Space that investigates: `-c agentSpace=<agent space id>`.
const agentSpaceId = app.node.tryGetContext('agentSpace') || '00000000-0000-0000-0000-000000000000';
const agentSpace = CfnAgentSpace.fromAgentSpaceId(stack, 'AgentSpace', agentSpaceId);

// Its webhook. The URL and the credential go into a secret when the association is made.
const eventChannel = new EventChannelRegistration(stack, 'EventChannel');
const webhook = eventChannel.associateWith(agentSpace, { webhook: {} }).webhook!;

// Posts to it. It reads the secret at run time, and may read nothing else.
const caller = new LambdaFn(stack, 'Caller', {
  description: 'Starts an investigation for an alarm',
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(readFileSync(join(__dirname, 'caller.js'), 'utf8')),
  timeout: Duration.seconds(30),
  environment: { WEBHOOK_SECRET_ARN: webhook.secret.secretArn },
});
webhook.secret.grantRead(caller);

const checkoutErrors = new Alarm(stack, 'CheckoutErrors', {
  metric: new Metric({ namespace: 'Checkout', metricName: 'Errors', statistic: 'Sum', period: Duration.minutes(1) }),
  threshold: 10,
  evaluationPeriods: 3,
});

// A deployment that could not register, change or remove a service is worth an investigation, too.
const failedEvents = provider.metricFailedEvents().createAlarm(stack, 'FailedEvents', {
  threshold: 1,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

new Rule(stack, 'InAlarm', {
  eventPattern: {
    source: ['aws.cloudwatch'],
    detailType: ['CloudWatch Alarm State Change'],
    resources: [checkoutErrors.alarmArn, failedEvents.alarmArn],
    detail: { state: { value: ['ALARM'] } },
  },
  targets: [new LambdaFunction(caller, { retryAttempts: 3, maxEventAge: Duration.minutes(15) })],
});

new CfnOutput(stack, 'CallerName', { value: caller.functionName });
