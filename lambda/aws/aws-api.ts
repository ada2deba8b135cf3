import { fromBase64, fromUtf8, Hash, toBase64, toUtf8 } from '@smithy/core/serde';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsCredentialIdentityProvider, ClientProtocol, HttpRequest, HttpResponse, OperationSchema } from '@smithy/types';
import { CallError, CONNECT_TIMEOUT } from '../devops-agent';

type AwsProtocol = ClientProtocol<HttpRequest, HttpResponse>;

/** The endpoint and the credentials that an API is called with. */
export interface Caller {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  readonly endpoint: string;
}

/** An API of AWS. */
export interface AwsApi extends Caller {
  readonly signingName: string;
  /** The longest time without a response, in milliseconds. */
  readonly timeout: number;
  /** A protocol keeps the state of the request that it reads or writes, so each call has its own. */
  readonly protocol: () => AwsProtocol;
}

/** One call: its input in, its output out, or a CallError. */
export type Call = (operation: OperationSchema, input: object) => Promise<Record<string, any>>;

/** Signs the calls of a service. */
export function signerOf({ region, credentials }: Caller, service: string): SignatureV4 {
  return new SignatureV4({ service, region, credentials, sha256: Hash.bind(null, 'sha256') });
}

/** Calls an API over HTTPS, on the runtime that AWS's own generated clients stand on: no retries, no chain of middleware. */
export function awsApi(api: AwsApi): Call {
  const url = new URL(api.endpoint);
  const http = new NodeHttpHandler({
    connectionTimeout: CONNECT_TIMEOUT,
    requestTimeout: api.timeout,
    // After the headers, a body may hang too.
    socketTimeout: api.timeout,
    throwOnRequestTimeout: true,
  });
  const signer = signerOf(api, api.signingName);
  const context = {
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
    streamCollector,
    requestHandler: http,
    endpoint: async () => ({ protocol: url.protocol, hostname: url.hostname, port: url.port ? Number(url.port) : undefined, path: url.pathname }),
  } as unknown as Parameters<AwsProtocol['serializeRequest']>[2] & Parameters<AwsProtocol['deserializeResponse']>[1];

  return async (operation, input) => {
    const protocol = api.protocol();
    protocol.setSerdeContext(context);
    let response: HttpResponse;
    try {
      const request = await protocol.serializeRequest(operation, input, context);
      request.headers.host = url.host;
      response = (await http.handle(await signer.sign(request) as never)).response;
    } catch (error) {
      const { code, name, message } = error as Error & { code?: string };
      throw new CallError(operation.name, code ?? name, message);
    }
    if (response.statusCode >= 300) {
      throw await refusal(operation, response);
    }
    try {
      return await protocol.deserializeResponse(operation, context, response) as Record<string, any>;
    } catch (error) {
      // The parser's message quotes what it could not read, and that may be anything.
      throw new CallError(operation.name, 'UnreadableAnswer', `status ${response.statusCode} with a body that is not the service's (${(error as Error).name})`);
    }
  };
}

/** The error that a response stands for. The page of a proxy in between has neither code nor message. */
async function refusal(operation: OperationSchema, response: HttpResponse): Promise<CallError> {
  const answer = await errorBody(response);
  const header = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'x-amzn-errortype')?.[1];
  const code = [header, answer.__type, answer.code, `HTTP${response.statusCode}`].find(isText)!.split(':')[0].replace(/^.*#/, '');
  const message = [answer.message, answer.Message, 'no message'].find(isText)!;
  const fields = (Array.isArray(answer.fieldList) ? answer.fieldList : []).map((field) => `${field?.path}: ${field?.message}`).join(', ');
  return new CallError(operation.name, code, fields ? `${message} (${fields})` : message, response.statusCode);
}

async function errorBody(response: HttpResponse): Promise<{ [member: string]: unknown }> {
  try {
    return Object(JSON.parse(toUtf8(await streamCollector(response.body))));
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
