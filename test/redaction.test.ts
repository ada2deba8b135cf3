import * as fc from 'fast-check';
import { ENCODINGS, LOSSY_ENCODINGS } from './support/encodings';
import { Redactor, WITHHELD } from '../lambda/redaction';

function redactorOf(...values: string[]): Redactor {
  const redactor = new Redactor();
  values.forEach((value) => redactor.hide(value));
  return redactor;
}

// Everything that some writer escapes: quotes, slashes, what HTML and URLs know, what is not ASCII, an escape of each kind.
const SECRET = 's3Cr3t"quoted"\\n/pl+us&am=p<~é>!%41\'漢😀 &lt;#{`}';

const forms = Object.entries(ENCODINGS);
const lossy = Object.entries(LOSSY_ENCODINGS);
const said = (form: string) => `The token was refused: ${form}; see the documentation`;

test('a plain occurrence is masked, and the rest is told', () => {
  expect(redactorOf('s3cr3t-value-1').redact('s3cr3t-value-1 and s3cr3t-value-1 are no tokens')).toBe('*** and *** are no tokens');
});

test('of two values, one may contain the other', () => {
  expect(redactorOf('abc', 'abcdef').redact('abcdef, abc')).toBe('***, ***');
});

test('a value is masked without the white space around it, too', () => {
  expect(redactorOf(' s3cr3t-value-1\n').redact('s3cr3t-value-1?')).toBe('***?');
});

test.each(forms)('a value is withheld in %s', (_, encode) => {
  expect(encode(SECRET)).not.toBe(SECRET);
  expect(redactorOf(SECRET).redact(said(encode(SECRET)))).toBe(WITHHELD);
});

test.each(lossy)('a value is withheld in a form that does not keep all of it: %s', (_, encode) => {
  const secret = `${SECRET}-${'more of it, which goes on for longer than anybody quotes. '.repeat(3)}`;
  expect(redactorOf(secret).redact(said(encode(secret)))).toBe(WITHHELD);
});

test.each([...forms, ...lossy])('a text with another value in %s is told as it is', (_, encode) => {
  const text = said(encode('An0ther value, of the same "kind" & with <signs> /+=é'));
  expect(redactorOf(SECRET).redact(text)).toBe(text);
});

describe('for every value', () => {
  // At least as many letters and digits as tell it from an ordinary word.
  const value = fc.tuple(fc.stringMatching(/^[a-zA-Z0-9]{12}$/), fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 30 })), fc.stringMatching(/^[a-zA-Z0-9]{6}$/))
    .map((parts) => parts.join(''));
  const around = fc.string({ maxLength: 30 });

  test('no form of it gets through, whatever stands around it', () => {
    fc.assert(fc.property(value, around, around, fc.constantFrom(...forms), (secret, before, after, [, encode]) => {
      const form = encode(secret);
      // A space or a bracket: otherwise a neighbour may itself make an escape of what follows, or be one's end.
      const redacted = redactorOf(secret).redact(`${before} [${form}] ${after}`);
      expect(redacted).not.toContain(form);
      expect([WITHHELD, `${before} [***] ${after}`]).toContain(redacted);
    }), { numRuns: 3_000 });
  });

  test('a text without it is told as it is', () => {
    fc.assert(fc.property(value, fc.string({ maxLength: 300 }), (secret, text) => {
      fc.pre(!text.includes(secret));
      expect(redactorOf(secret).redact(text)).toBe(text);
    }), { numRuns: 2_000 });
  });
});

describe('a short value', () => {
  const SENTENCES = [
    'ValidationException: The client is unknown (serviceDetails.pagerduty: Invalid value for "client_id")',
    'Unable to access tools from the MCP server at https://mcp.example.com/mcp?a=b&amp;c=%2Fd: 403 Forbidden\\n{"error":"\\u003cinvalid\\u003e"}',
    'ThrottlingException: Rate exceeded, retry in 20 s (request id 6d1c0c4e-8f4e-4f0e-9d0e-0c5d7c1d2a10)',
    `AccessDeniedException: ${'DevOps Agent and AWS are not the words to withhold a sentence for. '.repeat(10)}`,
  ];

  test.each(['id', 'app', 'Q7', 'x', 'acme', 'agent', 'TOKENS', 'rate_1', 'DEVOPS-AGENT', 'devops agent'])('%s withholds no ordinary sentence', (value) => {
    for (const sentence of SENTENCES) {
      expect(redactorOf(value).redact(sentence)).toBe(sentence.split(value).join('***'));
    }
  });

  test.each(['JSON of .NET', 'HTML of Go', 'a URL with every byte escaped', 'every character as \\u', 'base64 behind 1 bytes', 'hexadecimal'])('is withheld in %s all the same', (form) => {
    expect(redactorOf('a+"b').redact(said(ENCODINGS[form]('a+"b')))).toBe(WITHHELD);
  });
});

test('without a secret, everything is told', () => {
  const text = said(ENCODINGS.JSON(SECRET)).repeat(10_000);
  expect(redactorOf().redact(text)).toBe(text);
});

test('more words than can be searched in a moment are withheld', () => {
  expect(redactorOf(SECRET).redact('x'.repeat(1_000_000))).toBe(WITHHELD);
});
