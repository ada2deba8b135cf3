import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Aws, Fn, Token } from 'aws-cdk-lib/core';

/** What secrets may take of the role's inline policy, in characters: IAM allows 10240, and the rest is for all else that is granted. */
const INLINE = 7_400;

/** What they may take of a managed policy: IAM allows 6144, and a statement stands around them. */
const MANAGED = 6_030;

/** How long the ARN of a secret is taken to be where nothing is known of it. It rarely has more. */
const UNKNOWN = 130;

/** The quotes around an ARN, and the comma after it. */
const PUNCTUATION = 3;

/** What the CDK's tokens in an ARN are called in a template, and the longest that they stand for where the DevOps Agent API is. */
const PSEUDO_PARAMETERS = [
  [Aws.PARTITION, 'AWS::Partition', 'aws'],
  [Aws.REGION, 'AWS::Region', 'ap-southeast-2'],
  [Aws.ACCOUNT_ID, 'AWS::AccountId', '111122223333'],
] as const;

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
      // Below the role, so that whatever waits for the role waits for it too.
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

/** How long an ARN is once CloudFormation has put in what is known only then. */
function sizeOf(arn: string): number {
  const deployed = PSEUDO_PARAMETERS.reduce((rest, [token,, value]) => rest.replaceAll(token, value), arn);
  return Token.isUnresolved(deployed) ? UNKNOWN : deployed.length;
}
