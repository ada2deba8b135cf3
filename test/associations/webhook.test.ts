import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, CfnOutput, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { answerBody, LIMIT } from '../../lambda/answer';
import {
  AssociationConfiguration, DevOpsAgentProvider, EventChannelRegistration, IWebhook, ServiceAssociation, ServiceAssociationProps, ServiceRegistration,
  ServiceRegistrationProps, SplunkRegistration, WebhookOptions, McpServerAuthorization, SecretField,
} from '../../src';
import { webhookAttribute } from '../../src/private/contract';
import { agentSpaceIn, SERVICE_ID } from '../support/associations';
import { errorOf, KEY_ARN, newStack, registrationIn, resourcesOfType, SECRET_ARN, statementsIn, templateOf } from '../synthesis';

type Common = Pick<ServiceRegistrationProps, 'provider' | 'removalPolicy'> & Pick<ServiceAssociationProps, 'provider' | 'removalPolicy'>;

interface Capturing {
  readonly hook: IWebhook;
  readonly construct: ServiceRegistration | ServiceAssociation;
}

const KINDS: [string, string, (stack: Stack, webhook?: WebhookOptions, props?: Common, id?: string) => Capturing][] = [
  ['a registration', 'Custom::DevOpsAgentService', (stack, webhook = {}, props = {}, id = 'It') => {
    const construct = new EventChannelRegistration(stack, id, props);
    return { construct, hook: construct.associateWith(agentSpaceIn(stack), { webhook }).webhook! };
  }],
  ['a ServiceAssociation', 'Custom::DevOpsAgentAssociation', (stack, webhook = {}, props = {}, id = 'It') => {
    const construct = new ServiceAssociation(stack, id, {
      service: ServiceRegistration.fromServiceId(stack, `${id}Service`, SERVICE_ID),
      agentSpace: agentSpaceIn(stack),
      configuration: AssociationConfiguration.eventChannel(),
      webhook,
      ...props,
    });
    return { construct, hook: construct.webhook! };
  }],
];

function secretOf(stack: Stack): [string, any] {
  const [secret, ...others] = resourcesOfType(stack, 'AWS::SecretsManager::Secret');
  expect(others).toEqual([]);
  return secret;
}

