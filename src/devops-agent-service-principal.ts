/** The principal of AWS DevOps Agent. */

import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws } from 'aws-cdk-lib/core';

/**
 * Options of `DevOpsAgentServicePrincipal`.
 */
export interface DevOpsAgentServicePrincipalOptions {
  /**
   * The Region that the services are registered in, such as `us-east-1`.
   *
   * @default - the Region of the stack that the principal is used in
   */
  readonly region?: string;
}

/**
 * The principal that a role has to trust if AWS DevOps Agent assumes the role for a registered service of this account.
 *
 * Its conditions exclude the services of other accounts, and all resources of this account that are not services.
 *
 * @example
 * new iam.Role(stack, 'McpRole', { assumedBy: new DevOpsAgentServicePrincipal() });
 */
export class DevOpsAgentServicePrincipal extends ServicePrincipal {
  constructor(options: DevOpsAgentServicePrincipalOptions = {}) {
    super('aidevops.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:aidevops:${options.region ?? Aws.REGION}:${Aws.ACCOUNT_ID}:service/*` },
      },
    });
  }
}
