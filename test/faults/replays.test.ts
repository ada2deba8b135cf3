/** Replays the schedules that once violated something. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run';
import { Schedule } from './schedule';

const SCHEDULES = join(__dirname, 'schedules');

describe('a schedule that once violated something violates nothing', () => {
  test.each(readdirSync(SCHEDULES))('%s', async (file) => {
    const schedule = JSON.parse(readFileSync(join(SCHEDULES, file), 'utf8')) as Schedule;

    expect((await run(schedule)).violations).toEqual([]);
  });
});
