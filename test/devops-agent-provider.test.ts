import { readdirSync, readFileSync } from 'fs';
import { join, resolve } from 'path';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { App, CfnElement, CfnParameter, NestedStack, Stack, Stage } from 'aws-cdk-lib/core';
import { FLAGS } from 'aws-cdk-lib/cx-api';
import { DevOpsAgentProvider, DevOpsAgentProviderProps, EventChannelRegistration, McpServerAuthorization, McpServerRegistration } from '../src';
import { errorOf, newStack, registrationIn, resourcesOfType, statementsAllowing, statementsIn, templateOf } from './synthesis';

function markOf(stack: Stack): string {
  return resourcesOfType(stack, 'AWS::Lambda::Function')[0][1].Properties.Environment.Variables.PROVIDER;
}

describe('the default provider', () => {
  test('has the same logical ids for ever, since CloudFormation refuses a changed service token', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel');
    const handler = DevOpsAgentProvider.configureDefault(new Stack(new App(), 'Other'), {}).handler;
    expect(resourcesOfType(stack, 'AWS::Lambda::Function').map(([id]) => id)).toEqual(['DefaultDevOpsAgentProviderHandler99C38202']);
    expect(handler.stack.getLogicalId(handler.node.defaultChild as CfnElement)).toBe('DefaultDevOpsAgentProviderHandler99C38202');
  });

  test('is a function, a role, a policy and a log group beside the registration', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel');
    expect(Object.values(templateOf(stack).Resources).map(({ Type }) => Type).sort()).toEqual([
      'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'Custom::DevOpsAgentService',
    ]);
  });

  test('is one for all registrations of a stack, and another one for a nested stack', () => {
    const stack = newStack();
    const nested = new NestedStack(stack, 'Nested');
    const authorization = McpServerAuthorization.authorizationDiscovery();
    const [one, two, three] = [[stack, 'One'], [stack, 'Two'], [nested, 'Three']].map(([scope, id]) =>
      new McpServerRegistration(scope as Stack, id as string, { endpoint: 'https://mcp.example.com', authorization }));
    expect(two.provider).toBe(one.provider);
    expect(three.provider).not.toBe(one.provider);
    expect(Stack.of(three.provider)).toBe(nested);
  });

  test('is configured from anywhere in its stack', () => {
    const stack = newStack();
    const provider = DevOpsAgentProvider.configureDefault(stack, { memorySize: 512 });
    const registration = new EventChannelRegistration(stack, 'Channel');
    expect(registration.provider).toBe(provider);
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { MemorySize: 512 });
  });

  test('cannot be configured after the first registration', () => {
    const stack = newStack();
    new EventChannelRegistration(stack, 'Channel');
    expect(errorOf(() => DevOpsAgentProvider.configureDefault(stack, { memorySize: 512 })))
      .toMatch(/^Tools: .* comes too late: 'Tools\/Channel' uses the unconfigured default provider already/);
  });

  test('can be configured twice in the same way, in lists and structures too', () => {
    const stack = newStack();
    const vpc = new Vpc(stack, 'Vpc');
    const group = new SecurityGroup(stack, 'Group', { vpc });
    const props = (): DevOpsAgentProviderProps => ({ vpc, securityGroups: [group], vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } });
    expect(DevOpsAgentProvider.configureDefault(stack, props())).toBe(DevOpsAgentProvider.configureDefault(stack, props()));
  });

  test('cannot be configured twice in different ways', () => {
    const stack = newStack();
    DevOpsAgentProvider.configureDefault(stack, { memorySize: 512, logRetention: RetentionDays.ONE_DAY });
    expect(errorOf(() => DevOpsAgentProvider.configureDefault(stack, { memorySize: 1024 })))
      .toMatch(/called before with another memorySize, another logRetention\./);
  });
});

