/**
 * Loads the library, and before that the given modules; prints how long each took. Without any given, it also uses the
 * library, and prints which modules of others that loads: what an app with a registration loads anyway.
 */

import { readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { performance } from 'node:perf_hooks';

const time = (load: () => void) => {
  const start = performance.now();
  load();
  return performance.now() - start;
};

const library = join(__dirname, '..', '..', 'lib');
const given: string[] = JSON.parse(readFileSync(0, 'utf8'));
const modules = time(() => given.forEach((file) => require(file)));
const own = time(() => require(library));
if (given.length === 0) {
  const { App, Stack } = require('aws-cdk-lib/core') as typeof import('aws-cdk-lib/core');
  const { EventChannelRegistration } = require(library) as typeof import('../../lib');
  new EventChannelRegistration(new Stack(new App(), 'Tools'), 'Channel');
}
process.stdout.write(JSON.stringify({ modules, own, loaded: Object.keys(require.cache).filter((file) => file.includes(`${sep}node_modules${sep}`)) }));
