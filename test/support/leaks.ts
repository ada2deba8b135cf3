/** Something that was written down, and where. */
export interface Text {
  readonly where: string;
  readonly text: string;
}

/**
 * Finds credentials in texts: as they are, or encoded as JSON, in a URL or in base64.
 *
 * A finding has the name of a credential and a place, never the credential.
 *
 * @param credentials The credentials, by what to call them.
 */
export function findLeaks(credentials: Readonly<Record<string, string>>, texts: Iterable<Text>): string[] {
  const needles = Object.entries(credentials).flatMap(([name, value]) =>
    Object.entries(formsOf(value)).map(([form, needle]) => ({ name, form, needle })));
  return [...texts].flatMap(({ where, text }) =>
    needles.filter(({ needle }) => text.includes(needle)).map(({ name, form }) => `${name} (${form}) in ${where}`));
}

/** The forms of a credential, by what to call them. A form that equals another is there once. */
export function formsOf(value: string): Record<string, string> {
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value);
  const strictUrl = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ '': value }).toString().slice(1);
  const forms: [string, string][] = [
    ['raw', value],
    ['JSON-escaped', json],
    ['JSON-escaped twice', JSON.stringify(json).slice(1, -1)],
    ['JSON-escaped, ASCII', unicode(json, /[^\x20-\x7e]/g)],
    ['JSON-escaped, ASCII, twice', JSON.stringify(unicode(json, /[^\x20-\x7e]/g)).slice(1, -1)],
    ['JSON-escaped, ASCII, in capitals', unicode(json, /[^\x20-\x7e]/g, (digits) => digits.toUpperCase())],
    ['JSON-escaped by PHP', unicode(json.replaceAll('/', '\\/'), /[^\x20-\x7e]/g)],
    ['JSON-escaped by Go or Rails', unicode(json, /[<>&]/g)],
    ['JSON-escaped by Gson', unicode(json, /[<>&=']/g)],
    ...[['URL-encoded', url], ['URL-encoded strictly', strictUrl], ['form-encoded', form]].flatMap(([name, encoded]): [string, string][] => [
      [name, encoded],
      [`${name}, in lower case`, encoded.replace(/%../g, (escape) => escape.toLowerCase())],
    ]),
    ['HTML-escaped', value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')],
    ...[0, 1, 2].flatMap((offset): [string, string][] => {
      const base64 = innerBase64(value, offset);
      return [
        [`base64 at offset ${offset}`, base64],
        [`base64url at offset ${offset}`, base64.replaceAll('+', '-').replaceAll('/', '_')],
      ];
    }),
  ];
  return Object.fromEntries(forms.filter(([, text], i) => text !== '' && forms.findIndex(([, other]) => other === text) === i));
}

function unicode(text: string, chars: RegExp, spell = (digits: string) => digits): string {
  return text.replace(chars, (char) => `\\u${spell(char.charCodeAt(0).toString(16).padStart(4, '0'))}`);
}

/** The base64 of a value anywhere in a longer text: without the digits that depend on its neighbours. */
function innerBase64(value: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  return bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
