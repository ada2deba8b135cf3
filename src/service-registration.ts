/** The base of all registrations. */

import { IRole } from 'aws-cdk-lib/aws-iam';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Arn, CfnResource, IResource, ITaggableV2, RemovalPolicy, Resource, Stack, TagManager, TagType } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { associate, Association, captureCycleProblems, readAssociation, visible } from './associations/association';
import { AssociationConfiguration } from './associations/association-configuration';
import { AssociationOptions, IAssociation } from './associations/association-options';
import { DevOpsAgentProvider, IDevOpsAgentProvider } from './devops-agent-provider';
import { AssociationProperties, ATTRIBUTE, RESOURCE_TYPE, webhookAttribute } from './private/contract';
import { Brand } from './private/copies';
import { granteeFor } from './private/iam/grantee';
import { AssumedRole, grantEncryption, grantPassRole, grantPublish, grantRead } from './private/iam/grants';
import { roleWithPolicies } from './private/iam/role-dependencies';
import { addStackTags } from './private/stack-tags';
import { answerProblems, countProblems, readProblems, recordRead } from './private/validation/associations';
import { throwIfAny } from './private/validation/check';
import { consentProblems } from './private/validation/consent';
import { exposureProblems } from './private/validation/credential-names';
import { keyProblems } from './private/validation/encryption-key';
import { accountProblems, providerProblems, REGISTRATION } from './private/validation/environment';
import { readImport } from './private/validation/import';
import { duration, Findings, optional, read, refined, Shape, text } from './private/validation/kinds';
import { readinessProblems } from './private/validation/readiness';
import { warnOfRegion } from './private/validation/regions';
import { deletionPolicyProblems, snapshotProblems, tagProblems } from './private/validation/resource';
import { DISPLAY_NAME, SERVICE_ARN, SERVICE_ID } from './private/validation/rules';
import { READABLE_IN_REGION, secretProblems } from './private/validation/secret';
import { trustProblems } from './private/validation/trust';
import { recordUniqueKey, uniqueKeyProblems } from './private/validation/unique-keys';
import { Authorization, authorizationConfig } from './private/wire/authorization';
import { DetailsStructure } from './private/wire/details';
import { defaultDisplayName } from './private/wire/names';
import { RegistrationResource } from './private/wire/registration-resource';
import { render, Rendered } from './private/wire/render';
import * as shapes from './private/wire/shapes';
import { PrivateConnectivity } from './private-connectivity';
import { ServiceRegistrationProps } from './registration-props';

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

/** The integration's part of a registration. */
interface Registration {
  /** The service's name in the API. */
  readonly service: string;
  /** The service's details in the API's own shape. */
  readonly details: DetailsStructure;
  /** The problems of several props together. */
  readonly problems?: string[];
  /** The authorization, unless the details contain an `authorizationConfig` that is like no other integration's. */
  readonly authorization?: Authorization;
  readonly privateConnectivity?: PrivateConnectivity;
  readonly role?: AssumedRole;
  readonly credentialsRevision?: string;
  readonly adoptExisting?: boolean;
}

const PROPS: Shape<ServiceRegistrationProps> = {
  displayName: optional(text(DISPLAY_NAME)),
  encryptionKey: optional(shapes.encryptionKey),
  removalPolicy: optional(shapes.removalPolicy),
  readinessTimeout: optional(refined(duration, readinessProblems)),
  provider: optional(DevOpsAgentProvider._kind),
};

const BRAND = new Brand<ServiceRegistration>('ServiceRegistration');

/**
 * The base of all registrations. It is not meant to be extended outside this library.
 *
 * The custom resource is the default child: `node.defaultChild` is a `CfnResource` for escape hatches such as
 * `addPropertyOverride()`. Tags of the construct (`Tags.of(…).add(…)`) and of its stack become tags of the service, at most
 * 41. A key that begins with `aws:` or `cdk-devops-agent:` is an error, and so is any character but letters, digits, spaces
 * and `_ . : / = + - @`.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_RegisterService.html
 */
export abstract class ServiceRegistration extends Resource implements IServiceRegistration, ITaggableV2 {
  /**
   * Imports a service of this account and Region by its id.
   *
   * @param serviceId 1 to 255 letters, digits, `-` and `_`.
   */
  public static fromServiceId(scope: Construct, id: string, serviceId: string): IServiceRegistration {
    readImport('ServiceRegistration.fromServiceId', scope, id, { serviceId: text(SERVICE_ID) }, { serviceId });
    const serviceArn = Stack.of(scope).formatArn({ service: 'aidevops', resource: 'service', resourceName: serviceId });
    return ServiceRegistration.import(scope, id, { serviceId, serviceArn });
  }

