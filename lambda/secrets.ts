import { Clock } from './clock';
import { CallError } from './devops-agent';
import { Failure, foreign } from './failure';
import { Secrets, SecretVersion } from './ports';
import { Redactor } from './redaction';
import { withRetries } from './retries';
import { SecretLeaf } from '../src/private/contract';

/** The longest credential, in characters. A longer text, of the 65,536 bytes that a secret may have, is something else. */
const MAX_CREDENTIAL = 16_384;

/** Reads credentials: every secret once, so that all fields of a registration come from the same version. */
export class SecretReader {
  private readonly reads = new Map<string, Promise<SecretVersion>>();

  /** `stage`: the staging label that is read where a leaf names no version. */
  constructor(
    private readonly secrets: Pick<Secrets, 'getValue'>, private readonly clock: Clock, private readonly redactor: Redactor, private readonly stage?: string,
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
    if (text.startsWith('\ufeff')) {
      throw new Failure(step(leaf), 'it begins with a byte order mark', 'store it as UTF-8 without one, for instance with the AWS CLI instead of from a file of an editor');
    }
    if (leaf.field === undefined) {
      return checked(leaf, 'it', text);
    }
    const value = fieldOf(leaf, leaf.field, text);
    this.redactor.hide(value);
    return checked(leaf, `its field '${name(leaf.field)}'`, value);
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
      const which = leaf.versionId === undefined ? { versionStage: this.stage } : { versionId: leaf.versionId };
      const version = await withRetries(this.clock, () => this.secrets.getValue(leaf.$secret, which));
      this.redactor.hide(version.text ?? '');
      return version;
    } catch (error) {
      throw error instanceof CallError ? new Failure(step(leaf), error.words, advice(error)) : error;
    }
  }
}

/** The value of a field of a secret that is a JSON object. */
function fieldOf(leaf: SecretLeaf, field: string, text: string): string {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new Failure(step(leaf), text.trim() === '' ? 'it is empty' : 'it is not JSON', `store it as a JSON object with the field '${name(field)}', or refer to the whole string`);
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new Failure(step(leaf), 'it is JSON, but not an object', `store it as a JSON object with the field '${name(field)}', or refer to the whole string`);
  }
  const times = keysOf(text).filter((key) => key === field).length;
  if (times === 0) {
    throw new Failure(step(leaf), `none of its ${Object.keys(fields).length} fields is '${name(field)}'`, 'add the field to the secret, or name the field that has the credential');
  }
  if (times > 1) {
    throw new Failure(step(leaf), `it has the field '${name(field)}' ${times} times`, 'leave one of them');
  }
  const value = (fields as { [key: string]: unknown })[field];
  if (typeof value !== 'string') {
    const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
    throw new Failure(step(leaf), `its field '${name(field)}' is ${kind}`, 'store the credential as a string, in quotes');
  }
  return value;
}

/** A credential, checked for the ways in which it is stored by mistake. */
function checked(leaf: SecretLeaf, what: string, credential: string): string {
  if (credential.trim() === '') {
    throw new Failure(step(leaf), `${what} is ${credential === '' ? 'empty' : 'blank'}`, 'store the credential in it');
  }
  if (credential.length > MAX_CREDENTIAL) {
    throw new Failure(step(leaf), `${what} has ${credential.length} characters, more than any credential`, 'store the credential alone, or name the field that has it');
  }
  if (/^[\r\n]|[\r\n]$/.test(credential)) {
    throw new Failure(step(leaf), `${what} begins or ends with a line break`, 'store it without the line break, which echo adds and printf does not');
  }
  return credential;
}

/** The keys of a JSON object, as often as they occur. Of equal ones, the parser keeps the last in silence. */
function keysOf(json: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  let last = '';
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g)) {
    if (token === ':' && depth === 1) {
      keys.push(JSON.parse(last));
    }
    depth += '{['.includes(token) ? 1 : '}]'.includes(token) ? -1 : 0;
    last = token;
  }
  return keys;
}

function name(field: string): string {
  return foreign(field, 100);
}

/** The reading of a secret, as a step of a sentence. */
function step(leaf: SecretLeaf): string {
  return `reading the secret ${foreign(leaf.$secret, 300)}${leaf.versionId ? ` (version ${foreign(leaf.versionId, 64)})` : ''}`;
}

function advice(error: CallError): string {
  if (error.denied || error.code === 'DecryptionFailure') {
    return 'check the secret\'s resource policy and its KMS key\'s policy: the provider\'s role has to be allowed to read it';
  }
  if (error.code === 'ResourceNotFoundException') {
    return 'check that the secret exists in this account and Region and has a value in the version asked for';
  }
  if (error.status === undefined) {
    return 'in a VPC, check that the Lambda function reaches AWS Secrets Manager, then redeploy';
  }
  return 'fix the cause and redeploy';
}
