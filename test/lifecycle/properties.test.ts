import { Redactor } from '../../lambda/redaction';
import { SecretReader } from '../../lambda/secrets';
import { configurationHash, isRepeatable, revisionHash, rotates, uniqueKeyOf, versionsHash } from '../../lambda/wire/fingerprint';
import { parseRegistration } from '../../lambda/wire/parse';
import { consented, mcpServer, pagerDuty } from '../support/events';
import { Scenario } from '../support/scenario';

// Properties that cannot be read, and the hashes by which a later event recognizes a registration.
let world: Scenario;
beforeEach(() => { world = new Scenario(); });

describe('Properties', () => {
  const unknown = { ...mcpServer(), Contract: '99' };

  test.each(['Create', 'Update'])('of an unknown contract fail a %s before any call, with what to do', async (type) => {
    const physicalId = type === 'Create' ? '' : await world.create(mcpServer());
    await expect(world.deliver(type === 'Create' ? world.own.create(unknown) : world.own.update(physicalId, unknown, mcpServer())))
      .rejects.toMatchObject({ words: expect.stringContaining('\'99\''), advice: expect.stringContaining('from the same release') });
    expect(world.calls).toEqual([]);
  });

  test('that this handler does not know fail: to ignore them would register something else', async () => {
    await expect(world.create({ ...mcpServer(), Later: 'true' } as never)).rejects.toMatchObject({ words: expect.stringContaining('Later') });
  });

  test('that an override broke are told all at once', async () => {
    await expect(world.deliver(world.own.create({ Contract: '1', Service: 'mcpserver', Request: { name: 7 }, AdoptExisting: 'yes' })))
      .rejects.toMatchObject({ words: expect.stringMatching(/Request\.name.*serviceDetails.*AdoptExisting/) });
  });

  test.each(['failed/Registration-request-1', 'consent/Registration-request-1', 'Tools-Registration-1ABC'])('that cannot be read do not fail a Delete of %s where there is nothing', async (physicalId) => {
    await expect(world.deliver(world.own.delete(physicalId, unknown))).resolves.toMatchObject({ physicalId });
  });

  test('that cannot be read do not keep a Delete from what its physical id names', async () => {
    const physicalId = await world.create(mcpServer());
    await world.deliver(world.own.delete(physicalId, unknown));
    expect(world.ids()).toEqual([]);
    const { physicalId: begun, data } = await world.deliver(world.own.create(consented()));
    world.service.consent(data.ConsentUrl);
    await world.deliver(world.own.delete(begun, { ...consented(), Contract: '99' }));
    expect(world.ids()).toEqual([]);
  });

  test('without anything that is a registration still let a Delete find its service', async () => {
    const event = world.own.create(mcpServer());
    await world.deliver(event);
    await world.deliver(world.own.delete(`failed/${event.RequestId}`, {}));
    expect(world.ids()).toEqual([]);
  });
});

