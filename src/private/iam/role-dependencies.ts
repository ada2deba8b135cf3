/** The role that a registration passes, and the role's policies, as dependencies of the registration. */

import { CfnManagedPolicy, CfnPolicy, CfnRolePolicy, IRole } from 'aws-cdk-lib/aws-iam';
import { CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Stack, StringConcat, Tokenization } from 'aws-cdk-lib/core';
import { Dependable, IConstruct, IDependable } from 'constructs';
import { keptBy } from '../copies';
import { rendered } from '../rendered';

/**
 * A role with its own policies, and the policies of the registration's stack that are attached to the role from elsewhere. The
 * API tries the role out when the service is registered, so all of the role's permissions have to exist by then. A policy
 * from elsewhere that needs the registration is left out, since each would wait for the other.
 */
export function roleWithPolicies(registration: CfnResource, role: IRole): IDependable {
  let roots: IConstruct[] | undefined;
  // The CDK asks for them when it prepares the synthesis, so all policies are there. A policy may need other registrations with
  // roles, so this is asked again while it decides: what is decided so far counts.
  const decide = () => {
    if (roots) return roots;
    roots = [role];
    for (const policy of policiesIn(registration.stack).get(nameIn(registration.stack, role.roleName)) ?? []) {
      if (!needs(policy, registration)) roots.push(policy);
    }
    return roots;
  };
  const dependable = {};
  Dependable.implement(dependable, { get dependencyRoots() { return decide(); } });
  return dependable;
}

/** The policies of a stack by the names of their roles, found once for all registrations of the stack. */
function policiesIn(stack: Stack): Map<string, CfnResource[]> {
  return keptBy(stack, 'policiesOfRoles', () => {
    const policies = new Map<string, CfnResource[]>();
    for (const resource of resourcesIn(stack)) {
      if (resource.stack === stack) {
        rolesOf(resource).map((role) => nameIn(stack, role)).forEach((name) => policies.set(name, [...policies.get(name) ?? [], resource]));
      }
    }
    return policies;
  });
}

function rolesOf(resource: CfnResource): unknown[] {
  switch (resource.cfnResourceType) {
    case CfnPolicy.CFN_RESOURCE_TYPE_NAME:
    case CfnManagedPolicy.CFN_RESOURCE_TYPE_NAME: return resource.stack.resolve((resource as CfnPolicy | CfnManagedPolicy).roles) ?? [];
    case CfnRolePolicy.CFN_RESOURCE_TYPE_NAME: return [(resource as CfnRolePolicy).roleName];
    default: return [];
  }
}

function nameIn(stack: Stack, roleName: unknown): string {
  return JSON.stringify(stack.resolve(roleName));
}

/** Whether a resource cannot be made before another one. */
function needs(resource: CfnResource, other: CfnResource, seen = new Set<CfnResource>()): boolean {
  if (resource === other) return true;
  if (seen.has(resource)) return false;
  seen.add(resource);
  return [...referencesOf(resource), ...resource.obtainDependencies(), ...dependenciesOf(resource)]
    .some((next) => CfnResource.isCfnResource(next) && needs(next, other, seen));
}

function dependenciesOf(resource: CfnResource): CfnResource[] {
  return resource.node.scopes.flatMap((scope) => scope.node.dependencies).flatMap(resourcesIn);
}

/** The constructs that the template of a resource refers to. */
function referencesOf(resource: CfnResource): Set<IConstruct> {
  return keptBy(resource, 'references', () => {
    const resolver = new References();
    Tokenization.resolve(rendered(resource), { scope: resource, resolver, preparing: true });
    return resolver.targets;
  });
}

/** Remembers what the references in a template refer to. */
class References extends DefaultTokenResolver {
  public readonly targets = new Set<IConstruct>();

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token)) this.targets.add(token.target);
    return super.resolveToken(token, context, postProcessor);
  }
}

function resourcesIn(scope: IConstruct): CfnResource[] {
  return scope.node.findAll().filter(CfnResource.isCfnResource);
}
