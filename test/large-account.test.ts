import { arnOf, dynatrace, mcpServer, Resource } from './support/events';
import { VirtualAccount } from './support/virtual-account';

// An account in which others have registered a thousand services already.
const OTHERS = 1_000;

function accountOfOthers(name: (index: number) => string): { account: VirtualAccount; resource: Resource } {
  const account = new VirtualAccount();
  account.registerOthers(Array.from({ length: OTHERS }, (_, index) => name(index)));
  return { account, resource: new Resource('Registration', account.responseUrl) };
}

test('a Create reads no list, and its duplicate finds its service among the others, page by page', async () => {
  const { account, resource } = accountOfOthers((index) => `Other-${index}`);
  const event = resource.create(mcpServer());
  const first = await account.deliver(event);
  expect(account.calls).toEqual(['GetSecretValue', 'RegisterService']);

  account.time += 60_000;
  expect(await account.deliver(event)).toEqual(first);
  expect(account.calls).toEqual(['DescribeStackResource', ...Array(OTHERS / 100 + 1).fill('ListServices'), 'GetService']);
  expect(account.ids()).toHaveLength(OTHERS + 1);

  await account.deliver(resource.delete(first.physicalId, mcpServer()));
  expect(account.calls).toEqual(['GetService', 'DeregisterService']);
});

test('a late Create looks into none of a thousand older services of its name', async () => {
  const { account, resource } = accountOfOthers(() => mcpServer().Request.name);
  const event = resource.create(mcpServer());
  account.time += 60_000;
  await account.deliver(event);
  expect(account.calls.filter((call) => call === 'GetService')).toEqual([]);
});

test('services of another type cost no page', async () => {
  const { account, resource } = accountOfOthers((index) => `Other-${index}`);
  const { physicalId } = await account.deliver(resource.create(dynatrace()));
  expect(account.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService']);
  expect(account.ids().map(arnOf)).toContain(physicalId);
});
