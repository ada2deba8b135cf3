import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { SubnetType, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct, IConstruct } from 'constructs';
import * as library from '../src';
import { Callable, CONSTRUCTORS, FACTORIES, Member, METHODS, propsOf, sortOf } from './support/assembly';
import { Value, VALUES } from './support/bad-values';
import { clientIn, errorOf, fieldIn, GUID, newStack, templateOf, VERSION_ID } from './synthesis';

// Every prop of every construct, and every argument of every factory and method, with values of every type. jsii says which there are.

type Props = { [prop: string]: unknown };

/** A construct that several props may share. */
function once<T extends IConstruct>(scope: Stack, id: string, make: (id: string) => T): T {
  return scope.node.tryFindChild(id) as unknown as T | undefined ?? make(id);
}

function connectionIn(stack: Stack) {
  return once(stack, 'Connection', (id) => library.PrivateConnectivity.refFromName(stack, id, 'tools'));
}

/** A value of each type of a class or an enum. */
const OF_TYPE: { [sort: string]: (stack: Stack) => unknown } = {
  SecretField: (stack) => fieldIn(stack),
  OAuthClient: clientIn,
  McpServerAuthorization: () => library.McpServerAuthorization.authorizationDiscovery(),
  RemoteAgentAuthorization: (stack) => library.RemoteAgentAuthorization.bearerToken(fieldIn(stack)),
  GitLabToken: (stack) => library.GitLabToken.personal(fieldIn(stack)),
  DatadogSite: () => library.DatadogSite.EU1,
  PrivateConnectivity: (stack) => library.PrivateConnectivity.all(connectionIn(stack)),
  NewRelicRegion: () => library.NewRelicRegion.EU,
  PagerDutyServiceRegion: () => library.PagerDutyServiceRegion.EU,
  IDevOpsAgentProvider: (stack) => once(stack, 'Provider', (id) => new library.DevOpsAgentProvider(stack, id)),
  IPrivateConnectionRef: connectionIn,
  // Not the one of the credentials: a secret that receives a webhook has no others.
  ISecret: (stack) => once(stack, 'Secret', (id) => new Secret(stack, id)),
  IKey: (stack) => once(stack, 'Key', (id) => new Key(stack, id)),
  IRole: (stack) => once(stack, 'Role', (id) => Role.fromRoleArn(stack, id, 'arn:aws:iam::111122223333:role/tools')),
  ITopic: (stack) => once(stack, 'Topic', (id) => new Topic(stack, id)),
  IVpc: (stack) => once(stack, 'Vpc', (id) => new Vpc(stack, id)),
  ILogGroup: (stack) => once(stack, 'LogGroup', (id) => new LogGroup(stack, id)),
  SubnetSelection: () => ({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }),
  RetentionDays: () => RetentionDays.ONE_WEEK,
  RemovalPolicy: () => RemovalPolicy.RETAIN,
  Duration: () => Duration.minutes(2),
  Construct: (stack) => stack,
  ISecurityGroup: (stack) => SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1'),
  IAgentSpaceRef: (stack) => once(stack, 'Space', (id) => CfnAgentSpace.fromAgentSpaceId(stack, id, 'space') as unknown as IConstruct),
  IServiceRef: (stack) => once(stack, 'Service', (id) => library.ServiceRegistration.fromServiceId(stack, id, 'tools')),
  AssociationConfiguration: () => library.AssociationConfiguration.eventChannel(),
  AssociationCapability: () => library.AssociationCapability.codeChangeRiskAnalysis(),
  McpTool: () => library.McpTool.of('search'),
  TriggerEvent: () => library.TriggerEvent.PULL_REQUEST_DRAFT,
};

const URL = 'https://tool.example.com/path';

