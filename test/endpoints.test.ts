import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { devOpsAgentClient } from '../lambda/aws/devops-agent-client';
import { endpointOf, isEndpointOverridden } from '../lambda/aws/endpoints';

const FIPS = { AWS_USE_FIPS_ENDPOINT: 'true' };

// As AWS publishes them. Those of AWS Secrets Manager are compared with its official client in secrets-manager.test.ts.
test.each<[Parameters<typeof endpointOf>[0], string, object, string]>([
  ['DEVOPS_AGENT', 'us-east-1', {}, 'https://cp.aidevops.us-east-1.api.aws'],
  ['DEVOPS_AGENT', 'us-east-1', FIPS, 'https://cp.aidevops-fips.us-east-1.api.aws'],
  ['DEVOPS_AGENT', 'us-gov-west-1', FIPS, 'https://cp.aidevops-fips.us-gov-west-1.api.aws'],
  ['DEVOPS_AGENT', 'cn-north-1', {}, 'https://cp.aidevops.cn-north-1.api.amazonwebservices.com.cn'],
  ['DEVOPS_AGENT', 'eusc-de-east-1', {}, 'https://cp.aidevops.eusc-de-east-1.api.amazonwebservices.eu'],
  ['CLOUDFORMATION', 'eu-west-1', {}, 'https://cloudformation.eu-west-1.amazonaws.com'],
  ['CLOUDFORMATION', 'us-west-2', FIPS, 'https://cloudformation-fips.us-west-2.amazonaws.com'],
  ['CLOUDFORMATION', 'us-gov-west-1', FIPS, 'https://cloudformation.us-gov-west-1.amazonaws.com'],
  ['CLOUDFORMATION', 'cn-north-1', {}, 'https://cloudformation.cn-north-1.amazonaws.com.cn'],
  ['SNS', 'us-east-2', FIPS, 'https://sns-fips.us-east-2.amazonaws.com'],
  ['SNS', 'us-gov-east-1', FIPS, 'https://sns.us-gov-east-1.amazonaws.com'],
  ['SNS', 'eusc-de-east-1', {}, 'https://sns.eusc-de-east-1.amazonaws.eu'],
  ['SNS', 'us-east-1', { AWS_USE_FIPS_ENDPOINT: 'false' }, 'https://sns.us-east-1.amazonaws.com'],
  ['SNS', 'us-east-1', { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://b' }, 'http://a'],
  ['SECRETS_MANAGER', 'us-east-1', { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://b' }, 'http://b'],
])('%s in %s with %j is called at its own endpoint', (service, region, env, endpoint) => {
  expect(endpointOf(service, region, env as {})).toBe(endpoint);
});

test.each<[object, boolean]>([
  [{}, false], [FIPS, false], [{ AWS_ENDPOINT_URL: 'http://a' }, true], [{ AWS_ENDPOINT_URL_SNS: 'http://a' }, true], [{ AWS_ENDPOINT_URL_S3: 'http://a' }, false],
])('with %j, an endpoint of the handler is overridden: %s', (env, overridden) => {
  expect(isEndpointOverridden(env as {})).toBe(overridden);
});

test.each<[string, boolean]>([
  ['https://login.example.com/consent', true], ['HTTPS://login.example.com/consent', true],
  ['http://login.example.com/consent', false], ['javascript:alert(1)', false], ['file:///etc/passwd', false], ['', false],
])('a consent URL such as %s is handed out: %s', async (authorizationUrl, handedOut) => {
  const server = http.createServer((request, response) => {
    request.resume();
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ additionalStep: { oauth: { authorizationUrl } } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = devOpsAgentClient({
    region: 'us-east-1',
    credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const answer = await client.register({ service: 'mcpserver', tags: {} }).catch((error) => error);
  server.closeAllConnections();
  server.close();
  expect(answer).toMatchObject(handedOut ? { consentUrl: authorizationUrl } : { code: 'UnreadableAnswer', message: expect.stringContaining('not an HTTPS URL') });
});
