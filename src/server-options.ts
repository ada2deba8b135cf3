import { IRole } from 'aws-cdk-lib/aws-iam';

/**
 * What an MCP server goes by.
 */
export interface McpServerOptions {
  /**
   * The server's name, unique among the MCP servers of the account: 1 to 128 letters, digits, `-` and `_`.
   *
   * With a name of your own, a change of anything but tags and the name deregisters the old registration before the new
   * one is made, since the old one holds that name. There is none for seconds to minutes. It fails while an Agent Space
   * uses the old one: remove the association in a deployment before, or leave the name out. It also fails where a person
   * has to consent: leave the name out.
   *
   * @default - a name made of the construct's path and a suffix that makes it unique
   */
  readonly serverName?: string;

  /**
   * What the server is for: 1 to 500 letters, digits, punctuation marks, symbols and spaces.
   *
   * @default - no description
   */
  readonly description?: string;
}

/**
 * What a remote agent goes by.
 */
export interface RemoteAgentOptions {
  /**
   * The agent's name, unique among the remote agents of the account: 1 to 128 letters, digits, `-` and `_`.
   *
   * With a name of your own, a change of anything but tags and the name deregisters the old registration before the new
   * one is made, since the old one holds that name. There is none for seconds to minutes, and it fails while an Agent
   * Space uses the old one: remove the association in a deployment before, or leave the name out.
   *
   * @default - a name made of the construct's path and a suffix that makes it unique
   */
  readonly agentName?: string;

  /**
   * What the agent is for: 1 to 500 letters, digits, punctuation marks, symbols and spaces.
   *
   * @default - no description
   */
  readonly description?: string;
}

/**
 * How requests to a server are signed with AWS Signature Version 4.
 */
export interface SigV4Options {
  /**
   * The name of the service that the signature is for, such as `execute-api` or `bedrock-agentcore`: 1 to 100 characters.
   */
  readonly signingService: string;

  /**
   * The AWS region that the signature is for, or `*` for a signature that is valid in every region (SigV4a).
   *
   * @default - the region of the stack
   */
  readonly signingRegion?: string;

  /**
   * The role of this account that AWS DevOps Agent assumes to sign requests. It has to trust `DevOpsAgentServicePrincipal`, and to be
   * allowed to call the server. The provider is allowed to pass it to AWS DevOps Agent.
   *
   * AWS documents the way without a role for MCP servers only: give one for a remote agent.
   *
   * @default - no role: the credentials are those of an AWS account that the Agent Space is associated with
   */
  readonly role?: IRole;
}
