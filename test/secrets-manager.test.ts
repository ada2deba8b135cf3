import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { endpointOf } from '../lambda/aws/endpoints';
import { secretsManager } from '../lambda/aws/secrets-manager';

// The handler calls Secrets Manager without the official client, and does as that client would.
const credentials = async () => ({ accessKeyId: 'test', secretAccessKey: 'test' });

const dualStackAnyway = ['us-east-1', 'eu-central-2', 'mx-central-1', 'us-gov-west-1'];
const others = ['xx-nowhere-7', 'cn-north-1', 'us-iso-east-1', 'us-isob-east-1', 'eusc-de-east-1'];

test.each([
  ...dualStackAnyway.flatMap((region) => [[region, false, true], [region, true, true]] as const),
  ...[...dualStackAnyway, ...others].flatMap((region) => [[region, false, false], [region, true, false]] as const),
])('the endpoint in %s (FIPS: %s, dual-stack: %s) is the official one', (region, fips, dualStack) => {
  const { endpointProvider } = new SecretsManagerClient({ region, credentials }).config;
  expect(endpointOf('SECRETS_MANAGER', region, { AWS_USE_FIPS_ENDPOINT: String(fips) })).toBe(endpointProvider({ Region: region, UseFIPS: fips, UseDualStack: dualStack }).url.origin);
});

test('each request is the official one, and so is what is read from the answer', async () => {
  const requests: object[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => body += chunk);
    request.on('end', () => {
      const { host, authorization, 'content-type': type, 'x-amz-target': target } = request.headers;
      // The official client says more about itself, so it signs more headers.
      const scope = /Credential=test\/\d+\/([^,]+)/.exec(authorization!)![1];
      requests.push({ method: request.method, url: request.url, host, type, target, scope, body: JSON.parse(body) });
      response.end(JSON.stringify({ VersionId: 'v7', SecretString: 'é"' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const caller = { region: 'eu-west-1', credentials, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };

  const client = new SecretsManagerClient(caller);
  const official = [
    await client.send(new GetSecretValueCommand({ SecretId: 'arn:one' })),
    await client.send(new GetSecretValueCommand({ SecretId: 'arn:two', VersionId: 'v7' })),
  ];
  await client.send(new PutSecretValueCommand({ SecretId: 'arn:one', ClientRequestToken: 'v8', SecretString: 'é"', VersionStages: ['AWSCURRENT', 'mine'] }));
  client.destroy();
  const secrets = secretsManager(caller);
  const ours = [await secrets.getValue('arn:one'), await secrets.getValue('arn:two', { versionId: 'v7' })];
  await secrets.putValue('arn:one', { versionId: 'v8', text: 'é"' }, ['AWSCURRENT', 'mine']);
  server.closeAllConnections();
  server.close();

  expect(requests.slice(3)).toEqual(requests.slice(0, 3));
  expect(ours).toEqual(official.map(({ VersionId, SecretString }) => ({ versionId: VersionId, text: SecretString })));
});
