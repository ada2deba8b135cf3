/** The Regions that AWS DevOps Agent is known to be available in. */

import { Annotations, Token } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { keptBy } from '../copies';
import { outermostStack } from '../stacks';

/** https://docs.aws.amazon.com/devopsagent/latest/userguide/about-aws-devops-agent-supported-regions.html */
const REGIONS = [
  'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ca-central-1', 'eu-central-1', 'eu-north-1',
  'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1', 'us-east-1', 'us-east-2', 'us-west-2',
];

/** Warns, once for each stack that is deployed by itself, of a Region that is not known. It is no error, since there are new Regions every year. */
export function warnOfRegion(registration: IConstruct): void {
  const stack = outermostStack(registration);
  keptBy(stack, 'regionWarning', () => {
    if (!Token.isUnresolved(stack.region) && !REGIONS.includes(stack.region)) {
      Annotations.of(stack).addWarningV2('cdk-devops-agent:regionUnknown',
        `region: ${stack.region} was given, but AWS DevOps Agent is known to be available in ${REGIONS.join(', ')} only. Choose one of these, or acknowledge this warning if AWS has added the Region since.`);
    }
    return true;
  });
}
