import {
  AccountRootPrincipal, ArnPrincipal, CfnRole, CompositePrincipal, IPrincipal, IRole, PolicyStatement, Role, ServicePrincipal, SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Aws, CfnParameter, Stack } from 'aws-cdk-lib/core';
import { AzureIdentityRegistration, DevOpsAgentServicePrincipal, SigV4McpServerRegistration, SigV4RemoteAgentRegistration } from '../src';
import { errorOf, GUID, newStack, templateOf } from './synthesis';

const ENV = { account: '111122223333', region: 'us-east-1' };
const FIX = 'Create the role with assumedBy: new DevOpsAgentServicePrincipal().';
const service = (conditions?: { [operator: string]: unknown }) => new ServicePrincipal('aidevops.amazonaws.com', { conditions });
const sourceArn = (value: unknown, operator = 'ArnLike') => service({ [operator]: { 'aws:SourceArn': value } });

const uses: { [integration: string]: (stack: Stack, role: IRole) => unknown } = {
  'an Azure identity': (stack, webIdentityRole) => new AzureIdentityRegistration(stack, 'It', { tenantId: GUID, clientId: GUID, webIdentityRole }),
  'an MCP server with SigV4': (stack, role) => new SigV4McpServerRegistration(stack, 'It', { endpoint: 'https://example.com/mcp', signingService: 'execute-api', role }),
  'a remote agent with SigV4': (stack, role) => new SigV4RemoteAgentRegistration(stack, 'It', { endpoint: 'https://example.com/card', signingService: 'execute-api', role }),
};

function errorWith(assumedBy: IPrincipal, use = uses['an MCP server with SigV4'], change: (role: Role) => unknown = () => {}): string {
  const stack = newStack({ env: ENV });
  const role = new Role(stack, 'Role', { assumedBy });
  use(stack, role);
  change(role);
  return errorOf(() => templateOf(stack));
}

test.each(Object.entries(uses))('%s refuses a role of this app that does not trust AWS DevOps Agent', (_, use) => {
  expect(errorWith(new ServicePrincipal('lambda.amazonaws.com'), use)).toContain(
    `[Tools/It] role: 'Tools/Role' does not trust aidevops.amazonaws.com, which assumes it. ${FIX}`);
});

test.each<[string, IPrincipal]>([
  ['another service', new ServicePrincipal('bedrock-agentcore.amazonaws.com')],
  ['the account', new AccountRootPrincipal()],
  ['a role', new ArnPrincipal('arn:aws:iam::111122223333:role/other')],
])('a role that only %s may assume is refused', (_, principal) => {
  expect(errorWith(principal)).toContain('does not trust aidevops.amazonaws.com');
});

test.each<[string, IPrincipal, string]>([
  ['services of another account', service({ StringEquals: { 'aws:SourceAccount': '444455556666' } }), "aws:SourceAccount is '444455556666' (StringEquals)"],
  ['Agent Spaces', sourceArn('arn:aws:aidevops:us-east-1:111122223333:agentspace/*'), "aws:SourceArn is 'arn:aws:aidevops:us-east-1:111122223333:agentspace/*' (ArnLike)"],
  ['Agent Spaces of a token\'s account', sourceArn(`arn:aws:aidevops:us-east-1:${Aws.ACCOUNT_ID}:agentspace/*`), "aws:SourceArn is 'arn:aws:aidevops:us-east-1:111122223333:agentspace/*' (ArnLike)"],
  ['services of another Region', new DevOpsAgentServicePrincipal({ region: 'eu-west-1' }), "aws:SourceArn is 'arn:…:aidevops:eu-west-1:111122223333:service/*' (ArnLike)"],
  ['an ARN with a wildcard that StringEquals does not know', sourceArn('arn:aws:aidevops:us-east-1:111122223333:service/*', 'StringEquals'), 'service/*\' (StringEquals)'],
])('a role that trusts AWS DevOps Agent for %s is refused', (_, principal, condition) => {
  expect(errorWith(principal)).toContain(
    `role: 'Tools/Role' trusts aidevops.amazonaws.com only where ${condition.startsWith('aws:') ? condition : ''}`);
  expect(errorWith(principal)).toContain(`${condition}, which a service of this account and Region never is. ${FIX}`);
});