/** A value of each prop of a simple type. */
const OF_NAME: Props = {
  accountId: '1234567',
  accountUrn: `urn:dtaccount:${GUID}`,
  agentName: 'agent',
  alertPolicyIds: ['1'],
  applicationIds: ['1'],
  audiences: ['api://tools'],
  authorizationUrl: URL,
  authScopes: ['read'],
  clientId: GUID,
  clientIdField: 'id',
  clientName: 'Client',
  clientNameField: 'name',
  clientSecretField: 'secret',
  credentialsRevision: '1',
  customerEmail: 'jane@example.com',
  description: 'Tools',
  displayName: 'Tools',
  endpoint: URL,
  entityGuids: ['guid'],
  environmentId: 'abc12345',
  exchangeUrl: URL,
  field: 'field',
  groupId: '42',
  header: 'X-Header',
  id: 'It',
  instanceId: 'acme',
  instanceIdentifier: 'gitlab.com',
  instanceUrl: 'https://acme.service-now.com',
  memorySize: 512,
  name: 'tools',
  organizationId: '1',
  organizationName: 'acme',
  projectId: '42',
  projectName: 'checkout',
  projectPath: 'platform/checkout',
  region: 'us-east-1',
  releaseManagementAssociationId: 'association',
  resources: ['host'],
  returnToEndpoint: 'https://us-east-1.console.aws.amazon.com/',
  roleArn: 'arn:aws:iam::111122223333:role/provider',
  rotationRevision: '1',
  scopes: ['read'],
  serverName: 'server',
  serviceArn: 'arn:aws:aidevops:us-east-1:111122223333:service/tools',
  serviceId: 'tools',
  serviceIds: ['P1'],
  serviceToken: 'arn:aws:lambda:us-east-1:111122223333:function:provider',
  signingRegion: 'us-east-1',
  signingService: 'execute-api',
  subdomain: 'acme',
  subscriptionId: GUID,
  targetBranches: ['main'],
  targetUrl: 'https://gitlab.example.com',
  tenantId: GUID,
  tools: ['search'],
  url: URL,
  versionId: VERSION_ID,
};

/** A valid value of a prop or a parameter. */
function valid({ name, type }: Member, stack: Stack): unknown {
  const members = propsOf(type);
  if (members) return minimal(members, stack);
  const sort = sortOf(type);
  if (sort === 'boolean') return true;
  if (sort === 'map') return { [name]: valid({ name: 'name', type: type.collection!.elementtype }, stack) };
  if (sort === 'list' && type.collection!.elementtype.fqn) return [valid({ name, type: type.collection!.elementtype }, stack)];
  const value = OF_TYPE[sort]?.(stack) ?? OF_NAME[name];
  if (value === undefined) throw new Error(`no value for ${name}`);
  return value;
}

/** Props that others need, although they are optional. */
const NEEDED = ['target', 'vpc', 'events'];

/** The props that have to be given. */
function minimal(members: Member[], stack: Stack): Props {
  const required = members.filter(({ optional, name }) => !optional || NEEDED.includes(name));
  return Object.fromEntries(required.map((member) => [member.name, valid(member, stack)]));
}

/** Where the product of a class's factories belongs: a construct, its prop, and what the prop takes it as. */
const USE: { [className: string]: [construct: string, prop: string, as?: (product: any) => unknown] } = {
  SecretField: ['NewRelicRegistration', 'apiKey'],
  OAuthClient: ['DynatraceRegistration', 'authorization'],
  McpServerAuthorization: ['McpServerRegistration', 'authorization'],
  RemoteAgentAuthorization: ['RemoteAgentRegistration', 'authorization'],
  GitLabToken: ['GitLabRegistration', 'token'],
  DatadogSite: ['DatadogRegistration', 'site'],
  PrivateConnectivity: ['McpServerRegistration', 'privateConnectivity'],
  AssociationConfiguration: ['ServiceAssociation', 'configuration'],
  AssociationCapability: ['ServiceAssociation', 'capabilities', (capability) => [capability]],
  McpTool: ['ServiceAssociation', 'configuration', (tool) => library.AssociationConfiguration.mcpServer({ tools: [tool] })],
};

