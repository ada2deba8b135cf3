'use strict';

// The first thing that runs, so plain JavaScript that any Node.js understands and that needs no dependency.
var fs = require('fs');
var path = require('path');

function missing(line) {
  console.error(line);
  process.exit(1);
}

var version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  missing('Node.js ' + process.versions.node + ' is too old: install Node.js 20.19 or newer; 22 or 24 is best.');
}

['projen', 'tsx', 'aws-cdk', 'aws-cdk-lib', 'esbuild', 'jest'].forEach(function (name) {
  if (!fs.existsSync(path.join(__dirname, '..', 'node_modules', name, 'package.json'))) {
    missing(process.env.NODE_ENV === 'production'
      ? 'The development dependencies are not installed, because NODE_ENV is "production": run `npm ci --include=dev`.'
      : 'The dependency "' + name + '" is not installed: run `npm ci` (with --include=dev, if your npm omits development dependencies).');
  }
});
