import { atMost, atMostTimes, Group, Results } from './metric';
import { StormyAccount } from './storm';
import { RegistrationProperties } from '../src/private/contract';
import { dynatrace, eventChannel, mcpServer, pagerDuty, Properties, Resource } from '../test/support/events';
import { RateLimiter } from '../test/support/rate-limiter';
import { VirtualAccount } from '../test/support/virtual-account';

const DAY = 86_400_000;
/** The secret that receives a webhook. */
const HOOK = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:hook-AbCdEf';
/** The services that others registered before a storm. */
const EXISTING = 1_000;

/** The calls of deliveries without a fault; the registrations in it have one secret, which is one read. */
export const calls: Group = {
  timed: false,
  measure: async () => {
    const account = new VirtualAccount();
    const count = async (limit: number, delivery: Promise<unknown>) => {
      await delivery;
      return atMost(limit, 'calls', account.calls.length);
    };
    const server = new Resource('Server', account.responseUrl);
    const [old, changed] = [mcpServer(), mcpServer({ endpoint: 'https://mcp.example.com/v2/mcp' })];
    const first = account.deliver(server.create(old));
    const createNamed = await count(2, first);
    const createUnique = await count(2, account.deliver(new Resource('PagerDuty', account.responseUrl).create(pagerDuty())));
    const repeatable = new Resource('Dynatrace', account.responseUrl);
    const second = account.deliver(repeatable.create(dynatrace()));
    const createRepeatable = await count(3, second);
    // Long after the minutes in which lists and tags may lag.
    account.time += DAY;
    const replacement = account.deliver(server.update((await first).physicalId, changed, old));
    const update = await count(5, replacement);
    const cleanUp = await count(4, account.deliver(server.delete((await first).physicalId, old)));
    account.time += DAY;
    account.stackStatus = 'DELETE_IN_PROGRESS';
    return {
      'calls of a Create with a generated name, with one secret': createNamed,
      'calls of a Create with a unique key, with one secret': createUnique,
      'calls of a Create that the API accepts any number of, with one secret': createRepeatable,
      'calls of a replacing Update, with one secret': update,
      'calls of the Delete of a replaced service': cleanUp,
      'calls of the Delete of its replacement, with the stack': await count(4, account.deliver(server.delete((await replacement).physicalId, changed))),
      'calls of the Delete of any other service': await count(2, account.deliver(repeatable.delete((await second).physicalId, dynatrace()))),
    };
  },
};

/** The calls of a Create and of a Delete for an association, beyond those of the same registration without one. */
export const associationCalls: Group = {
  timed: false,
  measure: async () => {
    const none = await callsWith(() => ({}));
    const plain = await callsWith((space) => ({ Associations: [{ AgentSpaceId: space, Configuration: { eventChannel: {} } }] }));
    const captured = await callsWith((space) => ({
      Associations: [{ AgentSpaceId: space, Configuration: { eventChannel: {} }, Webhook: { SecretArn: HOOK } }],
    }));
    return {
      'calls of a Create for an association': atMost(1, 'calls', plain.created - none.created),
      'calls of a Create for a captured webhook, beyond its association': atMost(3, 'calls', captured.created - plain.created),
      'calls of a Delete for an association': atMost(2, 'calls', plain.deleted - none.deleted),
      'calls of a Delete for a captured webhook, beyond its association': atMost(0, 'calls', captured.deleted - plain.deleted),
    };
  },
};

/** The calls of the Create of an event channel, and of its Delete a day later, with what is made of an Agent Space. */
async function callsWith(associations: (agentSpaceId: string) => Partial<RegistrationProperties>): Promise<{ created: number; deleted: number }> {
  const account = new VirtualAccount();
  const { agentSpaceId } = account.service.createAgentSpace('Production');
  account.secrets.set(HOOK, { versionId: 'v1', text: JSON.stringify({ webhookUrl: 'pending' }) });
  account.time += DAY;
  const resource = new Resource('Channel', account.responseUrl);
  const properties = { ...eventChannel(), ...associations(agentSpaceId) };
  const { physicalId } = await account.deliver(resource.create(properties));
  const created = account.calls.length;
  account.time += DAY;
  account.stackStatus = 'DELETE_IN_PROGRESS';
  await account.deliver(resource.delete(physicalId, properties));
  return { created, deleted: account.calls.length };
}

/** In virtual time, so the machine's speed makes no difference. */
export const storms: Group = {
  timed: false,
  measure: async () => ({
    ...await storm('storm of 500 at 10 requests a second', 500, 10, 1, () => mcpServer()),
    ...await storm('storm of 200 at 5 requests a second', 200, 5, 1, () => mcpServer()),
    ...await storm('storm of 100 that list their type, at 5 requests a second', 100, 5, 2, (index) => dynatrace({ name: `Tools-Dynatrace${index}` })),
  }),
};

/** The Creates of a deployment, all at once, beside a thousand services; then their Deletes. */
async function storm(
  title: string, size: number, rate: number, callsOfCreate: number, propertiesOf: (index: number) => Properties,
): Promise<Results> {
  const limiter = new RateLimiter(rate);
  const account = new StormyAccount(limiter);
  account.registerOthers(Array.from({ length: EXISTING }, (_, index) => `Existing-${index}`));
  const tools = Array.from({ length: size }, (_, index) => ({
    resource: new Resource(`Tool${index}`, account.responseUrl),
    properties: propertiesOf(index),
    id: '',
  }));
  const created = await account.run(tools.map((tool) => async () => {
    tool.id = (await account.deliver(tool.resource.create(tool.properties))).physicalId;
  }));
  const registered = account.ids().length - EXISTING;
  account.time += DAY;
  account.stackStatus = 'DELETE_IN_PROGRESS';
  const deleted = await account.run(tools.filter(({ id }) => id).map((tool) => () =>
    account.deliver(tool.resource.delete(tool.id, tool.properties))));
  return {
    [`${title}: Creates`]: atMostTimes(1.25, 's', created.seconds, limiter.secondsFor(size * callsOfCreate)),
    [`${title}: Deletes`]: atMostTimes(1.25, 's', deleted.seconds, limiter.secondsFor(size * 2)),
    [`${title}: services missing, doubled or left`]: atMost(0, 'services', Math.abs(registered - size) + (account.ids().length - EXISTING)),
  };
}
