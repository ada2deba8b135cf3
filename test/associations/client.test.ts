/** The operations on associations, as they travel. */
import * as http from 'node:http';
import { devOpsAgentClient } from '../../lambda/aws/devops-agent-client';
import { LoopbackServer } from '../support/loopback-server';

/** A service that keeps what it is sent, and answers the same to all. */
class Recorder extends LoopbackServer {
  public readonly requests: object[] = [];

  constructor(private readonly status: number, private readonly answer?: object) {
    super();
  }

  protected serve({ method, url }: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void {
    this.requests.push({ method, url, body: body.length > 0 ? JSON.parse(body.toString()) : undefined });
    response.writeHead(this.status, { 'content-type': 'application/json' }).end(this.answer && JSON.stringify(this.answer));
  }
}

type Client = ReturnType<typeof devOpsAgentClient>;

/** One call, and the request and the output of it. */
async function travel(status: number, answer: object | undefined, call: (client: Client) => Promise<unknown>) {
  const server = await new Recorder(status, answer).listen();
  const client = devOpsAgentClient({ region: 'us-east-1', credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }), endpoint: server.url });
  const output = await call(client);
  await server.close();
  expect(server.requests).toHaveLength(1);
  return { request: server.requests[0], output };
}

const association = {
  agentSpaceId: 'space',
  associationId: 'a-1',
  serviceId: 'svc',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  status: 'valid',
  configuration: { mcpserver: { tools: ['search'] } },
  capabilities: { A: { enabled: true } },
};
const read = {
  associationId: 'a-1',
  serviceId: 'svc',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  configuration: association.configuration,
  capabilities: association.capabilities,
};
const webhook = { webhookUrl: 'https://example.com/w', webhookId: 'w', webhookType: 'hmac', webhookSecret: 's' };
const input = { agentSpaceId: 'space', configuration: association.configuration, capabilities: {} };

test('AssociateService sends empty capabilities, too, and shows the association and the webhook', async () => {
  expect(await travel(201, { association, webhook }, (client) => client.associate({ ...input, serviceId: 'svc' }))).toEqual({
    request: { method: 'POST', url: '/v1/agentspaces/space/associations', body: { serviceId: 'svc', configuration: input.configuration, capabilities: {} } },
    output: { association: read, webhook },
  });
});

test('a service without a webhook shows none', async () => {
  expect((await travel(201, { association }, (client) => client.associate({ ...input, serviceId: 'svc' }))).output).toEqual({ association: read });
});

test('UpdateAssociation names the association alone', async () => {
  expect(await travel(200, { association }, (client) => client.updateAssociation({ ...input, associationId: 'a-1' }))).toEqual({
    request: { method: 'PATCH', url: '/v1/agentspaces/space/associations/a-1', body: { configuration: input.configuration, capabilities: {} } },
    output: undefined,
  });
});

test('DisassociateService goes by the id of the association', async () => {
  expect(await travel(204, undefined, (client) => client.disassociate('space', 'a-1'))).toEqual({
    request: { method: 'DELETE', url: '/v1/agentspaces/space/associations/a-1' }, output: undefined,
  });
});

test('ListAssociations shows configuration and capabilities', async () => {
  expect(await travel(200, { associations: [association], nextToken: 'next' }, (client) => client.listAssociations('space'))).toEqual({
    request: { method: 'POST', url: '/v1/agentspaces/space/associations/list?maxResults=100' }, output: { associations: [read], nextToken: 'next' },
  });
});

test('ListWebhooks shows ids, and no credential', async () => {
  const { webhookSecret: _secret, ...shown } = webhook;
  expect(await travel(200, { webhooks: [shown] }, (client) => client.listWebhooks('space', 'a-1'))).toEqual({
    request: { method: 'POST', url: '/v1/agentspaces/space/associations/a-1/webhooks/list' }, output: [shown],
  });
});
