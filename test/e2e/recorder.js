'use strict';

// Loaded into every Lambda worker of the local engine (node --require): records what the function is given, what it answers, and what it
// logs. CloudFormation's events and the answers to them are in no log of the engine's, and a function's log goes when its stack goes.
const fs = require('fs');
const http = require('http');

const record = (kind, chunk) => {
  if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) {
    fs.appendFileSync(process.env.RECORD_TO, `${kind} ${process.pid} ${String(chunk).trimEnd()}\n`);
  }
};

const { push } = process.stdin;
process.stdin.push = function (chunk, ...rest) {
  record('EVENT', chunk);
  return push.call(this, chunk, ...rest);
};

const { write } = process.stderr;
process.stderr.write = function (chunk, ...rest) {
  record('LOG', chunk);
  return write.call(this, chunk, ...rest);
};

const { end } = http.ClientRequest.prototype;
http.ClientRequest.prototype.end = function (chunk, ...rest) {
  if (this.method === 'PUT') record('ANSWER', chunk);
  return end.call(this, chunk, ...rest);
};
