import { Resource } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { PRIVATE_CONNECTION_NAME } from './private/rules';
import { check, checkGiven, throwIfAny } from './private/validation';

/**
 * Which traffic goes through which private connection.
 */
export interface SplitConnections {
  /**
   * The connection for calls of the tool itself.
   *
   * @default - over the internet
   */
  readonly target?: aws_devopsagent.IPrivateConnectionRef;

  /**
   * The connection for fetching OAuth tokens. An error with an authorization that fetches none.
   *
   * @default - over the internet
   */
  readonly exchange?: aws_devopsagent.IPrivateConnectionRef;
}

/**
 * How AWS DevOps Agent reaches a tool that is not on the internet: through private connections.
 *
 * The registration waits for a connection of the same app. A connection must be active by the time the registration is made.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-to-privately-hosted-tools.html
 */
export class PrivateConnectivity {
  /**
   * One connection for everything: calls of the tool, and fetching tokens for it.
   */
  public static all(connection: aws_devopsagent.IPrivateConnectionRef): PrivateConnectivity {
    return new PrivateConnectivity({ privateConnectionName: connection });
  }

  /**
   * A connection for calls of the tool, one for fetching tokens, or both. At least one has to be given.
   */
  public static split(connections: SplitConnections): PrivateConnectivity {
    return new PrivateConnectivity({
      targetUrlPrivateConnectionName: connections.target,
      exchangeUrlPrivateConnectionName: connections.exchange,
    });
  }

  /**
   * A connection that this app did not make.
   *
   * @param name The connection's name: 3 to 30 lower-case letters, digits and `-`.
   */
  public static refFromName(scope: Construct, id: string, name: string): aws_devopsagent.IPrivateConnectionRef {
    throwIfAny(`${scope.node.path}/${id}`, 'PrivateConnectivity.refFromName', checkGiven('name', name, PRIVATE_CONNECTION_NAME));
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