/** A place for a value: a prop of a construct, an argument, or a member of one. */
interface Place {
  readonly of: string;
  readonly member: Member;
  /** The words that an error has to contain, besides the path. */
  readonly named: string[];
  /** Whether it is an argument of a method. */
  readonly method: boolean;
  /** Uses a value at the place, with everything else being valid. */
  readonly use: (stack: Stack, value: unknown) => unknown;
}

const isScope = ({ type }: Member) => sortOf(type) === 'Construct';

function construct(className: string, stack: Stack, props: unknown): unknown {
  return new (library as any)[className](stack, 'It', props);
}

/** The places in a value of a type: in its props, if it is a structure, and those of their structures. */
function placesIn(of: string, member: Member, prefix: string[], method: boolean, use: Place['use']): Place[] {
  return (propsOf(member.type) ?? []).flatMap((prop) => {
    const inside: Place['use'] = (stack, value) => use(stack, { ...minimal(propsOf(member.type)!, stack), [prop.name]: value });
    const named = [...prefix, prop.name];
    return [{ of: `${of}, ${prop.name}`, member: prop, named, method, use: inside }, ...placesIn(`${of}, ${prop.name}`, prop, named, method, inside)];
  });
}

function placesOf({ className, factory, method, parameters }: Callable): Place[] {
  const call = (stack: Stack, args: unknown[]) => {
    if (method) return (construct(className, stack, minimal(propsOf({ fqn: `cdk-devops-agent.${className}Props` })!, stack)) as any)[method](...args);
    if (!factory) return new (library as any)[className](...args);
    const product = (library as any)[className][factory](...args);
    const [consumer, prop, as = (it: unknown) => it] = USE[className] ?? [];
    if (!prop || parameters.some(isScope)) return product;
    const members = propsOf({ fqn: `cdk-devops-agent.${consumer}Props` })!;
    return construct(consumer, stack, { ...minimal(members, stack), [prop]: as(product) });
  };
  const of = factory ?? method ? `${className}.${factory ?? method}()` : className;
  return parameters.filter((parameter) => !isScope(parameter) && !(parameter.name === 'id' && !factory && !method)).flatMap((parameter) => {
    const use: Place['use'] = (stack, value) =>
      call(stack, parameters.map((each) => each === parameter ? value : each.optional ? undefined : valid(each, stack)));
    const isOptions = propsOf(parameter.type) !== undefined;
    // The product of a factory is named by the prop that takes it, an argument that is all of it by nothing else.
    const product = factory && !parameters.some(isScope) ? [USE[className][1]] : [];
    const only = isOptions || !method && parameters.filter(({ optional }) => !optional).length === 1 || ['token', 'secret'].includes(parameter.name);
    const place = { of: `${of}, ${parameter.name}`, member: parameter, named: only ? product : [...product, parameter.name], method: method !== undefined, use };
    return [place, ...placesIn(of, parameter, product, place.method, use)];
  });
}

const PLACES = [...CONSTRUCTORS, ...FACTORIES, ...METHODS].flatMap(placesOf);

