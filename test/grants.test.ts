import { Match, Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { App, ArnFormat, CfnElement, NestedStack, Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import {
  AzureIdentityRegistration, DevOpsAgentProvider, DevOpsAgentServicePrincipal, EventChannelRegistration, IDevOpsAgentProvider,
  McpServerAuthorization, McpServerRegistration, OAuthClient, PagerDutyRegistration, SecretField,
} from '../src';
import {
  GUID, KEY_ARN, newStack, resourcesOfType, SECRET_ARN, secretIn, statementsAllowing, statementsIn, templateOf,
} from './synthesis';

const READ = 'secretsmanager:GetSecretValue';
const DESCRIBE_OWN_STACK = { Action: ['cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks'], Effect: 'Allow', Resource: { Ref: 'AWS::StackId' } };

function idOf(construct: IConstruct): string {
  return Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
}

function pagerDutyIn(stack: Stack, id = 'PagerDuty', provider?: IDevOpsAgentProvider): PagerDutyRegistration {
  const authorization = OAuthClient.fromSecretsManager(new Secret(stack, `${id}Secret`));
  return new PagerDutyRegistration(stack, id, { subdomain: `${stack.node.id}-${id}`, authorization, provider });
}

describe('in the stack of its provider, a registration', () => {
  test('grants the reading of its secret', () => {
    const stack = newStack();
    pagerDutyIn(stack);
    expect(statementsAllowing(stack, READ)).toEqual([
      { Action: READ, Effect: 'Allow', Resource: { Ref: expect.stringMatching(/^PagerDutySecret/) } },
    ]);
  });

  test('grants the reading of every secret that any of its credentials comes from', () => {
    const stack = newStack();
    const [one, two] = ['One', 'Two'].map((id) => new Secret(stack, id));
    const client = OAuthClient.fromClientId('client', SecretField.fromSecretsManager(one), {
      secretExchangeParameters: { assertion: SecretField.fromSecretsManager(two) },
    });
    const authorization = McpServerAuthorization.oauthClientCredentials({ client, exchangeUrl: 'https://auth.example.com' });
    new McpServerRegistration(stack, 'Mcp', { endpoint: 'https://mcp.example.com', authorization });
    expect(statementsAllowing(stack, READ).flatMap((statement) => statement.Resource)).toEqual([{ Ref: idOf(one) }, { Ref: idOf(two) }]);
  });

  test.each<[string, (stack: Stack) => ISecret, unknown]>([
    ['by its whole ARN', (stack) => Secret.fromSecretCompleteArn(stack, 'Secret', SECRET_ARN), SECRET_ARN],
    ['by an ARN without its end', (stack) => Secret.fromSecretPartialArn(stack, 'Secret', SECRET_ARN.slice(0, -7)), `${SECRET_ARN.slice(0, -7)}-??????`],
    [
      'by name',
      (stack) => Secret.fromSecretNameV2(stack, 'Secret', 'named'),
      { 'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:named-??????' },
    ],
  ])('grants the reading of a secret that is imported %s', (_, secret, resource) => {
    const stack = newStack();
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret(stack)) });
    expect(statementsAllowing(stack, READ)).toEqual([{ Action: READ, Effect: 'Allow', Resource: resource }]);
  });

  test('grants the use of a secret\'s key whose ARN is in a parameter, so that the app is the same for every account', () => {
    const stack = newStack();
    const secret = Secret.fromSecretAttributes(stack, 'Secret', {
      secretPartialArn: stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: 'named', arnFormat: ArnFormat.COLON_RESOURCE_NAME }),
      encryptionKey: Key.fromKeyArn(stack, 'Key', StringParameter.valueForStringParameter(stack, '/key')),
    });
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret) });
    expect(statementsAllowing(stack, READ).map(({ Resource }) => Resource))
      .toEqual([{ 'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:named-??????' }]);
    expect(statementsAllowing(stack, 'kms:Decrypt').map(({ Resource }) => Resource)).toEqual([{ Ref: expect.stringMatching(/^SsmParameterValuekey\w+Parameter$/) }]);
  });

  test('grants the reading of a secret of another account, whose ARN is known but for its end', () => {
    const app = new App();
    const secrets = new Stack(app, 'Secrets', { env: { region: 'us-east-1', account: '444455556666' } });
    const stack = new Stack(app, 'Tools', { env: { region: 'us-east-1', account: '111122223333' } });
    const secret = new Secret(secrets, 'Secret', { secretName: 'shared', encryptionKey: new Key(secrets, 'Key', { alias: 'shared' }) });
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret) });
    expect(statementsAllowing(stack, READ).map((statement) => statement.Resource['Fn::Join'][1].at(-1)))
      .toEqual([':secretsmanager:us-east-1:444455556666:secret:shared-??????']);
  });

  test('grants the reading of a secret that is imported into a stack of another account by its whole ARN', () => {
    const app = new App();
    const secrets = new Stack(app, 'Secrets', { env: { region: 'us-east-1', account: '444455556666' } });
    const stack = new Stack(app, 'Tools', { env: { region: 'us-east-1', account: '111122223333' } });
    const secret = Secret.fromSecretCompleteArn(secrets, 'Secret', SECRET_ARN);
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret) });
    expect(statementsAllowing(stack, READ).map((statement) => statement.Resource)).toEqual([SECRET_ARN]);
  });

  test('grants the use of the key that its secret is encrypted with, through AWS Secrets Manager', () => {
    const stack = newStack({ env: { region: 'us-east-1', account: '111122223333' } });
    const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const secret = Secret.fromSecretAttributes(stack, 'Secret', { secretCompleteArn: SECRET_ARN, encryptionKey });
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret) });
    expect(statementsAllowing(stack, 'kms:Decrypt')).toEqual([{
      Action: 'kms:Decrypt',
      Effect: 'Allow',
      Resource: KEY_ARN,
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
    }]);
  });

  test('has no circle with the stack that its secret and the key of that come from', () => {
    const app = new App();
    const secrets = new Stack(app, 'Secrets');
    const secret = new Secret(secrets, 'Secret', { encryptionKey: new Key(secrets, 'Key') });
    const stack = new Stack(app, 'Tools');
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret) });
    app.synth();
    expect(secrets.dependencies).toEqual([]);
    expect(statementsAllowing(stack, 'kms:Decrypt')).toHaveLength(1);
  });

  test('grants nothing that it does not need', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel');
    expect(statementsIn(stack).flatMap((statement) => statement.Action).filter((action) => !/^(aidevops|logs):/.test(action)))
      .toEqual(DESCRIBE_OWN_STACK.Action);
  });

  test('waits for the grants through the function, without a dependency of its own', () => {
    const stack = newStack();
    pagerDutyIn(stack);
    const [[, registration]] = resourcesOfType(stack, 'Custom::DevOpsAgentService');
    const [[functionId, handler]] = resourcesOfType(stack, 'AWS::Lambda::Function');
    const [[policyId]] = resourcesOfType(stack, 'AWS::IAM::Policy');
    expect(registration.DependsOn).toBeUndefined();
    expect(registration.Properties.ServiceToken['Fn::GetAtt'][0]).toBe(functionId);
    expect(handler.DependsOn).toContain(policyId);
  });
});

