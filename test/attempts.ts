// What tests of validation build: constructs with valid props but for those given, in the stack that they are called with.
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib/core';
import {
  AzureIdentityRegistration, AzureIdentityRegistrationProps, DatadogRegistration, DatadogRegistrationProps, DatadogSite, DevOpsAgentProvider,
  DevOpsAgentProviderAttributes, DynatraceRegistration, EventChannelRegistration, EventChannelRegistrationProps, GitLabRegistration,
  GitLabRegistrationProps, GitLabToken, McpServerAuthorization, McpServerRegistration, McpServerRegistrationProps, NewRelicRegion,
  NewRelicRegistration, NewRelicRegistrationProps, OAuthClient, PagerDutyRegistration, PagerDutyRegistrationProps, PrivateConnectivity,
  RemoteAgentAuthorization, RemoteAgentRegistration, RemoteAgentRegistrationProps, SecretField, ServiceNowRegistration,
  SigV4McpServerRegistration, SigV4McpServerRegistrationProps, SigV4RemoteAgentRegistration, SigV4RemoteAgentRegistrationProps,
} from '../src';
import { clientIn, fieldIn, GUID, secretIn } from './synthesis';

export const URLS = { authorizationUrl: 'https://auth.example.com/authorize', exchangeUrl: 'https://auth.example.com/token' };
export const absent = new Stack().node.tryGetContext('absent');
export const ROLE = 'arn:aws:iam::111122223333:role/';

export type Attempt = (stack: Stack) => unknown;

export const pagerDuty = (props: Partial<PagerDutyRegistrationProps>): Attempt => (stack) =>
  new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: clientIn(stack), ...props });
export const client = (make: (stack: Stack) => OAuthClient): Attempt => (stack) => pagerDuty({ authorization: make(stack) })(stack);
export const field = (make: (stack: Stack) => SecretField): Attempt => client((stack) => OAuthClient.fromClientId('client', make(stack)));
export const mcp = (props: Partial<McpServerRegistrationProps>): Attempt => (stack) =>
  new McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', authorization: McpServerAuthorization.authorizationDiscovery(), ...props });
export const authorization = (make: (stack: Stack) => McpServerAuthorization): Attempt => (stack) => mcp({ authorization: make(stack) })(stack);
export const azure = (props: Partial<AzureIdentityRegistrationProps>): Attempt => (stack) =>
  new AzureIdentityRegistration(stack, 'It', { tenantId: GUID, clientId: GUID, webIdentityRole: Role.fromRoleArn(stack, 'Role', `${ROLE}azure`), ...props });
export const channel = (props: EventChannelRegistrationProps): Attempt => (stack) => new EventChannelRegistration(stack, 'It', props);
export const dynatrace = (accountUrn: string): Attempt => (stack) => new DynatraceRegistration(stack, 'It', { accountUrn, authorization: clientIn(stack) });
export const serviceNow = (instanceUrl: string): Attempt => (stack) => new ServiceNowRegistration(stack, 'It', { instanceUrl, authorization: clientIn(stack) });
export const gitLab = (props: Partial<GitLabRegistrationProps>): Attempt => (stack) =>
  new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(fieldIn(stack)), ...props });
export const newRelic = (props: Partial<NewRelicRegistrationProps>): Attempt => (stack) =>
  new NewRelicRegistration(stack, 'It', { apiKey: fieldIn(stack), accountId: '1234567', region: NewRelicRegion.US, ...props });
export const datadog = (props: Partial<DatadogRegistrationProps>): Attempt => (stack) => new DatadogRegistration(stack, 'It', { site: DatadogSite.US1, ...props });
export const sigV4 = (props: Partial<SigV4McpServerRegistrationProps>): Attempt => (stack) =>
  new SigV4McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', signingService: 'execute-api', ...props });
export const agent = (props: Partial<RemoteAgentRegistrationProps>): Attempt => (stack) =>
  new RemoteAgentRegistration(stack, 'It', { endpoint: 'https://agent.example.com', authorization: RemoteAgentAuthorization.bearerToken(fieldIn(stack)), ...props });
export const sigV4Agent = (props: Partial<SigV4RemoteAgentRegistrationProps>): Attempt => (stack) =>
  new SigV4RemoteAgentRegistration(stack, 'It', { endpoint: 'https://agent.example.com', signingService: 'execute-api', ...props });
export const headers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, 'value']));
export const badField = () => SecretField.fromSecretsManager(secretIn(new Stack()), '');
export const connection = (name: string): Attempt => (stack) => PrivateConnectivity.refFromName(stack, 'It', name);
export const provider = (attributes: Partial<DevOpsAgentProviderAttributes>): Attempt => (stack) => DevOpsAgentProvider.fromDevOpsAgentProviderAttributes(stack, 'It', {
  serviceToken: 'arn:aws:lambda:us-east-1:111122223333:function:provider', roleArn: `${ROLE}provider`, ...attributes,
});
export const key = (arn: string): Attempt => (stack) => channel({ encryptionKey: Key.fromKeyArn(stack, 'Key', arn) })(stack);

export const clientCredentials = (props: object) => authorization((stack) =>
  McpServerAuthorization.oauthClientCredentials({ client: clientIn(stack), exchangeUrl: URLS.exchangeUrl, ...props }));
export const threeLegged = (props: object) => authorization((stack) => McpServerAuthorization.oauth3lo(clientIn(stack), { ...URLS, ...props }));
export const apiKey = (props: object) => authorization((stack) => McpServerAuthorization.apiKey({ apiKey: fieldIn(stack), header: 'x-key', ...props }));
export const headerAuthorization = (props: object) => authorization((stack) =>
  McpServerAuthorization.customHeaders({ secretHeaders: { 'X-Key': fieldIn(stack) }, ...props }));
export const bearer = (props: object) => authorization((stack) => McpServerAuthorization.bearerToken(fieldIn(stack), props));
