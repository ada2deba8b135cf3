/** The example of a package that wraps this library: what a team gets by one construct of it, deployed and removed. */

import { LocalCloud } from './local-cloud';
import { deleteDirectly, deployTemplate } from './stacks';
import { valuesOf } from '../support/aws';
import { isCaptured } from '../support/captured-webhook';
import { templateOf } from '../support/example';
import { findLeaks } from '../support/leaks';
import { newSecrets } from '../support/secrets';

const STACK = 'Checkout';

let cloud: LocalCloud;
const secrets = newSecrets();

beforeAll(async () => {
  cloud = await LocalCloud.start('construct-package');
  for (const [name, text] of Object.entries(secrets.texts)) await cloud.aws.createSecret(name, text);
});

afterAll(async () => {
  await cloud?.stop();
});

test('a team has its services, each with the organization\'s name and associated with its Agent Space, until the stack is deleted', async () => {
  const { service } = cloud.simulator;
  const { agentSpaceId } = service.createAgentSpace('checkout');
  const { Resources, Outputs } = templateOf('construct-package', { agentSpace: agentSpaceId });

  expect(await deployTemplate(cloud.aws, 'CreateStack', STACK, { Resources, Outputs })).toEqual({ status: 'CREATE_COMPLETE', failures: [] });

  const { services, associations } = service.snapshot();
  const configurations = associations.map((association) => {
    expect(association.agentSpaceId).toBe(agentSpaceId);
    return [services.find(({ serviceId }) => serviceId === association.serviceId)?.name, association.configuration];
  });
  expect(Object.fromEntries(configurations)).toEqual({
    'Checkout-Runbooks': { mcpserver: expect.objectContaining({ tools: ['search'] }) },
    'acme-checkout-events': { eventChannel: {} },
    'acme-checkout-pagerduty': { pagerduty: expect.objectContaining({ services: ['PABC123'] }) },
  });
  expect(services).toHaveLength(3);
  const [webhook] = valuesOf(await cloud.aws.cloudFormation('DescribeStacks', { StackName: STACK }), 'OutputValue');
  const { serviceId } = services.find(({ name }) => name === 'acme-checkout-events')!;
  expect(isCaptured(service, await cloud.aws.secretValue(webhook), agentSpaceId, serviceId)).toBe(true);
  expect(findLeaks(secrets.credentials, cloud.texts())).toEqual([]);

  await deleteDirectly(cloud.aws, STACK);
  expect(service.snapshot()).toMatchObject({ services: [], associations: [], webhooks: [] });
}, 60_000);
