/** An event channel in a real account: its registration, its unique key, its association, its webhook, and the fence of its tags. */

import { IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { Stack } from 'aws-cdk-lib';
import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { newApp } from './app';
import { everything, Probe } from './probe';
import { EventChannelRegistration } from '../../lib';

const app = newApp();
const stack = new Stack(app, 'IntegEventChannel');

const agentSpace = new CfnAgentSpace(stack, 'AgentSpace', { name: 'cdk-devops-agent-integ' });
const channel = new EventChannelRegistration(stack, 'EventChannel');
const { webhook } = channel.associateWith(agentSpace, { webhook: {} });

const probe = new Probe(stack, 'Probe', [everything()]);
webhook!.secret.grantRead(probe);
const stranger = new Probe(stack, 'Stranger', [new PolicyStatement({
  actions: ['aidevops:DeregisterService'],
  resources: ['*'],
  conditions: { StringEquals: { 'aws:ResourceTag/cdk-devops-agent:provider': 'another' } },
})]);

const integ = new IntegTest(app, 'EventChannel', { testCases: [stack] });
const { serviceId } = channel;
probe.expect(integ, 'registered', { serviceId, type: 'eventChannel' }, {
  type: 'eventChannel', listed: true, name: 'IntegEventChannel-EventChannel', provider: 'IntegEventChannel/DefaultDevOpsAgentProvider',
});
probe.expect(integ, 'secondEventChannel', {}, { refused: true, conflict: true, eventChannels: 1 });
probe.expect(integ, 'webhook', { secretArn: webhook!.secret.secretArn }, { signed: true, forged: false });
stranger.expect(integ, 'deregistration', { serviceId }, { refused: true, denied: true });
probe.expect(integ, 'deregistration', { serviceId }, { refused: true, status: Match.stringLikeRegexp('^(400|409)$') });