describe('a provider', () => {
  test('runs the bundled handler on a current runtime, for as long as the handler needs', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider');
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.handler', Runtime: 'nodejs24.x', Architectures: ['arm64'], Timeout: 600, MemorySize: 256,
    });
  });

  test('brings the bundle along, once for all stacks and stages of an app', () => {
    const app = new App();
    const stacks = [new Stack(app, 'Tools'), new Stack(new Stage(app, 'Test'), 'Tools')];
    stacks.forEach((stack) => new DevOpsAgentProvider(stack, 'Provider'));
    app.synth();

    const staged = stacks.map((stack) => {
      const { outdir } = Stage.of(stack)!;
      const { files } = JSON.parse(readFileSync(join(outdir, `${stack.artifactId}.assets.json`), 'utf8'));
      const { S3Key } = resourcesOfType(stack, 'AWS::Lambda::Function')[0][1].Properties.Code;
      const { displayName, source: { path, packaging } } = files[S3Key.replace('.zip', '')];
      expect(packaging).toBe('zip');
      // The CLI shows it while it uploads.
      expect(displayName).toBe('Provider/Handler/Code');
      return resolve(outdir, path);
    });
    expect(staged[1]).toBe(staged[0]);
    expect(readdirSync(staged[0])).toEqual(['index.js']);
  });

  test('is known by the logical id that its function is given, even late', () => {
    const stack = newStack();
    const { handler } = new EventChannelRegistration(stack, 'Channel').provider as DevOpsAgentProvider;
    (handler.node.defaultChild as CfnElement).overrideLogicalId('Handler');
    expect(registrationIn(stack).ServiceToken).toEqual({ 'Fn::GetAtt': ['Handler', 'Arn'] });
  });

  test('keeps its logs for a month in a log group of its own, which goes with the stack', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider');
    const [[id, group]] = resourcesOfType(stack, 'AWS::Logs::LogGroup');
    expect(group).toMatchObject({ Properties: { RetentionInDays: 30 }, DeletionPolicy: 'Delete' });
    expect(resourcesOfType(stack, 'AWS::Lambda::Function')[0][1].Properties.LoggingConfig).toEqual({ LogGroup: { Ref: id } });
    expect(statementsAllowing(stack, 'logs:PutLogEvents')).toEqual([
      { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Effect: 'Allow', Resource: { 'Fn::GetAtt': [id, 'Arn'] } },
    ]);
  });

  test('keeps its logs as long as it is told', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider', { logRetention: RetentionDays.TWO_YEARS });
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 731 });
  });

  test('writes to a log group that it is given', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider', { logGroup: LogGroup.fromLogGroupName(stack, 'Logs', 'tools') });
    expect(resourcesOfType(stack, 'AWS::Logs::LogGroup')).toEqual([]);
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: 'tools' } });
  });

  test('runs in a VPC with the permissions for that, and without them otherwise', () => {
    const [inside, outside] = [newStack(), newStack()];
    const vpc = new Vpc(inside, 'Vpc');
    const group = SecurityGroup.fromSecurityGroupId(inside, 'Group', 'sg-0123456789');
    new DevOpsAgentProvider(inside, 'Provider', { vpc, securityGroups: [group], vpcSubnets: { subnets: [vpc.privateSubnets[0]] } });
    new DevOpsAgentProvider(outside, 'Provider');

    const role = (stack: Stack) => resourcesOfType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith('Provider'))![1].Properties;
    Template.fromStack(inside).hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SecurityGroupIds: ['sg-0123456789'], SubnetIds: [inside.resolve(vpc.privateSubnets[0].subnetId)] },
    });
    expect(JSON.stringify(role(inside).ManagedPolicyArns)).toContain('service-role/AWSLambdaVPCAccessExecutionRole');
    expect(role(outside)).not.toHaveProperty('ManagedPolicyArns');
  });

  test('has the same shape whatever feature flags an app sets', () => {
    const flags = Object.fromEntries(Object.entries(FLAGS)
      .filter(([, flag]) => flag.introducedIn.v2)
      .map(([name, flag]) => [name, flag.recommendedValue]));
    const synthesized = (context: { [flag: string]: unknown }) => {
      const stack = new Stack(new App({ context }), 'Tools');
      new EventChannelRegistration(stack, 'Channel');
      const { Resources } = templateOf(stack);
      // With the flag for minimized policies, the CDK sorts actions, which means the same.
      statementsIn(stack, Resources).forEach((statement) => Array.isArray(statement.Action) && statement.Action.sort());
      return Resources;
    };
    expect(Object.keys(flags).length).toBeGreaterThan(50);
    expect(synthesized(flags)).toEqual(synthesized({}));
  });

  test.each<[string, (stack: Stack) => DevOpsAgentProviderProps, string]>([
    ['subnets without a VPC', () => ({ vpcSubnets: {} }), 'vpcSubnets: given without vpc'],
    ['security groups without a VPC', () => ({ securityGroups: [] }), 'securityGroups: given without vpc'],
    ['a retention for a given log group', (stack) => ({ logGroup: new LogGroup(stack, 'Logs'), logRetention: RetentionDays.ONE_DAY }), 'logRetention: given together with logGroup'],
    ['too little memory', () => ({ memorySize: 127 }), 'memorySize: 127 must be'],
    ['too much memory', () => ({ memorySize: 10241 }), 'memorySize: 10241 must be'],
    ['half a MiB', () => ({ memorySize: 256.5 }), 'memorySize: 256.5 must be'],
  ])('refuses %s', (_, props, problem) => {
    const stack = newStack();
    const error = errorOf(() => new DevOpsAgentProvider(stack, 'Provider', props(stack)));
    expect(error).toContain('Tools/Provider (DevOpsAgentProvider) cannot be synthesized:');
    expect(error).toContain(problem);
  });

  test.each([128, 10240])('takes %d MiB of memory', (memorySize) => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider', { memorySize });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { MemorySize: memorySize });
  });

  test('takes an amount of memory that is known at deployment', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider', { memorySize: new CfnParameter(stack, 'Memory', { type: 'Number' }).valueAsNumber });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { MemorySize: { Ref: 'Memory' } });
  });
});

