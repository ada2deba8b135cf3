/** The tags of the stacks around a construct. CloudFormation gives them to its own resource types, and to no custom resource. */

import { Aspects, Stack, TagManager, TagProps, Token } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { RESOURCE_TYPE } from './contract';

/**
 * Adds to the tags of a construct what the stacks around it have beside them, the nearest first. Called when all aspects have
 * been: a tag that one of them added or removed stays so, since theirs has a higher priority than 0.
 */
export function addStackTags(construct: IConstruct, tags: TagManager): void {
  for (let stack: Stack | undefined = Stack.of(construct); stack; stack = stack.nestedStackParent) {
    if (!stack.tags.hasTags()) continue;
    const own = tags.tagValues();
    for (const [key, value] of Object.entries(stack.tags.tagValues())) {
      // The CDK ignores tags of stacks that are known only at deployment.
      if (!(key in own) && !Token.isUnresolved(key) && !Token.isUnresolved(value) && !isExcluded(stack, key)) tags.setTag(key, value, 0);
    }
  }
}

/** The parts of an aspect of `Tags.of()`. */
interface TagAspect {
  readonly key: string;
  readonly props: TagProps;
}

/** Whether `Tags.of()` puts the tag on the stack and keeps it from registrations, as in apps without `@aws-cdk/core:explicitStackTags`. */
function isExcluded(stack: Stack, tag: string): boolean {
  const aspects = stack.node.scopes.flatMap((scope) => Aspects.of(scope).all as unknown as Partial<TagAspect>[]);
  return aspects.some(({ key, props }) => key === tag && props?.excludeResourceTypes?.includes(RESOURCE_TYPE));
}
