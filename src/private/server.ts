import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { AssumedRole } from './grants';
import { uniqueName } from './names';
import { DESCRIPTION, ENDPOINT, ROLE_ARN, SERVER_NAME, SIGNING_REGION, SIGNING_SERVICE } from './rules';
import { check, checkGiven } from './validation';
import { DetailsStructure, Identity } from './wire';
import { McpServerOptions, RemoteAgentOptions, SigV4Options } from '../server-options';

/** Some of a registration's details, and what is wrong with them. */
interface Part {
  readonly details: DetailsStructure;
  readonly problems: string[];
}

/** The members that each MCP server has. `urlProp` is the prop that the URL comes from. */
export function mcpServer(scope: IConstruct, url: string, { serverName, description }: McpServerOptions, urlProp = 'endpoint'): Part {
  return server(scope, [urlProp, url], ['serverName', serverName], description);
}

/** The members that each remote agent has. */
export function remoteAgent(scope: IConstruct, url: string, { agentName, description }: RemoteAgentOptions): Part {
  return server(scope, ['endpoint', url], ['agentName', agentName], description);
}

/** The members that say how requests are signed. The API's name of the role's member differs between servers and agents. */
export function sigV4(scope: IConstruct, roleMember: 'mcpRoleArn' | 'roleArn', options: SigV4Options): Part & { readonly roles: AssumedRole[] } {
  const { signingService, signingRegion, role } = options;
  return {
    details: { region: signingRegion ?? Stack.of(scope).region, service: signingService, [roleMember]: role?.roleArn },
    problems: [
      ...checkGiven('signingService', signingService, SIGNING_SERVICE),
      ...check('signingRegion', signingRegion, SIGNING_REGION),
      ...check('role', role?.roleArn, ROLE_ARN),
    ],
    // What a server asks of its callers is the server's business: there is nothing to allow from here.
    roles: role ? [{ role, needs: [] }] : [],
  };
}

function server(
  scope: IConstruct, [urlProp, endpoint]: [string, string], [nameProp, name]: [string, string | undefined], description?: string,
): Part {
  return {
    details: { name: name === undefined ? uniqueName(scope, SERVER_NAME.max!) : new Identity(name, nameProp), endpoint, description },
    problems: [
      ...checkGiven(urlProp, endpoint, ENDPOINT),
      ...check(nameProp, name, SERVER_NAME),
      ...check('description', description, DESCRIPTION),
    ],
  };
}
