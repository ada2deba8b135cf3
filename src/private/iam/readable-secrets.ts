/** The grants to read secrets, spread over the policies of a role. */

import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Aws, Fn, Token } from 'aws-cdk-lib/core';
import { keptBy } from '../copies';

/** The secrets' share of the role's inline policy, in characters: IAM allows 10240, and the rest is for all other grants. */
const INLINE = 7_400;

/** The secrets' share of a managed policy: IAM allows 6144, and the statement around them takes some. */
const MANAGED = 6_030;

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
 * The secrets that a role may read, spread over as few policies as IAM's quotas allow.
 *
 * The CDK also splits a policy that is too large. But it assumes one length for all ARNs with tokens, so that a stack full of
 * registrations needs nearly twice as many policies, and it compares every statement with every other.
 */
export class ReadableSecrets {
  /** The readable secrets of a role. */
  public static of(role: Role): ReadableSecrets {
    return keptBy(role, 'readableSecrets', () => new ReadableSecrets(role));
  }

  private readonly arns = new Set<string>();
  private statement?: PolicyStatement;
  private room = 0;
  private policies = 0;

  private constructor(private readonly role: Role) {}

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
    this.statement = new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [arn] });
    if (this.policies++ === 0) {
      this.role.addToPrincipalPolicy(this.statement);
      this.room = INLINE;
    } else {
      // A child of the role, so that a dependency on the role includes this policy.
      new ManagedPolicy(this.role, `Secrets${this.policies}`, { statements: [this.statement], roles: [this.role] });
      this.room = MANAGED;
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
