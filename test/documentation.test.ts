import * as path from 'node:path';
import * as ts from 'typescript';
import { USES } from './support/integrations';
import { lifecycleTable, writtenTable } from './support/lifecycle-table';
import { DOCUMENTS, fencesOf, headingsOf, linksOf, pagesIn, prose, read } from './support/markdown';
import { ASSOCIATION_RELEASE, LIST_LAG, NAME_RELEASE, NOT_READY } from '../lambda/lifecycle/times';
import { PROPAGATION } from '../lambda/retries';
import { HANDLER_TIMEOUT_SECONDS, serviceTimeoutSeconds, WAITING_HANDLER_TIMEOUT_SECONDS } from '../src/private/contract';

// The documentation is complete: each integration has its page, and each secret the fields that are read. And each fact stands in one place.
const pages = pagesIn('docs/integrations').filter((page) => path.basename(page) !== 'README.md');
const textsOf = (document: string, language: string) => fencesOf(read(document), language).map(({ text }) => text);

interface Row {
  readonly page: string;
  readonly construct: string;
  readonly service: string;
}

/** The rows of the README's table of integrations. */
const rows: Row[] = [...read('README.md').matchAll(/^\| \[[^\]]+\]\(([^)]+)\) \| `(\w+Registration)` \| `(\w+)` \|/gm)]
  .map(([, page, construct, service]) => ({ page, construct, service }));

test.each([...new Set(USES.map(({ integration }) => integration))])('%s has a page that the README links', (integration) => {
  const row = rows.find(({ service }) => service === integration);
  const page = `docs/integrations/${path.basename(row?.page ?? 'none', '.md')}.md`;
  expect(row?.page).toBe(page);
  expect(pages).toContain(path.normalize(page));
  // Named like the source, which has the construct of the row, which the page is about.
  expect(read(`src/integrations/${path.basename(page, '.md')}-registration.ts`)).toContain(`class ${row!.construct} `);
  expect(textsOf(page, 'ts').join('\n')).toContain(`new ${row!.construct}(`);
});

test.each(pagesIn('src/integrations', '.ts'))('the construct of %s has an example, and each of its associations has one', (file) => {
  const [, name] = /export class (\w+Registration) /.exec(read(file))!;
  expect(read(file)).toMatch(new RegExp(`@example\\n(?: \\*.*\\n)*? \\* (?:.*)new ${name}\\(`));
  const methods = [...read(file).matchAll(/ public (associateWith\w*)\(/g)].map(([, method]) => method);
  expect(methods.length).toBeGreaterThan(0);
  methods.forEach((method) => expect(read(file)).toMatch(new RegExp(`@example\\n {3}\\* .*\\.${method}\\(agentSpace`)));
});

test('every page is in the README\'s table and in the index', () => {
  const names = pages.map((page) => path.basename(page)).sort();
  expect(rows.map(({ page }) => path.basename(page)).sort()).toEqual(names);
  expect(linksOf(read('docs/integrations/README.md')).filter((link) => /^[\w-]+\.md$/.test(link)).sort()).toEqual(names);
});

test.each(pages)('%s shows how its service is associated', (page) => {
  expect(section(page, 'The association')).toMatch(/```ts .*\.associateWith\w*\(agentSpace.*```.*\]\(\.\.\/associations\.md/);
});

test.each(pages)('%s has the sections of every page, in order', (page) => {
  expect(headingsOf(read(page)).slice(1)).toEqual([
    expect.stringMatching(/^What to create /), 'The secret', 'The construct', 'The association', 'What can go wrong', 'Rotation',
  ]);
});

/** The phrases of a quoted error that are the code's own words: between what is quoted in it, and without a number or a prop's name at an end. */
function phrasesOf(quote: string): string[] {
  return quote.split(/'[^']*'|…|must be|[.,:;]/).map((phrase) => phrase.trim().replace(/^\S*\d\S* |^\w+[A-Z]\w* | \S*\d\S*$/g, '')).filter((phrase) => phrase.split(' ').length >= 3);
}

/** The texts in a source that an error may say: without comments, which may have the same words. */
function textsIn(file: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) texts.push(node.text);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true));
  return texts;
}

const said = pagesIn('src', '.ts').flatMap(textsIn).join('\n');

