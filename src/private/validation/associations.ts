/** The validation of associations. A service has one association with an Agent Space, and a secret receives one webhook. */

import { IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IResource, RemovalPolicy, Token } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { IConstruct } from 'constructs';
import { environmentProblems, regionProblems } from './environment';
import { snapshotProblems } from './resource';
import { secretProblems } from './secret';
import { isInTree } from './unique-keys';
import { MAX_ASSOCIATIONS } from '../contract';
import { keptBy } from '../copies';
import { outermostStack } from '../stacks';

/** The bytes of an answer to CloudFormation that are not for the ARNs of secrets, at most, and those of a consent URL. */
const ANSWER = 4_096;
const RESERVED = 1_600;
const CONSENT_URL = 1_000;

/** An attribute without its ARN, and the assumed length of an ARN that is a token as a whole. Few ARNs of secrets are longer. */
const ATTRIBUTE = 24;
const UNKNOWN = 130;

const SELF = 'this association';

/** The capture of a webhook, as `WebhookOptions` describes it. */
interface Capture {
  readonly secret?: ISecret;
  readonly encryptionKey?: IKey;
  readonly removalPolicy?: RemovalPolicy;
  readonly rotationRevision?: string;
}

export function agentSpaceProblems(scope: IResource, agentSpace: aws_devopsagent.IAgentSpaceRef): string[] {
  return environmentProblems(scope, 'agentSpace', agentSpace, SELF);
}

/** The problem of an Agent Space that the provider's role may not associate anything with. An id that is a token may be any. */
export function narrowedProblems(agentSpace: aws_devopsagent.IAgentSpaceRef, allowed: aws_devopsagent.IAgentSpaceRef[] | undefined): string[] {
  const idOf = ({ agentSpaceRef }: aws_devopsagent.IAgentSpaceRef) => agentSpaceRef.agentSpaceId;
  const id = idOf(agentSpace);
  const ids = allowed?.map(idOf) ?? [id];
  return ids.includes(id) || ids.some((other) => Token.isUnresolved(other)) || Token.isUnresolved(id) && ids.length > 0
    ? []
    : [`agentSpace: '${agentSpace.node.path}' is not among the agentSpaces of the provider. Add it there, or leave agentSpaces out.`];
}

/** The problem of a second association of a service with an Agent Space: it would replace the first one. */
export function pairProblems(scope: IConstruct, serviceId: string, { node, agentSpaceRef }: aws_devopsagent.IAgentSpaceRef): string[] {
  const owner = pairsIn(scope).get(pairOf(serviceId, agentSpaceRef));
  return owner && isInTree(owner)
    ? [`agentSpace: '${node.path}' is associated with this service already, by '${owner.node.path}'. Use that association, or change one of them.`]
    : [];
}

export function recordPair(scope: IConstruct, serviceId: string, { agentSpaceRef }: aws_devopsagent.IAgentSpaceRef): void {
  pairsIn(scope).set(pairOf(serviceId, agentSpaceRef), scope);
}

/** The associations of a deployment, and their owners. */
function pairsIn(scope: IConstruct): Map<string, IConstruct> {
  return keptBy(outermostStack(scope), 'associations', () => new Map());
}

/** Equal attributes of one resource are equal tokens. */
function pairOf(serviceId: string, { agentSpaceId }: aws_devopsagent.AgentSpaceReference): string {
  return `${serviceId} ${agentSpaceId}`;
}

export function countProblems(count: number): string[] {
  return count > MAX_ASSOCIATIONS
    ? [`agentSpace: ${count} Agent Spaces were given, but one registration is associated with at most ${MAX_ASSOCIATIONS}. Use a ServiceAssociation in another stack for the others.`]
    : [];
}

export function webhookProblems(scope: IResource, webhook: Capture): string[] {
  const { secret, encryptionKey, removalPolicy } = webhook;
  return [
    ...secret ? receiverProblems(scope, secret, webhook) : [],
    ...encryptionKey ? regionProblems(scope, 'webhook.encryptionKey', encryptionKey, SELF) : [],
    ...snapshotProblems('webhook.removalPolicy', 'a secret', removalPolicy),
  ];
}

/** The problems of a secret that is to receive a webhook. */
function receiverProblems(scope: IResource, secret: ISecret, webhook: Capture): string[] {
  const receiver = capturesIn(scope).get(secret.secretArn);
  const reader = readsIn(scope).get(secret.secretArn);
  return [
    ...secretProblems(scope, secret, 'webhook.secret', SELF),
    ...secret.secretFullArn === undefined
      ? [`webhook.secret: '${secret.node.path}' is imported without its complete ARN. Import it with Secret.fromSecretCompleteArn().`]
      : [],
    ...receiver && isInTree(receiver)
      ? [`webhook.secret: '${secret.node.path}' receives the webhook of '${receiver.node.path}' already. Give each webhook a secret of its own.`]
      : [],
    ...reader && isInTree(reader)
      ? [`webhook.secret: '${secret.node.path}' has a credential of '${reader.node.path}', which the webhook would replace. Give the webhook a secret of its own.`]
      : [],
    ...(['encryptionKey', 'removalPolicy'] as const).filter((prop) => webhook[prop] !== undefined).map((prop) =>
      `webhook.${prop}: given together with secret. Set it on the secret itself.`),
  ];
}

/** Records which construct puts a webhook into a secret. */
export function recordCapture(scope: IConstruct, { secretArn }: ISecret): void {
  capturesIn(scope).set(secretArn, scope);
}

/** The problem of a secret with a credential that is to receive a webhook. */
export function readProblems(scope: IConstruct, secret: ISecret): string[] {
  const receiver = capturesIn(scope).get(secret.secretArn);
  return receiver && isInTree(receiver)
    ? [`secret: '${secret.node.path}' receives the webhook of '${receiver.node.path}', which replaces the credential. Give the webhook a secret of its own.`]
    : [];
}

/** Records which registration reads a credential from a secret. */
export function recordRead(scope: IConstruct, { secretArn }: ISecret): void {
  readsIn(scope).set(secretArn, scope);
}

function readsIn(scope: IConstruct): Map<string, IConstruct> {
  return keptBy(scope.node.root, 'reads', () => new Map());
}

function capturesIn(scope: IConstruct): Map<string, IConstruct> {
  return keptBy(scope.node.root, 'captures', () => new Map());
}

/**
 * The problem of an answer that CloudFormation would ignore: it has an attribute for each captured webhook. The ARN of a secret
 * that is not made yet is undefined.
 */
export function answerProblems(secretArns: (string | undefined)[], consents: boolean): string[] {
  const room = ANSWER - RESERVED - (consents ? CONSENT_URL : 0);
  const sizes = secretArns.map((arn) => ATTRIBUTE + (arn === undefined || Token.isUnresolved(arn) ? UNKNOWN : arn.length));
  return sizes.reduce((sum, size) => sum + size, 0) <= room ? [] : [
    `webhook: ${secretArns.length} webhooks were given, but the answer of one registration to CloudFormation, ${ANSWER} bytes, has no room for the ARNs of all their secrets. Use a ServiceAssociation in another stack for the others.`,
  ];
}