/** What a use throws, if anything. An accepted value is accepted by synthesis, too. */
function failure(place: Place, value: Value['make']): unknown {
  const stack = newStack();
  try {
    place.use(stack, value(stack));
    templateOf(stack);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What comes of a use: the template, or what it throws. */
function outcome(place: Place, value: unknown): unknown {
  const stack = newStack();
  try {
    place.use(stack, value);
    return templateOf(stack);
  } catch (error) {
    return String(error);
  }
}

/** What a use in a stack throws, or undefined. Every use has a scope of its own, and the stack a provider for all. */
function refusal(stack: Stack, place: Place, value: Value['make']): unknown {
  // A stack has one default provider, and one registration of a unique key.
  const scope = place.of.includes('configureDefault') || place.method ? newStack() : new Construct(stack, `Case${stack.node.children.length}`) as Stack;
  try {
    place.use(scope, value(scope));
    return undefined;
  } catch (error) {
    return error;
  }
}

const HEADING = /^(DevOpsAgentServicePrincipal|Tools\/[\w/]*(It|DefaultDevOpsAgentProvider|…|Bearer x)) \([\w.]+\) cannot be synthesized:\n {2}- /;

function complaint(error: unknown, named: string[]): string | undefined {
  if (!(error instanceof Error)) return `threw ${error}`;
  if (/TypeError|Cannot (read|convert|use)|is not (a function|iterable)|undefined/.test(`${error.name}: ${error.message}`)) return error.stack?.slice(0, 600);
  const lines = error.message.split('\n').slice(1);
  const problem = lines.find((line) => named.every((name) => line.includes(name)));
  if (!HEADING.test(error.message) && !/Validation failed/.test(error.message)) return `names no path: ${error.message.slice(0, 300)}`;
  return problem ? undefined : `does not name ${named.join(', ')}: ${error.message.slice(0, 300)}`;
}

/** Whether a value may be accepted: one of the right type, whatever the rules say about it. */
function fits({ type }: Member, { sort }: Value): boolean {
  return sort === sortOf(type) || (sort.startsWith('map') && (propsOf(type) !== undefined || sortOf(type) === 'SubnetSelection'));
}

test('there are places in every construct, in every factory and in every method', () => {
  expect(CONSTRUCTORS.length).toBeGreaterThan(15);
  expect(FACTORIES.length).toBeGreaterThan(20);
  expect(METHODS.length).toBeGreaterThan(13);
  expect(PLACES.length).toBeGreaterThan(180);
});

describe.each(PLACES.map((place) => [place.of, place] as const))('%s', (_, place) => {
  const isOptional = place.member.optional || (propsOf(place.member.type)?.every(({ optional }) => optional) ?? false);

  test('takes a valid value', () => {
    expect(failure(place, (stack) => valid(place.member, stack))).toBeUndefined();
  });

  test('refuses a value of another type, and says where', () => {
    const stack = newStack();
    const complaints = VALUES.filter((value) => !fits(place.member, value)).map((value) => {
      const error = refusal(stack, place, value.make);
      return error === undefined ? `accepts ${value.sort}` : complaint(error, place.named);
    });
    expect(complaints.filter((each) => each !== undefined)).toEqual([]);
  });

  test('answers a value of the right type by an error that says where, if at all', () => {
    const complaints = VALUES.filter((value) => fits(place.member, value)).map((value) => {
      const error = failure(place, value.make);
      return error === undefined ? undefined : complaint(error, place.named.slice(0, 1));
    });
    expect(complaints.filter((each) => each !== undefined)).toEqual([]);
  });

  test(`takes null as absent${isOptional ? '' : ', and says that it is required'}`, () => {
    if (isOptional) {
      expect(outcome(place, null)).toEqual(outcome(place, undefined));
    } else {
      const errors = [null, undefined].map((nothing) => refusal(newStack(), place, () => nothing));
      expect(errors.map((error) => complaint(error, place.named))).toEqual([undefined, undefined]);
      expect(errors.map(String).filter((error) => !error.includes(' is required: '))).toEqual([]);
    }
  });
});

const WITH_PROPS = CONSTRUCTORS.filter(({ parameters }) => parameters.some(({ name, optional }) => name === 'props' && !optional));

test.each(WITH_PROPS)('$className without props says all that is required', ({ className, parameters }) => {
  const required = propsOf(parameters.at(-1)!.type)!.filter(({ optional }) => !optional).map(({ name }) => name);
  const error = errorOf(() => construct(className, newStack(), undefined));
  expect(required.filter((prop) => !error.includes(`\n  - ${prop} is required: `))).toEqual([]);
  expect(error.split('\n  - ')).toHaveLength(required.length + 1);
});
