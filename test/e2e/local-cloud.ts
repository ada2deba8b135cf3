import { existsSync, readFileSync } from 'node:fs';
import { IncomingMessage, request, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { judged } from '../conformance/judge';
import { LogEntry, Simulator } from '../simulator/server';
import { Aws } from '../support/aws';
import { Engine } from '../support/engine';
import { loopback } from '../support/http';
import { Text } from '../support/leaks';
import { LoopbackServer } from '../support/loopback-server';
import { filesIn } from '../support/secrets';
import { ACCOUNT, newWorkspace, REGION, ROOT, Workspace } from '../support/workspace';

/** A local AWS of a test's own: the engine, the simulated API, and a record of all that the handler was given, answered and logged. */
export class LocalCloud {
  public static async start(name: string): Promise<LocalCloud> {
    const workspace = newWorkspace(join('e2e', name));
    const simulator = await Simulator.start({ region: REGION, account: ACCOUNT, credentials: { [ACCOUNT]: 'test' } });
    const secrets = await SecretsManagerProxy.start();
    const record = join(workspace.dir, 'handler.record');
    const engine = await Engine.start(workspace, {
      AWS_ENDPOINT_URL_DEVOPS_AGENT: simulator.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, 'recorder.js'))}`,
      RECORD_TO: record,
      // The runtimes of AWS Lambda bring AWS's SDK along.
      NODE_PATH: join(ROOT, 'node_modules'),
    });
    secrets.target = engine.url;
    process.once('exit', () => engine.kill());
    return new LocalCloud(workspace, engine, simulator, secrets, record);
  }

  public readonly aws: Aws;

  private constructor(
    public readonly workspace: Workspace,
    public readonly engine: Engine,
    public readonly simulator: Simulator,
    public readonly secrets: SecretsManagerProxy,
    private readonly record: string,
  ) {
    this.aws = new Aws(engine.url);
  }

  public async stop(): Promise<void> {
    await this.engine.stop();
    await this.simulator.close();
    await this.secrets.close();
  }

  /** The handler's events (EVENT), answers (ANSWER) and log lines (LOG). */
  public recorded(): string {
    return existsSync(this.record) ? readFileSync(this.record, 'utf8') : '';
  }

  /** All that was written down anywhere. */
  public texts(): Text[] {
    return [...filesIn(this.workspace.dir), { where: 'the simulated API\'s log', text: JSON.stringify(this.simulator.log) }];
  }

  /** The names of what exists with a name that begins so: registered, or waiting for consent. */
  public registered(prefix: string): string[] {
    const { services, pending } = this.simulator.service.snapshot();
    return [...services, ...pending].map(({ name = '' }) => name).filter((name) => name.startsWith(prefix));
  }
}

/** Stands before the engine's Secrets Manager, and denies what a role may not read: the engine enforces no policies. */
export class SecretsManagerProxy extends LoopbackServer {
  public static start(): Promise<SecretsManagerProxy> {
    return new SecretsManagerProxy().listen();
  }

  public target = '';
  /** The secrets that nobody may read, by name. */
  public readonly denied = new Set<string>();
  public reads = 0;

  protected serve(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
    this.reads++;
    const { SecretId } = JSON.parse(body.toString());
    if ([...this.denied].some((name) => SecretId.includes(name))) {
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      outgoing.end(JSON.stringify({
        __type: 'AccessDeniedException',
        Message: `User is not authorized to perform: secretsmanager:GetSecretValue on resource: ${SecretId} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
      }));
      return;
    }
    request(this.target, { method: 'POST', agent: loopback, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    }).on('error', () => outgoing.destroy()).end(body);
  }
}

/** The problems that boto3's model of the API has with requests of the log. A credential that was replaced by its hash is a string like any other. */
export function modelProblems(log: readonly LogEntry[]): string[][] {
  return judged(log.map(({ operation, path, query, body }) =>
    ({ operation: operation!, input: { ...path, ...numbers(query), ...body as object } })));
}

/** In a query string a number is a text. */
function numbers(query: LogEntry['query']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, name === 'maxResults' ? Number(value) : value]));
}
