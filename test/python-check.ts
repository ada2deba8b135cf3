/** Sets up what the named tests need of Python, or says in one line why that cannot be: `tsx test/python-check.ts model engine`. */

import '../demo/preflight.js';
import { MODEL } from './conformance/judge';
import { oneLine } from './support/missing';
import { ENGINE, PythonEnvironment } from './support/python';

const ENVIRONMENTS: Record<string, PythonEnvironment> = { engine: ENGINE, model: MODEL };

async function main(): Promise<void> {
  for (const name of process.argv.slice(2)) await ENVIRONMENTS[name].prepare((line) => console.log(line));
}

main().catch((error) => {
  console.error(`${oneLine(error)} Without it, \`npm run test:unit\` runs all tests that need Node.js alone.`);
  process.exit(1);
});
