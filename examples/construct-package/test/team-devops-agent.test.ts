import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { TeamDevOpsAgent } from '../src';

const stack = new Stack(new App(), 'Test');
new TeamDevOpsAgent(stack, 'DevOpsAgent', { team: 'checkout', pagerDutyServiceIds: ['PABC123'] });
const template = Template.fromStack(stack);

test('the team has an Agent Space of its name', () => {
  template.hasResourceProperties('AWS::DevOpsAgent::AgentSpace', { Name: 'checkout', Tags: [{ Key: 'acme:team', Value: 'checkout' }] });
});

test('PagerDuty is registered with the client of the company', () => {
  template.hasResourceProperties('Custom::DevOpsAgentService', {
    Service: 'pagerduty',
    Request: Match.objectLike({ name: 'acme-checkout-pagerduty' }),
    Secrets: ['devops-tools/pagerduty'],
  });
});

test('the event channel has the name of the team, and its webhook goes into a secret', () => {
  template.hasResourceProperties('Custom::DevOpsAgentService', {
    Service: 'eventChannel',
    Request: Match.objectLike({ name: 'acme-checkout-events' }),
  });
  template.resourceCountIs('AWS::SecretsManager::Secret', 1);
});
