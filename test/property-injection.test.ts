import { Role } from 'aws-cdk-lib/aws-iam';
import { App, InjectionContext, IPropertyInjector, PropertyInjectors, Stack } from 'aws-cdk-lib/core';
import {
  AzureIdentityRegistration, DevOpsAgentProvider, EventChannelRegistration, McpServerAuthorization, McpServerRegistration, PagerDutyRegistration,
} from '../src';
import { clientIn, GUID, registrationIn, resourcesOfType } from './synthesis';

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
