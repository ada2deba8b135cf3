import { Uses } from './associations';
import { RegistrableService } from '../simulator/model';

/** The kinds of registration that a schedule can hold: each stands for a way in which the API treats what it registers. */
export const KINDS = ['pagerDuty', 'mcpServer', 'namedMcpServer', 'dynatrace', 'signedMcpServer', 'channel', 'adoptedChannel', 'consented'] as const;
/** Beside them, an `association`: a `ServiceAssociation` of a service of another stack. */
export type Kind = typeof KINDS[number] | 'association';

/** The properties of one registration in a template. */
export interface Variant {
  /** The request itself. For kinds with a unique key, 1 changes the rest and 2 changes the key. */
  readonly config: number;
  readonly tags: number;
  readonly revision: number;
  /** Which version of its secret it is pinned to; 0 is none. */
  readonly pinned: number;
  readonly authorized: boolean;
  /** Whether it is retained, although the slot is not. */
  readonly retain: boolean;
  /** Whether the deployment waits for the consent, although the slot does not. */
  readonly wait: boolean;
  /** Whether a token takes the place of the consent. */
  readonly token: boolean;
  /** Something made the properties unreadable. */
  readonly broken: boolean;
  /** Its associations; absent where the search has none. */
  readonly spaces?: Uses;
}

/** One of the registrations of a schedule. */
export interface Slot {
  readonly kind: Kind;
  readonly retain: boolean;
  /** Whether a deployment waits for the consent. */
  readonly wait: boolean;
}

export interface Properties {
  readonly [key: string]: unknown;
}

export const OAUTH_SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:oauth-AbCdEf';
export const TOKEN_SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:token-AbCdEf';
export const ROLE = 'arn:aws:iam::000000000000:role/Signer';
/** A version of the contract that there is not. */
export const UNREADABLE = '99';
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000';
export const TOPIC = 'arn:aws:sns:us-east-1:000000000000:Consent';

const FUNCTION_TIMEOUT = 600;
const WAITING_FUNCTION_TIMEOUT = 900;

/** The timeout of the Lambda function that an event with these properties goes to, in seconds. */
export function functionTimeout({ WaitForConsent }: Properties): number {
  return WaitForConsent ? WAITING_FUNCTION_TIMEOUT : FUNCTION_TIMEOUT;
}

/** The service that a kind registers. */
export function serviceOf(kind: Kind): RegistrableService {
  switch (kind) {
    case 'pagerDuty': return 'pagerduty';
    case 'dynatrace': return 'dynatrace';
    case 'signedMcpServer': return 'mcpserversigv4';
    case 'channel':
    case 'adoptedChannel': return 'eventChannel';
    default: return 'mcpserver';
  }
}

/** The properties of a registration as CloudFormation hands them to the handler. */
export function properties(slot: Slot, logicalId: string, variant: Variant): Properties {
  const service = serviceOf(slot.kind);
  const details = detailsOf(slot.kind, logicalId, variant);
  const needsConsent = slot.kind === 'consented' && !variant.token;
  const wait = needsConsent && (slot.wait || variant.wait) ? { WaitForConsent: { TopicArn: TOPIC, TimeoutSeconds: '300' } } : {};
  return {
    ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:Handler',
    ServiceTimeout: String(3 * functionTimeout(wait) + 240),
    Contract: variant.broken ? UNREADABLE : '1',
    Service: service,
    // A channel has nothing of its own that could change.
    Request: {
      name: `Tools ${logicalId}`,
      serviceDetails: { [service]: details },
      ...(service === 'eventChannel' && variant.config === 1 ? { kmsKeyArn: KEY } : {}),
    },
    ...(variant.tags > 0 ? { Tags: variant.tags === 1 ? { team: 'sre' } : { team: 'ops', stage: 'test' } } : {}),
    ...(variant.revision > 0 ? { CredentialsRevision: `r${variant.revision}` } : {}),
    ...(slot.retain || variant.retain ? { Retain: 'true' } : {}),
    ...(slot.kind === 'adoptedChannel' && variant.config < 2 ? { AdoptExisting: 'true' } : {}),
    ...(needsConsent ? { Authorized: String(variant.authorized) } : {}),
    ...wait,
  };
}

function detailsOf(kind: Kind, logicalId: string, { config, pinned, token }: Variant): object {
  const leaf = (secret: string, field?: string) => ({
    $secret: secret, ...(field ? { field } : {}), ...(pinned > 0 ? { versionId: `v${pinned}` } : {}),
  });
  const oAuthClientCredentials = { clientId: leaf(OAUTH_SECRET, 'id'), clientSecret: leaf(OAUTH_SECRET, 'secret') };
  const endpoint = `https://mcp.example.com/${config}`;
  const bearer = { bearerToken: { tokenName: 'token', tokenValue: leaf(TOKEN_SECRET) } };
  switch (kind) {
    case 'pagerDuty': {
      const account = { $uniqueKey: `as_account-us.${config === 2 ? 'globex' : 'acme'}` };
      const scopes = config === 1 ? ['incidents.read', 'users.read', account] : ['incidents.read', account];
      return { scopes, authorizationConfig: { oAuthClientCredentials } };
    }
    case 'mcpServer':
      return { name: { $uniqueName: `Tools${logicalId}` }, endpoint, authorizationConfig: bearer };
    case 'namedMcpServer': {
      const name = { $uniqueKey: config === 2 ? 'drills' : 'runbooks' };
      return { name, endpoint, authorizationConfig: bearer };
    }
    case 'dynatrace':
      return { accountUrn: `urn:dtaccount:00000000-0000-0000-0000-00000000000${config}`, authorizationConfig: { oAuthClientCredentials } };
    case 'signedMcpServer':
      return {
        name: { $uniqueName: `Tools${logicalId}` },
        endpoint,
        authorizationConfig: { region: 'us-east-1', service: 'execute-api', mcpRoleArn: ROLE },
      };
    case 'channel':
    case 'adoptedChannel':
    case 'association':
      return { type: { $uniqueKey: 'webhook' } };
    case 'consented':
      return {
        name: { $uniqueName: `Tools${logicalId}` },
        endpoint,
        authorizationConfig: token ? bearer : { authorizationDiscovery: { returnToEndpoint: 'https://us-east-1.console.aws.amazon.com/' } },
      };
  }
}
