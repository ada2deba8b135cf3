/** The model of CloudFormation's deployments: which events it sends in which order, and what it makes of the answers. */
import { Account } from './account';
import { nameOf, serviceAssociation, withAssociations } from './associations';
import { CloudFormation } from './cloudformation';
import { isTakenAsItIs, mayBeRenewed, mayBeUsedAgain, mayHaveStrayed, mayHaveStrayedSince } from './limits';
import { ownerIn, ownerOf } from './ownership';
import { OAUTH_SECRET, properties, Properties, Slot, TOKEN_SECRET } from './registrations';
import { Report } from './report';
import { Deployment, Schedule, Twin } from './schedule';
import { Answer } from './sent';
import { isRetained, Obsolete, Resource, Stack } from './stack';
import { VirtualTime } from './time';
import { pairOf } from '../../lambda/associations/ownership';

const CLEANUP_ATTEMPTS = 3;
const ROLLBACK_ATTEMPTS = 2;
/** The time until a user continues a rollback that failed. */
const CONTINUES_AFTER = 20_000;

/** The part of a deployment that a stack is created with. */
type Creation = Pick<Deployment, 'template' | 'neighbourFails' | 'rollback'>;

/** A resource as a template has it. */
interface Desired {
  readonly logicalId: string;
  readonly slot: Slot;
  readonly properties: Properties;
}

/** An update of a resource that is to be rolled back. */
interface Tried {
  readonly resource: Resource;
  /** The resource before the update. */
  readonly was: Resource;
  readonly tried: Properties;
}

/** Deploys stacks of registrations as AWS CloudFormation orders their events. */
export class Deployments {
  /** Deletions of stacks that the next deployment does not wait for. */
  public readonly background: Promise<void>[] = [];

  constructor(
    private readonly time: VirtualTime,
    private readonly account: Account,
    private readonly schedule: Schedule,
    private readonly cloudFormation: CloudFormation,
    private readonly report: Report,
  ) {}

  public async deploy(deployment: Deployment): Promise<void> {
    const { time, account, cloudFormation } = this;
    const stack = cloudFormation.current();
    const live = stack && stack.state !== 'gone' ? stack : undefined;
    if (live) {
      live.spreadUntil = { all: 0, secrets: time.now() + account.conditions.spread };
    }
    if (live?.state === 'live' && isExpress(deployment)) {
      this.background.push(this.delete(live));
      // The next deployment creates a stack of that name again while the Deletes of this one run.
      live.state = 'gone';
      return;
    }
    if (live && (deployment.template === null || live.state === 'broken')) {
      if (deployment.secretsGone) {
        account.deleteSecrets();
      }
      await this.delete(live);
      if (deployment.secretsGone) {
        [OAUTH_SECRET, TOKEN_SECRET, OAUTH_SECRET, TOKEN_SECRET].forEach((secret) => account.rotate(secret));
      }
    }
    if (deployment.template === null || cloudFormation.current()?.state === 'broken') {
      return;
    }
    if (live?.state === 'live') {
      await this.update(live, deployment);
    } else {
      await this.create(deployment);
    }
  }

  /** Creates a second stack with the same logical ids. */
  public createTwin({ template }: Twin): Promise<void> {
    return this.create({ template, neighbourFails: null, rollback: true }, true);
  }

  public async deleteTwin(): Promise<void> {
    const twin = this.cloudFormation.stacks.find(({ isTwin }) => isTwin)!;
    if (twin.state !== 'gone') {
      await this.delete(twin);
    }
  }

  private async create(creation: Creation, isTwin = false): Promise<void> {
    const { time, account, cloudFormation: { stacks } } = this;
    const spread = time.now() + account.conditions.spread;
    const stack: Stack = {
      id: `arn:aws:cloudformation:us-east-1:000000000000:stack/${isTwin ? 'Twin' : 'Tools'}/${String(stacks.length + 1).padStart(4, '0')}`,
      isTwin,
      status: 'CREATE_IN_PROGRESS',
      resources: new Map(),
      state: 'live',
      obsolete: [],
      spreadUntil: { all: spread, secrets: spread },
    };
    stacks.push(stack);
    account.makeRole();
    this.report.note(() => `create the stack ${stack.id}`);
    const failure = new Failing(time, creation);
    await Promise.all([failure.neighbour, ...this.desired(stack, creation).map((desired) => this.createResource(stack, desired, failure))]);
    if (!failure.failed) {
      stack.status = 'CREATE_COMPLETE';
      return;
    }
    stack.state = 'broken';
    stack.status = 'CREATE_FAILED';
    if (creation.rollback) {
      await this.delete(stack, 'ROLLBACK');
    }
  }

