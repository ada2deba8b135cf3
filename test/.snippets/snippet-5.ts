// What the examples in README.md and docs/ may take for granted. An example that has imports of its own is a complete
// file and is compiled without this.
import { CfnOutput, CfnResource, NestedStack, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as devopsagent from 'aws-cdk-lib/aws-devopsagent';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  DevOpsAgentProvider, EventChannelRegistration, McpServerAuthorization, McpServerRegistration, OAuthClient,
  PagerDutyRegistration, PagerDutyServiceRegion, PrivateConnectivity, SecretField,
} from 'cdk-devops-agent';

declare const stack: Stack;
declare const secret: secretsmanager.ISecret;
declare const vpc: ec2.IVpc;
declare const pagerDuty: PagerDutyRegistration;
declare const agentSpace: devopsagent.CfnAgentSpace;

export function example(): void {
  McpServerAuthorization.apiKey({
  apiKey: SecretField.fromSecretsManager(secret, 'api_key'),
  header: 'X-Api-Key',
});

}
