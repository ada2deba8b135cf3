/** The forms in which a credential may turn up in a text: raw, JSON-escaped, URL-encoded, and inside base64 at each alignment. */
export function canaryForms(value: string): string[] {
  const base64 = ['', 'x', 'xy'].map((before) => {
    const whole = Buffer.from(`${before}${value}zzz`).toString('base64');
    // Without the characters that the neighbours have a part in.
    const begin = before === '' ? 0 : before.length + 1;
    return whole.slice(begin, Math.floor(((before.length + Buffer.byteLength(value)) * 8) / 6));
  });
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (e) => e.toLowerCase()), ...base64];
}
