/** The details that several integrations have in common: those of MCP servers, of remote agents, and of signed requests. */

import { IRole } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { DetailsPart, UniqueKey } from './details';
import { uniqueName } from './names';
import { check, checkRequired } from '../validation/check';
import { DESCRIPTION, ENDPOINT, ROLE_ARN, SERVER_NAME, SIGNING_REGION, SIGNING_SERVICE } from '../validation/rules';

interface Server {
  readonly serverName?: string;
  readonly description?: string;
}

interface Agent {
  readonly agentName?: string;
  readonly description?: string;
}

interface Signing {
  readonly signingService: string;
  readonly signingRegion?: string;
  readonly role?: IRole;
}

/** The members that every MCP server has. `urlProp` is the prop that the URL comes from. */
export function mcpServer(scope: IConstruct, url: string, { serverName, description }: Server, urlProp = 'endpoint'): DetailsPart {
  return server(scope, [urlProp, url], ['serverName', serverName], description);
}

/** The members that every remote agent has. */
export function remoteAgent(scope: IConstruct, url: string, { agentName, description }: Agent): DetailsPart {
  return server(scope, ['endpoint', url], ['agentName', agentName], description);
}

/** The members that configure signatures. The API has different names for the role's member: servers have one, agents another. */
export function signing(scope: IConstruct, roleMember: 'mcpRoleArn' | 'roleArn', { signingService, signingRegion, role }: Signing): DetailsPart {
  return {
    details: { region: signingRegion ?? Stack.of(scope).region, service: signingService, [roleMember]: role?.roleArn },
    problems: [
      ...checkRequired('signingService', signingService, SIGNING_SERVICE),
      ...check('signingRegion', signingRegion, SIGNING_REGION),
      ...check('role', role?.roleArn, ROLE_ARN),
    ],
  };
}

function server(
  scope: IConstruct, [urlProp, endpoint]: [string, string], [nameProp, name]: [string, string | undefined], description?: string,
): DetailsPart {
  return {
    details: { name: name === undefined ? uniqueName(scope, SERVER_NAME.max!) : new UniqueKey(name, nameProp), endpoint, description },
    problems: [
      ...checkRequired(urlProp, endpoint, ENDPOINT),
      ...check(nameProp, name, SERVER_NAME),
      ...check('description', description, DESCRIPTION),
    ],
  };
}
