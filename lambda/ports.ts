import { Clock } from './clock';
import { DevOpsAgent } from './devops-agent';

/**
 * All that the handler reaches. One call each, without retries, and what does not succeed is a `CallError`: when to
 * call again is for the steps that know what the call was for.
 */
export interface Ports {
  readonly api: DevOpsAgent;
  readonly secrets: Secrets;
  readonly stacks: Stacks;
  readonly topics: Topics;
  readonly answers: Answers;
  readonly clock: Clock;
  /** The value of the provider mark, which the function's role is fenced to. */
  readonly provider: string;
  /** Writes one line to the function's log. */
  log(line: string): void;
}

/** One version of a secret, as Secrets Manager gives it. */
export interface SecretVersion {
  readonly versionId: string;
  /** Absent for a binary secret. */
  readonly text?: string;
}

/** The version of a secret that is read: by its id, or by its staging label. AWSCURRENT if both are absent. */
export interface WhichVersion {
  readonly versionId?: string;
  readonly versionStage?: string;
}

/** AWS Secrets Manager. */
export interface Secrets {
  getValue(secretId: string, which?: WhichVersion): Promise<SecretVersion>;
  /** Writes a new version under an id of the caller's, and moves the staging labels to it. */
  putValue(secretId: string, version: Required<SecretVersion>, versionStages: readonly string[]): Promise<void>;
}

/** What CloudFormation says of a resource. */
export interface StackResource {
  /** Such as `CREATE_IN_PROGRESS`. */
  readonly status: string;
  /** When it got that status, in milliseconds since the epoch. */
  readonly since: number;
  /** The id that CloudFormation knows the resource by at present. */
  readonly physicalId?: string;
}

/** AWS CloudFormation. */
export interface Stacks {
  /** DescribeStackResource. */
  describeResource(stackId: string, logicalId: string): Promise<StackResource>;
  /** The stack's status, such as `UPDATE_ROLLBACK_IN_PROGRESS`, from DescribeStacks. */
  stackStatus(stackId: string): Promise<string>;
}

/** Amazon SNS. */
export interface Topics {
  publish(topicArn: string, subject: string, message: string): Promise<void>;
}

/** Where CloudFormation waits for answers. */
export interface Answers {
  put(url: string, body: string): Promise<void>;
}
