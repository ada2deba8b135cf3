import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManagedPolicy, PermissionsBoundary, Role } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { DevOpsAgentProvider, EventChannelRegistration, GitLabRegistration, GitLabToken } from '../src';
import { fieldIn, resourcesOfType, SECRET_ARN } from './synthesis';

// The ways in which an organisation controls the provider's role: a permissions boundary, or a role that somebody else creates.

test('a permissions boundary is applied to the role of the default provider', () => {
  const stack = new Stack(new App(), 'DevOpsTools');
  const provider = DevOpsAgentProvider.configureDefault(stack, {});
  PermissionsBoundary.of(provider).apply(ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', 'arn:aws:iam::111122223333:policy/workload-boundary'));
  new EventChannelRegistration(stack, 'Channel');
  expect(resourcesOfType(stack, 'AWS::IAM::Role').map(([, { Properties }]) => Properties.PermissionsBoundary)).toEqual([
    'arn:aws:iam::111122223333:policy/workload-boundary',
  ]);
});

describe('a role that somebody else creates', () => {
  const app = new App();
  const stack = new Stack(app, 'DevOpsTools', { env: { account: '111122223333', region: 'us-east-1' } });
  Role.customizeRoles(stack, { usePrecreatedRoles: { 'DevOpsTools/DefaultDevOpsAgentProvider/Role': 'DevOpsTools-Provider' } });
  new GitLabRegistration(stack, 'GitLab', { token: GitLabToken.personal(fieldIn(stack)) });
  const assembly = app.synth();

  test('is the role of the Lambda function, and the template has neither a role nor a policy', () => {
    const [[, handler]] = resourcesOfType(stack, 'AWS::Lambda::Function');
    expect(JSON.stringify(handler.Properties.Role)).toContain(':iam::111122223333:role/DevOpsTools-Provider');
    expect(Object.values(assembly.getStackByName('DevOpsTools').template.Resources as { [id: string]: { Type: string } }).map(({ Type }) => Type)
      .filter((type) => type.startsWith('AWS::IAM::'))).toEqual([]);
  });

  test('is reported with all that the provider needs', () => {
    const report = readFileSync(join(assembly.directory, 'iam-policy-report.txt'), 'utf8');
    for (const needed of [
      'lambda.amazonaws.com', 'aidevops:RegisterService', 'aidevops:TagResource', 'aidevops:DeregisterService', 'aidevops:UntagResource', 'aidevops:GetService',
      'aidevops:ListServices', 'aidevops:ListAgentSpaces', 'aidevops:ListAssociations', 'aidevops:AssociateService', 'aidevops:UpdateAssociation',
      'aidevops:DisassociateService', 'aidevops:GetAssociation', 'aidevops:ListWebhooks', 'cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks',
      'logs:CreateLogStream', 'logs:PutLogEvents', 'secretsmanager:GetSecretValue', SECRET_ARN,
    ]) {
      expect(report).toContain(`"${needed}"`);
    }
  });
});
