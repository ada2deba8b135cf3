/** OAuth clients. */

import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { check, checkDistinct, checkRequired } from './private/validation/check';
import { CLIENT_ID, CLIENT_NAME } from './private/validation/rules';
import { Authorization } from './private/wire/authorization';
import { DetailsStructure, SECRET_FIELD, unlessEmpty } from './private/wire/details';
import { SecretField } from './secret-field';

/**
 * Options of an OAuth client besides its id and its secret.
 */
export interface OAuthClientOptions {
  /**
   * A display name of the client: 1 to 100 letters, digits, spaces, `.`, `_` and `-`.
   *
   * @default - no name
   */
  readonly clientName?: string;

  /**
   * Further parameters of the token request, visible in the template. Secret values go into `secretExchangeParameters`.
   *
   * @default - none
   */
  readonly exchangeParameters?: { [key: string]: string };

  /**
   * Further parameters of the token request, read from secrets. A name that is also among `exchangeParameters` is an error.
   *
   * @default - none
   */
  readonly secretExchangeParameters?: { [key: string]: SecretField };
}

/**
 * Options of an OAuth client that is read from a secret.
 */
export interface OAuthClientSecretOptions extends OAuthClientOptions {
  /**
   * The field of the secret's JSON with the client's id.
   *
   * @default 'client_id'
   */
  readonly clientIdField?: string;

  /**
   * The field of the secret's JSON with the client's secret.
   *
   * @default 'client_secret'
   */
  readonly clientSecretField?: string;

  /**
   * The field of the secret's JSON with a display name of the client. An error together with `clientName`.
   *
   * @default - the name is `clientName`
   */
  readonly clientNameField?: string;

  /**
   * The id of the version to pin: 32 to 64 characters; not a staging label.
   *
   * @default - the current version
   */
  readonly versionId?: string;
}

/**
 * An OAuth 2.0 client: its id, its secret, and further parameters of its token request.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_RegisterService.html
 */
export class OAuthClient {
  /**
   * A client whose id and secret are two fields of one secret:
   * `{"client_id": "…", "client_secret": "…"}`, or fields of other names.
   */
  public static fromSecretsManager(secret: ISecret, options: OAuthClientSecretOptions = {}): OAuthClient {
    const { clientIdField = 'client_id', clientSecretField = 'client_secret', clientNameField, versionId, ...rest } = options;
    const field = (name: string) => versionId === undefined
      ? SecretField.fromSecretsManager(secret, name)
      : SecretField.fromSecretsManagerVersion(secret, versionId, name);
    return new OAuthClient(field(clientIdField), field(clientSecretField), rest, clientNameField === undefined ? undefined : field(clientNameField));
  }

  /**
   * A client whose id is visible in the template.
   *
   * @param clientId 1 to 255 printable ASCII characters.
   * @param clientSecret The client's secret. Its value is 1 to 512 characters without white space.
   */
  public static fromClientId(clientId: string, clientSecret: SecretField, options: OAuthClientOptions = {}): OAuthClient {
    return new OAuthClient(clientId, clientSecret, options);
  }

  private constructor(
    private readonly clientId: string | SecretField,
    private readonly clientSecret: SecretField,
    private readonly options: OAuthClientOptions,
    private readonly secretClientName?: SecretField,
  ) {}

  /** @internal */
  public get _authorization(): Authorization {
    return { member: 'oAuthClientCredentials', details: this._details(), problems: this._problems('authorization') };
  }

  /** @internal */
  public _details(): DetailsStructure {
    return {
      clientName: this.secretClientName ?? this.options.clientName,
      clientId: this.clientId,
      clientSecret: this.clientSecret,
      exchangeParameters: unlessEmpty({ ...this.options.exchangeParameters, ...this.options.secretExchangeParameters }),
    };
  }

  /** @internal */
  public _problems(prop: string): string[] {
    const { clientName, exchangeParameters = {}, secretExchangeParameters = {} } = this.options;
    return [
      ...SECRET_FIELD.matches(this.clientId)
        ? this.clientId._problems(`${prop}.clientId`)
        : checkRequired(`${prop}.clientId`, this.clientId, CLIENT_ID),
      ...this.clientSecret._problems(`${prop}.clientSecret`),
      ...check(`${prop}.clientName`, clientName, CLIENT_NAME),
      ...this.secretClientName?._problems(`${prop}.clientName`) ?? [],
      ...clientName !== undefined && this.secretClientName ? [`${prop}: clientName and clientNameField were both given. Give one of them.`] : [],
      ...Object.entries(secretExchangeParameters).flatMap(([name, field]) => field._problems(`${prop}.secretExchangeParameters.${name}`)),
      ...checkDistinct(prop, { exchangeParameters, secretExchangeParameters }),
    ];
  }
}
