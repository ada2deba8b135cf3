/** The Agent Spaces of a schedule, the secrets that receive webhooks, and what others have associated. */
import { SHARED } from './associations';
import { AssociationConditions } from './schedule';
import { VirtualTime } from './time';
import { recordOf, spaceHash } from '../../lambda/associations/record';
import { CallError } from '../../lambda/devops-agent';
import { SecretVersion, WhichVersion } from '../../lambda/ports';
import { configurationOf } from '../simulator/association-samples';
import { registration } from '../simulator/samples';
import { DevOpsAgentService, Snapshot } from '../simulator/service';

type Association = Snapshot['associations'][number];

/** An association of others, as they left it. */
interface Others {
  readonly association: Association;
  readonly since: number;
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** The most staging labels that a secret has. */
const MOST_LABELS = 20;

export class AgentSpaces {
  /** The ids of the spaces as templates name them now. */
  public readonly ids: string[] = [];
  /** By Agent Space and service. */
  public readonly others = new Map<string, Others>();
  /** The services that others have associated at any time. */
  public readonly usedByOthers = new Set<string>();
  /** The spaces that users have removed by hand, associations and all. */
  public readonly removed = new Set<string>();
  /** The revision that the event asked for which made a webhook, by the webhook's id. */
  public readonly revisions = new Map<string, string>();
  /** The request of the event that wrote a version of a secret, by the version's id. */
  public readonly writers = new Map<string, string>();
  /** The services of other stacks, by the resource that associates them. */
  private readonly shared = new Map<string, string>();
  /** The versions of each secret by their ids, and the ids by their labels. */
  private readonly secrets = new Map<string, { readonly versions: Map<string, string>; readonly labels: Map<string, string> }>();

  constructor(private readonly service: DevOpsAgentService, private readonly time: VirtualTime) {}

  /** Makes the spaces, and lets the API behave as a schedule says. */
  public prepare(count: number, { ids, busy, young, youngError, exclusive, normalised, overwrittenWebhook }: AssociationConditions): void {
    this.service.configure({
      associationIds: ids,
      busySpaceMs: busy,
      youngSpaceMs: young,
      youngSpaceError: youngError,
      exclusiveTargets: exclusive,
      normalised,
      overwrittenWebhook,
      // Which services have webhooks is not published.
      webhookTypes: { ...this.service.options.webhookTypes, mcpserver: 'hmac', mcpserversigv4: 'apikey' },
    });
    for (let i = 0; i < count; i++) {
      this.ids.push(this.make());
    }
  }

  /** Replaces a space in the course of an update. CloudFormation deletes the one that is obsolete at the end. */
  public replace({ space, byHand }: { readonly space: number; readonly byHand: boolean }): { readonly done: () => void; readonly undo: () => void } {
    const before = this.ids[space];
    const made = this.make();
    this.ids[space] = made;
    if (byHand) {
      this.removeByHand(before);
    }
    return {
      done: () => this.remove(before),
      undo: () => {
        this.remove(made);
        // Users do not deploy a template once more whose Agent Space is gone.
        this.ids[space] = byHand ? this.make() : before;
      },
    };
  }

  /** The service of another stack that a resource associates. */
  public readonly sharedService = (owner: string): string => {
    const known = this.shared.get(owner);
    if (known !== undefined) {
      return known;
    }
    const { fence } = this.service.options;
    this.service.configure({ fence: undefined });
    const { serviceId } = this.service.registerService(registration(SHARED, {}, { name: 'Shared', tags: { team: 'theirs' } }));
    this.service.configure({ fence });
    this.shared.set(owner, serviceId!);
    return serviceId!;
  };

  public isShared(serviceId: string): boolean {
    return [...this.shared.values()].includes(serviceId);
  }

