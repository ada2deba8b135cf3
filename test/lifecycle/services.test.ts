import { CallError, DevOpsAgent, ServiceSummary, TaggedService } from '../../lambda/devops-agent';
import { Services } from '../../lambda/lifecycle/services';

// How the services of the account are read: all pages, and no longer than a lag lasts.
const SERVICE: ServiceSummary = { serviceId: 'one', serviceType: 'mcpserver', name: 'One', createdAt: new Date(0) };

function reading(api: Partial<DevOpsAgent>, { now = 3_600_000, remaining = 300_000 } = {}) {
  const state = { now, pauses: [] as number[] };
  const end = now + remaining;
  const services = new Services(api as DevOpsAgent, {
    now: () => state.now,
    remaining: () => end - state.now,
    random: () => 0.5,
    sleep: async (ms) => {
      state.pauses.push(ms);
      state.now += ms;
    },
  });
  return { services, state };
}

describe('A list', () => {
  const page = (index: number): ServiceSummary => ({ ...SERVICE, serviceId: `s${index}`, name: index % 2 ? 'odd' : undefined, createdAt: new Date(index) });
  const asked: unknown[] = [];
  const list: DevOpsAgent['list'] = async (type, token = '0') => {
    asked.push([type, token]);
    return { services: [page(Number(token)), page(Number(token) + 1)], nextToken: token === '4' ? undefined : String(Number(token) + 2) };
  };
  const ids = async (names?: string[]) => (await reading({ list }).services.list({ type: 'mcpserver', names })).map(({ serviceId }) => serviceId);

  test('has all pages of a type, the newest service first', async () => {
    asked.length = 0;
    expect(await ids()).toEqual(['s5', 's4', 's3', 's2', 's1', 's0']);
    expect(asked).toEqual([['mcpserver', '0'], ['mcpserver', '2'], ['mcpserver', '4']]);
  });

  test('of names has no service of another name, nor one without a name', async () => {
    expect(await ids(['odd', 'other'])).toEqual(['s5', 's3', 's1']);
    expect(await ids(['other'])).toEqual([]);
  });
});

test('the users of a service are the Agent Spaces that are associated with it, on whichever page, and not with another', async () => {
  const { services } = reading({
    listAgentSpaces: async (token) => ({ agentSpaces: [{ agentSpaceId: token ?? 'a', name: `Space ${token ?? 'a'}` }], nextToken: token === undefined ? 'b' : token === 'b' ? 'c' : undefined }),
    listAssociations: async (space, token) => ({
      associations: [{ associationId: `${space}1`, createdAt: new Date(0), serviceId: space === 'b' && token ? 'one' : 'other' }],
      nextToken: token === undefined ? 'next' : undefined,
    }),
  });
  expect(await services.users('one')).toEqual(['Space b (b)']);
});

test('a service is absent only where the API says so: one that may not be read is not', async () => {
  const refusing = (code: string, status?: number) => reading({ get: () => Promise.reject(new CallError('GetService', code, 'no', status)) }).services.get('one');
  await expect(refusing('ResourceNotFoundException', 404)).resolves.toBeUndefined();
  await expect(refusing('AccessDeniedException', 403)).rejects.toMatchObject({ denied: true });
  await expect(refusing('ValidationException', 400)).rejects.toMatchObject({ status: 400 });
  await expect(refusing('ECONNRESET')).rejects.toMatchObject({ ambiguous: true });
});

describe('A service without tags', () => {
  const bare = (createdAt: number, taggedAfter = Infinity): Partial<DevOpsAgent> => {
    let reads = 0;
    return { get: async (): Promise<TaggedService> => ({ service: { ...SERVICE, createdAt: new Date(createdAt) }, tags: reads++ >= taggedAfter ? { key: 'value' } : {} }) };
  };

  test('is read until it has some', async () => {
    const { services, state } = reading(bare(3_600_000, 2));
    expect(await services.settled(['one'])).toMatchObject([{ id: 'one', tags: { key: 'value' } }]);
    expect(state.pauses).toEqual([5_000, 5_000]);
  });

  test('is given up after half a minute, counted from the beginning of the look', async () => {
    const { services, state } = reading(bare(3_600_000));
    await services.settled(['one', 'two'], 3_600_000 - 10_000);
    expect(state.pauses).toEqual([5_000, 5_000, 5_000, 5_000]);
  });

  test.each([[300_000, 0], [299_999, 6]])('that is %d ms old is waited for %d times', async (age, times) => {
    const { services, state } = reading(bare(3_600_000 - age));
    await services.settled(['one']);
    expect(state.pauses.length > 0).toBe(times > 0);
  });

  test.each([[35_000, 1], [34_999, 0]])('is waited for with %d ms left as often as: %d', async (remaining, times) => {
    const { services, state } = reading(bare(3_600_000), { remaining });
    await services.settled(['one']);
    expect(state.pauses).toHaveLength(times);
  });
});

describe('A look', () => {
  test('ends with a list that began when the lag was over, and pauses no longer than that', async () => {
    const { services, state } = reading({});
    let looks = 0;
    await expect(services.look(async () => { looks++; return undefined; }, 12_000)).resolves.toBeUndefined();
    expect([looks, state.pauses]).toEqual([4, [5_000, 5_000, 2_000]]);
  });

  test('for which the time does not suffice says so', async () => {
    const { services } = reading({}, { remaining: 34_999 });
    await expect(services.look(async () => undefined, 12_000)).rejects.toMatchObject({ step: 'ListServices', row: 'time ran out' });
  });
});
