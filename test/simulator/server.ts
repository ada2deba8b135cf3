/**
 * The simulated API on HTTP: routing, signatures, the wire form of answers and errors, faults on demand, and a log of what was asked.
 *
 * Under `/webhook/` it takes what the webhooks of associations take, authenticated as each of them demands.
 *
 * Under `/_simulator/` it is controlled from other processes, unsigned:
 *
 * | | body | answer |
 * |---|---|---|
 * | GET health | | `{ status, url, region, account }` |
 * | GET log | | `{ log }` |
 * | GET services | | what exists, as `Snapshot` |
 * | POST consent | `{ token }` or `{ authorizationUrl }` | `{ serviceId }` |
 * | POST faults, DELETE faults | a `FaultRule` or a list of them | `{}` |
 * | POST refusals, DELETE refusals | a `Refusal`; `forMs` instead of `until` counts from now | `{}` |
 * | GET posts | | `{ posts }`: what was posted to webhooks, accepted and refused |
 * | POST agent-spaces | `{ name }` | the agent space |
 * | DELETE agent-spaces | `{ agentSpaceId, force? }` | `{}` |
 * | POST associate | `{ agentSpaceId, serviceId, configuration }` | `{ association, webhook? }` |
 * | POST disassociate | `{ agentSpaceId, associationId }` | `{}` |
 * | POST options | some of `ServiceOptions` | all of them |
 * | POST secrets | `{ secrets: [...] }` to be kept out of the log | `{}` |
 * | POST reset | | `{}` |
 */

import { randomUUID } from 'node:crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Answer, Call, Description, errorAnswer, ProtocolError } from './call';
import { FaultQueue, FaultRule } from './faults';
import { isOperationName } from './model';
import { hide } from './redaction';
import { Clock, DevOpsAgentService, isErrorCode, Refusal, ServiceError, ServiceOptions, Snapshot } from './service';
import { Credential, defaultMaxSkewMs, verifySignature } from './signature';

export type { FaultKind, FaultRule } from './faults';
export { hashOf } from './redaction';

export const signingName = 'aidevops';

export interface SimulatorOptions {
  /** Any free one by default. */
  port?: number;
  /** us-east-1 by default. */
  region?: string;
  /** 000000000000 by default. */
  account?: string;
  /** Secret keys, or whole credentials, by access key. The access key `test` with the secret key `test` by default. */
  credentials?: Readonly<Record<string, string | Credential>>;
  /** The service's time. The system's by default. */
  clock?: Clock;
  /** The time that signatures are checked against: the system's by default even if `clock` is virtual, since signers use that. */
  signingClock?: Clock;
  /** The tolerance for a signature's date; 5 minutes by default. */
  maxSkewMs?: number;
  service?: Partial<ServiceOptions>;
  /** Called with every log entry. */
  onLog?: (entry: LogEntry) => void;
}

/** One request as it was answered, or would have been. Entries are in the order in which requests took effect. */
export interface LogEntry extends Description {
  /** The time of its arrival, by the service's clock. */
  readonly at: number;
  readonly requestId: string;
  readonly signed: boolean;
  /** Absent if nothing was answered. */
  readonly status?: number;
  /** The error code that was answered. */
  readonly error?: string;
  readonly fault?: string;
}

const htmlPage = '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n';
const controlPrefix = '/_simulator/';
const webhookPrefix = '/webhook/';

