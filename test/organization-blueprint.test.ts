/** The example of an organization's defaults: in each account and Region, each of them is in the template, and a registration without its key is refused. */

import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { synthesize } from './support/example';
import { ROOT } from './support/workspace';

const EXAMPLE = join(ROOT, 'examples', 'organization-blueprint');
const ENVIRONMENTS = [['111111111111', 'us-east-1'], ['222222222222', 'us-east-1'], ['222222222222', 'eu-central-1']];
const REGISTRATION = 'Custom::DevOpsAgentService';

const { code, output, stacks } = synthesize(EXAMPLE);

/** A reference to a parameter of the landing zone. */
function parameter(template: Template, name: string): object {
  const [id] = Object.keys(template.findParameters('*', { Type: 'AWS::SSM::Parameter::Value<String>', Default: name }));
  return { Ref: id };
}

function resources(template: Template, type: string): any[] {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

test('an app with the defaults satisfies the organization\'s policy, in all its accounts and Regions', () => {
  expect([code, output]).toEqual([0, expect.not.stringContaining('organization-key')]);
  const found = new Set(stacks.map(({ environment: { account, region } }) => `${account} ${region}`));
  expect([...found].sort()).toEqual(ENVIRONMENTS.map((environment) => environment.join(' ')).sort());
});

describe.each(ENVIRONMENTS)('in account %s, Region %s', (account, region) => {
  const templates = Object.fromEntries(stacks
    .filter(({ environment }) => environment.account === account && environment.region === region)
    .map(({ stackName, template }) => [stackName.split('-').at(-1)!, Template.fromJSON(template)] as const));
  const { Provider, OnCall, Observability } = templates;
  const users = [OnCall, Observability];

  test('there are the services of the app, each tagged and encrypted with the organization\'s key', () => {
    expect(Object.keys(templates).sort()).toEqual(['Observability', 'OnCall', 'Provider']);
    const services = users.flatMap((template) => resources(template, REGISTRATION).map(({ Service, Request, Tags }) => {
      expect(Request.kmsKeyArn).toEqual(parameter(template, '/acme/devops-tools/key-arn'));
      expect(Tags).toEqual({ 'acme:owner': 'platform' });
      return [Service, Request.name];
    }));
    expect(services).toEqual([['eventChannel', 'acme-events'], ['pagerduty', 'acme-pagerduty'], ['mcpservergrafana', 'acme-grafana']]);
  });

  test('one provider serves all of them, and each stack lets it use the key and the secrets', () => {
    const handlers = Object.values(templates).flatMap((template) => Object.keys(template.findResources('AWS::Lambda::Function')));
    expect(handlers).toHaveLength(1);
    const [role] = Object.keys(Provider.findResources('AWS::IAM::Role'));
    const imported = (value: object) => {
      const [{ Export }] = Object.values(Provider.findOutputs('*', { Value: value }));
      return { 'Fn::ImportValue': Export.Name };
    };

    for (const [template, secret] of [[OnCall, 'pagerduty'], [Observability, 'grafana']] as const) {
      for (const { ServiceToken } of resources(template, REGISTRATION)) expect(ServiceToken).toEqual(imported({ 'Fn::GetAtt': [handlers[0], 'Arn'] }));
      const [{ Roles, PolicyDocument }] = resources(template, 'AWS::IAM::Policy');
      expect(Roles).toEqual([imported({ Ref: role })]);
      expect(PolicyDocument.Statement).toEqual(expect.arrayContaining([
        expect.objectContaining({
          Action: expect.arrayContaining(['kms:DescribeKey', 'kms:Encrypt', 'kms:Decrypt']),
          Resource: parameter(template, '/acme/devops-tools/key-arn'),
          Condition: { StringEquals: { 'kms:ViaService': `aidevops.${region}.amazonaws.com` } },
        }),
        expect.objectContaining({
          Action: 'secretsmanager:GetSecretValue',
          Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${region}:${account}:secret:devops-tools/${secret}-??????`]] },
        }),
      ]));
    }
  });

  test('the webhook of the account\'s Agent Space goes into a secret, which is encrypted and tagged too', () => {
    const key = parameter(OnCall, '/acme/devops-tools/key-arn');
    expect(resources(OnCall, 'AWS::SecretsManager::Secret')).toMatchObject([{ KmsKeyId: key, Tags: [{ Key: 'acme:owner', Value: 'platform' }] }]);
    const [secret] = Object.keys(OnCall.findResources('AWS::SecretsManager::Secret'));
    const associations = resources(OnCall, REGISTRATION).flatMap(({ Associations = [] }) => Associations);
    expect(associations).toMatchObject([
      { AgentSpaceId: parameter(OnCall, '/acme/devops-tools/agent-space-id'), Webhook: { SecretArn: { Ref: secret } } },
    ]);
    expect(resources(OnCall, 'AWS::IAM::Policy')[0].PolicyDocument.Statement).toContainEqual(expect.objectContaining({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: key,
      Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
    }));
  });

  test('the provider runs in the organization\'s VPC', () => {
    Provider.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: ['a', 'b'].map((zone) => parameter(Provider, `/acme/network/private-subnet-${zone}`)) },
    });
    Provider.hasResourceProperties('AWS::EC2::SecurityGroup', { VpcId: parameter(Provider, '/acme/network/vpc-id') });
  });

  test('its log is encrypted, and kept for a year', () => {
    expect(resources(Provider, 'AWS::Logs::LogGroup')).toMatchObject([
      { RetentionInDays: 365, KmsKeyId: parameter(Provider, '/acme/devops-tools/key-arn') },
    ]);
    const [group] = Object.keys(Provider.findResources('AWS::Logs::LogGroup'));
    Provider.hasResourceProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: { Ref: group } } });
  });

  test('its role has the permissions boundary of the account', () => {
    expect(resources(Provider, 'AWS::IAM::Role').map(({ PermissionsBoundary }) => PermissionsBoundary)).toEqual([
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:policy/acme-workload-boundary`]] },
    ]);
  });

  test('all that the provider is made of has the organization\'s tag', () => {
    const tagged = ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::Logs::LogGroup', 'AWS::EC2::SecurityGroup'];
    for (const type of tagged) Provider.allResourcesProperties(type, { Tags: [{ Key: 'acme:owner', Value: 'platform' }] });
  });
});

test('a registration with a key of its own fails the synthesis, with the words of the organization\'s policy', () => {
  const refused = synthesize(EXAMPLE, { ownKey: 'true' });
  expect(refused.code).toBe(1);
  const words = refused.output.replace(/\x1b\[\d+m/g, '');
  expect(words).toContain('organization-key');
  expect(words).toContain('This registration is not encrypted with the key of the organization.');
  expect(words).toContain('Leave encryptionKey out: the blueprint gives the key.');
  const paths = new Set([...words.matchAll(/(?<= )DevOpsTools-\S+\/\S+/g)].map(([path]) => path));
  expect([...paths].sort()).toEqual(ENVIRONMENTS.map((environment) => `DevOpsTools-${environment.join('-')}/Observability/Grafana/Resource`).sort());
});
