/**
 * Checks the Signature Version 4 of a request, as AWS does before it looks at anything else.
 *
 * Only the form in the Authorization header, and only for services that encode the path twice (all but S3).
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** Path and query string as they were on the wire, undecoded. */
  readonly url: string;
  /** Names and values in turn, as `IncomingMessage.rawHeaders` has them. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface Credential {
  readonly secretKey: string;
  /** Of temporary credentials: must be sent along as x-amz-security-token. */
  readonly sessionToken?: string;
}

export interface SignatureExpectations {
  readonly region: string;
  readonly service: string;
  /** The credential that an access key stands for. */
  readonly lookup: (accessKey: string) => Credential | undefined;
  /** The verifier's time, in milliseconds since the epoch. */
  readonly now: number;
  readonly maxSkewMs?: number;
}

/** Why a request is not authentic. AWS answers all of these with status 403. */
export class SignatureError extends Error {
  constructor(
    public readonly code:
      | 'MissingAuthenticationTokenException' | 'IncompleteSignatureException' | 'UnrecognizedClientException' | 'InvalidSignatureException',
    message: string,
  ) {
    super(message);
    this.name = code;
  }
}

const algorithm = 'AWS4-HMAC-SHA256';
export const defaultMaxSkewMs = 5 * 60_000;

/** Throws a SignatureError unless the request was signed by the holder of a known secret key, for this service, just now, as it is. */
export function verifySignature(request: SignedRequest, expected: SignatureExpectations): void {
  const headers = collectHeaders(request.rawHeaders);
  const authorization = headers.get('authorization');
  if (authorization === undefined) throw new SignatureError('MissingAuthenticationTokenException', 'Missing Authentication Token');

  const { accessKey, scope, signedHeaders, signature } = parseAuthorization(authorization);
  const timestamp = headers.get('x-amz-date');
  if (timestamp === undefined || !/^\d{8}T\d{6}Z$/.test(timestamp)) {
    throw new SignatureError('IncompleteSignatureException', "Authorization header requires existence of a well-formed 'X-Amz-Date' header.");
  }

  const credential = expected.lookup(accessKey);
  if (!credential || credential.sessionToken !== headers.get('x-amz-security-token')) {
    throw new SignatureError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  checkScope(scope, timestamp, expected);
  checkSignedHeaders(signedHeaders, headers);
  checkDate(timestamp, expected);

  const bodyHash = sha256(request.body);
  const announcedHash = headers.get('x-amz-content-sha256');
  if (announcedHash !== undefined && announcedHash !== bodyHash) {
    throw invalid('The value of x-amz-content-sha256 does not match the body.');
  }

  const canonicalRequest = canonicalize(request, headers, signedHeaders, bodyHash);
  const stringToSign = [algorithm, timestamp, scope.join('/'), sha256(canonicalRequest)].join('\n');
  const calculated = scopedKey(credential.secretKey, scope, stringToSign);
  if (!timingSafeEqual(Buffer.from(calculated), Buffer.from(signature))) {
    throw invalid('The request signature we calculated does not match the signature you provided.');
  }
}

/** The decoded pairs of a query string, in their order. A plus sign is a plus sign. */
export function queryPairs(query: string): Array<[string, string]> {
  return query.split('&').filter((part) => part !== '').map((part) => {
    const equals = part.indexOf('=');
    const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
    return [decode(name), decode(value)];
  });
}

function invalid(message: string): SignatureError {
  return new SignatureError('InvalidSignatureException', message);
}

/** Lower-case names; values trimmed, inner spaces folded, repeated headers joined: what the specification signs. */
function collectHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    const value = raw[i + 1].trim().replace(/ +/g, ' ');
    const former = headers.get(name);
    headers.set(name, former === undefined ? value : `${former},${value}`);
  }
  return headers;
}

