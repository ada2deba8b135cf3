import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { AwsCredentialIdentityProvider } from '@smithy/types';
import { CallError } from './devops-agent';
import { Secrets } from './world';

const TIMEOUT = 10_000;

/** AWS Secrets Manager over HTTPS. */
export function secretsManager(options: { region: string; credentials: AwsCredentialIdentityProvider }): Secrets {
  const client = new SecretsManagerClient({
    ...options,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ connectionTimeout: TIMEOUT, requestTimeout: TIMEOUT, socketTimeout: TIMEOUT, throwOnRequestTimeout: true }),
  });
  return {
    getValue: async (secretId, versionId) => {
      const secret = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionId: versionId })).catch(fail);
      return { versionId: secret.VersionId ?? '', text: secret.SecretString };
    },
  };
}

function fail(error: { name: string; message: string; $response?: { statusCode?: number } }): never {
  // The service says with status 400 that access is denied.
  throw new CallError('GetSecretValue', error.name, error.message, error.$response?.statusCode);
}
