import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SecretLeaf } from './private/contract';
import { check, Rule } from './private/validation';

const FIELD: Rule = {
  pattern: /[^]/,
  allowed: "the name of a top-level field of the secret's JSON",
  fix: 'Leave it out to use the whole secret string.',
};

/** What credentials of the documented tools begin with, JSON Web Tokens and the secret's JSON among them. */
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

/**
 * A credential: the string of an AWS Secrets Manager secret, or one field of it.
 *
 * The value never enters the template, nor the app that synthesizes it: it is read when the registration is made,
 * by the function that makes it. That function is granted read access to the secret, and to the KMS key that the
 * secret names, wherever a field of it is used. A secret of another account, and its key, have to allow that by their own
 * policies as well.
 *
 * A registration keeps the value that it was made with. To register again after a rotation, change
 * `credentialsRevision` on the registration, or pin a version and change that.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html
 */
export class SecretField {
  /**
   * The current version (`AWSCURRENT`) of a secret.
   *
   * @param secret The secret. A key of your own that an imported secret is encrypted with has to be imported with it
   *   (`encryptionKey`), or the function cannot decrypt it.
   * @param field A top-level field of the secret's JSON, whose value is a string. Left out: the whole secret string.
   *   Registering fails if the secret has no such field.
   */
  public static fromSecretsManager(secret: ISecret, field?: string): SecretField {
    return new SecretField(secret, field);
  }

  /**
   * One version of a secret, for ever. A changed version registers the service again.
   *
   * @param secret The secret.
   * @param versionId The version's id, 32 to 64 characters; not a staging label.
   * @param field A top-level field of the secret's JSON, whose value is a string. Left out: the whole secret string.
   */
  public static fromSecretsManagerVersion(secret: ISecret, versionId: string, field?: string): SecretField {
    // A version that is absent must not become the current one.
    return new SecretField(secret, field, versionId ?? '');
  }

  private constructor(private readonly secret: ISecret, private readonly field?: string, private readonly versionId?: string) {}

  /** @internal */
  public get _secret(): ISecret {
    return this.secret;
  }

  /** @internal */
  public _render(secret: string): SecretLeaf {
    return {
      $secret: secret,
      ...(this.field !== undefined && { field: this.field }),
      ...(this.versionId !== undefined && { versionId: this.versionId }),
    };
  }

  /** @internal */
  public _problems(prop: string): string[] {
    return [
      ...check(`${prop} (field)`, this.field, FIELD),
      ...check(`${prop} (field)`, this.field, NO_CREDENTIAL),
      ...check(`${prop} (versionId)`, this.versionId, VERSION_ID),
    ];
  }
}
