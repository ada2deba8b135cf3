import { Role } from 'aws-cdk-lib/aws-iam';
import { App, CfnParameter, Stack } from 'aws-cdk-lib/core';
import {
  AzureIdentityRegistration, McpServerAuthorization, McpServerRegistration, PagerDutyRegistration, PagerDutyServiceRegion, SigV4McpServerRegistration,
} from '../src';
import { clientIn, errorOf, fieldIn, GUID, newStack, registrationIn } from './synthesis';

// Texts whose letter case makes no difference are the same text.

const pagerDuty = (stack: Stack, id: string, subdomain: string, serviceRegion?: PagerDutyServiceRegion) =>
  new PagerDutyRegistration(stack, id, { subdomain, serviceRegion, authorization: clientIn(stack) });
const azure = (stack: Stack, id: string, clientId: string) => new AzureIdentityRegistration(stack, id, {
  tenantId: GUID, clientId, webIdentityRole: Role.fromRoleArn(stack, `${id}Role`, 'arn:aws:iam::111122223333:role/azure'),
});

describe('of one account, a second registration is refused', () => {
  test('of a PagerDuty subdomain in other letters', () => {
    const stack = newStack();
    pagerDuty(stack, 'One', 'acme');
    expect(errorOf(() => pagerDuty(stack, 'Two', 'Acme'))).toContain("PagerDuty account 'as_account-us.acme': there can be only one in an account and Region, and 'Tools/One' registers it already.");
    expect(errorOf(() => pagerDuty(stack, 'Three', 'Acme', PagerDutyServiceRegion.EU))).toBe('nothing was thrown');
  });

  test('of an Azure client id in other letters', () => {
    const stack = newStack();
    azure(stack, 'One', GUID.toUpperCase());
    expect(errorOf(() => azure(stack, 'Two', GUID))).toContain(`Azure client id '${GUID}': there can be only one in an account and Region, and 'Tools/One' registers it already.`);
  });
});

describe('other letters change nothing about what is registered', () => {
  test('of a PagerDuty subdomain', () => {
    const [one, two] = ['acme', 'ACME'].map((subdomain) => {
      const stack = newStack();
      pagerDuty(stack, 'It', subdomain);
      return registrationIn(stack).Request;
    });
    expect(two).toEqual(one);
  });

  test('of an Azure client id', () => {
    const [one, two] = [GUID, GUID.toUpperCase()].map((clientId) => {
      const stack = newStack();
      azure(stack, 'It', clientId);
      return registrationIn(stack).Request;
    });
    expect(two).toEqual(one);
  });
});

test('a subdomain and a client id that are known only at deployment stay as they are', () => {
  const stack = new Stack(new App(), 'Tools');
  const [subdomain, clientId] = ['Subdomain', 'ClientId'].map((id) => new CfnParameter(stack, id).valueAsString);
  expect(stack.resolve((pagerDuty(stack, 'PagerDuty', subdomain).node.defaultChild as any).cfnProperties.Request.serviceDetails.pagerduty.scopes.at(-1)))
    .toEqual({ $uniqueKey: { 'Fn::Join': ['', ['as_account-us.', { Ref: 'Subdomain' }]] } });
  expect(stack.resolve((azure(stack, 'Azure', clientId).node.defaultChild as any).cfnProperties.Request.serviceDetails.azureidentity.clientId))
    .toEqual({ $uniqueKey: { Ref: 'ClientId' } });
});

describe('a header that is given twice in other letters is refused', () => {
  test.each<[string, (stack: Stack) => unknown, string]>([
    ['among the headers', (stack) => new SigV4McpServerRegistration(stack, 'It', {
      endpoint: 'https://example.com/mcp', signingService: 'execute-api', customHeaders: { 'x-a': '1', 'X-B': '2', 'X-A': '3' },
    }), 'customHeaders'],
    ['among those from secrets', (stack) => new SigV4McpServerRegistration(stack, 'It', {
      endpoint: 'https://example.com/mcp', signingService: 'execute-api', secretCustomHeaders: { 'x-a': fieldIn(stack), 'X-A': fieldIn(stack) },
    }), 'secretCustomHeaders'],
    ['among those that authorize', (stack) => new McpServerRegistration(stack, 'It', {
      endpoint: 'https://example.com/mcp', authorization: McpServerAuthorization.customHeaders({ secretHeaders: { 'x-a': fieldIn(stack), 'X-A': fieldIn(stack) } }),
    }), 'secretHeaders'],
  ])('%s', (_, build, prop) => {
    expect(errorOf(() => build(newStack()))).toContain(`${prop}: 'x-a' and 'X-A' are the same header. Leave one of them out.`);
  });
});
