import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols';
import { Sha256 } from '@smithy/core/checksum';
import { fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsCredentialIdentityProvider, HttpRequest, HttpResponse } from '@smithy/types';
import { CallError, CONNECT_TIMEOUT, DevOpsAgent, READ_TIMEOUT, ServiceSummary } from './devops-agent';
import { agentSpaceOperations, Operation, serviceOperations } from './schema';

const NAMESPACE = 'com.amazonaws.devopsagent';
const SIGNING_NAME = 'aidevops';

export interface ClientOptions {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  readonly endpoint?: string;
}

/** The DevOps Agent API over HTTPS, on the runtime that AWS's own generated clients stand on. */
export function devOpsAgentClient(options: ClientOptions): DevOpsAgent {
  const url = new URL(options.endpoint ?? `https://cp.aidevops.${options.region}.api.aws`);
  const http = new NodeHttpHandler({
    connectionTimeout: CONNECT_TIMEOUT,
    requestTimeout: READ_TIMEOUT,
    // After the headers, a body may hang too.
    socketTimeout: READ_TIMEOUT,
    throwOnRequestTimeout: true,
  });
  const signer = new SignatureV4({ service: SIGNING_NAME, region: options.region, credentials: options.credentials, sha256: Sha256 });
  const context = {
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
    streamCollector,
    requestHandler: http,
    endpoint: async () => ({ protocol: url.protocol, hostname: url.hostname, port: url.port ? Number(url.port) : undefined, path: url.pathname }),
  } as unknown as Parameters<AwsRestJsonProtocol['serializeRequest']>[2] & Parameters<AwsRestJsonProtocol['deserializeResponse']>[1];

  async function send(operation: Operation, input: object): Promise<Record<string, any>> {
    // A protocol keeps the state of the request that it reads or writes, so each call has its own.
    const protocol = new AwsRestJsonProtocol({ defaultNamespace: NAMESPACE });
    protocol.setSerdeContext(context);
    let response: HttpResponse;
    try {
      const request = await protocol.serializeRequest(operation.schema, input, context) as HttpRequest;
      request.headers.host = url.host;
      response = (await http.handle(await signer.sign(request) as never)).response;
    } catch (error) {
      throw new CallError(operation.name, (error as Error).name, (error as Error).message);
    }
    if (response.statusCode >= 300) {
      throw await refusal(operation, response);
    }
    try {
      return await protocol.deserializeResponse(operation.schema, context, response) as Record<string, any>;
    } catch (error) {
      // The parser's message quotes what it could not read, and that may be anything.
      throw new CallError(operation.name, 'UnreadableAnswer', `status ${response.statusCode} with a body that is not the service's (${(error as Error).name})`);
    }
  }

  return {
    register: async (input) => {
      const { serviceId, additionalStep } = await send(serviceOperations.register, input);
      const consentUrl = additionalStep?.oauth?.authorizationUrl;
      if (serviceId === undefined && consentUrl === undefined) {
        throw new CallError(serviceOperations.register.name, 'UnreadableAnswer', 'a success with neither a service id nor a consent URL');
      }
      return { serviceId, consentUrl };
    },
    deregister: async (serviceId) => {
      await send(serviceOperations.deregister, { serviceId });
    },
    get: async (serviceId) => {
      const { service, tags } = await send(serviceOperations.get, { serviceId });
      return { service: summary(service), tags: tags ?? {} };
    },
    list: async (filterServiceType, nextToken) => {
      const page = await send(serviceOperations.list, { filterServiceType, maxResults: 100, nextToken });
      return { services: (page.services ?? []).map(summary), nextToken: page.nextToken };
    },
    tag: async (resourceArn, tags) => {
      await send(serviceOperations.tag, { resourceArn, tags });
    },
    untag: async (resourceArn, tagKeys) => {
      await send(serviceOperations.untag, { resourceArn, tagKeys });
    },
    listAgentSpaces: async (nextToken) => {
      const page = await send(agentSpaceOperations.listAgentSpaces, { maxResults: 100, nextToken });
      return { agentSpaces: page.agentSpaces ?? [], nextToken: page.nextToken };
    },
    listAssociations: async (agentSpaceId, nextToken) => {
      const page = await send(agentSpaceOperations.listAssociations, { agentSpaceId, maxResults: 100, nextToken });
      return { associations: page.associations ?? [], nextToken: page.nextToken };
    },
  };
}

function summary({ additionalServiceDetails, ...service }: Record<string, any>): ServiceSummary {
  return { ...service as ServiceSummary, details: additionalServiceDetails };
}

/** What the service said, whatever stood between it and us: a proxy's HTML page has neither code nor message. */
async function refusal(operation: Operation, response: HttpResponse): Promise<CallError> {
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
