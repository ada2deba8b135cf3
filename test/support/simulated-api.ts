import { DevOpsAgent } from '../../lambda/devops-agent';
import { OperationName } from '../simulator/model';

/** One call of the API: `operation` as the handler names it, `name` and `input` as the API does. */
export type Call = (operation: keyof DevOpsAgent, name: OperationName, input: object) => Promise<any>;

/** The handler's port to AWS DevOps Agent, as the handler's own client fills it, over calls of the simulated service. */
export function simulatedApi(call: Call): DevOpsAgent {
  return {
    register: async (input) => {
      const { serviceId, additionalStep } = await call('register', 'RegisterService', input);
      return { serviceId, consentUrl: additionalStep?.oauth.authorizationUrl };
    },
    deregister: (serviceId) => call('deregister', 'DeregisterService', { serviceId }),
    get: async (serviceId) => {
      const { service, tags } = await call('get', 'GetService', { serviceId });
      return { service: parsed(service), tags: tags ?? {} };
    },
    list: async (filterServiceType, nextToken) => {
      const page = await call('list', 'ListServices', { filterServiceType, nextToken });
      return { services: page.services.map(parsed), nextToken: page.nextToken };
    },
    tag: (resourceArn, tags) => call('tag', 'TagResource', { resourceArn, tags }),
    untag: (resourceArn, tagKeys) => call('untag', 'UntagResource', { resourceArn, tagKeys }),
    listAgentSpaces: (nextToken) => call('listAgentSpaces', 'ListAgentSpaces', { nextToken }),
    listAssociations: (agentSpaceId, nextToken) => call('listAssociations', 'ListAssociations', { agentSpaceId, nextToken }),
  };
}

/** A service as the client reads it: on the wire, a time is a text. */
function parsed(service: any) {
  return { ...service, createdAt: new Date(service.createdAt), details: service.additionalServiceDetails };
}