describe.each(KINDS)('the webhook of %s', (_, type, capture) => {
  test('gets a secret whose fields read pending, with no credential in the template', () => {
    const stack = newStack();
    capture(stack);
    const [, { Properties }] = secretOf(stack);
    expect(JSON.parse(Properties.SecretString)).toEqual({
      webhookUrl: 'pending',
      webhookId: 'pending',
      webhookType: 'pending',
      webhookSecret: 'pending',
      apiKey: 'pending',
      agentSpaceId: 'pending',
      serviceId: 'pending',
      associationId: 'pending',
    });
    expect(Properties).not.toHaveProperty('GenerateSecretString');
  });

  test('has an ARN from the resource that captures it, so that what uses it comes after the capture', () => {
    const stack = newStack();
    const { hook } = capture(stack);
    const [[id]] = resourcesOfType(stack, type);
    const attribute = { 'Fn::GetAtt': [id, 'WebhookSecretArn0'] };
    expect(stack.resolve(hook.secret.secretArn)).toEqual(attribute);
    expect(stack.resolve(hook.secret.secretFullArn)).toEqual(attribute);
    expect(stack.resolve(hook.secret.secretRef)).toEqual({ secretId: attribute });
    expect(JSON.stringify(stack.resolve(hook.secret.secretName))).toContain('WebhookSecretArn0');
    const reference = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', attribute, ':SecretString:webhookUrl::}}']] };
    expect(stack.resolve(hook.secret.secretValueFromJson('webhookUrl').unsafeUnwrap())).toEqual(reference);
    expect(JSON.stringify(stack.resolve(hook.secret.secretValue.unsafeUnwrap()))).toContain('WebhookSecretArn0');
    expect(JSON.stringify(stack.resolve(hook.secret.cfnDynamicReferenceKey()))).toContain('WebhookSecretArn0');
  });

  test('is read by whom it is granted to, with its key', () => {
    const stack = newStack();
    const { hook } = capture(stack, { encryptionKey: new Key(stack, 'Key') });
    const role = new Role(stack, 'Consumer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    hook.secret.grantRead(role);
    const [[secret]] = resourcesOfType(stack, 'AWS::SecretsManager::Secret');
    const granted = Object.entries(templateOf(stack).Resources).filter(([id]) => /^Consumer/.test(id));
    const statements = statementsIn(stack, Object.fromEntries(granted));
    expect(statements).toEqual(expect.arrayContaining([
      { Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Effect: 'Allow', Resource: { Ref: secret } },
    ]));
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt', Principal: { AWS: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Consumer'), 'Arn'] } } })]) },
    });
    expect(hook.secret.encryptionKey).toBeDefined();
  });

  test('takes grants to write, statements of a policy, and a refusal of deletion', () => {
    const stack = newStack();
    const { hook } = capture(stack);
    const role = new Role(stack, 'Consumer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    hook.secret.grantWrite(role);
    hook.secret.addToResourcePolicy(new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'], resources: ['*'], principals: [new AccountPrincipal('444455556666')],
    }));
    hook.secret.denyAccountRootDelete();
    const [[secret]] = resourcesOfType(stack, 'AWS::SecretsManager::Secret');
    const [[, { Properties }]] = resourcesOfType(stack, 'AWS::SecretsManager::ResourcePolicy');
    expect(Properties.SecretId).toEqual({ Ref: secret });
    expect(Properties.ResourcePolicy.Statement.map(({ Action, Effect }: any) => [Action, Effect])).toEqual([
      ['secretsmanager:GetSecretValue', 'Allow'], ['secretsmanager:DeleteSecret', 'Deny'],
    ]);
    expect(statementsIn(stack).filter((statement) => [statement.Action].flat().includes('secretsmanager:UpdateSecret'))).toHaveLength(1);
  });

  test.each<[string, RemovalPolicy | undefined, RemovalPolicy | undefined, string]>([
    ['is removed by default', undefined, undefined, 'Delete'],
    ['is retained with what captures it', RemovalPolicy.RETAIN, undefined, 'Retain'],
    ['has a policy of its own, if there is one', RemovalPolicy.RETAIN, RemovalPolicy.DESTROY, 'Delete'],
    ['is retained by itself, if it says so', undefined, RemovalPolicy.RETAIN, 'Retain'],
  ])('%s', (__, removalPolicy, own, expected) => {
    const stack = newStack();
    capture(stack, { removalPolicy: own }, { removalPolicy });
    const [, secret] = secretOf(stack);
    expect([secret.DeletionPolicy, secret.UpdateReplacePolicy]).toEqual([expected, expected]);
  });

  test.each<[string, WebhookOptions, string]>([
    ['follows a policy that is applied later', {}, 'Retain'],
    ['keeps a policy of its own when another one is applied later', { removalPolicy: RemovalPolicy.DESTROY }, 'Delete'],
  ])('%s', (__, webhook, expected) => {
    const stack = newStack();
    const { construct } = capture(stack, webhook);
    construct.applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(secretOf(stack)[1].DeletionPolicy).toBe(expected);
    expect(resourcesOfType(stack, type)[0][1]).toMatchObject({ DeletionPolicy: 'Retain', Properties: { Retain: 'true' } });
  });

  test('gives its policy to the secret itself', () => {
    const stack = newStack();
    const { hook } = capture(stack);
    hook.secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(secretOf(stack)[1].DeletionPolicy).toBe('Retain');
  });

  test('has an acknowledgement that AWS DevOps Agent, not a rotation schedule, issues the credential', () => {
    const stack = newStack();
    const { construct } = capture(stack);
    const made = construct.node.children.find((child) => Secret.isSecret(child))!;
    const acknowledged = ['AwsSolutions-SMG4', 'HIPAA.Security-SecretsManagerRotationEnabled', 'NIST.800.53.R5-SecretsManagerRotationEnabled'];
    expect(made.node.metadata.map(({ data }) => data)).toEqual([
      Object.fromEntries(acknowledged.map((rule) => [rule, expect.stringContaining('rotationRevision')])),
    ]);
  });

  test('goes to a secret that is passed in, and to no other', () => {
    const stack = newStack();
    capture(stack, { secret: Secret.fromSecretCompleteArn(stack, 'Given', SECRET_ARN), rotationRevision: '2' });
    expect(resourcesOfType(stack, 'AWS::SecretsManager::Secret')).toEqual([]);
    const { Properties } = resourcesOfType(stack, type)[0][1];
    expect((Properties.Associations?.[0] ?? Properties).Webhook).toEqual({ SecretArn: SECRET_ARN, RotationRevision: '2' });
  });

  test('is read in another stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Tools');
    const { hook } = capture(stack);
    const consumer = new Stack(app, 'Consumer');
    new CfnOutput(consumer, 'Arn', { value: hook.secret.secretArn });
    app.synth();
    expect(consumer.dependencies).toEqual([stack]);
    // It is deployed after the whole stack.
    expect(Object.values(templateOf(stack).Outputs)).toEqual([expect.objectContaining({ Value: { Ref: secretOf(stack)[0] } })]);
  });

  test.each<[string, (stack: Stack) => any, string]>([
    ['a snapshot', () => ({ removalPolicy: RemovalPolicy.SNAPSHOT }), 'webhook.removalPolicy: SNAPSHOT was given, but a secret has no snapshots.'],
    ['a secret by its name', (stack) => ({ secret: Secret.fromSecretNameV2(stack, 'Given', 'tools') }),
      "webhook.secret: 'Tools/Given' is imported without its complete ARN. Import it with Secret.fromSecretCompleteArn()."],
    ['a key for a secret that is given', (stack) => ({ secret: Secret.fromSecretCompleteArn(stack, 'Given', SECRET_ARN), encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) }),
      'webhook.encryptionKey: given together with secret. Set it on the secret itself.'],
    ['a policy for a secret that is given', (stack) => ({ secret: Secret.fromSecretCompleteArn(stack, 'Given', SECRET_ARN), removalPolicy: RemovalPolicy.RETAIN }),
      'webhook.removalPolicy: given together with secret. Set it on the secret itself.'],
  ])('cannot be captured with %s', (__, webhook, problem) => {
    const stack = newStack();
    expect(errorOf(() => capture(stack, webhook(stack)))).toContain(`  - ${problem}`);
  });

  test('cannot be captured in a secret or with a key of another region', () => {
    const stack = newStack({ env: { region: 'eu-west-1', account: '111122223333' } });
    expect(errorOf(() => capture(stack, { secret: Secret.fromSecretCompleteArn(stack, 'Given', SECRET_ARN) })))
      .toContain("webhook.secret: 'Tools/Given' is in us-east-1, this association in eu-west-1. Use one of the same region.");
    stack.node.tryRemoveChild('It');
    stack.node.tryRemoveChild('ItService');
    expect(errorOf(() => capture(stack, { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) })))
      .toContain("webhook.encryptionKey: 'Tools/Key' is in us-east-1, this association in eu-west-1.");
  });

  test('cannot be captured in a secret of another account whose key is not known', () => {
    const stack = newStack({ env: { region: 'us-east-1', account: '444455556666' } });
    expect(errorOf(() => capture(stack, { secret: Secret.fromSecretCompleteArn(stack, 'Given', SECRET_ARN) })))
      .toContain("webhook.secret: 'Tools/Given' belongs to account 111122223333, this association to 444455556666, and its encryptionKey is not known");
  });

  test('cannot be captured in the secret of another webhook', () => {
    const stack = newStack();
    const secret = Secret.fromSecretCompleteArn(stack, 'Given', SECRET_ARN);
    new SplunkRegistration(stack, 'Splunk', { endpoint: 'https://splunk.example.com', authorization: McpServerAuthorization.authorizationDiscovery() })
      .associateWith(agentSpaceIn(stack), { webhook: { secret } });
    expect(errorOf(() => capture(stack, { secret })))
      .toContain("webhook.secret: 'Tools/Given' receives the webhook of 'Tools/Splunk' already. Give each webhook a secret of its own.");
  });

  test('is no credential of a registration with the same provider, which would be a cycle', () => {
    const stack = newStack();
    const { hook } = capture(stack);
    const splunk = (id: string, provider?: DevOpsAgentProvider) => new SplunkRegistration(stack, id, {
      endpoint: 'https://splunk.example.com', authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(hook.secret, 'apiKey')), provider,
    });
    expect(errorOf(() => splunk('One'))).toContain('is the secret of a webhook that the same provider captures, which makes a cycle. Use another provider for this registration.');
    stack.node.tryRemoveChild('One');
    splunk('Other', new DevOpsAgentProvider(stack, 'Provider'));
    expect(resourcesOfType(stack, 'Custom::DevOpsAgentService').length).toBeGreaterThan(0);
  });
});

