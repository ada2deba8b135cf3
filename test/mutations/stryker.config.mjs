// Mutation testing of what decides in the handler, by the tests that run its sources in virtual time: `npm run test:mutations`.
export default {
  // lambda/aws/ talks to AWS, and the bundle's tests talk to it.
  mutate: [
    'lambda/{associations,lifecycle,wire}/*.ts',
    '!lambda/lifecycle/rows.ts',
    'lambda/{answer,devops-agent,failure,invocation,redaction,retries,secrets}.ts',
  ],
  ignorePatterns: ['**', '!assets/**', '!lambda/**', '!src/**', '!lib/**', '!test/**', '!docs/**', '!tsconfig.json', '!package.json'],
  // The sandbox lies inside the repository, so its configuration of TypeScript needs no rewriting.
  tsconfigFile: 'none',
  testRunner: 'jest',
  jest: {
    projectType: 'custom',
    config: {
      roots: ['<rootDir>/lambda', '<rootDir>/src', '<rootDir>/test'],
      watchman: false,
      clearMocks: true,
      testMatch: [
        '<rootDir>/test/{lifecycle,wire}/*.test.ts',
        '<rootDir>/test/associations/{capture,crashes,failures,lifecycle,overlapping,replacement,resource,retries,rules,webhook-secrets}.test.ts',
        '<rootDir>/test/{advice,answer,call-error,failure,large-account,redaction,retries,secrets}.test.ts',
        '<rootDir>/test/mutations/enumeration.ts',
      ],
      runner: '<rootDir>/test/mutations/until-one-fails.js',
      transform: { '\\.ts$': '<rootDir>/test/mutations/strip-types.js' },
    },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  tempDirName: '.local/mutations/sandbox',
  reporters: ['clear-text', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false, reportScoreTable: true },
  jsonReporter: { fileName: '.local/mutations/report.json' },
};
