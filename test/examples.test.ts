/** The examples: all of them are sound, and those that the demo deploys register what they are about. The others have tests of their own. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { synthesize, templateOf } from './support/example';
import { USES } from './support/integrations';
import { ROOT } from './support/workspace';
import { actionsOf } from './synthesis';

const EXAMPLES = join(ROOT, 'examples');
const AGENT_SPACE = '12345678-1234-1234-1234-123456789012';

const examples = readdirSync(EXAMPLES).filter((folder) => existsSync(join(EXAMPLES, folder, 'app.ts')));

/** The properties of all registrations. */
function registrationsIn(template: Template): any[] {
  return Object.values(template.findResources('Custom::DevOpsAgentService')).map(({ Properties }) => Properties);
}

/** The names of the secrets that the provider may read. */
function readableIn(template: Template): string[] {
  const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const reading = statements.filter((statement) => actionsOf(statement).includes('secretsmanager:GetSecretValue'));
  return [...JSON.stringify(reading.map(({ Resource }) => Resource)).matchAll(/"[^"]*:secret:([^"]+)-\?{6}"|"\*"/g)].map(([all, name]) => name ?? all);
}

test('there are examples', () => {
  expect(examples).toEqual(expect.arrayContaining(['all-integrations', 'quick-start']));
});

test.each(examples)('%s is synthesized without a warning, and CloudFormation resolves no credential of it', (example) => {
  const { code, stacks } = synthesize(join(EXAMPLES, example));
  expect(code).toBe(0);
  expect(stacks.flatMap(({ messages }) => messages)).toEqual([]);
  const templates = JSON.stringify(stacks.map(({ template }) => template));
  expect(templates).toContain('"Custom::DevOpsAgentService"');
  expect(templates).not.toContain('{{resolve:');
}, 60_000);

describe('the quick start', () => {
  const template = Template.fromJSON(templateOf('quick-start'));

  test('has an integration for each way to be authorized, and one provider, which may read their two secrets alone', () => {
    expect(registrationsIn(template).map(({ Service, Request, Secrets }) => [Service, Request.name, Secrets])).toEqual([
      ['pagerduty', 'DevOpsTools-PagerDuty', ['devops-tools/pagerduty']],
      ['mcpserver', 'DevOpsTools-Runbooks', ['devops-tools/runbooks']],
      ['mcpserver', 'DevOpsTools-Wiki', undefined],
      ['eventChannel', 'DevOpsTools-EventChannel', undefined],
      ['azureidentity', 'DevOpsTools-Azure', undefined],
    ]);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    expect(readableIn(template).sort()).toEqual(['devops-tools/pagerduty', 'devops-tools/runbooks']);
  });

  test('puts out the URL of the page where a user consents', () => {
    const [wiki] = Object.keys(template.findResources('Custom::DevOpsAgentService', { Properties: { Request: { name: 'DevOpsTools-Wiki' } } }));
    template.hasOutput('WikiConsentUrl', { Value: { 'Fn::GetAtt': [wiki, 'ConsentUrl'] } });
  });

  test('captures the webhook of an Agent Space that it is given, and puts out its secret', () => {
    const associated = Template.fromJSON(templateOf('quick-start', { agentSpace: AGENT_SPACE }));
    const [secret] = Object.keys(associated.findResources('AWS::SecretsManager::Secret'));
    associated.hasResourceProperties('Custom::DevOpsAgentService', {
      Service: 'eventChannel',
      Associations: [Match.objectLike({ AgentSpaceId: AGENT_SPACE, Webhook: { SecretArn: { Ref: secret } } })],
    });
    const [channel] = Object.keys(associated.findResources('Custom::DevOpsAgentService', { Properties: { Service: 'eventChannel' } }));
    associated.hasOutput('WebhookSecret', { Value: { 'Fn::GetAtt': [channel, Match.anyValue()] } });
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });
});

describe('all integrations', () => {
  const template = Template.fromJSON(templateOf('all-integrations'));
  const registrations = registrationsIn(template);

  test('are in the example', () => {
    const services = registrations.map(({ Service }) => Service);
    expect(services.sort()).toEqual([...new Set(USES.map(({ integration }) => integration))].sort());
  });

  test('have one provider, which may read the secrets of the registrations alone', () => {
    template.resourceCountIs('AWS::Lambda::Function', 1);
    const secrets = registrations.flatMap(({ Secrets = [] }) => Secrets);
    expect(secrets).toHaveLength(9);
    expect(readableIn(template).sort()).toEqual([...secrets].sort());
  });

  test('assume roles that trust AWS DevOps Agent, for the services of this account alone', () => {
    const roles = Object.values(template.findResources('AWS::IAM::Role')).map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement);
    const trusting = roles.filter(([{ Principal }]) => Principal.Service === 'aidevops.amazonaws.com');
    expect(trusting).toHaveLength(3);
    for (const [{ Condition }] of trusting) expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
  });

  test('put out the pages where a user consents, of the two that need a user', () => {
    const outputs = Object.keys(template.findOutputs('*'));
    expect(outputs.filter((name) => name.endsWith('ConsentUrl')).sort()).toEqual(['DatadogConsentUrl', 'WikiConsentUrl']);
    expect(outputs.filter((name) => name.endsWith('ServiceId'))).toHaveLength(registrations.length);
  });
});
