import { CfnManagedPolicy, CfnPolicy, CfnRolePolicy, IRole, ManagedPolicy, Policy, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { App, CfnResource, Stack } from 'aws-cdk-lib/core';
import { DevOpsAgentServicePrincipal, SigV4McpServerRegistration } from '../src';
import { newStack, templateOf } from './synthesis';

// The permissions of a role that is passed have to exist before the API tries the role out.

function serverIn(stack: Stack, role: IRole, id = 'Server'): SigV4McpServerRegistration {
  return new SigV4McpServerRegistration(stack, id, { endpoint: `https://${id.toLowerCase()}.example.com/mcp`, signingService: 'execute-api', role });
}

function roleIn(stack: Stack, id = 'Role'): Role {
  return new Role(stack, id, { assumedBy: new DevOpsAgentServicePrincipal() });
}

function allowing(...resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions: ['execute-api:Invoke'], resources: resources.length > 0 ? resources : ['arn:aws:execute-api:us-east-1:111122223333:abcde12345/*'] });
}

/** The ids of the constructs that a registration depends on. Fails if there is a circle. */
function dependenciesOf(registration: SigV4McpServerRegistration): string[] {
  const { stack } = registration;
  const { DependsOn = [] } = templateOf(stack).Resources[stack.getLogicalId(registration.node.defaultChild as CfnResource)];
  return DependsOn.map((id) => id.replace(/[0-9A-F]{8}$/, ''));
}

const document = () => new PolicyDocument({ statements: [allowing()] });

describe('a registration with a role waits for', () => {
  test.each<[string, (stack: Stack, role: Role) => unknown]>([
    ['a policy', (stack, role) => new Policy(stack, 'Permissions', { statements: [allowing()], roles: [role] })],
    ['a policy that is attached later', (stack, role) => new Policy(stack, 'Permissions', { statements: [allowing()] }).attachToRole(role)],
    ['a managed policy', (stack, role) => new ManagedPolicy(stack, 'Permissions', { statements: [allowing()], roles: [role] })],
    ['a resource of AWS CloudFormation for a policy', (stack, role) =>
      new CfnPolicy(stack, 'Permissions', { policyName: 'p', policyDocument: document(), roles: [role.roleName] })],
    ['one for a managed policy', (stack, role) => new CfnManagedPolicy(stack, 'Permissions', { policyDocument: document(), roles: [role.roleName] })],
    ['one for a policy of a role', (stack, role) =>
      new CfnRolePolicy(stack, 'Permissions', { policyName: 'p', policyDocument: document(), roleName: role.roleName })],
  ])('%s that is attached to the role from elsewhere', (_, attach) => {
    const stack = newStack();
    const role = roleIn(stack);
    const server = serverIn(stack, role);
    attach(stack, role);
    expect(dependenciesOf(server)).toEqual(['Permissions', 'Role']);
  });

  test('one that is attached to an imported role', () => {
    const stack = newStack();
    const role = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/path/tools');
    const server = serverIn(stack, role);
    new Policy(stack, 'Permissions', { statements: [allowing()], roles: [role] });
    expect(dependenciesOf(server)).toEqual(['Permissions']);
  });

  test('none of another role', () => {
    const stack = newStack();
    const server = serverIn(stack, roleIn(stack));
    new Policy(stack, 'Permissions', { statements: [allowing()], roles: [roleIn(stack, 'Other')] });
    expect(dependenciesOf(server)).toEqual(['Role']);
  });

  test('none of another stack, which may need this one', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map((id) => new Stack(app, id));
    const role = roleIn(one);
    const server = serverIn(one, role);
    new Policy(two, 'Permissions', { statements: [allowing(server.serviceArn)], roles: [role] });
    expect(dependenciesOf(server)).toEqual(['Role']);
  });
});

describe('a registration with a role does not wait for a policy from elsewhere that', () => {
  test('refers to the registration', () => {
    const stack = newStack();
    const role = roleIn(stack);
    const server = serverIn(stack, role);
    new Policy(stack, 'Permissions', { statements: [allowing(server.serviceArn)], roles: [role] });
    expect(dependenciesOf(server)).toEqual(['Role']);
  });

  test('refers to what refers to it, or depends on it', () => {
    const stack = newStack();
    const role = roleIn(stack);
    const server = serverIn(stack, role);
    const tools = new CfnResource(stack, 'Tools', { type: 'Test::Tools', properties: { ServiceId: server.serviceId } });
    const others = new CfnResource(stack, 'Others', { type: 'Test::Tools' });
    others.node.addDependency(server);
    const third = new CfnResource(stack, 'Third', { type: 'Test::Tools' });
    third.addDependency(server.node.defaultChild as CfnResource);
    [tools, others, third].forEach(({ ref }, index) => new Policy(stack, `Permissions${index}`, { statements: [allowing(ref)], roles: [role] }));
    expect(dependenciesOf(server)).toEqual(['Role']);
  });

  test('refers to another registration whose role waits for this one', () => {
    const stack = newStack();
    const roles = ['OneRole', 'TwoRole'].map((id) => roleIn(stack, id));
    const [one, two] = ['One', 'Two'].map((id, index) => serverIn(stack, roles[index], id));
    new Policy(stack, 'OnePermissions', { statements: [allowing(two.serviceArn)], roles: [roles[0]] });
    new Policy(stack, 'TwoPermissions', { statements: [allowing(one.serviceArn)], roles: [roles[1]] });
    expect([dependenciesOf(one), dependenciesOf(two)]).toEqual([['OneRole'], ['TwoPermissions', 'TwoRole']]);
  });
});
