import * as http from 'node:http';
import { LoopbackServer } from './loopback-server';
import { StackResource } from '../../lambda/ports';
import { verifySignature } from '../simulator/signature';

/** CloudFormation and SNS as far as the handler calls them: signed forms, answers in XML. */
export class QueryApis extends LoopbackServer {
  public static start(): Promise<QueryApis> {
    return new QueryApis().listen();
  }

  /** The resource in every answer of DescribeStackResource; absent if there is none. */
  public resource?: StackResource;
  /** The calls that arrived, as forms. */
  public readonly calls: Record<string, string>[] = [];

  protected serve(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void {
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
