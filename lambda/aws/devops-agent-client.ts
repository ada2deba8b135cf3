import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols';
import { awsApi, Caller } from './aws-api';
import { CallError, DevOpsAgent, READ_TIMEOUT, ServiceSummary } from '../devops-agent';
import { agentSpaceOperations, NAMESPACE, serviceOperations } from './schema';

/** The DevOps Agent API over HTTPS. */
export function devOpsAgentClient(caller: Caller): DevOpsAgent {
  const send = awsApi({
    ...caller,
    signingName: 'aidevops',
    timeout: READ_TIMEOUT,
    protocol: () => new AwsRestJsonProtocol({ defaultNamespace: NAMESPACE }),
  });

  return {
    register: async (input) => {
      const { serviceId, additionalStep } = await send(serviceOperations.register, input);
      const consentUrl = additionalStep?.oauth?.authorizationUrl;
      if (serviceId === undefined && consentUrl === undefined) {
        throw new CallError(serviceOperations.register.name, 'UnreadableAnswer', 'a success with neither a service id nor a consent URL');
      }
      // Users are asked to open it, and a deployment may publish it.
      if (consentUrl !== undefined && !/^https:\/\//i.test(consentUrl)) {
        throw new CallError(serviceOperations.register.name, 'UnreadableAnswer', 'a success with a consent URL that is not an HTTPS URL');
      }
      return { serviceId, consentUrl };
    },
    deregister: async (serviceId) => {
      await send(serviceOperations.deregister, { serviceId });
    },
    get: async (serviceId) => {
      const { service, tags } = await send(serviceOperations.get, { serviceId });
      return { service: summary(service), tags: tags ?? {} };
    },
    list: async (filterServiceType, nextToken) => {
      const page = await send(serviceOperations.list, { filterServiceType, maxResults: 100, nextToken });
      return { services: (page.services ?? []).map(summary), nextToken: page.nextToken };
    },
    tag: async (resourceArn, tags) => {
      await send(serviceOperations.tag, { resourceArn, tags });
    },
    untag: async (resourceArn, tagKeys) => {
      await send(serviceOperations.untag, { resourceArn, tagKeys });
    },
    listAgentSpaces: async (nextToken) => {
      const page = await send(agentSpaceOperations.listAgentSpaces, { maxResults: 100, nextToken });
      return { agentSpaces: page.agentSpaces ?? [], nextToken: page.nextToken };
    },
    listAssociations: async (agentSpaceId, nextToken) => {
      const page = await send(agentSpaceOperations.listAssociations, { agentSpaceId, maxResults: 100, nextToken });
      return { associations: page.associations ?? [], nextToken: page.nextToken };
    },
    associate: async (input) => {
      const { association, webhook } = await send(agentSpaceOperations.associate, input);
      return { association, webhook };
    },
    updateAssociation: async (input) => {
      await send(agentSpaceOperations.updateAssociation, input);
    },
    disassociate: async (agentSpaceId, associationId) => {
      await send(agentSpaceOperations.disassociate, { agentSpaceId, associationId });
    },
    listWebhooks: async (agentSpaceId, associationId) => {
      const { webhooks } = await send(agentSpaceOperations.listWebhooks, { agentSpaceId, associationId });
      return webhooks ?? [];
    },
  };
}

function summary({ additionalServiceDetails, ...service }: Record<string, any>): ServiceSummary {
  return { ...service as ServiceSummary, details: additionalServiceDetails };
}