describe('The hashes of a registration', () => {
  const parsed = (properties: object) => parseRegistration(properties as never);
  const grafana = (name = 'Tools-Mcp') => ({ ...mcpServer(), Service: 'mcpservergrafana', Request: { name, serviceDetails: { mcpservergrafana: mcpServer().Request.serviceDetails.mcpserver } } });
  const clock = { now: () => 0, remaining: () => 300_000, sleep: async () => undefined, random: () => 0.5 };
  const versionsOf = (properties: object, version: (id: string) => string = () => 'v1') =>
    versionsHash(parsed(properties), new SecretReader({ getValue: async (id) => ({ versionId: version(id), text: '{}' }) }, clock, new Redactor()));

  test('include the service', () => {
    const { serviceDetails } = mcpServer().Request;
    const registration = parsed(mcpServer());
    expect(configurationHash({ ...registration, service: 'mcpserversplunk' })).not.toBe(configurationHash(registration));
    expect(configurationHash(parsed(grafana()))).not.toBe(configurationHash(parsed(mcpServer())));
    expect(serviceDetails).toBeDefined();
  });

  test('include the display name and every detail, and neither tags nor policies', () => {
    const same = configurationHash(parsed(mcpServer()));
    expect(configurationHash(parsed(mcpServer({ endpoint: 'https://mcp.example.com/v2' })))).not.toBe(same);
    expect(configurationHash(parsed({ ...mcpServer(), Request: { ...mcpServer().Request, name: 'Renamed' } }))).not.toBe(same);
    expect(configurationHash(parsed({ ...mcpServer(), Request: { ...mcpServer().Request, kmsKeyArn: 'arn:aws:kms:us-east-1:0:key/1' } }))).not.toBe(same);
    expect(configurationHash(parsed({ ...mcpServer(), Tags: { a: 'b' }, Retain: 'true', AdoptExisting: 'true', CredentialsRevision: '7' }))).toBe(same);
  });

  test('do not depend on the order of members, and do on that of a list', () => {
    const reversed = (node: any): any => Array.isArray(node) ? node.map(reversed)
      : typeof node === 'object' ? Object.fromEntries(Object.entries(node).reverse().map(([key, value]) => [key, reversed(value)])) : node;
    expect(configurationHash(parsed(reversed(pagerDuty())))).toBe(configurationHash(parsed(pagerDuty())));
    const { serviceDetails, ...request } = pagerDuty().Request;
    const { scopes, ...details } = serviceDetails.pagerduty as any;
    const turned = { ...request, serviceDetails: { pagerduty: { ...details, scopes: [...scopes].reverse() } } };
    expect(configurationHash(parsed({ ...pagerDuty(), Request: turned })))
      .not.toBe(configurationHash(parsed(pagerDuty())));
  });

  test('do not depend on the position of a secret in the template', () => {
    const at = (secrets: string[], first: string, second: string) => ({
      ...pagerDuty(),
      Secrets: secrets,
      Request: {
        name: 'Tools-PagerDuty',
        serviceDetails: { pagerduty: { scopes: [], authorizationConfig: { oAuthClientCredentials: { clientId: { $secret: first, field: 'a' }, clientSecret: { $secret: second, field: 'b' } } } } },
      },
    });
    expect(configurationHash(parsed(at(['A', 'B'], '0', '1')))).toBe(configurationHash(parsed(at(['B', 'A'], '1', '0'))));
    expect(configurationHash(parsed(at(['A', 'B'], '0', '1')))).not.toBe(configurationHash(parsed(at(['A', 'B'], '1', '0'))));
  });

  test('of versions tell the versions of each secret, whatever the order of the leaves', async () => {
    const two = (first: string, second: string) => ({
      ...pagerDuty(),
      Request: { name: 'x', serviceDetails: { pagerduty: { clientId: { $secret: first, field: 'a' }, clientSecret: { $secret: second, field: 'a' } } } },
    });
    expect(await versionsOf(two('A', 'B'))).toBe(await versionsOf(two('B', 'A')));
    expect(await versionsOf(two('A', 'B'))).not.toBe(await versionsOf(two('A', 'C')));
    expect(await versionsOf(two('A', 'B'), (id) => (id === 'A' ? 'v2' : 'v1'))).not.toBe(await versionsOf(two('A', 'B'), (id) => (id === 'B' ? 'v2' : 'v1')));
  });

  test('of a revision are those of its text', () => {
    const of = (CredentialsRevision?: string) => revisionHash(parsed({ ...mcpServer(), CredentialsRevision }));
    expect(of('')).toBe(of(undefined));
    expect(of('1')).not.toBe(of('2'));
    expect(of('1')).toMatch(/^[0-9a-f]{8}$/);
  });

  test('a registration is repeatable only where nothing in it has to be unique', () => {
    expect([pagerDuty(), mcpServer(), mcpServer({ serverName: 'x' })].map((properties) => isRepeatable(parsed(properties)))).toEqual([false, false, false]);
    expect([pagerDuty(), mcpServer()].map((properties) => uniqueKeyOf(parsed(properties)))).toEqual(['as_account-us.acme', undefined]);
  });

  test('a registration rotates where one of its secrets is not pinned to a version', () => {
    const pinned = (count: number) => {
      let left = count;
      return JSON.parse(JSON.stringify(pagerDuty()).replace(/"field"/g, (text) => (left-- > 0 ? `"versionId":"v1",${text}` : text)));
    };
    expect([0, 1, 2].map((count) => rotates(parsed(pinned(count))))).toEqual([true, true, false]);
  });
});
