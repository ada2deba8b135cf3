// The time that redaction takes, measured: by a file of its own, since measurements hold of the code as it ships alone.
import { Redactor } from '../lambda/redaction';

const SECRET = 's3Cr3t"quoted"\\n/pl+us&am=p<~é>!%41\'漢😀 &lt;#{`}';

test.each([
  ['backslashes', '\\'], ['escapes of bytes', '\\x41'], ['escapes without an end', '\\u{41'], ['octal escapes', '\\101'], ['ampersands', '&'],
  ['entities without an end', '&#x41'], ['names of entities without an end', '&aaaaaaaa1'], ['percent signs', '%25'], ['base64', 'QUJD'],
  ['hexadecimal', '0x41'], ['the secret\'s beginning', SECRET.slice(0, -1)], ['spaces', ' '], ['line breaks', '\n'], ['half surrogates', '\ud800'],
])('the time of a search is in proportion to the text: %s', (_, part) => {
  const redactor = new Redactor();
  redactor.hide(SECRET);
  const time = (length: number) => {
    const text = part.repeat(length / part.length);
    const times = [1, 2, 3].map(() => {
      const start = process.hrtime.bigint();
      redactor.redact(text);
      return Number(process.hrtime.bigint() - start);
    });
    return Math.min(...times);
  };
  time(10_000);
  // In proportion: 10 times. In proportion to its square: 100 times.
  expect(time(100_000) / time(10_000)).toBeLessThan(40);
});
