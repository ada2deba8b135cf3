// Values of every type, as JavaScript, a context or a JSON file may give them for a prop.
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import { DatadogSite, GitLabToken, McpServerAuthorization, PrivateConnectivity, RemoteAgentAuthorization } from '../../src';
import { clientIn, fieldIn, secretIn } from '../synthesis';

/** A value, and the sort of type that it has: a name of JavaScript's, `list`, `map`, or the name of a class. */
export interface Value {
  readonly sort: string;
  readonly make: (stack: Stack) => unknown;
}

export const VALUES: Value[] = [
  { sort: 'string', make: () => 'Bearer x' },
  { sort: 'number', make: () => 42 },
  { sort: 'number', make: () => Number.NaN },
  { sort: 'boolean', make: () => true },
  { sort: 'boolean', make: () => false },
  { sort: 'list', make: () => [] },
  { sort: 'list', make: () => ['x'] },
  { sort: 'list of others', make: () => [42] },
  { sort: 'list of others', make: () => [null] },
  { sort: 'list of others', make: () => [{}] },
  { sort: 'map', make: () => ({}) },
  { sort: 'map of others', make: () => ({ name: 42 }) },
  { sort: 'map of others', make: () => ({ name: null }) },
  { sort: 'function', make: () => () => 'x' },
  { sort: 'Date', make: () => new Date(0) },
  { sort: 'Map', make: () => new Map() },
  { sort: 'Bare', make: () => new class Bare {}() },
  { sort: 'ITopic', make: (stack) => new Topic(stack, 'AnyTopic') },
  { sort: 'ISecret', make: (stack) => secretIn(stack) },
  { sort: 'Stack', make: (stack) => stack },
  { sort: 'SecretField', make: (stack) => fieldIn(stack) },
  { sort: 'OAuthClient', make: (stack) => clientIn(stack) },
  { sort: 'McpServerAuthorization', make: () => McpServerAuthorization.authorizationDiscovery() },
  { sort: 'RemoteAgentAuthorization', make: (stack) => RemoteAgentAuthorization.bearerToken(fieldIn(stack)) },
  { sort: 'GitLabToken', make: (stack) => GitLabToken.personal(fieldIn(stack)) },
  { sort: 'DatadogSite', make: () => DatadogSite.EU1 },
  { sort: 'PrivateConnectivity', make: (stack) => PrivateConnectivity.all(PrivateConnectivity.refFromName(stack, 'AnyConnection', 'tools')) },
];
