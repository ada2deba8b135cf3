import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { AwsCredentialIdentityProvider } from '@smithy/types';
import { Clock } from './clock';
import { CallError } from './devops-agent';
import { Failure } from './failure';
import { patiently } from './patience';
import { FetchSecret, step } from './secrets';

const TIMEOUT = 10_000;

/** Reads secrets from AWS Secrets Manager, with the retries that its answers deserve. */
export function fetchSecret(options: { region: string; credentials: AwsCredentialIdentityProvider }, clock: Clock): FetchSecret {
  const client = new SecretsManagerClient({
    ...options,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ connectionTimeout: TIMEOUT, requestTimeout: TIMEOUT, socketTimeout: TIMEOUT, throwOnRequestTimeout: true }),
  });
  return async (secretId, versionId) => {
    try {
      const secret = await patiently(clock, () => client.send(new GetSecretValueCommand({ SecretId: secretId, VersionId: versionId })).catch(fail));
      return { versionId: secret.VersionId ?? '', text: secret.SecretString };
    } catch (error) {
      if (error instanceof CallError) {
        throw new Failure(step({ $secret: secretId, versionId }), error.words, advice(error));
      }
      throw error;
    }
  };
}

function fail(error: { name: string; message: string; $response?: { statusCode?: number } }): never {
  // The service says with status 400 that access is denied.
  throw new CallError('GetSecretValue', error.name, error.message, error.$response?.statusCode);
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
