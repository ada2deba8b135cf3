import { IRole } from 'aws-cdk-lib/aws-iam';
import { CfnKey, IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  Arn, CfnDeletionPolicy, CfnResource, IResource, ITaggableV2, RemovalPolicy, Resource, Stack,
  TagManager, TagType, Token, TokenComparison,
} from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { ConsentOptions } from './consent-options';
import { DevOpsAgentProvider, IDevOpsAgentProvider } from './devops-agent-provider';
import { Authorization, authorizationConfig } from './private/authorization';
import { renderWait, waitProblems } from './private/consent';
import {
  ATTRIBUTE, CONTRACT_VERSION, HANDLER_TIMEOUT_SECONDS, TAG_PREFIX, RegistrationProperties, RESOURCE_TYPE, serviceTimeoutSeconds,
  WAITING_HANDLER_TIMEOUT_SECONDS, WireRequest,
} from './private/contract';
import { AssumedRole, grantEncryption, granteeFor, grantPassRole, grantPublish, grantRead } from './private/grants';
import { defaultDisplayName, outermostStack } from './private/names';
import { DISPLAY_NAME, KMS_KEY_ARN, SERVICE_ARN, SERVICE_ID, TAG_KEY, TAG_VALUE } from './private/rules';
import { check, checkGiven, throwIfAny } from './private/validation';
import { DetailsStructure, Identity, render, Rendered, unlessEmpty } from './private/wire';
import { PrivateConnectivity } from './private-connectivity';

/**
 * A service that is registered with AWS DevOps Agent.
 *
 * It can be passed wherever aws-cdk-lib takes a service of AWS DevOps Agent.
 */
export interface IServiceRegistration extends IResource, aws_devopsagent.IServiceRef {
  /**
   * The service's id.
   *
   * @attribute
   */
  readonly serviceId: string;

  /**
   * The service's ARN.
   *
   * @attribute
   */
  readonly serviceArn: string;
}

/**
 * What all registrations have in common.
 */
export interface ServiceRegistrationProps {
  /**
   * The name that the console and the API list the service by: 1 to 255 letters, digits, spaces, `_` and `-`. It need
   * not be unique. A changed name replaces the registration.
   *
   * @default - the path of the construct, with a `-` for each character that a name cannot have, such as the slashes
   */
  readonly displayName?: string;

  /**
   * The KMS key that AWS DevOps Agent encrypts the registration with: symmetric and single-Region; not an alias.
   *
   * The provider, and AWS DevOps Agent for the services of this account, are allowed to use it. The policy of an
   * imported key cannot be changed from here: it has to allow that already, or registering fails. So has a key of another
   * account.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * What becomes of the service when it is removed from the app or replaced. `SNAPSHOT` is an error.
   *
   * With `RETAIN` and `RETAIN_ON_UPDATE_OR_DELETE` the old service outlives a replacement. So where it holds what there can
   * be only one of, such as a PagerDuty account or a name of yours, a change of anything but tags fails: set `DESTROY` in a
   * deployment of its own first.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider that makes the registration, of the same account and region. It cannot be changed once the
   * registration is deployed: CloudFormation refuses that.
   *
   * @default - the default provider of the stack
   */
  readonly provider?: IDevOpsAgentProvider;
}

/**
 * What the registrations have in common that use credentials.
 */
export interface RegistrationWithCredentialsProps extends ServiceRegistrationProps {
  /**
   * Any string. With every change of it the next deployment compares the secrets with what was registered, and
   * replaces the registration if one of them has another version. Without a change of it, a rotated secret is noticed
   * only when something else replaces the registration. The new registration has another service id.
   *
   * @default - a rotated secret is not noticed
   */
  readonly credentialsRevision?: string;
}

/** What an integration tells the base about itself. */
interface Registration {
  /** The service's name in the API. */
  readonly service: string;
  /** The service's details in the API's own shape. */
  readonly details: DetailsStructure;
  readonly problems: string[];
  /** What becomes the `authorizationConfig`, unless the details bring one that is like no other integration's. */
  readonly authorization?: Authorization;
  readonly privateConnectivity?: PrivateConnectivity;
  readonly roles?: AssumedRole[];
  readonly credentialsRevision?: string;
  readonly adoptExisting?: boolean;
}

/**
 * The base of all registrations. It is not meant to be extended outside this library.
 *
 * The custom resource is the default child: `node.defaultChild` is a `CfnResource` for escape hatches such as
 * `addPropertyOverride()`. Tags of the construct (`Tags.of(…).add(…)`) become tags of the service; a key that begins
 * with `aws:` or `cdk-devops-agent:` is an error, and so is anything but letters, digits, spaces and `_ . : / = + - @`.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_RegisterService.html
 */
