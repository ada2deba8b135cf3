/** The registration of Azure identities. */

import { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { AssociationConfiguration } from '../associations/association-configuration';
import { AssociationOptions, IAssociation } from '../associations/association-options';
import { AzureDevOpsConfigurationOptions, AzureSubscriptionConfigurationOptions } from '../associations/configuration-options';
import { Rule } from '../private/validation/check';
import { listOf, optional, refined, text } from '../private/validation/kinds';
import { GUID } from '../private/validation/rules';
import { lowerCase, UniqueKey } from '../private/wire/details';
import { role } from '../private/wire/shapes';
import { OwnProps, ServiceRegistrationProps } from '../registration-props';
import { ServiceRegistration } from '../service-registration';

/**
 * Properties for `AzureIdentityRegistration`.
 */
export interface AzureIdentityRegistrationProps extends ServiceRegistrationProps {
  /**
   * The id of the Microsoft Entra tenant: a GUID.
   */
  readonly tenantId: string;

  /**
   * The client id of the app registration or managed identity: a GUID. An account can register it once.
   */
  readonly clientId: string;

  /**
   * The role of this account that AWS DevOps Agent assumes to get a web identity token. The role has to trust
   * `DevOpsAgentServicePrincipal`.
   *
   * The role is allowed to get tokens for the audiences, and the provider is allowed to pass the role to AWS DevOps Agent.
   * An imported role that cannot be changed has to be allowed `sts:GetWebIdentityToken` already, or registering fails.
   * That action has no resource-level permissions, which cdk-nag reports on your role (`AwsSolutions-IAM5[Resource::*]`).
   */
  readonly webIdentityRole: IRole;

  /**
   * The audiences of the token: at least one.
   *
   * @default ['api://AzureADTokenExchange']
   */
  readonly audiences?: string[];
}

const AUDIENCE: Rule = {
  pattern: /\S/,
  allowed: 'not empty',
};

const PROPS: OwnProps<AzureIdentityRegistrationProps> = {
  tenantId: text(GUID),
  clientId: text(GUID),
  webIdentityRole: role,
  audiences: optional(refined(listOf(text(AUDIENCE)), ({ length }) =>
    length > 0 ? [] : [': an empty list was given. Give at least one audience, or leave it out.'])),
};

/**
 * Options of an association with an Azure subscription.
 */
export interface AzureSubscriptionAssociationOptions extends AssociationOptions, AzureSubscriptionConfigurationOptions {}

/**
 * Options of an association with an Azure DevOps project.
 */
export interface AzureDevOpsAssociationOptions extends AssociationOptions, AzureDevOpsConfigurationOptions {}

/**
 * Registers an Azure identity with AWS DevOps Agent. There is no secret: Azure trusts tokens that AWS issues, so
 * outbound identity federation has to be enabled in the account.
 *
 * The client id is a unique key: a change that replaces the service and keeps the client id deregisters the old service
 * before it registers the new one, which leaves a gap of seconds to minutes. Associations of the registration move along.
 * The change fails while an association that was made elsewhere uses the old service.
 *
 * @example
 * new AzureIdentityRegistration(stack, 'Azure', {
 *   tenantId: '11111111-2222-3333-4444-555555555555',
 *   clientId: '66666666-7777-8888-9999-000000000000',
 *   webIdentityRole: new iam.Role(stack, 'AzureRole', {
 *     roleName: 'DevOpsTools-Azure',
 *     assumedBy: new DevOpsAgentServicePrincipal(),
 *   }),
 * });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/connecting-azure-connecting-azure-resources.html
 */
@propertyInjectable
export class AzureIdentityRegistration extends ServiceRegistration {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.AzureIdentityRegistration';

  constructor(scope: Construct, id: string, props: AzureIdentityRegistrationProps) {
    super(scope, id, props);

    const { tenantId, clientId, webIdentityRole, audiences = ['api://AzureADTokenExchange'] } = this._read(PROPS, props);
    this._register({
      service: 'azureidentity',
      details: {
        tenantId,
        clientId: clientId && new UniqueKey(lowerCase(clientId), 'Azure client id'),
        webIdentityRoleArn: webIdentityRole?.roleArn,
        webIdentityTokenAudiences: audiences,
      },
      role: webIdentityRole && {
        role: webIdentityRole,
        needs: [new PolicyStatement({
          actions: ['sts:GetWebIdentityToken'],
          resources: ['*'],
          conditions: { 'ForAnyValue:StringEquals': { 'sts:IdentityTokenAudience': audiences } },
        })],
      },
    });
  }

  /**
   * Associates a subscription of the tenant with an Agent Space.
   *
   * An Agent Space can be associated once, with a subscription or a project. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * azure.associateWithSubscription(agentSpace, { subscriptionId: '01234567-89ab-cdef-0123-456789abcdef' });
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWithSubscription(agentSpace: aws_devopsagent.IAgentSpaceRef, options: AzureSubscriptionAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.azureSubscription(options), options, 'associateWithSubscription');
  }

  /**
   * Associates an Azure DevOps project with an Agent Space.
   *
   * An Agent Space can be associated once, with a subscription or a project. The association is made, changed and removed together with the service: a
   * replaced service brings its associations along.
   *
   * @example
   * azure.associateWithDevOps(agentSpace, {
   *   organizationName: 'acme',
   *   projectId: '01234567-89ab-cdef-0123-456789abcdef',
   *   projectName: 'checkout',
   * });
   *
   * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
   */
  public associateWithDevOps(agentSpace: aws_devopsagent.IAgentSpaceRef, options: AzureDevOpsAssociationOptions): IAssociation {
    return this._associate(agentSpace, AssociationConfiguration.azureDevOps(options), options, 'associateWithDevOps');
  }
}