  private async update(stack: Stack, deployment: Deployment): Promise<void> {
    const { resources } = stack;
    stack.status = 'UPDATE_IN_PROGRESS';
    this.report.note(() => 'update the stack');
    const failure = new Failing(this.time, deployment);
    const was = new Map([...resources].map(([id, resource]) => [id, { ...resource }]));
    const replacedSpace = deployment.spaceReplaced && this.account.spaces.replace(deployment.spaceReplaced);
    const desired = this.desired(stack, deployment);
    // A resource whose creation failed in an update that was not rolled back is created again.
    const isThere = ({ logicalId }: Desired) => resources.has(logicalId) && resources.get(logicalId)!.status !== 'CREATE_FAILED';
    const isChanged = (one: Desired) => {
      const { properties: current, tried } = resources.get(one.logicalId)!;
      return tried !== undefined || !same(current, one.properties);
    };
    const changed = desired.filter((one) => isThere(one) && isChanged(one));
    const added = desired.filter((one) => !isThere(one));
    const created = added.flatMap(({ logicalId }) => resources.get(logicalId) ?? []).map((resource) => obsoleteOf(resource));
    // An invented id cannot be told from the next one: it goes first.
    await this.clean(stack, created.filter(isInvented).map((one) => ({ ...one, dropped: true })));
    const remade = created.filter((one) => !isInvented(one));
    const replaced: Obsolete[] = [];
    const change = async ({ logicalId, properties: wire }: Desired) => {
      const resource = resources.get(logicalId)!;
      const before = obsoleteOf(resource);
      const old = deployment.oldTried ? resource.tried ?? resource.properties : resource.properties;
      if (!await this.updateResource(stack, resource, wire, old, failure.cancelled)) {
        failure.fail();
      } else if (resource.physicalId !== before.physicalId) {
        replaced.push(before);
      }
    };
    await Promise.all([failure.neighbour, ...changed.map(change), ...added.map((one) => this.createResource(stack, one, failure))]);

    if (!failure.failed) {
      stack.status = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
      const dropped = [...resources.values()].filter(({ logicalId }) => !desired.some((one) => one.logicalId === logicalId));
      await this.clean(stack, [...stack.obsolete.splice(0), ...remade, ...replaced, ...dropped.map((resource) => obsoleteOf(resource, true))]);
      replacedSpace?.done();
      stack.status = 'UPDATE_COMPLETE';
      return;
    }
    const tried = changed.map(({ logicalId, properties: wire }): Tried =>
      ({ resource: resources.get(logicalId)!, was: was.get(logicalId)!, tried: wire }));
    if (deployment.rollback) {
      this.report.note(() => 'roll back');
      const undone = added.map(({ logicalId }) => obsoleteOf(resources.get(logicalId)!, true));
      const rolledBack = await this.rollBack(stack, tried, deployment);
      stack.status = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
      await this.clean(stack, [...rolledBack, ...remade, ...undone]);
      replacedSpace?.undo();
      stack.status = 'UPDATE_ROLLBACK_COMPLETE';
      return;
    }
    const failed = deployment.preserve ? tried.filter(({ resource }) => resource.status === 'UPDATE_FAILED') : [];
    const preserved = await Promise.all(failed.map((one) => this.back(stack, one, deployment, 'UPDATE_ROLLBACK_IN_PROGRESS')));
    stack.status = 'UPDATE_FAILED';
    stack.obsolete.push(...remade, ...replaced, ...preserved.flatMap((obsolete) => obsolete ?? []));
  }

  private async delete(stack: Stack, operation: 'DELETE' | 'ROLLBACK' = 'DELETE'): Promise<void> {
    const { cloudFormation } = this;
    stack.status = `${operation}_IN_PROGRESS`;
    this.report.note(() => `delete the stack ${stack.id}`);
    await this.clean(stack, stack.obsolete.splice(0));
    const failed = await Promise.all([...stack.resources.values()].map(async (resource) => {
      if (resource.status === 'DELETE_COMPLETE' || resource.status === 'DELETE_SKIPPED') {
        return false;
      }
      if (isRetained(resource.properties)) {
        cloudFormation.leave(cloudFormation.retained, stack, resource, resource.physicalId!);
        cloudFormation.change(stack, resource, { status: 'DELETE_SKIPPED' });
        return false;
      }
      const { properties: wire, physicalId } = resource;
      const deleted = await cloudFormation.send(stack, resource, { type: 'Delete', properties: wire, physicalId, status: 'DELETE_IN_PROGRESS' });
      cloudFormation.change(stack, resource, { status: deleted?.ok ? 'DELETE_COMPLETE' : 'DELETE_FAILED', troubled: !deleted?.ok });
      return !deleted?.ok;
    }));
    stack.state = failed.includes(true) ? 'broken' : 'gone';
    stack.status = `${operation}_${failed.includes(true) ? 'FAILED' : 'COMPLETE'}`;
  }