export abstract class ServiceRegistration extends Resource implements IServiceRegistration, ITaggableV2 {
  /**
   * A service of this account and region that was registered elsewhere.
   *
   * @param serviceId 1 to 255 letters, digits, `-` and `_`.
   */
  public static fromServiceId(scope: Construct, id: string, serviceId: string): IServiceRegistration {
    throwIfAny(`${scope.node.path}/${id}`, 'ServiceRegistration.fromServiceId', checkGiven('serviceId', serviceId, SERVICE_ID));
    const serviceArn = Stack.of(scope).formatArn({ service: 'aidevops', resource: 'service', resourceName: serviceId });
    return ServiceRegistration.import(scope, id, { serviceId, serviceArn });
  }

  /**
   * A service that was registered elsewhere.
   *
   * @param serviceArn `arn:<partition>:aidevops:<region>:<account>:service/<service id>`
   */
  public static fromServiceArn(scope: Construct, id: string, serviceArn: string): IServiceRegistration {
    throwIfAny(`${scope.node.path}/${id}`, 'ServiceRegistration.fromServiceArn', checkGiven('serviceArn', serviceArn, SERVICE_ARN));
    const serviceId = Arn.extractResourceName(serviceArn, 'service');
    return ServiceRegistration.import(scope, id, { serviceId, serviceArn });
  }

  private static import(scope: Construct, id: string, serviceRef: aws_devopsagent.ServiceReference): IServiceRegistration {
    class Import extends Resource implements IServiceRegistration {
      public readonly serviceId = serviceRef.serviceId;
      public readonly serviceArn = serviceRef.serviceArn;
      public readonly serviceRef = serviceRef;
    }
    return new Import(scope, id, { environmentFromArn: serviceRef.serviceArn });
  }