test.each<[string, IPrincipal]>([
  ['the principal of this library', new DevOpsAgentServicePrincipal()],
  ['the same for this Region', new DevOpsAgentServicePrincipal({ region: 'us-east-1' })],
  ['the service without conditions', service()],
  ['several principals', new CompositePrincipal(new ServicePrincipal('lambda.amazonaws.com'), new DevOpsAgentServicePrincipal())],
  ['the service for several accounts', service({ StringEquals: { 'aws:SourceAccount': ['444455556666', '111122223333'] } })],
  ['the service for a pattern of accounts', service({ StringLike: { 'aws:SourceAccount': '1111*' } })],
  ['every resource of the service', sourceArn('arn:aws:aidevops:*:111122223333:*')],
  ['a pattern over several parts of an ARN', sourceArn('arn:aws:aidevops:*', 'StringLike')],
  ['one of several patterns', sourceArn(['arn:aws:aidevops:us-east-1:111122223333:agentspace/*', 'arn:aws:aidevops:us-east-?:*:serv*'])],
  ['a condition that is known only at deployment', sourceArn(Aws.STACK_ID)],
  ['a condition that this library does not know', service({ StringNotEquals: { 'aws:SourceAccount': '111122223333' }, Bool: { 'aws:ViaAWSService': 'true' } })],
  ['session tags', new SessionTagsPrincipal(new DevOpsAgentServicePrincipal())],
  ['everybody', new ArnPrincipal('*')],
])('a role that trusts %s is accepted', (_, principal) => {
  expect(errorWith(principal)).toBe('nothing was thrown');
});

describe('a role of a stack in another Region', () => {
  const errorWithRegion = (principal: DevOpsAgentServicePrincipal, env: { account: string; region: string }) => {
    const stack = newStack({ env: ENV });
    const role = new Role(new Stack(stack.node.root, 'Roles', { env }), 'Role', { roleName: 'tools', assumedBy: principal });
    uses['an MCP server with SigV4'](stack, role);
    return errorOf(() => templateOf(stack));
  };
  const elsewhere = { ...ENV, region: 'eu-west-1' };

  test('is refused if it trusts the services of its own', () => {
    expect(errorWithRegion(new DevOpsAgentServicePrincipal(), elsewhere)).toContain(
      "role: 'Roles/Role' trusts aidevops.amazonaws.com only where aws:SourceArn is 'arn:…:aidevops:eu-west-1:111122223333:service/*' (ArnLike), " +
      "which a service of this account and Region never is. Create the role with assumedBy: new DevOpsAgentServicePrincipal({ region: 'us-east-1' }).");
  });

  test('is accepted if it trusts those of the registration\'s', () => {
    expect(errorWithRegion(new DevOpsAgentServicePrincipal({ region: 'us-east-1' }), elsewhere)).toBe('nothing was thrown');
    expect(errorWithRegion(new DevOpsAgentServicePrincipal(), ENV)).toBe('nothing was thrown');
  });
});

test('a trust that is added or overridden later counts', () => {
  const lambda = new ServicePrincipal('lambda.amazonaws.com');
  const trust = new PolicyStatement({ actions: ['sts:AssumeRole'], principals: [new DevOpsAgentServicePrincipal()] });
  expect(errorWith(lambda, undefined, (role) => role.assumeRolePolicy!.addStatements(trust))).toBe('nothing was thrown');
  expect(errorWith(lambda, undefined, (role) => (role.node.defaultChild as CfnRole)
    .addPropertyOverride('AssumeRolePolicyDocument.Statement.0.Principal.Service', 'aidevops.amazonaws.com'))).toBe('nothing was thrown');
});

test('nothing is assumed about a trust that is known only at deployment, or of an imported role', () => {
  const stack = newStack({ env: ENV });
  const name = new CfnParameter(stack, 'Name').valueAsString;
  [new Role(stack, 'Role', { assumedBy: new ServicePrincipal(name) }), Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/it')].forEach((role, index) =>
    new SigV4McpServerRegistration(stack, `It${index}`, { endpoint: 'https://example.com/mcp', signingService: 'execute-api', role }));
  expect(errorOf(() => templateOf(stack))).toBe('nothing was thrown');
});
