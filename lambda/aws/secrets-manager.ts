import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import { OperationSchema } from '@smithy/types';
import { awsApi, Caller } from './aws-api';
import { Secrets } from '../ports';

const TIMEOUT = 10_000;

const NAMESPACE = 'com.amazonaws.secretsmanager';
const [STRUCTURE, STRING] = [3, 0];

// As in the schema of the official client, which a test compares the request with: that module would bring all the others.
const strings = (name: string, members: string[]) => [STRUCTURE, NAMESPACE, name, 0, members, members.map(() => STRING)];
const GET_SECRET_VALUE = {
  namespace: NAMESPACE,
  name: 'GetSecretValue',
  traits: 0,
  input: strings('GetSecretValueRequest', ['SecretId', 'VersionId', 'VersionStage']),
  output: strings('GetSecretValueResponse', ['VersionId', 'SecretString']),
} as unknown as OperationSchema;

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
