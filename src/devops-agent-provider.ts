/** The provider: the Lambda function of the handler, and its role. */

import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { IRole, ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, IResolvable, IResource, Lazy, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { ENVIRONMENT, HANDLER_TIMEOUT_SECONDS, WAITING_HANDLER_TIMEOUT_SECONDS } from './private/contract';
import { Brand } from './private/copies';
import { differences } from './private/differences';
import { HandlerCode } from './private/handler-code';
import { acknowledgeHandler, acknowledgeNetwork, acknowledgeRole } from './private/iam/provider-findings';
import { providerStatements } from './private/iam/statements';
import { logMetric } from './private/log-metric';
import { Rule, throwIfAny } from './private/validation/check';
import { checkScope, readImport } from './private/validation/import';
import { constructWith, listOf, oneOf, optional, read, Shape, structure, text, wholeNumber } from './private/validation/kinds';
import { ROLE_ARN } from './private/validation/rules';
import { providerTagValue } from './private/wire/names';
import { agentSpace } from './private/wire/shapes';

/** The id of a stack's default provider. The handler's logical id follows from it, so it never changes. */
const DEFAULT_ID = 'DefaultDevOpsAgentProvider';

/** The length that the CDK assumes of an ARN with a token when it decides whether a policy is too large. */
const ARN_SIZE = 100;

const BRAND = new Brand<DevOpsAgentProvider>('DevOpsAgentProvider');
const FUNCTION_ARN: Rule = {
  pattern: /^arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\d{12}:function:[a-zA-Z0-9_-]+(:[a-zA-Z0-9_-]+)?$/,
  allowed: 'the ARN of a Lambda function (arn:aws:lambda:<region>:<account>:function:<name>)',
  fix: "Use the serviceToken of the other app's DevOpsAgentProvider.",
};

/**
 * A provider of service registrations: a Lambda function and its execution role.
 */
export interface IDevOpsAgentProvider extends IResource {
  /**
   * The ARN of the Lambda function, which CloudFormation invokes.
   *
   * @attribute
   */
  readonly serviceToken: string;

  /**
   * The execution role of the Lambda function, which registers the services.
   */
  readonly role: IRole;

  /**
   * The runs of the Lambda function that timed out, crashed, or could not answer CloudFormation. An event that the handler
   * answered with a failure is none of them.
   *
   * @param props The options of the metric.
   * @default - the sum over 5 minutes
   */
  metricErrors(props?: MetricOptions): Metric;
}

/**
 * Properties for `DevOpsAgentProvider`.
 */
export interface DevOpsAgentProviderProps {
  /**
   * The VPC of the Lambda function. The subnets need a NAT gateway, or VPC endpoints for AWS DevOps Agent, AWS Secrets
   * Manager, Amazon S3 (where the handler answers CloudFormation) and AWS CloudFormation, and with `waitForConsent` for
   * Amazon SNS.
   *
   * @default - no VPC
   */
  readonly vpc?: IVpc;

  /**
   * The subnets of the VPC. An error without `vpc`.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the Lambda function. An error without `vpc`.
   *
   * @default - one new security group that allows outbound traffic
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The log group of the Lambda function. An error together with `logRetention`.
   *
   * @default - a new log group, which is removed with the stack
   */
  readonly logGroup?: ILogGroup;

  /**
   * The retention of the new log group.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * The memory of the Lambda function in MiB: 128 to 10240.
   *
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * The Agent Spaces that the provider may associate services with. An association with another one is an error. With an
   * empty list it may associate nothing. What was associated can be removed from every Agent Space, so that a changed list
   * takes away no permission that a cleanup needs.
   *
   * @default - every Agent Space of the account and Region
   */
  readonly agentSpaces?: aws_devopsagent.IAgentSpaceRef[];
}

/**
 * Attributes of a provider of another app.
 */
export interface DevOpsAgentProviderAttributes {
  /**
   * The provider's `serviceToken`: the ARN of its Lambda function.
   */
  readonly serviceToken: string;

  /**
   * The ARN of the provider's role. The grants of registrations are attached to the role.
   */
  readonly roleArn: string;
}

const PROPS: Shape<DevOpsAgentProviderProps> = {
  vpc: optional(constructWith<IVpc>('vpcId', 'an IVpc of aws-cdk-lib/aws-ec2, such as Vpc.fromLookup(…)')),
  vpcSubnets: optional(structure<SubnetSelection>('SubnetSelection, such as { subnetType: SubnetType.PRIVATE_WITH_EGRESS }')),
  securityGroups: optional(listOf(constructWith<ISecurityGroup>('securityGroupId', 'an ISecurityGroup of aws-cdk-lib/aws-ec2, such as a SecurityGroup'))),
  logGroup: optional(constructWith<ILogGroup>('logGroupArn', 'an ILogGroup of aws-cdk-lib/aws-logs, such as a LogGroup')),
  logRetention: optional(oneOf(RetentionDays, 'RetentionDays')),
  memorySize: optional(wholeNumber(128, 10240, 'MiB')),
  agentSpaces: optional(listOf(agentSpace)),
};

const ATTRIBUTES: Shape<DevOpsAgentProviderAttributes> = { serviceToken: text(FUNCTION_ARN), roleArn: text(ROLE_ARN) };

/**
 * A provider of service registrations: the Lambda function that registers, updates and deregisters services, with its
 * execution role and its log group.
 *
 * A stack with registrations gets a default provider. Configure the default provider with
 * `DevOpsAgentProvider.configureDefault()`, or create a provider and pass it to the registrations. A registration keeps the
 * provider that it was deployed with: CloudFormation does not let a custom resource change its service token.
 *
 * The role can deregister only services that this provider registered, and cannot tag services of another provider.
 *
 * @example
 * const provider = new DevOpsAgentProvider(stack, 'Provider', { vpc });
 * new EventChannelRegistration(stack, 'Events', { provider });
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_RegisterService.html
 */
@propertyInjectable
export class DevOpsAgentProvider extends Resource implements IDevOpsAgentProvider {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.DevOpsAgentProvider';

  /** @internal */
  public static readonly _kind = constructWith<IDevOpsAgentProvider>('serviceToken', 'an IDevOpsAgentProvider, such as a DevOpsAgentProvider');

  /**
   * Configures the default provider of a stack, which registrations without a provider use. A call after the first
   * registration, or a second call with other settings, is an error.
   *
   * @param scope The stack, or anything in it.
   */
  public static configureDefault(scope: Construct, props: DevOpsAgentProviderProps): DevOpsAgentProvider {
    checkScope('DevOpsAgentProvider.configureDefault', scope);
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(DEFAULT_ID) as DevOpsAgentProvider | undefined;
    if (!existing) {
      const provider = new DevOpsAgentProvider(stack, DEFAULT_ID, props);
      provider.configuration = props ?? {};
      return provider;
    }

    if (!existing.configuration) {
      throw new Error(`${stack.node.path}: DevOpsAgentProvider.configureDefault() comes too late: '${existing.firstUser}' uses the unconfigured default provider already. Call it before the first registration of the stack.`);
    }
    const conflicts = differences(existing.configuration, props ?? {});
    if (conflicts.length > 0) {
      throw new Error(`${stack.node.path}: DevOpsAgentProvider.configureDefault() was called before with another ${conflicts.join(', another ')}. Configure the default provider of a stack once, or make a DevOpsAgentProvider and pass it to the registrations.`);
    }
    return existing;
  }

  /**
   * Imports a provider of another app, in the same account and Region.
   *
   * The grants of registrations become a policy of their own stack, attached to the role. The inline policies of a role may
   * have 10240 characters in all, which is enough for about sixty secrets.
   */
  public static fromDevOpsAgentProviderAttributes(
    scope: Construct,
    id: string,
    attrs: DevOpsAgentProviderAttributes,
  ): IDevOpsAgentProvider {
    const { serviceToken, roleArn } = readImport('DevOpsAgentProvider.fromDevOpsAgentProviderAttributes', scope, id, ATTRIBUTES, attrs);
    class Import extends Resource implements IDevOpsAgentProvider {
      public readonly serviceToken = serviceToken;
      public readonly role = Role.fromRoleArn(this, 'Role', roleArn);
      private readonly handler = Function.fromFunctionArn(this, 'Handler', serviceToken);

      public metricErrors(props?: MetricOptions): Metric {
        return this.handler.metricErrors(props);
      }
    }
    return new Import(scope, id, { environmentFromArn: serviceToken });
  }

  /** @internal */
  public static _defaultFor(registration: Construct): DevOpsAgentProvider {
    const stack = Stack.of(registration);
    const provider = stack.node.tryFindChild(DEFAULT_ID) as DevOpsAgentProvider | undefined ?? new DevOpsAgentProvider(stack, DEFAULT_ID, {});
    provider.firstUser ??= registration.node.path;
    return provider;
  }

  /** @internal */
  public static _isDevOpsAgentProvider(value: unknown): value is DevOpsAgentProvider {
    return BRAND.matches(value);
  }

  /**
   * The Lambda function of the handler.
   */
  public readonly handler: IFunction;

  /**
   * The execution role of the Lambda function.
   */
  public readonly role: IRole;

  /**
   * The Agent Spaces that the provider may associate services with, if they are not all.
   *
   * @internal
   */
  public readonly _agentSpaces?: aws_devopsagent.IAgentSpaceRef[];

  /** The configuration of the default provider, if it was configured. */
  private configuration?: DevOpsAgentProviderProps;

  /** The service token in the provider's own stack, where its value does not depend on the consumer. */
  private readonly ownServiceToken = Lazy.any({ produce: () => this.stack.resolve(this.serviceToken) });

  /** Whether a registration waits for a user's consent. */
  private waits = false;

  /** The first registration that used the default provider. */
  private firstUser?: string;
  private readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: DevOpsAgentProviderProps = {}) {
    super(scope, id);
    BRAND.apply(this);
    const given = read(PROPS, props);
    throwIfAny(this.node.path, 'DevOpsAgentProvider', [...given.problems, ...togetherProblems({ ...given.value, vpc: props?.vpc })]);
    const { vpc, vpcSubnets, securityGroups, logGroup: ownLogGroup, logRetention, memorySize, agentSpaces } = given.value;
    this._agentSpaces = agentSpaces;

    // The equal grants of many registrations fit into a role's policies only if they are merged, whatever the app's own flags.
    this.node.setContext('@aws-cdk/aws-iam:minimizePolicies', true);
    // The size of secrets' ARNs is counted with each grant. Few other ARNs in the inline policy are longer than this.
    this.node.setContext('@aws-cdk/aws-iam.arnSizeEstimate', ARN_SIZE);

    this.logGroup = ownLogGroup ?? new LogGroup(this, 'Logs', {
      retention: logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const providerTag = providerTagValue(this);

    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    this.grantServices(role, providerTag);
    if (vpc) this.grantNetwork(role);
    this.role = role;

    this.handler = new Function(this, 'Handler', {
      description: 'Registers services with AWS DevOps Agent on behalf of CloudFormation',
      code: new HandlerCode(),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(Lazy.number({ produce: () => (this.waits ? WAITING_HANDLER_TIMEOUT_SECONDS : HANDLER_TIMEOUT_SECONDS) })),
      memorySize: memorySize ?? 256,
      environment: { [ENVIRONMENT.provider]: providerTag },
      role,
      logGroup: this.logGroup,
      vpc,
      vpcSubnets,
      securityGroups,
    });
    acknowledgeHandler(this.handler);
  }

  /**
   * The ARN of the Lambda function, which CloudFormation invokes.
   *
   * @attribute
   */
  public get serviceToken(): string {
    return this.handler.functionArn;
  }

  /**
   * The runs of the Lambda function that timed out, crashed, or could not answer CloudFormation. An event that the handler
   * answered with a failure is none of them: `metricFailedEvents()`.
   *
   * @param props The options of the metric.
   * @default - the sum over 5 minutes
   */
  public metricErrors(props?: MetricOptions): Metric {
    return this.handler.metricErrors(props);
  }

  /**
   * The events of CloudFormation that the handler answered with a failure.
   *
   * The first call creates a metric filter on the log group. A log group that several providers share is counted as a whole.
   *
   * @example
   * tools.metricFailedEvents().createAlarm(stack, 'FailedEvents', { threshold: 1, evaluationPeriods: 1 });
   *
   * @param props The options of the metric.
   * @default - the sum over 5 minutes
   */
  public metricFailedEvents(props?: MetricOptions): Metric {
    return logMetric(this, 'FailedEvents', this.logGroup, this.handler.functionName, props);
  }

  /**
   * The times that a service or an association could not be removed. Counted as `metricFailedEvents()` is.
   *
   * @param props The options of the metric.
   * @default - the sum over 5 minutes
   */
  public metricOrphans(props?: MetricOptions): Metric {
    return logMetric(this, 'Orphans', this.logGroup, this.handler.functionName, props);
  }

  /**
   * The service token for a registration of a stack. In the provider's own stack it is resolved once for all registrations:
   * the CDK would compute the function's logical id for each of them.
   *
   * @internal
   */
  public _serviceTokenIn(stack: Stack): string | IResolvable {
    return stack === this.stack ? this.ownServiceToken : this.serviceToken;
  }

  /** @internal */
  public _waitForConsent(): void {
    this.waits = true;
  }

  private grantServices(role: Role, providerTag: string): void {
    const associable = this._agentSpaces?.flatMap(({ agentSpaceRef: { agentSpaceArn } }) => [agentSpaceArn, `${agentSpaceArn}/association/*`]);
    providerStatements(this.stack, providerTag, associable).forEach((statement) => role.addToPolicy(statement));
    acknowledgeRole(role);
  }

  private grantNetwork(role: Role): void {
    const policy = ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole');
    role.addManagedPolicy(policy);
    acknowledgeNetwork(role, policy);
  }
}

/** The problems of several props together. */
function togetherProblems({ vpc, vpcSubnets, securityGroups, logGroup, logRetention }: DevOpsAgentProviderProps): string[] {
  const problems: string[] = [];
  if (vpcSubnets && !vpc) problems.push('vpcSubnets: given without vpc. Give the VPC of the subnets.');
  if (securityGroups && !vpc) problems.push('securityGroups: given without vpc. Give the VPC of the security groups.');
  if (logGroup && logRetention !== undefined) {
    problems.push('logRetention: given together with logGroup. Set the retention on the log group itself.');
  }
  return problems;
}
