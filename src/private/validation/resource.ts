/** The validation of the parts of a registration that may change until synthesis: tags and the removal policy. */

import { CfnDeletionPolicy, CfnResource, RemovalPolicy, TagManager } from 'aws-cdk-lib/core';
import { check } from './check';
import { TAG_KEY, TAG_VALUE } from './rules';
import { RESOURCE_TYPE, TAG_PREFIX } from '../contract';

const NO_SNAPSHOTS = 'removalPolicy: SNAPSHOT was given, but a registration has no snapshots. Use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE.';

export function tagProblems(tags: TagManager): string[] {
  return Object.entries(tags.tagValues()).flatMap(([key, value]) => [
    ...check('tag key', key, TAG_KEY),
    ...[TAG_PREFIX, 'aws:'].filter((prefix) => key.toLowerCase().startsWith(prefix)).map((prefix) =>
      `tag key: '${key}' must not begin with '${prefix}', which is reserved. Choose another key, or exclude '${RESOURCE_TYPE}' (excludeResourceTypes).`),
    ...check(`tag '${key}'`, value, TAG_VALUE),
  ]);
}

export function removalPolicyProblems(policy: RemovalPolicy | undefined): string[] {
  return policy === RemovalPolicy.SNAPSHOT ? [NO_SNAPSHOTS] : [];
}

/** The same for a policy that `applyRemovalPolicy()` set later. */
export function deletionPolicyProblems({ cfnOptions }: CfnResource): string[] {
  return [cfnOptions.deletionPolicy, cfnOptions.updateReplacePolicy].includes(CfnDeletionPolicy.SNAPSHOT) ? [NO_SNAPSHOTS] : [];
}
