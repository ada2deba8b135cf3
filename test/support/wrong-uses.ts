import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { Role } from 'aws-cdk-lib/aws-iam';
import {
  DatadogRegistration, DatadogSite, DynatraceRegistration, EventChannelRegistration, GitLabRegistration, GitLabToken, GrafanaRegistration,
  McpServerAuthorization, McpServerRegistration, McpTool, NewRelicRegion, NewRelicRegistration, OAuthClient, PrivateConnectivity,
  RemoteAgentAuthorization, RemoteAgentRegistration, ServiceAssociation, ServiceNowRegistration, SigV4McpServerRegistration,
  SigV4RemoteAgentRegistration, SplunkRegistration,
} from '../../src';
import { clientIn, fieldIn, newStack } from '../synthesis';

// Uses that the types exclude. The compiler is the test: it reports every directive that hides no error.
export function wrongUses(): void {
  const stack = newStack();
  const [field, client] = [fieldIn(stack), clientIn(stack)];
  const [endpoint, signingService] = ['https://tool.example.com', 'execute-api'];
  const mcpToken = McpServerAuthorization.bearerToken(field);
  const agentToken = RemoteAgentAuthorization.bearerToken(field);
  const privateConnectivity = PrivateConnectivity.all(PrivateConnectivity.refFromName(stack, 'Connection', 'tools'));

  // @ts-expect-error Datadog takes no API key
  new DatadogRegistration(stack, 'A', { site: DatadogSite.US1, authorization: McpServerAuthorization.apiKey({ apiKey: field, header: 'x-key' }) });
  // @ts-expect-error nor any credential that could be rotated
  new DatadogRegistration(stack, 'B', { site: DatadogSite.US1, credentialsRevision: '2' });
  // @ts-expect-error a URL goes through DatadogSite.of()
  new DatadogRegistration(stack, 'C', { site: endpoint });
  // @ts-expect-error a site is made by of()
  new DatadogSite(endpoint);

  // @ts-expect-error Dynatrace takes no bearer token
  new DynatraceRegistration(stack, 'D', { accountUrn: 'urn', authorization: mcpToken });
  // @ts-expect-error ServiceNow takes no API key
  new ServiceNowRegistration(stack, 'E', { instanceUrl: endpoint, authorization: McpServerAuthorization.apiKey({ apiKey: field, header: 'x-key' }) });

  // @ts-expect-error a token is personal or a group's
  new GitLabRegistration(stack, 'F', { token: field });
  // @ts-expect-error a group's token needs the group's id
  GitLabToken.group(field);
  // @ts-expect-error a personal token has no group
  GitLabToken.personal(field, '42');
  // @ts-expect-error a token is made by personal() or group()
  new GitLabToken('deploy', field);

  // @ts-expect-error a key comes from a secret
  new NewRelicRegistration(stack, 'G', { apiKey: 'NRAK-KEY', accountId: '123', region: NewRelicRegion.US });
  // @ts-expect-error there is no such region
  new NewRelicRegistration(stack, 'H', { apiKey: field, accountId: '123', region: NewRelicRegion.AP });

  // @ts-expect-error an MCP server is no remote agent
  new McpServerRegistration(stack, 'I', { endpoint, authorization: agentToken });
  // @ts-expect-error a client alone does not say where its tokens come from
  new GrafanaRegistration(stack, 'J', { endpoint, authorization: client });
  // @ts-expect-error Splunk is reached over the internet
  new SplunkRegistration(stack, 'K', { endpoint, authorization: mcpToken, privateConnectivity });

  // @ts-expect-error one connection for everything, or one for each kind of traffic
  PrivateConnectivity.split({ all: PrivateConnectivity.refFromName(stack, 'All', 'tools') });
  // @ts-expect-error connectivity is made by all() or split()
  new PrivateConnectivity({ privateConnectionName: undefined });

  // @ts-expect-error a remote agent is no MCP server
  new RemoteAgentRegistration(stack, 'L', { endpoint, authorization: mcpToken });
  // @ts-expect-error nobody consents for a remote agent
  RemoteAgentAuthorization.authorizationDiscovery();
  // @ts-expect-error nor in any other way
  RemoteAgentAuthorization.oauth3lo(client, { authorizationUrl: endpoint, exchangeUrl: endpoint });

  // @ts-expect-error signed requests go over the internet
  new SigV4McpServerRegistration(stack, 'M', { endpoint, signingService, privateConnectivity });
  // @ts-expect-error a role is a construct, so that it can be passed
  new SigV4McpServerRegistration(stack, 'N', { endpoint, signingService, role: 'arn:aws:iam::111122223333:role/signer' });
  // @ts-expect-error what is secret comes from a secret
  new SigV4McpServerRegistration(stack, 'O', { endpoint, signingService, secretCustomHeaders: { 'X-Token': 'token' } });
  // @ts-expect-error and what comes from a secret is secret
  new SigV4McpServerRegistration(stack, 'P', { endpoint, signingService, customHeaders: { 'X-Token': field } });
  // @ts-expect-error also where it authorizes
  McpServerAuthorization.customHeaders({ secretHeaders: { 'X-Token': 'token' } });
  // @ts-expect-error which takes one such header at least
  McpServerAuthorization.customHeaders({ headers: { 'X-Tenant': 'acme' } });
  // @ts-expect-error an agent gets no headers
  new SigV4RemoteAgentRegistration(stack, 'Q', { endpoint, signingService, role: Role.fromRoleName(stack, 'Role', 'r'), customHeaders: {} });
  // @ts-expect-error an event channel has no credential
  new EventChannelRegistration(stack, 'R', { credentialsRevision: '2' });
  // @ts-expect-error a client's secret comes from a secret
  OAuthClient.fromClientId('client', 'secret');

  const space = CfnAgentSpace.fromAgentSpaceId(stack, 'Space', 'space');
  const mcp = new McpServerRegistration(stack, 'S', { endpoint, authorization: mcpToken });
  // @ts-expect-error an Agent Space is a construct, so that its environment is known
  mcp.associateWith('space', { tools: [] });
  // @ts-expect-error an MCP server's tools are chosen
  mcp.associateWith(space);
  // @ts-expect-error and classified, or not
  mcp.associateWith(space, { tools: ['search'] });
  // @ts-expect-error a tool is made by of(), readOnly(), mutative() or destructive()
  new McpTool('search', 'READ_ONLY');
  // @ts-expect-error a remote agent has no tools
  new RemoteAgentRegistration(stack, 'T', { endpoint, authorization: agentToken }).associateWith(space, { tools: [McpTool.of('search')] });
  // @ts-expect-error the registration knows the endpoint
  new GrafanaRegistration(stack, 'U', { endpoint, authorization: mcpToken }).associateWith(space, { endpoint });
  // @ts-expect-error a capability is made by the method with its name
  mcp.associateWith(space, { tools: [McpTool.of('search')], capabilities: ['RELEASE_READINESS_REVIEW'] });
  // @ts-expect-error a webhook is captured with options, none of which is required
  mcp.associateWith(space, { tools: [McpTool.of('search')], webhook: true });
  // @ts-expect-error into a secret, which is a construct
  mcp.associateWith(space, { tools: [McpTool.of('search')], webhook: { secret: 'arn' } });
  // @ts-expect-error a configuration is made by the method with the name of the service
  new ServiceAssociation(stack, 'V', { service: mcp, agentSpace: space, configuration: { eventChannel: {} } });
}
