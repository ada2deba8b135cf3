import { Redactor } from '../lambda/redaction';
import { SecretReader } from '../lambda/secrets';
import { operations, registrableServices, validate } from './simulator/model';
import { delivered } from './support/cloudformation';
import { FIELDS, USES } from './support/integrations';
import { newStack, registrationIn } from './synthesis';
import { parseRegistration } from '../lambda/wire/parse';
import { buildRequest } from '../lambda/wire/request';

// What a construct writes is what the handler reads, and what the handler sends is what the API takes.
async function requestOf(properties: any): Promise<any> {
  const registration = parseRegistration(delivered(properties));
  const getValue = async () => ({ versionId: 'v1', text: JSON.stringify(FIELDS) });
  const clock = { now: () => 0, remaining: () => 300_000, sleep: async () => undefined, random: () => 0.5 };
  const secrets = new SecretReader({ getValue }, clock, new Redactor());
  const { body } = await buildRequest(registration, 'request-1', secrets);
  return { ...body, service: registration.service, tags: registration.tags };
}

function built(integration: string, use: string): any {
  const stack = newStack();
  USES.find((candidate) => candidate.integration === integration && candidate.use === use)!.build(stack);
  return registrationIn(stack);
}

test.each(USES.map((row) => [row.integration, row.use, row] as const))('%s %s: the API\'s model takes the request', async (integration, _, row) => {
  const stack = newStack();
  row.build(stack);
  const request = await requestOf(registrationIn(stack));
  expect(Object.keys(request.serviceDetails)).toEqual([integration]);
  expect(request.service).toBe(integration);
  expect(validate(operations.RegisterService.input, request)).toEqual([]);
});

test('there is a use of every service that the API registers', () => {
  expect([...new Set(USES.map((row) => row.integration))].sort()).toEqual([...registrableServices].sort());
});

test('credentials, booleans, generated names and odd keys arrive as what they stand for', async () => {
  const oauth = (await requestOf(built('pagerduty', 'with every prop'))).serviceDetails.pagerduty;
  expect(oauth).toEqual({
    scopes: ['incidents.read', 'incidents.write', 'services.read', 'webhook_subscriptions.read', 'webhook_subscriptions.write', 'users.read', 'as_account-eu.acme'],
    authorizationConfig: {
      oAuthClientCredentials: {
        clientName: 'On-call',
        clientId: 'client-id',
        clientSecret: 'the-client-secret',
        exchangeParameters: { audience: 'https://api.example.com', $odd: 'yes', assertion: 'the-assertion' },
      },
    },
  });
  const server = (await requestOf(built('mcpserver', 'with OAuth 3LO and its options'))).serviceDetails.mcpserver;
  expect(server.authorizationConfig.oAuth3LO).toMatchObject({ supportCodeChallenge: false, clientSecret: 'the-client-secret' });
  expect(server.name).toMatch(/^[a-zA-Z0-9_-]+-[0-9a-f]{8}$/);
});

test('the top level carries what belongs there', async () => {
  expect(await requestOf(built('pagerduty', 'with every prop'))).toMatchObject({
    name: 'PagerDuty of acme',
    kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef',
    tags: { team: 'sre' },
  });
  expect(await requestOf(built('mcpserver', 'with every other prop'))).toMatchObject({ name: 'Tools-It', privateConnectionName: 'internal-tools' });
});

test('the check of the model can fail: a wrong member is seen', async () => {
  const properties = built('mcpserver', 'with a bearer token');
  properties.Request.serviceDetails.mcpserver.endpoint = 'http://mcp.example.com';
  expect(validate(operations.RegisterService.input, await requestOf(properties))).not.toEqual([]);
});
