import { operation as operationSchema } from '@smithy/core/schema';
import { OperationSchema } from '@smithy/types';

/** The namespace of the API's model. */
export const NAMESPACE = 'com.amazonaws.devopsagent';

// The tuples of AWS's own generated clients: [kind, namespace, name, traits, member names, member schemas].
const STRUCTURE = 3;
const STRING = 0;
const NUMBER = 1;
const DATE_TIME = 5;
const DOCUMENT = 15;
const LIST_OF_STRINGS = 64;
const MAP_OF_STRINGS = 128;

type Member = number | [unknown, object];

const inPath: Member = [STRING, { httpLabel: 1 }];
const inQuery = (name: string, schema: number = STRING): Member => [schema, { httpQuery: name }];

function structure(name: string, members: { [member: string]: Member | (() => unknown) }): () => unknown {
  const schema = [STRUCTURE, NAMESPACE, name, 0, Object.keys(members), Object.values(members)];
  return () => schema;
}

function listOf(name: string, item: () => unknown): () => unknown {
  const schema = [1, NAMESPACE, name, 0, [item, 0]];
  return () => schema;
}

function operation(name: string, http: [string, string, number], input: () => unknown, output: () => unknown): OperationSchema {
  return operationSchema(NAMESPACE, name, { http }, input as never, output as never);
}

const nothing = structure('Nothing', {});

// What a service's details are is for the construct to know: here they are any JSON.
const registration = structure('RegisterServiceInput', {
  service: inPath,
  serviceDetails: DOCUMENT,
  kmsKeyArn: STRING,
  privateConnectionName: STRING,
  targetUrlPrivateConnectionName: STRING,
  exchangeUrlPrivateConnectionName: STRING,
  name: STRING,
  tags: MAP_OF_STRINGS,
});

const service = structure('RegisteredService', {
  serviceId: STRING,
  serviceType: STRING,
  name: STRING,
  createdAt: DATE_TIME,
  additionalServiceDetails: DOCUMENT,
});

/** The operations of the API, with their shapes as far as the handler uses them. */
export const serviceOperations = {
  register: operation('RegisterService', ['POST', '/v1/register/{service}', 201], registration,
    structure('RegisterServiceOutput', { serviceId: STRING, additionalStep: DOCUMENT })),
  deregister: operation('DeregisterService', ['DELETE', '/v1/services/{serviceId}', 200],
    structure('DeregisterServiceInput', { serviceId: inPath }), nothing),
  get: operation('GetService', ['GET', '/v1/services/{serviceId}', 200],
    structure('GetServiceInput', { serviceId: inPath }), structure('GetServiceOutput', { service, tags: MAP_OF_STRINGS })),
  list: operation('ListServices', ['POST', '/v1/services/list', 200],
    structure('ListServicesInput', {
      maxResults: inQuery('maxResults', NUMBER),
      nextToken: inQuery('nextToken'),
      filterServiceType: inQuery('filterServiceType'),
    }),
    structure('ListServicesOutput', { services: listOf('Services', service), nextToken: STRING })),
  tag: operation('TagResource', ['POST', '/tags/{resourceArn}', 204],
    structure('TagResourceInput', { resourceArn: inPath, tags: MAP_OF_STRINGS }), nothing),
  untag: operation('UntagResource', ['DELETE', '/tags/{resourceArn}', 204],
    structure('UntagResourceInput', { resourceArn: inPath, tagKeys: [LIST_OF_STRINGS, { httpQuery: 'tagKeys' }] }), nothing),
};

const ASSOCIATIONS = '/v1/agentspaces/{agentSpaceId}/associations';
const ASSOCIATION = `${ASSOCIATIONS}/{associationId}`;
const agentSpace = structure('AgentSpace', { agentSpaceId: STRING, name: STRING });
const association = structure('Association', {
  associationId: STRING,
  serviceId: STRING,
  createdAt: DATE_TIME,
  configuration: DOCUMENT,
  capabilities: DOCUMENT,
});
const associationInput = { agentSpaceId: inPath, configuration: DOCUMENT, capabilities: DOCUMENT };
const associationPath = structure('AssociationPath', { agentSpaceId: inPath, associationId: inPath });
const webhook = structure('Webhook', { webhookUrl: STRING, webhookId: STRING, webhookType: STRING, webhookSecret: STRING, apiKey: STRING });

export const agentSpaceOperations = {
  listAgentSpaces: operation('ListAgentSpaces', ['POST', '/v1/agentspaces/list', 200],
    structure('ListAgentSpacesInput', { maxResults: inQuery('maxResults', NUMBER), nextToken: inQuery('nextToken') }),
    structure('ListAgentSpacesOutput', { agentSpaces: listOf('AgentSpaces', agentSpace), nextToken: STRING })),
  listAssociations: operation('ListAssociations', ['POST', `${ASSOCIATIONS}/list`, 200],
    structure('ListAssociationsInput', { agentSpaceId: inPath, maxResults: inQuery('maxResults', NUMBER), nextToken: inQuery('nextToken') }),
    structure('ListAssociationsOutput', { associations: listOf('Associations', association), nextToken: STRING })),
  associate: operation('AssociateService', ['POST', ASSOCIATIONS, 201],
    structure('AssociateServiceInput', { ...associationInput, serviceId: STRING }),
    structure('AssociateServiceOutput', { association, webhook })),
  updateAssociation: operation('UpdateAssociation', ['PATCH', ASSOCIATION, 200],
    structure('UpdateAssociationInput', { ...associationInput, associationId: inPath }), nothing),
  disassociate: operation('DisassociateService', ['DELETE', ASSOCIATION, 204], associationPath, nothing),
  listWebhooks: operation('ListWebhooks', ['POST', `${ASSOCIATION}/webhooks/list`, 200], associationPath,
    structure('ListWebhooksOutput', { webhooks: listOf('Webhooks', webhook) })),
};
