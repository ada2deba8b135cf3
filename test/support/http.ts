import { Agent, request } from 'node:http';

/** For what runs on this machine: never through a proxy, whatever the environment says. */
export const loopback = new Agent();

export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

export function send(url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body = '' } = options;
  return new Promise((resolve, reject) => {
    const call = request(url, { method, agent: loopback, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => text += part);
      response.once('error', reject);
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        resolve({ ok: status >= 200 && status < 300, status, text });
      });
    });
    call.once('error', reject);
    call.end(body);
  });
}
