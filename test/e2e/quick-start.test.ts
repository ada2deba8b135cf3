/** The README's quick start, by the real CDK CLI: deployed, changed, destroyed, and searched for its credentials. */

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalCloud, modelProblems } from './local-cloud';
import { Cdk } from '../support/cdk';
import { findLeaks } from '../support/leaks';
import { deregistered, registerCalls, registrations, Row } from '../support/registrations';
import { newSecrets } from '../support/secrets';
import { ACCOUNT, REGION, ROOT } from '../support/workspace';

const MOVED = 'https://runbooks.example.com/v2/mcp';
const ONE_EACH = {
  'DevOpsTools-Azure': 1,
  'DevOpsTools-EventChannel': 1,
  'DevOpsTools-PagerDuty': 1,
  'DevOpsTools-Runbooks': 1,
  'DevOpsTools-Wiki': 1,
};

let cloud: LocalCloud;
let cdk: Cdk;
const secrets = newSecrets();
/** The registrations as they were after the first deployment. */
let first: Row[];

beforeAll(async () => {
  cloud = await LocalCloud.start('quick-start');
  cdk = new Cdk(cloud.workspace, cloud.engine.url, join(ROOT, 'examples', 'quick-start'),
    (text) => appendFileSync(join(cloud.workspace.dir, 'cdk.log'), text));
  for (const [name, text] of Object.entries(secrets.texts)) await cloud.aws.createSecret(name, text);
});

afterAll(async () => {
  cdk?.kill();
  await cloud?.stop();
});

async function deploy(...context: string[]): Promise<Record<string, string>> {
  const outputs = join(cloud.workspace.dir, 'outputs.json');
  const { code, output } = await cdk.run('deploy', '--require-approval', 'never', '--outputs-file', outputs, ...context);
  expect(code === 0 ? 'deployed' : output).toBe('deployed');
  return JSON.parse(readFileSync(outputs, 'utf8')).DevOpsTools;
}

function rows(): Row[] {
  return registrations(cloud.simulator, secrets.credentials);
}

function idOf(name: string, among = rows()): string {
  return among.find((row) => row.name === name)!.serviceId;
}

test('a deployment registers each integration once, with its credentials', async () => {
  expect((await cdk.run('bootstrap', `aws://${ACCOUNT}/${REGION}`)).code).toBe(0);

  const outputs = await deploy();

  first = rows();
  expect(registerCalls(cloud.simulator.log)).toEqual(ONE_EACH);
  expect(first.map(({ name, integration, credentials }) => [name, integration, credentials])).toEqual([
    ['DevOpsTools-Azure', 'azureidentity', []],
    ['DevOpsTools-EventChannel', 'eventChannel', []],
    ['DevOpsTools-PagerDuty', 'pagerduty', ['devops-tools/pagerduty client_id', 'devops-tools/pagerduty client_secret']],
    ['DevOpsTools-Runbooks', 'mcpserver', ['devops-tools/runbooks token']],
    ['DevOpsTools-Wiki', 'mcpserver', []],
  ]);
  expect(outputs).toEqual({
    AzureServiceId: idOf('DevOpsTools-Azure'),
    EventChannelServiceId: idOf('DevOpsTools-EventChannel'),
    PagerDutyServiceId: idOf('DevOpsTools-PagerDuty'),
    RunbooksServiceId: idOf('DevOpsTools-Runbooks'),
    WikiServiceId: 'pending-authorization',
    WikiConsentUrl: first.find(({ name }) => name === 'DevOpsTools-Wiki')!.consentUrl,
  });
});

test('a deployment without a change asks the API for nothing', async () => {
  const before = cloud.simulator.log.length;

  await deploy();

  expect(cloud.simulator.log).toHaveLength(before);
});

