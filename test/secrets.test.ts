import { CallError } from '../lambda/devops-agent';
import { Redactor } from '../lambda/redaction';
import { SecretReader } from '../lambda/secrets';

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:tools-AbCdEf';

/** A clock on which time passes only while somebody waits. */
const CLOCK = { time: 0, now: () => CLOCK.time, remaining: () => 300_000, sleep: async (ms: number) => { CLOCK.time += ms; }, random: () => 0.5 };

/** A reader of one secret, or one that fails. Without a text, the secret is binary. */
function readerOf(text: string | undefined, error?: CallError): SecretReader {
  return new SecretReader({ getValue: () => (error ? Promise.reject(error) : Promise.resolve({ versionId: 'v1', text })) }, CLOCK, new Redactor());
}

const step = `reading the secret ${SECRET}`;

test.each<[string, string]>([
  ['a token', 'glpat-abc'], ['a token with spaces in it', 'a b'], ['spaces around it, which may be meant', ' a '], ['several lines', 'a\nb'], ['JSON', '{"a":"b"}'],
  ['a long one', 'x'.repeat(16_384)],
])('a whole string is a credential: %s', async (_, text) => {
  await expect(readerOf(text).value({ $secret: SECRET })).resolves.toBe(text);
});

test.each<[string, string | undefined, string, string]>([
  ['nothing', '', 'it is empty', 'store the credential in it'],
  ['spaces', ' \t ', 'it is blank', 'store the credential in it'],
  ['a line break', '\n', 'it is blank', 'store the credential in it'],
  ['a line break at its end', 'token\n', 'it begins or ends with a line break', 'store it without the line break, which echo adds and printf does not'],
  ['a line break of Windows at its end', 'token\r\n', 'it begins or ends with a line break', 'store it without the line break, which echo adds and printf does not'],
  ['a line break at its beginning', '\ntoken', 'it begins or ends with a line break', 'store it without the line break, which echo adds and printf does not'],
  ['a byte order mark', '\ufefftoken', 'it begins with a byte order mark', 'store it as UTF-8 without one, for instance with the AWS CLI instead of from a file of an editor'],
  ['bytes', undefined, 'it is binary', 'store the credential as a string'],
  ['as long as a secret can be', 'x'.repeat(65_536), 'it has 65536 characters, more than any credential', 'store the credential alone, or name the field that has it'],
])('a whole string that is %s is a mistake', async (_, text, words, advice) => {
  await expect(readerOf(text).value({ $secret: SECRET })).rejects.toMatchObject({ step, words, advice });
});

test.each<[string, string]>([
  ['among others', '{"other":"x","token":"t0ken"}'],
  ['whose name is escaped', '{"t\\u006fken":"t0ken"}'],
  ['beside an object that has the same field', '{"more":{"token":"x"},"token":"t0ken","list":[{"token":"y"}]}'],
  ['beside texts that look like it', '{"a":"\\"token\\":","b":"{","token":"t0ken"}'],
  ['with white space', ' {\n "token" : "t0ken" }\n'],
])('a field %s is a credential', async (_, text) => {
  await expect(readerOf(text).value({ $secret: SECRET, field: 'token' })).resolves.toBe('t0ken');
});

