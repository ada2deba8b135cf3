import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Authorization } from './private/authorization';
import { CLIENT_ID, CLIENT_NAME } from './private/rules';
import { check, checkGiven, checkGivenOnce } from './private/validation';
import { DetailsStructure, unlessEmpty } from './private/wire';
import { SecretField } from './secret-field';

/**
 * What may be said about an OAuth client besides its id and its secret.
 */
export interface OAuthClientOptions {
  /**
   * A name for people to know the client by: 1 to 100 letters, digits, spaces, `.`, `_` and `-`.
   *
   * @default - no name
   */
  readonly clientName?: string;

  /**
   * Further parameters of the token request that may be seen in the template. Anything that may not goes into
   * `secretExchangeParameters`.
   *
   * @default - none
   */
  readonly exchangeParameters?: { [key: string]: string };

  /**
   * Further parameters of the token request, each read from a secret. A name that is also among
   * `exchangeParameters` is an error.
   *
   * @default - none
   */
  readonly secretExchangeParameters?: { [key: string]: SecretField };
}

/**
 * Where an OAuth client stands in a secret.
 */
export interface OAuthClientSecretOptions extends OAuthClientOptions {
  /**
   * The field of the secret's JSON that holds the client's id.
   *
   * @default 'client_id'
   */
  readonly clientIdField?: string;

  /**
   * The field of the secret's JSON that holds the client's secret.
   *
   * @default 'client_secret'
   */
  readonly clientSecretField?: string;

  /**
   * The field of the secret's JSON that holds a name for people to know the client by. An error beside `clientName`.
   *
   * @default - `clientName` says it
   */
  readonly clientNameField?: string;

  /**
   * The id of the version to read the fields from, for ever: 32 to 64 characters; not a staging label.
   *
   * @default - the current version
   */
  readonly versionId?: string;
}

/**
 * An OAuth 2.0 client: its id, its secret, and what else its token request needs.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_RegisterService.html
 */
export class OAuthClient {
  /**
   * A client whose id and secret are two fields of one secret:
   * `{"client_id": "…", "client_secret": "…"}`, or other names that you give.
   */
  public static fromSecretsManager(secret: ISecret, options: OAuthClientSecretOptions = {}): OAuthClient {
    const { clientIdField = 'client_id', clientSecretField = 'client_secret', clientNameField, versionId, ...rest } = options;
    const field = (name: string) => versionId === undefined
      ? SecretField.fromSecretsManager(secret, name)
      : SecretField.fromSecretsManagerVersion(secret, versionId, name);
    return new OAuthClient(field(clientIdField), field(clientSecretField), rest, clientNameField === undefined ? undefined : field(clientNameField));
  }

  /**
   * A client whose id may be seen in the template.
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
    return { member: 'oAuthClientCredentials', config: this._details(), problems: this._problems('authorization') };
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
      ...this.clientId instanceof SecretField
        ? this.clientId._problems(`${prop}.clientId`)
        : checkGiven(`${prop}.clientId`, this.clientId, CLIENT_ID),
      ...this.clientSecret._problems(`${prop}.clientSecret`),
      ...check(`${prop}.clientName`, clientName, CLIENT_NAME),
      ...this.secretClientName?._problems(`${prop}.clientName`) ?? [],
      ...clientName !== undefined && this.secretClientName ? [`${prop}: clientName and clientNameField were both given. Give one of them.`] : [],
      ...Object.entries(secretExchangeParameters).flatMap(([name, field]) => field._problems(`${prop}.secretExchangeParameters.${name}`)),
      ...checkGivenOnce(prop, { exchangeParameters, secretExchangeParameters }),
    ];
  }
}
