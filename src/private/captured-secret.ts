/** The secret of a captured webhook, as its consumers see it. */

import { AddToResourcePolicyResult, Grant, IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret, ISecretAttachmentTarget, RotationSchedule, RotationScheduleOptions, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  IResolveContext, IResource, Reference, RemovalPolicy, Resource, SecretsManagerSecretOptions, SecretValue, Token,
} from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Brand } from './copies';
import { outermostStack } from './stacks';

export const CAPTURED_SECRET = new Brand<CapturedSecret>('CapturedSecret');

/**
 * The ARN of a captured secret: an attribute of the construct's custom resource, but for another stack the secret's own ARN. The name of
 * the attribute depends on the place of the association among those of the registration, and CloudFormation refuses to remove an export
 * that is in use. The other stack is deployed after the whole stack of the secret anyway.
 */
export function capturedArn(construct: Construct, attribute: string, secret: ISecret): string {
  return Token.asString(new CapturedArn(construct, attribute, secret));
}

class CapturedArn extends Reference {
  constructor(construct: Construct, attribute: string, private readonly secret: ISecret) {
    super(attribute, construct);
  }

  public resolve(context: IResolveContext): any {
    const [stack, reader, owner] = [this.target, context.scope, this.secret].map(outermostStack);
    return reader !== stack && owner === stack && Resource.isOwnedResource(this.secret) ? this.secret.secretArn : super.resolve(context);
  }
}

/**
 * A secret whose ARN is an attribute of the custom resource that captures the webhook: CloudFormation deploys what uses the
 * ARN after the capture. Grants and policies are those of the secret itself, so they do not wait, and an import could not have
 * a resource policy.
 */
export class CapturedSecret extends Resource implements ISecret {
  public readonly secretArn: string;
  public readonly secretFullArn: string;
  public readonly secretName: string;
  public readonly encryptionKey?: IKey;

  /** The same secret, imported by the attribute. */
  private readonly imported: ISecret;

  /**
   * @param secretArn The secret's ARN, as `capturedArn` gives it.
   * @param secret The secret itself.
   * @param provider The provider that captures the webhook.
   */
  constructor(scope: Construct, id: string, secretArn: string, public readonly secret: ISecret, public readonly provider: IResource) {
    super(scope, id);
    CAPTURED_SECRET.apply(this);
    this.imported = Secret.fromSecretCompleteArn(this, 'Imported', secretArn);
    this.secretArn = secretArn;
    this.secretFullArn = secretArn;
    this.secretName = this.imported.secretName;
    this.encryptionKey = secret.encryptionKey;
  }

  public get secretRef(): ISecret['secretRef'] {
    return this.imported.secretRef;
  }

  public get secretValue(): SecretValue {
    return this.imported.secretValue;
  }

  public secretValueFromJson(key: string): SecretValue {
    return this.imported.secretValueFromJson(key);
  }

  public cfnDynamicReferenceKey(options?: SecretsManagerSecretOptions): string {
    return this.imported.cfnDynamicReferenceKey(options);
  }

  public grantRead(grantee: IGrantable, versionStages?: string[]): Grant {
    return this.secret.grantRead(grantee, versionStages);
  }

  public grantWrite(grantee: IGrantable): Grant {
    return this.secret.grantWrite(grantee);
  }

  public addRotationSchedule(id: string, options: RotationScheduleOptions): RotationSchedule {
    return this.secret.addRotationSchedule(id, options);
  }

  public addToResourcePolicy(statement: PolicyStatement): AddToResourcePolicyResult {
    return this.secret.addToResourcePolicy(statement);
  }

  public denyAccountRootDelete(): void {
    this.secret.denyAccountRootDelete();
  }

  public attach(target: ISecretAttachmentTarget): ISecret {
    return this.secret.attach(target);
  }

  public applyRemovalPolicy(policy: RemovalPolicy): void {
    this.secret.applyRemovalPolicy(policy);
  }
}
