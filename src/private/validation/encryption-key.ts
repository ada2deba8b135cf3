/** The validation of a KMS key. */

import { CfnKey, IKey } from 'aws-cdk-lib/aws-kms';
import { IResource } from 'aws-cdk-lib/core';
import { check } from './check';
import { regionProblems } from './environment';
import { KMS_KEY_ARN } from './rules';

export function keyProblems(scope: IResource, key: IKey): string[] {
  // The ARN of a key of this app is not known yet, but its kind is.
  const { multiRegion, keySpec } = (key.node.defaultChild ?? {}) as Partial<CfnKey>;
  const usable = multiRegion !== true && (keySpec ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT';
  return [
    ...'aliasName' in key
      ? [`encryptionKey: an alias was given ('${key.node.path}'), but the API needs the key itself. Pass the key of the alias.`]
      : check('encryptionKey', key.keyArn, KMS_KEY_ARN),
    ...usable ? [] : [`encryptionKey: '${key.node.path}' must be a symmetric, single-Region key.`],
    ...regionProblems(scope, 'encryptionKey', key),
  ];
}
