/** A client of the simulator over HTTP, for its own tests. */

import { IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { RegisterServiceInput } from './service';
import { sign } from './signer';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: any;
}

export interface Tweaks {
  headers?: Record<string, string>;
  /** Sent, but not signed. */
  unsignedHeaders?: Record<string, string>;
  accessKey?: string;
  secretKey?: string;
  region?: string;
  service?: string;
  /** The error of the signature's date. */
  skewMs?: number;
  /** Sent instead of the body that was signed. */
  replacedBody?: string;
  timeoutMs?: number;
}

export function send(url: string, method: string, target: string, headers: Record<string, string>, body = '', timeoutMs = 5000): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // A body of DELETE would go without its length otherwise.
    const sized = body === '' ? headers : { ...headers, 'content-length': Buffer.byteLength(body) };
    const outgoing = httpRequest(url + target, { method, headers: sized, agent: false, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          json = undefined;
        }
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: json });
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** One signed request; a body that is not a string is sent as JSON. */
export function call(url: string, method: string, target: string, body?: unknown, tweaks: Tweaks = {}): Promise<Answer> {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const [path, query] = target.split('?');
  const date = new Date(Date.now() + (tweaks.skewMs ?? 0)).toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = {
    'host': new URL(url).host,
    'x-amz-date': date,
    ...(text !== '' && { 'content-type': 'application/json' }),
    ...tweaks.headers,
    ...tweaks.unsignedHeaders,
  };
  headers.authorization = sign({
    method,
    path,
    query,
    headers,
    body: text,
    accessKey: tweaks.accessKey ?? 'test',
    secretKey: tweaks.secretKey ?? 'test',
    region: tweaks.region ?? 'us-east-1',
    service: tweaks.service ?? 'aidevops',
    unsigned: Object.keys(tweaks.unsignedHeaders ?? {}),
  });
  return send(url, method, target, headers, tweaks.replacedBody ?? text, tweaks.timeoutMs);
}

export function register(url: string, input: RegisterServiceInput, tweaks?: Tweaks): Promise<Answer> {
  const { service, ...body } = input;
  return call(url, 'POST', `/v1/register/${service}`, body, tweaks);
}

export async function control(url: string, method: string, command: string, body?: unknown): Promise<any> {
  const answer = await send(url, method, `/_simulator/${command}`, {}, body === undefined ? '' : JSON.stringify(body));
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.body;
}
