import { AgentSpaces } from './agent-spaces';
import { SPACES } from './associations';
import { Kind, OAUTH_SECRET, Properties, ROLE, serviceOf, TOKEN_SECRET } from './registrations';
import { Conditions, Foreigner } from './schedule';
import { VirtualTime } from './time';
import { TAG } from '../../src/private/contract';
import { RegistrableService } from '../simulator/model';
import { hashOf } from '../simulator/redaction';
import { DevOpsAgentService, RegisterServiceInput } from '../simulator/service';

const CREDENTIALS = { oAuthClientCredentials: { clientId: 'theirs', clientSecret: 'theirs' } };
const BEARER = { bearerToken: { tokenName: 'token', tokenValue: 'theirs' } };

/** The services that others have registered before the first deployment. */
const FOREIGN: { readonly [foreigner in Foreigner]: Properties } = {
  sameName: {
    service: 'dynatrace',
    name: 'Tools A',
    serviceDetails: { dynatrace: { accountUrn: 'urn:dtaccount:00000000-0000-0000-0000-000000000000', authorizationConfig: CREDENTIALS } },
  },
  account: {
    service: 'pagerduty',
    name: 'Tools A',
    serviceDetails: { pagerduty: { scopes: ['incidents.read', 'as_account-us.globex'], authorizationConfig: CREDENTIALS } },
  },
  serverName: {
    service: 'mcpserver',
    name: 'Tools A',
    serviceDetails: { mcpserver: { name: 'drills', endpoint: 'https://mcp.example.com/0', authorizationConfig: BEARER } },
  },
  channel: { service: 'eventChannel', name: 'Theirs', serviceDetails: { eventChannel: { type: 'webhook' } } },
  bystander: {
    service: 'mcpserver',
    name: 'Tools A',
    serviceDetails: { mcpserver: { name: 'theirs', endpoint: 'https://mcp.example.com/0', authorizationConfig: BEARER } },
  },
};

export const PROVIDER = 'Tools/DevOpsAgentProvider';

/** The tags of those services: with the same provider, so that the fence of the role does not protect them. */
const FOREIGN_TAGS = { [TAG.provider]: PROVIDER, [TAG.stack]: 'arn:aws:cloudformation:us-east-1:000000000000:stack/Theirs/1', [TAG.resource]: 'Theirs' };

/** A version of a secret, and when it was the current one. */
interface Version {
  readonly id: string;
  readonly text: string;
  readonly from: number;
  until: number;
  /** Whether the services do not accept it. */
  readonly isBad: boolean;
}

/** The input of a RegisterService. */
export type Registered = RegisterServiceInput;

/** The account: the API with all that is registered, the secrets, the foreigners. */
export class Account {
  public readonly service: DevOpsAgentService;
  public readonly secrets = new Map<string, Version[]>();
  public readonly spaces: AgentSpaces;
  public readonly foreign = new Map<string, string>();
  /** The input that each service was registered with, by its id; by its page if it waits for consent. */
  public readonly registered = new Map<string, Registered>();
  /** Which resource of which stack each of them was registered for. */
  public readonly registeredFor = new Map<string, string>();
  /** The secrets that were deleted. Their versions still say what was registered before. */
  private readonly deletedSecrets = new Set<string>();
  /** Every value that must not turn up anywhere. */
  public readonly canaries: Record<string, string> = {};
  private ids = 0;

  constructor(private readonly time: VirtualTime, public readonly conditions: Conditions) {
    const { listLag, tagsLag, getLag, nameRelease, disassociateLag, conflictStyle, associatedStyle, pendingHoldsIdentity, pageSize } = conditions;
    this.service = new DevOpsAgentService({ now: () => time.now() + conditions.apiSkew }, {}, '000000000000', 'us-east-1', () => this.newId());
    conditions.foreigners.forEach((foreigner) => this.register(FOREIGN[foreigner], foreigner === 'channel' ? { [TAG.provider]: PROVIDER } : FOREIGN_TAGS));
    this.service.configure({
      listLagMs: listLag,
      tagsLagMs: tagsLag,
      getLagMs: getLag,
      nameReleaseMs: nameRelease,
      disassociateLagMs: disassociateLag,
      conflictStyle,
      associatedStyle,
      pendingHoldsKey: pendingHoldsIdentity,
      pageSize,
      fence: { tagKey: TAG.provider, tagValue: PROVIDER },
    });
    this.spaces = new AgentSpaces(this.service, time);
    if (conditions.associations) {
      this.spaces.prepare(SPACES, conditions.associations);
    }
    // Two, so that there is something to pin to.
    for (let version = 1; version <= 2; version++) {
      this.rotate(OAUTH_SECRET);
      this.rotate(TOKEN_SECRET);
    }
  }

