/** The grants on secrets, spread over the policies of a role. */

import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Aws, Fn, Token } from 'aws-cdk-lib/core';
import { keptBy } from '../copies';

/** The actions on a secret that is read. */
export const READ_ACTIONS = ['secretsmanager:GetSecretValue'];

/** The actions on a secret that receives a webhook, which is compared with the live webhook. PutSecretValue also labels the version. */
export const CAPTURE_ACTIONS = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'];

/** The shares of the role's inline policy, in characters: IAM allows 10240, and the rest is for all other grants. */
const INLINE_READ = 7_400;
const INLINE_CAPTURE = 400;

/** IAM's quota of a managed policy, and the share of what stands around the actions and the secrets. */
const MANAGED = 6_144;
const AROUND = 81;

/** The assumed length of an ARN that is a token as a whole. Few ARNs of secrets are longer. */
const UNKNOWN = 130;

/** The quotes around an ARN, and the comma after it. */
const PUNCTUATION = 3;

/** The CDK's tokens in an ARN, their names in a template, and their longest values where the DevOps Agent API is available. */
const PSEUDO_PARAMETERS = [
  [Aws.PARTITION, 'AWS::Partition', 'aws'],
  [Aws.REGION, 'AWS::Region', 'ap-southeast-2'],
  [Aws.ACCOUNT_ID, 'AWS::AccountId', '111122223333'],
] as const;

/**
 * The secrets that a role may use in one way, spread over as few policies as IAM's quotas allow.
 *
 * The CDK also splits a policy that is too large. But it assumes one length for all ARNs with tokens, so that a stack full of
 * registrations needs nearly twice as many policies, and it compares every statement with every other.
 */
export class GrantedSecrets {
  /** The secrets that a role may read. */
  public static readBy(role: Role): GrantedSecrets {
    return keptBy(role, 'readableSecrets', () => new GrantedSecrets(role, 'Secrets', READ_ACTIONS, INLINE_READ));
  }

  /** The secrets that a role may put webhooks into. */
  public static writtenBy(role: Role): GrantedSecrets {
    return keptBy(role, 'webhookSecrets', () => new GrantedSecrets(role, 'WebhookSecrets', CAPTURE_ACTIONS, INLINE_CAPTURE));
  }

  private readonly arns = new Set<string>();
  private statement?: PolicyStatement;
  private room = 0;
  private policies = 0;

  private constructor(
    private readonly role: Role, private readonly prefix: string, private readonly actions: string[], private readonly inlineShare: number,
  ) {}

  public add(secretArn: string): void {
    if (this.arns.has(secretArn)) return;
    this.arns.add(secretArn);
    const size = sizeOf(secretArn) + PUNCTUATION;
    const arn = compact(secretArn);
    if (this.statement && size <= this.room) {
      this.statement.addResources(arn);
    } else {
      this.begin(arn);
    }
    this.room -= size;
  }

  private begin(arn: string): void {
    this.statement = new PolicyStatement({ actions: this.actions, resources: [arn] });
    if (this.policies++ === 0) {
      this.role.addToPrincipalPolicy(this.statement);
      this.room = this.inlineShare;
    } else {
      // A child of the role, so that a dependency on the role includes this policy.
      new ManagedPolicy(this.role, `${this.prefix}${this.policies}`, { statements: [this.statement], roles: [this.role] });
      this.room = MANAGED - AROUND - JSON.stringify(this.actions).length;
    }
  }
}

/** An ARN with pseudo parameters as one `Fn::Sub`: half as long in the template as an `Fn::Join`, and one token to resolve for three. */
function compact(arn: string): string {
  const template = PSEUDO_PARAMETERS.reduce((rest, [token, name]) => rest.replaceAll(token, `\${${name}}`), arn);
  return template === arn || Token.isUnresolved(template) ? arn : Fn.sub(template);
}

/** The length of an ARN after CloudFormation has resolved its pseudo parameters. */
function sizeOf(arn: string): number {
  const deployed = PSEUDO_PARAMETERS.reduce((rest, [token,, value]) => rest.replaceAll(token, value), arn);
  return Token.isUnresolved(deployed) ? UNKNOWN : deployed.length;
}
