/** The example of an organization's defaults: one account of it, deployed on the parameters of a landing zone. */

import { join } from 'node:path';
import { LocalCloud } from './local-cloud';
import { deleteDirectly, deployTemplate } from './stacks';
import { synthesize } from '../support/example';
import { findLeaks } from '../support/leaks';
import { newSecrets } from '../support/secrets';
import { ACCOUNT, REGION, ROOT } from '../support/workspace';

const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;

let cloud: LocalCloud;
const secrets = newSecrets();

beforeAll(async () => {
  cloud = await LocalCloud.start('organization-blueprint');
  for (const [name, text] of Object.entries(secrets.texts)) await cloud.aws.createSecret(name, text);
});

afterAll(async () => {
  await cloud?.stop();
});

test('the stacks of an account are deployed one after the other, each service with the key and by the one provider, and removed', async () => {
  const { service } = cloud.simulator;
  const { agentSpaceId } = service.createAgentSpace('Operations');
  const values = {
    'devops-tools/key-arn': KEY_ARN,
    'devops-tools/agent-space-id': agentSpaceId,
    'network/vpc-id': 'vpc-1',
    'network/private-subnet-a': 'subnet-a',
    'network/private-subnet-b': 'subnet-b',
  };
  const parameters = Object.entries(values).map(([name, Value], index) =>
    [`Parameter${index}`, { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Name: `/acme/${name}`, Value } }]);
  expect((await deployTemplate(cloud.aws, 'CreateStack', 'LandingZone', { Resources: Object.fromEntries(parameters) })).status).toBe('CREATE_COMPLETE');

  const stacks = synthesize(join(ROOT, 'examples', 'organization-blueprint')).stacks
    .filter(({ environment }) => environment.account === '111111111111');
  for (const { stackName, template: { Resources, Outputs, Parameters } } of stacks) {
    // Without the version of the bootstrap stack, which is the CLI's.
    const { BootstrapVersion, ...own } = Parameters!;
    const deployed = await deployTemplate(cloud.aws, 'CreateStack', stackName, { Resources, Outputs, Parameters: own });
    expect(deployed).toEqual({ status: 'CREATE_COMPLETE', failures: [] });
  }

  const { services, associations } = service.snapshot();
  expect(services.map(({ name, tags }) => [name, tags['acme:owner'], tags['cdk-devops-agent:provider']]).sort()).toEqual(
    ['acme-events', 'acme-grafana', 'acme-pagerduty'].map((name) => [name, 'platform', 'DevOpsTools-111111111111-us-east-1-Provider/Provider']));
  const registered = cloud.simulator.log.filter(({ operation }) => operation === 'RegisterService');
  expect(registered.map(({ body }) => (body as { kmsKeyArn?: string }).kmsKeyArn)).toEqual([KEY_ARN, KEY_ARN, KEY_ARN]);
  expect(associations).toMatchObject([{ agentSpaceId, serviceId: services.find(({ name }) => name === 'acme-events')!.serviceId }]);
  expect(findLeaks(secrets.credentials, cloud.texts())).toEqual([]);

  for (const { stackName } of [...stacks].reverse()) await deleteDirectly(cloud.aws, stackName);
  expect(service.snapshot()).toMatchObject({ services: [], associations: [], webhooks: [] });
}, 60_000);
