/**
 * The main job with no AWS account: the examples are deployed, changed, deployed again and destroyed by the real CDK CLI, on a local
 * CloudFormation engine and a simulated AWS DevOps Agent API. Every step is checked against what the simulated API was asked for.
 */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import './preflight.js';
import { ALL_INTEGRATIONS, registerAll } from './all-integrations';
import { Example, Local } from './example';
import { lookAround } from './look-around';
import { whenAbandoned } from './parents';
import { changeQuickStart, QUICK_START } from './quick-start';
import { check, expectSteps, step, tell } from './report';
import { Simulator } from '../test/simulator/server';
import { Aws } from '../test/support/aws';
import { Engine } from '../test/support/engine';
import { findLeaks } from '../test/support/leaks';
import { Missing, oneLine } from '../test/support/missing';
import { ENGINE } from '../test/support/python';
import { filesIn, newSecrets } from '../test/support/secrets';
import { ACCOUNT, LOCAL, newWorkspace, REGION, ROOT, Workspace } from '../test/support/workspace';

const started = Date.now();
const keep = process.argv.includes('--keep');
/** Whether all that is left is to wait for the signal that ends it. */
let kept = false;

/** Ends what was started, last first. */
const endings: (() => unknown)[] = [];
const cancellation = new AbortController();

main().then(() => finish(0), (error) => {
  // A step that was cut short by the end of the demo has nothing to tell.
  if (cancellation.signal.aborted) return;
  console.error(`\nThe demo failed: ${oneLine(error)}`);
  if (!(error instanceof Missing)) console.error(`What it wrote is in ${join('.local', 'demo')}: cdk.log, engine.log, *.lambda.log, requests.jsonl`);
  finish(1);
});

async function main(): Promise<void> {
  onEnd();
  expectSteps(keep ? 9 : 14);
  refuseUnknownOptions();
  refuseSecondRun();

  step('Set up the local engine');
  await ENGINE.prepare(tell, cancellation.signal);
  tell('ready in .local/venv');

  step('Start the engine and a simulated AWS DevOps Agent API, on 127.0.0.1 alone');
  const workspace = newWorkspace('demo');
  writeFileSync(pidFile(), String(process.pid));
  const { simulator, engine } = await start(workspace);
  const aws = new Aws(engine.url);

  const secrets = newSecrets();
  step(`Seed ${Object.keys(secrets.texts).length} secrets with random values`);
  for (const [name, text] of Object.entries(secrets.texts)) {
    await aws.createSecret(name, text);
    tell(name);
  }

  const local: Local = { workspace, simulator, engine, aws, secrets, atEnd: (ending) => endings.push(ending) };
  const quickStart = new Example(local, QUICK_START);

  step('cdk bootstrap');
  await quickStart.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);

  await changeQuickStart(quickStart);
  if (keep) {
    lookForCredentials(local);
    kept = true;
    return lookAround(quickStart);
  }

  step('cdk destroy: the quick start');
  await quickStart.destroy();

  // After the quick start is gone: an account has one event channel, and both examples register it.
  await registerAll(new Example(local, ALL_INTEGRATIONS));
  lookForCredentials(local);
}

async function start(workspace: Workspace): Promise<{ simulator: Simulator; engine: Engine }> {
  const log = join(workspace.dir, 'requests.jsonl');
  const simulator = await Simulator.start({
    region: REGION,
    account: ACCOUNT,
    // What the engine gives to every Lambda function.
    credentials: { [ACCOUNT]: 'test' },
    onLog: (entry) => appendFileSync(log, `${JSON.stringify(entry)}\n`),
  }).catch((error) => {
    throw new Missing(`No port can be had on 127.0.0.1 (${oneLine(error)}): allow programs to listen on the loopback interface.`);
  });
  endings.push(() => simulator.close());
  simulator.service.configure({ webhookOrigin: simulator.url });
  tell(`simulated API: ${simulator.url}`);

  const engine = await Engine.start(workspace, { AWS_ENDPOINT_URL_DEVOPS_AGENT: simulator.url }, (begun) => {
    endings.push(() => begun.stop());
    process.once('exit', () => begun.kill());
  });
  tell(`engine: ${engine.url}`);
  return { simulator, engine };
}

function lookForCredentials({ workspace, simulator, secrets }: Local): void {
  step('Look for the credentials in everything that was written');
  const ofWebhooks = simulator.service.webhooks.credentials.map((credential, index) => [`webhook ${index + 1}`, credential]);
  const credentials = { ...secrets.credentials, ...Object.fromEntries(ofWebhooks) };
  const files = [...filesIn(workspace.dir)];
  const leaks = findLeaks(credentials, files);
  check(`none of the ${Object.keys(credentials).length} credentials is in any of ${files.length} files, neither plain nor encoded${leaks.map((leak) => `; ${leak}`).join('')}`,
    leaks.length === 0);
}

function onEnd(): void {
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) {
    process.on(signal, () => finish(code, signal));
  }
  // A terminal that went away cannot be written to, which must not keep the rest from being stopped.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  whenAbandoned(() => finish(143, 'the end of the process that started it'));
}

let finishing = false;

function finish(code: number, cause?: string): void {
  if (finishing) return;
  finishing = true;
  cancellation.abort();
  if (cause !== undefined) console.log(`\nStopping after ${cause}`);
  else if (code === 0) step('Stop everything');
  void endings.reverse().reduce<Promise<unknown>>((before, end) => before.then(end).catch(() => {}), Promise.resolve()).then(() => {
    if (code === 0) console.log(`\nDone: every step did what it says (${Math.round((Date.now() - started) / 1000)} s).`);
    process.exit(kept && cause !== undefined ? 0 : code);
  });
}

function refuseUnknownOptions(): void {
  const unknown = process.argv.slice(2).filter((option) => option !== '--keep');
  if (unknown.length > 0) throw new Missing(`There is no option ${unknown[0]}; there is --keep, which leaves everything running.`);
}

/** Two demos at once would write to the same folder. */
function refuseSecondRun(): void {
  if (!existsSync(pidFile())) return;
  const pid = Number(readFileSync(pidFile(), 'utf8'));
  try {
    process.kill(pid, 0);
  } catch {
    return;
  }
  throw new Missing(`The demo is running already: stop it with Ctrl-C in its terminal, or with \`kill ${pid}\`. (If it is not, remove ${pidFile().slice(ROOT.length + 1)}.)`);
}

function pidFile(): string {
  return join(LOCAL, 'demo', 'pid');
}
