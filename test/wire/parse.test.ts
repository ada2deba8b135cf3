import { parseForDelete, parseRegistration, readableRegistration } from '../../lambda/wire/parse';
import { eventChannel, mcpServer, OAUTH_SECRET, pagerDuty, Properties, Resource } from '../support/events';
import { VirtualAccount } from '../support/virtual-account';

const failureOf = (properties: object): { words?: string; advice?: string } => {
  try {
    parseRegistration(properties as never);
  } catch (error) {
    return error as object;
  }
  return {};
};

/** Properties that no parser of this release reads, whoever wrote them. */
const UNREADABLE: [string, Properties, RegExp][] = [
  ['of a version that a newer release writes', { ...mcpServer(), Contract: '2' }, /^their contract version is '2', and this handler knows '1'$/],
  ['of a version that is no version', { ...mcpServer(), Contract: 'constructor' }, /^their contract version is 'constructor'/],
  ['without a version', { Service: 'mcpserver' }, /^their contract version is 'undefined'/],
  ['with an unknown property', { ...mcpServer(), Webhook: 'yes' }, /^'Webhook' is unknown to this handler$/],
];

describe.each(UNREADABLE)('properties %s', (_, properties, words) => {
  const world = new VirtualAccount();
  const resource = new Resource('Registration', world.responseUrl);

  test('fail Create and Update with a sentence, before anything is called', async () => {
    const refusal = { step: 'reading the resource\'s properties', words: expect.stringMatching(words), advice: expect.stringContaining('from the same release') };
    await expect(world.deliver(resource.create(properties))).rejects.toMatchObject(refusal);
    const { physicalId } = await world.deliver(resource.create(mcpServer()));
    await expect(world.deliver(resource.update(physicalId, properties, mcpServer()))).rejects.toMatchObject(refusal);
    expect(world.calls).toEqual([]);
    expect(world.names()).toEqual(['Tools-Mcp']);
  });

  test('do not fail the Delete of what does not exist', async () => {
    await expect(world.deliver(resource.delete('failed/Registration-request-1', properties))).resolves.toMatchObject({ physicalId: 'failed/Registration-request-1' });
  });

  test('do not keep the service that a Delete names', async () => {
    const before = world.names().length;
    const { physicalId } = await world.deliver(resource.create(eventChannel()));
    await world.deliver(resource.delete(physicalId, properties));
    expect(world.names()).toHaveLength(before);
  });

  test('count as unknown where they are old ones: a rollback goes on', async () => {
    expect(readableRegistration(properties as never)).toBeUndefined();
    const { physicalId } = await world.deliver(resource.create(pagerDuty()));
    await world.deliver(resource.update(physicalId, pagerDuty(), properties));
    expect(world.names()).toContain('Tools-PagerDuty');
  });
});

test('no old properties are none', () => {
  expect(readableRegistration(undefined)).toBeUndefined();
  expect(readableRegistration(mcpServer() as never)).toMatchObject({ version: '1', service: 'mcpserver' });
});

const request = (change: object) => ({ ...mcpServer(), Request: { ...mcpServer().Request, ...change } });
const details = (change: object) => request({ serviceDetails: { mcpserver: change } });