  /**
   * The tags of the service. Add to them with `Tags.of(…).add(…)`.
   */
  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, RESOURCE_TYPE);

  /**
   * The provider that makes the registration.
   */
  public readonly provider: IDevOpsAgentProvider;

  private resource?: CfnResource;

  constructor(scope: Construct, id: string, private readonly props: ServiceRegistrationProps) {
    super(scope, id);
    this.provider = props.provider ?? DevOpsAgentProvider._defaultFor(this);
    this.node.addValidation({ validate: () => [...this.tagProblems(), ...this.snapshotProblems()] });
  }

  /**
   * The service's id, known after deployment. Reads `pending-authorization` until a person has consented, where one has to.
   *
   * @attribute
   */
  public get serviceId(): string {
    return this._attribute(ATTRIBUTE.serviceId);
  }

  /**
   * The service's ARN, known after deployment. Reads `pending-authorization` until a person has consented, where one has to.
   *
   * @attribute
   */
  public get serviceArn(): string {
    return this._attribute(ATTRIBUTE.serviceArn);
  }

  /**
   * A reference to this service for constructs of aws-cdk-lib.
   */
  public get serviceRef(): aws_devopsagent.ServiceReference {
    return { serviceId: this.serviceId, serviceArn: this.serviceArn };
  }

  /** @internal */
  protected _attribute(name: string): string {
    return this.resource!.getAtt(name).toString();
  }

  /**
   * Renders the custom resource and grants what it needs. To be called once, at the end of an integration's constructor.
   *
   * @internal
   */
  protected _register(registration: Registration): void {
    const { service, authorization } = registration;
    const details = render({
      [service]: { ...registration.details, ...authorization && { authorizationConfig: authorizationConfig(this, authorization) } },
    });
    throwIfAny(this.node.path, this.constructor.name, [
      ...this.commonProblems(registration),
      ...registration.problems,
      ...authorization?.problems ?? [],
      ...details.problems,
      ...details.secrets.flatMap((secret) => this.regionProblems('secret', secret)),
      ...details.identities.flatMap((identity) => this.identityProblems(identity)),
    ]);

    const wait = authorization?.consent?.waitForConsent;
    if (wait && this.provider instanceof DevOpsAgentProvider) this.provider._waitForConsent();

    const properties = {
      ServiceToken: this.provider instanceof DevOpsAgentProvider ? this.provider._serviceTokenIn(this.stack) : this.provider.serviceToken,
      ServiceTimeout: String(serviceTimeoutSeconds(wait ? WAITING_HANDLER_TIMEOUT_SECONDS : HANDLER_TIMEOUT_SECONDS)),
      ...this.properties(registration, details),
    };
    this.resource = new RegistrationResource(this, 'Resource', properties, () => ({
      Tags: this.cdkTagManager.renderTags(),
      Retain: flag(this.retained()),
    }));
    if (this.props.removalPolicy !== undefined) this.resource.applyRemovalPolicy(this.props.removalPolicy);
    this.grant(registration, details);
    this.resource.node.addDependency(...registration.privateConnectivity?._connections() ?? []);
  }

  private properties(registration: Registration, details: Rendered): { [property: string]: any } {
    const consent = registration.authorization?.consent;
    const request: WireRequest = {
      name: this.props.displayName ?? defaultDisplayName(this),
      serviceDetails: details.node as WireRequest['serviceDetails'],
      kmsKeyArn: this.props.encryptionKey?.keyArn,
      ...registration.privateConnectivity?._render(),
    };
    return {
      Contract: CONTRACT_VERSION,
      Service: registration.service,
      Request: request,
      Secrets: unlessEmpty(details.secrets.map((secret) => this.secretId(secret))),
      AdoptExisting: flag(registration.adoptExisting),
      Authorized: consent && String(consent.authorized ?? false),
      CredentialsRevision: registration.credentialsRevision,
      WaitForConsent: consent?.waitForConsent && renderWait(consent.waitForConsent),
    } satisfies Record<Exclude<keyof RegistrationProperties, 'Tags' | 'Retain'>, unknown>;
  }

  /** A secret of this account that was imported by its name is best called by it: a partial ARN may be taken for another secret's. */
  private secretId({ secretFullArn, secretArn, secretName, env }: ISecret): string {
    const byName = env.account === this.env.account && secretArn.endsWith(`:secret:${secretName}`);
    return secretFullArn ?? (byName ? secretName : secretArn);
  }

  private grant(registration: Registration, details: Rendered): void {
    const grantee = granteeFor(this, this.provider, this.provider.role);
    details.secrets.forEach((secret) => grantRead(grantee, secret));
    const topic = registration.authorization?.consent?.waitForConsent?.topic;
    if (topic) grantPublish(grantee, topic, this.stack.region);
    if (this.props.encryptionKey) grantEncryption(grantee, this.props.encryptionKey, this.stack);

    for (const { role, needs } of registration.roles ?? []) {
      grantPassRole(grantee, role);
      needs.forEach((statement) => role.addToPrincipalPolicy(statement));
      // The API tries a role out, so everything that the role is allowed has to be there first.
      this.resource!.node.addDependency(role);
    }
    if (grantee.policy) this.resource!.node.addDependency(grantee.policy);
  }

  private commonProblems(registration: Registration): string[] {
    const { displayName, encryptionKey, removalPolicy } = this.props;
    return [
      ...check('displayName', displayName, DISPLAY_NAME),
      ...encryptionKey ? this.keyProblems(encryptionKey) : [],
      ...this.consentProblems(registration.authorization?.consent),
      ...removalPolicy === RemovalPolicy.SNAPSHOT ? [NO_SNAPSHOTS] : [],
      ...registration.roles?.flatMap(({ role }) => this.accountProblems(role)) ?? [],
      ...(['account', 'region'] as const).flatMap((where) => this.providerProblems(where)),
      ...registration.privateConnectivity?._problems(registration.authorization?.exchangesTokens ?? false) ?? [],
    ];
  }

  private keyProblems(key: IKey): string[] {
    // The ARN of a key of this app is not known yet, but what kind of key it is.
    const { multiRegion, keySpec } = (key.node.defaultChild ?? {}) as Partial<CfnKey>;
    const usable = multiRegion !== true && (keySpec ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT';
    return [
      ...'aliasName' in key
        ? [`encryptionKey: an alias was given ('${key.node.path}'), but the API needs the key itself. Pass the key that the alias stands for.`]
        : check('encryptionKey', key.keyArn, KMS_KEY_ARN),
      ...usable ? [] : [`encryptionKey: '${key.node.path}' must be a symmetric, single-Region key.`],
      ...this.regionProblems('encryptionKey', key),
    ];
  }

  private consentProblems(consent: ConsentOptions = {}): string[] {
    const { authorized, waitForConsent } = consent;
    return waitForConsent ? [
      ...this.regionProblems('waitForConsent.topic', waitForConsent.topic),
      ...waitProblems(waitForConsent),
      ...authorized ? ['authorized: true was given together with waitForConsent. Leave it out: the deployment waits by itself.'] : [],
    ] : [];
  }

  private providerProblems(where: 'account' | 'region'): string[] {
    const [own, others] = [this.env[where], this.provider.env[where]];
    return Token.compareStrings(own, others) === TokenComparison.DIFFERENT
      ? [`provider: '${this.provider.node.path}' belongs to ${where} ${others}, this registration to ${own}. Use a provider of the same ${where}, or leave it out.`]
      : [];
  }

  /** A removal policy may also be applied later. */
  private snapshotProblems(): string[] {
    const { deletionPolicy, updateReplacePolicy } = this.resource!.cfnOptions;
    return [deletionPolicy, updateReplacePolicy].includes(CfnDeletionPolicy.SNAPSHOT) ? [NO_SNAPSHOTS] : [];
  }

  /** The handler reads secrets, and the API uses keys, of its own region only. */
  private regionProblems(prop: string, resource: IResource): string[] {
    return Token.compareStrings(this.env.region, resource.env.region) === TokenComparison.DIFFERENT
      ? [`${prop}: '${resource.node.path}' is in ${resource.env.region}, this registration in ${this.env.region}. Use one of the same region.`]
      : [];
  }

  /** IAM passes a role to a service of its own account only. */
  private accountProblems(role: IRole): string[] {
    return Token.compareStrings(this.env.account, role.env.account) === TokenComparison.DIFFERENT
      ? [`role: '${role.node.path}' belongs to account ${role.env.account}, this registration to ${this.env.account}. Use a role of the same account.`]
      : [];
  }

  private identityProblems({ text, kind }: Identity): string[] {
    if (Token.isUnresolved(text)) return [];
    const stack = outermostStack(this);
    const holders = identityHolders.get(stack) ?? new Map<string, ServiceRegistration>();
    identityHolders.set(stack, holders);
    const holder = holders.get(`${kind} ${text}`);
    if (holder && holder.node.scope?.node.tryFindChild(holder.node.id) === holder) {
      return [`${kind} '${text}': there can be only one in an account, and '${holder.node.path}' registers it already. Use that registration in both places, or change one of them.`];
    }
    holders.set(`${kind} ${text}`, this);
    return [];
  }

  private tagProblems(): string[] {
    return Object.entries(this.cdkTagManager.tagValues()).flatMap(([key, value]) => [
      ...check('tag key', key, TAG_KEY),
      ...[TAG_PREFIX, 'aws:'].filter((prefix) => key.toLowerCase().startsWith(prefix)).map((prefix) =>
        `tag key: '${key}' must not begin with '${prefix}', which is reserved. Choose another key, or exclude '${RESOURCE_TYPE}' (excludeResourceTypes).`),
      ...check(`tag '${key}'`, value, TAG_VALUE),
    ]);
  }

  private retained(): boolean {
    const { deletionPolicy, updateReplacePolicy } = this.resource!.cfnOptions;
    const retaining: unknown[] = [CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE];
    return retaining.includes(deletionPolicy) || retaining.includes(updateReplacePolicy);
  }
}