  /**
   * Others associate a service, unless the space is associated with it, or the service's record says that it may be. Returns
   * what undoes it.
   */
  public associate(agentSpaceId: string, serviceId: string): (() => void) | undefined {
    const { service } = this;
    const one = service.snapshot().services.find((candidate) => candidate.serviceId === serviceId)!;
    if (this.find(agentSpaceId, serviceId) || recordOf(one.tags).includes(spaceHash(agentSpaceId))) {
      return undefined;
    }
    try {
      service.associateService({ agentSpaceId, serviceId, configuration: configurationOf(one.serviceType) });
    } catch {
      // The space has the target already, or is busy.
      return undefined;
    }
    const pair = pairOf(agentSpaceId, serviceId);
    const others = { association: this.find(agentSpaceId, serviceId)!, since: this.time.now() };
    this.others.set(pair, others);
    this.usedByOthers.add(serviceId);
    const undo = () => {
      if (this.others.get(pair) === others) {
        try {
          service.disassociateService({ agentSpaceId, associationId: others.association.associationId });
          this.others.delete(pair);
        } catch {
          // The space is busy.
          this.time.at(this.time.now() + 1000, undo);
        }
      }
    };
    return undo;
  }

  public find(agentSpaceId: string, serviceId: string): Association | undefined {
    return this.service.snapshot().associations.find((one) => one.agentSpaceId === agentSpaceId && one.serviceId === serviceId);
  }

  /** Whether an association is one of others: where templates have none, all are. */
  public isOthers({ agentSpaceId, serviceId }: { readonly agentSpaceId: string; readonly serviceId: string }): boolean {
    return this.ids.length === 0 || this.others.has(pairOf(agentSpaceId, serviceId));
  }

  /** Whether a secret is one that receives a webhook. */
  public isHook(secretId: string): boolean {
    return secretId.includes(':secret:hook-');
  }

  /** The text of a version of a secret that receives a webhook. */
  public read(secretId: string, { versionStage = CURRENT }: WhichVersion = {}): Required<SecretVersion> {
    const { versions, labels } = this.secret(secretId);
    const versionId = labels.get(versionStage);
    if (versionId === undefined) {
      throw new CallError('GetSecretValue', 'ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret value', 400);
    }
    return { versionId, text: versions.get(versionId)! };
  }

  public write(secretId: string, { versionId, text }: Required<SecretVersion>, stages: readonly string[]): void {
    const { versions, labels } = this.secret(secretId);
    if (versions.has(versionId)) {
      if (versions.get(versionId) !== text) {
        throw new CallError('PutSecretValue', 'ResourceExistsException', 'A version with this id exists, and has another value', 400);
      }
      return;
    }
    versions.set(versionId, text);
    if (stages.includes(CURRENT)) {
      labels.set(PREVIOUS, labels.get(CURRENT)!);
    }
    stages.forEach((stage) => labels.set(stage, versionId));
    if (labels.size > MOST_LABELS) {
      throw new CallError('PutSecretValue', 'LimitExceededException', 'the secret has too many labels', 400);
    }
  }

  private make(): string {
    return this.service.createAgentSpace('Operations').agentSpaceId;
  }

  /** Deletes a space as CloudFormation does: one that is associated stays. */
  private remove(agentSpaceId: string): void {
    try {
      this.service.deleteAgentSpace(agentSpaceId);
    } catch {
      // It is still associated, or gone.
    }
  }

  /** Removes a space by hand, with all its associations. */
  private removeByHand(agentSpaceId: string): void {
    this.service.deleteAgentSpace(agentSpaceId, { force: true });
    this.removed.add(agentSpaceId);
    [...this.others].filter(([, { association }]) => association.agentSpaceId === agentSpaceId).forEach(([pair]) => this.others.delete(pair));
  }

  private secret(secretId: string) {
    const known = this.secrets.get(secretId) ?? {
      versions: new Map([['made', JSON.stringify({ webhookUrl: 'pending', webhookSecret: 'pending' })]]), labels: new Map([[CURRENT, 'made']]),
    };
    this.secrets.set(secretId, known);
    return known;
  }
}

export function pairOf(agentSpaceId: string, serviceId: string): string {
  return `${agentSpaceId} ${serviceId}`;
}
