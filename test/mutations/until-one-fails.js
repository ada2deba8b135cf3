// Runs the test files of a mutation run, the quickest first, until one of them notices the mutant.
const { default: TestRunner } = require('jest-runner');

const SLOW = [/test\/lifecycle\/(?!.*rules\.)/, /associations\/(?!rules\.|crashes\.)/, /associations\/crashes\./, /large-account\./, /wire\/v1\./, /enumeration\./];

module.exports = class UntilOneFails extends TestRunner {
  async runTests(tests, watcher, options) {
    const rank = ({ path }) => SLOW.findIndex((files) => files.test(path));
    let noticed = false;
    this.on('test-file-success', ([, { numFailingTests }]) => { noticed ||= numFailingTests > 0; });
    for (const test of [...tests].sort((one, other) => rank(one) - rank(other))) {
      if (!noticed) {
        await super.runTests([test], watcher, options);
      }
    }
  }
};
