/** The statements of the provider's role that do not depend on a registration. Static, so that no update takes away a permission that its own cleanup needs. */

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { TAG } from '../contract';

/** The ARN pattern of every service of a stack's account and Region. */
export function servicesOf(stack: Stack): string {
  return stack.formatArn({ service: 'aidevops', resource: 'service', resourceName: '*' });
}

/** The ARN pattern of every Agent Space of a stack's account and Region. */
export function agentSpacesOf(stack: Stack): string {
  return stack.formatArn({ service: 'aidevops', resource: 'agentspace', resourceName: '*' });
}

/**
 * The permissions of a provider, whose changes are fenced to the services with its provider tag. Associations have no tags,
 * so only the Agent Spaces can be narrowed that services are associated with. What was associated can always be removed.
 */
export function providerStatements(stack: Stack, providerTag: string, associable = [agentSpacesOf(stack)]): PolicyStatement[] {
  const services = servicesOf(stack);
  return [
    new PolicyStatement({
      actions: ['aidevops:RegisterService', 'aidevops:TagResource'],
      resources: [services],
      conditions: {
        StringEquals: { [`aws:RequestTag/${TAG.provider}`]: providerTag },
        // A new service has no tags yet. One that has must be this provider's, or TagResource would take over another's.
        StringEqualsIfExists: { [`aws:ResourceTag/${TAG.provider}`]: providerTag },
      },
    }),
    new PolicyStatement({
      actions: ['aidevops:DeregisterService', 'aidevops:UntagResource'],
      resources: [services],
      conditions: { StringEquals: { [`aws:ResourceTag/${TAG.provider}`]: providerTag } },
    }),
    new PolicyStatement({ actions: ['aidevops:GetService'], resources: [services] }),
    new PolicyStatement({ actions: ['aidevops:ListServices', 'aidevops:ListAgentSpaces'], resources: ['*'] }),
    // IAM's asterisk includes slashes, so the pattern covers the associations of an Agent Space, too.
    ...associable.length > 0 ? [new PolicyStatement({ actions: ['aidevops:AssociateService', 'aidevops:UpdateAssociation'], resources: associable })] : [],
    new PolicyStatement({
      actions: ['aidevops:DisassociateService', 'aidevops:GetAssociation', 'aidevops:ListAssociations', 'aidevops:ListWebhooks'],
      resources: [agentSpacesOf(stack)],
    }),
    describeStackStatement(stack),
  ];
}

/** Lets the handler read whether CloudFormation still waits for a resource of a stack, and whether the stack is being deleted. */
export function describeStackStatement(stack: Stack): PolicyStatement {
  return new PolicyStatement({ actions: ['cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks'], resources: [stack.stackId] });
}