test('a webhook is not captured in a secret that has the credential of a registration, which it would replace', () => {
  const stack = newStack();
  const secret = new Secret(stack, 'Token');
  const authorization = McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret, 'token'));
  const splunk = new SplunkRegistration(stack, 'Splunk', { endpoint: 'https://splunk.example.com', authorization });
  const problem = "webhook.secret: 'Tools/Token' has a credential of 'Tools/Splunk', which the webhook would replace. Give the webhook a secret of its own.";
  expect(errorOf(() => splunk.associateWith(agentSpaceIn(stack), { webhook: { secret } }))).toContain(problem);
  const channel = new EventChannelRegistration(stack, 'It');
  const capture = () => channel.associateWith(agentSpaceIn(stack), { webhook: { secret } });
  expect(errorOf(capture)).toContain(problem);
  stack.node.tryRemoveChild('Splunk');
  expect(errorOf(capture)).toBe('nothing was thrown');
});

test('a registration does not take its credential from a secret that receives a webhook, which replaces the credential', () => {
  const stack = newStack();
  const secret = new Secret(stack, 'Token');
  new EventChannelRegistration(stack, 'It').associateWith(agentSpaceIn(stack), { webhook: { secret } });
  const authorization = McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret, 'token'));
  const read = (id: string) => new SplunkRegistration(stack, id, { endpoint: 'https://splunk.example.com', authorization });
  expect(errorOf(() => read('Splunk'))).toContain(
    "secret: 'Tools/Token' receives the webhook of 'Tools/It', which replaces the credential. Give the webhook a secret of its own.");
  stack.node.tryRemoveChild('It');
  expect(errorOf(() => read('Again'))).toBe('nothing was thrown');
});