  private async createResource(stack: Stack, { logicalId, slot, properties: wire }: Desired, failure: Failing): Promise<void> {
    const { cloudFormation } = this;
    const status = 'CREATE_IN_PROGRESS';
    const resource: Resource = { logicalId, slot, properties: wire, status, since: this.time.now(), troubled: false };
    stack.resources.set(logicalId, resource);
    cloudFormation.change(stack, resource, { status });
    const answer = await cloudFormation.send(stack, resource, { type: 'Create', properties: wire, status, cancelled: failure.cancelled });
    cloudFormation.change(stack, resource, {
      // CloudFormation invents an id for a Create that has no answer by then.
      physicalId: answer?.physicalId ?? `Tools-${logicalId}-1ABC${cloudFormation.sent.length}`,
      status: answer?.ok ? 'CREATE_COMPLETE' : 'CREATE_FAILED',
      troubled: !answer?.ok,
    });
    if (!answer?.ok) {
      failure.fail();
    }
  }

  private async updateResource(stack: Stack, resource: Resource, wire: Properties, old: Properties, cancelled: Promise<void>): Promise<boolean> {
    const { cloudFormation } = this;
    const { physicalId } = resource;
    const answer = await cloudFormation.send(stack, resource, {
      type: 'Update', properties: wire, physicalId, old, status: 'UPDATE_IN_PROGRESS', cancelled,
    });
    cloudFormation.change(stack, resource, answer?.ok
      ? { status: 'UPDATE_COMPLETE', troubled: false, physicalId: answer.physicalId, properties: wire, tried: undefined }
      : { status: 'UPDATE_FAILED', troubled: true, tried: wire });
    return answer?.ok ?? false;
  }

  /** Rolls updates of resources back. A rollback that fails is continued, at last without what failed. Returns what is obsolete then. */
  private async rollBack(stack: Stack, all: readonly Tried[], deployment: Deployment): Promise<Obsolete[]> {
    const { cloudFormation } = this;
    const obsolete: Obsolete[] = [];
    let open = all;
    stack.status = 'UPDATE_ROLLBACK_IN_PROGRESS';
    for (let attempt = 1; open.length > 0; attempt++) {
      const failed: Tried[] = [];
      await Promise.all(open.map(async (one) => {
        const left = await this.back(stack, one, deployment, 'UPDATE_IN_PROGRESS');
        obsolete.push(...left ?? []);
        failed.push(...left ? [] : [one]);
      }));
      open = failed;
      if (open.length > 0) {
        stack.status = 'UPDATE_ROLLBACK_FAILED';
        await this.time.sleep(CONTINUES_AFTER);
        stack.status = 'UPDATE_ROLLBACK_IN_PROGRESS';
      }
      if (attempt === ROLLBACK_ATTEMPTS) {
        for (const { resource, was, tried } of open) {
          obsolete.push(...former(resource, was, tried, was.physicalId!));
          cloudFormation.change(stack, resource, {
            status: 'UPDATE_COMPLETE', physicalId: was.physicalId, properties: was.properties, troubled: true, tried: undefined,
          });
        }
        open = [];
      }
    }
    return obsolete;
  }

  /** Rolls an update of a resource back. Returns what is obsolete then, or nothing if the rollback failed. */
  private async back(stack: Stack, { resource, was, tried }: Tried, { backWith }: Deployment, status: string): Promise<Obsolete[] | undefined> {
    const { cloudFormation, account } = this;
    const isReplaced = resource.physicalId !== was.physicalId;
    const physicalId = isReplaced && backWith === 'new' ? resource.physicalId : was.physicalId;
    // An update that was given up may have been in the middle of a delete-before-create.
    const givenUp = cloudFormation.sent.some(({ event, cancelled }) =>
      cancelled && event.RequestType === 'Update' && event.StackId === stack.id && event.LogicalResourceId === resource.logicalId);
    // An adopted service is its owner's to deregister.
    const own = ownerOf({ StackId: stack.id, LogicalResourceId: was.logicalId });
    const stillThere = !was.troubled && account.service.snapshot().services.some(({ serviceId, tags }) =>
      was.physicalId!.endsWith(`/${serviceId}`) && ownerIn(tags) === own);
    const since = this.time.now();
    const answer = await cloudFormation.send(stack, resource, {
      type: 'Update', properties: was.properties, physicalId, old: tried, status, rollsBack: true,
    });
    if (!answer?.ok) {
      cloudFormation.change(stack, resource, { status: 'UPDATE_FAILED' });
      return undefined;
    }
    if (stillThere && !givenUp && answer.physicalId !== was.physicalId && !mayBeRenewed(was.properties, tried, was.since, account)
      && !isTakenAsItIs(was, cloudFormation.retained) && !mayHaveStrayed(own, cloudFormation) && !mayHaveStrayedSince(own, since, cloudFormation)
      && !mayBeUsedAgain(answer.physicalId, cloudFormation.abandoned)) {
      this.report.violation(`the rollback of ${resource.logicalId} (${resource.slot.kind}) gives up a service that is still there`);
    }
    const obsolete = former(resource, was, tried, answer.physicalId);
    cloudFormation.change(stack, resource, {
      status: 'UPDATE_COMPLETE', physicalId: answer.physicalId, properties: was.properties, troubled: false, tried: undefined,
    });
    return obsolete;
  }

