/** The example of an alarm that starts an investigation: deployed, and its function invoked as EventBridge does. */

import { LocalCloud } from './local-cloud';
import { deleteDirectly, deployTemplate } from './stacks';
import { valuesOf } from '../support/aws';
import { templateOf } from '../support/example';

const STACK = 'AlarmToAgent';
const EVENT = {
  'id': '7f9c2c7e-0000-4000-8000-000000000001',
  'source': 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  'time': '2026-01-01T00:00:00Z',
  'region': 'us-east-1',
  'detail': { alarmName: 'CheckoutErrors', state: { value: 'ALARM', reason: 'Threshold Crossed' } },
};

let cloud: LocalCloud;
let agentSpaceId: string;
let functionName: string;

beforeAll(async () => {
  cloud = await LocalCloud.start('alarm-to-agent');
  const { service, url } = cloud.simulator;
  service.configure({ webhookOrigin: url });
  ({ agentSpaceId } = service.createAgentSpace('Production'));
  expect(await deploy('CreateStack')).toEqual({ status: 'CREATE_COMPLETE', failures: [] });
  [functionName] = valuesOf(await cloud.aws.cloudFormation('DescribeStacks', { StackName: STACK }), 'OutputValue');
}, 120_000);

afterAll(async () => {
  await cloud?.stop();
});

/** @param displayName Another name than that of the example: it replaces the event channel, and nothing else changes. */
function deploy(action: 'CreateStack' | 'UpdateStack', displayName = 'AlarmToAgent-EventChannel') {
  const { Resources, Outputs } = templateOf('alarm-to-agent', { agentSpace: agentSpaceId });
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === 'Custom::DevOpsAgentService') Properties.Request.name = displayName;
  }
  // Without the check of the bootstrap stack, which is the CLI's.
  return deployTemplate(cloud.aws, action, STACK, { Resources, Outputs });
}

/** What was posted to webhooks, as the association that was meant, the status of the answer, and the body. */
function posts() {
  return cloud.simulator.service.webhooks.posts.map(({ associationId: id, status, body }) => ({ associationId: id, status, body: JSON.parse(body) }));
}

function associationId(): string {
  const { associations } = cloud.simulator.service.snapshot();
  expect(associations).toMatchObject([{ agentSpaceId }]);
  return associations[0].associationId;
}

test('an alarm becomes an event that the webhook accepts', async () => {
  expect(await cloud.aws.invoke(functionName, EVENT)).toEqual({ status: 200 });

  expect(posts()).toEqual([{
    associationId: associationId(),
    status: 200,
    body: {
      eventType: 'incident',
      incidentId: EVENT.id,
      action: 'created',
      priority: 'HIGH',
      title: 'CheckoutErrors is in alarm',
      description: 'Threshold Crossed (Region us-east-1)',
      timestamp: EVENT.time,
    },
  }]);
}, 60_000);

test('the same function posts to the new webhook after the event channel was replaced', async () => {
  const before = associationId();
  expect((await deploy('UpdateStack', 'AlarmToAgent-Renamed')).status).toBe('UPDATE_COMPLETE');
  expect(associationId()).not.toBe(before);

  expect(await cloud.aws.invoke(functionName, EVENT)).toEqual({ status: 200 });

  expect(posts().map((post) => [post.associationId, post.status])).toEqual([[before, 200], [associationId(), 200]]);
}, 120_000);

test('the function fails if the webhook refuses the event, so that EventBridge tries again', async () => {
  cloud.simulator.service.webhooks.revoke(associationId());

  await expect(cloud.aws.invoke(functionName, EVENT)).rejects.toThrow('The webhook answered with the status 403');

  await deleteDirectly(cloud.aws, STACK);
  expect(cloud.simulator.service.snapshot()).toMatchObject({ services: [], associations: [], webhooks: [] });
}, 120_000);
