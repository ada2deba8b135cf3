import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import { OperationSchema } from '@smithy/types';
import { awsApi, Caller } from './aws-api';
import { Secrets } from '../ports';

const TIMEOUT = 10_000;

const NAMESPACE = 'com.amazonaws.secretsmanager';
const [STRUCTURE, STRING, LIST_OF_STRINGS] = [3, 0, 64];

// As in the schema of the official client, which a test compares the request with: that module would bring all the others.
const strings = (name: string, members: string[], lists: string[] = []) => (
  [STRUCTURE, NAMESPACE, name, 0, [...members, ...lists], [...members.map(() => STRING), ...lists.map(() => LIST_OF_STRINGS)]]);
const operation = (name: string, input: unknown, output: unknown) => ({ namespace: NAMESPACE, name, traits: 0, input, output }) as OperationSchema;
const GET_SECRET_VALUE = operation('GetSecretValue', strings('GetSecretValueRequest', ['SecretId', 'VersionId', 'VersionStage']),
  strings('GetSecretValueResponse', ['VersionId', 'SecretString']));
const PUT_SECRET_VALUE = operation('PutSecretValue', strings('PutSecretValueRequest', ['SecretId', 'ClientRequestToken', 'SecretString'], ['VersionStages']),
  strings('PutSecretValueResponse', []));

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
    putValue: async (secretId, { versionId, text }, versionStages) => {
      await send(PUT_SECRET_VALUE, { SecretId: secretId, ClientRequestToken: versionId, SecretString: text, VersionStages: versionStages });
    },
  };
}
