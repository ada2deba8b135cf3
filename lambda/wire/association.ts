/** The associations in the properties of a resource: checked, and in the API's own shape. */
import { isMap, isText, malformed, nodeProblems, unknown } from './checks';
import { AssociationProperties, MAX_ASSOCIATIONS, PENDING_AUTHORIZATION, ServiceAssociationProperties, WireNode } from '../../src/private/contract';
import { Failure, foreign } from '../failure';

/** A structure: of the API as it travels, or properties as they arrive. */
export interface Shape {
  readonly [member: string]: unknown;
}

/** An association as it is desired. */
export interface Association {
  readonly agentSpaceId: string;
  readonly configuration: Shape;
  /** Empty where the template has none: without the member, the API would leave those that there are. */
  readonly capabilities: Shape;
  readonly webhook?: {
    readonly secretArn: string;
    /** Any other revision than that of the captured webhook asks for a new webhook. */
    readonly revision: string;
  };
}

/** The desired state of a `ServiceAssociation`. */
export interface ServiceAssociation extends Association {
  readonly serviceId: string;
  readonly retain: boolean;
}

/** Associations have only one kind of tagged leaf: their configurations hold no credential and no unique key. */
const LEAVES = { $boolean: [] };
const MEMBERS = ['AgentSpaceId', 'Configuration', 'Capabilities', 'Webhook'];

/** The problems of the associations of a registration. */
export function associationsProblems(associations: unknown): string[] {
  if (!Array.isArray(associations)) {
    return ['Associations must be a list'];
  }
  return [
    ...associations.length > MAX_ASSOCIATIONS ? [`Associations must have at most ${MAX_ASSOCIATIONS} items`] : [],
    ...associations.flatMap((association, index) => associationProblems(association, `Associations.${index}`)),
  ];
}

/** The associations of a registration, once their properties are checked. Synthesis cannot tell that a token and a text are the same. */
export function associationsOf(properties: readonly AssociationProperties[]): Association[] {
  const space = twice(properties.map(({ AgentSpaceId }) => AgentSpaceId));
  const secret = twice(properties.flatMap(({ Webhook }) => (Webhook ? [Webhook.SecretArn] : [])));
  if (space !== undefined) {
    throw new Failure('associating the service', `two of its associations are with the Agent Space ${foreign(space, 100)}`,
      'remove one of them: the app has the id of this Agent Space in two ways, such as a text and a parameter', { row: 'association failed' });
  }
  if (secret !== undefined) {
    throw new Failure('associating the service', `two of its webhooks go to the secret ${foreign(secret, 300)}`,
      'give each webhook a secret of its own', { row: 'association failed' });
  }
  return properties.map(associationOf);
}

function twice(texts: readonly string[]): string | undefined {
  return texts.find((text, index) => texts.indexOf(text) < index);
}

function associationOf({ AgentSpaceId, Configuration, Capabilities, Webhook }: AssociationProperties): Association {
  return {
    agentSpaceId: AgentSpaceId,
    configuration: plain(Configuration as WireNode) as Shape,
    capabilities: plain(Capabilities ?? {}) as Shape,
    webhook: Webhook && { secretArn: Webhook.SecretArn, revision: Webhook.RotationRevision ?? '' },
  };
}

/** Parses the properties of a `ServiceAssociation`. What this handler does not know fails. */
export function parseServiceAssociation(raw: Shape): ServiceAssociation {
  const { ServiceToken: _token, ServiceTimeout: _timeout, Contract, ServiceId, Retain, ...association } = raw;
  const problems = Contract !== '1' ? ['Contract must be \'1\''] : [
    ...isText(ServiceId) && ServiceId !== '' ? [] : ['ServiceId must be a string that is not empty'],
    ...[undefined, 'true', 'false'].includes(Retain as string) ? [] : ['Retain must be \'true\' or \'false\''],
    ...associationProblems(association),
  ];
  if (problems.length > 0) {
    throw malformed(problems);
  }
  const properties = raw as unknown as ServiceAssociationProperties;
  if (properties.ServiceId === PENDING_AUTHORIZATION) {
    throw new Failure('associating the service', 'a user still has to consent to it',
      'associate it in a deployment after the deployment that finds the consent', { row: 'association failed' });
  }
  return { ...associationOf(properties), serviceId: properties.ServiceId, retain: Retain === 'true' };
}

function associationProblems(association: unknown, path = ''): string[] {
  if (!isMap(association)) {
    return [`${path} must be a structure`];
  }
  const prefix = path && `${path}.`;
  const { AgentSpaceId, Configuration, Capabilities, Webhook } = association;
  const isUnion = isMap(Configuration, (value) => isMap(value)) && Object.keys(Configuration).length === 1;
  return [
    ...unknown(association, MEMBERS, prefix),
    ...isText(AgentSpaceId) && AgentSpaceId !== '' ? [] : [`${prefix}AgentSpaceId must be a string that is not empty`],
    ...isUnion ? nodeProblems(Configuration, `${prefix}Configuration`, [], LEAVES)
      : [`${prefix}Configuration must have one structure, named like the type of the service`],
    ...Capabilities === undefined ? [] : isMap(Capabilities) ? nodeProblems(Capabilities, `${prefix}Capabilities`, [], LEAVES)
      : [`${prefix}Capabilities must be a structure`],
    ...Webhook === undefined ? [] : webhookProblems(Webhook, `${prefix}Webhook`),
  ];
}

function webhookProblems(webhook: unknown, path: string): string[] {
  if (!isMap(webhook, isText) || !/^arn:/.test(String(webhook.SecretArn))) {
    return [`${path} must have the SecretArn of a secret, and strings only`];
  }
  return unknown(webhook, ['SecretArn', 'RotationRevision'], `${path}.`);
}

/** A node of the template as it travels: booleans, and keys of the API's own that begin with `$`. */
function plain(node: WireNode | undefined): unknown {
  if (typeof node !== 'object') {
    return node;
  }
  if (Array.isArray(node)) {
    return node.map(plain);
  }
  if ('$boolean' in node) {
    return node.$boolean === 'true';
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key.replace(/^\$\$/, '$'), plain(value as WireNode)]));
}
