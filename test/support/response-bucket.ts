import * as http from 'node:http';
import { AddressInfo } from 'node:net';

/** What CloudFormation reads from the bucket that it signs its response URLs for. */
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
export class ResponseBucket {
  public static async start(): Promise<ResponseBucket> {
    const bucket = new ResponseBucket();
    await new Promise<void>((resolve) => bucket.server.listen(0, '127.0.0.1', resolve));
    return bucket;
  }

  public readonly answers: ReceivedAnswer[] = [];
  /** Every byte that arrived, for searches. */
  public readonly raw: string[] = [];
  /** How many of the next answers are refused. */
  public refuse = 0;
  private readonly server = http.createServer((request, response) => this.take(request, response));

  /** A response URL as CloudFormation signs it at this time. */
  public url(at = new Date()): string {
    const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/response?X-Amz-Date=${date}&X-Amz-Signature=signed-url-canary`;
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: http.IncomingMessage, response: http.ServerResponse): void {
    let body = '';
    request.on('data', (chunk) => body += chunk);
    request.on('end', () => {
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
    });
  }
}
