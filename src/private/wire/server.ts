/** The details that several integrations have in common: those of MCP servers, of remote agents, and of signed requests. */

import { IRole } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { Details, DetailsStructure, UniqueKey } from './details';
import { uniqueName } from './names';
import { SERVER_NAME } from '../validation/rules';

interface Server {
  readonly endpoint?: string;
  readonly serverName?: string;
  readonly description?: string;
}

interface Agent {
  readonly endpoint?: string;
  readonly agentName?: string;
  readonly description?: string;
}

interface Signing {
  readonly signingService?: string;
  readonly signingRegion?: string;
  readonly role?: IRole;
}

/** The members that every MCP server has. */
export function mcpServer(scope: IConstruct, { endpoint, serverName, description }: Server): DetailsStructure {
  return { name: nameOf(scope, 'serverName', serverName), endpoint, description };
}

/** The members that every remote agent has. */
export function remoteAgent(scope: IConstruct, { endpoint, agentName, description }: Agent): DetailsStructure {
  return { name: nameOf(scope, 'agentName', agentName), endpoint, description };
}

/** The members that configure signatures. The API has different names for the role's member: servers have one, agents another. */
export function signing(scope: IConstruct, roleMember: 'mcpRoleArn' | 'roleArn', { signingService, signingRegion, role }: Signing): DetailsStructure {
  return { region: signingRegion ?? Stack.of(scope).region, service: signingService, [roleMember]: role?.roleArn };
}

function nameOf(scope: IConstruct, prop: string, name: string | undefined): Details {
  return name === undefined ? uniqueName(scope, SERVER_NAME.max!) : new UniqueKey(name, prop);
}
