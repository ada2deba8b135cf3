import {
  Annotations, InjectionContext, IPropertyInjector, PermissionsBoundary, PropertyInjectors, Stack, Stage, StageProps, Tags,
} from 'aws-cdk-lib';
import { IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  DevOpsAgentProvider, EventChannelRegistration, GrafanaRegistration, IDevOpsAgentProvider, McpServerRegistration, PagerDutyRegistration,
} from 'cdk-devops-agent';
import { Construct, IConstruct } from 'constructs';

/** The parameter in which each account and Region has the ARN of the organization's key. */
export const KEY_PARAMETER = '/acme/devops-tools/key-arn';

/** The registrations that get the organization's defaults. The policy refuses the others. */
const APPROVED = [EventChannelRegistration, GrafanaRegistration, McpServerRegistration, PagerDutyRegistration];

/** The organization's key, once in each stack. */
function organizationKey(scope: IConstruct): IKey {
  const stack = Stack.of(scope);
  const existing = stack.node.tryFindChild('OrganizationKey') as IKey | undefined;
  return existing ?? Key.fromKeyArn(stack, 'OrganizationKey', StringParameter.valueForStringParameter(stack, KEY_PARAMETER));
}

/** The organization's VPC, which has a private subnet in each of two zones. */
function organizationVpc(scope: Construct): IVpc {
  const parameter = (name: string) => StringParameter.valueForStringParameter(scope, `/acme/network/${name}`);
  const { region } = Stack.of(scope);
  const vpc = Vpc.fromVpcAttributes(scope, 'OrganizationVpc', {
    vpcId: parameter('vpc-id'),
    availabilityZones: [`${region}a`, `${region}b`],
    privateSubnetIds: [parameter('private-subnet-a'), parameter('private-subnet-b')],
  });
  Annotations.of(vpc).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', 'A Lambda function needs no route table.');
  return vpc;
}

/** Puts a provider into the organization's VPC, and its log into a group that is encrypted and kept for a year. */
class ProviderDefaults implements IPropertyInjector {
  public readonly constructUniqueId = DevOpsAgentProvider.PROPERTY_INJECTION_ID;

  public inject(originalProps: any, { scope, id }: InjectionContext): any {
    const logGroup = new LogGroup(scope, `${id}Log`, { retention: RetentionDays.ONE_YEAR, encryptionKey: organizationKey(scope) });
    return { ...originalProps, vpc: organizationVpc(scope), logGroup, logRetention: undefined };
  }
}

/** Gives a registration the organization's key, and the provider that all registrations of the stage share. */
class RegistrationDefaults implements IPropertyInjector {
  constructor(public readonly constructUniqueId: string, private readonly provider: IDevOpsAgentProvider) {}

  public inject(originalProps: any, { scope }: InjectionContext): any {
    return { ...originalProps, encryptionKey: originalProps?.encryptionKey ?? organizationKey(scope), provider: this.provider };
  }
}

/** Encrypts a secret with the organization's key, also one that receives a webhook. */
class SecretDefaults implements IPropertyInjector {
  public readonly constructUniqueId = Secret.PROPERTY_INJECTION_ID;

  public inject(originalProps: any, { scope }: InjectionContext): any {
    return { ...originalProps, encryptionKey: originalProps?.encryptionKey ?? organizationKey(scope) };
  }
}

/** One account in one Region, with the organization's defaults for all registrations in it. */
export class OrganizationStage extends Stage {
  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id, { permissionsBoundary: PermissionsBoundary.fromName('acme-workload-boundary'), ...props });
    Tags.of(this).add('acme:owner', 'platform');

    const injectors = PropertyInjectors.of(this);
    injectors.add(new ProviderDefaults(), new SecretDefaults());
    const provider = new DevOpsAgentProvider(new Stack(this, 'Provider'), 'Provider');
    injectors.add(...APPROVED.map(({ PROPERTY_INJECTION_ID }) => new RegistrationDefaults(PROPERTY_INJECTION_ID, provider)));
  }
}
