import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ts from 'typescript';
import { DOCUMENTS, Fence, fencesOf, read, ROOT } from './support/markdown';

// Every TypeScript example of the documentation compiles: strictly against the sources, and in jsii-rosetta, which translates it.
const FOLDER = path.join(__dirname, '.snippets');
const FIXTURE = read('rosetta/default.ts-fixture');

const snippets = DOCUMENTS.flatMap((document) => fencesOf(read(document), 'ts'));

function problemsOf(fences: readonly Fence[]): string[] {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  const files = fences.map(({ words, text }, index) => {
    const file = path.join(FOLDER, `snippet-${index}.ts`);
    writeFileSync(file, words === 'nofixture' ? `${text}\nexport {};\n` : FIXTURE.replace('/// here', () => text));
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

/** Runs `jsii-rosetta extract --strict` over the docstrings and a README. Returns what it complains about. */
function translated(readme: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cdk-devops-agent-rosetta-'));
  try {
    for (const file of ['package.json', 'lib', 'rosetta']) cpSync(path.join(ROOT, file), path.join(folder, file), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const assembly = JSON.parse(gunzipSync(readFileSync(path.join(ROOT, '.jsii.gz'))).toString('utf8'));
    writeFileSync(path.join(folder, '.jsii'), JSON.stringify({ ...assembly, readme: { markdown: readme } }));
    execFileSync(process.execPath, [path.join(ROOT, 'node_modules', 'jsii-rosetta', 'bin', 'jsii-rosetta'), 'extract', '--strict', '--batch', '1000', folder], {
      encoding: 'utf8', stdio: 'pipe', env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
    });
    return '';
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the documentation has examples, and all of them compile', () => {
  expect(snippets.length).toBeGreaterThan(40);
  expect(problemsOf(snippets)).toEqual([]);
}, 120_000);

test('the example of a unit test passes', () => {
  const [example] = fencesOf(read('docs/testing.md'), 'ts').filter(({ text }) => text.includes('Template.fromStack'));
  const source = ts.transpileModule(example.text, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } }).outputText;
  const run = (changed: string) => new Function('exports', 'require', changed)({}, (name: string) => jest.requireActual(name === 'cdk-devops-agent' ? '../src' : name));
  run(source);
  for (const asserted of ["Service: 'pagerduty'", "{ name: 'On call' }", "Secrets: ['devops-tools/pagerduty']"]) {
    expect(() => run(source.replace(asserted, asserted.replace(/'(.*)'/, "'another'")))).toThrow('Custom::DevOpsAgentService');
  }
});

test('an example that does not compile is found', () => {
  expect(problemsOf([{ words: '', text: "new PagerDutyRegistration(stack, 'P', { subdomain: 'acme', authorization: 'token' });" }])).toEqual([
    expect.stringContaining("Type 'string' is not assignable to type 'OAuthClient'"),
  ]);
}, 120_000);

test('all examples, and those of the docstrings, can be translated to other languages', () => {
  expect(translated(snippets.map(({ words, text }) => `\`\`\`ts ${words}\n${text}\`\`\`\n`).join('\n'))).toBe('');
}, 300_000);

test('an example that cannot be translated is found', () => {
  expect(translated('```ts\nconst none: string = SecretField;\n```\n')).toContain("Type 'typeof SecretField' is not assignable to type 'string'");
}, 300_000);

test('the quick start is the example that the demo deploys', () => {
  expect(fencesOf(read('docs/quick-start.md'), 'ts')[0].text).toBe(read('examples/quick-start/app.ts'));
});
