/** The props that registrations have in common. */

import { IKey } from 'aws-cdk-lib/aws-kms';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { IDevOpsAgentProvider } from './devops-agent-provider';
import { Shape } from './private/validation/kinds';

/**
 * Properties that all registrations have in common.
 */
export interface ServiceRegistrationProps {
  /**
   * The name of the service in the console and in the API's lists: 1 to 255 letters, digits, spaces, `_` and `-`. It need
   * not be unique. A changed name replaces the registration.
   *
   * @default - the path of the construct, with a `-` in place of each character that a name cannot have, such as a slash
   */
  readonly displayName?: string;

  /**
   * The KMS key that AWS DevOps Agent encrypts the registration with: symmetric and single-Region; not an alias.
   *
   * The provider, and AWS DevOps Agent for the services of this account, are allowed to use the key. The policy of an
   * imported key, or of a key of another account, cannot be changed from here: it has to allow both already, or registering
   * fails.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * The policy for the service when it is removed from the app or replaced. `SNAPSHOT` is an error.
   *
   * With `RETAIN` and `RETAIN_ON_UPDATE_OR_DELETE` the old service outlives a replacement. If the service has a unique key,
   * such as a PagerDuty account or a server name of your own, a replacement that keeps the unique key then fails: set
   * `DESTROY` in a separate deployment first.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The time in which refusals are retried that may be due to something that the same deployment made and that is not ready
   * yet: a role, a permission, an endpoint or a private connection. 0 to 170 seconds, in whole seconds. A change of it alone
   * changes nothing about the service.
   *
   * @default Duration.seconds(90)
   */
  readonly readinessTimeout?: Duration;

  /**
   * The provider that registers the service, of the same account and Region. It cannot be changed after the registration
   * is deployed: CloudFormation refuses the change.
   *
   * @default - the default provider of the stack
   */
  readonly provider?: IDevOpsAgentProvider;
}

/**
 * Properties that all registrations with credentials have in common.
 */
export interface RegistrationWithCredentialsProps extends ServiceRegistrationProps {
  /**
   * Any string. A change of it makes the next deployment compare the versions of the secrets with those at registration, and
   * replace the registration if they differ. The new registration has another service id. Without a change, a rotated
   * secret takes effect only when something else replaces the registration.
   *
   * @default - a rotated secret is not noticed
   */
  readonly credentialsRevision?: string;
}

/**
 * The kinds of the props that an integration adds to those of all registrations.
 *
 * @internal
 */
export type OwnProps<T extends ServiceRegistrationProps> = Shape<Omit<T, keyof ServiceRegistrationProps>>;
