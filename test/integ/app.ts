/** The app of an integration test, whose snapshot is the same on every machine. */

import { App } from 'aws-cdk-lib';
import { DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';

export function newApp(): App {
  // A line of a stack trace begins with a folder of the machine. The runner's own context says otherwise, so this comes after it.
  return new App({ treeMetadata: false, postCliContext: { [DISABLE_CREATION_STACK_TRACES]: true, '@aws-cdk/core:enableAdditionalMetadataCollection': false } });
}
