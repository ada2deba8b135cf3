import { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { IRole, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, IResolvable, IResource, Lazy, RemovalPolicy, Resource, Stack, Token } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { acknowledge, finding } from './private/acknowledge';
import { ENVIRONMENT, HANDLER_TIMEOUT_SECONDS, TAG, WAITING_HANDLER_TIMEOUT_SECONDS } from './private/contract';
import { describeStackStatement } from './private/grants';
import { HandlerCode } from './private/handler-code';
import { providerMark } from './private/names';
import { ROLE_ARN } from './private/rules';
import { checkGiven, Rule, throwIfAny } from './private/validation';

/** The id of a stack's default provider. The handler's logical id follows from it, so it never changes. */
const DEFAULT_ID = 'DefaultDevOpsAgentProvider';

/** How long the CDK is to take an ARN with a token for, when it decides whether a policy has grown too large. */
const ARN_SIZE = 100;

const FUNCTION_ARN: Rule = {
  pattern: /^arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\d{12}:function:[a-zA-Z0-9_-]+(:[a-zA-Z0-9_-]+)?$/,
  allowed: 'the ARN of a Lambda function (arn:aws:lambda:<region>:<account>:function:<name>)',
  fix: "Use the serviceToken of the other app's DevOpsAgentProvider.",
};

/**
 * What makes registrations: a function, and the role it has.
 */
export interface IDevOpsAgentProvider extends IResource {
  /**
   * The ARN that CloudFormation sends its requests to.
   *
   * @attribute
   */
  readonly serviceToken: string;

  /**
   * The role that registrations are made with.
   */
  readonly role: IRole;
}

/**
 * How a provider is set up.
 */
export interface DevOpsAgentProviderProps {
  /**
   * The VPC that the function runs in. It needs a way to the endpoints of AWS DevOps Agent, AWS Secrets Manager, Amazon S3
   * (where CloudFormation takes its answers) and AWS CloudFormation, and with `waitForConsent` to that of Amazon SNS: a NAT
   * gateway, or VPC endpoints.
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
   * The function's security groups. An error without `vpc`.
   *
   * @default - one new security group that allows outbound traffic
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The log group that the function writes to. An error together with `logRetention`.
   *
   * @default - a new one, which is removed with the stack
   */
  readonly logGroup?: ILogGroup;

  /**
   * How long the new log group keeps what the function writes.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * The function's memory in MiB: 128 to 10240.
   *
   * @default 256
   */
  readonly memorySize?: number;
}

/**
 * What is known of a provider of another app.
 */
export interface DevOpsAgentProviderAttributes {
  /**
   * The provider's `serviceToken`: the ARN of its function.
   */
  readonly serviceToken: string;

  /**
   * The ARN of the provider's role. The grants of registrations are attached to it.
   */
  readonly roleArn: string;
}

/**
 * The function that registers, looks after and deregisters services, with its role and its log group.
 *
 * Every stack with registrations gets one by itself. Configure that one with `DevOpsAgentProvider.configureDefault()`,
 * or make one and pass it to the registrations. A registration keeps the provider that it was deployed with:
 * CloudFormation does not let a custom resource move to another.
 *
 * The role can deregister and tag only what this provider registered.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_RegisterService.html
 */
@propertyInjectable
export class DevOpsAgentProvider extends Resource implements IDevOpsAgentProvider {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-devops-agent.DevOpsAgentProvider';

  /**
   * Sets up the provider that the registrations of a stack use if they are given none. To be called before the first of
   * them is made; later, or a second time with other settings, it is an error.
   *
   * @param scope The stack, or anything in it.
   */
  public static configureDefault(scope: Construct, props: DevOpsAgentProviderProps): DevOpsAgentProvider {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(DEFAULT_ID) as DevOpsAgentProvider | undefined;
    if (!existing) {
      const provider = new DevOpsAgentProvider(stack, DEFAULT_ID, props);
      provider.configuration = props;
      return provider;
    }

    if (!existing.configuration) {
      throw new Error(`${stack.node.path}: DevOpsAgentProvider.configureDefault() comes too late: '${existing.firstUser}' uses the default provider already, as it is without configuration. Call it before the first registration of the stack is made.`);
    }
    const conflicts = differences(existing.configuration, props);
    if (conflicts.length > 0) {
      throw new Error(`${stack.node.path}: DevOpsAgentProvider.configureDefault() was called before with another ${conflicts.join(', another ')}. Configure the default provider of a stack once, or make a DevOpsAgentProvider and pass it to the registrations.`);
    }
    return existing;
  }

  /**
   * A provider of another app, in the same account and region.
   *
   * The grants of registrations become a policy of their own stack that is attached to the role. The inline policies
   * of one role may be 10240 characters in all, which is enough for some sixty secrets.
   */
  public static fromDevOpsAgentProviderAttributes(
    scope: Construct,
    id: string,
    attributes: DevOpsAgentProviderAttributes,
  ): IDevOpsAgentProvider {
    throwIfAny(`${scope.node.path}/${id}`, 'DevOpsAgentProvider.fromDevOpsAgentProviderAttributes', [
      ...checkGiven('serviceToken', attributes.serviceToken, FUNCTION_ARN),
      ...checkGiven('roleArn', attributes.roleArn, ROLE_ARN),
    ]);
    class Import extends Resource implements IDevOpsAgentProvider {
      public readonly serviceToken = attributes.serviceToken;
      public readonly role = Role.fromRoleArn(this, 'Role', attributes.roleArn);
    }
    return new Import(scope, id, { environmentFromArn: attributes.serviceToken });
  }

  /** @internal */
  public static _defaultFor(registration: Construct): DevOpsAgentProvider {
    const stack = Stack.of(registration);
    const provider = stack.node.tryFindChild(DEFAULT_ID) as DevOpsAgentProvider | undefined ?? new DevOpsAgentProvider(stack, DEFAULT_ID, {});
    provider.firstUser ??= registration.node.path;
    return provider;
  }

  /**
   * The function that answers CloudFormation.
   */
  public readonly handler: IFunction;

  /**
   * The function's role. What you grant it, the function may do.
   */
  public readonly role: IRole;

  /** What the default provider was configured with, if it was. */
  private configuration?: DevOpsAgentProviderProps;

  /** What the service token reads in the provider's own stack, where nothing depends on who asks. */
  private readonly ownServiceToken = Lazy.any({ produce: () => this.stack.resolve(this.serviceToken) });

  /** Whether a registration waits for a person. */
  private waits = false;

  /** The registration that made the default provider, or used it first. */
  private firstUser?: string;

  constructor(scope: Construct, id: string, props: DevOpsAgentProviderProps = {}) {
    super(scope, id);
    throwIfAny(this.node.path, 'DevOpsAgentProvider', providerProblems(props));

    // What is granted alike for many registrations fits a role's policies only if it is merged, whatever the app's own flags say.
    this.node.setContext('@aws-cdk/aws-iam:minimizePolicies', true);
    // Secrets are counted as they are granted; of what else is in the inline policy, little has a longer ARN.
    this.node.setContext('@aws-cdk/aws-iam.arnSizeEstimate', ARN_SIZE);

    const logGroup = props.logGroup ?? new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const mark = providerMark(this);

    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.grantServices(role, mark);
    if (props.vpc) this.grantNetwork(role);
    this.role = role;

    this.handler = new Function(this, 'Handler', {
      description: 'Registers services with AWS DevOps Agent on behalf of CloudFormation',
      code: new HandlerCode(),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(Lazy.number({ produce: () => (this.waits ? WAITING_HANDLER_TIMEOUT_SECONDS : HANDLER_TIMEOUT_SECONDS) })),
      memorySize: props.memorySize ?? 256,
      environment: { [ENVIRONMENT.provider]: mark },
      role,
      logGroup,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
    });
  }

  /**
   * The ARN that CloudFormation sends its requests to.
   *
   * @attribute
   */
  public get serviceToken(): string {
    return this.handler.functionArn;
  }

  /**
   * The service token for a registration of a stack. In the own stack it is resolved once for all registrations: the CDK would
   * make up the function's logical id again for each of them.
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

  /**
   * What the handler needs whatever is registered. None of it depends on a registration, so that no update takes away
   * what its own clean-up needs.
   */
  private grantServices(role: Role, mark: string): void {
    const services = this.stack.formatArn({ service: 'aidevops', resource: 'service', resourceName: '*' });
    const agentSpaces = this.stack.formatArn({ service: 'aidevops', resource: 'agentspace', resourceName: '*' });
    const statements = [
      new PolicyStatement({
        actions: ['aidevops:RegisterService', 'aidevops:TagResource'],
        resources: [services],
        conditions: {
          StringEquals: { [`aws:RequestTag/${TAG.provider}`]: mark },
          // A new service has no tags yet. One that has must be this provider's, or TagResource would take over another's.
          StringEqualsIfExists: { [`aws:ResourceTag/${TAG.provider}`]: mark },
        },
      }),
      new PolicyStatement({
        actions: ['aidevops:DeregisterService', 'aidevops:UntagResource'],
        resources: [services],
        conditions: { StringEquals: { [`aws:ResourceTag/${TAG.provider}`]: mark } },
      }),
      new PolicyStatement({ actions: ['aidevops:GetService'], resources: [services] }),
      new PolicyStatement({ actions: ['aidevops:ListServices', 'aidevops:ListAgentSpaces'], resources: ['*'] }),
      new PolicyStatement({ actions: ['aidevops:ListAssociations'], resources: [agentSpaces] }),
      describeStackStatement(this.stack),
    ];
    statements.forEach((statement) => role.addToPolicy(statement));

    acknowledge(role, {
      [finding(this, 'IAM5', 'Resource', services)]: 'The ids of services are not known before they are registered. Changes are fenced by a tag of the provider.',
      [finding(this, 'IAM5', 'Resource', agentSpaces)]: 'Which Agent Spaces hold a service that cannot be deregistered is told to whoever deletes it.',
      [finding(this, 'IAM5', 'Resource', '*')]: 'Listing services and Agent Spaces has no resource to restrict it to.',
    });
  }

  private grantNetwork(role: Role): void {
    const policy = ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole');
    role.addManagedPolicy(policy);
    acknowledge(role, {
      [finding(this, 'IAM4', 'Policy', policy.managedPolicyArn)]: 'What a function in a VPC needs: its network interfaces have no ARN beforehand.',
    });
  }
}

function providerProblems(props: DevOpsAgentProviderProps): string[] {
  const problems: string[] = [];
  if (props.vpcSubnets && !props.vpc) problems.push('vpcSubnets: given without vpc. Give the VPC that the subnets belong to.');
  if (props.securityGroups && !props.vpc) problems.push('securityGroups: given without vpc. Give the VPC that they belong to.');
  if (props.logGroup && props.logRetention !== undefined) {
    problems.push('logRetention: given together with logGroup. Set the retention on the log group itself.');
  }
  const memory = props.memorySize;
  if (memory !== undefined && !Token.isUnresolved(memory) && !(Number.isInteger(memory) && memory >= 128 && memory <= 10240)) {
    problems.push(`memorySize: ${memory} must be a whole number of MiB from 128 to 10240.`);
  }
  return problems;
}

/** The props in which two configurations differ. Constructs are equal if they are the same; lists and structures by content. */
function differences(one: DevOpsAgentProviderProps, other: DevOpsAgentProviderProps): string[] {
  const props = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof DevOpsAgentProviderProps>;
  return [...props].filter((prop) => !same(one[prop], other[prop]));
}

function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isPlain(one) || !isPlain(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => same(one[key], other[key]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype);
}
