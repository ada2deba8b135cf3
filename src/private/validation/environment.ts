/** The validation of accounts and Regions, as far as synthesis knows them. */

import { IRole } from 'aws-cdk-lib/aws-iam';
import { IResource, Token, TokenComparison } from 'aws-cdk-lib/core';
import { IEnvironmentAware } from 'aws-cdk-lib/interfaces';
import { IConstruct } from 'constructs';

export const REGISTRATION = 'this registration';

/** The handler reads secrets of its own Region only, and the API uses keys and topics of its own Region only. */
export function regionProblems(scope: IResource, prop: string, resource: IResource, self = REGISTRATION, fix = 'Use one of the same region.'): string[] {
  return differ(scope.env.region, resource.env.region)
    ? [`${prop}: '${resource.node.path}' is in ${resource.env.region}, ${self} in ${scope.env.region}. ${fix}`]
    : [];
}

/** The end of the ARN of a role that the CDK is about to look up, in the first of two syntheses. The account is invented, too. */
const NOT_LOOKED_UP = ':role/DUMMY_ARN';

/** IAM passes a role to a service of the role's own account only. */
export function accountProblems(scope: IResource, role: IRole): string[] {
  return !role.roleArn.endsWith(NOT_LOOKED_UP) && differ(scope.env.account, role.env.account)
    ? [`role: '${role.node.path}' belongs to account ${role.env.account}, this registration to ${scope.env.account}. Use a role of the same account.`]
    : [];
}

/** The handler works in its own account and Region only. */
export function environmentProblems(scope: IResource, prop: string, { node, env }: IConstruct & IEnvironmentAware, self: string, fix = ''): string[] {
  return (['account', 'region'] as const).filter((part) => differ(scope.env[part], env[part])).map((part) =>
    `${prop}: '${node.path}' belongs to ${part} ${env[part]}, ${self} to ${scope.env[part]}. Use one of the same ${part}${fix}.`);
}

export function providerProblems(scope: IResource, provider: IResource, self = REGISTRATION): string[] {
  return environmentProblems(scope, 'provider', provider, self, ', or leave it out');
}

/** Whether two values are known to differ. */
export function differ(one: string, other: string): boolean {
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}
