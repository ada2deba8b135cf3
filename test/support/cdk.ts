import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, cleanEnvironment, Workspace } from './workspace';

const CLI = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

export interface CdkResult {
  readonly code: number | null;
  readonly output: string;
}

/** The CDK's own command line, on the local engine. */
export class Cdk {
  private running?: ChildProcess;

  /** @param app The folder with the application's cdk.json. */
  constructor(private readonly workspace: Workspace, private readonly engineUrl: string, private readonly app: string,
    private readonly show: (text: string) => void = () => {}) {}

  /** Everything that the CLI is started with. */
  public get environment(): Record<string, string> {
    return {
      ...cleanEnvironment(this.workspace),
      AWS_ENDPOINT_URL: this.engineUrl,
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CDK_DISABLE_VERSION_CHECK: '1',
      CI: '1',
      NO_COLOR: '1',
    };
  }

  public command(...args: string[]): string[] {
    return [process.execPath, CLI, '--no-notices', '--no-version-reporting', '--no-color', '--output', join(this.workspace.dir, 'cdk.out'), ...args];
  }

  public run(...args: string[]): Promise<CdkResult> {
    const [program, ...rest] = this.command(...args);
    return new Promise((resolve, reject) => {
      // Not detached: a Ctrl-C in the terminal is to end it too, whoever started it.
      const child = spawn(program, rest, { cwd: this.app, env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
      this.running = child;
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          this.show(text);
        });
      }
      child.once('error', reject);
      child.once('close', (code) => {
        this.running = undefined;
        resolve({ code, output });
      });
    });
  }

  /** Ends what is running, if anything is. */
  public kill(): void {
    this.running?.kill('SIGKILL');
  }
}
