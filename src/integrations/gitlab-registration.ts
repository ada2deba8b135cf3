/** The registration of GitLab. */

import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { GitLabConfigurationOptions } from '../associations/configuration-options';
import { Brand } from '../private/copies';
import { Rule } from '../private/validation/check';
import { Findings, instanceOf, joined, optional, readArgument, Reading, readOptions, text } from '../private/validation/kinds';
import { DetailsStructure } from '../private/wire/details';
import { CREDENTIALS, secretField } from '../private/wire/shapes';
import { hostOf } from '../private/wire/url';
import { PrivateConnectivity } from '../private-connectivity';
import { OwnProps, RegistrationWithCredentialsProps } from '../registration-props';
import { SecretField } from '../secret-field';
import { ServiceRegistration } from '../service-registration';

const GROUP_ID: Rule = {
  pattern: /[^]/,
  allowed: "the group's id, such as 12345678",
};

const BRAND = new Brand<GitLabToken>('GitLabToken');

const GROUP = { groupId: text(GROUP_ID) };

/**
 * An access token of GitLab. A token expires after at most 365 days.
 */
export class GitLabToken {
  /** @internal */
  public static readonly _kind = instanceOf(BRAND, 'GitLabToken.personal(token)');

  /**
   * A personal access token.
   *
   * @param token The token, whose value is letters, digits, `.`, `_` and `-`.
   */
  public static personal(token: SecretField): GitLabToken {
    return new GitLabToken('personal', token);
  }

  /**
   * A group access token.
   *
   * @param token The token, whose value is letters, digits, `.`, `_` and `-`.
   * @param groupId The id of the token's group.
   */
  public static group(token: SecretField, groupId: string): GitLabToken {
    return new GitLabToken('group', token, readOptions(GROUP, { groupId }));
  }

  private readonly details: DetailsStructure;
  private readonly findings: Findings;

  private constructor(type: string, token: SecretField, group: Findings & { readonly value?: { readonly groupId?: string } } = { problems: [] }) {
    BRAND.apply(this);
    const { value, ...findings } = readArgument(secretField, token);
    this.details = { tokenType: type, tokenValue: value, groupId: group.value?.groupId };
    this.findings = joined('', findings, group);
  }

  /** @internal */
  public get _details(): DetailsStructure {
    return this.details;
  }

  /** @internal */
  public _reading(): Reading {
    return { value: this, ...this.findings };
  }
}

/**
 * Properties for `GitLabRegistration`.
 */
export interface GitLabRegistrationProps extends RegistrationWithCredentialsProps {
  /**
   * The token that AWS DevOps Agent uses. The API tests the token when the service is registered.
   */
  readonly token: GitLabToken;

  /**
   * The instance's URL: `https://`, a host name and optionally a port. A path is an error.
   *
   * @default 'https://gitlab.com'
   */
  readonly targetUrl?: string;

  /**
   * The private connection to the instance. GitLab fetches no OAuth tokens, so `exchange` is an error.
   *
   * @default - over the internet
   */
  readonly privateConnectivity?: PrivateConnectivity;
}

const TARGET_URL: Rule = {
  pattern: /^https:\/\/[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?\/?$/,
  allowed: "an https:// URL without a path: a host name, optionally ':' and a port",
  fix: 'Give https://gitlab.example.com, not https://gitlab.example.com/my-group: groups and projects belong to the association with an Agent Space.',
};

const PROPS: OwnProps<GitLabRegistrationProps> = {
  token: GitLabToken._kind,
  targetUrl: optional(text(TARGET_URL)),
  privateConnectivity: optional(PrivateConnectivity._kind),
  ...CREDENTIALS,
};

/**
 * Options of an association with a GitLab project.
 */
export interface GitLabAssociationOptions extends AssociationOptions, GitLabConfigurationOptions {}

/**
 * Registers GitLab with AWS DevOps Agent: gitlab.com or an instance of your own.
 *
 * @example
 * const token = SecretField.fromSecretsManager(
 *   secretsmanager.Secret.fromSecretNameV2(stack, 'GitLabToken', 'devops-tools/gitlab'), 'token',
 * );
 * new GitLabRegistration(stack, 'GitLab', {
 *   token: GitLabToken.group(token, '12345678'), // or GitLabToken.personal(token)
 *   targetUrl: 'https://gitlab.example.com', // the default is https://gitlab.com
 * });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-to-cicd-pipelines-connecting-gitlab.html
 */
@propertyInjectable
export class GitLabRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.GitLabRegistration';

  private readonly targetUrl: string;

  constructor(scope: Construct, id: string, props: GitLabRegistrationProps) {
    super(scope, id, props);

    const { token, targetUrl = 'https://gitlab.com', privateConnectivity, credentialsRevision } = this._read(PROPS, props);
    this.targetUrl = targetUrl;
    this._register({
      service: 'gitlab',
      details: { targetUrl, ...token?._details },
      privateConnectivity,
      credentialsRevision,
    });
  }

  /**
   * Associates a project of the instance with an Agent Space.
   *
   * An Agent Space can be associated once. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * gitLab.associateWith(agentSpace, {
   *   projectId: '12345678',
   *   projectPath: 'platform/checkout',
   *   capabilities: [AssociationCapability.releaseReadinessReview({
   *     triggerFilterGroups: [{ targetBranches: ['main', 'release/.*'] }],
   *   })],
   * });
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWith(agentSpace: aws_devopsagent.IAgentSpaceRef, options: GitLabAssociationOptions): IAssociation {
    const instanceIdentifier = options?.instanceIdentifier ?? hostOf(this.targetUrl);
    return this._associate(agentSpace, AssociationConfiguration.gitLab({ ...options, instanceIdentifier }), options);
  }
}
