import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { StackResource } from '../../lambda/world';
import { verifySignature } from '../simulator/signature';

/** CloudFormation and SNS as far as the handler calls them: signed forms, answers in XML. */
export class QueryApis {
  public static async start(): Promise<QueryApis> {
    const apis = new QueryApis();
    await new Promise<void>((resolve) => apis.server.listen(0, '127.0.0.1', resolve));
    return apis;
  }

  /** What CloudFormation says of every resource; absent if it knows none. */
  public resource?: StackResource;
  /** The calls that arrived, as forms. */
  public readonly calls: Record<string, string>[] = [];
  private readonly server = http.createServer((request, response) => this.serve(request, response));

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const form = Object.fromEntries(new URLSearchParams(body.toString()));
      this.calls.push(form);
      try {
        verifySignature({ method: request.method!, url: request.url!, rawHeaders: request.rawHeaders, body }, {
          region: 'us-east-1',
          service: form.Action === 'Publish' ? 'sns' : 'cloudformation',
          lookup: (accessKey) => (accessKey === 'test' ? { secretKey: 'test' } : undefined),
          now: Date.now(),
        });
        response.end(this.answer(form));
      } catch (error) {
        const { code = 'ValidationError', message } = error as { code?: string; message: string };
        response.writeHead(code === 'ValidationError' ? 400 : 403)
          .end(`<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`);
      }
    });
  }

  private answer(form: Record<string, string>): string {
    if (form.Action === 'Publish') {
      return '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
    }
    if (!this.resource) {
      throw new Error(`Stack '${form.StackName}' does not exist`);
    }
    const { status, since, physicalId } = this.resource;
    return '<DescribeStackResourceResponse><DescribeStackResourceResult><StackResourceDetail>'
      + `<PhysicalResourceId>${physicalId ?? ''}</PhysicalResourceId><ResourceStatus>${status}</ResourceStatus>`
      + `<LastUpdatedTimestamp>${new Date(since).toISOString()}</LastUpdatedTimestamp>`
      + '</StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>';
  }
}
