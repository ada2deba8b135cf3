/** The MCP server of the integration test: what RegisterService has to find, and nothing without the token. */

const TOKEN = 'a-token-of-the-integration-test';

jest.mock('@aws-sdk/client-secrets-manager', () => ({
  SecretsManagerClient: class {
    public send = async () => ({ SecretString: JSON.stringify({ token: TOKEN }) });
  },
  GetSecretValueCommand: class {},
}));

const { handler } = jest.requireActual('./mcp-server');

async function post(message: object, authorization = `Bearer ${TOKEN}`) {
  const { statusCode, body } = await handler({ headers: { authorization }, body: JSON.stringify(message), requestContext: { http: { method: 'POST' } } });
  return { statusCode, ...body && { answer: JSON.parse(body) } };
}

test('it is initialized with the version of the protocol that it is asked for', async () => {
  const { statusCode, answer } = await post({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18' } });
  expect(statusCode).toBe(200);
  expect(answer).toMatchObject({ jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-06-18', capabilities: { tools: {} } } });
});

test('it lists a tool', async () => {
  const { answer } = await post({ jsonrpc: '2.0', id: 'two', method: 'tools/list' });
  expect(answer).toMatchObject({ id: 'two', result: { tools: [{ name: 'nothing', inputSchema: { type: 'object' } }] } });
});

test('it accepts a notification, and does not know other methods', async () => {
  expect(await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).toEqual({ statusCode: 202 });
  expect((await post({ jsonrpc: '2.0', id: 3, method: 'resources/list' })).answer.error.code).toBe(-32601);
});

test('it refuses another token, and another method of HTTP', async () => {
  expect(await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, 'Bearer another')).toEqual({ statusCode: 401 });
  expect(await handler({ headers: {}, requestContext: { http: { method: 'GET' } } })).toEqual({ statusCode: 405 });
});
