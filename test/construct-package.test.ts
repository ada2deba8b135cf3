/** The example of a package that wraps this library: built, packed, and installed in a project that uses both of them. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { installOffline, pack, Packed } from './support/consumer';
import { templateOf } from './support/example';
import { ROOT } from './support/workspace';
import { errorOf } from './synthesis';

const EXAMPLE = join(ROOT, 'examples', 'construct-package');
const LIBRARY = 'cdk-devops-agent';
const WRAPPER = 'acme-devops-tools';

const folder = mkdtempSync(join(tmpdir(), 'cdk-devops-agent-wrapper-'));
/** The sources of the package, with what they need. */
const sources = join(folder, 'build', WRAPPER);
/** The project of a team, with the app of the example. */
const consumer = join(folder, 'consumer');
let packed: Packed;

beforeAll(() => {
  const library = pack(ROOT, folder).tarball;
  installOffline(join(folder, 'build'), [library], ['@types/node', 'aws-cdk-lib', 'constructs', 'tsx']);
  cpSync(EXAMPLE, sources, { recursive: true });
  npm('build');
  packed = pack(sources, folder);

  installOffline(consumer, [library, packed.tarball], ['aws-cdk-lib', 'constructs', 'tsx']);
  for (const file of ['app.ts', 'cdk.json']) cpSync(join(EXAMPLE, file), join(consumer, file));
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script of the package. */
function npm(script: string): void {
  const PATH = `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
  execFileSync('npm', ['run', '--silent', script], { cwd: sources, stdio: 'pipe', env });
}

/** The folder of this library's copy that is loaded from a folder. */
function copyIn(from: string): string {
  return execFileSync(process.execPath, ['-p', `require.resolve('${LIBRARY}/package.json')`], { cwd: from, encoding: 'utf8' }).trim();
}

/** The logical id of the only resource of a type, or of the only one with these properties. */
function only(template: Template, type: string, properties: object = {}): string {
  const ids = Object.keys(template.findResources(type, { Properties: properties }));
  expect(ids).toHaveLength(1);
  return ids[0];
}

test('the unit test of the package passes, and fails if the package uses another secret', () => {
  expect(errorOf(() => npm('test'))).toBe('nothing was thrown');
  const source = join(sources, 'src', 'team-devops-agent.ts');
  const text = readFileSync(source, 'utf8');
  writeFileSync(source, text.replace("'devops-tools/pagerduty'", "'another'"));
  expect(errorOf(() => npm('test'))).toContain('npm run --silent test');
  writeFileSync(source, text);
}, 60_000);

test('the package ships its code and its API for other languages, and leaves this library to the app', () => {
  expect(packed.files.map(({ path }) => path).sort()).toEqual([
    '.jsii', 'lib/index.d.ts', 'lib/index.js', 'lib/team-devops-agent.d.ts', 'lib/team-devops-agent.js', 'package.json',
  ]);
  const { targets, dependencies, bundled, types } = JSON.parse(readFileSync(join(sources, '.jsii'), 'utf8'));
  expect(targets.python).toEqual({ distName: WRAPPER, module: 'acme_devops_tools' });
  expect([Object.keys(dependencies), bundled]).toEqual([['aws-cdk-lib', LIBRARY, 'constructs'], undefined]);
  expect(types[`${WRAPPER}.TeamDevOpsAgent`].properties).toContainEqual(expect.objectContaining({
    name: 'pagerDuty', type: { fqn: `${LIBRARY}.IServiceRegistration` },
  }));
});

test('an app with the package has the team\'s Agent Space and all that is associated with it, and one provider', () => {
  const template = Template.fromJSON(templateOf(consumer));
  const agentSpace = only(template, 'AWS::DevOpsAgent::AgentSpace', { Name: 'checkout' });
  const webhook = only(template, 'AWS::SecretsManager::Secret');
  const registrations = template.findResources('Custom::DevOpsAgentService');

  expect(Object.values(registrations).map(({ Properties: { Service, Request, Secrets, Tags } }) => [Service, Request.name, Secrets, Tags])).toEqual([
    ['pagerduty', 'acme-checkout-pagerduty', ['devops-tools/pagerduty'], { 'acme:team': 'checkout' }],
    ['eventChannel', 'acme-checkout-events', undefined, { 'acme:team': 'checkout' }],
    ['mcpserver', 'Checkout-Runbooks', ['devops-tools/runbooks'], undefined],
  ]);
  const associated = (configuration: object) => [expect.objectContaining({ AgentSpaceId: { Ref: agentSpace }, Configuration: configuration })];
  expect(Object.values(registrations).map(({ Properties }) => Properties.Associations)).toEqual([
    associated({ pagerduty: { services: ['PABC123'], customerEmail: 'checkout@acme.example' } }),
    associated({ eventChannel: {} }),
    associated({ mcpserver: expect.objectContaining({ tools: ['search'] }) }),
  ]);
  template.hasResourceProperties('Custom::DevOpsAgentService', {
    Service: 'eventChannel', Associations: [Match.objectLike({ Webhook: { SecretArn: { Ref: webhook } } })],
  });

  const provider = only(template, 'AWS::Lambda::Function');
  for (const { Properties } of Object.values(registrations)) expect(Properties.ServiceToken).toEqual({ 'Fn::GetAtt': [provider, 'Arn'] });
}, 60_000);

test('the app in this repository has the same template', () => {
  expect(templateOf('construct-package')).toEqual(templateOf(consumer));
}, 60_000);

test('so has an app whose package brings a copy of this library of its own: one provider serves both copies', () => {
  const before = templateOf(consumer);
  const wrapper = join(consumer, 'node_modules', WRAPPER);
  expect(copyIn(wrapper)).toBe(copyIn(consumer));

  cpSync(join(consumer, 'node_modules', LIBRARY), join(wrapper, 'node_modules', LIBRARY), { recursive: true });

  expect(copyIn(wrapper)).not.toBe(copyIn(consumer));
  expect(templateOf(consumer)).toEqual(before);
}, 60_000);
