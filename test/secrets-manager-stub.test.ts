import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerStub } from './support/secrets-manager';

describe('the stand-in for Secrets Manager, called by the official client', () => {
  const id = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:hook-abcdef';
  const [one, two] = ['1', '2'].map((digit) => digit.repeat(32));
  let stub: SecretsManagerStub;
  let client: SecretsManagerClient;
  beforeEach(async () => {
    stub = await SecretsManagerStub.start();
    stub.secrets.set(id, { versionId: 'v1', text: 'first' });
    client = new SecretsManagerClient({ region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, endpoint: stub.url, maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await stub.close();
  });

  const put = (ClientRequestToken: string, SecretString: string, VersionStages?: string[]) =>
    client.send(new PutSecretValueCommand({ SecretId: id, ClientRequestToken, SecretString, VersionStages }));
  const get = async (which: { VersionId?: string; VersionStage?: string } = {}) =>
    (await client.send(new GetSecretValueCommand({ SecretId: id, ...which }))).SecretString;

  test('a version that is written becomes the current one, and the former one the previous', async () => {
    await put(one, 'second');
    expect([await get(), await get({ VersionStage: 'AWSCURRENT' }), await get({ VersionStage: 'AWSPREVIOUS' })]).toEqual(['second', 'second', 'first']);
    expect([stub.textOf(id), stub.textOf(id, 'AWSPREVIOUS'), stub.textOf(id, 'other')]).toEqual(['second', 'first', undefined]);
    expect([stub.writes, stub.reads]).toEqual([[id], [id, id, id]]);
  });

  test('staging labels move to the version that was written last with them', async () => {
    await put(one, 'second', ['AWSCURRENT', 'association-1']);
    await put(two, 'third', ['association-2']);
    const shown = [await get(), await get({ VersionStage: 'association-1' }), await get({ VersionStage: 'association-2' }), await get({ VersionId: one })];
    expect(shown).toEqual(['second', 'second', 'third', 'second']);
  });

  test('the same call once more changes nothing, not even labels; another text under the same id is refused', async () => {
    await put(one, 'second');
    await put(two, 'third');
    await put(one, 'second');
    expect(await get()).toBe('third');
    await expect(put(one, 'other')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await expect(put('short', 'other')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toBe('second');
  });

  test('what is absent is not found, and cannot be written', async () => {
    for (const which of [{ VersionId: one }, { VersionStage: 'association-1' }]) {
      await expect(get(which)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
    stub.secrets.clear();
    await expect(put(one, 'second')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('a grant may be missing for all calls, or for those that write', async () => {
    stub.secrets.set(id, { text: 'first', denied: 'write' });
    await expect(put(one, 'second')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await get()).toBe('first');
    stub.secrets.set(id, { text: 'first', denied: true });
    await expect(get()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(put(one, 'second')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
