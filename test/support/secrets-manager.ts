import * as http from 'node:http';
import { LoopbackServer } from './loopback-server';

/** A version of a secret as a test writes it; `denied` answers as Secrets Manager does where the role has no grant. */
export interface StoredSecret {
  readonly versionId?: string;
  readonly text?: string;
  readonly binary?: boolean;
  readonly denied?: boolean;
}

/** Secrets Manager as far as the handler calls it: GetSecretValue over AWS JSON 1.1. */
export class SecretsManagerStub extends LoopbackServer {
  public static start(): Promise<SecretsManagerStub> {
    return new SecretsManagerStub().listen();
  }

  public readonly secrets = new Map<string, StoredSecret>();
  public readonly reads: string[] = [];

  protected serve(_request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void {
    const { SecretId, VersionId } = JSON.parse(body.toString());
    this.reads.push(SecretId);
    const secret = this.secrets.get(SecretId);
    const answer = (status: number, payload: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(payload));
    };
    if (secret?.denied) {
      answer(400, { __type: 'AccessDeniedException', message: 'User is not authorized to perform: secretsmanager:GetSecretValue' });
    } else if (!secret || (VersionId && VersionId !== secret.versionId)) {
      answer(400, { __type: 'ResourceNotFoundException', message: 'Secrets Manager can\'t find the specified secret.' });
    } else {
      answer(200, {
        ARN: SecretId,
        VersionId: secret.versionId ?? 'v1',
        ...(secret.binary ? { SecretBinary: 'AAAA' } : { SecretString: secret.text ?? '' }),
      });
    }
  }
}
