/** Credentials in AWS Secrets Manager. */

import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SecretLeaf } from './private/contract';
import { Rule } from './private/validation/check';
import { joined, optional, read, Reading, Shape, text } from './private/validation/kinds';
import { SECRET_FIELD } from './private/wire/details';
import { secret as secretKind } from './private/wire/shapes';

const FIELD: Rule = {
  pattern: /[^]/,
  allowed: "the name of a top-level field of the secret's JSON",
  fix: 'Leave it out to use the whole secret string.',
};

/** A rule against the beginnings of documented credentials, JSON Web Tokens and a secret's JSON among them. */
const NO_CREDENTIAL: Rule = {
  pattern: /^(?!NRAK-|glpat-|glsa_|dt0s|eyJ|\s*\{)/,
  min: 0,
  allowed: 'the name of a field, but looks like the credential itself',
  fix: 'Store that in the secret, and name the field that holds it.',
  sensitive: true,
};

const VERSION_ID: Rule = {
  pattern: /^[^\s]+$/,
  min: 32,
  max: 64,
  allowed: "a version's id, 32 to 64 characters",
  fix: 'A staging label such as AWSCURRENT is not an id: use fromSecretsManager() for the current version.',
};

/** The arguments of the factories, named as an error names them: `authorization.token (field): …`. */
interface Arguments {
  readonly '(secret)': ISecret;
  readonly '(field)'?: string;
  readonly '(versionId)'?: string;
}

const CURRENT: Shape<Omit<Arguments, '(versionId)'>> = { '(secret)': secretKind, '(field)': optional(text(FIELD, NO_CREDENTIAL)) };

// A version that is absent must not become the current version.
const PINNED: Shape<Omit<Arguments, '(versionId)'> & { readonly '(versionId)': string }> = { ...CURRENT, '(versionId)': text(VERSION_ID) };

/**
 * A credential: the string of an AWS Secrets Manager secret, or one field of it.
 *
 * The value never enters the template, nor the app that synthesizes it: the provider's Lambda function reads it when the
 * service is registered. The provider is granted read access to the secret and to the secret's KMS key. A secret of another
 * account, and its key, have to allow the access by their own policies as well.
 *
 * A registration keeps the value that it was registered with. To re-register the service after a rotation, change
 * `credentialsRevision` on the registration, or pin a version and change the version.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html
 */
export class SecretField {
  /**
   * The current version (`AWSCURRENT`) of a secret.
   *
   * @param secret The secret. If an imported secret has a customer managed key, import the key with the secret
   *   (`encryptionKey`), or the provider cannot decrypt the secret.
   * @param field A top-level field of the secret's JSON, whose value is a string. If it is left out, the whole secret string
   *   is used. Registering fails if the secret has no such field.
   */
  public static fromSecretsManager(secret: ISecret, field?: string): SecretField {
    return new SecretField(read(CURRENT, { '(secret)': secret, '(field)': field }));
  }

  /**
   * A pinned version of a secret. A changed version re-registers the service.
   *
   * @param secret The secret.
   * @param versionId The version's id, 32 to 64 characters; not a staging label.
   * @param field A top-level field of the secret's JSON, whose value is a string. If it is left out, the whole secret string
   *   is used.
   */
  public static fromSecretsManagerVersion(secret: ISecret, versionId: string, field?: string): SecretField {
    return new SecretField(read(PINNED, { '(secret)': secret, '(field)': field, '(versionId)': versionId }));
  }

  private constructor(private readonly given: Reading<Partial<Arguments>>) {
    SECRET_FIELD.apply(this);
  }

  /** @internal */
  public get _secret(): ISecret {
    return this.given.value!['(secret)']!;
  }

  /** @internal */
  public _render(index: string): SecretLeaf {
    const { '(field)': field, '(versionId)': versionId } = this.given.value!;
    return { $secret: index, ...field !== undefined && { field }, ...versionId !== undefined && { versionId } };
  }

  /** @internal */
  public _reading(): Reading {
    // Without a secret there is nothing to render.
    return { value: this.given.value!['(secret)'] && this, ...joined(' ', this.given) };
  }
}
