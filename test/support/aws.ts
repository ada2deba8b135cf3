import { send } from './http';
import { REGION } from './workspace';

/** The local engine's APIs, as far as the demo and the tests ask them anything. The engine does not check signatures: it reads the service from one. */
export class Aws {
  constructor(private readonly endpoint: string) {}

  public async createSecret(name: string, text: string): Promise<void> {
    await this.json('secretsmanager', 'secretsmanager.CreateSecret', { Name: name, SecretString: text });
  }

  /** The text of a secret's current version. */
  public async secretValue(id: string): Promise<string> {
    return (await this.json('secretsmanager', 'secretsmanager.GetSecretValue', { SecretId: id })).SecretString;
  }

  /** Invokes a Lambda function, which must not fail; returns its answer. */
  public async invoke(functionName: string, event: object): Promise<any> {
    const { ok, text } = await send(`${this.endpoint}/2015-03-31/functions/${functionName}/invocations`, {
      method: 'POST', headers: { authorization: authorization('lambda') }, body: JSON.stringify(event),
    });
    const answer = ok ? JSON.parse(text) : { errorMessage: text };
    if (answer?.errorMessage) throw new Error(`${functionName}: ${answer.errorMessage}`);
    return answer;
  }

  /** Everything that all Lambda functions have logged. */
  public async lambdaLogs(): Promise<string> {
    const { logGroups } = await this.json('logs', 'Logs_20140328.DescribeLogGroups', {});
    const texts = await Promise.all(logGroups.map(async ({ logGroupName }: { logGroupName: string }) => {
      const { events } = await this.json('logs', 'Logs_20140328.FilterLogEvents', { logGroupName });
      return events.map(({ message }: { message: string }) => message).join('\n');
    }));
    return texts.join('\n');
  }

  /** Stores an object in a bucket that is made for it if need be; returns its URL. */
  public async putObject(bucket: string, key: string, body: string): Promise<string> {
    for (const [path, content] of [[bucket, ''], [`${bucket}/${key}`, body]]) {
      const answer = await send(`${this.endpoint}/${path}`, { method: 'PUT', headers: { authorization: authorization('s3') }, body: content });
      if (!answer.ok && answer.status !== 409) throw new Error(`PUT ${path}: ${answer.text}`);
    }
    return `${this.endpoint}/${bucket}/${key}`;
  }

  /** Calls CloudFormation; the answer is its XML. */
  public async cloudFormation(action: string, parameters: Record<string, string>): Promise<string> {
    const { ok, text } = await send(this.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'authorization': authorization('cloudformation') },
      body: new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters }).toString(),
    });
    if (!ok) throw new Error(`${action}: ${(valuesOf(text, 'Message')[0] ?? text).slice(-500)}`);
    return text;
  }

  /** The status of a stack; undefined if there is none. */
  public async stackStatus(name: string): Promise<string | undefined> {
    try {
      return valuesOf(await this.cloudFormation('DescribeStacks', { StackName: name }), 'StackStatus')[0];
    } catch (error) {
      if (/does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  private async json(service: string, target: string, body: object): Promise<any> {
    const { ok, text } = await send(this.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, 'authorization': authorization(service) },
      body: JSON.stringify(body),
    });
    if (!ok) throw new Error(`${target}: ${text}`);
    return JSON.parse(text);
  }
}

/** The texts of all elements of this name in an answer of CloudFormation's. */
export function valuesOf(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text]) => unescape(text));
}

function unescape(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex ?? decimal) return String.fromCodePoint(parseInt(hex ?? decimal, hex ? 16 : 10));
    return named[name] ?? whole;
  });
}

function authorization(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
