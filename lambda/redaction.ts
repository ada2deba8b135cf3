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
  const url = encodeURIComponent(value);
  const strictUrl = url.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const ascii = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const texts = [value, json, JSON.stringify(json).slice(1, -1), ascii, url, strictUrl, url.replace(/%20/g, '+'), lowerEscapes(url), lowerEscapes(strictUrl)];
  return [...new Set([...texts, ...base64Forms(value)])];
}

function lowerEscapes(url: string): string {
  return url.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
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
