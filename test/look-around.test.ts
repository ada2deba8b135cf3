/** The instructions of `npm run demo -- --keep`, and the commands that they name, with a shell in the place of the CDK CLI. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instructions } from '../demo/look-around';

let dir: string;
let text: string;
beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'look-around-')));
  mkdirSync(join(dir, 'quick-start'));
  mkdirSync(join(dir, 'own'));
  writeFileSync(join(dir, 'own', 'cdk.json'), '{}');
  text = instructions({
    folder: join(dir, 'quick-start'),
    context: ['-c', "wait=it's"],
    cli: { environment: { REGION: 'us-east-1' }, command: () => ['sh', '-c', 'echo "$PWD $REGION $HOME: $*"', 'cdk'] },
    local: { workspace: { dir }, simulator: { url: 'http://127.0.0.1:1' } },
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const line = (label: RegExp) => text.split('\n').find((one) => label.test(one))!;

test('the diff is that of the deployment: both have the same context', () => {
  const context = / diff (.*)$/.exec(line(/ diff /))![1];
  expect(context).toContain("-c 'wait=it'\\''s'");
  expect(/ deploy (.*)$/.exec(line(/^ +\S+ deploy -c/))![1]).toBe(context);
});

test('the CDK command runs for the app of the folder that it is called in, else for the quick start, with nothing of the user\'s own AWS configuration', () => {
  const cdk = (folder: string) => execFileSync(join(dir, 'cdk'), ['deploy', 'a b'], { cwd: folder, encoding: 'utf8' }).trim();
  expect(cdk(join(dir, 'own'))).toBe(`${join(dir, 'own')} us-east-1 : deploy a b`);
  expect(cdk(dir)).toBe(`${join(dir, 'quick-start')} us-east-1 : deploy a b`);
  expect(text).toContain(`cd YOUR-APP && ${join(dir, 'cdk')} deploy`);
});

test('the log is asked for each time, and no copy of it is shown', () => {
  expect(line(/the handler's log/)).toMatch(/logs$/);
  expect(execFileSync('cat', [join(dir, 'logs')], { encoding: 'utf8' })).toContain('filter_log_events');
});
