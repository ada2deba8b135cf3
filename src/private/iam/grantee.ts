/** The grantee of what a registration needs: the provider's role, directly or by a policy of the registration's stack. */

import { AddToPrincipalPolicyResult, IGrantable, IPrincipal, IRole, Policy, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Fn, Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { acknowledge, INLINE_POLICY } from './acknowledge';
import { describeStackStatement } from './statements';

export interface Grantee extends IGrantable {
  /** The construct that the grants become part of. */
  readonly scope: IConstruct;
  /** The role, if the grants become its own. */
  readonly role?: Role;
  /** The policy that has to exist before the registration, unless the registration depends on it anyway. */
  readonly policy?: Policy;
}

/**
 * The grantee of a registration.
 *
 * In the provider's own stack that is the role itself: the Lambda function depends on the role's policy, and the registration
 * on the function. In any other stack it is one policy of that stack, for all its registrations. Grants in the provider's
 * stack would make it depend on the registration's stack, which depends on the provider's.
 */
export function granteeFor(registration: IConstruct, provider: IConstruct, role: IRole): Grantee {
  const stack = Stack.of(registration);
  if (Role.isRole(role) && role.stack === stack) return { grantPrincipal: role, scope: role, role };

  const id = `DevOpsAgentGrants${provider.node.addr.slice(-8)}`;
  const existing = () => stack.node.tryFindChild(id) as Policy | undefined;
  // Made with its first statement: IAM refuses an empty policy.
  const policy = () => existing() ?? new Policy(stack, id, {
    // Inline policies of one role share a name space: those of one provider that is imported twice, and those of two nested
    // stacks, whose equal constructs share a logical id.
    policyName: Fn.join('-', [id, Fn.select(2, Fn.split('/', stack.stackId))]),
    document: new PolicyDocument({ minimize: true }),
    roles: [role],
  });
  const grantPrincipal = new PrincipalByPolicy(role, policy);
  // The provider's own policy allows this for the provider's own stack only.
  grantPrincipal.addToPrincipalPolicy(describeStackStatement(stack));
  acknowledge(policy(), INLINE_POLICY);
  return {
    grantPrincipal,
    get scope() { return policy(); },
    get policy() { return existing(); },
  };
}

/** A role whose grants go into a policy of another stack. */
class PrincipalByPolicy implements IPrincipal {
  public readonly grantPrincipal = this;
  public readonly assumeRoleAction: string;
  public readonly policyFragment: IPrincipal['policyFragment'];
  public readonly principalAccount?: string;

  constructor(role: IRole, private readonly policy: () => Policy) {
    this.assumeRoleAction = role.assumeRoleAction;
    this.policyFragment = role.policyFragment;
    this.principalAccount = role.principalAccount;
  }

  public addToPolicy(statement: PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }

  public addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    const policy = this.policy();
    policy.addStatements(statement);
    return { statementAdded: true, policyDependable: policy };
  }
}
