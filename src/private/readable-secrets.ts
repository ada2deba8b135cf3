import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Aws, Token } from 'aws-cdk-lib/core';

/** What secrets may take of the role's inline policy, in characters: IAM allows 10240, and the rest is for all else that is granted. */
const INLINE = 7_400;

/** What they may take of a managed policy: IAM allows 6144, and a statement stands around them. */
const MANAGED = 6_030;

/** How long the ARN of a secret is taken to be where nothing is known of it. It rarely has more. */
const UNKNOWN = 130;

/** The quotes around an ARN, and the comma after it. */
const PUNCTUATION = 3;

const roles = new WeakMap<Role, ReadableSecrets>();

/**
 * The secrets that a role may read, spread over as few policies as IAM's quotas allow.
 *
 * The CDK would split a policy that has grown too large, too. But it takes every ARN with a token in it for equally long, so
 * that a stack full of registrations needs nearly twice as many policies, and it compares every statement with every other.
 */
export class ReadableSecrets {
  /** Those of this role. */
  public static of(role: Role): ReadableSecrets {
    const existing = roles.get(role) ?? new ReadableSecrets(role);
    roles.set(role, existing);
    return existing;
  }

  private readonly arns = new Set<string>();
  private statement?: PolicyStatement;
  private room = 0;
  private policies = 0;

  private constructor(private readonly role: Role) {}

  public add(arn: string): void {
    if (this.arns.has(arn)) return;
    this.arns.add(arn);
    const size = sizeOf(arn) + PUNCTUATION;
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
      // Below the role, so that whatever waits for the role waits for it too.
      new ManagedPolicy(this.role, `Secrets${this.policies}`, { statements: [this.statement], roles: [this.role] });
      this.room = MANAGED;
    }
  }
}

/** How long an ARN is once CloudFormation has put in what is known only then. */
function sizeOf(arn: string): number {
  const deployed = arn.replaceAll(Aws.PARTITION, 'aws').replaceAll(Aws.REGION, 'ap-southeast-2').replaceAll(Aws.ACCOUNT_ID, '111122223333');
  return Token.isUnresolved(deployed) ? UNKNOWN : deployed.length;
}
