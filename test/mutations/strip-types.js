// Strips the types of the sources and tests of a mutation run: each mutant loads them anew, so this has to be quick.
const { transformSync } = require('esbuild');

exports.process = (source) => transformSync(source, { loader: 'ts', format: 'cjs', target: 'node20' });
