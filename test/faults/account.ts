import { OAUTH_SECRET, Properties, ROLE, TOKEN_SECRET } from './registrations';
import { Conditions, Foreigner } from './schedule';
import { VirtualTime } from './time';
import { TAG } from '../../src/private/contract';
import { RegistrableService } from '../simulator/model';
import { DevOpsAgentService, RegisterServiceInput } from '../simulator/service';

export const PROVIDER = 'Tools/DevOpsAgentProvider';

/** A version of a secret, and when it was the current one. */
interface Version {
  readonly id: string;
  readonly text: string;
  readonly from: number;
  until: number;
}

/** What was handed to RegisterService, as it was handed over. */
export type Registered = RegisterServiceInput;

/** The account: the API with all that is registered, the secrets, the foreigners. */
export class Account {
  public readonly service: DevOpsAgentService;
  public readonly secrets = new Map<string, Version[]>();
  public readonly foreign: ReadonlyMap<string, string>;
  /** What each service was registered with, by its id; what waits for consent, by its page. */
  public readonly registered = new Map<string, Registered>();
  /** Every value that must not turn up anywhere. */
  public readonly canaries: Record<string, string> = {};
  private ids = 0;

  constructor(private readonly time: VirtualTime, public readonly conditions: Conditions) {
    const { listLag, tagsLag, getLag, nameLinger, disassociateLag, conflictStyle, associatedStyle, pendingHoldsIdentity, pageSize } = conditions;
    this.service = new DevOpsAgentService({ now: () => time.now() + conditions.apiSkew }, {}, '000000000000', 'us-east-1', () => this.newId());
    this.foreign = new Map(conditions.foreigners.map((foreigner) => this.register(foreigner)));
    this.service.configure({
      listLagMs: listLag,
      tagsLagMs: tagsLag,
      getLagMs: getLag,
      nameReleaseMs: nameLinger,
      disassociateLagMs: disassociateLag,
      conflictStyle,
      associatedStyle,
      pendingHoldsKey: pendingHoldsIdentity,
      pageSize,
      fence: { tagKey: TAG.provider, tagValue: PROVIDER },
    });
    // Two, so that there is something to pin to.
    for (let version = 1; version <= 2; version++) {
      this.rotate(OAUTH_SECRET);
      this.rotate(TOKEN_SECRET);
    }
  }

  /** Makes a new version of a secret the current one. */
  public rotate(secretId: string): void {
    const versions = this.secrets.get(secretId) ?? [];
    const id = `v${versions.length + 1}`;
    const canary = (field: string) => {
      const value = `${secretId.slice(-12, -7)}-${field}-${id}-hX&"7q`;
      this.canaries[`${field} ${id}`] = value;
      return value;
    };
    const text = secretId === OAUTH_SECRET ? JSON.stringify({ id: canary('client'), secret: canary('password') }) : canary('bearer');
    if (versions.length > 0) {
      versions[versions.length - 1].until = this.time.now();
    }
    this.secrets.set(secretId, [...versions, { id, text, from: this.time.now(), until: Infinity }]);
  }

  /** The version asked for, or the current one; nothing once the secret is gone. */
  public version(secretId: string, versionId?: string, versionStage = 'AWSCURRENT'): Version | undefined {
    const versions = this.secrets.get(secretId) ?? [];
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

  /** What a person does with the page; absent where the API refuses that by now. */
  public consent(url: string): string | undefined {
    try {
      const serviceId = this.service.consent(url);
      this.registered.set(serviceId, this.registered.get(url)!);
      return serviceId;
    } catch {
      return undefined;
    }
  }

  private newId(): string {
    return `00000000-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`;
  }

  private register(foreigner: Foreigner): [string, string] {
    const credentials = { oAuthClientCredentials: { clientId: 'theirs', clientSecret: 'theirs' } };
    const bearer = { bearerToken: { tokenName: 'token', tokenValue: 'theirs' } };
    const inputs: Record<Foreigner, Properties> = {
      sameName: {
        service: 'dynatrace',
        name: 'Tools A',
        serviceDetails: { dynatrace: { accountUrn: 'urn:dtaccount:00000000-0000-0000-0000-000000000000', authorizationConfig: credentials } },
      },
      account: {
        service: 'pagerduty',
        name: 'Tools A',
        serviceDetails: { pagerduty: { scopes: ['incidents.read', 'as_account-us.globex'], authorizationConfig: credentials } },
      },
      serverName: {
        service: 'mcpserver',
        name: 'Tools A',
        serviceDetails: { mcpserver: { name: 'drills', endpoint: 'https://mcp.example.com/0', authorizationConfig: bearer } },
      },
      channel: { service: 'eventChannel', name: 'Theirs', serviceDetails: { eventChannel: { type: 'webhook' } } },
      bystander: {
        service: 'mcpserver',
        name: 'Tools A',
        serviceDetails: { mcpserver: { name: 'theirs', endpoint: 'https://mcp.example.com/0', authorizationConfig: bearer } },
      },
    };
    // With the same provider's mark: the fence of the role does not protect it.
    const tags = { [TAG.provider]: PROVIDER, [TAG.owner]: 'f'.repeat(32), [TAG.request]: 'theirs' };
    const { serviceId } = this.service.registerService({ ...inputs[foreigner], tags } as unknown as RegisterServiceInput);
    this.registered.set(serviceId!, { ...inputs[foreigner], tags } as unknown as Registered);
    return [serviceId!, JSON.stringify(tags)];
  }
}
