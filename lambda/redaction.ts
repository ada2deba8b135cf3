const MASK = '***';

/** Remembers what was read from secrets and takes it out of every text that leaves the handler. */
export class Redactor {
  private readonly needles = new Set<string>();

  /** Remembers a value in every form in which another program may hand it back, which may have trimmed it before. */
  public hide(value: string): void {
    for (const form of [value, value.trim()].filter((text) => text !== '').flatMap(forms)) {
      this.needles.add(form);
    }
  }

  /** The text without any hidden value. */
  public redact(text: string): string {
    // The longest first: a value may contain another one.
    return [...this.needles].sort((a, b) => b.length - a.length)
      .reduce((rest, needle) => rest.split(needle).join(MASK), text);
  }
}

function forms(value: string): string[] {
  // What is no well-formed text cannot be URL-encoded as it is.
  const url = encodeURIComponent(Buffer.from(value).toString());
  const strictUrl = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ '': value }).toString().slice(1);
  const urls = [url, strictUrl, form].flatMap((encoded) => [encoded, encoded.replace(/%../g, (escape) => escape.toLowerCase())]);
  const html = value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  return [value, ...jsonForms(value), ...urls, html, ...base64Forms(value)];
}

/** What writers of JSON escape beside what they have to: slashes, what HTML knows, all but ASCII in small letters or in capitals. */
const JSON_HABITS: readonly ((json: string) => string)[] = [
  (json) => json.replace(/\//g, '\\/'),
  (json) => json.replace(/[<>&]/g, unicode),
  (json) => json.replace(/[=']/g, unicode),
  (json) => json.replace(/[\u0080-\uffff]/g, unicode),
  (json) => json.replace(/[\u0080-\uffff]/g, (char) => unicode(char).toUpperCase().replace('U', 'u')),
];

/** The value as JSON has it, and as JSON in JSON, whoever wrote it. */
function jsonForms(value: string): string[] {
  const once = JSON_HABITS.reduce((all, habit) => [...new Set([...all, ...all.map(habit)])], [JSON.stringify(value).slice(1, -1)]);
  return [...once, ...once.map((json) => JSON.stringify(json).slice(1, -1))];
}

function unicode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What of the value's base64 does not depend on its neighbours, at each of the three alignments. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const stable = encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    // Shorter ones would match ordinary words.
    return stable.length < 6 ? [] : [stable, stable.replace(/\+/g, '-').replace(/\//g, '_')];
  });
}
