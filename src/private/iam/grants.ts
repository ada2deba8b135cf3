/** The grants that a registration needs, each for exactly the secret, topic, role or key that is passed. */

import { IGrantable, IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IAlias, IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Resource, Stack } from 'aws-cdk-lib/core';
import { acknowledge, finding } from './acknowledge';
import { CAPTURE_ACTIONS, GrantedSecrets, READ_ACTIONS } from './granted-secrets';
import { Grantee } from './grantee';
import { servicesOf } from './statements';

const DEVOPS_AGENT = 'aidevops.amazonaws.com';

const CRYPTOGRAPHIC_ACTIONS = ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*'];

/** A role that AWS DevOps Agent assumes, and the permissions that the role needs. */
export interface AssumedRole {
  readonly role: IRole;
  readonly needs: PolicyStatement[];
}

/**
 * Grants the reading of a secret, and decryption if the secret has a key of its own.
 *
 * Both are granted on the reader's side only. `ISecret.grantRead()` would add the reader to the policy of the key: on an
 * imported key that has no effect, and it would make the key's stack depend on the registration's.
 */
export function grantRead(grantee: Grantee, secret: ISecret): void {
  grantSecret(grantee, secret, READ_ACTIONS, GrantedSecrets.readBy);
  grantKey(grantee, secret, ['kms:Decrypt']);
}

/** Grants what the capture of a webhook in a secret takes, and the use of the secret's key, on the writer's side only, as `grantRead` does. */
export function grantCapture(grantee: Grantee, secret: ISecret): void {
  grantSecret(grantee, secret, CAPTURE_ACTIONS, GrantedSecrets.writtenBy);
  grantKey(grantee, secret, ['kms:Decrypt', 'kms:GenerateDataKey']);
}

function grantSecret(grantee: Grantee, secret: ISecret, actions: string[], grantedBy: (role: Role) => GrantedSecrets): void {
  const arn = grantableArn(secret, Stack.of(grantee.scope));
  if (grantee.role) {
    grantedBy(grantee.role).add(arn);
  } else {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [arn] }));
  }
}

/** Grants the use of the key of a secret through AWS Secrets Manager, if the secret has one of its own. */
function grantKey(grantee: Grantee, { encryptionKey, env }: ISecret, actions: string[]): void {
  if (encryptionKey) {
    grantUse(grantee, encryptionKey, actions, `secretsmanager.${env.region}`);
  }
}

/** Grants the use of a key through a service. A policy with the ARN of an alias allows nothing, so that the key is told by its aliases. */
function grantUse(grantee: Grantee, key: IKey, actions: string[], service: string): void {
  const { aliasName } = key as Partial<IAlias>;
  const { account, region } = key.env;
  const resource = aliasName === undefined ? key.keyArn
    : Stack.of(grantee.scope).formatArn({ service: 'kms', resource: 'key', resourceName: '*', account, region });
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({
    actions,
    resources: [resource],
    conditions: {
      StringEquals: { 'kms:ViaService': `${service}.amazonaws.com` },
      ...aliasName !== undefined && { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': aliasName } },
    },
  }));
  if (aliasName !== undefined) {
    acknowledge(grantee.scope, { [finding(grantee.scope, 'IAM5', 'Resource', resource)]: 'Of all keys, the condition allows those with the alias that was given.' });
  }
}

/** The ARN of a secret ends in six random characters, which are unknown if the secret is imported by name or made in another account. */
function grantableArn(secret: ISecret, stack: Stack): string {
  const { secretFullArn, secretArn } = secret;
  const elsewhere = Resource.isOwnedResource(secret) && secret.env.account !== stack.account;
  return secretFullArn && !elsewhere ? secretFullArn : `${secretArn}-??????`;
}

/** Grants publishing to a topic, and the use of the topic's key for that, on the publisher's side only, as `grantRead` does. */
export function grantPublish(grantee: Grantee, topic: ITopic, region: string): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }));
  if (topic.masterKey) {
    grantUse(grantee, topic.masterKey, ['kms:Decrypt', 'kms:GenerateDataKey'], `sns.${region}`);
  }
}

/** Grants passing a role to AWS DevOps Agent, and to no other service. */
export function grantPassRole(grantee: IGrantable, role: IRole): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [role.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': DEVOPS_AGENT } },
  }));
}

/** Grants the use of a key through AWS DevOps Agent: to the provider, which registers, and to the service. */
export function grantEncryption(grantee: Grantee, key: IKey, stack: Stack): void {
  grantUse(grantee, key, ['kms:DescribeKey', ...CRYPTOGRAPHIC_ACTIONS], `aidevops.${stack.region}`);
  acknowledge(grantee.scope, Object.fromEntries(CRYPTOGRAPHIC_ACTIONS.filter((action) => action.endsWith('*')).map((action) =>
    [finding(grantee.scope, 'IAM5', 'Action', action), 'AWS DevOps Agent requires these actions of the caller that registers with a key, on that key only and only through the service.'])));
  keyPolicyOf(stack).forEach((statement) => key.addToResourcePolicy(statement));
}

/**
 * The statements that AWS publishes for the policy of a key. DescribeKey has no condition, since it is tried before the
 * service has an ARN.
 */
function keyPolicyOf(stack: Stack): PolicyStatement[] {
  const principals = [new ServicePrincipal(DEVOPS_AGENT)];
  const services = servicesOf(stack);
  return [
    new PolicyStatement({ actions: ['kms:DescribeKey'], resources: ['*'], principals }),
    new PolicyStatement({
      actions: CRYPTOGRAPHIC_ACTIONS,
      resources: ['*'],
      principals,
      conditions: {
        ArnLike: { 'aws:SourceArn': services },
        StringLike: { 'kms:EncryptionContext:aws-crypto-ec:aws:aidevops:arn': services },
      },
    }),
  ];
}