  /** Deletes what is obsolete. A deletion that fails every time is given up. */
  private async clean(stack: Stack, all: Obsolete[]): Promise<void> {
    const { cloudFormation } = this;
    // A physical id that is in use again is not obsolete any more.
    const isUsed = ({ resource, physicalId, dropped }: Obsolete) =>
      !dropped && (physicalId.startsWith('arn:') || pairOf(physicalId) !== undefined) && stack.resources.get(resource.logicalId)?.physicalId === physicalId;
    all.filter(isUsed).forEach(({ resource, physicalId }) => cloudFormation.leave(cloudFormation.reused, stack, resource, physicalId));
    await Promise.all(all.filter((one) => !isUsed(one)).map(async (one) => {
      const { resource, physicalId, dropped } = one;
      if (isRetained(one.properties)) {
        cloudFormation.leave(cloudFormation.retained, stack, resource, physicalId);
      } else {
        const remove = () => this.deleteObsolete(stack, one);
        if (!await (dropped ? remove() : cloudFormation.showCleanup(stack, resource, physicalId, remove))) {
          cloudFormation.leave(cloudFormation.abandoned, stack, resource, physicalId);
        }
      }
      if (dropped && stack.resources.get(resource.logicalId) === resource) {
        cloudFormation.drop(stack, resource);
      }
    }));
  }

  private async deleteObsolete(stack: Stack, { resource, physicalId, properties: wire, dropped }: Obsolete): Promise<boolean> {
    let deleted: Answer | undefined;
    for (let attempt = 1; attempt <= CLEANUP_ATTEMPTS && !deleted?.ok; attempt++) {
      deleted = await this.cloudFormation.send(stack, resource, {
        type: 'Delete', properties: wire, physicalId, ...(dropped ? { status: 'DELETE_IN_PROGRESS' } : {}),
      });
    }
    return deleted?.ok ?? false;
  }

  private desired({ id }: Stack, { template }: Pick<Deployment, 'template'>): Desired[] {
    const { spaces } = this.account;
    return this.schedule.slots.flatMap((slot, i) => {
      const variant = template?.[i];
      if (!variant) {
        return [];
      }
      const logicalId = 'ABC'[i];
      const owner = nameOf(id, logicalId);
      const wire = properties(slot, logicalId, variant);
      const whole = slot.kind === 'association' ? serviceAssociation(wire, slot, owner, variant, spaces) : withAssociations(wire, slot, owner, variant, spaces);
      return whole ? [{ logicalId, slot, properties: whole }] : [];
    });
  }
}

/** Whether the next deployment begins while this one still deletes the stack. */
export function isExpress(deployment?: Deployment): boolean {
  return deployment !== undefined && deployment.template === null && deployment.express;
}

/** Whether a deployment has failed yet, and which of its events that ends. */
class Failing {
  public failed = false;
  /** Settles when events are given up: with the first failure, unless nothing is to be rolled back. */
  public readonly cancelled: Promise<void>;
  /** Settles when the other resources of the stack are through. */
  public readonly neighbour: Promise<void>;
  private cancel?: () => void;

  constructor(time: VirtualTime, private readonly creation: Creation) {
    const { neighbourFails } = creation;
    this.cancelled = new Promise((resolve) => this.cancel = resolve);
    this.neighbour = neighbourFails === null ? Promise.resolve() : time.sleep(neighbourFails * 1000).then(() => this.fail());
  }

  public fail(): void {
    this.failed = true;
    if (this.creation.rollback) {
      this.cancel?.();
    }
  }
}

function obsoleteOf(resource: Resource, dropped = false): Obsolete {
  return { resource, physicalId: resource.physicalId!, properties: resource.properties, dropped };
}

/** The physical ids that a resource had before and after an update, without the one that it keeps. */
function former(resource: Resource, was: Resource, tried: Properties, kept: string): Obsolete[] {
  return [...new Set([was.physicalId!, resource.physicalId!])].filter((id) => id !== kept).map((physicalId) => ({
    resource, physicalId, properties: physicalId === was.physicalId ? was.properties : tried, dropped: false,
  }));
}

function isInvented({ physicalId }: Obsolete): boolean {
  return !physicalId.includes('/');
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
