/** Mutations of what the handler does with associations and the webhooks of theirs. */
import { declaredIn, nameOf } from './associations';
import { answers, api, Mutation } from './seams';
import { SecretVersion } from '../../lambda/ports';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { ASSOCIATION_RESOURCE_TYPE } from '../../src/private/contract';

/** The mutations that the search with associations has to notice. */
export const ASSOCIATION_MUTATIONS: readonly Mutation[] = [
  {
    name: 'the secret of a webhook is lost after its association was made',
    ports: (ports) => {
      let kept: SecretVersion | undefined;
      const { getValue } = ports.secrets;
      return {
        ...ports,
        secrets: {
          getValue: (secretId, which) => (kept !== undefined && isHook(secretId) ? Promise.resolve(kept) : getValue(secretId, which)),
          putValue: async (_secretId, version) => {
            kept = version;
          },
        },
      };
    },
  },
  {
    name: 'a replacement leaves its associations to the old service',
    ports: api(({ associate }, { RequestType, PhysicalResourceId = '' }) => ({
      associate: async (input) => (RequestType === 'Create' || PhysicalResourceId.includes(input.serviceId) ? associate(input) : {
        association: { ...input, associationId: 'none', createdAt: new Date(0) },
      }),
    })),
  },
  {
    name: 'an association is made twice, and its first webhook captured',
    ports: api(({ associate }) => ({
      associate: async (input) => {
        const first = await associate(input);
        await associate(input);
        return first;
      },
    })),
  },
  {
    name: 'an association of others is not seen, so it is overwritten',
    ports: api(({ listAssociations }, { StackId, LogicalResourceId, RequestType }) => ({
      listAssociations: async (agentSpaceId, token) => {
        const page = await listAssociations(agentSpaceId, token);
        // That of a channel names nothing.
        const isOwn = ({ configuration }: { configuration?: unknown }) =>
          ['eventChannel', nameOf(StackId, LogicalResourceId)].some((name) => JSON.stringify(configuration).includes(name));
        return RequestType === 'Delete' ? page : { ...page, associations: page.associations.filter(isOwn) };
      },
    })),
  },
  {
    name: 'the credential of a webhook is answered',
    ports: (ports, event) => {
      let credential: string | undefined;
      const heard = api(({ associate }) => ({
        associate: async (input) => {
          const output = await associate(input);
          credential = output.webhook?.webhookSecret ?? output.webhook?.apiKey;
          return output;
        },
      }))(ports, event);
      return answers((body) => ({ ...body, Data: { ...body.Data, WebhookSecret: credential } }))(heard, event);
    },
  },
  {
    name: 'a service is deregistered without removing its associations first',
    ports: api(({ disassociate }, { RequestType, ResourceType }) => ({
      disassociate: (agentSpaceId, id) => (RequestType === 'Delete' && ResourceType !== ASSOCIATION_RESOURCE_TYPE ? Promise.resolve() : disassociate(agentSpaceId, id)),
    })),
  },
  {
    name: 'the association of a service of another stack stays when its resource goes',
    ports: api(({ disassociate }, { RequestType, ResourceType }) => ({
      disassociate: (agentSpaceId, id) => (RequestType === 'Delete' && ResourceType === ASSOCIATION_RESOURCE_TYPE ? Promise.resolve() : disassociate(agentSpaceId, id)),
    })),
  },
  {
    name: 'capabilities are not compared',
    ports: api(({ listAssociations }, event) => ({
      listAssociations: async (agentSpaceId, token) => {
        const page = await listAssociations(agentSpaceId, token);
        const { Capabilities } = declared(event).find(({ AgentSpaceId }) => AgentSpaceId === agentSpaceId) ?? {};
        const capabilities = Capabilities && JSON.parse(JSON.stringify(Capabilities).replaceAll('{"$boolean":"true"}', 'true'));
        return { ...page, associations: page.associations.map((association) => ({ ...association, capabilities })) };
      },
    })),
  },
  {
    name: 'a rollback leaves the webhook of the service that goes the current one',
    ports: (ports, { RequestType }) => {
      const { getValue } = ports.secrets;
      return {
        ...ports,
        secrets: {
          ...ports.secrets,
          // What was current before is taken for current.
          getValue: (secretId, which) => (isHook(secretId) && RequestType === 'Update' && which?.versionStage === 'AWSCURRENT'
            ? getValue(secretId, { versionStage: 'AWSPREVIOUS' }).catch(() => getValue(secretId, which)) : getValue(secretId, which)),
        },
      };
    },
  },
];

function isHook(secretId: string): boolean {
  return secretId.includes(':secret:hook-');
}

/** The associations that an event asks for. */
function declared({ ResourceType, ResourceProperties }: CloudFormationEvent) {
  return declaredIn(ResourceType === ASSOCIATION_RESOURCE_TYPE ? 'association' : 'pagerDuty', ResourceProperties);
}
