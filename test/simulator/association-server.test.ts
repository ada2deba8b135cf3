import { addressOf, configurationOf, fullCapabilities, fullConfigurations } from './association-samples';
import { call, control, register } from './client';
import { canary, registration } from './samples';
import { Simulator } from './server';

describe('the server, about associations', () => {
  let simulator: Simulator;
  let url: string;
  let serviceId: string;
  let space: string;
  beforeEach(async () => {
    simulator = await Simulator.start();
    url = simulator.url;
    serviceId = (await register(url, registration('gitlab'))).body.serviceId;
    space = `/v1/agentspaces/${simulator.service.createAgentSpace('space').agentSpaceId}`;
  });
  afterEach(() => simulator.close());

  const configuration = configurationOf('gitlab');
  const associate = async () => (await call(url, 'POST', `${space}/associations`, { serviceId, configuration, capabilities: fullCapabilities })).body;

  test('all operations are reached by path and method, and answer with the status of the model', async () => {
    const associated = await call(url, 'POST', `${space}/associations`, { serviceId, configuration });
    expect(associated.status).toBe(201);
    const { association, webhook: { webhookSecret, ...webhook } } = associated.body;
    expect(webhookSecret).toMatch(/.{32}/);
    const path = `${space}/associations/${association.associationId}`;

    const got = await call(url, 'GET', path);
    expect([got.status, got.body]).toEqual([200, { association }]);
    const updated = await call(url, 'PATCH', path, { configuration, capabilities: fullCapabilities });
    expect([updated.status, updated.body]).toEqual([200, {
      association: { ...association, capabilities: fullCapabilities, updatedAt: expect.any(String) }, webhook,
    }]);
    const listed = await call(url, 'POST', `${space}/associations/list?maxResults=5&filterServiceTypes=gitlab`);
    expect([listed.status, listed.body]).toEqual([200, { associations: [updated.body.association] }]);
    const webhooks = await call(url, 'POST', `${path}/webhooks/list`);
    expect([webhooks.status, webhooks.body]).toEqual([200, { webhooks: [webhook] }]);
    const spaces = await call(url, 'POST', '/v1/agentspaces/list');
    expect([spaces.status, spaces.body.agentSpaces[0].name]).toEqual([200, 'space']);

    for (const _ of ['once', 'and again']) {
      const disassociated = await call(url, 'DELETE', path);
      expect([disassociated.status, disassociated.text]).toEqual([204, '']);
    }
    expect((await call(url, 'GET', path)).status).toBe(404);
  });

  test.each<[string, string, string, object, number]>([
    ['a service in an update', 'PATCH', '/associations/x', { serviceId: 'x', configuration }, 400],
    ['an update without a configuration', 'PATCH', '/associations/x', { capabilities: {} }, 400],
    ['an agent space in the body', 'POST', '/associations', { agentSpaceId: 'x', serviceId: 'x', configuration }, 400],
    ['filters in the body', 'POST', '/associations/list', { filterServiceTypes: 'gitlab' }, 400],
    ['pages of webhooks', 'POST', '/associations/x/webhooks/list?maxResults=1', {}, 400],
    ['a replacement by PUT', 'PUT', '/associations/x', { configuration }, 404],
  ])('%s is refused', async (_, method, path, body, status) => {
    expect((await call(url, method, space + path, body)).status).toBe(status);
  });

  test('a call is logged with its service, and without what is sensitive', async () => {
    const pagerDuty = (await register(url, registration('pagerduty'))).body.serviceId;
    const body = { serviceId: pagerDuty, configuration: { pagerduty: fullConfigurations.pagerduty } };
    const { association } = (await call(url, 'POST', `${space}/associations`, body)).body;
    await call(url, 'POST', `${space}/associations/${association.associationId}/webhooks/list`);
    await call(url, 'DELETE', `${space}/associations/${association.associationId}`);
    expect(simulator.log.slice(-3)).toMatchObject(['AssociateService', 'ListWebhooks', 'DisassociateService'].map((operation) =>
      ({ operation, service: 'pagerduty', serviceId: pagerDuty })));
    expect(JSON.stringify(simulator.log)).not.toMatch(canary);
  });

  test('a fault is injected by the type of the service, and an association is made though its answer is lost', async () => {
    simulator.injectFault({ operation: 'AssociateService', service: 'gitlab', kind: 'resetAfter' });
    await expect(associate()).rejects.toMatchObject({ code: 'ECONNRESET' });
    const [association] = simulator.service.snapshot().associations;
    expect(association.serviceId).toBe(serviceId);
    simulator.injectFault({ operation: 'DisassociateService', service: 'gitlab', kind: 'status500Before' });
    expect((await call(url, 'DELETE', `${space}/associations/${association.associationId}`)).status).toBe(500);
    expect(simulator.service.snapshot().associations).toEqual([association]);
  });

  test('associations and agent spaces come and go by control', async () => {
    const { agentSpaceId } = await control(url, 'POST', 'agent-spaces', { name: 'other' });
    const { association, webhook } = await control(url, 'POST', 'associate', { agentSpaceId, serviceId, configuration });
    expect(webhook.webhookSecret).toBeDefined();
    const shown = await control(url, 'GET', 'services');
    expect(shown.associations).toEqual([association]);
    expect(shown.webhooks).toMatchObject([{ webhookId: webhook.webhookId }]);
    expect(JSON.stringify(shown)).not.toContain(webhook.webhookSecret);
    expect((await call(url, 'DELETE', `/v1/services/${serviceId}`)).status).toBe(409);
    await expect(control(url, 'DELETE', 'agent-spaces', { agentSpaceId })).rejects.toThrow('409');
    await control(url, 'POST', 'disassociate', addressOf(association));
    await control(url, 'DELETE', 'agent-spaces', { agentSpaceId });
    expect((await call(url, 'DELETE', `/v1/services/${serviceId}`)).status).toBe(200);
    expect((await control(url, 'GET', 'services')).agentSpaces.map(({ name }: any) => name)).toEqual(['space']);
  });

  test('an agent space goes by force with its associations', async () => {
    const { association } = await associate();
    await control(url, 'DELETE', 'agent-spaces', { agentSpaceId: association.agentSpaceId, force: true });
    expect((await call(url, 'GET', `${space}/associations/${association.associationId}`)).status).toBe(404);
  });
});
