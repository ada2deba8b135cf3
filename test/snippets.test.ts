import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

// Every TypeScript example of the documentation compiles, strictly, against the sources.
const ROOT = path.join(__dirname, '..');
const FOLDER = path.join(__dirname, '.snippets');
const FIXTURE = readFileSync(path.join(__dirname, 'support', 'readme-fixture.ts.txt'), 'utf8');

const documents = [
  'README.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => path.join('docs', file)),
];

function snippetsOf(document: string): string[] {
  return [...readFileSync(path.join(ROOT, document), 'utf8').matchAll(/^( *)```ts\n([\s\S]*?)^\1```$/gm)].map((match) => match[2]);
}

function problemsOf(snippets: string[]): string[] {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  const files = snippets.map((snippet, index) => {
    const file = path.join(FOLDER, `snippet-${index}.ts`);
    // An example that imports something is a whole file; the others stand in one that has what they take for granted.
    writeFileSync(file, /^import /m.test(snippet) ? `${snippet}\nexport {};\n` : FIXTURE.replace('/// here', () => snippet));
    return file;
  });
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    experimentalDecorators: true,
    types: ['node'],
    paths: { 'cdk-devops-agent': [path.join(ROOT, 'src', 'index.ts')] },
  });
  const problems = ts.getPreEmitDiagnostics(program).map((diagnostic) =>
    `${path.basename(diagnostic.file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`);
  rmSync(FOLDER, { recursive: true, force: true });
  return problems;
}

test('the README has examples, and all of the documentation\'s compile', () => {
  expect(snippetsOf('README.md').length).toBeGreaterThan(5);
  expect(problemsOf(documents.flatMap(snippetsOf))).toEqual([]);
}, 120_000);

test('the quick start is the example that the demo deploys', () => {
  expect(snippetsOf('README.md')[0]).toBe(readFileSync(path.join(ROOT, 'examples', 'quick-start', 'app.ts'), 'utf8'));
});

test('an example that does not compile is found', () => {
  expect(problemsOf(["new PagerDutyRegistration(stack, 'P', { subdomain: 'acme', authorization: 'token' });"])).toEqual([
    expect.stringContaining("Type 'string' is not assignable to type 'OAuthClient'"),
  ]);
}, 120_000);
