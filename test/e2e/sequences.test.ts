/** Sequences of deployments as an engine of CloudFormation orders their events: what exists at the end is what the stack says. */

import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnOutput, Stack, Tags } from 'aws-cdk-lib/core';
import { LocalCloud } from './local-cloud';
import { deleteDirectly, Deployed, deployDirectly, updateDirectly } from './stacks';
import {
  EventChannelRegistration, McpServerAuthorization, McpServerRegistration, OAuthClient, PagerDutyRegistration, SecretField, ServiceRegistration,
} from '../../src';
import { valuesOf } from '../support/aws';
import { canary } from '../support/secrets';

const REFUSED = 'https://refused.example.com/mcp';

let cloud: LocalCloud;
/** An update that the handler waits in for more than a minute, begun before anything else. */
let used: Promise<{ serviceId: string; agentSpaceId: string; associationId: string; deployed: Deployed }>;

beforeAll(async () => {
  cloud = await LocalCloud.start('sequences');
  await cloud.aws.createSecret('tools/token', JSON.stringify({ token: canary() }));
  await cloud.aws.createSecret('tools/client', JSON.stringify({ client_id: canary(), client_secret: canary() }));
  cloud.simulator.service.refuse({ endpoint: REFUSED, message: 'The endpoint speaks no MCP' });
  used = updateUsed();
});

afterAll(async () => {
  await cloud?.stop();
});

/** Renames what an Agent Space uses. */
async function updateUsed() {
  await deployDirectly(cloud.aws, 'Used', shown((stack) => pagerDuty(stack, 'Used-Before', 'used')));
  const { id: serviceId } = await expectOnly('Used');
  const { agentSpaceId } = cloud.simulator.service.createAgentSpace('Production');
  const configuration = { pagerduty: { services: [], customerEmail: 'a@example.com' } };
  const { association } = cloud.simulator.service.associateService({ agentSpaceId, serviceId, configuration });
  const deployed = await updateDirectly(cloud.aws, 'Used', shown((stack) => pagerDuty(stack, 'Used-After', 'used')));
  return { serviceId, agentSpaceId, associationId: association.associationId, deployed };
}

function server(stack: Stack, id: string, endpoint = 'https://mcp.example.com/mcp', serverName?: string): McpServerRegistration {
  const secret = Secret.fromSecretNameV2(stack, `${id}Secret`, 'tools/token');
  return new McpServerRegistration(stack, id, {
    endpoint, serverName, authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret, 'token')),
  });
}

function pagerDuty(stack: Stack, displayName: string, subdomain: string): PagerDutyRegistration {
  const authorization = OAuthClient.fromSecretsManager(Secret.fromSecretNameV2(stack, 'ClientSecret', 'tools/client'));
  return new PagerDutyRegistration(stack, 'PagerDuty', { subdomain, displayName, authorization });
}

/** The services of a stack, as they are and as its output says. */
async function expectOnly(name: string, count = 1): Promise<{ id: string; name?: string; tags: object }> {
  const services = cloud.simulator.service.snapshot().services.filter((service) => service.name?.startsWith(`${name}-`));
  expect(services).toHaveLength(count);
  const [output] = valuesOf(await cloud.aws.cloudFormation('DescribeStacks', { StackName: name }), 'OutputValue');
  expect(services.map(({ serviceId }) => serviceId)).toContain(output);
  const { serviceId, ...rest } = services.find((service) => service.serviceId === output)!;
  return { id: serviceId, ...rest };
}

/** A stack whose output is the service's id. */
const shown = (build: (stack: Stack) => ServiceRegistration) => (stack: Stack) => {
  new CfnOutput(stack, 'ServiceId', { value: build(stack).serviceId });
};

function expectRolledBack({ status, failures }: Deployed, words: string): void {
  expect(failures.join('\n')).toContain(words);
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
}

