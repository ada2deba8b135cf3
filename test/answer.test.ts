import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { answer, put } from '../lambda/answer';
import { CloudFormationEvent } from '../lambda/wire/event';

// The answer on its way to CloudFormation.
const EVENT: CloudFormationEvent = {
  RequestType: 'Create', ResponseURL: 'https://bucket.example/signed-canary', StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Resource', ResourceProperties: {},
};
const OUTCOME = { status: 'SUCCESS', physicalId: 'id', data: { ServiceId: 'service' } } as const;

function sending(failures: unknown[]) {
  const sent: [string, string][] = [];
  const pauses: number[] = [];
  const clock = { now: () => 0, remaining: () => 300_000, random: () => 1, sleep: async (ms: number) => { pauses.push(ms); } };
  const answers = {
    put: async (url: string, body: string) => {
      sent.push([url, body]);
      if (sent.length <= failures.length) {
        throw failures[sent.length - 1];
      }
    },
  };
  return { sent, pauses, done: answer(EVENT, OUTCOME, { answers, clock }) };
}

test('an answer is sent once, to the URL of the event', async () => {
  const { sent, pauses, done } = sending([]);
  await done;
  expect(sent.map(([url, body]) => [url, JSON.parse(body)])).toEqual([[EVENT.ResponseURL, {
    Status: 'SUCCESS', Reason: '', PhysicalResourceId: 'id', StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Resource', Data: { ServiceId: 'service' },
  }]]);
  expect(pauses).toEqual([]);
});

test('an answer that is not taken is sent up to five times, with pauses of two seconds at most', async () => {
  const refused = Object.assign(new Error('signed-canary'), { code: 'status 503' });
  const { sent, pauses, done } = sending(Array(4).fill(refused));
  await done;
  expect([sent.length, pauses]).toEqual([5, [500, 1_000, 2_000, 2_000]]);
});

test('an answer that is never taken fails the invocation, with the code alone: the URL is a capability', async () => {
  await expect(sending(Array(5).fill(Object.assign(new Error('signed-canary'), { code: 'status 403' }))).done)
    .rejects.toThrow(/^CloudFormation did not take the answer \(status 403\)$/);
  await expect(sending(Array(5).fill(new Error('signed-canary'))).done).rejects.toThrow(/^CloudFormation did not take the answer \(refused\)$/);
});

describe('on the wire', () => {
  let server: http.Server;
  let status: number;
  let requests: { method?: string; headers: http.IncomingHttpHeaders; body: string }[];
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
  beforeAll(async () => {
    server = http.createServer((request, response) => {
      let body = '';
      request.on('data', (part) => { body += part; });
      request.on('end', () => {
        requests.push({ method: request.method, headers: request.headers, body });
        response.writeHead(status).end('thanks');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => { requests = []; });

  test('it is put without a content type, with its length in bytes', async () => {
    status = 200;
    await put(url(), '{"é":1}');
    expect(requests).toEqual([{ method: 'PUT', body: '{"é":1}', headers: expect.objectContaining({ 'content-type': '', 'content-length': '8' }) }]);
  });

  test.each([[299, 'is taken'], [300, 'status 300'], [403, 'status 403'], [503, 'status 503']])('with the status %d it %s', async (code, told) => {
    status = code;
    await expect(put(url(), '{}').then(() => 'is taken', (error) => error.code)).resolves.toBe(told);
  });

  test('it fails where nobody listens', async () => {
    await expect(put('http://127.0.0.1:9/answer', '{}')).rejects.toMatchObject({ code: expect.any(String) });
  });
});