describe("a provider's role", () => {
  const services = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':aidevops:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':service/*']] };

  test('registers only with the tag of the provider, tags no service of another provider, and deregisters only what carries the tag', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider');
    expect(markOf(stack)).toBe('Tools/Provider');
    expect(statementsAllowing(stack, 'aidevops:RegisterService')).toEqual([{
      Action: ['aidevops:RegisterService', 'aidevops:TagResource'],
      Effect: 'Allow',
      Resource: services,
      Condition: {
        StringEquals: { 'aws:RequestTag/cdk-devops-agent:provider': 'Tools/Provider' },
        // TagResource on a service that another provider owns would otherwise take it over.
        StringEqualsIfExists: { 'aws:ResourceTag/cdk-devops-agent:provider': 'Tools/Provider' },
      },
    }]);
    expect(statementsAllowing(stack, 'aidevops:DeregisterService')).toEqual([{
      Action: ['aidevops:DeregisterService', 'aidevops:UntagResource'],
      Effect: 'Allow',
      Resource: services,
      Condition: { StringEquals: { 'aws:ResourceTag/cdk-devops-agent:provider': 'Tools/Provider' } },
    }]);
  });

  test.each(['cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks'])('may call %s on its own stack, and on no other', (action) => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider');
    expect(statementsAllowing(stack, action).map((statement) => statement.Resource)).toEqual([{ Ref: 'AWS::StackId' }]);
  });

  test('sees every service and every Agent Space', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Provider');
    const statements = ['aidevops:GetService', 'aidevops:ListServices'].map((action) => statementsAllowing(stack, action));
    expect(statements).toEqual([
      [{ Action: 'aidevops:GetService', Effect: 'Allow', Resource: services }],
      [{ Action: ['aidevops:ListServices', 'aidevops:ListAgentSpaces'], Effect: 'Allow', Resource: '*' }],
    ]);
  });
});

describe('the mark of a provider', () => {
  test('names the outermost stack and the way from there', () => {
    const stack = newStack({ stackName: 'deployed-name' });
    const nested = new NestedStack(stack, 'Nested');
    new DevOpsAgentProvider(nested, 'Provider');
    expect(markOf(nested)).toBe('deployed-name/Nested/Provider');
  });

  test('has only characters that a tag may have', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'Ünï (1)*${x}');
    expect(markOf(stack)).toBe('Tools/Ünï _1____x_');
  });

  test('fits a tag, and differs where only what is cut off differs', () => {
    const [one, two] = ['1', '2'].map((end) => {
      const stack = newStack();
      new DevOpsAgentProvider(stack, `${'x'.repeat(250)}${end}`);
      return markOf(stack);
    });
    expect([one.length, two.length]).toEqual([256, 256]);
    expect(one).not.toBe(two);
  });

  test('is not shortened as long as it fits', () => {
    const stack = newStack();
    new DevOpsAgentProvider(stack, 'x'.repeat(250));
    expect(markOf(stack)).toBe(`Tools/${'x'.repeat(250)}`);
  });
});

describe('a provider of another app', () => {
  const serviceToken = 'arn:aws:lambda:us-east-1:111122223333:function:provider';
  const roleArn = 'arn:aws:iam::111122223333:role/provider';

  test('belongs to the account and region of its function', () => {
    const provider = DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(newStack(), 'Provider', { serviceToken, roleArn });
    expect([provider.serviceToken, provider.role.roleArn, provider.env]).toEqual([serviceToken, roleArn, { region: 'us-east-1', account: '111122223333' }]);
  });

  test('is refused with attributes that are something else', () => {
    const error = errorOf(() => DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(newStack(), 'Provider', { serviceToken: roleArn, roleArn: serviceToken }));
    expect(error).toContain(`serviceToken: '${roleArn}' must be the ARN of a Lambda function`);
    expect(error).toContain(`roleArn: '${serviceToken}' must be the ARN of an IAM role`);
  });
});

describe('a registration refuses a provider', () => {
  const stackIn = (region?: string, account?: string) => new Stack(new App(), 'Tools', { env: { region, account } });
  const attributes = { serviceToken: 'arn:aws:lambda:us-east-1:111122223333:function:provider', roleArn: 'arn:aws:iam::111122223333:role/provider' };
  const attempt = (stack: Stack) => errorOf(() => new EventChannelRegistration(stack, 'Channel', {
    provider: DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(stack, 'Provider', attributes),
  }));

  test('of another region', () => {
    expect(attempt(stackIn('eu-west-1', '111122223333'))).toContain("provider: 'Tools/Provider' belongs to region us-east-1, this registration to eu-west-1.");
  });

  test('of another account', () => {
    expect(attempt(stackIn('us-east-1', '444455556666'))).toContain("provider: 'Tools/Provider' belongs to account 111122223333, this registration to 444455556666.");
  });

  test('but not where either is not known', () => {
    expect(attempt(stackIn())).toBe('nothing was thrown');
  });
});
