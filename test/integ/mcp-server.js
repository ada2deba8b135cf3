const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');

const secrets = new SecretsManagerClient();

const METHODS = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'integ', version: '1.0.0' } }),
  'tools/list': () => ({ tools: [{ name: 'nothing', description: 'Does nothing', inputSchema: { type: 'object' } }] }),
  'ping': () => ({}),
};

/** An MCP server over Streamable HTTP, without sessions and streams: it has one tool, which does nothing. */
exports.handler = async ({ headers, body, isBase64Encoded, requestContext }) => {
  if (requestContext.http.method !== 'POST') return { statusCode: 405 };
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.TOKEN_SECRET_ARN }));
  if (headers.authorization !== `Bearer ${JSON.parse(SecretString).token}`) return { statusCode: 401 };

  const { id, method, params } = JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
  if (id === undefined) return { statusCode: 202 };
  const answer = METHODS[method] ? { result: METHODS[method](params ?? {}) } : { error: { code: -32601, message: 'Method not found' } };
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id, ...answer }) };
};
