/** The association of a service that another stack or a user registered. */

import { CfnResource, RemovalPolicy, Resource } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { associate, Association, ASSOCIATION, visible } from './association';
import { AssociationConfiguration } from './association-configuration';
import { AssociationOptions, IAssociation, IWebhook } from './association-options';
import { DevOpsAgentProvider, IDevOpsAgentProvider } from '../devops-agent-provider';
import { webhookAttribute } from '../private/contract';
import { granteeFor } from '../private/iam/grantee';
import { check } from '../private/validation/check';
import { environmentProblems, providerProblems } from '../private/validation/environment';
import { constructWith, Kind, optional, read, refined, Shape } from '../private/validation/kinds';
import { deletionPolicyProblems, snapshotProblems } from '../private/validation/resource';
import { SERVICE_ID } from '../private/validation/rules';
import { AssociationResource } from '../private/wire/association-resource';
import * as shapes from '../private/wire/shapes';
import { ServiceRegistration } from '../service-registration';

/**
 * Properties for `ServiceAssociation`.
 */
export interface ServiceAssociationProps extends AssociationOptions {
  /**
   * The service: a registration of another stack, or one that is imported with `ServiceRegistration.fromServiceId()`. A
   * registration of the same stack is an error: it has a method `associateWith()`.
   */
  readonly service: aws_devopsagent.IServiceRef;

  /**
   * The Agent Space, of the same account and Region as the service.
   */
  readonly agentSpace: aws_devopsagent.IAgentSpaceRef;

  /**
   * What the Agent Space may use of the service. It has to be of the type of the service.
   */
  readonly configuration: AssociationConfiguration;

  /**
   * The policy for the association when it is removed from the app or replaced. `SNAPSHOT` is an error.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider that associates the service, of the same account and Region. It cannot be changed after the association is
   * deployed: CloudFormation refuses the change.
   *
   * @default - the default provider of the stack
   */
  readonly provider?: IDevOpsAgentProvider;
}

const SELF = 'this association';

const SERVICE: Kind<aws_devopsagent.IServiceRef> = refined(
  constructWith<aws_devopsagent.IServiceRef>('serviceRef', 'an IServiceRef: a registration of another stack, or ServiceRegistration.fromServiceId(…)'),
  ({ serviceRef }) => check('', serviceRef.serviceId, SERVICE_ID));

const PROPS: Shape<ServiceAssociationProps> = {
  service: SERVICE, ...ASSOCIATION, removalPolicy: optional(shapes.removalPolicy), provider: optional(DevOpsAgentProvider._kind),
};

/**
 * Associates a service of another stack, or one that a user registered, with an Agent Space: one event channel of an
 * account, for example, with the Agent Space of each team.
 *
 * The deployment fails if the Agent Space is associated with the service already. Another service or Agent Space replaces
 * the association; everything else is changed in place. The association does not move along when another stack replaces its
 * service.
 *
 * @example
 * const channel = ServiceRegistration.fromServiceId(stack, 'Channel', '01234567-89ab-cdef-0123-456789abcdef');
 * const association = new ServiceAssociation(stack, 'TeamChannel', {
 *   service: channel,
 *   agentSpace,
 *   configuration: AssociationConfiguration.eventChannel(),
 *   webhook: {},
 * });
 * new CfnOutput(stack, 'WebhookSecretArn', { value: association.webhook!.secret.secretArn });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
 */
@propertyInjectable
export class ServiceAssociation extends Resource implements IAssociation {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.ServiceAssociation';

  /**
   * The Agent Space.
   */
  public readonly agentSpace: aws_devopsagent.IAgentSpaceRef;

  /**
   * The captured webhook. Undefined if there is no prop `webhook`.
   */
  public readonly webhook?: IWebhook;

  /**
   * The provider that associates the service.
   */
  public readonly provider: IDevOpsAgentProvider;

  private readonly association: Association;

  constructor(scope: Construct, id: string, props: ServiceAssociationProps) {
    super(scope, id);
    const given = read(PROPS, props);
    const { service, removalPolicy } = given.value;
    this.provider = given.value.provider ?? DevOpsAgentProvider._defaultFor(this);
    const serviceId = service?.serviceRef.serviceId ?? '';
    const associating = {
      construct: this,
      name: 'ServiceAssociation',
      provider: this.provider,
      serviceId,
      removalPolicy: removalPolicy ?? RemovalPolicy.DESTROY,
      problems: () => [
        ...service ? [...environmentProblems(this, 'service', service, SELF), ...this.neighbourProblems(service)] : [],
        ...providerProblems(this, this.provider, SELF),
        ...snapshotProblems('removalPolicy', 'an association', removalPolicy),
      ],
    };
    this.association = associate(associating, given);
    this.agentSpace = this.association.agentSpace;
    const resource = this.render(serviceId, removalPolicy);
    this.webhook = visible(associating, this.association, resource.getAtt(webhookAttribute(0)).toString()).webhook;
    this.node.addValidation({ validate: () => deletionPolicyProblems(resource, 'an association') });
  }

  /**
   * Applies a removal policy to the association, and to the secret of a captured webhook that has no policy of its own.
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    super.applyRemovalPolicy(policy);
    this.association.followingSecret?.applyRemovalPolicy(policy);
  }

  private render(serviceId: string, removalPolicy?: RemovalPolicy): CfnResource {
    const serviceToken = DevOpsAgentProvider._isDevOpsAgentProvider(this.provider)
      ? this.provider._serviceTokenIn(this.stack)
      : this.provider.serviceToken;
    const resource = new AssociationResource(this, 'Resource', serviceToken, serviceId, this.association.properties);
    if (removalPolicy !== undefined) resource.applyRemovalPolicy(removalPolicy);
    const { policy } = granteeFor(this, this.provider, this.provider.role);
    if (policy) resource.node.addDependency(policy);
    return resource;
  }

  /** Only associations of its own resource move along when a registration is replaced. An adopted service is never replaced. */
  private neighbourProblems(service: aws_devopsagent.IServiceRef): string[] {
    return ServiceRegistration._isServiceRegistration(service) && !service._mayAdopt && service.stack === this.stack
      ? [`service: '${service.node.path}' is a registration of the same stack. Use its method associateWith(), so that the association moves along when the service is replaced.`]
      : [];
  }
}
