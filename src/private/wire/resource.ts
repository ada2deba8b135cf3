/** The parts that both custom resources have. */

import { CfnDeletionPolicy, CfnResource } from 'aws-cdk-lib/core';

/** Whether CloudFormation keeps what the resource stands for when it replaces or removes the resource. */
export function isRetained({ cfnOptions: { deletionPolicy, updateReplacePolicy } }: CfnResource): boolean {
  const retaining: unknown[] = [CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE];
  return retaining.includes(deletionPolicy) || retaining.includes(updateReplacePolicy);
}

/** CloudFormation turns true into a string in any case. False is left out. */
export function flag(value: boolean | undefined): string | undefined {
  return value ? 'true' : undefined;
}
