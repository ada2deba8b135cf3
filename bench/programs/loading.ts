/**
 * Loads the library, and before that the given modules; prints how long each took. Without any given, it also uses the
 * library, and prints which modules of others that loads: what an app with a registration loads anyway.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { performance } from 'node:perf_hooks';

// The real one, whatever compiles this: what it loads is the point.
const load = createRequire(__filename);

const time = (work: () => void) => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

const library = join(__dirname, '..', '..', 'lib');
const given: string[] = JSON.parse(readFileSync(0, 'utf8'));
const modules = time(() => given.forEach((file) => load(file)));
const own = time(() => load(library));
if (given.length === 0) {
  const { App, Stack } = load('aws-cdk-lib/core') as typeof import('aws-cdk-lib/core');
  const { EventChannelRegistration } = load(library) as typeof import('../../lib');
  new EventChannelRegistration(new Stack(new App(), 'Tools'), 'Channel');
}
process.stdout.write(JSON.stringify({ modules, own, loaded: Object.keys(load.cache).filter((file) => file.includes(`${sep}node_modules${sep}`)) }));
