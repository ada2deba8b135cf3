import { GetSecretValue$ } from '@aws-sdk/client-secrets-manager';
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import { OperationSchema } from '@smithy/types';
import { awsApi, Caller } from './aws-api';
import { Secrets } from '../ports';

const TIMEOUT = 10_000;

// The client's own schema, as its protocol takes it: [kind, namespace, name, traits, input, output].
const [, NAMESPACE, name, traits, input, output] = GetSecretValue$;
const GET_SECRET_VALUE = { namespace: NAMESPACE, name, traits, input, output } as OperationSchema;

/** AWS Secrets Manager over HTTPS. */
export function secretsManager(caller: Caller): Secrets {
  const send = awsApi({
    ...caller,
    signingName: 'secretsmanager',
    timeout: TIMEOUT,
    protocol: () => new AwsJson1_1Protocol({ defaultNamespace: NAMESPACE, serviceTarget: 'secretsmanager' }),
  });
  return {
    getValue: async (secretId, { versionId, versionStage } = {}) => {
      const secret = await send(GET_SECRET_VALUE, { SecretId: secretId, VersionId: versionId, VersionStage: versionStage });
      return { versionId: secret.VersionId ?? '', text: secret.SecretString };
    },
  };
}
