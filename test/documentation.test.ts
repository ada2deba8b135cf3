import * as path from 'node:path';
import { USES } from './support/integrations';
import { lifecycleTable, writtenTable } from './support/lifecycle-table';
import { fencesOf, headingsOf, linksOf, pagesIn, read } from './support/markdown';

// The documentation is complete: each integration has its page, and each secret the fields that are read.
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

test.each(pagesIn('src/integrations', '.ts'))('the construct of %s has an example', (file) => {
  const [, name] = /export class (\w+Registration) /.exec(read(file))!;
  expect(read(file)).toMatch(new RegExp(`@example\\n(?: \\*.*\\n)*? \\* (?:.*)new ${name}\\(`));
});

test('every page is in the README\'s table and in the index', () => {
  const names = pages.map((page) => path.basename(page)).sort();
  expect(rows.map(({ page }) => path.basename(page)).sort()).toEqual(names);
  expect(linksOf(read('docs/integrations/README.md')).filter((link) => /^[\w-]+\.md$/.test(link)).sort()).toEqual(names);
});

test.each(pages)('%s has the sections of every page, in order', (page) => {
  expect(headingsOf(read(page)).slice(1)).toEqual([
    expect.stringMatching(/^What to create /), 'The secret', 'The construct', 'What can go wrong', 'Rotation',
  ]);
});

/** The phrases of a quoted error that are the code's own words: between what is quoted in it, and without a number or a prop's name at an end. */
function phrasesOf(quote: string): string[] {
  return quote.split(/'[^']*'|…|must be|[.,:;]/).map((phrase) => phrase.trim().replace(/^\S*\d\S* |^\w+[A-Z]\w* | \S*\d\S*$/g, '')).filter((phrase) => phrase.split(' ').length >= 3);
}

test.each(pages)('the errors of synthesis that %s quotes are the code\'s', (page) => {
  const code = pagesIn('src', '.ts').map((file) => read(file).replace(/\\'/g, "'")).join('\n');
  const quotes = [...read(page).matchAll(/^\| Synthesis[^`]*: `([^`]+)`/gm)].map((match) => match[1]);
  expect(quotes.flatMap(phrasesOf).filter((phrase) => !code.includes(phrase))).toEqual([]);
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

test('the table of the lifecycle is the one in the code', () => {
  expect(writtenTable()).toBe(lifecycleTable());
});
