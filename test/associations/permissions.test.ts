import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { Alias, IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, NestedStack, Stack } from 'aws-cdk-lib/core';
import { AssociationConfiguration, DevOpsAgentProvider, EventChannelRegistration, ServiceAssociation, ServiceRegistration } from '../../src';
import { agentSpaceIn, SERVICE_ID, SPACE_ID } from '../support/associations';
import { errorOf, KEY_ARN, newStack, resourcesOfType, SECRET_ARN, statementsAllowing, statementsIn, templateOf } from '../synthesis';

const CAPTURE = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'];

/** The resources that a stack's role may use with an action. */
function resourcesFor(stack: Stack, action: string): any[] {
  return statementsAllowing(stack, action).flatMap((statement) => statement.Resource);
}

function arn(resource: string): object {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':aidevops:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:${resource}`]] };
}

const ADDING = ['aidevops:AssociateService', 'aidevops:UpdateAssociation'];
const OTHERS = ['aidevops:DisassociateService', 'aidevops:GetAssociation', 'aidevops:ListAssociations', 'aidevops:ListWebhooks'];

test.each([...ADDING, ...OTHERS])('%s is allowed on every Agent Space, associated or not: a removed association still needs it', (action) => {
  const stack = newStack();
  new DevOpsAgentProvider(stack, 'Provider');
  expect(resourcesFor(stack, action)).toEqual([arn('agentspace/*')]);
});

