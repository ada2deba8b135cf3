import * as http from 'node:http';
import { AddressInfo } from 'node:net';

/** A version of a secret as a test writes it; `denied` answers as Secrets Manager does where the role has no grant. */
export interface StoredSecret {
  readonly versionId?: string;
  readonly text?: string;
  readonly binary?: boolean;
  readonly denied?: boolean;
}

/** Secrets Manager as far as the handler calls it: GetSecretValue over AWS JSON 1.1. */
export class SecretsManagerStub {
  public static async start(): Promise<SecretsManagerStub> {
    const stub = new SecretsManagerStub();
    await new Promise<void>((resolve) => stub.server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  public readonly secrets = new Map<string, StoredSecret>();
  public readonly reads: string[] = [];
  private readonly server = http.createServer((request, response) => this.serve(request, response));

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    let body = '';
    request.on('data', (chunk) => body += chunk);
    request.on('end', () => {
      const { SecretId, VersionId } = JSON.parse(body);
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
    });
  }
}
