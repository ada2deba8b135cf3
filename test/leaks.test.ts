import { findLeaks, formsOf } from './support/leaks';
import { canary } from './support/secrets';

const SECRET = 'ca"n\\ary/+=&<% é\'~token';

const disguises: [string, (secret: string) => string][] = [
  ['as it is', (secret) => secret],
  ['as JSON', (secret) => JSON.stringify({ secret })],
  ['as JSON in JSON', (secret) => JSON.stringify({ body: JSON.stringify({ secret }) })],
  ['as JSON that is ASCII alone', (secret) => JSON.stringify({ secret }).replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)],
  ['as JSON with slashes escaped', (secret) => JSON.stringify({ secret }).replaceAll('/', '\\/').replaceAll('é', '\\u00e9')],
  ['as JSON that HTML can hold', (secret) => JSON.stringify({ secret }).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')],
  ['in a URL', (secret) => `https://example.com/?token=${encodeURIComponent(secret)}`],
  ['in a URL with lower-case escapes', (secret) => encodeURIComponent(secret).replace(/%../g, (escape) => escape.toLowerCase())],
  ['in a form', (secret) => new URLSearchParams({ secret }).toString()],
  ['in XML', (secret) => `<value>${secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}</value>`],
  ...[0, 1, 2, 3, 4, 5].map((length): [string, (secret: string) => string] =>
    [`in base64, behind ${length} bytes`, (secret) => Buffer.from(`${'-'.repeat(length)}${secret}: and more`).toString('base64')]),
  ['in base64url', (secret) => Buffer.from(`Basic ${secret}`).toString('base64url')],
];

test.each(disguises)('a credential is found %s', (_, disguise) => {
  const random = canary();
  const texts = [
    { where: 'clean.log', text: 'nothing to see here' },
    { where: 'leaky.log', text: `2026-01-01 INFO ${disguise(SECRET)} ${disguise(random)}` },
  ];

  const leaks = findLeaks({ fixed: SECRET, random }, texts);

  expect(leaks).toContainEqual(expect.stringMatching(/^fixed \(.*\) in leaky\.log$/));
  expect(leaks).toContainEqual(expect.stringMatching(/^random \(.*\) in leaky\.log$/));
  expect(leaks.join()).not.toMatch(/clean\.log/);
});

test('a report names the credential and never quotes it', () => {
  const leaks = findLeaks({ 'the token': SECRET }, [{ where: 'log', text: SECRET }]);

  expect(leaks).toEqual(['the token (raw) in log']);
});

test('texts without the credential are clean, another credential of the same kind included', () => {
  expect(findLeaks({ token: canary() }, [{ where: 'log', text: JSON.stringify(Object.values(formsOf(canary()))) }])).toEqual([]);
});
