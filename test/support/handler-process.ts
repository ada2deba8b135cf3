import { ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';

/** The bundle that ships, in a process of its own. */
export const HANDLER = path.join(__dirname, '..', '..', 'assets', 'handler');

/** The environment of the function, with these two for the services that it calls. */
export function environmentFor(api: { readonly url: string }, secrets: { readonly url: string }): { [name: string]: string } {
  return {
    PATH: process.env.PATH!,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DEVOPS_AGENT: api.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    PROVIDER: 'Tools/DevOpsAgentProvider',
  };
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All that the process wrote to standard output and standard error. */
  readonly output: string;
}

/** One invocation of the handler as Lambda makes it: event and context in, nothing out but the answer and the log. */
export class Invocation {
  public readonly finished: Promise<Finished>;
  private readonly child: ChildProcess;

  constructor(event: object, environment: { [name: string]: string }, timeoutMs = 300_000) {
    const driver = `
      const { handler } = require(${JSON.stringify(HANDLER)});
      const event = JSON.parse(require('fs').readFileSync(0, 'utf8'));
      const end = Date.now() + ${timeoutMs};
      handler(event, { getRemainingTimeInMillis: () => end - Date.now() })
        .then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });`;
    this.child = spawn(process.execPath, ['-e', driver], { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    this.child.stdout!.on('data', (chunk) => output += chunk);
    this.child.stderr!.on('data', (chunk) => output += chunk);
    this.finished = new Promise((resolve) => this.child.on('close', (code, signal) => resolve({ code, signal, output })));
    this.child.stdin!.end(JSON.stringify(event));
  }

  /** Ends the process at once, as an out-of-memory or a time-out does. */
  public kill(): void {
    this.child.kill('SIGKILL');
  }
}
