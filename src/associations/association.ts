/** The making of an association: its validation, the secret of its webhook with the grants, and its properties in the template. */

import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Resource, SecretValue } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { AssociationCapability } from './association-capability';
import { AssociationConfiguration } from './association-configuration';
import { AssociationOptions, IAssociation, WebhookOptions } from './association-options';
import { DevOpsAgentProvider, IDevOpsAgentProvider } from '../devops-agent-provider';
import { CAPTURED_SECRET, capturedArn, CapturedSecret } from '../private/captured-secret';
import { AssociationProperties } from '../private/contract';
import { acknowledge, inBothPacks } from '../private/iam/acknowledge';
import { granteeFor } from '../private/iam/grantee';
import { grantCapture } from '../private/iam/grants';
import { agentSpaceProblems, narrowedProblems, pairProblems, recordCapture, recordPair, webhookProblems } from '../private/validation/associations';
import { throwIfAny } from '../private/validation/check';
import { optional, read, Shape, structureOf, text } from '../private/validation/kinds';
import { ANY_TEXT } from '../private/validation/rules';
import { unlessEmpty } from '../private/wire/details';
import { render } from '../private/wire/render';
import * as shapes from '../private/wire/shapes';

/** The fields of a webhook's secret. They never change: a changed text would replace the captured value. */
const FIELDS = ['webhookUrl', 'webhookId', 'webhookType', 'webhookSecret', 'apiKey', 'agentSpaceId', 'serviceId', 'associationId'];
const PENDING = Object.fromEntries(FIELDS.map((field) => [field, SecretValue.unsafePlainText('pending')]));

const NO_SECRETS = 'An association takes no secret.';

/** The construct whose custom resource makes an association. */
export interface Associating {
  readonly construct: Resource;
  /** The call or the construct that an error names. */
  readonly name: string;
  readonly provider: IDevOpsAgentProvider;
  readonly serviceId: string;
  /** The policy of what the construct makes. */
  readonly removalPolicy?: RemovalPolicy;
  /** The problems of the construct itself, with the secret that the webhook goes to if it is not a new one. */
  readonly problems: (secret: ISecret | undefined) => string[];
}

/** An association that is valid. */
export interface Association {
  readonly agentSpace: aws_devopsagent.IAgentSpaceRef;
  readonly properties: AssociationProperties;
  /** The secret that receives the webhook. */
  readonly secret?: ISecret;
  /** The secret, if it was made here and has no policy of its own. */
  readonly followingSecret?: ISecret;
}

const WEBHOOK: Shape<WebhookOptions> = {
  secret: optional(shapes.secret),
  encryptionKey: optional(shapes.encryptionKey),
  removalPolicy: optional(shapes.removalPolicy),
  rotationRevision: optional(text(ANY_TEXT)),
};

const OPTIONS: Shape<AssociationOptions> = { capabilities: optional(AssociationCapability._listKind), webhook: optional(structureOf(WEBHOOK)) };

/** The values that make an association. */
interface Values extends AssociationOptions {
  readonly agentSpace: aws_devopsagent.IAgentSpaceRef;
  readonly configuration: AssociationConfiguration;
}

/** The kinds of the values that make an association. */
export const ASSOCIATION: Shape<Values> = { agentSpace: shapes.agentSpace, configuration: AssociationConfiguration._kind, ...OPTIONS };

/** The arguments of an association. A value of a wrong kind is left out. */
export interface AssociationReading {
  readonly value: Partial<Values>;
  readonly problems: readonly string[];
}

/** Reads the arguments of a method that associates a service: the options are those of the configuration, too. */
export function readAssociation(agentSpace: unknown, configuration: AssociationConfiguration, options: unknown): AssociationReading {
  const space = read({ agentSpace: shapes.agentSpace }, { agentSpace });
  const common = read(OPTIONS, options, 'options');
  const own = configuration._reading().problems;
  // Options that are no options at all are a problem of both, which is told once.
  const whole = [
    ...own.filter((problem) => problem.startsWith(':')).map((problem) => `options${problem}`),
    ...common.problems.filter((problem) => problem.startsWith('options:')),
  ];
  return {
    value: { ...space.value, configuration, ...common.value },
    problems: [...space.problems, ...whole.length > 0 ? [whole[0]] : [...own.map((problem) => problem.slice('.'.length)), ...common.problems]],
  };
}

