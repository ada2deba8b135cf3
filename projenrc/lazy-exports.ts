/**
 * Lets `lib/index.js` load a module only when something of it is asked for, as aws-cdk-lib does: an app that registers one tool
 * does not wait for the constructs of all the others. The names stay visible to those who read the file without running it.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const index = join(__dirname, '..', 'lib', 'index.js');
const load = createRequire(index);
const EXPORT = /^__exportStar\(require\("(.+)"\), exports\);$/gm;

const modules = [...readFileSync(index, 'utf8').matchAll(EXPORT)].map(([, module]) => module);
const names = modules.flatMap((module) => Object.keys(load(module)).map((name) => ({ module, name })));
writeFileSync(index, [
  '"use strict";',
  'Object.defineProperty(exports, "__esModule", { value: true });',
  ...names.map(({ name }) => `exports.${name} = void 0;`),
  'const lazy = (name, get) => Object.defineProperty(exports, name, { configurable: true, enumerable: true, get });',
  ...names.map(({ module, name }) => `lazy("${name}", () => require("${module}").${name});`),
  '',
].join('\n'));
