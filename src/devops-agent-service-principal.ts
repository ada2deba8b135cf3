import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws } from 'aws-cdk-lib/core';

/**
 * Whose services may use what the principal is given.
 */
export interface DevOpsAgentServicePrincipalOptions {
  /**
   * The region that the services are registered in, such as `us-east-1`.
   *
   * @default - the region of the stack that the principal is used in
   */
  readonly region?: string;
}

/**
 * AWS DevOps Agent, acting for the services that are registered in this account: what a role that it assumes for a
 * service has to trust. No other account's services can use the role, nor anything of this account that is not a service.
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