/** Validates an association, and renders it with the secret of its webhook. */
export function associate(associating: Associating, { value, problems }: AssociationReading): Association {
  const { construct, provider, serviceId } = associating;
  const { agentSpace: space, configuration, capabilities, webhook } = value;
  const given = webhook?.secret && itself(webhook.secret);
  const configured = render(configuration?._details() ?? {}, NO_SECRETS);
  const enabled = render(Object.assign({}, ...capabilities?.map((each) => each._details()) ?? []), NO_SECRETS);
  throwIfAny(construct.node.path, associating.name, [
    ...problems,
    ...space ? [
      ...agentSpaceProblems(construct, space), ...narrowedProblems(space, agentSpacesOf(provider)), ...pairProblems(construct, serviceId, space),
    ] : [],
    ...configured.problems,
    ...enabled.problems,
    ...webhook ? webhookProblems(construct, given ? { ...webhook, secret: given } : webhook) : [],
    ...associating.problems(given),
  ]);

  const agentSpace = space!;
  recordPair(construct, serviceId, agentSpace);
  const made = webhook && !given ? makeSecret(associating, agentSpace, webhook) : undefined;
  const secret = given ?? made;
  if (secret) {
    recordCapture(construct, secret);
    grantCapture(granteeFor(construct, provider, provider.role), secret);
  }
  return {
    agentSpace,
    secret,
    followingSecret: webhook?.removalPolicy === undefined ? made : undefined,
    properties: {
      AgentSpaceId: agentSpace.agentSpaceRef.agentSpaceId,
      Configuration: configured.node as AssociationProperties['Configuration'],
      Capabilities: unlessEmpty(enabled.node as NonNullable<AssociationProperties['Capabilities']>),
      Webhook: secret && { SecretArn: secret.secretFullArn!, RotationRevision: webhook?.rotationRevision },
    },
  };
}

/** The association as its user sees it. The attribute has the ARN of the secret. */
export function visible({ construct, provider }: Associating, { agentSpace, secret }: Association, attribute: string): IAssociation {
  return {
    agentSpace,
    webhook: secret && {
      secret: new CapturedSecret(construct, `Captured${suffix(agentSpace)}`, capturedArn(construct, attribute, secret), secret, provider),
    },
  };
}

/** The problem of reading a captured secret in a construct that the handler needs a permission for: the permission would have to exist before the capture. */
export function captureCycleProblems(secret: ISecret, provider: IDevOpsAgentProvider): string[] {
  return CAPTURED_SECRET.matches(secret) && sameProvider(secret.provider as IDevOpsAgentProvider, provider)
    ? [`secret: '${secret.node.path}' is the secret of a webhook that the same provider captures, which makes a cycle. Use another provider for this registration.`]
    : [];
}

function sameProvider(one: IDevOpsAgentProvider, other: IDevOpsAgentProvider): boolean {
  return one === other || one.serviceToken === other.serviceToken;
}

function makeSecret({ construct, removalPolicy }: Associating, agentSpace: aws_devopsagent.IAgentSpaceRef, webhook: WebhookOptions): Secret {
  const secret = new Secret(construct, `Webhook${suffix(agentSpace)}`, {
    description: 'The webhook of an association of AWS DevOps Agent',
    encryptionKey: webhook.encryptionKey,
    removalPolicy: webhook.removalPolicy ?? removalPolicy,
    secretObjectValue: PENDING,
  });
  const reason = 'AWS DevOps Agent issues the credential of a webhook. A change of rotationRevision rotates it.';
  acknowledge(secret, { 'AwsSolutions-SMG4': reason, ...inBothPacks('SecretsManagerRotationEnabled', reason) });
  return secret;
}

/** The same at every synthesis, whatever else is associated. */
function suffix(agentSpace: aws_devopsagent.IAgentSpaceRef): string {
  return agentSpace.node.addr.slice(-8);
}

/** The secret itself, of one that another association has captured. */
function itself(secret: ISecret): ISecret {
  return CAPTURED_SECRET.matches(secret) ? secret.secret : secret;
}

function agentSpacesOf(provider: IDevOpsAgentProvider): aws_devopsagent.IAgentSpaceRef[] | undefined {
  return DevOpsAgentProvider._isDevOpsAgentProvider(provider) ? provider._agentSpaces : undefined;
}