test.each<[string, object, string]>([
  ['a service that is not text', { ...mcpServer(), Service: [] }, 'Service must be a string'],
  ['no request', { ...mcpServer(), Request: 'x' }, 'Request must be a structure'],
  ['an empty name', request({ name: '' }), 'Request.name must not be empty'],
  ['no name', request({ name: undefined }), 'Request.name must be a string, Request.name must not be empty'],
  ['a member that RegisterService does not take', request({ tags: 'x' }), '\'Request.tags\' is unknown to this handler'],
  ['a key that is not text', request({ kmsKeyArn: {} }), 'Request.kmsKeyArn must be a string'],
  ['the details of another service', request({ serviceDetails: { pagerduty: {} } }), 'Request.serviceDetails must have one structure, named like the service'],
  ['the details of two services', request({ serviceDetails: { mcpserver: {}, pagerduty: {} } }), 'Request.serviceDetails must have one structure, named like the service'],
  ['a leaf of a newer release', details({ headers: [{ $hash: 'x' }] }), '\'Request.serviceDetails.mcpserver.headers.0.$hash\' is unknown to this handler'],
  ['a leaf with a member of a newer release', details({ token: { $secret: OAUTH_SECRET, encoding: 'base64' } }), '\'Request.serviceDetails.mcpserver.token.encoding\' is unknown to this handler'],
  ['a leaf that looks like a member of every object', details({ token: { $toString: 'x' } }), '\'Request.serviceDetails.mcpserver.token.$toString\' is unknown to this handler'],
  ['a leaf that is not text', details({ token: { $boolean: ['true'] } }), 'Request.serviceDetails.mcpserver.token must be a leaf of strings'],
  ['a number', details({ retries: 7 }), 'Request.serviceDetails.mcpserver.retries must be a string'],
  ['the index of a secret that is not there', { ...details({ token: { $secret: '1' } }), Secrets: [OAUTH_SECRET] }, 'Secrets has no item 1'],
  ['secrets that are no list', { ...mcpServer(), Secrets: OAUTH_SECRET }, 'Secrets must be a list of strings'],
  ['tags of numbers', { ...mcpServer(), Tags: { team: 1 } }, 'Tags must be a map of strings'],
  ['flags that are neither', { ...mcpServer(), AdoptExisting: 'yes', Authorized: '', Retain: true }, 'AdoptExisting must be \'true\' or \'false\', Authorized must be \'true\' or \'false\', Retain must be \'true\' or \'false\''],
  ['a revision that is not text', { ...mcpServer(), CredentialsRevision: {} }, 'CredentialsRevision must be a string'],
  ['a readiness that is no number', { ...mcpServer(), ReadinessSeconds: '1.5' }, 'ReadinessSeconds must be a number'],
  ['a wait without a time', { ...mcpServer(), WaitForConsent: { TopicArn: 'arn' } }, 'WaitForConsent must have a TopicArn, and TimeoutSeconds that are a number'],
  ['a wait of a newer release', { ...mcpServer(), WaitForConsent: { TopicArn: 'arn', TimeoutSeconds: '60', Reminder: '30' } }, '\'WaitForConsent.Reminder\' is unknown to this handler'],
])('%s is refused', (_, properties, words) => {
  expect(failureOf(properties)).toMatchObject({ words, advice: expect.stringContaining('remove the property override') });
});

test('all problems are told at once', () => {
  expect(failureOf({ Contract: '1', Service: 'mcpserver', Request: { name: 7 }, AdoptExisting: 'yes' }).words)
    .toMatch(/Request\.name.*serviceDetails.*AdoptExisting/);
});

test('what CloudFormation adds is known', () => {
  expect(failureOf({ ...mcpServer(), ServiceToken: 'arn', ServiceTimeout: '2040' })).toEqual({});
});

test('a parsed registration has everything that the properties say', () => {
  expect(parseRegistration({
    ...details({ token: { $secret: '1', field: 'token' }, $$odd: [{ $secret: '0' }] }),
    Secrets: ['zero', 'one'],
    Tags: { team: 'sre' },
    AdoptExisting: 'true',
    Authorized: 'true',
    Retain: 'true',
    CredentialsRevision: '2',
    ReadinessSeconds: '120',
    WaitForConsent: { TopicArn: 'arn', TimeoutSeconds: '60' },
  } as never)).toEqual({
    version: '1',
    service: 'mcpserver',
    request: { name: 'Tools-Mcp', serviceDetails: { mcpserver: { token: { $secret: 'one', field: 'token' }, $$odd: [{ $secret: 'zero' }] } } },
    tags: { team: 'sre' },
    adoptExisting: true,
    consent: true,
    authorized: true,
    retain: true,
    credentialsRevision: '2',
    readiness: 120_000,
    wait: { topicArn: 'arn', timeout: 60_000 },
    associations: [],
  });
  expect(parseRegistration(mcpServer() as never)).toMatchObject({
    tags: {}, adoptExisting: false, consent: false, authorized: false, retain: false, credentialsRevision: '', readiness: undefined, wait: undefined,
  });
  expect(parseRegistration({ ...mcpServer(), Authorized: 'false' } as never)).toMatchObject({ consent: true, authorized: false });
});

test('a Delete reads the service type and the request\'s name, whatever the version', () => {
  expect(parseForDelete({ ...mcpServer(), Contract: '7', More: 'x' })).toEqual({ service: 'mcpserver', name: 'Tools-Mcp' });
  for (const raw of [undefined, {}, { Service: 7, Request: null }, { Service: '', Request: { name: '' } }, { Request: 'x' }]) {
    expect(parseForDelete(raw)).toEqual({});
  }
});
