/** The options that several integrations have in common. */

import { IRole } from 'aws-cdk-lib/aws-iam';

/**
 * Options of an MCP server.
 */
export interface McpServerOptions {
  /**
   * The server's name, unique among the MCP servers of the account and Region: 1 to 128 letters, digits, `-` and `_`.
   *
   * A name of your own is a unique key: a change that replaces the service and keeps the name deregisters the old service
   * before it registers the new one, which leaves a gap of seconds to minutes. The change fails while an association that was
   * made elsewhere uses the old service, and if a user has to consent. A generated name has neither restriction.
   *
   * @default - a name generated from the construct's path, with a suffix that makes it unique
   */
  readonly serverName?: string;

  /**
   * A description of the server: 1 to 500 letters, digits, punctuation marks, symbols and spaces.
   *
   * @default - no description
   */
  readonly description?: string;
}

/**
 * Options of a remote agent.
 */
export interface RemoteAgentOptions {
  /**
   * The agent's name, unique among the remote agents of the account and Region: 1 to 128 letters, digits, `-` and `_`.
   *
   * A name of your own is a unique key: a change that replaces the service and keeps the name deregisters the old service
   * before it registers the new one, which leaves a gap of seconds to minutes. The change fails while an association that was
   * made elsewhere uses the old service.
   *
   * @default - a name generated from the construct's path, with a suffix that makes it unique
   */
  readonly agentName?: string;

  /**
   * A description of the agent: 1 to 500 letters, digits, punctuation marks, symbols and spaces.
   *
   * @default - no description
   */
  readonly description?: string;
}

/**
 * Options of requests that are signed with AWS Signature Version 4.
 */
export interface SigV4Options {
  /**
   * The service name in the signature, such as `execute-api` or `bedrock-agentcore`: 1 to 100 characters.
   */
  readonly signingService: string;

  /**
   * The Region in the signature, or `*` for a signature that is valid in every Region (SigV4a).
   *
   * @default - the Region of the stack
   */
  readonly signingRegion?: string;

  /**
   * The role of this account that AWS DevOps Agent assumes to sign requests. The role has to trust
   * `DevOpsAgentServicePrincipal`, and to be allowed to call the server. The provider is allowed to pass the role to AWS
   * DevOps Agent.
   *
   * AWS documents requests without a role for MCP servers only: give a role for a remote agent.
   *
   * @default - no role: requests are signed with credentials of an AWS account that the Agent Space is associated with
   */
  readonly role?: IRole;
}