  /** Makes a new version of a secret the current one. */
  public rotate(secretId: string, isBad = false): void {
    this.deletedSecrets.delete(secretId);
    const versions = this.secrets.get(secretId) ?? [];
    const id = `v${versions.length + 1}`;
    const canary = (field: string) => {
      const value = `${secretId.slice(-12, -7)}-${field}-${id}-hX&"7q`;
      this.canaries[`${field} ${id}`] = value;
      if (isBad) {
        this.service.refuse({ credential: hashOf(value), message: 'The credential is not valid' });
      }
      return value;
    };
    const text = secretId === OAUTH_SECRET ? JSON.stringify({ id: canary('client'), secret: canary('password') }) : canary('bearer');
    if (versions.length > 0) {
      versions[versions.length - 1].until = this.time.now();
    }
    this.secrets.set(secretId, [...versions, { id, text, from: this.time.now(), until: Infinity, isBad }]);
  }

  /** Deletes the secrets, until each of them gets another version. */
  public deleteSecrets(): void {
    [...this.secrets].forEach(([secretId, versions]) => {
      this.deletedSecrets.add(secretId);
      versions.at(-1)!.until = this.time.now();
    });
  }

  /** Replaces bad versions of the secrets by good ones. */
  public mend(): void {
    [...this.secrets.keys()].filter((secretId) => this.version(secretId)?.isBad).forEach((secretId) => this.rotate(secretId));
  }

  /** The version asked for, or the current one; nothing once the secret is gone. */
  public version(secretId: string, versionId?: string, versionStage = 'AWSCURRENT'): Version | undefined {
    const versions = this.deletedSecrets.has(secretId) ? [] : this.secrets.get(secretId) ?? [];
    return versionId === undefined ? versions[versions.length - (versionStage === 'AWSPREVIOUS' ? 2 : 1)] : versions.find(({ id }) => id === versionId);
  }

  /** A role that was made now: it cannot be assumed yet. */
  public makeRole(): void {
    this.service.refuse({
      roleArn: ROLE,
      until: this.time.now() + this.conditions.apiSkew + this.conditions.roleNotReady,
      message: `The role ${ROLE} cannot be assumed`,
    });
  }

  /** Lets the service not accept the next registration of a type. */
  public refuseOnce(service: RegistrableService): void {
    this.service.refuse({ service, times: 1, message: 'The endpoint was not accepted' });
  }

  /** Consents on a page. Returns the service, or nothing if the API refuses that by now. */
  public consent(url: string): string | undefined {
    try {
      const serviceId = this.service.consent(url);
      this.registered.set(serviceId, this.registered.get(url)!);
      this.registeredFor.set(serviceId, this.registeredFor.get(url)!);
      return serviceId;
    } catch {
      return undefined;
    }
  }

  /** Lets others register six services with the display name of a registration, some of them without any tags. */
  public crowd(kind: Kind): void {
    const service = serviceOf(kind);
    if (service === 'eventChannel') {
      return;
    }
    // The provider of the others is another one, so the fence protects what they register.
    const { fence } = this.service.options;
    this.service.configure({ fence: undefined });
    for (let i = 1; i <= 6; i++) {
      const details: { readonly [service: string]: object } = {
        pagerduty: { scopes: ['incidents.read', `as_account-us.crowd${i}`], authorizationConfig: CREDENTIALS },
        dynatrace: { accountUrn: `urn:dtaccount:00000000-0000-0000-0000-00000000010${i}`, authorizationConfig: CREDENTIALS },
        mcpserver: { name: `crowd${i}`, endpoint: 'https://mcp.example.com/0', authorizationConfig: BEARER },
        mcpserversigv4: {
          name: `crowd${i}`,
          endpoint: 'https://mcp.example.com/0',
          authorizationConfig: { region: 'us-east-1', service: 'execute-api', mcpRoleArn: 'arn:aws:iam::000000000000:role/Theirs' },
        },
      };
      this.register({ service, name: 'Tools A', serviceDetails: { [service]: details[service] } }, i % 2 === 0 ? {} : { team: 'theirs' });
    }
    this.service.configure({ fence });
  }

  private newId(): string {
    return `00000000-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`;
  }

  private register(input: Properties, tags: { readonly [key: string]: string }): void {
    const registered = { ...input, tags } as unknown as RegisterServiceInput;
    const { serviceId } = this.service.registerService(registered);
    this.registered.set(serviceId!, registered);
    this.foreign.set(serviceId!, JSON.stringify(tags));
  }
}
