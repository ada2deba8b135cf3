import * as path from 'path';
import * as ts from 'typescript';

/** What is written around each line. */
const PRELUDE = `
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SecretValue, Stack } from 'aws-cdk-lib/core';
import * as agent from '../src';
declare const stack: Stack;
declare const secret: ISecret;
const field = agent.SecretField.fromSecretsManager(secret);
const client = agent.OAuthClient.fromSecretsManager(secret);
const authorization = agent.McpServerAuthorization.bearerToken(field);
const endpoint = 'https://mcp.example.com';
`;

const COMPILES = [
  "new agent.PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: client });",
  "new agent.McpServerRegistration(stack, 'It', { endpoint, authorization });",
  'agent.McpServerAuthorization.bearerToken(field);',
  "agent.OAuthClient.fromClientId('client', field, { secretExchangeParameters: { a: field } });",
];

const DOES_NOT_COMPILE = [
  ['a string as PagerDuty authorization', "new agent.PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: 'token' });"],
  ['a secret as PagerDuty authorization', "new agent.PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: secret });"],
  ['an authorization of MCP servers for PagerDuty', "new agent.PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization });"],
  ['a client where an MCP server needs an authorization', "new agent.McpServerRegistration(stack, 'It', { endpoint, authorization: client });"],
  ['a field where an MCP server needs an authorization', "new agent.McpServerRegistration(stack, 'It', { endpoint, authorization: field });"],
  ['a string as token', "agent.McpServerAuthorization.bearerToken('token');"],
  ['a SecretValue as token', "agent.McpServerAuthorization.bearerToken(SecretValue.secretsManager('tools'));"],
  ['a string as key', "agent.McpServerAuthorization.apiKey({ apiKey: 'key', header: 'x-key' });"],
  ['a string as client secret', "agent.OAuthClient.fromClientId('client', 'secret');"],
  ['a string as secret parameter', "agent.OAuthClient.fromClientId('client', field, { secretExchangeParameters: { a: 'b' } });"],
  ['a secret field as public parameter', "agent.OAuthClient.fromClientId('client', field, { exchangeParameters: { a: field } });"],
  ['a string as secret', "agent.SecretField.fromSecretsManager('tools');"],
  ['a look-alike of a field', 'agent.McpServerAuthorization.bearerToken({ _secret: secret, _render: field._render, _reading: field._reading });'],
  ['a field made with new', 'new agent.SecretField(secret);'],
  ['a client made with new', 'new agent.OAuthClient(field, field, {});'],
  ['an authorization made with new', 'new agent.McpServerAuthorization({} as any);'],
  ['a revision of credentials where there are none', "new agent.EventChannelRegistration(stack, 'It', { credentialsRevision: '1' });"],
  ['a consent where nobody has to', 'agent.McpServerAuthorization.bearerToken(field, { authorized: true });'],
  ['the name of a private connection', "agent.PrivateConnectivity.all('tools');"],
] as const;

const fileName = path.join(__dirname, 'types-under-test.ts');
const wrongUses = path.join(__dirname, 'support', 'wrong-uses.ts');
const lines = [...COMPILES, ...DOES_NOT_COMPILE.map(([, line]) => line)];
const firstLine = PRELUDE.split('\n').length - 1;
const erroneousLines = new Set<number>();
let wrongUsesThatCompile: string[];

beforeAll(() => {
  const configFile = path.join(__dirname, 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(configFile, ts.sys.readFile).config, ts.sys, __dirname);
  const source = PRELUDE + lines.join('\n');
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === fileName || fileExists.call(host, name);
  host.getSourceFile = (name, version, ...rest) =>
    name === fileName ? ts.createSourceFile(name, source, version, true) : getSourceFile.call(host, name, version, ...rest);

  const program = ts.createProgram([fileName, wrongUses], { ...options, noUnusedLocals: false }, host);
  for (const { file, start } of ts.getPreEmitDiagnostics(program, program.getSourceFile(fileName))) {
    erroneousLines.add(file!.getLineAndCharacterOfPosition(start!).line - firstLine);
  }
  wrongUsesThatCompile = ts.getPreEmitDiagnostics(program, program.getSourceFile(wrongUses)).map(({ file, start, messageText }) =>
    `line ${file!.getLineAndCharacterOfPosition(start!).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}, 60_000);

test('what is written around the lines compiles', () => {
  expect([...erroneousLines].filter((line) => line < 0)).toEqual([]);
});

test.each(COMPILES.map((line, index) => [line, index] as const))('compiles: %s', (_, index) => {
  expect(erroneousLines).not.toContain(index);
});

test.each(DOES_NOT_COMPILE.map(([what], index) => [what, index] as const))('does not compile: %s', (_, index) => {
  expect(erroneousLines).toContain(COMPILES.length + index);
});

test('no wrong use compiles, and nothing else is wrong with any', () => {
  expect(wrongUsesThatCompile).toEqual([]);
});
