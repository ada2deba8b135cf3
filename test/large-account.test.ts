import { arnOf, mcpServer, pagerDuty, Resource } from './support/events';
import { PROVIDER, VirtualAccount } from './support/virtual-account';
import { TAG } from '../src/private/contract';

// An account in which others have registered a thousand services already.
const OTHERS = 1_000;

function accountOfOthers(name: (index: number) => string): { world: VirtualAccount; resource: Resource } {
  const world = new VirtualAccount();
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
  world.time += 3_600_000;
  return { world, resource: new Resource('Registration', world.responseUrl) };
}

test('a Create reads the list of its type, page by page, and looks into no other\'s service', async () => {
  const { world, resource } = accountOfOthers((index) => `Other-${index}`);
  const event = resource.create(mcpServer());
  const first = await world.deliver(event);
  expect(world.calls).toEqual([...Array(OTHERS / 100).fill('ListServices'), 'GetSecretValue', 'RegisterService']);

  expect(await world.deliver(event)).toEqual(first);
  expect(world.ids()).toHaveLength(OTHERS + 1);

  await world.deliver(resource.delete(first.physicalId, mcpServer()));
  expect(world.calls).toEqual(['GetService', 'DeregisterService']);
});

test('a Create looks into few of a thousand that are named alike', async () => {
  const { world, resource } = accountOfOthers(() => mcpServer().Request.name);
  await world.deliver(resource.create(mcpServer()));
  expect(world.calls.filter((call) => call === 'GetService').length).toBeLessThanOrEqual(20);
});

test('services of another type cost no page', async () => {
  const { world, resource } = accountOfOthers((index) => `Other-${index}`);
  const { physicalId } = await world.deliver(resource.create(pagerDuty()));
  expect(world.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService']);
  expect(world.ids().map(arnOf)).toContain(physicalId);
});
