/** Credentials in AWS Secrets Manager. */

import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SecretLeaf } from './private/contract';
import { check, Rule } from './private/validation/check';
import { SECRET_FIELD } from './private/wire/details';

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
    return new SecretField(secret, field);
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
    // An absent version must not become the current version.
    return new SecretField(secret, field, versionId ?? '');
  }

  private constructor(private readonly secret: ISecret, private readonly field?: string, private readonly versionId?: string) {
    SECRET_FIELD.apply(this);
  }

  /** @internal */
  public get _secret(): ISecret {
    return this.secret;
  }

  /** @internal */
  public _render(index: string): SecretLeaf {
    return {
      $secret: index,
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