test('each captured webhook of a registration has the attribute of its association', () => {
  const stack = newStack();
  const channel = new EventChannelRegistration(stack, 'It');
  const associations = [undefined, {}, undefined, {}].map((webhook, index) => channel.associateWith(agentSpaceIn(stack, `Space${index}`, `space-${index}`), { webhook }));
  const attributes = associations.map(({ webhook }) => webhook && stack.resolve(webhook.secret.secretArn)['Fn::GetAtt'][1]);
  expect(attributes).toEqual([undefined, 'WebhookSecretArn1', undefined, 'WebhookSecretArn3']);
  expect(registrationIn(stack).Associations.map((association: any) => 'Webhook' in association)).toEqual([false, true, false, true]);
});

test('what another stack reads keeps its export whatever else is associated before it, since CloudFormation keeps an export that is in use', () => {
  const exportsWith = (others: string[], given: boolean) => {
    const app = new App();
    const stack = new Stack(app, 'Tools');
    const channel = new EventChannelRegistration(stack, 'It');
    others.forEach((id) => channel.associateWith(agentSpaceIn(stack, id, id), { webhook: {} }));
    const { webhook } = channel.associateWith(agentSpaceIn(stack), { webhook: given ? { secret: new Secret(stack, 'Given') } : {} });
    const consumer = new Stack(app, 'Consumer');
    new CfnOutput(consumer, 'Arn', { value: webhook!.secret.secretArn });
    new CfnOutput(consumer, 'Name', { value: webhook!.secret.secretName });
    app.synth();
    expect(consumer.dependencies).toEqual([stack]);
    return templateOf(stack).Outputs;
  };
  for (const given of [true, false]) {
    expect(exportsWith(['one', 'two'], given)).toEqual(exportsWith([], given));
  }
});

test('what a nested stack reads comes after the capture, too', () => {
  const stack = newStack();
  const { webhook } = new EventChannelRegistration(stack, 'It').associateWith(agentSpaceIn(stack), { webhook: {} });
  new CfnOutput(new NestedStack(stack, 'Nested'), 'Arn', { value: webhook!.secret.secretArn });
  const [[, { Properties }]] = resourcesOfType(stack, 'AWS::CloudFormation::Stack');
  expect(Object.values(Properties.Parameters)).toEqual([{ 'Fn::GetAtt': [expect.any(String), 'WebhookSecretArn0'] }]);
});

