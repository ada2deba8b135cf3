/** An MCP server of our own in a real account: its registration, its unique name, and how long lists and names lag. */

import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, FunctionUrlAuthType, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { newApp } from './app';
import { everything, Probe } from './probe';
import { McpServerAuthorization, McpServerRegistration, SecretField } from '../../lib';

const app = newApp();
const stack = new Stack(app, 'IntegMcpServer');

const secret = new Secret(stack, 'Token', {
  generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'token', excludePunctuation: true, passwordLength: 40 },
});
const server = new LambdaFunction(stack, 'Server', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(readFileSync(path.join(__dirname, 'mcp-server.js'), 'utf8')),
  environment: { TOKEN_SECRET_ARN: secret.secretArn },
});
secret.grantRead(server);
// The token is what protects it, as it would an MCP server of any other vendor.
const endpoint = `${server.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url}mcp`;

const serverName = 'cdk-devops-agent-integ';
const registration = new McpServerRegistration(stack, 'McpServer', {
  endpoint, serverName, authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret, 'token')),
});
registration.node.addDependency(server);

const probe = new Probe(stack, 'Probe', [everything()]);
secret.grantRead(probe);

const integ = new IntegTest(app, 'McpServer', { testCases: [stack] });
probe.expect(integ, 'registered', { serviceId: registration.serviceId, type: 'mcpserver' }, {
  type: 'mcpserver', listed: true, provider: 'IntegMcpServer/DefaultDevOpsAgentProvider',
});
for (const type of ['mcpserver', 'mcpservergrafana']) {
  probe.expect(integ, 'takenName', { type, name: serverName, endpoint, secretArn: secret.secretArn }, { refused: true, conflict: true });
}
probe.expect(integ, 'lags', { type: 'mcpserver', name: `${serverName}-lags`, endpoint, secretArn: secret.secretArn }, { list: 'in time', name: 'in time' });
