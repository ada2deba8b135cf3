import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack } from 'aws-cdk-lib/core';
import { OAuthClient, PagerDutyRegistration } from '../src';
import { agentSpaceIn } from './support/associations';
import { resourcesOfType, statementsIn } from './synthesis';

/** IAM's quotas, in characters without white space, and in policies per role. */
const INLINE_SIZE = 10_240;
const MANAGED_SIZE = 6_144;
const MANAGED_COUNT = 10;

const REGISTRATIONS = 450;
const WEBHOOKS = 40;

function stackOf450(secret: (stack: Stack, index: number) => ISecret): Stack {
  // Secrets of the same stack would be more resources than a stack may have.
  const stack = new Stack(new App({ context: { '@aws-cdk/core:stackResourceLimit': 0 } }), 'Tools');
  for (let index = 0; index < REGISTRATIONS; index++) {
    const pagerDuty = new PagerDutyRegistration(stack, `PagerDuty${index}`, {
      subdomain: `acme-${index}`, authorization: OAuthClient.fromSecretsManager(secret(stack, index)),
    });
    if (index < WEBHOOKS) pagerDuty.associateWith(agentSpaceIn(stack), { serviceIds: ['P1'], customerEmail: 'a@example.com', webhook: {} });
  }
  return stack;
}

/** The size of a policy once CloudFormation has put in what is known only then: long ARNs, in the region with the longest name. */
function sizeOf(document: object): number {
  const arn = `arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:${'x'.repeat(64)}-AbCdEf`;
  const pseudo: { [name: string]: string } = { 'AWS::Partition': 'aws', 'AWS::Region': 'ap-southeast-2', 'AWS::AccountId': '111122223333' };
  const deployed = JSON.parse(JSON.stringify(document), (_, value) => {
    if (value?.Ref) return pseudo[value.Ref] ?? arn;
    if (value?.['Fn::GetAtt']) return arn;
    if (value?.['Fn::Sub']) return value['Fn::Sub'].replace(/\$\{(.+?)\}/g, (__: string, name: string) => pseudo[name]);
    return value?.['Fn::Join'] ? value['Fn::Join'][1].join('') : value;
  });
  return JSON.stringify(deployed).length;
}

describe.each<[string, (stack: Stack, index: number) => ISecret]>([
  ['of this app', (stack, index) => new Secret(stack, `Secret${index}`)],
  ['imported by name', (stack, index) => Secret.fromSecretNameV2(stack, `Secret${index}`, `platform/on-call/pagerduty/team-with-a-long-name-${index}`)],
])('450 registrations with secrets of their own, %s', (_, secret) => {
  const stack = stackOf450(secret);

  test('stay within the quotas of IAM', () => {
    const inline = resourcesOfType(stack, 'AWS::IAM::Policy').map(([, policy]) => sizeOf(policy.Properties.PolicyDocument));
    const managed = resourcesOfType(stack, 'AWS::IAM::ManagedPolicy').map(([, policy]) => sizeOf(policy.Properties.PolicyDocument));
    expect(inline).toHaveLength(1);
    expect(managed.length).toBeLessThanOrEqual(MANAGED_COUNT);
    expect(Math.max(...inline)).toBeLessThanOrEqual(INLINE_SIZE);
    expect(Math.max(...managed)).toBeLessThanOrEqual(MANAGED_SIZE);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('rolePolicy'));
  });

  test('may read every one of them', () => {
    const read = statementsIn(stack).filter((statement) => statement.Action === 'secretsmanager:GetSecretValue');
    const secrets = read.flatMap((statement) => statement.Resource).map((resource) => JSON.stringify(resource));
    expect(new Set(secrets).size).toBe(REGISTRATIONS);
  });

  test('may put every webhook of 40 into its secret', () => {
    const written = statementsIn(stack).filter((statement) => [statement.Action].flat().includes('secretsmanager:PutSecretValue'));
    expect(new Set(written.flatMap((statement) => statement.Resource).map((resource) => JSON.stringify(resource))).size).toBe(WEBHOOKS);
  });

  test('wait for all policies through the function', () => {
    const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => resourcesOfType(stack, type)).map(([id]) => id);
    const [[, handler]] = resourcesOfType(stack, 'AWS::Lambda::Function');
    expect(handler.DependsOn).toEqual(expect.arrayContaining(policies));
  });
});
