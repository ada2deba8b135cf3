/** The findings of cdk-nag on a provider that are by design. What an app can decide otherwise, such as a VPC, is left to the app. */

import { IManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { acknowledge, finding, inBothPacks, INLINE_POLICY } from './acknowledge';
import { agentSpacesOf, servicesOf } from './statements';

export function acknowledgeRole(role: Role): void {
  const { stack } = role;
  acknowledge(role, {
    [finding(role, 'IAM5', 'Resource', servicesOf(stack))]: 'The ids of services are not known before registration. Changes are fenced by a tag of the provider.',
    [finding(role, 'IAM5', 'Resource', agentSpacesOf(stack))]: 'The Agent Spaces of a registration are not known before it is deployed, and an association may be removed after its Agent Space has left the app.',
    [finding(role, 'IAM5', 'Resource', '*')]: 'The actions that list services and Agent Spaces have no resource-level permissions.',
    ...INLINE_POLICY,
  });
}

export function acknowledgeNetwork(role: Role, policy: IManagedPolicy): void {
  acknowledge(role, {
    [finding(role, 'IAM4', 'Policy', policy.managedPolicyArn)]: 'A Lambda function in a VPC needs this policy: its network interfaces have no ARN beforehand.',
  });
}

export function acknowledgeHandler(handler: IFunction): void {
  acknowledge(handler, {
    ...inBothPacks('LambdaConcurrency', 'A deployment invokes the function once for each registration that it changes. A limit would delay deployments.'),
    ...inBothPacks('LambdaDLQ', 'CloudFormation notices an event that is not answered. A queue would keep the signed URL with which anybody can answer.'),
  });
}