export class Simulator {
  public static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = new Simulator(options);
    await new Promise<void>((resolve, reject) => {
      simulator.server.once('error', reject);
      simulator.server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return simulator;
  }

  /** The state behind the API, for tests in the same process. */
  public readonly service: DevOpsAgentService;
  public readonly log: LogEntry[] = [];
  private readonly faults = new FaultQueue();
  private readonly secrets = new Set<string>();
  /** Cancels requests that are being delayed. */
  private readonly delayed = new Set<() => void>();
  private readonly server: Server;
  private readonly clock: Clock;

  private constructor(private readonly options: SimulatorOptions) {
    this.clock = options.clock ?? { now: () => Date.now() };
    this.service = new DevOpsAgentService(this.clock, options.service, options.account, options.region);
    this.server = createServer((request, response) => {
      // A connection that broke before its body was complete, or a delayed request that was cancelled: nobody is to be answered.
      this.handle(request, response).catch(() => request.socket.destroy());
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Drops open connections, hanging ones included; what is still delayed never takes effect. */
  public async close(): Promise<void> {
    this.cancelDelayed();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  public injectFault(...rules: FaultRule[]): void {
    this.faults.add(rules);
  }

  public clearFaults(): void {
    this.faults.clear();
  }

  /** Keeps these values out of the log, also where the model sees nothing sensitive. There is no way back, not even a reset. */
  public hideSecrets(secrets: Iterable<string>): void {
    for (const secret of secrets) this.secrets.add(secret);
  }

  /** Back to the beginning: no services, no faults, no log, and the options that it was started with. Delayed requests never take effect. */
  public reset(): void {
    this.cancelDelayed();
    this.service.reset();
    this.faults.clear();
    this.log.length = 0;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = this.clock.now();
    const requestId = randomUUID();
    response.setHeader('x-amzn-requestid', requestId);
    const body = await readBody(request);
    const url = request.url ?? '/';
    if (url.startsWith(controlPrefix)) {
      send(response, this.control(request, url.slice(controlPrefix.length), body));
      return;
    }
    if (request.method === 'POST' && url.startsWith(webhookPrefix)) {
      const { status } = this.service.webhooks.receive(url, request.headers, body);
      send(response, { status, body: { message: status === 200 ? 'Webhook received' : 'Not authorized' } });
      return;
    }

    const call = new Call(request.method ?? '', url, body);
    const record = (outcome: Partial<LogEntry>) => this.record({ at, requestId, signed: true, ...call.describe(this.service), ...outcome });
    const answer = (given: Answer, outcome: Partial<LogEntry> = {}) => {
      record({ status: given.status, error: given.errorType, ...outcome });
      send(response, given);
    };

    try {
      verifySignature({ method: request.method ?? '', url, rawHeaders: request.rawHeaders, body }, {
        region: this.service.region,
        service: signingName,
        lookup: (accessKey) => this.credential(accessKey),
        now: (this.options.signingClock ?? { now: () => Date.now() }).now(),
        maxSkewMs: this.options.maxSkewMs ?? defaultMaxSkewMs,
      });
    } catch (error) {
      answer(errorAnswer(error), { signed: false });
      return;
    }

    const rule = call.operation && this.faults.next(call.operation, call.describe(this.service).service);
    const fault = rule?.kind;
    switch (fault) {
      case 'delay':
        await this.wait(rule?.ms ?? 0);
        break;
      case 'resetBefore':
        record({ fault });
        request.socket.resetAndDestroy();
        return;
      case 'status429':
        return answer(errorAnswer(new ServiceError('ThrottlingException', 'Rate exceeded')), { fault });
      case 'status500Before':
        return answer(errorAnswer(new ServiceError('InternalServerException', 'Internal server error')), { fault });
      case 'accessDenied':
        return answer(errorAnswer(new ServiceError(
          'AccessDeniedException',
          `User: arn:aws:sts::${this.service.account}:assumed-role/caller/session is not authorized to perform: aidevops:${call.operation}`,
        )), { fault });
      case 'htmlBefore':
        record({ fault, status: 502 });
        sendHtml(response);
        return;
    }

    // From here on the request has its effect, and what may still go wrong is its answer.
    const result = call.perform(this.service, request.headers['content-type']);
    const serviceId = (result.body as { serviceId?: string } | undefined)?.serviceId ?? call.describe(this.service).serviceId;
    const outcome: Partial<LogEntry> = { ...(fault && { fault }), ...(serviceId !== undefined && { serviceId }) };
    switch (fault) {
      case 'resetAfter':
        record(outcome);
        request.socket.resetAndDestroy();
        return;
      case 'hangAfter':
        record(outcome);
        return;
      case 'status500After':
        return answer(errorAnswer(new ServiceError('InternalServerException', 'Internal server error')), outcome);
      case 'htmlAfter':
        record({ ...outcome, status: 502 });
        sendHtml(response);
        return;
      case 'malformedAfter': {
        const text = JSON.stringify(result.body ?? {});
        record({ ...outcome, status: result.status });
        response.writeHead(result.status, { 'content-type': 'application/json' }).end(text.slice(0, -1));
        return;
      }
      default:
        return answer(result, outcome);
    }
  }

  private credential(accessKey: string): Credential | undefined {
    const credentials = this.options.credentials ?? { test: 'test' };
    if (!Object.hasOwn(credentials, accessKey)) return undefined;
    const credential = credentials[accessKey];
    return typeof credential === 'string' ? { secretKey: credential } : credential;
  }

  private record(entry: Omit<LogEntry, 'path' | 'query'> & Partial<LogEntry>): void {
    const secrets = [...this.secrets, ...this.service.webhooks.credentials];
    const shown = hide(secrets, JSON.parse(JSON.stringify({ path: {}, query: {}, ...entry }))) as LogEntry;
    this.log.push(shown);
    this.options.onLog?.(shown);
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.delayed.delete(cancel);
        resolve();
      }, ms);
      const cancel = (): void => {
        clearTimeout(timer);
        reject(new Error('cancelled'));
      };
      this.delayed.add(cancel);
    });
  }

  private cancelDelayed(): void {
    this.delayed.forEach((cancel) => cancel());
    this.delayed.clear();
  }

  private control(request: IncomingMessage, path: string, body: Buffer): Answer {
    if (!/^(::ffff:)?127\.|^::1$/.test(request.socket.remoteAddress ?? '')) return { status: 403, body: { message: 'Loopback only' } };
    try {
      const input = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
      return { status: 200, body: this.steer(`${request.method} ${path}`, input) ?? {} };
    } catch (error) {
      const { status } = error as Partial<ServiceError>;
      return { status: status ?? 400, body: { message: (error as Error).message } };
    }
  }

  // The control surface is used by the project's own tests: types are trusted, names are not.
  private steer(command: string, input: any): unknown {
    switch (command) {
      case 'GET health': return { status: 'ok', url: this.url, region: this.service.region, account: this.service.account };
      case 'GET log': return { log: this.log };
      case 'GET services': return hide(this.secrets, this.service.snapshot()) as Snapshot;
      case 'POST consent': return { serviceId: this.service.consent(input.token ?? input.authorizationUrl) };
      case 'POST faults': {
        const rules: FaultRule[] = Array.isArray(input) ? input : [input];
        const unknown = rules.find(({ operation }) => !isOperationName(operation));
        if (unknown) throw new Error(`No such operation: ${unknown.operation}`);
        return this.injectFault(...rules);
      }
      case 'DELETE faults': return this.clearFaults();
      case 'POST refusals': {
        const { forMs, ...rule } = input as Refusal & { forMs?: number };
        if (rule.code !== undefined && !isErrorCode(rule.code)) throw new Error(`No such error: ${rule.code}`);
        return this.service.refuse(forMs === undefined ? rule : { ...rule, until: this.clock.now() + forMs });
      }
      case 'DELETE refusals': return this.service.clearRefusals();
      case 'GET posts': return { posts: this.service.webhooks.posts };
      case 'POST agent-spaces': return this.service.createAgentSpace(input.name);
      case 'DELETE agent-spaces': return this.service.deleteAgentSpace(input.agentSpaceId, input);
      case 'POST associate': return this.service.associateService(input);
      case 'POST disassociate': return this.service.disassociateService(input);
      case 'POST options':
        this.service.configure(input);
        return this.service.options;
      case 'POST secrets': return this.hideSecrets(input.secrets);
      case 'POST reset': return this.reset();
      default: throw new ProtocolError('NotFound', 404, `No such command: ${command}`);
    }
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, body, errorType }: Answer): void {
  if (errorType !== undefined) response.setHeader('x-amzn-errortype', errorType);
  if (status === 204) response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
}

function sendHtml(response: ServerResponse): void {
  response.writeHead(502, { 'content-type': 'text/html' }).end(htmlPage);
}
