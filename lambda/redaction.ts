const MASK = '***';

/** Remembers what was read from secrets and takes it out of every text that leaves the handler. */
export class Redactor {
  private readonly needles = new Set<string>();

  /** Remembers a value in every form in which another program may hand it back. */
  public hide(value: string): void {
    if (value === '') {
      return;
    }
    for (const form of forms(value)) {
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
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const url = encodeURIComponent(value);
  const strictUrl = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ '': value }).toString().slice(1);
  const urls = [url, strictUrl, form].flatMap((encoded) => [encoded, encoded.replace(/%../g, (escape) => escape.toLowerCase())]);
  const html = value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  return [value, json, JSON.stringify(json).slice(1, -1), ascii, ...urls, html, ...base64Forms(value)];
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
