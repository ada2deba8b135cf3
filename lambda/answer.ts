import * as http from 'node:http';
import * as https from 'node:https';
import { backoff } from './clock';
import { foreign } from './failure';
import { Ports } from './ports';
import { CloudFormationEvent } from './wire/event';

/** The outcome of an event, as CloudFormation is told. */
export type Outcome =
  | { readonly status: 'SUCCESS'; readonly physicalId: string; readonly data: { readonly [attribute: string]: string } }
  | { readonly status: 'FAILED'; readonly physicalId: string; readonly reason: string };

/** The most bytes of an answer. CloudFormation ignores a longer one, and waits until its timeout. */
export const LIMIT = 4096;
const ATTEMPTS = 5;
const TIMEOUT = 8_000;

/** The body of an answer, never longer than CloudFormation takes. */
export function answerBody(event: CloudFormationEvent, outcome: Outcome): string {
  const body = (reason: string) => JSON.stringify({
    Status: outcome.status,
    Reason: reason,
    PhysicalResourceId: outcome.physicalId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    ...(outcome.status === 'SUCCESS' ? { Data: outcome.data } : {}),
  });
  return body(outcome.status === 'FAILED' ? foreign(outcome.reason, LIMIT - Buffer.byteLength(body(''))) : '');
}

/** Sends the answer to CloudFormation. Rejects if it is not taken: Lambda then delivers the event again. */
export async function answer(event: CloudFormationEvent, outcome: Outcome, { answers, clock }: Pick<Ports, 'answers' | 'clock'>): Promise<void> {
  const body = answerBody(event, outcome);
  for (let attempt = 1; ; attempt++) {
    try {
      await answers.put(event.ResponseURL, body);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) {
        // Neither the URL nor the error's own text, which quotes its host and path: it is a signed capability.
        throw new Error(`CloudFormation did not take the answer (${(error as { code?: string }).code ?? 'refused'})`);
      }
      await clock.sleep(backoff(clock, attempt, 2_000));
    }
  }
}

/** Writes an answer to the signed URL. */
export function put(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith('http:') ? http : https;
    const call = request(url, {
      method: 'PUT',
      // S3 signed the URL without a content type, so an empty one is what matches.
      headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) },
      timeout: TIMEOUT,
    }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode! < 300 ? resolve() : reject(Object.assign(new Error(), { code: `status ${response.statusCode}` }))));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(Object.assign(new Error(), { code: 'timeout' })));
    call.on('error', reject);
    call.end(body);
  });
}
