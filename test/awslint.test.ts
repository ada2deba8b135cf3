/** awslint, the rules that aws-cdk-lib holds its own constructs to, over the assembly of this library. */

import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ALL_RULES_LINTER, DiagnosticLevel, RuleFilterSet } from 'awslint/lib';
import { ROOT } from './support/workspace';

type Assembly = Parameters<typeof ALL_RULES_LINTER.eval>[0];

// awslint's own command cannot print a finding: the rules are called. They compare classes, so their copy of the reader reads.
const { TypeSystem } = createRequire(require.resolve('awslint/lib'))('jsii-reflect') as {
  TypeSystem: new () => { load(folder: string, options: object): Promise<Assembly> };
};

const PACKAGE = 'cdk-devops-agent.';

/** The resources of CloudFormation behind the constructs, for rules that ask: a custom resource stands for a native one. */
const RESOURCES = {
  ServiceRegistration: 'AWS::DevOpsAgent::Service', ServiceAssociation: 'AWS::DevOpsAgent::Association', DevOpsAgentProvider: 'AWS::Lambda::Function',
};

/** The exceptions: a rule, where, and why. */
const EXCEPTIONS: [string, RegExp, string][] = [
  ['props-physical-name', /\w+Props$/, 'The API, AWS Lambda and AWS Secrets Manager name what is made. A service has a displayName, which need not be unique.'],
  ['resource-interface', /\w+Registration$/, 'A registration of any integration is an IServiceRegistration: nothing can be done with an imported service of one integration alone.'],
  ['resource-interface', /ServiceAssociation$/, 'It is an IAssociation, as what associateWith() returns.'],
  ['interface-extends-ref', /IDevOpsAgentProvider$/, 'CloudFormation has no resource that is a provider.'],
  ['prefer-ref-interface', /\.encryptionKey$/, 'The key grants, in its policy too: IKeyRef cannot.'],
  ['prefer-ref-interface', /WebhookOptions\.secret$/, 'The secret grants, and is handed on as the webhook\'s: ISecretRef can neither.'],
  ['prefer-ref-interface', /ConsentWait\.topic$/, 'The topic grants, and knows its key: ITopicRef does not.'],
  ['prefer-ref-interface', /\.(webIdentityRole|role)$/, 'Statements are added to the role: IRoleRef takes none.'],
  ['prefer-ref-interface', /\.provider$/, 'A provider is ours, and has no reference.'],
  ['prefer-ref-interface', /DevOpsAgentProviderProps\.(vpc|securityGroups|logGroup)$/, 'They are passed to a Function, which takes these interfaces.'],
];

