/** The words of a service that quote a value of a secret in a form that cannot be masked. */
export const WITHHELD = 'the service\'s words are withheld, because they quote a value of a secret or are too long to rule that out';

const MASK = '***';

/** Longer words are withheld: a search takes time in proportion to their length. */
const MAX_SEARCHED = 100_000;

/** A value is recognised by its beginning, as a service may quote no more of it. */
const BEGINNING = 100;

/** The length of the longest escape of which a value's own characters may become a part. */
const EDGE = 8;

/** A shorter value is searched for as it is only: with other cases and spaces, it may be an ordinary word. */
const MIN_FOLDED = 12;

/** A shorter value is not searched for in decoded base64 and hexadecimal, where ordinary text may show it by chance. */
const MIN_BINARY = 4;

/** Remembers what was read from secrets, and takes it out of every text that leaves the handler. */
export class Redactor {
  private readonly exact = new Set<string>();
  private readonly folded = new Set<string>();

  /** Remembers a value. A service may have trimmed it. */
  public hide(value: string): void {
    for (const text of [value, value.trim()].filter((candidate) => candidate !== '')) {
      this.exact.add(text);
      for (const form of [...unescaped(text)].map(fold).filter(({ length }) => length >= MIN_FOLDED)) {
        // The characters before a value may happen to make an escape of its first ones.
        this.folded.add(form.slice(Math.min(EDGE, form.length - MIN_FOLDED)).slice(0, BEGINNING));
      }
    }
  }

  /** The text with each value masked; withheld if a value still occurs in any encoding. */
  public redact(text: string): string {
    if (this.exact.size === 0) {
      return text;
    }
    if (text.length > MAX_SEARCHED) {
      return WITHHELD;
    }
    // The longest first: a value may contain another one.
    const masked = [...this.exact].sort((a, b) => b.length - a.length).reduce((rest, value) => rest.split(value).join(MASK), text);
    return this.occurs(masked) ? WITHHELD : masked;
  }

  private occurs(text: string): boolean {
    const beginnings = [...this.exact].map((value) => value.slice(0, BEGINNING));
    for (const { view, shortest } of views(text)) {
      const folded = fold(view);
      if (beginnings.some((value) => value.length >= shortest && view.includes(value)) || [...this.folded].some((value) => folded.includes(value))) {
        return true;
      }
    }
    return false;
  }
}

/** A text, and everything that it reads as once decoded. Alphabets are local, so no view has to know where an encoded part begins. */
function* views(text: string): Generator<{ view: string; shortest: number }> {
  for (const view of unescaped(text)) {
    yield { view, shortest: 1 };
    const base64 = view.replace(/[^A-Za-z0-9+/_-]+/g, '');
    const hex = view.replace(/0x|[^\da-f]+/gi, '');
    const binary = [
      ...[0, 1, 2, 3].map((shift) => Buffer.from(base64.slice(shift), 'base64')),
      ...[0, 1].map((shift) => Buffer.from(hex.slice(shift), 'hex')),
    ];
    for (const bytes of binary) {
      for (const decoded of unescaped(bytes.toString())) {
        yield { view: decoded, shortest: MIN_BINARY };
      }
    }
  }
}

/** A text as it is, and with the escapes of HTML, URLs and programming languages undone, up to three times. */
function* unescaped(text: string): Generator<string> {
  let previous: string | undefined;
  for (let depth = 0; depth <= 3 && text !== previous; depth++) {
    yield text;
    previous = text;
    text = unescape(text);
  }
}

const ESCAPES = {
  html: /&#x([\da-f]{1,6});?|&#(\d{1,7});?|&([a-z]{1,31}\d{0,2});/gi,
  url: /%u([\da-f]{4})|((?:%[\da-f]{2})+)/gi,
  code: /((?:\\x[\da-fA-F]{2})+)|((?:\\[0-3][0-7]{2})+)|\\u\{([\da-fA-F]{1,6})\}|\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})|\\([^])/g,
};

const ENTITIES: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'' };

function unescape(text: string): string {
  return text
    // Entities of other names are no letters or digits, and only those count.
    .replace(ESCAPES.html, (_, hex, decimal, name: string) => (name ? ENTITIES[name.toLowerCase()] ?? '' : character(hex ? parseInt(hex, 16) : Number(decimal))))
    .replace(ESCAPES.url, (_, hex, bytes: string) => (hex ? character(parseInt(hex, 16)) : Buffer.from(bytes.replaceAll('%', ''), 'hex').toString()))
    .replace(ESCAPES.code, (_, hex: string, octal: string, ...others: string[]) => {
      if (hex ?? octal) {
        const bytes = (hex ?? octal).slice(1).split('\\');
        return Buffer.from(bytes.map((byte) => (hex ? parseInt(byte.slice(1), 16) : parseInt(byte, 8)))).toString();
      }
      const [braced, short, long, char] = others;
      return char === undefined ? character(parseInt(braced ?? short ?? long, 16)) : char.replace(/[abfnrtv0]/, ' ');
    });
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** A text without what writers change: case, spaces, whatever is escaped somewhere. The separators that are left keep words apart. */
function fold(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9._~-]+/g, '');
}
