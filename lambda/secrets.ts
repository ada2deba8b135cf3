import { Clock } from './clock';
import { CallError } from './devops-agent';
import { Failure } from './failure';
import { Secrets, SecretVersion } from './ports';
import { Redactor } from './redaction';
import { withRetries } from './retries';
import { SecretLeaf } from '../src/private/contract';

/** Reads credentials: every secret once, so that all fields of a registration come from the same version. */
export class SecretReader {
  private readonly reads = new Map<string, Promise<SecretVersion>>();

  /** `stage`: the staging label that is read where a leaf names no version. */
  constructor(
    private readonly secrets: Secrets, private readonly clock: Clock, private readonly redactor: Redactor, private readonly stage?: string,
  ) {}

  /** A reader of the versions before the current ones, for whatever is not pinned to a version. */
  public previous(): SecretReader {
    return new SecretReader(this.secrets, this.clock, this.redactor, 'AWSPREVIOUS');
  }

  /** The value that a leaf refers to. */
  public async value(leaf: SecretLeaf): Promise<string> {
    const { text } = await this.read(leaf);
    if (text === undefined) {
      throw new Failure(step(leaf), 'it is binary', 'store the credential as a string');
    }
    return leaf.field === undefined ? text : this.field(leaf, leaf.field, text);
  }

  /** The id of the version that a leaf refers to. */
  public async version(leaf: SecretLeaf): Promise<string> {
    return (await this.read(leaf)).versionId;
  }

  private read(leaf: SecretLeaf): Promise<SecretVersion> {
    const key = `${leaf.$secret} ${leaf.versionId ?? ''}`;
    let read = this.reads.get(key);
    if (!read) {
      read = this.fetch(leaf);
      this.reads.set(key, read);
    }
    return read;
  }

  private async fetch(leaf: SecretLeaf): Promise<SecretVersion> {
    try {
      const version = await withRetries(this.clock, () => this.secrets.getValue(leaf.$secret, leaf.versionId === undefined ? { versionStage: this.stage } : { versionId: leaf.versionId }));
      this.redactor.hide(version.text ?? '');
      return version;
    } catch (error) {
      throw error instanceof CallError ? new Failure(step(leaf), error.words, advice(error)) : error;
    }
  }

  private field(leaf: SecretLeaf, field: string, text: string): string {
    let fields: unknown;
    try {
      fields = JSON.parse(text);
    } catch {
      // The parser's own message quotes the text that it could not read.
      fields = undefined;
    }
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
      throw new Failure(step(leaf), 'it is not a JSON object', `store it as JSON with the field '${field}', or refer to the whole string`);
    }
    const value = Object.prototype.hasOwnProperty.call(fields, field) ? (fields as { [key: string]: unknown })[field] : undefined;
    if (typeof value !== 'string' || value === '') {
      throw new Failure(step(leaf), value === undefined ? `it has no field '${field}'` : `its field '${field}' is ${value === '' ? 'empty' : 'not a string'}`,
        `add the field to the secret, or name the one that holds the credential (it has ${Object.keys(fields).length} field(s))`);
    }
    this.redactor.hide(value);
    return value;
  }
}

/** How messages call the reading of a secret. */
function step(leaf: SecretLeaf): string {
  return `reading the secret ${leaf.$secret}${leaf.versionId ? ` (version ${leaf.versionId})` : ''}`;
}

function advice(error: CallError): string {
  if (error.denied || error.code === 'DecryptionFailure') {
    return 'check the secret\'s resource policy and its KMS key\'s policy: the provider\'s role has to be allowed to read it';
  }
  if (error.code === 'ResourceNotFoundException') {
    return 'check that the secret exists in this account and Region and has a value in the version asked for';
  }
  return 'correct what it names, then deploy again';
}
