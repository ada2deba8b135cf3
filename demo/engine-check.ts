/** Sets up what the end-to-end tests need, or says in one line why that cannot be. */

import './preflight.js';
import { oneLine } from './missing';
import { preparePython } from './python';

preparePython((line) => console.log(line)).catch((error) => {
  console.error(`${oneLine(error)} Without it, \`npm run test:unit\` runs all tests that need Node.js alone.`);
  process.exit(1);
});
