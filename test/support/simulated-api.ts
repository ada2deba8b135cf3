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
    listAssociations: async (agentSpaceId, nextToken) => {
      const page = await call('listAssociations', 'ListAssociations', { agentSpaceId, nextToken });
      return { associations: page.associations.map(dated), nextToken: page.nextToken };
    },
    associate: async (input) => {
      const { association, webhook } = await call('associate', 'AssociateService', input);
      return { association: dated(association), webhook };
    },
    updateAssociation: (input) => call('updateAssociation', 'UpdateAssociation', input),
    disassociate: (agentSpaceId, associationId) => call('disassociate', 'DisassociateService', { agentSpaceId, associationId }),
    listWebhooks: async (agentSpaceId, associationId) => (await call('listWebhooks', 'ListWebhooks', { agentSpaceId, associationId })).webhooks,
  };
}

/** A service as the client reads it. */
function parsed(service: any) {
  return { ...dated(service), details: service.additionalServiceDetails };
}

/** What the client reads: on the wire, a time is a text. */
function dated(shown: any) {
  return { ...shown, createdAt: new Date(shown.createdAt) };
}
