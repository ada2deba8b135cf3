/** The template of a resource as the CDK renders it. */

import { CfnResource } from 'aws-cdk-lib/core';

/** A resource as it is to stand in the template, overrides among it, with tokens. */
export function rendered(resource: CfnResource): object {
  return (resource as unknown as { _toCloudFormation(): object })._toCloudFormation();
}