test('a secret keeps its logical id whatever else is associated before it', () => {
  const idWith = (others: string[]) => {
    const stack = newStack();
    const channel = new EventChannelRegistration(stack, 'It');
    others.forEach((id) => channel.associateWith(agentSpaceIn(stack, id, id)));
    channel.associateWith(agentSpaceIn(stack), { webhook: {} });
    return secretOf(stack)[0];
  };
  expect(idWith(['one', 'two'])).toBe(idWith([]));
});

test('a webhook that is captured in its own secret a second time is refused, also through the association', () => {
  const stack = newStack();
  const channel = new EventChannelRegistration(stack, 'It');
  const { webhook } = channel.associateWith(agentSpaceIn(stack), { webhook: {} });
  expect(errorOf(() => channel.associateWith(agentSpaceIn(stack, 'Other', 'other'), { webhook: { secret: webhook!.secret } })))
    .toMatch(/webhook\.secret: 'Tools\/It\/Webhook\w{8}' receives the webhook of 'Tools\/It' already/);
});

describe('the answer of a registration to CloudFormation', () => {
  /** The most webhooks that a registration takes, with secrets whose names have a length. */
  function mostWebhooks(nameLength: number, authorization: McpServerAuthorization): string[] {
    const stack = newStack();
    const registration = new SplunkRegistration(stack, 'It', { endpoint: 'https://splunk.example.com', authorization });
    for (const arns: string[] = []; ;) {
      const index = arns.length;
      const secretArn = `arn:aws:secretsmanager:us-east-1:111122223333:secret:${String(index).padEnd(nameLength, 'x')}-AbCdEf`;
      const secret = Secret.fromSecretCompleteArn(stack, `Secret${index}`, secretArn);
      const error = errorOf(() => registration.associateWith(agentSpaceIn(stack, `Space${index}`, `space-${index}`), { webhook: { secret } }));
      if (error !== 'nothing was thrown') {
        expect(error).toContain(`webhook: ${index + 1} webhooks were given, but the answer of one registration to CloudFormation, 4096 bytes, has no room`);
        // An association that needs no room is possible.
        registration.associateWith(agentSpaceIn(stack, 'Without', 'without'));
        return arns;
      }
      arns.push(secretArn);
    }
  }

  const token = (): McpServerAuthorization => McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(Secret.fromSecretNameV2(newStack(), 'Token', 't')));

  test.each<[string, number, () => McpServerAuthorization, string]>([
    ['short ARNs', 10, token, 'none'],
    ['usual ARNs', 60, token, 'none'],
    ['the longest ARNs', 500, token, 'none'],
    ['a consent URL', 60, () => McpServerAuthorization.authorizationDiscovery(), `https://login.example.com/${'x'.repeat(974)}`],
  ])('stays within its limit with the most webhooks, with %s', (_, nameLength, authorization, consentUrl) => {
    const arns = mostWebhooks(nameLength, authorization());
    const serviceId = 'x'.repeat(255);
    const serviceArn = `arn:aws-us-gov:aidevops:ap-southeast-2:111122223333:service/${serviceId}`;
    const body = answerBody({
      StackId: `arn:aws-us-gov:cloudformation:ap-southeast-2:111122223333:stack/${'x'.repeat(128)}/${SERVICE_ID}`,
      RequestId: SERVICE_ID,
      LogicalResourceId: 'x'.repeat(255),
    } as any, {
      status: 'SUCCESS',
      physicalId: serviceArn,
      data: {
        ServiceId: serviceId,
        ServiceArn: serviceArn,
        ConsentUrl: consentUrl,
        ...Object.fromEntries(arns.map((arn, index) => [webhookAttribute(index), arn])),
      },
    });
    expect(arns.length).toBeGreaterThan(1);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(LIMIT);
  });

  test('has room for sixteen webhooks whose secrets are made for them', () => {
    const stack = newStack();
    const channel = new EventChannelRegistration(stack, 'It');
    const associate = (index: number) => channel.associateWith(agentSpaceIn(stack, `Space${index}`, `space-${index}`), { webhook: {} });
    for (let index = 0; index < 16; index++) associate(index);
    expect(errorOf(() => associate(16))).toContain('webhook: 17 webhooks were given');
  });
});
