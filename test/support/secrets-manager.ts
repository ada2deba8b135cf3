import * as http from 'node:http';
import { LoopbackServer } from './loopback-server';

/** A version of a secret as a test writes it. */
export interface StoredSecret {
  readonly versionId?: string;
  readonly text?: string;
  readonly binary?: boolean;
  /** The calls that are answered as Secrets Manager does where the role has no grant: all of them, or only those that write. */
  readonly denied?: boolean | 'write';
}

/** An error that Secrets Manager answers with. */
class Refusal extends Error {
  constructor(public readonly type: string, message: string) {
    super(message);
  }
}

/** Secrets Manager as far as the handler calls it: GetSecretValue and PutSecretValue over AWS JSON 1.1. */
export class SecretsManagerStub extends LoopbackServer {
  public static start(): Promise<SecretsManagerStub> {
    return new SecretsManagerStub().listen();
  }

  /** The current version of each secret. */
  public readonly secrets = new Map<string, StoredSecret>();
  /** The secrets of all calls that read, and of those that write. */
  public readonly reads: string[] = [];
  public readonly writes: string[] = [];
  /** The versions that were written, by secret and id; and those with a staging label, by secret and label. */
  private readonly written = new Map<string, StoredSecret>();
  private readonly labelled = new Map<string, StoredSecret>();

  /** The text of the version with a staging label. */
  public textOf(secretId: string, stage = 'AWSCURRENT'): string | undefined {
    return this.find(secretId, { VersionStage: stage })?.text;
  }

  /** Forgets all secrets and calls. */
  public reset(): void {
    for (const memory of [this.secrets, this.written, this.labelled]) memory.clear();
    this.reads.length = 0;
    this.writes.length = 0;
  }

  protected serve(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void {
    const answer = (status: number, payload: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(payload));
    };
    try {
      const input = JSON.parse(body.toString());
      answer(200, request.headers['x-amz-target'] === 'secretsmanager.PutSecretValue' ? this.put(input) : this.get(input));
    } catch (error) {
      const { type = 'InvalidRequestException', message } = error as Partial<Refusal>;
      answer(400, { __type: type, message });
    }
  }

  private get({ SecretId, ...which }: { SecretId: string; VersionId?: string; VersionStage?: string }): object {
    this.reads.push(SecretId);
    if (this.secrets.get(SecretId)?.denied === true) {
      throw new Refusal('AccessDeniedException', 'User is not authorized to perform: secretsmanager:GetSecretValue');
    }
    const version = this.find(SecretId, which);
    if (!version) {
      const what = this.secrets.has(SecretId) ? ` value for staging label: ${which.VersionStage ?? 'AWSCURRENT'}` : '.';
      throw new Refusal('ResourceNotFoundException', `Secrets Manager can't find the specified secret${what}`);
    }
    return {
      ARN: SecretId,
      VersionId: version.versionId ?? 'v1',
      ...(version.binary ? { SecretBinary: 'AAAA' } : { SecretString: version.text ?? '' }),
    };
  }

  /** An id that a version has already is the same call once more, which changes nothing, labels included; with another text it is refused. */
  private put({ SecretId, ClientRequestToken, SecretString, VersionStages = ['AWSCURRENT'] }: {
    SecretId: string; ClientRequestToken: string; SecretString: string; VersionStages?: string[];
  }): object {
    this.writes.push(SecretId);
    const current = this.secrets.get(SecretId);
    if (!current) {
      throw new Refusal('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
    }
    if (current.denied) {
      throw new Refusal('AccessDeniedException', 'User is not authorized to perform: secretsmanager:PutSecretValue');
    }
    if (!/^.{32,64}$/.test(ClientRequestToken)) {
      throw new Refusal('InvalidParameterException', 'ClientRequestToken must have 32 to 64 characters');
    }
    const same = this.find(SecretId, { VersionId: ClientRequestToken });
    if (same && same.text !== SecretString) {
      throw new Refusal('ResourceExistsException', 'A version with this id exists, and has another value');
    }
    if (!same) {
      const version: StoredSecret = { versionId: ClientRequestToken, text: SecretString };
      this.written.set(`${SecretId} ${ClientRequestToken}`, version);
      VersionStages.filter((stage) => stage !== 'AWSCURRENT').forEach((stage) => this.labelled.set(`${SecretId} ${stage}`, version));
      if (VersionStages.includes('AWSCURRENT')) {
        this.labelled.set(`${SecretId} AWSPREVIOUS`, current);
        this.secrets.set(SecretId, version);
      }
    }
    return { ARN: SecretId, VersionId: ClientRequestToken, VersionStages };
  }

  private find(secretId: string, { VersionId, VersionStage = 'AWSCURRENT' }: { VersionId?: string; VersionStage?: string }): StoredSecret | undefined {
    const current = this.secrets.get(secretId);
    if (VersionId !== undefined) {
      return current?.versionId === VersionId ? current : this.written.get(`${secretId} ${VersionId}`);
    }
    return VersionStage === 'AWSCURRENT' ? current : this.labelled.get(`${secretId} ${VersionStage}`);
  }
}
