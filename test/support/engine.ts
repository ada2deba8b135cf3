import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { send } from './http';
import { Missing, oneLine } from './missing';
import { ENGINE } from './python';
import { cleanEnvironment, REGION, Workspace } from './workspace';

const START_TIMEOUT = 30_000;
const STOP_PATIENCE = 3_000;
const PORT_ATTEMPTS = 3;

/** The local CloudFormation engine: a process, and all that it started. */
export class Engine {
  /**
   * @param environment What the engine and, since they inherit it, the Lambda functions in it have beside the clean environment.
   * @param begun Called before the engine is waited for, so that it can be stopped meanwhile.
   */
  public static async start(workspace: Workspace, environment: Record<string, string>, begun: (engine: Engine) => void = () => {}): Promise<Engine> {
    for (let attempt = 1; ; attempt++) {
      const engine = new Engine(workspace, await freePort(), environment);
      begun(engine);
      try {
        await engine.healthy();
        return engine;
      } catch (error) {
        await engine.stop();
        // Between asking for a free port and listening on it, another program may have taken it.
        const taken = /already in use/.test(readFileSync(engine.log, 'utf8'));
        if (!taken) throw error;
        if (attempt === PORT_ATTEMPTS) throw new Missing(`No port for the local engine: ${PORT_ATTEMPTS} free ports on 127.0.0.1 were taken by other programs.`);
      }
    }
  }

  public readonly url: string;
  public readonly log: string;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;

  private constructor(workspace: Workspace, port: number, environment: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.log = join(workspace.dir, 'engine.log');
    const output = openSync(this.log, 'w');
    // Isolated (-I): nothing but the virtual environment's own packages, and not what lies in the working directory.
    this.child = spawn(ENGINE.python, ['-I', '-B', '-u', join(__dirname, 'engine.py'), String(process.pid)], {
      cwd: workspace.dir,
      // A process group of its own, so that its Lambda functions end with it.
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        ...cleanEnvironment(workspace),
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_REGION: REGION,
        SFTP_ENABLED: '0',
        IOT_MTLS_ENABLED: '0',
        S3_DATA_DIR: join(workspace.temp, 's3'),
        STATE_DIR: join(workspace.temp, 'state'),
        // It looks for Docker, and needs none.
        DOCKER_HOST: 'unix:///nonexistent',
        ...environment,
      },
    });
    closeSync(output);
    this.exited = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', () => resolve());
    });
  }

  /** Ends the engine and everything in it. Safe to call again. */
  public async stop(): Promise<void> {
    if (!this.hasExited()) {
      // It would wait for every custom resource that is still in flight.
      this.child.kill('SIGTERM');
      await Promise.race([this.exited, delay(STOP_PATIENCE)]);
    }
    this.kill();
    await Promise.race([this.exited, delay(STOP_PATIENCE)]);
  }

  /** The last resort, for where nothing can be waited for. */
  public kill(): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  private async healthy(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT;
    while (!this.hasExited() && Date.now() < deadline) {
      if (await send(`${this.url}/_ministack/health`).then(({ ok }) => ok, () => false)) return;
      await delay(50);
    }
    const [last = ''] = readFileSync(this.log, 'utf8').trim().split('\n').slice(-1);
    throw new Error(`The local engine did not start (see ${this.log}): ${last}`);
  }

  private hasExited(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(new Missing(`No port can be had on 127.0.0.1 (${oneLine(error)}): allow programs to listen on the loopback interface.`)));
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
