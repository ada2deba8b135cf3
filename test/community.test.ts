/** The files for people who ask, report or review: GitHub takes them, and every one of them is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';

const ROOT = path.join(__dirname, '..');
const FOLDER = path.join(ROOT, '.github', 'ISSUE_TEMPLATE');
const FORMS = readdirSync(FOLDER).filter((file) => file !== 'config.yml');
const { repository } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: { readonly [name: string]: unknown };
}

const read = (file: string) => parse(readFileSync(path.join(FOLDER, file), 'utf8'));

test('there is a form for a bug and one for an integration', () => {
  expect(FORMS.sort()).toEqual(['bug.yml', 'integration.yml']);
});

test.each(FORMS)('GitHub takes the form %s', (file) => {
  const { name, description, body } = read(file) as { name: string; description: string; body: Field[] };
  expect([name, description].map((text) => typeof text)).toEqual(['string', 'string']);
  // The members that each type of field has to have.
  const required: { [type: string]: string } = { markdown: 'value', textarea: 'label', input: 'label', dropdown: 'options', checkboxes: 'options' };
  for (const { type, attributes } of body) expect(attributes).toHaveProperty(required[type]);
  const ids = body.filter(({ type }) => type !== 'markdown').map(({ id }) => id);
  expect(ids.every((id) => /^[\w-]+$/.test(id ?? ''))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the form for a bug says where a vulnerability goes, and that no credential belongs into an issue', () => {
  expect(JSON.stringify(read('bug.yml'))).toMatch(/Never paste a credential[^]*Report a vulnerability/);
});

test('a question and a vulnerability have their own places in this repository', () => {
  const { contact_links: links } = read('config.yml') as { contact_links: { name: string; url: string }[] };
  const address = repository.url.replace(/\.git$/, '');
  expect(links.map(({ name, url }) => [name, url])).toEqual([['Question', `${address}/discussions`], ['Vulnerability', `${address}/security/advisories/new`]]);
});

test.each(['SECURITY.md', 'CODE_OF_CONDUCT.md', '.github/pull_request_template.md', '.github/CODEOWNERS'])('there is %s', (file) => {
  expect(existsSync(path.join(ROOT, file))).toBe(true);
});