test('a service with the unique key of its successor is deregistered first', async () => {
  const name = 'First';
  await deployDirectly(cloud.aws, name, shown((stack) => pagerDuty(stack, 'First-Before', 'first')));
  const before = await expectOnly(name);
  const { status } = await updateDirectly(cloud.aws, name, shown((stack) => pagerDuty(stack, 'First-After', 'first')));
  expect(status).toBe('UPDATE_COMPLETE');
  const after = await expectOnly(name);
  expect(after).toMatchObject({ name: 'First-After' });
  expect(after.id).not.toBe(before.id);
  await deleteDirectly(cloud.aws, name);
  expect(cloud.registered(`${name}-`)).toEqual([]);
}, 120_000);

test('a replacement that is lost is healed by the rollback', async () => {
  const name = 'Lost';
  const build = (endpoint: string) => shown((stack) => server(stack, 'Server', endpoint, 'lost'));
  await deployDirectly(cloud.aws, name, build('https://mcp.example.com/mcp'));
  const before = await expectOnly(name);
  // It is refused for the conflict as long as the old one is there, and for the endpoint after that.
  const deployed = await updateDirectly(cloud.aws, name, build(REFUSED));
  expectRolledBack(deployed, `The endpoint speaks no MCP; the old service ${before.id} has been deregistered first`);
  // The engine does not compute the outputs of a rollback anew, so they cannot be compared with here.
  const services = cloud.simulator.service.snapshot().services.filter((service) => service.name?.startsWith(`${name}-`));
  expect(services.map(({ serviceId }) => serviceId)).toEqual([expect.not.stringMatching(before.id)]);
  await deleteDirectly(cloud.aws, name);
  expect(cloud.registered(`${name}-`)).toEqual([]);
}, 120_000);

test('an update that fails leaves the old service, and a neighbour\'s failure leaves nothing new', async () => {
  const name = 'Rollback';
  await deployDirectly(cloud.aws, name, shown((stack) => server(stack, 'Server')));
  const { id } = await expectOnly(name);
  expectRolledBack(await updateDirectly(cloud.aws, name, shown((stack) => server(stack, 'Server', REFUSED))), 'The endpoint speaks no MCP');
  expect((await expectOnly(name)).id).toBe(id);

  const deployed = await updateDirectly(cloud.aws, name, shown((stack) => {
    const registration = server(stack, 'Server');
    server(stack, 'Neighbour', REFUSED).node.addDependency(registration);
    Tags.of(registration).add('stage', 'test');
    return registration;
  }));
  expectRolledBack(deployed, 'The endpoint speaks no MCP');
  const kept = await expectOnly(name);
  expect(kept.id).toBe(id);
  expect(kept.tags).not.toHaveProperty('stage');
  await deleteDirectly(cloud.aws, name);
  expect(cloud.registered(`${name}-`)).toEqual([]);
}, 120_000);

test('the one event channel of the account is replaced by its own stack, and a conflict for another', async () => {
  const channel = (displayName: string) => shown((stack) => new EventChannelRegistration(stack, 'Channel', { displayName }));
  await deployDirectly(cloud.aws, 'Channel', channel('Channel-One'));
  expect((await updateDirectly(cloud.aws, 'Channel', channel('Channel-Two'))).status).toBe('UPDATE_COMPLETE');
  const { id } = await expectOnly('Channel');
  const { failures } = await deployDirectly(cloud.aws, 'Second', channel('Second-One'));
  expect(failures.join('\n')).toContain(`, by ${id} ('Channel-Two', of the resource Channel`);
  await deleteDirectly(cloud.aws, 'Channel');
  expect(cloud.registered('Channel-')).toEqual([]);
}, 180_000);

test('a service that an Agent Space uses is not deregistered first, and the reason names the Agent Space', async () => {
  const { serviceId, agentSpaceId, associationId, deployed } = await used;
  expectRolledBack(deployed, `remove its association from the Agent Space Production (${agentSpaceId}), then redeploy`);
  expect((await expectOnly('Used')).id).toBe(serviceId);
  cloud.simulator.service.disassociateService({ agentSpaceId, associationId });
  await deleteDirectly(cloud.aws, 'Used');
  expect(cloud.registered('Used-')).toEqual([]);
}, 180_000);
