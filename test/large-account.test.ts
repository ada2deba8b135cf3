import { arnOf, dynatrace, mcpServer, pagerDuty, Properties } from './support/events';
import { MINUTE, Scenario } from './support/scenario';
import { PROVIDER } from './support/virtual-account';
import { TAG } from '../src/private/contract';

// An account in which others have registered a thousand services: the cost of each event.
const OTHERS = 1_000;

function accountOfOthers(name: (index: number) => string = (index) => `Other-${index}`): Scenario {
  const world = new Scenario();
  for (let index = 0; index < OTHERS; index++) {
    world.service.registerService({
      service: 'mcpserver',
      name: name(index),
      serviceDetails: {
        mcpserver: {
          name: `other-${index}`, endpoint: 'https://mcp.example.com/mcp', authorizationConfig: { bearerToken: { tokenName: 'token', tokenValue: 'x' } },
        },
      },
      tags: { [TAG.provider]: PROVIDER },
    });
  }
  world.time += 60 * MINUTE;
  return world;
}

const PAGES = OTHERS / 100;

test.each<[string, Properties, object]>([
  ['with a generated name', mcpServer(), {}], ['with a unique key', pagerDuty(), {}], ['of a repeatable kind', dynatrace(), { ListServices: 1 }],
])('a first Create %s reads no page of the other services', async (_, properties, lists) => {
  const world = accountOfOthers();
  const physicalId = await world.create(properties);
  expect(world.counts()).toEqual({ ...lists, GetSecretValue: 1, RegisterService: 1 });
  expect(world.ids().map(arnOf)).toContain(physicalId);
});

test('a second delivery reads the list of its type page by page, and looks into no service of others', async () => {
  const world = accountOfOthers();
  const event = world.own.create(mcpServer());
  const first = await world.deliver(event);
  world.time += MINUTE;
  expect(await world.deliver(event)).toEqual(first);
  expect(world.counts()).toEqual({ DescribeStackResource: 1, ListServices: PAGES + 1, GetService: 1 });
  expect(world.ids()).toHaveLength(OTHERS + 1);
});

test('a replacing Update reads each page of its type once', async () => {
  const world = accountOfOthers();
  const physicalId = await world.create(mcpServer());
  world.time += MINUTE;
  await world.deliver(world.own.update(physicalId, mcpServer({ endpoint: 'https://mcp.example.com/v2' }), mcpServer()));
  expect(world.counts()).toEqual({ ListServices: PAGES + 1, GetService: 1, TagResource: 1, GetSecretValue: 1, RegisterService: 1 });
});

test('a Delete reads no page', async () => {
  const world = accountOfOthers();
  const physicalId = await world.create(mcpServer());
  await world.deliver(world.own.delete(physicalId, mcpServer()));
  expect(world.count('ListServices')).toBe(0);
  expect(world.ids()).toHaveLength(OTHERS);
});

test('a late Create looks into none of a thousand older services under its own name', async () => {
  const world = accountOfOthers(() => mcpServer().Request.name);
  const event = world.own.create(mcpServer());
  world.time += MINUTE;
  await world.deliver(event);
  expect(world.count('GetService')).toBe(0);
});

test('a Create that meets a conflict looks into few of a thousand services under its own name', async () => {
  const world = accountOfOthers(() => mcpServer().Request.name);
  world.fail('RegisterService', { status: 409, code: 'ConflictException', message: 'already exists' });
  await world.create(mcpServer());
  expect(world.count('GetService')).toBeLessThanOrEqual(20);
});
