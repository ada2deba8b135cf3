import { RegistrableService } from './model';
import { Details } from './types';

/** MCP servers of all kinds share one namespace: inference. New Relic, although an MCP server by its type, has no name. */
const mcpFamily: readonly RegistrableService[] = ['mcpserver', 'mcpservergrafana', 'mcpserverdatadog', 'mcpserversplunk', 'mcpserversigv4'];
/** One namespace, apart from that of MCP servers: inference. */
const remoteAgents: readonly RegistrableService[] = ['remoteagent', 'remoteagentsigv4'];

/** The unique key of a registration, and the API's message for a conflict. */
export function uniqueKeyOf(service: RegistrableService, details: Details): { key: string; conflict: string } | undefined {
  if (mcpFamily.includes(service)) return { key: `mcp ${details.name}`, conflict: `An MCP server with the name ${details.name} already exists` };
  if (remoteAgents.includes(service)) return { key: `agent ${details.name}`, conflict: `A remote agent with the name ${details.name} already exists` };
  switch (service) {
    case 'eventChannel':
      return { key: 'event channel', conflict: 'Event Channel service is already registered for this account' };
    case 'azureidentity':
      return {
        key: `azure ${String(details.clientId).toLowerCase()}`,
        conflict: 'An Azure identity with this client id is already registered for this account',
      };
    case 'pagerduty': {
      // The account travels as a scope: inference, though a strong one. Without it there is no telling which account it is.
      const account = (details.scopes as string[]).find((scope) => /^as_account-(us|eu)\../.test(scope))?.toLowerCase();
      return account === undefined ? undefined : { key: `pagerduty ${account}`, conflict: 'This PagerDuty account is already registered' };
    }
    default:
      return undefined;
  }
}
