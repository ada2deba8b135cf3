import { arnOf, mcpServer, pagerDuty, Resource } from './support/events';
import { VirtualAccount } from './support/virtual-account';

// An account in which others have registered a thousand services already.
const OTHERS = 1_000;

function accountOfOthers(name: (index: number) => string): { account: VirtualAccount; resource: Resource } {
  const account = new VirtualAccount();
  account.registerOthers(Array.from({ length: OTHERS }, (_, index) => name(index)));
  return { account, resource: new Resource('Registration', account.responseUrl) };
}

test('a Create reads the list of its type, page by page, and looks into no other\'s service', async () => {
  const { account, resource } = accountOfOthers((index) => `Other-${index}`);
  const event = resource.create(mcpServer());
  const first = await account.deliver(event);
  expect(account.calls).toEqual([...Array(OTHERS / 100).fill('ListServices'), 'GetSecretValue', 'RegisterService']);

  expect(await account.deliver(event)).toEqual(first);
  expect(account.ids()).toHaveLength(OTHERS + 1);

  await account.deliver(resource.delete(first.physicalId, mcpServer()));
  expect(account.calls).toEqual(['GetService', 'DeregisterService']);
});

test('a Create looks into few of a thousand that are named alike', async () => {
  const { account, resource } = accountOfOthers(() => mcpServer().Request.name);
  await account.deliver(resource.create(mcpServer()));
  expect(account.calls.filter((call) => call === 'GetService').length).toBeLessThanOrEqual(20);
});

test('services of another type cost no page', async () => {
  const { account, resource } = accountOfOthers((index) => `Other-${index}`);
  const { physicalId } = await account.deliver(resource.create(pagerDuty()));
  expect(account.calls).toEqual(['ListServices', 'GetSecretValue', 'RegisterService']);
  expect(account.ids().map(arnOf)).toContain(physicalId);
});