test.each<[string, string | undefined, string, RegExp]>([
  ['nothing', '', 'it is empty', /^store it as a JSON object with the field 'token', or refer to the whole string$/],
  ['the bare credential', 't0ken', 'it is not JSON', /^store it as a JSON object/],
  ['broken JSON', '{"token":"t0ken"', 'it is not JSON', /^store it as a JSON object/],
  ['a byte order mark', '\ufeff{"token":"t0ken"}', 'it begins with a byte order mark', /without one/],
  ['bytes', undefined, 'it is binary', /as a string/],
  ['a JSON string', '"t0ken"', 'it is JSON, but not an object', /^store it as a JSON object/],
  ['a JSON list', '["t0ken"]', 'it is JSON, but not an object', /^store it as a JSON object/],
  ['null', 'null', 'it is JSON, but not an object', /^store it as a JSON object/],
  ['an object without the field', '{"Token":"t0ken"}', 'none of its 1 fields is \'token\'', /^add the field to the secret, or name the field that has the credential$/],
  ['the field twice', '{"token":"a","token":"t0ken"}', 'it has the field \'token\' 2 times', /^leave one of them$/],
  ['the field twice, once escaped', '{"t\\u006fken":"a","token":"t0ken"}', 'it has the field \'token\' 2 times', /^leave one of them$/],
  ['a number', '{"token":123456}', 'its field \'token\' is a number', /in quotes$/],
  ['a boolean', '{"token":true}', 'its field \'token\' is a boolean', /in quotes$/],
  ['null in the field', '{"token":null}', 'its field \'token\' is null', /in quotes$/],
  ['a list in the field', '{"token":["t0ken"]}', 'its field \'token\' is a list', /in quotes$/],
  ['an object in the field', '{"token":{}}', 'its field \'token\' is an object', /in quotes$/],
  ['an empty field', '{"token":""}', 'its field \'token\' is empty', /^store the credential in it$/],
  ['a blank field', '{"token":" "}', 'its field \'token\' is blank', /^store the credential in it$/],
  ['a field that is as long as a secret can be', `{"token":"${'x'.repeat(65_524)}"}`, 'its field \'token\' has 65524 characters, more than any credential', /^store the credential alone/],
  ['a field that ends in a line break', '{"token":"t0ken\\n"}', 'its field \'token\' begins or ends with a line break', /without the line break/],
])('a secret that is %s has no such field to read', async (_, text, words, advice) => {
  await expect(readerOf(text).value({ $secret: SECRET, field: 'token' })).rejects.toMatchObject({ step, words, advice: expect.stringMatching(advice) });
});

test.each(['toString', '__proto__', 'constructor'])('no secret has the field %s by itself', async (field) => {
  await expect(readerOf('{"token":"t0ken"}').value({ $secret: SECRET, field })).rejects.toMatchObject({ words: `none of its 1 fields is '${field}'` });
});

test('a failure names the version that was asked for, and never what the secret holds', async () => {
  for (const text of ['canary', '["canary"]', '{"canary":"canary"}', 'canary\n']) {
    const error = await readerOf(text).value({ $secret: SECRET, versionId: 'v7', field: 'token' }).catch((thrown) => thrown);
    expect(error.step).toBe(`${step} (version v7)`);
    expect(`${error.words} ${error.advice}`).not.toContain('canary');
  }
});

test.each<[string, string, number | undefined, RegExp]>([
  ['denied', 'AccessDeniedException', 400, /^check the secret's resource policy and its KMS key's policy/],
  ['encrypted with a key that the role may not use', 'DecryptionFailure', 400, /^check the secret's resource policy and its KMS key's policy/],
  ['absent', 'ResourceNotFoundException', 400, /^check that the secret exists in this account and Region and has a value in the version asked for$/],
  ['out of reach', 'ENOTFOUND', undefined, /^in a VPC, check that the Lambda function reaches AWS Secrets Manager, then redeploy$/],
  ['refused otherwise', 'InvalidRequestException', 400, /^fix the cause and redeploy$/],
])('a secret that is %s has a next step of its own', async (_, code, status, advice) => {
  const error = new CallError('GetSecretValue', code, 'no', status);
  await expect(readerOf('t0ken', error).value({ $secret: SECRET })).rejects.toMatchObject({ step, words: error.words, advice: expect.stringMatching(advice) });
});

test('a secret is read in the version that is asked for, else in the stage', async () => {
  const asked: unknown[] = [];
  const reader = new SecretReader({ getValue: async (id, which) => { asked.push([id, which]); return { versionId: 'v1', text: 't0ken' }; } }, CLOCK, new Redactor());
  await reader.value({ $secret: SECRET });
  await reader.value({ $secret: SECRET, versionId: 'v7' });
  await reader.previous().value({ $secret: SECRET });
  await reader.previous().value({ $secret: SECRET, versionId: 'v7' });
  expect(asked).toEqual([[SECRET, { versionStage: undefined }], [SECRET, { versionId: 'v7' }], [SECRET, { versionStage: 'AWSPREVIOUS' }], [SECRET, { versionId: 'v7' }]]);
});

test('a blank secret is empty as JSON, too', async () => {
  await expect(readerOf(' \n').value({ $secret: SECRET, field: 'token' })).rejects.toMatchObject({ words: 'it is empty' });
});
