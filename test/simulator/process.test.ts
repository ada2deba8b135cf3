import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, register, control } from './client';
import { registration } from './samples';

describe('the process', () => {
  const main = join(__dirname, 'main.ts');

  test.each(['SIGTERM', 'SIGINT'] as const)('says where it listens, logs to a file, and stops on %s', async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    const log = join(folder, 'requests.jsonl');
    const options = ['--region', 'eu-west-1', '--account', '111122223333', '--access-key', 'other', '--secret-key', 'key', '--log', log];
    const child = spawn(process.execPath, [require.resolve('tsx/cli'), main, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    try {
      const line = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))));
      expect(line).toMatch(/^simulator listening on http:\/\/127\.0\.0\.1:\d+\n$/);
      const url = line.trim().split(' ').pop()!;
      expect(await control(url, 'GET', 'health')).toMatchObject({ region: 'eu-west-1', account: '111122223333' });

      const credentials = { accessKey: 'other', secretKey: 'key', region: 'eu-west-1' };
      const { serviceId } = (await register(url, registration('gitlab'), credentials)).body;
      await call(url, 'POST', '/v1/services/list');
      const entries = readFileSync(log, 'utf8').trim().split('\n').map((text) => JSON.parse(text));
      expect(entries).toMatchObject([
        { operation: 'RegisterService', serviceId, status: 201, signed: true },
        { operation: 'ListServices', status: 403, signed: false },
      ]);
    } finally {
      child.kill(signal);
    }
    expect(await exit).toBe(0);
    rmSync(folder, { recursive: true });
  }, 30_000);
});
