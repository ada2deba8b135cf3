import { SecretReader } from '../../lambda/secrets';
import { configurationHash, isRepeatable, revisionHash, uniqueKeyOf, versionsHash } from '../../lambda/wire/fingerprint';
import { parseRegistration } from '../../lambda/wire/parse';
import { buildRequest } from '../../lambda/wire/request';
import { dynatrace, eventChannel, mcpServer, pagerDuty } from '../support/events';

const parsed = (properties: object) => parseRegistration(properties as never);

/** A reader of secrets of which only the versions count. */
const reader = (version: (secret: string) => string) => ({
  version: async ({ $secret }: { $secret: string }) => version($secret),
  value: async ({ $secret }: { $secret: string }) => `value of ${$secret}`,
}) as unknown as SecretReader;

const reversed = (value: unknown): any => (typeof value !== 'object' || value === null || Array.isArray(value) ? value
  : Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, reversed(member)])));

test('the configuration is the same whatever the order of its members and of its secrets', () => {
  const indexed = { ...pagerDuty(), Secrets: ['other', 'used'] };
  expect(configurationHash(parsed(reversed(pagerDuty())))).toBe(configurationHash(parsed(pagerDuty())));
  expect(configurationHash(parsed(withSecret(indexed, '1')))).toBe(configurationHash(parsed(withSecret({ ...indexed, Secrets: ['used', 'other'] }, '0'))));
});

const withSecret = (properties: object, index: string) => JSON.parse(JSON.stringify(properties).replace(/"\$secret":"[^"]*"/g, `"$secret":"${index}"`));

test.each<[string, object]>([
  ['service', { ...pagerDuty(), Service: 'other', Request: { ...pagerDuty().Request, serviceDetails: { other: pagerDuty().Request.serviceDetails.pagerduty } } }],
  ['service alone', JSON.parse(JSON.stringify(mcpServer()).replaceAll('mcpserver', 'mcpserversplunk'))],
  ['display name', pagerDuty({ name: 'Other' })],
  ['unique key', pagerDuty({ subdomain: 'other' })],
  ['field of a secret', pagerDuty({ field: 'other' })],
  ['order of a list', { ...pagerDuty(), Request: JSON.parse(JSON.stringify(pagerDuty().Request).replace(/\["incidents.read",(\{[^}]*\})\]/, '[$1,"incidents.read"]')) }],
])('another %s is another configuration', (_, properties) => {
  const hashes = [pagerDuty(), mcpServer()].map((known) => configurationHash(parsed(known)));
  expect(hashes).not.toContain(configurationHash(parsed(properties)));
});

test('tags, the revision and the removal policy are no part of the configuration', () => {
  expect(configurationHash(parsed({ ...pagerDuty({ tags: { a: 'b' }, revision: '2' }), Retain: 'true' }))).toBe(configurationHash(parsed(pagerDuty())));
});

test('another revision has another hash, and none is a revision too', () => {
  const hashes = [undefined, '1', '2'].map((revision) => revisionHash(parsed(pagerDuty({ revision }))));
  expect(new Set(hashes).size).toBe(3);
  expect(hashes.every((hash) => /^[0-9a-f]{8}$/.test(hash))).toBe(true);
});

test('the versions of all secrets count, their order and the number of their fields do not', async () => {
  const two = parsed({ ...mcpServer(), Secrets: ['a', 'b'], Request: { name: 'n', serviceDetails: { mcpserver: { x: { $secret: '0' }, y: { $secret: '1' } } } } });
  const turned = parsed({ ...mcpServer(), Secrets: ['b', 'a'], Request: { name: 'n', serviceDetails: { mcpserver: { x: { $secret: '0' }, y: [{ $secret: '1' }, { $secret: '1', field: 'z' }] } } } });
  const hash = (b: string) => versionsHash(two, reader((secret) => (secret === 'b' ? b : 'v1')));
  expect(await hash('v1')).toBe(await versionsHash(turned, reader(() => 'v1')));
  expect(await hash('v1')).not.toBe(await hash('v2'));
});

test('a unique key is found wherever it stands, and its case does not count', () => {
  expect(uniqueKeyOf(parsed(pagerDuty({ subdomain: 'ACME' })))).toBe('as_account-us.acme');
  expect(uniqueKeyOf(parsed(mcpServer()))).toBeUndefined();
});

test('only what has neither a unique key nor a generated name is repeatable', () => {
  expect([pagerDuty(), eventChannel(), mcpServer(), mcpServer({ serverName: 'x' }), dynatrace()].map((properties) => isRepeatable(parsed(properties))))
    .toEqual([false, false, false, false, true]);
});

test('a request has values in the place of its leaves, and the hash of the versions that they came from', async () => {
  const secrets = reader(() => 'v1');
  const registration = parsed({
    ...mcpServer(),
    Request: {
      name: 'n',
      kmsKeyArn: 'arn',
      serviceDetails: { mcpserver: { name: { $uniqueName: 'Tools' }, on: { $boolean: 'true' }, off: { $boolean: 'false' }, key: { $uniqueKey: 'K' }, list: ['x', { $secret: 's' }], $$odd: 'y' } },
    },
  });
  const { body, versions } = await buildRequest(registration, 'request-1', secrets);
  expect(body).toEqual({
    name: 'n',
    kmsKeyArn: 'arn',
    serviceDetails: { mcpserver: { name: expect.stringMatching(/^Tools-[0-9a-f]{8}$/), on: true, off: false, key: 'K', list: ['x', 'value of s'], $odd: 'y' } },
  });
  expect(versions).toBe(await versionsHash(registration, secrets));
  expect((await buildRequest(registration, 'request-1', secrets)).body).toEqual(body);
  expect((await buildRequest(registration, 'request-2', secrets)).body).not.toEqual(body);
});
