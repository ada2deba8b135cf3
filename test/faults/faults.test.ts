/** Searches for schedules of events and faults that the handler does not survive, and for mutations that the search does not notice. */
import { ASSOCIATION_MUTATIONS } from './association-mutations';
import { MUTATIONS } from './mutations';
import { search, summary, unreached } from './search';

/** The search of each run of the tests. Every mutation has to be noticed within it. */
const SEARCH = { runs: 4_000, seed: 3 };

/** The search with associations, for whose mutations and rows the same holds. */
const ASSOCIATED_SEARCH = { runs: 1_500, seed: 3, associations: true };

/** Searches that no run of the tests has made before. */
const FRESH_SEED = Math.floor(Math.random() * 2 ** 31);
const FRESH_SEARCHES = [{ runs: 1_000, seed: FRESH_SEED }, { runs: 500, seed: FRESH_SEED, associations: true }];

const CLEAN = { smallest: undefined, summary: expect.stringMatching(/: violations 0$/) };

test('no schedule of events and faults leaves anything else than CloudFormation believes in, and every row of the table is reached', async () => {
  const found = await search(SEARCH);

  expect({ smallest: found.smallest, summary: summary(found) }).toEqual(CLEAN);
  expect(unreached(found)).toEqual(['associated', 'disassociated', 'association failed']);
}, 300_000);

test('no schedule with associations does either, and every row is reached that the other search does not come to', async () => {
  const found = await search(ASSOCIATED_SEARCH);

  expect({ smallest: found.smallest, summary: summary(found) }).toEqual(CLEAN);
  expect(unreached(found)).toEqual(['too late to replace']);
}, 200_000);

test.each(FRESH_SEARCHES)('no schedule of a fresh seed does either: %j', async (options) => {
  const found = await search(options);

  expect({ smallest: found.smallest, summary: summary(found) }).toEqual(CLEAN);
}, 200_000);

test.each(ASSOCIATION_MUTATIONS.map((mutation) => [mutation.name, mutation] as const))('a mutation is noticed: %s', async (_, mutation) => {
  expect((await search({ ...ASSOCIATED_SEARCH, mutation, first: true, shrink: false })).violations).toBe(1);
}, 120_000);

test.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))('a mutation is noticed: %s', async (_, mutation) => {
  let violations = 0;
  // A mutation that is rarely noticed in one search may be noticed in the other.
  for (const seed of [SEARCH.seed, 2]) {
    violations ||= (await search({ ...SEARCH, seed, mutation, first: true, shrink: false })).violations;
  }

  expect(violations).toBe(1);
}, 120_000);
