import * as http from 'node:http';
import { LoopbackServer } from './loopback-server';

/** The bucket that CloudFormation signs its response URLs for. */
export interface ReceivedAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: { readonly [attribute: string]: string };
}

/** The bucket that a custom resource's answer is put into. */
export class ResponseBucket extends LoopbackServer {
  public static start(): Promise<ResponseBucket> {
    return new ResponseBucket().listen();
  }

  public readonly answers: ReceivedAnswer[] = [];
  /** Every byte that arrived, for searches. */
  public readonly raw: string[] = [];
  /** The number of next answers that are refused. */
  public refuse = 0;

  /** A response URL as CloudFormation signs it at this time. */
  public signedUrl(at = new Date()): string {
    const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
    return `${this.url}/response?X-Amz-Date=${date}&X-Amz-Signature=signed-url-canary`;
  }

  protected serve(request: http.IncomingMessage, content: Buffer, response: http.ServerResponse): void {
    const body = content.toString();
    if (this.refuse > 0) {
      this.refuse--;
      response.writeHead(503).end('slow down');
      return;
    }
    const length = Number(request.headers['content-length']);
    if (request.method !== 'PUT' || request.headers['content-type'] !== '' || length !== Buffer.byteLength(body) || length > 4096) {
      response.writeHead(403).end('the signature does not match');
      return;
    }
    this.raw.push(body);
    this.answers.push(JSON.parse(body));
    response.writeHead(200).end();
  }
}
