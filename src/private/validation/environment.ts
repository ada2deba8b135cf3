/** The validation of accounts and Regions, as far as synthesis knows them. */

import { IRole } from 'aws-cdk-lib/aws-iam';
import { IResource, Token, TokenComparison } from 'aws-cdk-lib/core';

/** The handler reads secrets of its own Region only, and the API uses keys and topics of its own Region only. */
export function regionProblems(scope: IResource, prop: string, resource: IResource): string[] {
  return differ(scope.env.region, resource.env.region)
    ? [`${prop}: '${resource.node.path}' is in ${resource.env.region}, this registration in ${scope.env.region}. Use one of the same region.`]
    : [];
}

/** IAM passes a role to a service of the role's own account only. */
export function accountProblems(scope: IResource, role: IRole): string[] {
  return differ(scope.env.account, role.env.account)
    ? [`role: '${role.node.path}' belongs to account ${role.env.account}, this registration to ${scope.env.account}. Use a role of the same account.`]
    : [];
}

/** The handler registers services in its own account and Region only. */
export function providerProblems(scope: IResource, provider: IResource): string[] {
  return (['account', 'region'] as const).filter((part) => differ(scope.env[part], provider.env[part])).map((part) =>
    `provider: '${provider.node.path}' belongs to ${part} ${provider.env[part]}, this registration to ${scope.env[part]}. Use a provider of the same ${part}, or leave it out.`);
}

/** Whether two values are known to differ. */
export function differ(one: string, other: string): boolean {
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}