function parseAuthorization(header: string): { accessKey: string; scope: string[]; signedHeaders: string[]; signature: string } {
  const incomplete = (message: string) => new SignatureError('IncompleteSignatureException', message);
  const [scheme, rest = ''] = header.split(/ (.*)/s);
  if (scheme !== algorithm) throw incomplete(`Unsupported AWS 'algorithm': only ${algorithm} is.`);

  const parameters = new Map(rest.split(',').map((part) => part.trim().split(/=(.*)/s) as [string, string]));
  const [credential, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) => {
    const value = parameters.get(name);
    if (!value) throw incomplete(`Authorization header requires '${name}' parameter.`);
    return value;
  });
  const [accessKey, ...scope] = credential.split('/');
  if (scope.length !== 4) throw incomplete('Credential must have exactly 5 slash-delimited elements.');
  if (!/^[0-9a-f]{64}$/.test(signature)) throw incomplete('Signature must be 64 hexadecimal digits.');
  return { accessKey, scope, signedHeaders: signedHeaders.split(';'), signature };
}

function checkScope([date, region, service, terminator]: readonly string[], timestamp: string, expected: SignatureExpectations): void {
  if (date !== timestamp.slice(0, 8)) throw invalid(`Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date: ${date}`);
  if (region !== expected.region) throw invalid(`Credential should be scoped to a valid region, not '${region}'.`);
  if (service !== expected.service) throw invalid(`Credential should be scoped to correct service: '${expected.service}'.`);
  if (terminator !== 'aws4_request') throw invalid("Credential should be scoped with a valid terminator: 'aws4_request'.");
}

function checkSignedHeaders(signed: readonly string[], headers: ReadonlyMap<string, string>): void {
  const required = ['host', 'x-amz-date', ...[...headers.keys()].filter((name) => name === 'content-type' || name.startsWith('x-amz-'))];
  const unsigned = required.find((name) => !signed.includes(name));
  if (unsigned !== undefined) throw invalid(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  const absent = signed.find((name) => !headers.has(name));
  if (absent !== undefined) throw invalid(`The signed header '${absent}' is not in the request.`);
  if ([...signed].sort().join(';') !== signed.join(';')) throw invalid('Signed headers must be in lower case and sorted.');
}

function checkDate(timestamp: string, { now, maxSkewMs = defaultMaxSkewMs }: SignatureExpectations): void {
  const signedAt = Date.parse(timestamp.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (Number.isNaN(signedAt)) throw new SignatureError('IncompleteSignatureException', "The 'X-Amz-Date' header is not a date.");
  if (signedAt < now - maxSkewMs) throw invalid(`Signature expired: ${timestamp} is now earlier than ${new Date(now - maxSkewMs).toISOString()}`);
  if (signedAt > now + maxSkewMs) throw invalid(`Signature not yet current: ${timestamp} is still later than ${new Date(now + maxSkewMs).toISOString()}`);
}

function canonicalize(request: SignedRequest, headers: ReadonlyMap<string, string>, signedHeaders: readonly string[], bodyHash: string): string {
  const [path, query = ''] = request.url.split(/\?(.*)/s);
  return [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${headers.get(name)}`),
    '',
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n');
}

function canonicalQuery(query: string): string {
  return queryPairs(query)
    .map(([name, value]) => [encode(name), encode(value)])
    .sort((a, b) => byCodeUnit(a[0], b[0]) || byCodeUnit(a[1], b[1]))
    .map((pair) => pair.join('='))
    .join('&');
}

/** Dot segments resolved and empty ones dropped; then what is encoded on the wire is encoded once more. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function scopedKey(secretKey: string, scope: readonly string[], stringToSign: string): string {
  const key = scope.reduce<Buffer | string>((parent, part) => hmac(parent, part), `AWS4${secretKey}`);
  return hmac(key, stringToSign).toString('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** RFC 3986: everything but letters, digits, hyphen, dot, underscore and tilde. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A text that is not properly encoded stays as it is: its signature will not match, which is the right answer. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The specification sorts by code, never by locale. */
function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