/** The findings on an assembly as `rule: scope`. Other libraries' types, which awslint also visits, are left out. */
async function findingsOn(assembly: any): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cdk-devops-agent-awslint-'));
  try {
    writeFileSync(path.join(folder, '.jsii'), JSON.stringify(assembly));
    for (const file of ['package.json', 'node_modules']) symlinkSync(path.join(ROOT, file), path.join(folder, file));
    const root = await new TypeSystem().load(folder, { validate: false, supportedFeatures: ['intersection-types', 'class-covariant-overrides'] });
    const findings = ALL_RULES_LINTER.eval(root, { includeRules: new RuleFilterSet(['*']), excludeRules: new RuleFilterSet([]) });
    return findings
      .filter(({ level, scope }) => level !== DiagnosticLevel.Skipped && scope.startsWith(PACKAGE))
      .map(({ rule, scope }) => `${rule.code}: ${scope.slice(PACKAGE.length)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function assemblyOfThisPackage(): any {
  const assembly = JSON.parse(gunzipSync(readFileSync(path.join(ROOT, '.jsii.gz'))).toString('utf8'));
  for (const [name, resource] of Object.entries(RESOURCES)) {
    const { docs } = assembly.types[PACKAGE + name];
    docs.custom = { ...docs.custom, resource };
  }
  return assembly;
}

const exceptionFor = (finding: string) => EXCEPTIONS.find(([rule, scope]) => finding.startsWith(`${rule}: `) && scope.test(finding));

let findings: string[];

beforeAll(async () => {
  findings = await findingsOn(assemblyOfThisPackage());
});

test('every finding is an exception with a reason', () => {
  expect(findings.filter((finding) => !exceptionFor(finding))).toEqual([]);
});

test.each(EXCEPTIONS)('the exception from %s for %s is needed', (...exception) => {
  expect(findings.map(exceptionFor)).toContainEqual(exception);
});

// awslint asks this of methods that are named after their class, and ServiceRegistration.fromServiceId() is not.
test('what imports a construct takes a scope and an id first, and returns an interface', () => {
  const { types } = assemblyOfThisPackage();
  const factories = Object.values<any>(types).filter(({ kind }) => kind === 'class').flatMap(({ name, methods = [] }) => methods
    .filter((method: any) => method.static && method.name.startsWith('from') && method.parameters?.[0].type.fqn === 'constructs.Construct')
    .map((method: any) => [`${name}.${method.name}`, method.parameters.slice(0, 2).map((each: any) => each.name), types[method.returns.type.fqn].kind]));
  expect(factories).toEqual(expect.arrayContaining(['ServiceRegistration.fromServiceId', 'DevOpsAgentProvider.fromDevOpsAgentProviderAttributes']
    .map((name) => [name, ['scope', 'id'], 'interface'])));
  expect(factories.filter(([, [scope, id], kind]) => scope !== 'scope' || id !== 'id' || kind !== 'interface')).toEqual([]);
});

const member = (members: any[], name: string) => members.find((each) => each.name === name);

/** The rules that matter for constructs like these, each with a change of the assembly that breaks it alone. */
const BROKEN: [string, (types: (name: string) => any) => void][] = [
  ['construct-ctor: DevOpsAgentProvider.<initializer>.params[1]', (types) => { types('DevOpsAgentProvider').initializer.parameters[1].name = 'name'; }],
  ['construct-ctor-props-optional: DevOpsAgentProvider', (types) => { delete types('DevOpsAgentProvider').initializer.parameters[2].optional; }],
  ['construct-ctor-props-type: GitLabRegistration', (types) => { types('GitLabRegistration').initializer.parameters[2].type.fqn = `${PACKAGE}WebhookOptions`; }],
  ['resource-interface-extends-resource: IDevOpsAgentProvider', (types) => { types('IDevOpsAgentProvider').interfaces = ['constructs.IConstruct']; }],
  ['props-no-unions: PagerDutyRegistrationProps.subdomain', (types) => {
    member(types('PagerDutyRegistrationProps').properties, 'subdomain').type = { union: { types: [{ primitive: 'string' }, { primitive: 'number' }] } };
  }],
  ['props-no-any: DynatraceRegistrationProps.accountUrn', (types) => {
    member(types('DynatraceRegistrationProps').properties, 'accountUrn').type = { primitive: 'any' };
  }],
  ['props-no-arn-refs: ServiceNowRegistrationProps.roleArn', (types) => {
    member(types('ServiceNowRegistrationProps').properties, 'instanceUrl').name = 'roleArn';
  }],
  ['props-no-cfn-types: NewRelicRegistrationProps.accountId', (types) => {
    member(types('NewRelicRegistrationProps').properties, 'accountId').type = { fqn: 'aws-cdk-lib.CfnResource' };
  }],
  ['props-default-doc: DevOpsAgentProviderProps.vpc', (types) => { delete member(types('DevOpsAgentProviderProps').properties, 'vpc').docs.default; }],
  ['props-no-undefined-default: DevOpsAgentProviderProps.vpcSubnets', (types) => {
    member(types('DevOpsAgentProviderProps').properties, 'vpcSubnets').docs.default = 'undefined';
  }],
  ['duration-prop-type: DevOpsAgentProviderProps.timeout', (types) => { member(types('DevOpsAgentProviderProps').properties, 'memorySize').name = 'timeout'; }],
  ['docs-public-apis: DevOpsAgentProvider.metricErrors', (types) => { delete member(types('DevOpsAgentProvider').methods, 'metricErrors').docs; }],
  ['attribute-tag: DevOpsAgentProvider.functionName', (types) => { member(types('DevOpsAgentProvider').properties, 'handler').name = 'functionName'; }],
  ['from-attributes: DevOpsAgentProvider.fromDevOpsAgentProviderAttributes.params[2]', (types) => {
    member(types('DevOpsAgentProvider').methods, 'fromDevOpsAgentProviderAttributes').parameters[2].name = 'attributes';
  }],
  ['no-grants: DevOpsAgentProvider.grantInvoke', (types) => {
    types('DevOpsAgentProvider').methods.push({
      name: 'grantInvoke', docs: { summary: 'Grants.' }, parameters: [{ name: 'grantee', type: { fqn: 'aws-cdk-lib.aws_iam.IGrantable' } }],
    });
  }],
  ['public-static-props-all-caps: DatadogSite.us1', (types) => { member(types('DatadogSite').properties, 'US1').name = 'us1'; }],
];

test('what breaks one of these rules is found', async () => {
  const assembly = assemblyOfThisPackage();
  BROKEN.forEach(([, change]) => change((name) => assembly.types[PACKAGE + name]));
  expect(await findingsOn(assembly)).toEqual(expect.arrayContaining(BROKEN.map(([finding]) => finding)));
});
