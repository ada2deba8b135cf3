import { Key } from 'aws-cdk-lib/aws-kms';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, CfnParameter, Stack } from 'aws-cdk-lib/core';
import { OAuthClient, PagerDutyRegistration, SecretField, SplunkRegistration, McpServerAuthorization } from '../src';
import { errorOf, KEY_ARN, newStack, SECRET_ARN } from './synthesis';

const OTHER = '444455556666';
const OTHER_ARN = SECRET_ARN.replace('111122223333', OTHER);
const OTHER_KEY_ARN = KEY_ARN.replace('111122223333', OTHER);

function errorWith(secret: (stack: Stack, other: Stack) => ISecret): string {
  const app = new App();
  const [stack, other] = ['111122223333', OTHER].map((account) => new Stack(app, `Of${account}`, { env: { account, region: 'us-east-1' } }));
  return errorOf(() => new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret(stack, other)) }));
}

describe('a secret of another account', () => {
  test.each<[string, (stack: Stack, other: Stack) => ISecret]>([
    ['of this app', (_, other) => new Secret(other, 'Secret')],
    ['imported by its ARN', (stack) => Secret.fromSecretCompleteArn(stack, 'Secret', OTHER_ARN)],
    ['imported by its name into a stack of that account', (_, other) => Secret.fromSecretNameV2(other, 'Secret', 'tools')],
  ])('%s, is refused without its key', (_, secret) => {
    const error = errorWith(secret);
    expect(error).toMatch(/secret: 'Of\d+\/Secret' belongs to account 444455556666, this registration to 111122223333, and its encryptionKey is not known, without which it cannot be read there\./);
    expect(error).toContain('or Secret.fromSecretAttributes(…, { secretCompleteArn, encryptionKey })');
  });

  test.each<[string, (stack: Stack, other: Stack) => ISecret]>([
    ['of this app', (_, other) => new Secret(other, 'Secret', { secretName: 'tools', encryptionKey: new Key(other, 'Key') })],
    ['imported', (stack) => Secret.fromSecretAttributes(stack, 'Secret', {
      secretCompleteArn: OTHER_ARN, encryptionKey: Key.fromKeyArn(stack, 'Key', OTHER_KEY_ARN),
    })],
  ])('%s, is accepted with its key', (_, secret) => {
    expect(errorWith(secret)).toBe('nothing was thrown');
  });
});

test('a secret of this account, or of one that is known only at deployment, needs no key', () => {
  expect(errorWith((stack) => Secret.fromSecretCompleteArn(stack, 'Secret', SECRET_ARN))).toBe('nothing was thrown');
  const stack = newStack();
  const secret = Secret.fromSecretCompleteArn(stack, 'Secret', OTHER_ARN);
  expect(errorOf(() => new PagerDutyRegistration(stack, 'It', { subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret) }))).toBe('nothing was thrown');
});

describe('the name of an imported secret', () => {
  test.each([SECRET_ARN, 'tools:token', 'to ols', 'x'.repeat(513)])('%s is refused, with the way to import an ARN', (name) => {
    const error = errorWith((stack) => Secret.fromSecretNameV2(stack, 'Secret', name));
    expect(error).toContain("secret 'Of111122223333/Secret': '");
    expect(error).toContain('must be the name of a secret: 1 to 512 letters, digits and / _ + = . @ -. Secret.fromSecretNameV2() takes a name. For an ARN, use Secret.fromSecretCompleteArn()');
  });

  test('may have every character that AWS Secrets Manager takes, or be known only at deployment', () => {
    expect(errorWith((stack) => Secret.fromSecretNameV2(stack, 'Secret', 'Team-1/tools_+=.@token'))).toBe('nothing was thrown');
    expect(errorWith((stack) => Secret.fromSecretNameV2(stack, 'Secret', new CfnParameter(stack, 'Name').valueAsString))).toBe('nothing was thrown');
  });
});

test('a secret of a single field is checked too', () => {
  const stack = newStack();
  const authorization = McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(Secret.fromSecretNameV2(stack, 'Secret', SECRET_ARN), 'token'));
  expect(errorOf(() => new SplunkRegistration(stack, 'It', { endpoint: 'https://example.com/mcp', authorization }))).toContain("secret 'Tools/Secret': 'arn:aws:secretsmanager:");
});
