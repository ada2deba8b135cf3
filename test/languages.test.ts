/** The quick start in other languages, as far as that can be told without them: `npm run test:languages` tells the rest. */

import { differences } from './languages/assembly';
import { LANGUAGES } from './languages/languages';
import { problemsOf } from './languages/tools';
import { fencesOf, read } from './support/markdown';

const APPS = {
  python: 'examples/python/app.py',
  java: 'examples/java/src/main/java/devopstools/DevOpsToolsApp.java',
  go: 'examples/go/main.go',
  csharp: 'examples/csharp/Program.cs',
};

test('each language has an app', () => {
  expect(Object.keys(LANGUAGES)).toEqual(Object.keys(APPS));
});

test.each(Object.entries(APPS))('the example of %s in the documentation is a part of its app', (language, app) => {
  const lines = (text: string) => text.split('\n').map((line) => line.trim()).join('\n');
  const [fence, ...others] = fencesOf(read('docs/languages.md'), language);
  expect(others).toEqual([]);
  expect(lines(read(app))).toContain(lines(fence.text));
});

test.each([
  ['examples/python/requirements.txt', /^aws-cdk-lib==(.+)$/m],
  ['examples/java/pom.xml', /<artifactId>aws-cdk-lib<\/artifactId>\s*<version>(.+)<\/version>/],
  ['examples/go/go.mod', /\/awscdk\/v2 v(.+)$/m],
  ['examples/csharp/QuickStart.csproj', /Include="Amazon\.CDK\.Lib" Version="(.+)"/],
])('%s asks for the oldest aws-cdk-lib that the library runs on', (file, version) => {
  expect(version.exec(read(file))?.[1]).toBe(JSON.parse(read('package.json')).devDependencies['aws-cdk-lib']);
});

test('templates are equal whatever the order of their members is', () => {
  expect(differences({ Resources: { A: { Ref: 'B' }, B: [1, { C: true }] } }, { Resources: { B: [1, { C: true }], A: { Ref: 'B' } } })).toEqual([]);
});

test.each<[string, unknown, unknown, string]>([
  ['a value', { Resources: { A: { Ref: 'B' } } }, { Resources: { A: { Ref: 'C' } } }, 'Resources.A.Ref is "B", in TypeScript "C"'],
  ['a member that is missing', { Resources: {} }, { Resources: { A: 1 } }, 'Resources.A is missing, in TypeScript 1'],
  ['a member too many', { Resources: { A: 1 } }, { Resources: {} }, 'Resources.A is 1, in TypeScript missing'],
  ['a member of another type', { A: '1' }, { A: 1 }, 'A is "1", in TypeScript 1'],
  ['the order of a list', { A: [1, 1] }, { A: [1, 2] }, 'A.1 is 1, in TypeScript 2'],
  ['a list that is an object', { A: {} }, { A: [] }, 'A is {}, in TypeScript []'],
  ['nothing', { A: null }, { A: {} }, 'A is null, in TypeScript {}'],
])('templates differ in %s', (_, actual, expected, difference) => {
  expect(differences(actual, expected)).toEqual([difference]);
});

test('what is missing or too old is said together, with what to install', async () => {
  const version = [process.execPath, '--version'];
  expect(await problemsOf([
    { version, oldest: [20, 19], install: 'Node.js' },
    { version, oldest: [999, 0], install: 'Node.js 999' },
    { version: ['no-such-program', '--version'], oldest: [1, 0], install: 'the program' },
  ])).toEqual([
    expect.stringMatching(/--version` says \d+\.\d+, which is too old: install Node\.js 999\.$/),
    '`no-such-program --version` does not run: install the program.',
  ]);
});
