import { App, Aws, Fn, Stack, Validations } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import {
  DatadogRegistration, DatadogSite, GrafanaRegistration, McpServerAuthorization, McpServerRegistration, OAuthClient, PagerDutyRegistration,
  RemoteAgentAuthorization, RemoteAgentRegistration, SigV4McpServerRegistration, SigV4RemoteAgentRegistration, SplunkRegistration,
} from '../src';
import { clientIn, errorOf, fieldIn, newStack, templateOf } from './synthesis';

const URLS = { authorizationUrl: 'https://login.example.com/authorize', exchangeUrl: 'https://login.example.com/token' };
const CANARY = 'canary8c1f';

type Build = (stack: Stack, name: string) => IConstruct;

const sigV4 = (props: object): Build => (stack) =>
  new SigV4McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', signingService: 'execute-api', ...props });
const mcp = (stack: Stack, authorization: McpServerAuthorization) =>
  new McpServerRegistration(stack, 'It', { endpoint: 'https://mcp.example.com/mcp', authorization });
const clientWith = (stack: Stack, name: string) => OAuthClient.fromClientId('client', fieldIn(stack), { exchangeParameters: { [name]: CANARY } });

/** The maps of plain values: what makes one with a name in it, the prop that it is, and the twin that takes a secret. */
const MAPS: [string, Build, string, string][] = [
  ['headers with SigV4', (stack, name) => sigV4({ customHeaders: { [name]: CANARY } })(stack, name), 'customHeaders', 'secretCustomHeaders'],
  ['headers that authorize', (stack, name) => mcp(stack, McpServerAuthorization.customHeaders({
    headers: { [name]: CANARY }, secretHeaders: { 'X-Other': fieldIn(stack) },
  })), 'authorization.headers', 'secretHeaders'],
  ['parameters of a client', (stack, name) => new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: clientWith(stack, name) }),
    'authorization.exchangeParameters', 'secretExchangeParameters'],
  ['parameters of a client for client credentials', (stack, name) => mcp(stack, McpServerAuthorization.oauthClientCredentials({
    client: clientWith(stack, name), exchangeUrl: URLS.exchangeUrl,
  })), 'authorization.client.exchangeParameters', 'secretExchangeParameters'],
  ['parameters of a client for 3LO', (stack, name) => mcp(stack, McpServerAuthorization.oauth3lo(clientWith(stack, name), URLS)),
    'authorization.client.exchangeParameters', 'secretExchangeParameters'],
];

describe.each(MAPS)('plain %s', (_, build, prop, twin) => {
  test.each([
    'Authorization', 'proxy-authorization', 'COOKIE', 'X-Api-Key', 'apikey', 'client_secret', 'X-Auth-Token', 'Password', 'x-credential', 'client_assertion',
    'X-Signature',
  ])('refuse %s, and name the twin that takes a secret', (name) => {
    const stack = newStack();
    build(stack, name);
    const error = errorOf(() => templateOf(stack));
    expect(error).toContain('Tools/It');
    expect(error).toContain(`${prop}.${name}: the name says that the value is a credential, which would stand in the template. Give it in ${twin}.`);
    expect(error).not.toContain(CANARY);
  });

  test.each(['X-Tenant', 'Accept', 'audience', 'author', 'cookies-policy'])('take %s', (name) => {
    const stack = newStack();
    build(stack, name);
    expect(JSON.stringify(templateOf(stack))).toContain(CANARY);
  });
});

/** The URLs: what makes one, the prop that it is, and the words that say where a credential belongs instead. */
const ENDPOINTS: [string, Build, string, string][] = [
  ['an MCP server', (stack, endpoint) => new McpServerRegistration(stack, 'It', { endpoint, authorization: McpServerAuthorization.bearerToken(fieldIn(stack)) }), 'endpoint', 'authorization'],
  ['Grafana', (stack, endpoint) => new GrafanaRegistration(stack, 'It', { endpoint, authorization: McpServerAuthorization.bearerToken(fieldIn(stack)) }), 'endpoint', 'authorization'],
  ['Splunk', (stack, endpoint) => new SplunkRegistration(stack, 'It', { endpoint, authorization: McpServerAuthorization.bearerToken(fieldIn(stack)) }), 'endpoint', 'authorization'],
  ['an MCP server with SigV4', (stack, endpoint) => sigV4({ endpoint })(stack, endpoint), 'endpoint', 'secretCustomHeaders'],
  ['a remote agent', (stack, endpoint) => new RemoteAgentRegistration(stack, 'It', { endpoint, authorization: RemoteAgentAuthorization.bearerToken(fieldIn(stack)) }), 'endpoint', 'authorization'],
  ['a remote agent with SigV4', (stack, endpoint) => new SigV4RemoteAgentRegistration(stack, 'It', { endpoint, signingService: 'execute-api' }), 'endpoint', 'requests are signed'],
  ['Datadog', (stack, url) => new DatadogRegistration(stack, 'It', { site: DatadogSite.of(url) }), 'site', 'a user consents'],
  ['a token endpoint', (stack, exchangeUrl) => mcp(stack, McpServerAuthorization.oauthClientCredentials({ client: clientIn(stack), exchangeUrl })), 'authorization.exchangeUrl', 'secretExchangeParameters'],
  ['a token endpoint of 3LO', (stack, exchangeUrl) => mcp(stack, McpServerAuthorization.oauth3loPublicClient('client', { ...URLS, exchangeUrl })), 'authorization.exchangeUrl', 'secretExchangeParameters'],
  ['an authorization endpoint', (stack, authorizationUrl) => mcp(stack, McpServerAuthorization.oauth3lo(clientIn(stack), { ...URLS, authorizationUrl })), 'authorization.authorizationUrl', 'Leave it out'],
];

