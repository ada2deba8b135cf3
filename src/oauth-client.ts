/** OAuth clients. */

import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { checkDistinct } from './private/validation/check';
import { plainMap } from './private/validation/credential-names';
import { Findings, joined, mapOf, optional, Reading, readOptions, Shape, text } from './private/validation/kinds';
import { ANY_TEXT, CLIENT_ID, CLIENT_NAME } from './private/validation/rules';
import { Authorization, OAUTH_CLIENT } from './private/wire/authorization';
import { DetailsStructure, SecretReference, unlessEmpty } from './private/wire/details';
import { secret as secretKind, secretField } from './private/wire/shapes';
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
   * Further parameters of the token request, visible in the template. Secret values go into `secretExchangeParameters`: a
   * name of a credential, such as `client_assertion`, is an error, unless it is acknowledged.
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

const OPTIONS: Shape<OAuthClientOptions> = {
  clientName: optional(text(CLIENT_NAME)),
  exchangeParameters: optional(plainMap(ANY_TEXT, 'Give it in secretExchangeParameters.')),
  secretExchangeParameters: optional(mapOf(secretField)),
};

// The names of fields are checked as parts of a SecretField.
const SECRET_OPTIONS: Shape<OAuthClientSecretOptions> = {
  ...OPTIONS,
  clientIdField: optional(text(ANY_TEXT)),
  clientSecretField: optional(text(ANY_TEXT)),
  clientNameField: optional(text(ANY_TEXT)),
  versionId: optional(text(ANY_TEXT)),
};

/** The parts of a client, each of which can be read from a secret. */
interface Parts {
  readonly clientId: string | SecretReference;
  readonly clientSecret: SecretReference;
  readonly clientName?: SecretReference;
}

type PartsReading = Findings & { readonly value: Partial<Parts> };
type OptionsReading = Findings & { readonly value: OAuthClientOptions };

const ID_AND_FIELD = { clientId: text(CLIENT_ID), clientSecret: secretField };

const FIELDS = { clientId: secretField, clientSecret: secretField, clientName: optional(secretField) };

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
    const source = readOptions<{ secret: ISecret }>({ secret: secretKind }, { secret });
    const given = readOptions(SECRET_OPTIONS, options);
    const { clientIdField = 'client_id', clientSecretField = 'client_secret', clientNameField, versionId } = given.value;
    const field = (name: string) => versionId === undefined
      ? SecretField.fromSecretsManager(secret, name)
      : SecretField.fromSecretsManagerVersion(secret, versionId, name);
    const fields = () => readOptions(FIELDS, {
      clientId: field(clientIdField),
      clientSecret: field(clientSecretField),
      clientName: clientNameField === undefined ? undefined : field(clientNameField),
    });
    return new OAuthClient(source.value.secret ? fields() : { ...source, value: {} }, given);
  }

  /**
   * A client whose id is visible in the template.
   *
   * @param clientId 1 to 255 printable ASCII characters.
   * @param clientSecret The client's secret. Its value is 1 to 512 characters without white space.
   */
  public static fromClientId(clientId: string, clientSecret: SecretField, options: OAuthClientOptions = {}): OAuthClient {
    return new OAuthClient(readOptions(ID_AND_FIELD, { clientId, clientSecret }), readOptions(OPTIONS, options));
  }

  private readonly details: DetailsStructure;
  private readonly findings: Findings;

  private constructor(parts: PartsReading, options: OptionsReading) {
    OAUTH_CLIENT.apply(this);
    const { clientId, clientSecret, clientName } = parts.value;
    const { exchangeParameters = {}, secretExchangeParameters = {} } = options.value;
    this.details = {
      clientName: clientName ?? options.value.clientName,
      clientId,
      clientSecret,
      exchangeParameters: unlessEmpty({ ...exchangeParameters, ...secretExchangeParameters }),
    };
    this.findings = joined('', parts, options, {
      problems: [
        ...clientName && options.value.clientName !== undefined ? [': clientName and clientNameField were both given. Give one of them.'] : [],
        ...checkDistinct('', { exchangeParameters, secretExchangeParameters }),
      ],
    });
  }

  /** @internal */
  public get _authorization(): Authorization {
    return { member: 'oAuthClientCredentials', details: this.details, ...this.findings };
  }

  /** @internal */
  public _details(): DetailsStructure {
    return this.details;
  }

  /** @internal */
  public _reading(): Reading {
    return { value: this, ...this.findings };
  }
}
