/**
 * The main job with no AWS account: the quick start is deployed, changed, deployed again and destroyed by the real CDK CLI, on a local
 * CloudFormation engine and a simulated AWS DevOps Agent API. Every step is checked against what the simulated API was asked for.
 */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import './preflight.js';
import { Aws, valuesOf } from './aws';
import { Cdk } from './cdk';
import { Engine } from './engine';
import { findLeaks } from './leaks';
import { Missing, oneLine } from './missing';
import { whenAbandoned } from './parents';
import { ENGINE } from './python';
import { deregistered, registerCalls, registrations, Row, table } from './registrations';
import { filesIn, newSecrets } from './secrets';
import { ACCOUNT, LOCAL, newWorkspace, REGION, ROOT, Workspace } from './workspace';
import { Simulator } from '../test/simulator/server';

const APP = join(ROOT, 'examples', 'quick-start');
const STACK = 'DevOpsTools';
const MOVED = 'https://runbooks.example.com/v2/mcp';
const NAMES = ['Azure', 'EventChannel', 'PagerDuty', 'Runbooks', 'Wiki'].map((id) => `${STACK}-${id}`);
const WITH_CREDENTIAL = [`${STACK}-PagerDuty`, `${STACK}-Runbooks`];
const RUNBOOKS = `${STACK}-Runbooks`;
const WIKI = `${STACK}-Wiki`;

const started = Date.now();
const keep = process.argv.includes('--keep');
const steps = keep ? 7 : 9;
let stepNumber = 0;

/** Ends what was started, last first. */
const endings: (() => unknown)[] = [];
const cancellation = new AbortController();

main().then(() => finish(0), (error) => {
  // A step that was cut short by the end of the demo has nothing to tell.
  if (cancellation.signal.aborted) return;
  console.error(`\nThe demo failed: ${oneLine(error)}`);
  if (!(error instanceof Missing)) console.error(`What it wrote is in ${join('.local', 'demo')}: cdk.log, engine.log, lambda.log, requests.jsonl`);
  finish(1);
});

async function main(): Promise<void> {
  onEnd();
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
  const cdkLog = join(workspace.dir, 'cdk.log');
  const cdk = new Cdk(workspace, engine.url, APP, (text) => {
    appendFileSync(cdkLog, text);
    process.stdout.write(text.replace(/^(?=.)/gm, '  │ '));
  });
  endings.push(() => cdk.kill());

  step('Seed two secrets with random values');
  const secrets = newSecrets();
  const credentials = Object.values(secrets.credentials);
  for (const [name, text] of Object.entries(secrets.texts)) {
    await aws.createSecret(name, text);
    tell(name);
  }

  const run = async (...args: string[]) => {
    const { code } = await cdk.run(...args);
    if (code !== 0) throw new Error(`cdk ${args[0]} ended with exit code ${code}`);
  };
  const deploy = async (...context: string[]) => {
    const outputs = join(workspace.dir, 'outputs.json');
    await run('deploy', STACK, '--require-approval', 'never', '--outputs-file', outputs, ...context);
    writeFileSync(join(workspace.dir, 'lambda.log'), await aws.lambdaLogs());
    await saveStack(aws, join(workspace.dir, 'cloudformation.xml'));
    return JSON.parse(readFileSync(outputs, 'utf8'))[STACK] as Record<string, string>;
  };

  step('cdk bootstrap');
  await run('bootstrap', `aws://${ACCOUNT}/${REGION}`);

  step('cdk deploy');
  const outputs = await deploy();
  const first = registrations(simulator, credentials);
  show(first);
  checkRows(first, outputs);
  check('each was registered once', same(registerCalls(simulator.log), counts({})));
  const consentUrl = first.find(({ name }) => name === WIKI)?.consentUrl;
  check('the wiki waits for a person, at the URL in the stack\'s output', consentUrl !== undefined && consentUrl === outputs.WikiConsentUrl);

  step('Consent as a person would in the browser, move the runbooks to another endpoint, and cdk deploy again');
  tell('the local engine lists what does not change as updated too; what really happened is checked below');
  simulator.service.consent(consentUrl!);
  const changed = await deploy('-c', 'consented=true', '-c', `runbooks=${MOVED}`);
  const second = registrations(simulator, credentials);
  show(second);
  checkRows(second, changed);
  check('the runbooks were registered once more, everything else was left alone', same(registerCalls(simulator.log), counts({ [RUNBOOKS]: 2 })));
  check('the old registration of the runbooks is gone, the new one has the new endpoint',
    same(deregistered(simulator.log), [idOf(first, RUNBOOKS)]) && endpointOf(simulator, idOf(second, RUNBOOKS)) === MOVED);
  const untouched = NAMES.filter((name) => name !== RUNBOOKS && name !== WIKI);
  check('the other service ids are the same', untouched.every((name) => idOf(first, name) === idOf(second, name)));

  if (keep) {
    lookForCredentials(workspace, secrets.credentials);
    return lookAround(workspace, cdk, simulator, engine);
  }

  step('cdk destroy');
  await run('destroy', STACK, '--force');
  show(registrations(simulator, credentials));
  const { services, pending } = simulator.service.snapshot();
  check('nothing is registered any more', services.length === 0 && pending.length === 0);
  check('each registration was deregistered once',
    same(deregistered(simulator.log).sort(), [...second.map(({ serviceId }) => serviceId), idOf(first, RUNBOOKS)].sort()));
  check('the stack is gone', [undefined, 'DELETE_COMPLETE'].includes(await aws.stackStatus(STACK)));

  lookForCredentials(workspace, secrets.credentials);
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
  tell(`simulated API: ${simulator.url}`);

  const engine = await Engine.start(workspace, { AWS_ENDPOINT_URL_DEVOPS_AGENT: simulator.url }, (begun) => {
    endings.push(() => begun.stop());
    process.once('exit', () => begun.kill());
  });
  tell(`engine: ${engine.url}`);
  return { simulator, engine };
}