test.each(pages)('the errors of synthesis that %s quotes are the code\'s', (page) => {
  const quotes = [...read(page).matchAll(/^\| Synthesis[^`]*: `([^`]+)`/gm)].map((match) => match[1]);
  expect(quotes.flatMap(phrasesOf).filter((phrase) => !said.includes(phrase))).toEqual([]);
});

test('an error that no code says is found', () => {
  expect(phrasesOf("kind 'x': there is one such service per account, and 'y' has it. 11 were given among them, at most 10.")).toEqual([
    'there is one such service per account', 'were given among them',
  ]);
});

describe.each(pages)('the secrets of %s', (page) => {
  const secrets = textsOf(page, 'json').map((fence) => JSON.parse(fence) as { [field: string]: unknown });
  const code = textsOf(page, 'ts').join('\n');

  test('hold placeholders only', () => {
    expect(secrets.flatMap((secret) => Object.values(secret)).filter((value) => typeof value !== 'string' || !/^<[^<>]+>$/.test(value))).toEqual([]);
  });

  test('have the fields that the examples read', () => {
    // The arguments may contain calls, but nothing else in parentheses.
    const calls = (name: string) => [...code.matchAll(new RegExp(`${name}\\(((?:[^()]|\\([^()]*\\))*)\\)`, 'g'))].map((match) => match[1]);
    const fields = calls('SecretField\\.fromSecretsManager').flatMap((args) => /, '(\w+)',?\s*$/.exec(args)?.[1] ?? []);
    const clients = calls('OAuthClient\\.fromSecretsManager').filter((args) => !/client(Id|Secret)Field/.test(args));
    expect(fields.filter((field) => !secrets.some((secret) => field in secret))).toEqual([]);
    expect(clients.length === 0 || secrets.some((secret) => 'client_id' in secret && 'client_secret' in secret)).toBe(true);
    // And the other way round: no page shows a secret without the example that uses one.
    expect(secrets.length > 0).toBe(fields.length + clients.length > 0);
  });

  test('come from files that are deleted', () => {
    const commands = textsOf(page, 'sh').join('\n');
    const files = [...commands.matchAll(/--secret-string (\S+)/g)].map((match) => match[1]);
    expect(files).toHaveLength(secrets.length > 0 ? 1 : 0);
    for (const file of files) {
      expect(file).toMatch(/^file:\/\/[\w-]+\.json$/);
      expect(commands).toContain(`rm ${file.slice('file://'.length)}\n`);
      expect(read(page)).toContain(`\`${file.slice('file://'.length)}\``);
    }
  });
});

test.each(DOCUMENTS)('every JSON example of %s is JSON', (document) => {
  expect(textsOf(document, 'json').map((text) => typeof JSON.parse(text)).filter((type) => type !== 'object')).toEqual([]);
});

test('the table of the lifecycle is the one in the code', () => {
  expect(writtenTable()).toBe(lifecycleTable());
});

/** The text of a page's section, with its line breaks as spaces. */
function section(page: string, heading: string): string {
  return read(page).split(`\n## ${heading}\n`)[1].split('\n## ')[0].replace(/\s+/g, ' ');
}

test.each([
  ['a list lags', LIST_LAG], ['a policy spreads', PROPAGATION], ['a role or an endpoint gets ready', NOT_READY],
  ['a unique key is released', NAME_RELEASE], ['an association is released', ASSOCIATION_RELEASE],
])('the page says how long the handler retries while %s', (_, milliseconds) => {
  expect(section('docs/lifecycle.md', 'What is retried')).toContain(` ${milliseconds / 1000} seconds`);
});

test('the page says how long a run and the wait of CloudFormation are', () => {
  const timeouts = [HANDLER_TIMEOUT_SECONDS, WAITING_HANDLER_TIMEOUT_SECONDS];
  const cells = (seconds: number[]) => seconds.map((value) => `${value / 60} minutes`).join(' | ');
  expect(section('docs/provider.md', 'Time')).toContain(`one run of the Lambda function | ${cells(timeouts)} |`);
  expect(section('docs/provider.md', 'Time')).toContain(`(\`ServiceTimeout\`) | ${cells(timeouts.map(serviceTimeoutSeconds))} |`);
});

test('the page and the apps of languages name the packages as they are published', () => {
  const { java, python, dotnet, go } = JSON.parse(read('package.json')).jsii.targets;
  const names = [python.distName, `${java.maven.groupId}:${java.maven.artifactId}`, dotnet.packageId];
  for (const name of names) expect(read('docs/languages.md')).toContain(`| \`${name}\` |`);
  expect(read('docs/languages.md')).toContain(`| \`${go.moduleName}/`);
  expect(read('examples/python/app.py')).toContain(`from ${python.module} import`);
  expect(read('examples/java/src/main/java/devopstools/DevOpsToolsApp.java')).toContain(`import ${java.package}.`);
  expect(read('examples/csharp/Program.cs')).toContain(`using ${dotnet.namespace};`);
  expect(read('examples/go/main.go')).toContain(`"${go.moduleName}/`);
});

// A fact that stands on two pages is changed on one of them. The README says in a few words what a reader has to know before the start.
test.each<[string, RegExp, string]>([
  ['what can be changed in place', /can change nothing about a service|(anything|everything|change[sd]?|what is registered),? but (its )?tags/i, 'docs/updates.md'],
  ['the length of a gap', /seconds to minutes/, 'docs/updates.md'],
  ['that associations do not follow a replacement', /associations? do(es)? not follow/i, 'docs/updates.md'],
  ['what is unique', /account can have only one/i, 'docs/updates.md'],
  ['how long something is retried', /\b(45|60|75|90) seconds/, 'docs/lifecycle.md'],
  ['how long CloudFormation waits', /\b(34|49) minutes/, 'docs/provider.md'],
  ['that a registration keeps its provider', /(changed?|modif\w+) (a |its )?service token (?!is not allowed)|service token cannot/i, 'docs/migration.md'],
  ['the number of dynamic references', /\[60\]|60 dynamic references/, 'README.md'],
  ['that the API tries out a registration', /API tries out/, 'README.md'],
  ['how the shell keeps a value', /shell's history/, 'docs/credentials.md'],
])('%s is told on one page', (_, words, page) => {
  expect(DOCUMENTS.filter((document) => words.test(prose(read(document)).replace(/\s+/g, ' ')))).toEqual([page]);
});