describe('outside the stack of its provider, a registration', () => {
  function expectOwnPolicy(stack: Stack): void {
    const [[policyId, policy], ...otherPolicies] = resourcesOfType(stack, 'AWS::IAM::Policy');
    expect(otherPolicies).toEqual([]);
    expect(policy.Properties.PolicyDocument.Statement).toEqual([DESCRIBE_OWN_STACK, expect.objectContaining({ Action: READ })]);
    const registrations = resourcesOfType(stack, 'Custom::DevOpsAgentService');
    expect(registrations).not.toEqual([]);
    registrations.forEach(([, registration]) => expect(registration.DependsOn).toEqual([policyId]));
  }

  test('in a nested stack, brings its grants along', () => {
    const app = new App();
    const parent = new Stack(app, 'Tools');
    const provider = new DevOpsAgentProvider(parent, 'Provider');
    const nested = new NestedStack(parent, 'Nested');
    pagerDutyIn(nested, 'PagerDuty', provider);
    app.synth();

    expectOwnPolicy(nested);
    expect(statementsAllowing(parent, READ)).toEqual([]);
    // What the nested stack needs comes from its parent, and nothing of it goes back: there is no circle.
    expect(templateOf(nested).Outputs).toBeUndefined();
    const [[nestedId]] = resourcesOfType(parent, 'AWS::CloudFormation::Stack');
    const others = Object.entries(templateOf(parent).Resources).filter(([id]) => id !== nestedId);
    expect(JSON.stringify(others)).not.toContain(nestedId);
  });

  test('with a secret of the parent stack and a key of that, has no circle either', () => {
    const app = new App();
    const parent = new Stack(app, 'Tools');
    const secret = new Secret(parent, 'Secret', { encryptionKey: new Key(parent, 'Key') });
    const nested = new NestedStack(parent, 'Nested');
    new PagerDutyRegistration(nested, 'PagerDuty', {
      subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret), provider: new DevOpsAgentProvider(parent, 'Provider'),
    });
    app.synth();
    const [[nestedId]] = resourcesOfType(parent, 'AWS::CloudFormation::Stack');
    expect(JSON.stringify(resourcesOfType(parent, 'AWS::KMS::Key'))).not.toContain(nestedId);
    expect(statementsIn(nested).map((statement) => statement.Action)).toEqual([DESCRIBE_OWN_STACK.Action, READ, 'kms:Decrypt']);
  });

  test('has a policy whose name no other stack has', () => {
    const app = new App();
    const parent = new Stack(app, 'Tools');
    const provider = new DevOpsAgentProvider(parent, 'Provider');
    const nested = ['One', 'Two'].map((id) => new NestedStack(parent, id));
    nested.forEach((stack) => pagerDutyIn(stack, 'PagerDuty', provider));
    app.synth();

    const [one, two] = nested.map((stack) => resourcesOfType(stack, 'AWS::IAM::Policy')[0]);
    expect(one[0]).toBe(two[0]);
    expect(one[1].Properties.PolicyName)
      .toEqual({ 'Fn::Join': ['-', [expect.stringMatching(/^DevOpsAgentGrants[0-9a-f]{8}$/), { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }]] });
  });

  test('with a provider that is imported twice, has a policy of another name for each: they are policies of one role', () => {
    const stack = newStack();
    ['One', 'Two'].forEach((id) => pagerDutyIn(stack, id, DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(stack, `${id}Provider`, {
      serviceToken: 'arn:aws:lambda:us-east-1:111122223333:function:provider', roleArn: 'arn:aws:iam::111122223333:role/provider',
    })));
    const [one, two] = resourcesOfType(stack, 'AWS::IAM::Policy').map(([, policy]) => policy.Properties);
    expect(one.Roles).toEqual(two.Roles);
    expect(one.PolicyName).not.toEqual(two.PolicyName);
  });

  test('in another stack, brings its grants along and shares them with its neighbours', () => {
    const app = new App();
    const provider = new DevOpsAgentProvider(new Stack(app, 'Shared'), 'Provider');
    const stack = new Stack(app, 'Tools');
    pagerDutyIn(stack, 'One', provider);
    pagerDutyIn(stack, 'Two', provider);
    app.synth();

    expectOwnPolicy(stack);
    expect(statementsAllowing(stack, READ)[0].Resource).toHaveLength(2);
    expect(stack.dependencies).toEqual([Stack.of(provider)]);
    expect(Stack.of(provider).dependencies).toEqual([]);
  });

  test('with a provider of another app, attaches its grants to the role of that', () => {
    const stack = newStack();
    const provider = DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(stack, 'Provider', {
      serviceToken: 'arn:aws:lambda:us-east-1:111122223333:function:provider', roleArn: 'arn:aws:iam::111122223333:role/path/provider',
    });
    pagerDutyIn(stack, 'PagerDuty', provider);

    expectOwnPolicy(stack);
    expect(resourcesOfType(stack, 'AWS::IAM::Policy')[0][1].Properties.Roles).toEqual(['provider']);
    expect(resourcesOfType(stack, 'Custom::DevOpsAgentService')[0][1].Properties.ServiceToken).toBe('arn:aws:lambda:us-east-1:111122223333:function:provider');
    expect(resourcesOfType(stack, 'AWS::Lambda::Function')).toEqual([]);
  });

  test('with a provider whose ARNs are in parameters, attaches its grants to the role that the deployment finds there', () => {
    const stack = newStack();
    const [serviceToken, roleArn] = ['/token', '/role'].map((name) => StringParameter.valueForStringParameter(stack, name));
    pagerDutyIn(stack, 'PagerDuty', DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(stack, 'Provider', { serviceToken, roleArn }));

    expectOwnPolicy(stack);
    expect(JSON.stringify(resourcesOfType(stack, 'AWS::IAM::Policy')[0][1].Properties.Roles)).toMatch(/"Fn::Split":\["\/".*"Ref":"SsmParameterValuerole/);
    expect(resourcesOfType(stack, 'Custom::DevOpsAgentService')[0][1].Properties.ServiceToken)
      .toEqual({ Ref: expect.stringMatching(/^SsmParameterValuetoken/) });
  });
});

describe('an encryption key', () => {
  const ACTIONS = ['kms:DescribeKey', 'kms:GenerateDataKey*', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*'];

  test('may be used by the provider, through AWS DevOps Agent', () => {
    const stack = newStack({ env: { region: 'eu-west-1', account: '111122223333' } });
    const key = new Key(stack, 'Key');
    new EventChannelRegistration(stack, 'Channel', { encryptionKey: key });

    expect(statementsAllowing(stack, 'kms:Encrypt')).toEqual([{
      Action: ACTIONS,
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [idOf(key), 'Arn'] },
      Condition: { StringEquals: { 'kms:ViaService': 'aidevops.eu-west-1.amazonaws.com' } },
    }]);
    expect(resourcesOfType(stack, 'Custom::DevOpsAgentService')[0][1].Properties.Request.kmsKeyArn).toEqual({ 'Fn::GetAtt': [idOf(key), 'Arn'] });
  });

  // The statements that AWS publishes: no service has an ARN yet when DescribeKey is tried.
  test('may be used by AWS DevOps Agent for the services of this account, as AWS publishes it, stated once', () => {
    const stack = newStack();
    const encryptionKey = new Key(stack, 'Key');
    new EventChannelRegistration(stack, 'Channel', { encryptionKey });
    new McpServerRegistration(stack, 'Mcp', { endpoint: 'https://mcp.example.com', authorization: McpServerAuthorization.authorizationDiscovery(), encryptionKey });

    const services = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':aidevops:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':service/*']] };
    const [[, key]] = resourcesOfType(stack, 'AWS::KMS::Key');
    expect(key.Properties.KeyPolicy.Statement.filter((statement: any) => statement.Principal.Service)).toEqual([
      { Action: 'kms:DescribeKey', Effect: 'Allow', Principal: { Service: 'aidevops.amazonaws.com' }, Resource: '*' },
      {
        Action: ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*'],
        Effect: 'Allow',
        Principal: { Service: 'aidevops.amazonaws.com' },
        Resource: '*',
        Condition: {
          ArnLike: { 'aws:SourceArn': services },
          StringLike: { 'kms:EncryptionContext:aws-crypto-ec:aws:aidevops:arn': services },
        },
      },
    ]);
  });
});

describe('a role that AWS DevOps Agent assumes', () => {
  function azureWith(role: (stack: Stack) => Role, stack = newStack()): Stack {
    new AzureIdentityRegistration(stack, 'Azure', { tenantId: GUID, clientId: GUID, webIdentityRole: role(stack), audiences: ['api://tools'] });
    return stack;
  }

  test('trusts it for the services of this account and region', () => {
    const stack = newStack();
    new Role(stack, 'Role', { assumedBy: new DevOpsAgentServicePrincipal({ region: 'eu-west-1' }) });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{
          Action: 'sts:AssumeRole',
          Principal: { Service: 'aidevops.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', Match.arrayWith([':aidevops:eu-west-1:', ':service/*'])] } },
          },
        }],
      },
    });
  });

  test('may be passed to it by the provider, and to nobody else', () => {
    const stack = azureWith((scope) => new Role(scope, 'Role', { assumedBy: new DevOpsAgentServicePrincipal() }));
    expect(statementsAllowing(stack, 'iam:PassRole')).toEqual([{
      Action: 'iam:PassRole',
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Role/), 'Arn'] },
      Condition: { StringEquals: { 'iam:PassedToService': 'aidevops.amazonaws.com' } },
    }]);
  });

  test('may get tokens for the audiences, before it is tried out', () => {
    const stack = azureWith((scope) => new Role(scope, 'Role', {
      assumedBy: new DevOpsAgentServicePrincipal(), managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')],
    }));
    expect(statementsAllowing(stack, 'sts:GetWebIdentityToken')).toEqual([{
      Action: 'sts:GetWebIdentityToken',
      Effect: 'Allow',
      Resource: '*',
      Condition: { 'ForAnyValue:StringEquals': { 'sts:IdentityTokenAudience': ['api://tools'] } },
    }]);
    expect(resourcesOfType(stack, 'Custom::DevOpsAgentService')[0][1].DependsOn).toEqual([
      expect.stringMatching(/^RoleDefaultPolicy/), expect.stringMatching(/^Role[0-9A-F]{8}$/),
    ]);
  });

  test('keeps its own permissions if it is imported and cannot be changed', () => {
    const stack = newStack();
    const webIdentityRole = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/azure', { mutable: false });
    new AzureIdentityRegistration(stack, 'Azure', { tenantId: GUID, clientId: GUID, webIdentityRole });
    expect(statementsAllowing(stack, 'sts:GetWebIdentityToken')).toEqual([]);
    expect(statementsAllowing(stack, 'iam:PassRole')).toHaveLength(1);
  });
});

test('what else the role is granted stays with the role', () => {
  const stack = newStack();
  const provider = new DevOpsAgentProvider(stack, 'Provider');
  provider.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: ['arn:aws:s3:::tools'] }));
  new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secretIn(stack)), provider });
  expect(statementsAllowing(stack, 's3:ListBucket')).toHaveLength(1);
  expect(statementsAllowing(stack, READ)[0].Resource).toBe(SECRET_ARN);
});

test('a registration that needs nothing else lets a provider of another stack ask about its own', () => {
  const stack = newStack();
  const provider = new DevOpsAgentProvider(stack, 'Provider');
  const nested = new NestedStack(stack, 'Nested');
  new EventChannelRegistration(nested, 'EventChannel', { provider });
  expect(statementsIn(nested)).toEqual([DESCRIBE_OWN_STACK]);
  expect(resourcesOfType(stack, 'AWS::IAM::Policy')).toHaveLength(1);
});
