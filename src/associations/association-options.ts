/** The options that all associations have in common, and what an association gives. */

import { IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { AssociationCapability } from './association-capability';

/**
 * Options of the capture of a webhook. AWS DevOps Agent shows the credential of a webhook once, when the service is
 * associated: the handler puts it into a secret of AWS Secrets Manager.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-invoking-devops-agent-through-webhook.html
 */
export interface WebhookOptions {
  /**
   * The secret that receives the webhook. Every value that the secret has is replaced. It has to be of the same Region, and
   * an imported secret has to be imported by its complete ARN. A secret receives one webhook.
   *
   * @default - a new secret, whose fields read `pending` until the webhook is captured
   */
  readonly secret?: ISecret;

  /**
   * The KMS key of the new secret. An error together with `secret`.
   *
   * @default - the key of AWS Secrets Manager in the account
   */
  readonly encryptionKey?: IKey;

  /**
   * The policy for the new secret when it is removed from the app. `SNAPSHOT` is an error, and so is a policy together with
   * `secret`.
   *
   * @default - the policy of the registration, or of the `ServiceAssociation`
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Any string. A change of it makes the next deployment associate the service once more, which gives the webhook another
   * URL and another credential. The old ones stop working.
   *
   * @default - the webhook changes only if the association is made anew
   */
  readonly rotationRevision?: string;
}

/**
 * Options that all associations have in common.
 */
export interface AssociationOptions {
  /**
   * The capabilities that are enabled, each at most once.
   *
   * @default - none
   */
  readonly capabilities?: AssociationCapability[];

  /**
   * Captures the webhook of the association in a secret: `{}` for a new secret. The deployment fails if AWS DevOps Agent
   * gives the association no webhook.
   *
   * @default - the webhook is not captured
   */
  readonly webhook?: WebhookOptions;
}

/**
 * A captured webhook.
 */
export interface IWebhook {
  /**
   * The secret that holds the webhook: a JSON object with the fields `webhookUrl`, `webhookId`, `webhookType`,
   * `agentSpaceId`, `serviceId` and `associationId`, and with the credential in `webhookSecret` or `apiKey`.
   *
   * What uses the ARN of this secret is deployed after the capture. Read the URL and the credential from the secret at run
   * time, since both change when the association is made anew. As a `SecretField` of a registration with the same provider,
   * the secret is an error.
   */
  readonly secret: ISecret;
}

/**
 * The association of a service with an Agent Space.
 */
export interface IAssociation {
  /**
   * The Agent Space.
   */
  readonly agentSpace: aws_devopsagent.IAgentSpaceRef;

  /**
   * The captured webhook. Undefined if the association has no option `webhook`.
   */
  readonly webhook?: IWebhook;
}
