'use strict';

// What the packs of cdk-nag find in an app. Loaded before an example's app (`node --require`), it writes that to the file FINDINGS.
const { writeFileSync } = require('node:fs');
const { App } = require('aws-cdk-lib');
const { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks } = require('cdk-nag');

/** The findings that nothing acknowledges, as [rule, path of the construct]. */
function findingsIn(app) {
  const violations = [AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks].flatMap((Pack) => new Pack().validateScope(app).violations);
  // A pack looks at each resource twice.
  const findings = violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => JSON.stringify([ruleName, constructPath])));
  return [...new Set(findings)].map((finding) => JSON.parse(finding));
}

if (process.env.FINDINGS) {
  const { synth } = App.prototype;
  App.prototype.synth = function (...options) {
    const assembly = synth.apply(this, options);
    writeFileSync(process.env.FINDINGS, JSON.stringify(findingsIn(this)));
    return assembly;
  };
}

module.exports = { findingsIn };
