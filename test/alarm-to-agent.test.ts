/** The example of an alarm that starts an investigation: what may call whom, what may read what, and what is made first. */

import { Match, Template } from 'aws-cdk-lib/assertions';
import { templateOf } from './support/example';

const AGENT_SPACE = '12345678-1234-1234-1234-123456789012';

const template = Template.fromJSON(templateOf('alarm-to-agent', { agentSpace: AGENT_SPACE }));

/** The logical id of the only resource of a type, or of the only one with these properties. */
function only(type: string, properties: object = {}): string {
  const ids = Object.keys(template.findResources(type, { Properties: properties }));
  expect(ids).toHaveLength(1);
  return ids[0];
}

const secret = () => only('AWS::SecretsManager::Secret');
const registration = () => only('Custom::DevOpsAgentService', { Service: 'eventChannel' });
const provider = { 'Fn::Join': ['', ['DevOpsAgentProvider/', { Ref: Match.stringLikeRegexp('DefaultDevOpsAgentProviderHandler') }]] };
const caller = () => only('AWS::Lambda::Function', { Description: 'Starts an investigation for an alarm' });

test('the webhook of the Agent Space is captured in the one secret of the stack', () => {
  template.hasResourceProperties('Custom::DevOpsAgentService', {
    Associations: [{ AgentSpaceId: AGENT_SPACE, Configuration: { eventChannel: {} }, Webhook: { SecretArn: { Ref: secret() } } }],
  });
});

test('the alarms reach the function by a rule that takes these alarms alone, and when they go off alone', () => {
  const rule = only('AWS::Events::Rule');
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      'source': ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      'resources': ['Checkout', provider].map((Namespace) => ({ 'Fn::GetAtt': [only('AWS::CloudWatch::Alarm', { Namespace }), 'Arn'] })),
      'detail': { state: { value: ['ALARM'] } },
    },
    Targets: [{ Arn: { 'Fn::GetAtt': [caller(), 'Arn'] } }],
  });
  template.hasResourceProperties('AWS::Lambda::Permission', {
    FunctionName: { 'Fn::GetAtt': [caller(), 'Arn'] },
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
  });
});

test('one alarm watches what the provider could not do', () => {
  const [{ FilterPattern, MetricTransformations }] = Object.values(template.findResources('AWS::Logs::MetricFilter')).map(({ Properties }) => Properties);
  expect(FilterPattern).toContain('FAILED');
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: MetricTransformations[0].MetricNamespace, MetricName: MetricTransformations[0].MetricName, Threshold: 1, TreatMissingData: 'notBreaching',
  });
});

test('the function may read the captured secret, and nothing else', () => {
  const { Role: { 'Fn::GetAtt': [role] } } = template.findResources('AWS::Lambda::Function')[caller()].Properties;
  const policies = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role));
  expect(policies.map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([[{
    Effect: 'Allow',
    Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    Resource: { Ref: secret() },
  }]]);
});

test('the function is deployed after the capture: it gets the ARN of the secret from the registration', () => {
  const { Environment } = template.findResources('AWS::Lambda::Function')[caller()].Properties;
  expect(Environment.Variables).toEqual({ WEBHOOK_SECRET_ARN: { 'Fn::GetAtt': [registration(), expect.any(String)] } });
});
