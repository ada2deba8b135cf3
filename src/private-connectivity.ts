/** Private connections. */

import { Resource } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { Brand } from './private/copies';
import { check } from './private/validation/check';
import { readImport } from './private/validation/import';
import { constructWith, Findings, instanceOf, joined, Kind, optional, readArgument, Reading, readOptions, refined, text } from './private/validation/kinds';
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

type Connection = aws_devopsagent.IPrivateConnectionRef;

const BRAND = new Brand<PrivateConnectivity>('PrivateConnectivity');

const CONNECTION: Kind<Connection> = refined(
  constructWith<Connection>('privateConnectionRef', 'an IPrivateConnectionRef, such as PrivateConnectivity.refFromName(scope, id, name)'),
  ({ privateConnectionRef }) => check('', privateConnectionRef.privateConnectionName, PRIVATE_CONNECTION_NAME));

const SPLIT = { target: optional(CONNECTION), exchange: optional(CONNECTION) };

/**
 * The private connections through which AWS DevOps Agent reaches a tool that is not on the internet.
 *
 * The registration depends on a connection of the same app. A connection has to be active when the service is registered.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-to-privately-hosted-tools.html
 */
export class PrivateConnectivity {
  /** @internal */
  public static readonly _kind = instanceOf(BRAND, 'PrivateConnectivity.all(connection)');

  /**
   * One connection for all traffic: calls to the tool, and fetching OAuth tokens.
   */
  public static all(connection: aws_devopsagent.IPrivateConnectionRef): PrivateConnectivity {
    const { value, ...findings } = readArgument(CONNECTION, connection);
    return new PrivateConnectivity({ privateConnectionName: value }, findings);
  }

  /**
   * A connection for calls to the tool, another for fetching OAuth tokens, or both. At least one is required.
   */
  public static split(connections: SplitConnectivityOptions): PrivateConnectivity {
    const { value, ...findings } = readOptions<SplitConnectivityOptions>(SPLIT, connections);
    const none = [': split() was given no connection. Give target, exchange or both, or leave privateConnectivity out.'];
    return new PrivateConnectivity({
      targetUrlPrivateConnectionName: value.target,
      exchangeUrlPrivateConnectionName: value.exchange,
    }, joined('', findings, { problems: Object.keys(value).length === 0 && findings.problems.length === 0 ? none : [] }));
  }

  /**
   * Imports a private connection by its name.
   *
   * @param name The connection's name: 3 to 30 lower-case letters, digits and `-`.
   */
  public static refFromName(scope: Construct, id: string, name: string): aws_devopsagent.IPrivateConnectionRef {
    readImport('PrivateConnectivity.refFromName', scope, id, { name: text(PRIVATE_CONNECTION_NAME) }, { name });
    class Import extends Resource implements aws_devopsagent.IPrivateConnectionRef {
      public readonly privateConnectionRef = {
        privateConnectionName: name,
        privateConnectionArn: this.stack.formatArn({ service: 'aidevops', resource: 'private-connection', resourceName: name }),
      };
    }
    return new Import(scope, id);
  }

  private constructor(private readonly connections: { readonly [member: string]: Connection | undefined }, private readonly findings: Findings) {
    BRAND.apply(this);
  }

  /** @internal */
  public _connections(): Connection[] {
    return Object.values(this.connections).filter((connection) => connection !== undefined);
  }

  /** @internal */
  public _render(): { readonly [member: string]: string | undefined } {
    return Object.fromEntries(Object.entries(this.connections)
      .map(([member, connection]) => [member, connection?.privateConnectionRef.privateConnectionName]));
  }

  /** @internal */
  public _reading(): Reading {
    return { value: this, ...this.findings };
  }

  /** @internal */
  public get _hasExchange(): boolean {
    return this.connections.exchangeUrlPrivateConnectionName !== undefined;
  }
}
