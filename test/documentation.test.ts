import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { USES } from './support/integrations';
import { Decision, DECISIONS } from '../lambda/decisions';

// What the documentation says of itself holds: pages are there, links lead somewhere, and secrets have the fields that are read.
const ROOT = path.join(__dirname, '..');

const documents = [
  'README.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];
const pages = documents.filter((document) => path.dirname(document) === path.join('docs', 'integrations') && path.basename(document) !== 'README.md');

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

function fencesOf(document: string, language: string): string[] {
  return [...read(document).matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\`$`, 'gm'))].map((match) => match[2]);
}

/** A document without its code blocks, in which neither a link nor a heading means anything. */
function prose(document: string): string {
  return read(document).replace(/^( *)```[\s\S]*?^\1```$/gm, '');
}

function headingsOf(document: string): string[] {
  return [...prose(document).matchAll(/^#+ (.+)$/gm)].map((match) => match[1]);
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document: string): string[] {
  const seen = new Map<string, number>();
  return headingsOf(document).map((heading) => {
    const anchor = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

function linksOf(document: string): string[] {
  return [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
}

/** What is wrong with a link to a file of this repository. */
function problemOf(document: string, link: string): string[] {
  const [file, anchor] = link.split('#');
  const target = file === '' ? document : path.join(path.dirname(document), file);
  if (!existsSync(path.join(ROOT, target))) {
    return [`${document}: ${link} leads to no file`];
  }
  return anchor !== undefined && !anchorsOf(target).includes(anchor) ? [`${document}: ${link} leads to no heading`] : [];
}

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
  expect(fencesOf(page, 'ts').join('\n')).toContain(`new ${row!.construct}(`);
});

test('every page is in the README\'s table and in the index', () => {
  const names = pages.map((page) => path.basename(page)).sort();
  expect(rows.map(({ page }) => path.basename(page)).sort()).toEqual(names);
  expect(linksOf('docs/integrations/README.md').filter((link) => /^[\w-]+\.md$/.test(link)).sort()).toEqual(names);
});

test.each(pages)('%s has the sections of every page, in order', (page) => {
  expect(headingsOf(page).slice(1)).toEqual([
    expect.stringMatching(/^What to create /), 'The secret', 'The construct', 'What can go wrong', 'Rotation',
  ]);
});

test.each(documents)('every link of %s to this repository leads somewhere', (document) => {
  expect(linksOf(document).filter((link) => !/^[a-z]+:/.test(link)).flatMap((link) => problemOf(document, link))).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  expect(['docs/none.md', '#none', 'docs/limits.md#none', 'docs/limits.md#rotation'].flatMap((link) => problemOf('README.md', link))).toEqual([
    'README.md: docs/none.md leads to no file', 'README.md: #none leads to no heading', 'README.md: docs/limits.md#none leads to no heading',
  ]);
});

describe.each(pages)('the secrets of %s', (page) => {
  const secrets = fencesOf(page, 'json').map((fence) => JSON.parse(fence) as { [field: string]: unknown });
  const code = fencesOf(page, 'ts').join('\n');

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
    const commands = fencesOf(page, 'sh').join('\n');
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
  const told = [...read('docs/lifecycle.md').matchAll(/^\| `([^`]+)` \| (.*) \| (.*) \| (.*) \| (.*) \|$/gm)].map(([, ...cells]) => cells);

  expect(told).toEqual(Object.entries<Decision>(DECISIONS).map(([row, { event, state, calls, answer }]) => [row, event, state, calls, answer]));
});