/** What holds after every deployment. */
function checkRows(rows: readonly Row[], outputs: Record<string, string>): void {
  check('there is exactly one registration of each', same(rows.map(({ name }) => name), NAMES));
  check('the credentials arrived where they belong, and nowhere else',
    rows.every(({ name, credential }) => credential === WITH_CREDENTIAL.includes(name)));
  check('the stack\'s outputs name the services that exist', rows.every(({ name, serviceId, consentUrl }) =>
    outputs[`${name.slice(STACK.length + 1)}ServiceId`] === (consentUrl === undefined ? serviceId : 'pending-authorization')));
}

function counts(exceptions: Record<string, number>): Record<string, number> {
  return { ...Object.fromEntries(NAMES.map((name) => [name, 1])), ...exceptions };
}

/** What CloudFormation knows of the stack: it is searched for credentials at the end. */
async function saveStack(aws: Aws, file: string): Promise<void> {
  for (const action of ['DescribeStacks', 'DescribeStackEvents', 'DescribeStackResources', 'GetTemplate']) {
    const answer = await aws.cloudFormation(action, { StackName: STACK });
    appendFileSync(file, [answer, ...valuesOf(answer, 'TemplateBody'), ''].join('\n'));
  }
}

function lookForCredentials(workspace: Workspace, credentials: Readonly<Record<string, string>>): void {
  step('Look for the credentials in everything that was written');
  const files = [...filesIn(workspace.dir)];
  const leaks = findLeaks(credentials, files);
  check(`none of the ${Object.keys(credentials).length} credentials is in any of ${files.length} files, neither plain nor encoded${leaks.map((leak) => `; ${leak}`).join('')}`,
    leaks.length === 0);
}

/** Leaves everything running until a signal comes. */
function lookAround(workspace: Workspace, cdk: Cdk, simulator: Simulator, engine: Engine): Promise<never> {
  const script = join(workspace.dir, 'cdk');
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const environment = Object.entries(cdk.environment).map(([name, value]) => quote(`${name}=${value}`));
  writeFileSync(script, [
    '#!/bin/sh',
    '# The CDK CLI as the demo runs it: on the local engine, with nothing of your own AWS configuration.',
    `cd ${quote(APP)} && exec env -i ${environment.join(' ')} ${cdk.command().map(quote).join(' ')} "$@"`,
    '',
  ].join('\n'), { mode: 0o755 });

  console.log(`
Everything is running. Look around in another terminal, from this folder:

  what is registered         curl -s ${simulator.url}/_simulator/services
  what was asked for         curl -s ${simulator.url}/_simulator/log
  the CDK CLI                .local/demo/cdk diff -c consented=true -c runbooks=${MOVED}
                             .local/demo/cdk deploy -c consented=true
                             .local/demo/cdk destroy
  what the function logged   .local/demo/lambda.log
  any AWS API                ${ENGINE.python.slice(ROOT.length + 1)} -c "import boto3; print(boto3.client('cloudformation', '${REGION}', endpoint_url='${engine.url}', aws_access_key_id='test', aws_secret_access_key='test').describe_stacks()['Stacks'])"

Ctrl-C here, or \`kill ${process.pid}\`, stops all of it.`);
  return new Promise(() => {
    // Node.js ends once there is nothing to wait for, and a promise is nothing.
    setInterval(() => {}, 3_600_000);
  });
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
  const kept = keep && stepNumber === steps;
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

function step(title: string): void {
  stepNumber++;
  console.log(`\n[${stepNumber}/${steps}] ${title}`);
}

function tell(line: string): void {
  console.log(`      ${line}`);
}

function show(rows: readonly Row[]): void {
  const text = rows.length === 0 ? '(nothing is registered)' : table(rows);
  console.log(`\n${text.replace(/^/gm, '  ')}\n`);
}

function check(what: string, holds: boolean): void {
  if (!holds) throw new Error(`not so: ${what}`);
  tell(`✓ ${what}`);
}

function idOf(rows: readonly Row[], name: string): string {
  return rows.find((row) => row.name === name)?.serviceId ?? '';
}

function endpointOf(simulator: Simulator, serviceId: string): unknown {
  return (simulator.service.snapshot().services.find((service) => service.serviceId === serviceId)?.details as { endpoint?: string }).endpoint;
}

function same(one: unknown, other: unknown): boolean {
  const sorted = (value: unknown) => JSON.stringify(value, (_, part) =>
    (typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part));
  return sorted(one) === sorted(other);
}
