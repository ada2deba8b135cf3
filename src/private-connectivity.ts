/** Private connections. */

import { Resource } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { check, checkRequired, throwIfAny } from './private/validation/check';
import { PRIVATE_CONNECTION_NAME } from './private/validation/rules';

/**
 * Options of `PrivateConnectivity.split()`: a private connection for each kind of traffic.
 */
export interface SplitConnectivityOptions {
  /**
   * The connection for calls to the tool itself.
   *
   * @default - over the internet
   */
  readonly target?: aws_devopsagent.IPrivateConnectionRef;

  /**
   * The connection for fetching OAuth tokens. An error if the authorization fetches no tokens.
   *
   * @default - over the internet
   */
  readonly exchange?: aws_devopsagent.IPrivateConnectionRef;
}

/**
 * The private connections through which AWS DevOps Agent reaches a tool that is not on the internet.
 *
 * The registration depends on a connection of the same app. A connection has to be active when the service is registered.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-to-privately-hosted-tools.html
 */
export class PrivateConnectivity {
  /**
   * One connection for all traffic: calls to the tool, and fetching OAuth tokens.
   */
  public static all(connection: aws_devopsagent.IPrivateConnectionRef): PrivateConnectivity {
    return new PrivateConnectivity({ privateConnectionName: connection });
  }

  /**
   * A connection for calls to the tool, another for fetching OAuth tokens, or both. At least one is required.
   */
  public static split(connections: SplitConnectivityOptions): PrivateConnectivity {
    return new PrivateConnectivity({
      targetUrlPrivateConnectionName: connections.target,
      exchangeUrlPrivateConnectionName: connections.exchange,
    });
  }

  /**
   * Imports a private connection by its name.
   *
   * @param name The connection's name: 3 to 30 lower-case letters, digits and `-`.
   */
  public static refFromName(scope: Construct, id: string, name: string): aws_devopsagent.IPrivateConnectionRef {
    throwIfAny(`${scope.node.path}/${id}`, 'PrivateConnectivity.refFromName', checkRequired('name', name, PRIVATE_CONNECTION_NAME));
    class Import extends Resource implements aws_devopsagent.IPrivateConnectionRef {
      public readonly privateConnectionRef = {
        privateConnectionName: name,
        privateConnectionArn: this.stack.formatArn({ service: 'aidevops', resource: 'private-connection', resourceName: name }),
      };
    }
    return new Import(scope, id);
  }

  private constructor(private readonly connections: { readonly [member: string]: aws_devopsagent.IPrivateConnectionRef | undefined }) {}

  /** @internal */
  public _connections(): aws_devopsagent.IPrivateConnectionRef[] {
    return Object.values(this.connections).filter((connection) => connection !== undefined);
  }

  /** @internal */
  public _render(): { readonly [member: string]: string | undefined } {
    return Object.fromEntries(Object.entries(this.connections)
      .map(([member, connection]) => [member, connection?.privateConnectionRef.privateConnectionName]));
  }

  /** @internal */
  public _problems(exchangesTokens: boolean): string[] {
    return [
      ...this._connections().flatMap((connection) =>
        check('privateConnectivity', connection.privateConnectionRef.privateConnectionName, PRIVATE_CONNECTION_NAME)),
      ...this._connections().length === 0
        ? ['privateConnectivity: split() was given no connection. Give target, exchange or both, or leave privateConnectivity out.']
        : [],
      ...this.connections.exchangeUrlPrivateConnectionName && !exchangesTokens
        ? ['privateConnectivity: split() was given exchange, but this authorization fetches no tokens. Use all(), or give only target: exchange is for OAuth.']
        : [],
    ];
  }
}
