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

/** AWS Secrets Manager. */
export interface Secrets {
  getValue(secretId: string, versionId?: string): Promise<SecretVersion>;
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
  describeResource(stackId: string, logicalId: string): Promise<StackResource>;
}

/** Amazon SNS. */
export interface Topics {
  publish(topicArn: string, subject: string, message: string): Promise<void>;
}

/** Where CloudFormation waits for answers. */
export interface Answers {
  put(url: string, body: string): Promise<void>;
}