  /**
   * Imports a service by its ARN.
   *
   * @param serviceArn `arn:<partition>:aidevops:<region>:<account>:service/<service id>`
   */
  public static fromServiceArn(scope: Construct, id: string, serviceArn: string): IServiceRegistration {
    readImport('ServiceRegistration.fromServiceArn', scope, id, { serviceArn: text(SERVICE_ARN) }, { serviceArn });
    const serviceId = Arn.extractResourceName(serviceArn, 'service');
    return ServiceRegistration.import(scope, id, { serviceId, serviceArn });
  }

  /** @internal */
  public static _isServiceRegistration(value: unknown): value is ServiceRegistration {
    return BRAND.matches(value);
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
   * The provider that registers the service.
   */
  public readonly provider: IDevOpsAgentProvider;

  private readonly props: Partial<ServiceRegistrationProps>;

  /** The problems and the exposures of the props. */
  private findings: Findings = { problems: [] };

  private resource?: CfnResource;

  private removalPolicy?: RemovalPolicy;

  /** Whether a user may have to consent. */
  private consents = false;

  /**
   * Whether the service may be one that exists already and stays another's.
   *
   * @internal
   */
  public _mayAdopt = false;

  private readonly associations: Association[] = [];

  /** The associations in the template. */
  private readonly associationProperties: AssociationProperties[] = [];

  constructor(scope: Construct, id: string, props: ServiceRegistrationProps) {
    super(scope, id);
    BRAND.apply(this);
    // Their problems are among those that _read() finds.
    this.props = read(PROPS, props).value;
    this.provider = this.props.provider ?? DevOpsAgentProvider._defaultFor(this);
    this.removalPolicy = this.props.removalPolicy;
  }

  /**
   * The service's id, known after deployment. It reads `pending-authorization` until a user has consented, if consent is
   * needed.
   *
   * @attribute
   */
  public get serviceId(): string {
    return this._attribute(ATTRIBUTE.serviceId);
  }

  /**
   * The service's ARN, known after deployment. It reads `pending-authorization` until a user has consented, if consent is
   * needed.
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

  /**
   * Applies a removal policy to the service, and to those secrets of captured webhooks that have no policy of their own.
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    super.applyRemovalPolicy(policy);
    this.removalPolicy = policy;
    this.associations.forEach(({ followingSecret }) => followingSecret?.applyRemovalPolicy(policy));
  }

  /**
   * Associates the service with an Agent Space.
   *
   * @internal
   */
  protected _associate(
    agentSpace: aws_devopsagent.IAgentSpaceRef, configuration: AssociationConfiguration, options?: AssociationOptions, method = 'associateWith',
  ): IAssociation {
    const given = readAssociation(agentSpace, configuration, options);
    const associating = {
      construct: this,
      name: `${this.constructor.name}.${method}`,
      provider: this.provider,
      serviceId: this.serviceId,
      removalPolicy: this.removalPolicy ?? RemovalPolicy.DESTROY,
      problems: (secret: ISecret | undefined) => [
        ...this._mayAdopt ? ['adoptExisting: true was given, and an adopted service keeps no record of its associations. Use a ServiceAssociation.'] : [],
        ...countProblems(this.associations.length + 1),
        ...given.value.webhook ? answerProblems([...this.secretsOfWebhooks(), secret?.secretArn], this.consents) : [],
      ],
    };
    const association = associate(associating, given);
    this.associations.push(association);
    this.associationProperties.push(association.properties);
    return visible(associating, association, this._attribute(webhookAttribute(this.associations.length - 1)));
  }

  private secretsOfWebhooks(): string[] {
    return this.associations.flatMap(({ secret }) => secret ? [secret.secretArn] : []);
  }

  /** @internal */
  protected _attribute(name: string): string {
    return this.resource!.getAtt(name).toString();
  }

  /**
   * Reads the props of the construct, of which an integration gives the shape of its own. Those of a wrong kind are left out,
   * and `_register()` throws.
   *
   * @internal
   */
  protected _read<T extends object>(shape: Shape<T>, props: unknown): Partial<T> {
    const { value, ...findings } = read({ ...PROPS, ...shape } as Shape<T>, props);
    this.findings = findings;
    return value;
  }

  /**
   * Validates the registration, renders its custom resource and grants what it needs. An integration calls it once, at the
   * end of its constructor.
   *
   * @internal
   */
  protected _register(registration: Registration): void {
    const { service, authorization } = registration;
    const details = render({
      [service]: { ...registration.details, ...authorization && { authorizationConfig: authorizationConfig(this, authorization) } },
    });
    const problems = this.problems(registration, details);
    const exposed = () => exposureProblems(this, this.findings.exposures);
    throwIfAny(this.node.path, this.constructor.name, problems.length > 0 ? [...problems, ...exposed()] : []);
    details.uniqueKeys.forEach((key) => recordUniqueKey(this, key));
    details.secrets.forEach((secret) => recordRead(this, secret));
    warnOfRegion(this);

    this._mayAdopt = registration.adoptExisting === true;
    const resource = this.renderResource(registration, details);
    this.resource = resource;
    this.grant(registration, details, resource);
    resource.node.addDependency(...registration.privateConnectivity?._connections() ?? []);
    this.node.addValidation({ validate: () => [...exposed(), ...this.problemsAtSynthesis(resource, registration.role?.role)] });
  }

  private problems(registration: Registration, details: Rendered): string[] {
    const { encryptionKey } = this.props;
    const { authorization, role } = registration;
    return [
      ...this.findings.problems,
      ...encryptionKey ? keyProblems(this, encryptionKey) : [],
      ...authorization?.consent ? consentProblems(this, authorization.consent) : [],
      ...snapshotProblems('removalPolicy', 'a registration', this.props.removalPolicy),
      ...role ? accountProblems(this, role.role) : [],
      ...providerProblems(this, this.provider),
      ...connectivityProblems(registration),
      ...registration.problems ?? [],
      ...details.problems,
      ...details.secrets.flatMap((secret) => [
        ...secretProblems(this, secret, 'secret', REGISTRATION, READABLE_IN_REGION),
        ...captureCycleProblems(secret, this.provider),
        ...readProblems(this, secret),
      ]),
      ...details.uniqueKeys.flatMap((key) => uniqueKeyProblems(this, key)),
    ];
  }

  /** The problems of what may change until the app is synthesized. */
  private problemsAtSynthesis(resource: CfnResource, role?: IRole): string[] {
    addStackTags(this, this.cdkTagManager);
    return [
      ...tagProblems(this.cdkTagManager),
      ...deletionPolicyProblems(resource),
      ...role ? trustProblems(this, role) : [],
    ];
  }

  private renderResource(registration: Registration, details: Rendered): CfnResource {
    const { displayName, encryptionKey } = this.props;
    const consent = registration.authorization?.consent;
    this.consents = consent !== undefined;
    const provider = DevOpsAgentProvider._isDevOpsAgentProvider(this.provider) ? this.provider : undefined;
    if (consent?.waitForConsent) provider?._waitForConsent();
    const resource = new RegistrationResource(this, 'Resource', {
      serviceToken: provider?._serviceTokenIn(this.stack) ?? this.provider.serviceToken,
      service: registration.service,
      request: {
        name: displayName ?? defaultDisplayName(this),
        kmsKeyArn: encryptionKey?.keyArn,
        ...registration.privateConnectivity?._render(),
      },
      details,
      consent,
      credentialsRevision: registration.credentialsRevision,
      adoptExisting: registration.adoptExisting,
      readinessTimeout: this.props.readinessTimeout,
    }, this.cdkTagManager, this.associationProperties);
    if (this.removalPolicy !== undefined) resource.applyRemovalPolicy(this.removalPolicy);
    return resource;
  }

  private grant(registration: Registration, details: Rendered, resource: CfnResource): void {
    const grantee = granteeFor(this, this.provider, this.provider.role);
    details.secrets.forEach((secret) => grantRead(grantee, secret));
    const topic = registration.authorization?.consent?.waitForConsent?.topic;
    if (topic) grantPublish(grantee, topic, this.stack.region);
    if (this.props.encryptionKey) grantEncryption(grantee, this.props.encryptionKey, this.stack);

    if (registration.role) {
      const { role, needs } = registration.role;
      grantPassRole(grantee, role);
      needs.forEach((statement) => role.addToPrincipalPolicy(statement));
      resource.node.addDependency(roleWithPolicies(resource, role));
    }
    if (grantee.policy) resource.node.addDependency(grantee.policy);
  }
}

/** The problem of a connection for tokens that are not fetched. Unknown where the authorization is not a valid one. */
function connectivityProblems({ privateConnectivity, ...registration }: Registration): string[] {
  const isInvalid = 'authorization' in registration && registration.authorization === undefined;
  return privateConnectivity?._hasExchange && !registration.authorization?.exchangesTokens && !isInvalid
    ? ['privateConnectivity: split() was given exchange, but this authorization fetches no tokens. Use all(), or give only target: exchange is for OAuth.']
    : [];
}
