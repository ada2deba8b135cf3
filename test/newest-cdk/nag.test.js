'use strict';

// cdk-nag's packs AwsSolutions, HIPAA Security and NIST 800-53 R5 over the library and its examples. They need a newer aws-cdk-lib than
// the floor: run by .ci/newest-cdk, plain JavaScript because neither the type-check nor the lint of the floor has cdk-nag.
const { execFileSync } = require('node:child_process');
const { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { App, Stack } = require('aws-cdk-lib');
const { CfnAgentSpace } = require('aws-cdk-lib/aws-devopsagent');
const { Vpc } = require('aws-cdk-lib/aws-ec2');
const { Role, PolicyStatement, ServicePrincipal } = require('aws-cdk-lib/aws-iam');
const { Key } = require('aws-cdk-lib/aws-kms');
const { LogGroup } = require('aws-cdk-lib/aws-logs');
const { Secret } = require('aws-cdk-lib/aws-secretsmanager');
const { findingsIn } = require('./findings');
const agent = require('../../lib');

const ROOT = path.join(__dirname, '..', '..');
const PACKS = ['HIPAA.Security', 'NIST.800.53.R5'];

/** The rules that a stack breaks. */
function rulesBrokenBy(build) {
  const app = new App();
  build(new Stack(app, 'Tools', { env: { account: '111122223333', region: 'us-east-1' } }), app);
  app.synth();
  return [...new Set(findingsIn(app).map(([rule]) => rule))].sort();
}

/** A use of everything that the library makes: a provider, grants of all kinds, a webhook's secret. */
function registerIn(stack, { key, provider } = {}) {
  new agent.PagerDutyRegistration(stack, 'PagerDuty', {
    subdomain: 'acme', provider, encryptionKey: key, authorization: agent.OAuthClient.fromSecretsManager(Secret.fromSecretNameV2(stack, 'Secret', 'tools')),
  });
  new agent.EventChannelRegistration(stack, 'EventChannel', { provider })
    .associateWith(CfnAgentSpace.fromAgentSpaceId(stack, 'AgentSpace', 'team'), { webhook: { encryptionKey: key } });
}

/** A construct of somebody else, of which the packs say nothing here. */
const vpcIn = (stack) => Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['us-east-1a'], privateSubnetIds: ['subnet-0123456789abcdef0'] });
const keyIn = (stack) => Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef');

test('what the library makes leaves only what the app decides: VPC, and keys', () => {
  expect(rulesBrokenBy((stack) => registerIn(stack))).toEqual(PACKS.flatMap((pack) => [
    `${pack}-CloudWatchLogGroupEncrypted`, `${pack}-LambdaInsideVPC`, `${pack}-SecretsManagerUsingKMSKey`,
  ]));
});

test('with a VPC and keys there is no finding, as docs/security.md says', () => {
  expect(rulesBrokenBy((stack) => {
    const key = keyIn(stack);
    agent.DevOpsAgentProvider.configureDefault(stack, { vpc: vpcIn(stack), logGroup: new LogGroup(stack, 'Log', { encryptionKey: key }) });
    registerIn(stack, { key });
  })).toEqual([]);
});

test('nor is there one on the grants of a registration in another stack than its provider', () => {
  expect(rulesBrokenBy((stack, app) => {
    const key = keyIn(stack);
    const provider = new agent.DevOpsAgentProvider(stack, 'Provider', { vpc: vpcIn(stack), logGroup: new LogGroup(stack, 'Log', { encryptionKey: key }) });
    registerIn(new Stack(app, 'Team', { env: stack.env }), { key, provider });
  })).toEqual([]);
});

test('a finding is seen', () => {
  expect(rulesBrokenBy((stack) => {
    new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
      .addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  })).toEqual(expect.arrayContaining(['AwsSolutions-IAM5[Action::s3:*]', 'HIPAA.Security-IAMNoInlinePolicy', 'NIST.800.53.R5-IAMNoInlinePolicy']));
});

const both = (rule, paths, reason) => PACKS.map((pack) => [`${pack}-${rule}`, paths, reason]);

/**
 * What the examples leave to whoever makes an app of them: a rule, the constructs, and why. Not in the examples, since
 * `Validations.acknowledge()` refuses the ids of IAM's findings, and a reader of an example looks for registrations.
 */
const LEFT_TO_THE_READER = [
  ...both('LambdaInsideVPC', /./, 'A VPC costs a NAT gateway or endpoints: docs/provider.md.'),
  ...both('CloudWatchLogGroupEncrypted', /./, 'CloudWatch Logs encrypts without a key, too. A key of one\'s own is a decision.'),
  ...both('SecretsManagerUsingKMSKey', /\/Webhook\w+\/Resource$/, 'AWS Secrets Manager encrypts with its own key. A key of one\'s own is a decision.'),
  ...both('IAMNoInlinePolicy', /\/DefaultPolicy\/Resource$/, 'The CDK grants in the inline policy of a role, which is removed with the role.'),
  ['AwsSolutions-IAM5[Resource::*]', /\/AzureRole\/DefaultPolicy\/Resource$/, 'sts:GetWebIdentityToken has no resource: docs/security.md.'],
  ['AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]', /\/Caller\/ServiceRole\/Resource$/,
    'The policy of AWS by which a Lambda function writes its log.'],
  ...both('LambdaConcurrency', /\/Caller\/Resource$/, 'It runs once for each alarm that goes off.'),
  ...both('LambdaDLQ', /\/Caller\/Resource$/, 'EventBridge tries again for a while; later the alarm itself says more than an old event.'),
  ...both('CloudWatchAlarmAction', /^AlarmToAgent\//, 'A rule of EventBridge takes the change of state.'),
  [/^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:\w+\/\*\]$/, /\/CallerOf-\w+\/DefaultPolicy\/Resource$/,
    'An MCP server behind an API has more than one path.'],
];

const examples = readdirSync(path.join(ROOT, 'examples')).filter((name) => existsSync(path.join(ROOT, 'examples', name, 'app.ts')));

function findingsOnExample(name) {
  const folder = mkdtempSync(path.join(tmpdir(), 'cdk-devops-agent-nag-'));
  try {
    const report = path.join(folder, 'findings.json');
    execFileSync(process.execPath, ['--require', path.join(__dirname, 'findings.js'), '--import', 'tsx', 'app.ts'], {
      cwd: path.join(ROOT, 'examples', name),
      env: {
        ...process.env,
        FINDINGS: report,
        CDK_OUTDIR: path.join(folder, 'cdk.out'),
        CDK_CONTEXT_JSON: JSON.stringify({ agentSpace: '12345678-1234-1234-1234-123456789012' }),
      },
    });
    return JSON.parse(readFileSync(report, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const matches = (row, [rule, construct]) => (row[0].test ? row[0].test(rule) : row[0] === rule) && row[1].test(construct);

let findings;

beforeAll(() => {
  findings = new Map(examples.map((name) => [name, findingsOnExample(name)]));
}, 600_000);

test.each(examples)('the example %s has no finding without a reason', (name) => {
  expect(findings.get(name).filter((finding) => !LEFT_TO_THE_READER.some((row) => matches(row, finding)))).toEqual([]);
});

test('no reason outlives its finding', () => {
  const all = [...findings.values()].flat();
  expect(LEFT_TO_THE_READER.filter((row) => !all.some((finding) => matches(row, finding)))).toEqual([]);
});
