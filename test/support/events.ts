import { CloudFormationEvent } from '../../lambda/wire/event';
import { RegistrationProperties } from '../../src/private/contract';

export const STACK_ID = 'arn:aws:cloudformation:us-east-1:000000000000:stack/Tools/5a1f';

/** The ARN of a service, by its id. */
export function arnOf(serviceId: string): string {
  return `arn:aws:aidevops:us-east-1:000000000000:service/${serviceId}`;
}

/** The event as CloudFormation would have signed it at another time; without a time, in a URL that does not tell one. */
export function signedAt<E extends CloudFormationEvent>(event: E, time?: number): E {
  const date = time === undefined ? '' : `?X-Amz-Date=${new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  return { ...event, ResponseURL: `https://bucket.example/response${date}` };
}

/** The events of one resource, as CloudFormation sends them. */
export class Resource {
  private requests = 0;

  constructor(public readonly logicalId: string, private readonly responseUrl: () => string, private readonly stackId = STACK_ID) {}

  public create(properties: Properties): CloudFormationEvent {
    return this.event('Create', properties);
  }

  public update(physicalId: string, properties: Properties, old: Properties): CloudFormationEvent {
    return { ...this.event('Update', properties), PhysicalResourceId: physicalId, OldResourceProperties: arrived(old) };
  }

  public delete(physicalId: string, properties: Properties): CloudFormationEvent {
    return { ...this.event('Delete', properties), PhysicalResourceId: physicalId };
  }

  private event(type: CloudFormationEvent['RequestType'], properties: Properties): CloudFormationEvent {
    return {
      RequestType: type,
      ResponseURL: this.responseUrl(),
      StackId: this.stackId,
      RequestId: `${this.logicalId}-request-${++this.requests}${this.stackId === STACK_ID ? '' : `-of-${this.stackId.split('/')[1]}`}`,
      LogicalResourceId: this.logicalId,
      ResourceProperties: arrived(properties),
    };
  }
}

export type Properties = RegistrationProperties | { readonly [key: string]: unknown };

function arrived(properties: Properties): { [key: string]: unknown } {
  return { ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:Handler', ServiceTimeout: '2040', ...properties as object };
}

interface Change {
  readonly tags?: { [key: string]: string };
  readonly revision?: string;
}

export const OAUTH_SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:pagerduty-AbCdEf';
export const TOKEN_SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:mcp-AbCdEf';

/** A registration with a unique key: the PagerDuty account. */
export function pagerDuty(change: Change & { subdomain?: string; name?: string; field?: string } = {}): RegistrationProperties {
  return {
    Contract: '1',
    Service: 'pagerduty',
    Request: {
      name: change.name ?? 'Tools-PagerDuty',
      serviceDetails: {
        pagerduty: {
          scopes: ['incidents.read', { $uniqueKey: `as_account-us.${change.subdomain ?? 'acme'}` }],
          authorizationConfig: {
            oAuthClientCredentials: {
              clientId: { $secret: OAUTH_SECRET, field: 'client_id' },
              clientSecret: { $secret: OAUTH_SECRET, field: change.field ?? 'client_secret' },
            },
          },
        },
      },
    },
    ...(change.tags ? { Tags: change.tags } : {}),
    ...(change.revision ? { CredentialsRevision: change.revision } : {}),
  };
}

/** A registration of a repeatable kind: the API takes any number of them. */
export function dynatrace(change: Change & { accountUrn?: string; name?: string } = {}): RegistrationProperties {
  return {
    Contract: '1',
    Service: 'dynatrace',
    Request: {
      name: change.name ?? 'Tools-Dynatrace',
      serviceDetails: {
        dynatrace: {
          accountUrn: change.accountUrn ?? 'urn:dtaccount:12345678-1234-1234-1234-123456789012',
          authorizationConfig: {
            oAuthClientCredentials: {
              clientId: { $secret: OAUTH_SECRET, field: 'client_id' },
              clientSecret: { $secret: OAUTH_SECRET, field: 'client_secret' },
            },
          },
        },
      },
    },
    ...(change.tags ? { Tags: change.tags } : {}),
    ...(change.revision ? { CredentialsRevision: change.revision } : {}),
  };
}

/** A registration with a generated name, or with a name of the user's, which is a unique key. */
export function mcpServer(change: Change & { endpoint?: string; serverName?: string } = {}): RegistrationProperties {
  return {
    Contract: '1',
    Service: 'mcpserver',
    Request: {
      name: 'Tools-Mcp',
      serviceDetails: {
        mcpserver: {
          name: change.serverName ? { $uniqueKey: change.serverName } : { $uniqueName: 'ToolsMcp' },
          endpoint: change.endpoint ?? 'https://mcp.example.com/mcp',
          authorizationConfig: { bearerToken: { tokenName: 'token', tokenValue: { $secret: TOKEN_SECRET } } },
        },
      },
    },
    ...(change.tags ? { Tags: change.tags } : {}),
    ...(change.revision ? { CredentialsRevision: change.revision } : {}),
  };
}

/** A registration that a user has to consent to. */
export function consented(change: { authorized?: boolean; endpoint?: string } = {}): RegistrationProperties {
  return {
    Contract: '1',
    Service: 'mcpserver',
    Request: {
      name: 'Tools-Consented',
      serviceDetails: {
        mcpserver: {
          name: { $uniqueName: 'ToolsConsented' },
          endpoint: change.endpoint ?? 'https://mcp.example.com/mcp',
          authorizationConfig: { authorizationDiscovery: { returnToEndpoint: 'https://us-east-1.console.aws.amazon.com/' } },
        },
      },
    },
    Authorized: String(change.authorized ?? false),
  };
}

/** The one event channel of an account. */
export function eventChannel(change: { adoptExisting?: boolean } = {}): RegistrationProperties {
  return {
    Contract: '1',
    Service: 'eventChannel',
    Request: { name: 'Tools-Channel', serviceDetails: { eventChannel: { type: { $uniqueKey: 'webhook' } } } },
    ...(change.adoptExisting ? { AdoptExisting: 'true' } : {}),
  };
}
