/** The forms in which programs write a text into a text of their own: written for the tests, apart from what the handler undoes. */

type Encode = (text: string) => string;

const codeUnits = (text: string) => Array.from({ length: text.length }, (_, index) => text[index]);
const hexOf = (char: string, digits = 4) => char.charCodeAt(0).toString(16).padStart(digits, '0');
const bytesOf = (text: string) => [...Buffer.from(text)];
const byte = (value: number) => value.toString(16).padStart(2, '0');
const json: Encode = (text) => JSON.stringify(text).slice(1, -1);
const inBytes = (write: (value: number) => string): Encode => (text) => bytesOf(text).map(write).join('');
/** Escapes what a program escapes, in its way, and leaves the rest to JSON. */
const escaping = (chars: RegExp, write: (char: string) => string): Encode => (text) =>
  codeUnits(text).map((char) => (chars.test(char) ? write(char) : json(char))).join('');
const lines = (width: number, separator: string): Encode => (text) => (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(separator);
const behind = (length: number): Encode => (text) => '-'.repeat(length) + text;
const chain = (...encodes: Encode[]): Encode => (text) => encodes.reduce((encoded, encode) => encode(encoded), text);

const base64: Encode = (text) => Buffer.from(text).toString('base64');
const percent = inBytes((value) => `%${byte(value).toUpperCase()}`);
const dotNet = escaping(/["&'+<>`\x7f-\uffff]/, (char) => `\\u${hexOf(char).toUpperCase()}`);
const python = escaping(/[\x7f-\uffff]/, (char) => `\\u${hexOf(char)}`);
const php = escaping(/["&'<>\x7f-\uffff]/, (char) => `\\u${hexOf(char).toUpperCase()}`);
const phpSlashes: Encode = (text) => php(text).replaceAll('/', '\\/');
const decimalEntities: Encode = (text) => codeUnits(text).map((char) => (/[a-z0-9]/i.test(char) || char > '\x7e' ? char : `&#${char.charCodeAt(0)};`)).join('');
const html: Encode = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\'', '&#39;');

export const ENCODINGS: { readonly [name: string]: Encode } = {
  'JSON': json,
  'JSON in JSON': chain(json, json),
  'JSON in JSON in JSON': chain(json, json, json),
  'JSON of .NET': dotNet,
  'JSON of .NET in JSON': chain(dotNet, json),
  'JSON of Python': python,
  'JSON of Python in JSON of Python': chain(python, python),
  'JSON of PHP with the hex flags': php,
  'JSON of PHP with the hex flags and slashes, twice': chain(phpSlashes, phpSlashes),
  'JSON of Go': escaping(/[<>&\u2028\u2029]/, (char) => `\\u${hexOf(char)}`),
  'JSON of Gson': escaping(/[<>&='\u2028\u2029]/, (char) => `\\u${hexOf(char)}`),
  'JSON of Gson, in capitals': escaping(/[<>&='\u2028\u2029]/, (char) => `\\u${hexOf(char).toUpperCase()}`),
  'every character as \\u': escaping(/[^]/, (char) => `\\u${hexOf(char)}`),
  'JavaScript with braces': (text) => [...text].map((char) => `\\u{${char.codePointAt(0)!.toString(16)}}`).join(''),
  'the bytes of Python': inBytes((value) => (value < 0x20 || value > 0x7e || value === 0x5c ? `\\x${byte(value)}` : String.fromCharCode(value))),
  'the bytes of Protocol Buffers': inBytes((value) => (value < 0x20 || value > 0x7e || value === 0x5c ? `\\${value.toString(8).padStart(3, '0')}` : String.fromCharCode(value))),
  'HTML': html,
  'HTML twice': chain(html, html),
  'HTML of Go': (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;').replaceAll('\'', '&#39;').replaceAll('+', '&#43;'),
  'HTML with decimal entities': decimalEntities,
  'HTML with hexadecimal entities': (text) => codeUnits(text).map((char) => (/[a-z0-9]/i.test(char) || char > '\x7e' ? char : `&#x${hexOf(char, 2)};`)).join(''),
  'JSON in HTML': chain(json, html),
  'HTML in JSON of Go': chain(html, escaping(/[<>&]/, (char) => `\\u${hexOf(char)}`)),
  'a URL': (text) => encodeURIComponent(Buffer.from(text).toString()),
  'a URL in a URL': (text) => encodeURIComponent(encodeURIComponent(Buffer.from(text).toString())),
  'a URL in lower case': (text) => encodeURIComponent(Buffer.from(text).toString()).replace(/%../g, (escape) => escape.toLowerCase()),
  'a URL with every byte escaped': percent,
  'a URL with every byte escaped, twice': chain(percent, percent),
  'a form': (text) => new URLSearchParams({ '': text }).toString().slice(1),
  'a form in JSON in HTML': chain((text) => new URLSearchParams({ '': text }).toString().slice(1), json, html),
  'a URL of an old browser': (text) => codeUnits(text).map((char) => (/[a-z0-9]/i.test(char) ? char : `%u${hexOf(char)}`)).join(''),
  ...Object.fromEntries([0, 1, 2].flatMap((length): [string, Encode][] => [
    [`base64 behind ${length} bytes`, chain(behind(length), base64)],
    [`base64url behind ${length} bytes`, (text) => Buffer.from('-'.repeat(length) + text).toString('base64url')],
    [`base64 behind ${length} bytes in lines of 76`, chain(behind(length), base64, lines(76, '\r\n'))],
    [`base64 behind ${length} bytes in lines of 9 in JSON`, chain(behind(length), base64, lines(9, '\r\n'), json)],
    [`base64 behind ${length} bytes in lines that begin with spaces`, chain(behind(length), base64, lines(16, '\n   '))],
    [`base64 behind ${length} bytes in a URL`, chain(behind(length), base64, encodeURIComponent)],
    [`base64 behind ${length} bytes in JSON of PHP`, chain(behind(length), base64, phpSlashes)],
    [`base64 of JSON behind ${length} bytes`, chain(json, behind(length), base64)],
    [`base64 of a URL behind ${length} bytes`, chain(percent, behind(length), base64)],
  ])),
  'base64 with a neighbour behind it': (text) => Buffer.from(`id:${text}:more`).toString('base64'),
  'hexadecimal': inBytes(byte),
  'hexadecimal in capitals': inBytes((value) => byte(value).toUpperCase()),
  'hexadecimal with colons': (text) => bytesOf(text).map(byte).join(':'),
  'hexadecimal in lines': chain(inBytes(byte), lines(32, '\n')),
  'hexadecimal like C': (text) => bytesOf(text).map((value) => `0x${byte(value)}`).join(', '),
};

/** Forms that do not keep all of a text, but enough of it. */
export const LOSSY_ENCODINGS: { readonly [name: string]: Encode } = {
  'upper case': (text) => text.toUpperCase(),
  'lower case': (text) => text.toLowerCase(),
  'broken into lines': lines(7, '\n'),
  'what ASCII has not lost': (text) => text.replace(/[^\x20-\x7e]/g, '?'),
  'named entities for what ASCII has not': (text) => html(text).replace(/[^\x20-\x7e]/g, '&eacute;'),
  'base64 of UTF-16, in ASCII alone': (text) => Buffer.from(text.replace(/[^\x20-\x7e]/g, ''), 'utf16le').toString('base64'),
  'cut off': (text) => text.slice(0, 110),
};
