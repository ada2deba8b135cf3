/** One invocation as Lambda makes it: `invoke.js <handler>` with the event on standard input; prints the peak of its memory in KiB. Without a handler: bare Node.js. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

async function main(file: string | undefined): Promise<void> {
  if (file !== undefined) {
    const { handler } = createRequire(__filename)(file);
    const end = Date.now() + 300_000;
    await handler(JSON.parse(readFileSync(0, 'utf8')), { getRemainingTimeInMillis: () => end - Date.now() });
  }
  process.stdout.write(`\n${process.resourceUsage().maxRSS}`);
}

void main(process.argv[2]).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
