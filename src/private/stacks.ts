/** The stacks around a construct. */

import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';

/** The stack that is deployed by itself: the one that the nested stacks around a construct are nested in. */
export function outermostStack(scope: IConstruct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}