describe('a provider with Agent Spaces', () => {
  function narrowed(stack: Stack): Stack {
    new DevOpsAgentProvider(stack, 'Provider', { agentSpaces: [agentSpaceIn(stack), new CfnAgentSpace(stack, 'Team', { name: 'Team' })] });
    return stack;
  }

  test.each(ADDING)('may call %s on them and their associations only', (action) => {
    expect(resourcesFor(narrowed(newStack()), action)).toEqual([
      arn(`agentspace/${SPACE_ID}`),
      arn(`agentspace/${SPACE_ID}/association/*`),
      { 'Fn::GetAtt': ['Team', 'Arn'] },
      { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Team', 'Arn'] }, '/association/*']] },
    ]);
  });

  test.each(OTHERS)('may call %s on all', (action) => {
    expect(resourcesFor(narrowed(newStack()), action)).toEqual([arn('agentspace/*')]);
  });

  test('may associate nothing if the list is empty', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider', { agentSpaces: [] });
    expect(ADDING.flatMap((action) => statementsAllowing(stack, action))).toEqual([]);
    expect(resourcesFor(stack, 'aidevops:DisassociateService')).toEqual([arn('agentspace/*')]);
  });

  test('refuses an association with another one', () => {
    const stack = newStack();
    const provider = new DevOpsAgentProvider(stack, 'Provider', { agentSpaces: [agentSpaceIn(stack)] });
    const channel = new EventChannelRegistration(stack, 'It', { provider });
    expect(errorOf(() => channel.associateWith(agentSpaceIn(stack, 'Other', 'other'))))
      .toContain("agentSpace: 'Tools/Other' is not among the agentSpaces of the provider. Add it there, or leave agentSpaces out.");
    channel.associateWith(agentSpaceIn(stack));
  });

  test('accepts an Agent Space whose id is known only at deployment', () => {
    const stack = newStack();
    const provider = new DevOpsAgentProvider(stack, 'Provider', { agentSpaces: [agentSpaceIn(stack)] });
    new EventChannelRegistration(stack, 'It', { provider }).associateWith(new CfnAgentSpace(stack, 'Team', { name: 'Team' }));
    expect(resourcesOfType(stack, 'Custom::DevOpsAgentService')[0][1].Properties.Associations).toHaveLength(1);
  });
});

describe('the capture of a webhook', () => {
  test('may use exactly its secret', () => {
    const stack = newStack();
    const channel = new EventChannelRegistration(stack, 'It');
    channel.associateWith(agentSpaceIn(stack), { webhook: {} });
    channel.associateWith(agentSpaceIn(stack, 'Other', 'other'), { webhook: { secret: Secret.fromSecretCompleteArn(stack, 'Given', SECRET_ARN) } });
    const [[made]] = resourcesOfType(stack, 'AWS::SecretsManager::Secret');
    expect(statementsAllowing(stack, CAPTURE[1])).toEqual([{ Action: CAPTURE, Effect: 'Allow', Resource: [{ Ref: made }, SECRET_ARN] }]);
    expect(resourcesFor(stack, 'secretsmanager:GetSecretValue')).toHaveLength(2);
  });

  test('may use the key of its secret, through AWS Secrets Manager', () => {
    const stack = newStack({ env: { region: 'us-east-1', account: '111122223333' } });
    new EventChannelRegistration(stack, 'It').associateWith(agentSpaceIn(stack), { webhook: { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) } });
    expect(statementsAllowing(stack, 'kms:GenerateDataKey')).toEqual([{
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Effect: 'Allow',
      Resource: KEY_ARN,
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
    }]);
  });

  test.each<[string, (stack: Stack) => IKey]>([
    ['imported', (stack) => Alias.fromAliasName(stack, 'Alias', 'alias/hooks')],
    ['made', (stack) => new Alias(stack, 'Alias', { aliasName: 'alias/hooks', targetKey: new Key(stack, 'Key') })],
  ])('may use the key behind an alias that is %s: IAM knows no ARN of an alias', (_, key) => {
    const stack = newStack({ env: { region: 'us-east-1', account: '111122223333' } });
    new EventChannelRegistration(stack, 'It').associateWith(agentSpaceIn(stack), { webhook: { encryptionKey: key(stack) } });
    expect(statementsAllowing(stack, 'kms:GenerateDataKey')).toEqual([expect.objectContaining({
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':kms:us-east-1:111122223333:key/*']] },
      Condition: {
        'StringEquals': { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' },
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/hooks' },
      },
    })]);
  });

  test('has its permissions before the registration, which the function waits for', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'It').associateWith(agentSpaceIn(stack), { webhook: {} });
    const [[policy]] = resourcesOfType(stack, 'AWS::IAM::Policy');
    expect(resourcesOfType(stack, 'AWS::Lambda::Function')[0][1].DependsOn).toContain(policy);
    expect(resourcesOfType(stack, 'Custom::DevOpsAgentService')[0][1].DependsOn).toBeUndefined();
  });

  test.each<[string, (stack: Stack, provider: DevOpsAgentProvider) => unknown, string]>([
    ['registration', (stack, provider) => new EventChannelRegistration(stack, 'It', { provider }).associateWith(agentSpaceIn(stack), { webhook: {} }),
      'Custom::DevOpsAgentService'],
    ['ServiceAssociation', (stack, provider) => new ServiceAssociation(stack, 'It', {
      service: ServiceRegistration.fromServiceId(stack, 'Service', SERVICE_ID),
      agentSpace: agentSpaceIn(stack),
      configuration: AssociationConfiguration.eventChannel(),
      webhook: {},
      provider,
    }), 'Custom::DevOpsAgentAssociation'],
  ])('of a %s outside the stack of its provider brings its permissions along, and waits for them', (_, build, type) => {
    const app = new App();
    const parent = new Stack(app, 'Tools');
    const nested = new NestedStack(parent, 'Nested');
    build(nested, new DevOpsAgentProvider(parent, 'Provider'));
    app.synth();
    const [[policy]] = resourcesOfType(nested, 'AWS::IAM::Policy');
    expect(statementsAllowing(nested, CAPTURE[1])).toHaveLength(1);
    expect(statementsAllowing(parent, CAPTURE[1])).toEqual([]);
    expect(resourcesOfType(nested, type)[0][1].DependsOn).toEqual([policy]);
  });

  test('of many webhooks stays within the quotas of IAM', () => {
    const stack = new Stack(new App(), 'Tools');
    for (let index = 0; index < 120; index++) {
      new ServiceAssociation(stack, `It${index}`, {
        service: ServiceRegistration.fromServiceId(stack, `Service${index}`, `service-${index}`),
        agentSpace: agentSpaceIn(stack),
        configuration: AssociationConfiguration.eventChannel(),
        webhook: {},
      });
    }
    const deployed = (document: object) => JSON.stringify(document).replace(/\{"Ref":"It\d+Webhook[0-9A-F]*"\}/g, JSON.stringify('x'.repeat(125)));
    const sizes = (kind: string) => resourcesOfType(stack, kind).map(([, { Properties }]) => deployed(Properties.PolicyDocument).length);
    expect(Math.max(...sizes('AWS::IAM::ManagedPolicy'))).toBeLessThanOrEqual(6_144);
    expect(sizes('AWS::IAM::ManagedPolicy').length).toBeLessThanOrEqual(4);
    expect(new Set(resourcesFor(stack, CAPTURE[1]).map(({ Ref }) => Ref)).size).toBe(120);
  });
});

test('an association without webhook adds no permission', () => {
  const without = newStack();
  new EventChannelRegistration(without, 'It');
  const stack = newStack();
  new EventChannelRegistration(stack, 'It').associateWith(agentSpaceIn(stack));
  expect(statementsIn(stack)).toEqual(statementsIn(without));
  expect(Object.keys(templateOf(stack).Resources)).toEqual(Object.keys(templateOf(without).Resources));
});
