import { GetSecretValue$ } from '@aws-sdk/client-secrets-manager';
import { partition } from '@aws-sdk/core/client';
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import { OperationSchema } from '@smithy/types';
import { awsApi, Caller } from './aws-api';
import { Clock } from './clock';
import { CallError } from './devops-agent';
import { Failure } from './failure';
import { patiently } from './patience';
import { FetchSecret, step } from './secrets';

const TIMEOUT = 10_000;

// The client's own schema, as its protocol takes it: [kind, namespace, name, traits, input, output].
const [, NAMESPACE, name, traits, input, output] = GetSecretValue$;
const GET_SECRET_VALUE = { namespace: NAMESPACE, name, traits, input, output } as OperationSchema;

/** Reads secrets from AWS Secrets Manager, with the retries that its answers deserve. */
export function fetchSecret(caller: Caller, clock: Clock): FetchSecret {
  const send = awsApi({
    ...caller,
    endpoint: caller.endpoint ?? secretsManagerEndpoint(caller.region, process.env.AWS_USE_FIPS_ENDPOINT === 'true'),
    signingName: 'secretsmanager',
    timeout: TIMEOUT,
    protocol: () => new AwsJson1_1Protocol({ defaultNamespace: NAMESPACE, serviceTarget: 'secretsmanager' }),
  });
  return async (secretId, versionId) => {
    try {
      const secret = await patiently(clock, () => send(GET_SECRET_VALUE, { SecretId: secretId, VersionId: versionId }));
      return { versionId: secret.VersionId ?? '', text: secret.SecretString };
    } catch (error) {
      if (error instanceof CallError) {
        throw new Failure(step({ $secret: secretId, versionId }), error.words, advice(error));
      }
      throw error;
    }
  };
}

/** Where the official client would call. The endpoint is dual-stack by itself, in every partition that has the DevOps Agent API. */
export function secretsManagerEndpoint(region: string, fips: boolean): string {
  return `https://secretsmanager${fips ? '-fips' : ''}.${region}.${partition(region).dnsSuffix}`;
}

function advice(error: CallError): string {
  // The service says with status 400 that access is denied.
  if (error.denied || error.code === 'DecryptionFailure') {
    return 'check the secret\'s resource policy and its KMS key\'s policy: the provider\'s role has to be allowed to read it';
  }
  if (error.code === 'ResourceNotFoundException') {
    return 'check that the secret exists in this account and Region and has a value in the version asked for';
  }
  return 'correct what it names, then deploy again';
}