describe.each(ENDPOINTS)('the URL of %s', (_, build, prop, fix) => {
  test.each([
    ['api_key', `https://x.example.com/mcp?api_key=${CANARY}`],
    ['access_token', `https://x.example.com/mcp?tenant=acme&access_token=${CANARY}#top`],
    ['api-key', `https://x.example.com/mcp?api%2Dkey=${CANARY}`],
    ['api_key', `https://x.example.com/mcp?tenant=acme;api_key=${CANARY}`],
    ['sig_token', `https://x.example.com/mcp#sig_token=${CANARY}`],
  ])('is refused with %s in its query', (name, url) => {
    const stack = newStack();
    build(stack, url);
    const error = errorOf(() => templateOf(stack));
    expect(error).toContain(`${prop}?${name}: the name says that the value is a credential`);
    expect(error).toContain(fix);
    expect(error).not.toContain(CANARY);
  });

  test('may have a query without one, and parts that are known only at deployment', () => {
    const stack = newStack();
    build(stack, `https://x.example.com/secrets/token?tenant=acme&region=${Aws.REGION}&${Fn.importValue('name')}=1`);
    expect(errorOf(() => templateOf(stack))).toBe('nothing was thrown');
  });
});

test('neither the query nor a password of a URL is shown that is wrong for another reason', () => {
  const attempt = (endpoint: string) => errorOf(() => sigV4({ endpoint })(newStack(), ''));
  expect(attempt(`http://x.example.com/mcp?api_key=${CANARY}`)).toContain("endpoint: 'http://x.example.com/mcp?…' must be an https:// URL");
  expect(attempt(`https://user:${CANARY}@x.example.com/mcp`)).toContain("endpoint: 'https://…@x.example.com/mcp' must be an https:// URL");
});

describe('an innocent name', () => {
  const id = 'cdk-devops-agent:plainCredential:customHeaders.X-Page-Token';
  const acknowledgement = { id, reason: 'The token of a page is no credential' };
  const build = (stack: Stack, props = {}) => sigV4({ customHeaders: { 'X-Page-Token': 'start', ...props } })(stack, '');

  test('is acknowledged by the id that the error names', () => {
    const stack = newStack();
    build(stack);
    expect(errorOf(() => templateOf(stack))).toContain(`Validations.of(construct).acknowledge({ id: '${id}', reason: '…' })`);
  });

  test('is accepted if it is acknowledged on the construct, the stack or the app', () => {
    for (const where of [(it: IConstruct) => it, (it: IConstruct) => Stack.of(it), (it: IConstruct) => it.node.root as App]) {
      const stack = newStack();
      Validations.of(where(build(stack))).acknowledge(acknowledgement);
      expect(JSON.stringify(templateOf(stack))).toContain('"X-Page-Token":"start"');
    }
  });

  test('that is acknowledged hides no other', () => {
    const stack = newStack();
    Validations.of(build(stack, { 'X-Api-Key': CANARY })).acknowledge(acknowledgement);
    const error = errorOf(() => templateOf(stack));
    expect(error).toContain('customHeaders.X-Api-Key: ');
    expect(error).not.toContain('customHeaders.X-Page-Token: ');
  });

  test('comes in one error with the other problems of a construct, if there are some', () => {
    const error = errorOf(() => sigV4({ customHeaders: { 'X-Page-Token': 'start' }, description: '' })(newStack(), ''));
    expect(error.split('\n  - ').map((line) => line.split(':')[0])).toEqual(['Tools/It (SigV4McpServerRegistration) cannot be synthesized', 'description', 'customHeaders.X-Page-Token']);
  });
});

test('headers that authorize, none of them from a secret, are refused', () => {
  const error = errorOf(() => mcp(newStack(), McpServerAuthorization.customHeaders({ headers: { 'X-Api-Key': CANARY }, secretHeaders: {} })));
  expect(error).toContain('authorization.secretHeaders: 0 were given, but at least 1 is needed. Give the header that carries the credential.');
  expect(error).toContain('authorization.headers.X-Api-Key: the name says that the value is a credential');
});
