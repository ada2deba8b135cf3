/** The secrets that receive webhooks: read and written, and their credentials kept out of every text. */
import { createHash } from 'node:crypto';
import { Captured } from './diff';
import { Clock } from '../clock';
import { CallError, Webhook } from '../devops-agent';
import { Failure, foreign } from '../failure';
import { Secrets } from '../ports';
import { Redactor } from '../redaction';
import { withRetries } from '../retries';
import { CloudFormationEvent } from '../wire/event';

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** The id of a version names the revision that asked for its webhook, and the resource and the request that wrote it. */
const VERSION = /^webhook-([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{8})-/;

/** The association that a webhook is of. */
export interface WebhookOwner {
  readonly agentSpaceId: string;
  readonly serviceId: string;
  readonly associationId: string;
}

/** The value for a webhook that AssociateService has shown; none without a credential. */
export function valueOf(webhook: Webhook, owner: WebhookOwner, revision: string): Captured | undefined {
  const { webhookUrl, webhookId, webhookType, webhookSecret, apiKey } = webhook;
  if (webhookId === undefined || (webhookSecret ?? apiKey) === undefined) {
    return undefined;
  }
  const { agentSpaceId, serviceId, associationId } = owner;
  const text = JSON.stringify({ webhookUrl, webhookId, webhookType, webhookSecret, apiKey, agentSpaceId, serviceId, associationId });
  return { ...owner, webhookId, revision, text };
}

/** A hash of a revision, which may be any string. */
export function revisionOf(revision: string): string {
  return hash(revision, 8);
}

/** A hash of a request's id. */
export function requestOf(requestId: string): string {
  return hash(requestId, 8);
}

export class WebhookSecrets {
  private readonly resource: string;
  private readonly request: string;

  constructor(
    private readonly secrets: Secrets, private readonly clock: Clock, private readonly redactor: Redactor,
    { StackId, LogicalResourceId, RequestId }: Pick<CloudFormationEvent, 'StackId' | 'LogicalResourceId' | 'RequestId'>,
  ) {
    this.resource = hash(`${StackId} ${LogicalResourceId}`, 8);
    this.request = requestOf(RequestId);
  }

  /** The webhook that is the secret's value now. */
  public async current(secretArn: string): Promise<Captured | undefined> {
    return this.read(secretArn, CURRENT);
  }

  /** The webhook that was the secret's value before. */
  public async previous(secretArn: string): Promise<Captured | undefined> {
    return this.read(secretArn, PREVIOUS);
  }

  /**
   * Earlier values that may be of an association, but for those that an earlier key of the secret encrypts: AWS encrypts a version
   * with the new key only if it has a label of AWS's own.
   */
  public async kept(secretArn: string, associationId: string): Promise<Captured[]> {
    const values = [await this.previous(secretArn), await this.read(secretArn, labelOf(associationId)).catch(unlessUnreadable)];
    return values.filter((value) => value !== undefined);
  }

  /** Makes a webhook the secret's value. */
  public async write(secretArn: string, { associationId, revision, text }: Captured): Promise<void> {
    this.hide(text);
    const random = hash([text, this.clock.now(), this.clock.random()].join(), 24);
    const versionId = `webhook-${revision}-${this.resource}-${this.request}-${random}`;
    try {
      await withRetries(this.clock, () => this.secrets.putValue(secretArn, { versionId, text }, [CURRENT, labelOf(associationId)]));
    } catch (error) {
      throw failureOf('writing', secretArn, error);
    }
  }

  /** Keeps the credential of a webhook out of every text. */
  public hide(text: string): void {
    this.redactor.hide(text);
    const { webhookSecret, apiKey } = fieldsOf(text);
    for (const credential of [webhookSecret, apiKey]) {
      if (typeof credential === 'string' && credential !== 'pending') {
        this.redactor.hide(credential);
      }
    }
  }

  private async read(secretArn: string, versionStage: string): Promise<Captured | undefined> {
    try {
      const { versionId, text = '' } = await withRetries(this.clock, () => this.secrets.getValue(secretArn, { versionStage }));
      this.hide(text);
      const { associationId, serviceId, agentSpaceId, webhookId } = fieldsOf(text);
      const [, revision = revisionOf(''), resource, request] = VERSION.exec(versionId) ?? [];
      return [associationId, serviceId, agentSpaceId, webhookId].every((field) => typeof field === 'string')
        ? { associationId, serviceId, agentSpaceId, webhookId, revision, byThisResource: resource === this.resource, request, text } as Captured
        : undefined;
    } catch (error) {
      // The secret has no such version yet. Where there is no secret, a webhook that works must not be given up for one that nobody can keep.
      if (error instanceof CallError && error.code === 'ResourceNotFoundException' && !isGone(error)) {
        return undefined;
      }
      throw failureOf('reading', secretArn, error);
    }
  }
}

/**
 * The staging label of the version that is of an association. All versions of a secret have at most 20 labels together, so
 * there are only 16: of two associations with the same one, the older one's version is found no more.
 */
function labelOf(associationId: string): string {
  return `association-${hash(associationId, 1)}`;
}

function fieldsOf(text: string): { readonly [field: string]: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Whether there is no such secret: in AWS's words, it is the secret that cannot be found then, and not the secret's value. */
function isGone({ code, message }: CallError): boolean {
  return (code === 'ResourceNotFoundException' && /specified secret\.?$/.test(message))
    || (code === 'InvalidRequestException' && /marked for deletion/i.test(message));
}

/** Nothing for a secret that is not there, or that this role cannot read or decrypt. */
export function unlessUnreadable(error: unknown): undefined {
  const cause = error instanceof Failure ? error.cause : undefined;
  if (cause instanceof CallError && (cause.denied || cause.code === 'DecryptionFailure' || isGone(cause))) {
    return undefined;
  }
  throw error;
}

function failureOf(verb: string, secretArn: string, error: unknown): unknown {
  return error instanceof CallError && !error.throttled
    ? new Failure(`${verb} the webhook's secret ${foreign(secretArn, 300)}`, error.words, adviceOn(error), { cause: error, row: 'association failed' })
    : error;
}

function adviceOn(error: CallError): string {
  if (isGone(error)) {
    return 'restore the secret, or remove \'webhook\' from the association in one deployment and add it in the next';
  }
  return error.status === undefined ? 'in a VPC, check that the Lambda function reaches AWS Secrets Manager, then redeploy'
    : 'check the secret\'s resource policy and its KMS key\'s policy: the provider\'s role has to be allowed to read and write it, then redeploy';
}

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
