'use strict';

// cdk-nag's AwsSolutions rules, which need a newer aws-cdk-lib than the floor: run by .ci/newest-cdk, plain JavaScript because
// neither the type-check nor the lint of the floor has cdk-nag.
const { mkdtempSync, readdirSync, readFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { App, Stack, Validations } = require('aws-cdk-lib');
const { CfnAgentSpace } = require('aws-cdk-lib/aws-devopsagent');
const { Secret } = require('aws-cdk-lib/aws-secretsmanager');
const { Role, PolicyStatement, ServicePrincipal } = require('aws-cdk-lib/aws-iam');
const { Key } = require('aws-cdk-lib/aws-kms');
const { AwsSolutionsChecks } = require('cdk-nag');
const agent = require('../../lib');

function findingsOf(build) {
  const outdir = mkdtempSync(path.join(tmpdir(), 'nag-'));
  const app = new App({ outdir, context: { '@aws-cdk/core:validationReportJson': true } });
  build(new Stack(app, 'Tools'));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const printed = [];
  const spies = ['log', 'error', 'warn', 'info'].map((name) => jest.spyOn(console, name).mockImplementation((...all) => printed.push(all.join(' '))));
  let failure = '';
  try {
    app.synth();
  } catch (error) {
    failure = error.message;
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
  const reports = readdirSync(outdir).filter((name) => /validation-report/.test(name)).map((name) => readFileSync(path.join(outdir, name), 'utf8'));
  return [...new Set([failure, ...printed, ...reports].join('\n').match(/AwsSolutions-[A-Z]+\d+(\[[^\]]*\])?/g) ?? [])];
}

test('what the library makes has no finding that it does not acknowledge with a reason', () => {
  expect(findingsOf((stack) => {
    const secret = Secret.fromSecretNameV2(stack, 'Secret', 'tools');
    new agent.PagerDutyRegistration(stack, 'PagerDuty', {
      subdomain: 'acme',
      authorization: agent.OAuthClient.fromSecretsManager(secret),
      encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
    });
    new agent.EventChannelRegistration(stack, 'EventChannel')
      .associateWith(CfnAgentSpace.fromAgentSpaceId(stack, 'AgentSpace', 'team'), { webhook: {} });
  })).toEqual([]);
});

test('a finding is seen', () => {
  expect(findingsOf((stack) => {
    new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
      .addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  })).toEqual(expect.arrayContaining(['AwsSolutions-IAM5[Action::s3:*]']));
});
