import { Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { App, InjectionContext, IPropertyInjector, PropertyInjectors, Stack } from 'aws-cdk-lib/core';
import {
  AssociationConfiguration, AzureIdentityRegistration, DatadogRegistration, DatadogSite, DevOpsAgentProvider, DynatraceRegistration,
  EventChannelRegistration, GitLabRegistration, GitLabToken, GrafanaRegistration, McpServerAuthorization, McpServerRegistration, NewRelicRegion,
  NewRelicRegistration, PagerDutyRegistration, RemoteAgentAuthorization, RemoteAgentRegistration, ServiceAssociation, ServiceNowRegistration,
  ServiceRegistration, SigV4McpServerRegistration, SigV4RemoteAgentRegistration, SplunkRegistration,
} from '../src';
import { agentSpaceIn, SERVICE_ID } from './support/associations';
import { clientIn, fieldIn, GUID, registrationIn, resourcesOfType } from './synthesis';

/** What a platform team may prescribe for every construct of one class. */
class Prescribed implements IPropertyInjector {
  constructor(public readonly constructUniqueId: string, private readonly props: object) {}

  public inject(originalProps: any, _context: InjectionContext): any {
    return { ...this.props, ...originalProps };
  }
}

function stackWith(injector: IPropertyInjector): Stack {
  const app = new App();
  PropertyInjectors.of(app).add(injector);
  return new Stack(app, 'Tools');
}

test.each<[string, string, (stack: Stack) => unknown]>([
  ['PagerDuty', PagerDutyRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: clientIn(stack) })],
  ['McpServer', McpServerRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com', authorization: McpServerAuthorization.authorizationDiscovery() })],
  ['EventChannel', EventChannelRegistration.PROPERTY_INJECTION_ID, (stack) => new EventChannelRegistration(stack, 'It')],
  ['AzureIdentity', AzureIdentityRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new AzureIdentityRegistration(stack, 'It', { tenantId: GUID, clientId: GUID, webIdentityRole: Role.fromRoleName(stack, 'Role', 'azure') })],
  ['Dynatrace', DynatraceRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new DynatraceRegistration(stack, 'It', { accountUrn: `urn:dtaccount:${GUID}`, authorization: clientIn(stack) })],
  ['ServiceNow', ServiceNowRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new ServiceNowRegistration(stack, 'It', { instanceUrl: 'https://acme.service-now.com', authorization: clientIn(stack) })],
  ['GitLab', GitLabRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new GitLabRegistration(stack, 'It', { token: GitLabToken.personal(fieldIn(stack)) })],
  ['NewRelic', NewRelicRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new NewRelicRegistration(stack, 'It', { apiKey: fieldIn(stack), accountId: '123', region: NewRelicRegion.US })],
  ['Grafana', GrafanaRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new GrafanaRegistration(stack, 'It', { endpoint: 'https://acme.grafana.net', authorization: McpServerAuthorization.authorizationDiscovery() })],
  ['Splunk', SplunkRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new SplunkRegistration(stack, 'It', { endpoint: 'https://splunk.example.com', authorization: McpServerAuthorization.authorizationDiscovery() })],
  ['Datadog', DatadogRegistration.PROPERTY_INJECTION_ID, (stack) => new DatadogRegistration(stack, 'It', { site: DatadogSite.US1 })],
  ['SigV4McpServer', SigV4McpServerRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new SigV4McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com', signingService: 'execute-api' })],
  ['RemoteAgent', RemoteAgentRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new RemoteAgentRegistration(stack, 'It', { endpoint: 'https://agent.example.com', authorization: RemoteAgentAuthorization.bearerToken(fieldIn(stack)) })],
  ['SigV4RemoteAgent', SigV4RemoteAgentRegistration.PROPERTY_INJECTION_ID, (stack) =>
    new SigV4RemoteAgentRegistration(stack, 'It', { endpoint: 'https://agent.example.com', signingService: 'execute-api' })],
])('a blueprint reaches every %sRegistration', (name, id, make) => {
  const stack = stackWith(new Prescribed(`cdk-devops-agent.${name}Registration`, { displayName: 'Prescribed' }));
  make(stack);
  expect(id).toBe(`cdk-devops-agent.${name}Registration`);
  expect(registrationIn(stack).Request.name).toBe('Prescribed');
});

test('a blueprint reaches the default provider', () => {
  const stack = stackWith(new Prescribed('cdk-devops-agent.DevOpsAgentProvider', { memorySize: 1024 }));
  new EventChannelRegistration(stack, 'Channel');
  expect(DevOpsAgentProvider.PROPERTY_INJECTION_ID).toBe('cdk-devops-agent.DevOpsAgentProvider');
  expect(resourcesOfType(stack, 'AWS::Lambda::Function')[0][1].Properties.MemorySize).toBe(1024);
});

test('a blueprint can make what it prescribes for the default provider, in the stack', () => {
  const stack = stackWith({
    constructUniqueId: DevOpsAgentProvider.PROPERTY_INJECTION_ID,
    inject: (originalProps: any, { scope, id }) => ({ ...originalProps, logGroup: new LogGroup(scope, `${id}Log`, { logGroupName: 'prescribed' }) }),
  });
  new EventChannelRegistration(stack, 'Channel');
  const [[id, group], ...others] = resourcesOfType(stack, 'AWS::Logs::LogGroup');
  expect([group.Properties.LogGroupName, others]).toEqual(['prescribed', []]);
  expect(resourcesOfType(stack, 'AWS::Lambda::Function')[0][1].Properties.LoggingConfig).toEqual({ LogGroup: { Ref: id } });
});

test('a blueprint reaches every ServiceAssociation', () => {
  const stack = stackWith(new Prescribed('cdk-devops-agent.ServiceAssociation', { webhook: {} }));
  const association = new ServiceAssociation(stack, 'It', {
    service: ServiceRegistration.fromServiceId(stack, 'Service', SERVICE_ID),
    agentSpace: agentSpaceIn(stack),
    configuration: AssociationConfiguration.eventChannel(),
  });
  expect(ServiceAssociation.PROPERTY_INJECTION_ID).toBe('cdk-devops-agent.ServiceAssociation');
  expect(association.webhook).toBeDefined();
});
