/** The simulator as a process of its own: `tsx test/simulator/main.ts --port 4010 --log requests.jsonl`. */

import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Simulator } from './server';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'port': { type: 'string', default: '0' },
      'region': { type: 'string', default: 'us-east-1' },
      'account': { type: 'string', default: '000000000000' },
      'access-key': { type: 'string', default: 'test' },
      'secret-key': { type: 'string', default: 'test' },
      'session-token': { type: 'string' },
      'log': { type: 'string' },
    },
  });
  const { log } = values;

  const simulator = await Simulator.start({
    port: Number(values.port),
    region: values.region,
    account: values.account,
    credentials: { [values['access-key']]: { secretKey: values['secret-key'], sessionToken: values['session-token'] } },
    // Written at once, so that a reader sees a request as soon as it is answered, and nothing is lost at the end.
    onLog: log === undefined ? undefined : (entry) => appendFileSync(log, `${JSON.stringify(entry)}\n`),
  });
  process.stdout.write(`simulator listening on ${simulator.url}\n`);

  const stop = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
