/** The principal of AWS DevOps Agent. */

import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws } from 'aws-cdk-lib/core';
import { Rule, throwIfAny } from './private/validation/check';
import { optional, read, Shape, text } from './private/validation/kinds';

const REGION: Rule = {
  pattern: /^[a-z]{2,4}(-[a-z]+)+-\d+$/,
  allowed: 'an AWS region such as us-east-1',
};

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

const OPTIONS: Shape<DevOpsAgentServicePrincipalOptions> = { region: optional(text(REGION)) };

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
    const { value: { region = Aws.REGION }, problems } = read(OPTIONS, options, 'options');
    throwIfAny('DevOpsAgentServicePrincipal', 'options', problems);
    super('aidevops.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:aidevops:${region}:${Aws.ACCOUNT_ID}:service/*` },
      },
    });
  }
}
