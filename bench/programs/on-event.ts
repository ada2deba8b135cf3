/** The handler as CDK's Provider framework wants one: it answers by what it returns, and not to CloudFormation. */

import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
// @ts-expect-error: the bundle that ships has no types of its own
import { handler as inner } from '../../assets/handler';

export async function handler(event: any, context: any): Promise<object> {
  let answer = '';
  const server = createServer((request, response) => {
    request.on('data', (chunk) => answer += chunk);
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await inner({ ...event, ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }, context);
  } finally {
    server.close();
  }
  const { Status, Reason, PhysicalResourceId, Data } = JSON.parse(answer);
  if (Status !== 'SUCCESS') throw new Error(Reason);
  return { PhysicalResourceId, Data };
}
