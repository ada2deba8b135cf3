/** The validation of the parts of a registration that may change until synthesis: tags and the removal policy. */

import { CfnDeletionPolicy, CfnResource, RemovalPolicy, TagManager } from 'aws-cdk-lib/core';
import { check, quoted } from './check';
import { TAG_KEY, TAG_VALUE } from './rules';
import { RESOURCE_TYPE, TAG, TAG_PREFIX } from '../contract';

const noSnapshots = (prop: string, owner: string) =>
  `${prop}: SNAPSHOT was given, but ${owner} has no snapshots. Use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE.`;

/** The maximum number of tags that AWS documents for a resource. */
const MAX_TAGS = 50;

export function tagProblems(tags: TagManager): string[] {
  const values = Object.entries(tags.tagValues());
  const ownershipTags = Object.keys(TAG).length;
  return [
    ...values.flatMap(([key, value]) => [
      ...check('tag key', key, TAG_KEY),
      ...[TAG_PREFIX, 'aws:'].filter((prefix) => key.toLowerCase().startsWith(prefix)).map((prefix) =>
        `tag key: '${key}' must not begin with '${prefix}', which is reserved.`),
      ...check(`tag '${key}'`, value, TAG_VALUE),
    ].map((problem) => `${problem} ${wayOut(key)}`)),
    ...values.length > MAX_TAGS - ownershipTags
      ? [`tags: ${values.length} were given, those of the stack among them, but a service has at most ${MAX_TAGS}, and ${ownershipTags} of them are for ownership tags. Leave some out.`]
      : [],
  ];
}

/** The ways to change a tag that is refused, which is right for other resources. */
function wayOut(key: string): string {
  return `Choose another one, or leave it out: with excludeResourceTypes: ['${RESOURCE_TYPE}'] where Tags.of(…).add() adds it, or with Tags.of(…).remove(${quoted(key)}) on the registration if it is a tag of the stack.`;
}

export function snapshotProblems(prop: string, owner: string, policy: RemovalPolicy | undefined): string[] {
  return policy === RemovalPolicy.SNAPSHOT ? [noSnapshots(prop, owner)] : [];
}

/** The same for a policy that `applyRemovalPolicy()` set later. */
export function deletionPolicyProblems({ cfnOptions }: CfnResource, owner = 'a registration'): string[] {
  return [cfnOptions.deletionPolicy, cfnOptions.updateReplacePolicy].includes(CfnDeletionPolicy.SNAPSHOT) ? [noSnapshots('removalPolicy', owner)] : [];
}
