import {
  AddToPrincipalPolicyResult, IGrantable, IPrincipal, IRole, Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Fn, Resource, Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { acknowledge, finding } from './acknowledge';
import { ReadableSecrets } from './readable-secrets';

const CRYPTOGRAPHIC_ACTIONS = ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*'];

/** Who is given what a registration needs. */
export interface Grantee extends IGrantable {
  /** Where the grants end up. */
  readonly scope: IConstruct;
  /** The role, if the grants become its own. */
  readonly role?: Role;
  /** What has to exist before the registration can use them, unless it waits for that anyway. */
  readonly policy?: Policy;
}

/** A role that AWS DevOps Agent assumes, and what it has to be allowed. */
export interface AssumedRole {
  readonly role: IRole;
  readonly needs: PolicyStatement[];
}

/**
 * The provider's role, in such a way that what is granted ends up beside the registration.
 *
 * In the provider's own stack that is the role itself: the function depends on the role's policy, and the registration
 * on the function. From any other stack it is one policy of that stack, for all its registrations. If the grants were
 * in the provider's stack, it would depend on the registration's stack, which depends on it.
 */
export function granteeFor(registration: IConstruct, provider: IConstruct, role: IRole): Grantee {
  const stack = Stack.of(registration);
  if (Role.isRole(role) && role.stack === stack) return { grantPrincipal: role, scope: role, role };

  const id = `DevOpsAgentGrants${provider.node.addr.slice(-8)}`;
  const existing = () => stack.node.tryFindChild(id) as Policy | undefined;
  // Made with its first statement: there is no such thing as an empty policy.
  const policy = () => existing() ?? new Policy(stack, id, {
    // Inline policies of one role share a name space: those of one provider that is imported twice, and those of two nested
    // stacks, whose equal constructs share a logical id.
    policyName: Fn.join('-', [id, Fn.select(2, Fn.split('/', stack.stackId))]),
    document: new PolicyDocument({ minimize: true }),
    roles: [role],
  });
  const grantPrincipal = new PrincipalByPolicy(role, policy);
  // The provider's own policy knows only the provider's own stack.
  grantPrincipal.addToPrincipalPolicy(describeStackStatement(stack));
  return {
    grantPrincipal,
    get scope() { return policy(); },
    get policy() { return existing(); },
  };
}

/**
 * Lets a secret be read, and decrypted if it has a key of its own.
 *
 * Both are said on the reader's side only. `ISecret.grantRead()` puts the reader into the policy of the key: to an
 * imported key it grants nothing thereby, and the stack of the key would depend on that of the registration.
 */
export function grantRead(grantee: Grantee, secret: ISecret): void {
  const arn = grantableArn(secret, Stack.of(grantee.scope));
  if (grantee.role) {
    ReadableSecrets.of(grantee.role).add(arn);
  } else {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [arn] }));
  }
  if (secret.encryptionKey) {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [secret.encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${secret.env.region}.amazonaws.com` } },
    }));
  }
}

/** Six characters end the ARN of a secret. Those of one that is imported by name, or made in another account, are not known here. */
function grantableArn(secret: ISecret, stack: Stack): string {
  const { secretFullArn, secretArn } = secret;
  const elsewhere = Resource.isOwnedResource(secret) && secret.env.account !== stack.account;
  return secretFullArn && !elsewhere ? secretFullArn : `${secretArn}-??????`;
}

/** Lets a topic be published to, and its key be used for that. Both are said on the publisher's side only, for the same reasons. */
export function grantPublish(grantee: IGrantable, topic: ITopic, region: string): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }));
  if (topic.masterKey) {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [topic.masterKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com` } },
    }));
  }
}

/** Lets the handler read whether CloudFormation still waits for a resource of a stack, and whether the stack is being deleted. */
export function describeStackStatement(stack: Stack): PolicyStatement {
  return new PolicyStatement({ actions: ['cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks'], resources: [stack.stackId] });
}

/** Lets a role be passed to AWS DevOps Agent, and to nothing else. */
export function grantPassRole(grantee: IGrantable, role: IRole): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [role.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'aidevops.amazonaws.com' } },
  }));
}

/** Lets a key be used through AWS DevOps Agent: by whoever registers, and by the service for what is registered. */
export function grantEncryption(grantee: Grantee, key: IKey, stack: Stack): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({
    actions: ['kms:DescribeKey', ...CRYPTOGRAPHIC_ACTIONS],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `aidevops.${stack.region}.amazonaws.com` } },
  }));
  acknowledge(grantee.scope, Object.fromEntries(CRYPTOGRAPHIC_ACTIONS.filter((action) => action.endsWith('*')).map((action) =>
    [finding(grantee.scope, 'IAM5', 'Action', action), 'What AWS DevOps Agent needs of whoever registers with a key, on that key only and only through the service.'])));
  keyPolicyOf(stack).forEach((statement) => key.addToResourcePolicy(statement));
}

/**
 * The statements of a key's policy that AWS publishes for DevOps Agent. DescribeKey has no condition: it is tried before the
 * service has an ARN.
 */
function keyPolicyOf(stack: Stack): PolicyStatement[] {
  const principals = [new ServicePrincipal('aidevops.amazonaws.com')];
  const services = stack.formatArn({ service: 'aidevops', resource: 'service', resourceName: '*' });
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

/** A role whose grants go into a policy of another stack. */
class PrincipalByPolicy implements IPrincipal {
  public readonly grantPrincipal = this;
  public readonly assumeRoleAction: string;
  public readonly policyFragment: IPrincipal['policyFragment'];
  public readonly principalAccount?: string;

  constructor(role: IRole, private readonly policy: () => Policy) {
    this.assumeRoleAction = role.assumeRoleAction;
    this.policyFragment = role.policyFragment;
    this.principalAccount = role.principalAccount;
  }

  public addToPolicy(statement: PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }

  public addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    const policy = this.policy();
    policy.addStatements(statement);
    return { statementAdded: true, policyDependable: policy };
  }
}