/** Who has which identity in a stack. To look through all registrations for each of hundreds would be slow. */
const identityHolders = new WeakMap<Stack, Map<string, ServiceRegistration>>();

/**
 * The custom resource. Tags and removal policies arrive after construction, so they are asked for when the template is
 * written: tokens, and a CustomResource around it, would make hundreds of registrations slower.
 */
class RegistrationResource extends CfnResource {
  /**
   * What the CDK has to resolve. It goes through all that it is given member by member, and more than once: of most
   * registrations, nothing but the function has a token in it.
   */
  private readonly unresolved: RenderedProperties;

  /** Overrides are written into what was resolved, so that must not be the properties themselves then. */
  private overridden = false;

  constructor(scope: Construct, id: string, private readonly properties: RenderedProperties, private readonly late: () => RenderedProperties) {
    super(scope, id, { type: RESOURCE_TYPE });
    // Never empty, or the CDK would write the properties after everything else.
    this.unresolved = Object.fromEntries(Object.entries(properties).filter(([name, value]) => name === 'ServiceToken' || hasToken(value)));
  }

  public addOverride(path: string, value: any): void {
    this.overridden = true;
    super.addOverride(path, value);
  }

  protected get cfnProperties(): RenderedProperties {
    return { ...this.overridden ? this.properties : this.unresolved, ...this.late() };
  }

  protected renderProperties(resolved: RenderedProperties): RenderedProperties {
    return this.overridden ? resolved : { ...this.properties, ...resolved };
  }
}

type RenderedProperties = { [property: string]: any };

const NO_SNAPSHOTS = 'removalPolicy: SNAPSHOT was given, but there are no snapshots of a registration. Use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE.';

/** A yes that CloudFormation would turn into a string in any case. A no is left out. */
function flag(value: boolean | undefined): string | undefined {
  return value ? 'true' : undefined;
}

/** Whether there is a token anywhere in a value, be it in the name of a member. */
function hasToken(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  return typeof value === 'object' && value !== null && Object.entries(value).some(([name, member]) => Token.isUnresolved(name) || hasToken(member));
}
