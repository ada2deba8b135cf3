/** A signer that is written from the specification and shares nothing with the verifier. */

import { createHash, createHmac } from 'node:crypto';

export interface SignerInput {
  method: string;
  /** As on the wire. */
  path: string;
  query?: string;
  headers: Record<string, string>;
  body?: string;
  accessKey: string;
  secretKey: string;
  region: string;
  service: string;
  /** Headers to leave out of the signature. */
  unsigned?: string[];
}

export function sign(input: SignerInput): string {
  const strict = (text: string) => Array.from(Buffer.from(text, 'utf8'), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
  const hex = (text: string) => createHash('sha256').update(text).digest('hex');
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

  const headers = Object.entries(input.headers).map(([name, value]) => [name.toLowerCase(), value.trim()]);
  const signed = headers.filter(([name]) => !input.unsigned?.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const parameters = [...new URLSearchParams(input.query ?? '')].map(([name, value]) => [strict(name), strict(value)]);
  parameters.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : (a < b ? -1 : 1)));
  const canonical = `${input.method}\n${input.path.split('/').map(strict).join('/')}\n${parameters.map(([n, v]) => `${n}=${v}`).join('&')}\n`
    + `${signed.map(([name, value]) => `${name}:${value}\n`).join('')}\n${names}\n${hex(input.body ?? '')}`;

  const time = input.headers['x-amz-date'];
  const day = time.slice(0, 8);
  const scope = `${day}/${input.region}/${input.service}/aws4_request`;
  const key = mac(mac(mac(mac(`AWS4${input.secretKey}`, day), input.region), input.service), 'aws4_request');
  const signature = mac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hex(canonical)}`).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${input.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}
