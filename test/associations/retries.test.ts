/** The refusals of associations that pass by themselves, and for how long the handler waits for that. */
import { RegistrationProperties } from '../../src/private/contract';
import { associated, AssociatedAccount, channelIn, idOf, toolsIn } from '../support/associated-account';
import { eventChannel, mcpServer } from '../support/events';
import { SECOND } from '../support/scenario';

let world: AssociatedAccount;
let [one, two] = ['', ''];
beforeEach(() => {
  world = new AssociatedAccount();
  [one, two] = world.spaces('One', 'Two');
});

const update = (physicalId: string, to: RegistrationProperties, from: RegistrationProperties) => (
  world.deliver(world.own.update(physicalId, to, from)));
const BUSY = { code: 'ConflictException', message: 'Another operation is in progress', status: 409 };
const plain = () => associated(mcpServer(), toolsIn(one, 'search'));

describe('AssociateService', () => {
  const REFUSALS: [string, boolean, { code: string; message: string; status: number }, number][] = [
    ['an Agent Space that is busy', false, BUSY, 60],
    ['an Agent Space that is not there yet', true, { code: 'ResourceNotFoundException', message: 'no', status: 404 }, 60],
    ['an Agent Space that is being created', false, { code: 'ValidationException', message: 'the AgentSpace is being created', status: 400 }, 60],
    ['an Agent Space that is not ready', true, { code: 'ValidationException', message: 'The agent space is not ready', status: 400 }, 60],
    ['a role that cannot be assumed yet', false, { code: 'ValidationException', message: 'the role cannot be assumed', status: 400 }, 90],
  ];

  /** An event that associates the service of a registration, new or not. */
  async function associating(isNew: boolean): Promise<() => Promise<string>> {
    if (isNew) {
      return () => world.create(plain());
    }
    const id = await world.created(mcpServer());
    return async () => (await update(id, plain(), mcpServer())).physicalId;
  }

  test.each(REFUSALS)('waits for %s', async (_, isNew, refusal, seconds) => {
    const deliver = await associating(isNew);
    world.refusals.set(one, { ...refusal, until: world.time + (seconds - 5) * SECOND });
    world.check(idOf(await deliver()), plain());
  });

  test.each(REFUSALS)('does not wait for %s forever', async (_, isNew, refusal, seconds) => {
    const deliver = await associating(isNew);
    const began = world.time;
    world.refusals.set(one, { ...refusal, until: Infinity });
    await expect(deliver()).rejects.toMatchObject({ words: `${refusal.code}: ${refusal.message}` });
    expect(world.time - began).toBeGreaterThanOrEqual(seconds * SECOND);
    expect(world.time - began).toBeLessThan((seconds + 10) * SECOND);
  });

  test.each([['another reason', 400], ['a reason of its own', 402]])('does not wait where the Agent Space refuses for %s', async (message, status) => {
    const deliver = await associating(false);
    world.refusals.set(one, { code: 'Odd', message: status === 400 ? message : 'the agent space costs', status, until: Infinity });
    await expect(deliver()).rejects.toMatchObject({ words: expect.stringContaining('Odd') });
    expect(world.count('AssociateService')).toBe(1);
  });
});

describe('A call on an Agent Space that is busy', () => {
  const from = () => associated(eventChannel(), channelIn(one), channelIn(two, { Webhook: undefined }));
  const to = () => associated(eventChannel(), channelIn(one, { Capabilities: { RELEASE_READINESS_REVIEW: { enabled: { $boolean: 'true' } } } }));

  test.each(['UpdateAssociation', 'ListWebhooks', 'DisassociateService'])('is repeated for a minute: %s', async (operation) => {
    const id = await world.created(from());
    const began = world.time;
    world.fail(operation, { ...BUSY, times: 16 });
    await update(id, to(), from());
    expect(world.count(operation)).toBe(17);
    expect(world.time - began).toBeGreaterThan(50 * SECOND);
    world.check(idOf(id), to());
  });

  test.each(['UpdateAssociation', 'ListWebhooks', 'DisassociateService'])('is given up after a minute: %s', async (operation) => {
    const id = await world.created(from());
    const began = world.time;
    world.fail(operation, { ...BUSY, times: 1_000 });
    await expect(update(id, to(), from())).rejects.toMatchObject({ words: `${BUSY.code}: ${BUSY.message}` });
    expect(world.time - began).toBeGreaterThanOrEqual(60 * SECOND);
    expect(world.time - began).toBeLessThan(70 * SECOND);
  });
});
