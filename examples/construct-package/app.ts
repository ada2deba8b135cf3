import { TeamDevOpsAgent } from 'acme-devops-tools';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { McpServerAuthorization, McpServerRegistration, McpTool, SecretField } from 'cdk-devops-agent';

// The app of a team: a project of its own, which has the package and its peers installed.
const app = new App();
const stack = new Stack(app, 'Checkout');

// An Agent Space that exists already, with `-c agentSpace=<agent space id>`.
const agentSpaceId = app.node.tryGetContext('agentSpace');

const devOpsAgent = new TeamDevOpsAgent(stack, 'DevOpsAgent', {
  team: 'checkout',
  pagerDutyServiceIds: ['PABC123'],
  agentSpace: agentSpaceId && CfnAgentSpace.fromAgentSpaceId(stack, 'AgentSpace', agentSpaceId),
});

// A tool of this team alone, beside those that all teams have.
const runbooks = new McpServerRegistration(stack, 'Runbooks', {
  endpoint: 'https://runbooks.checkout.acme.example/mcp',
  authorization: McpServerAuthorization.bearerToken(
    SecretField.fromSecretsManager(Secret.fromSecretNameV2(stack, 'RunbooksToken', 'devops-tools/runbooks'), 'token'),
  ),
});
runbooks.associateWith(devOpsAgent.agentSpace, { tools: [McpTool.readOnly('search')] });

new CfnOutput(stack, 'WebhookSecret', { value: devOpsAgent.webhook.secretArn });