test('a changed endpoint replaces one registration, a consent completes another, the rest stays', async () => {
  const consented = cloud.simulator.service.consent(first.find(({ name }) => name === 'DevOpsTools-Wiki')!.consentUrl!);

  const outputs = await deploy('-c', 'consented=true', '-c', `runbooks=${MOVED}`);

  expect(registerCalls(cloud.simulator.log)).toEqual({ ...ONE_EACH, 'DevOpsTools-Runbooks': 2 });
  expect(deregistered(cloud.simulator.log)).toEqual([idOf('DevOpsTools-Runbooks', first)]);
  expect(rows().map(({ name }) => name)).toEqual(Object.keys(ONE_EACH));
  for (const name of ['DevOpsTools-Azure', 'DevOpsTools-EventChannel', 'DevOpsTools-PagerDuty']) expect(idOf(name)).toBe(idOf(name, first));
  const { services } = cloud.simulator.service.snapshot();
  expect(services.find(({ name }) => name === 'DevOpsTools-Runbooks')).toMatchObject({
    serviceId: outputs.RunbooksServiceId, details: { endpoint: MOVED },
  });
  expect(outputs).toMatchObject({ WikiServiceId: consented, WikiConsentUrl: 'none' });
});

test('destroying leaves nothing', async () => {
  const last = rows();
  writeFileSync(join(cloud.workspace.dir, 'lambda.log'), await cloud.aws.lambdaLogs());

  expect((await cdk.run('destroy', '--force')).code).toBe(0);

  expect(rows()).toEqual([]);
  expect(deregistered(cloud.simulator.log).sort()).toEqual([idOf('DevOpsTools-Runbooks', first), ...last.map(({ serviceId }) => serviceId)].sort());
  expect([undefined, 'DELETE_COMPLETE']).toContain(await cloud.aws.stackStatus('DevOpsTools'));
});

test('the public model accepts every request, and would not accept just anything', () => {
  const { log } = cloud.simulator;
  expect(log.filter(({ signed }) => !signed)).toEqual([]);

  expect(modelProblems(log).flat()).toEqual([]);

  const [register] = log.filter(({ operation }) => operation === 'RegisterService');
  const broken = [
    { ...register, body: { ...register.body as object, name: 7 } },
    { ...register, body: { ...register.body as object, kmsKeyArn: 'alias/mine' } },
    { ...register, body: { name: 'no details' } },
    { ...register, body: { ...register.body as object, unheardOf: 'x' } },
  ];
  for (const problems of modelProblems(broken)) expect(problems).not.toEqual([]);
});

describe('the credentials', () => {
  test('are in nothing that was written, given to the handler, answered or logged', () => {
    const recorded = cloud.recorded();
    // What is searched must be there: events and answers of six creations and updates at least, and of five deletions.
    for (const kind of ['EVENT', 'ANSWER', 'LOG']) expect(recorded).toMatch(new RegExp(`^${kind} `, 'm'));
    expect(recorded.match(/"RequestType": ?"Delete"/g)!.length).toBeGreaterThanOrEqual(6);
    expect(recorded.match(/^ANSWER .*"Status":"SUCCESS"/gm)!.length).toBeGreaterThanOrEqual(12);
    expect(cloud.texts().map(({ where }) => where)).toEqual(expect.arrayContaining([
      'cdk.log', 'engine.log', 'handler.record', 'lambda.log', 'outputs.json', 'cdk.out/DevOpsTools.template.json',
    ]));

    expect(findLeaks(secrets.credentials, cloud.texts())).toEqual([]);
  });

  test('would be found in each of these places', () => {
    const token = secrets.credentials['devops-tools/runbooks token'];
    for (const text of cloud.texts()) {
      const planted = { ...text, text: `${text.text}${JSON.stringify({ Reason: Buffer.from(`Bearer ${token}`).toString('base64') })}` };
      expect(findLeaks(secrets.credentials, [planted])).toContainEqual(expect.stringContaining(`devops-tools/runbooks token (base64 at offset 1) in ${text.where}`));
    }
  });
});
