import { Account } from './account';
import { CloudFormation } from './cloudformation';
import { Deployments, isExpress } from './deployments';
import { check } from './invariants';
import { Lambda } from './lambda';
import { SOONEST_AGAIN } from './limits';
import { OAUTH_SECRET, serviceOf, TOKEN_SECRET } from './registrations';
import { Report } from './report';
import { Deployment, Schedule } from './schedule';
import { Mutation } from './seams';
import { VirtualTime } from './time';
import { User } from './user';
import { pairOf } from '../../lambda/associations/ownership';
import { parsePhysicalId } from '../../lambda/wire/physical-id';
import { configurationOf } from '../simulator/association-samples';

const START = Date.UTC(2026, 0, 1);
const LONGEST = 72 * 3_600_000;

export interface RunOptions {
  /** Whether the report tells what happened, line by line. */
  readonly traced?: boolean;
  /** The mutation of the handler. */
  readonly mutation?: Mutation;
}

/** Runs one schedule to its end, and checks what exists then. */
export async function run(schedule: Schedule, { traced = false, mutation }: RunOptions = {}): Promise<Report> {
  const time = new VirtualTime(START);
  const report = new Report(() => time.now() - START, traced);
  const account = new Account(time, schedule.conditions);
  const cloudFormation = new CloudFormation(time, account, report);
  const deployments = new Deployments(time, account, schedule, cloudFormation, report);
  const user = new User(time, account, schedule.user, (requestId) => cloudFormation.wants(requestId), report);
  cloudFormation.show = (text) => user.show(text);
  cloudFormation.lambda = new Lambda(time, account, schedule, {
    describe: (stackId, logicalId) => cloudFormation.describe(stackId, logicalId),
    stackStatus: (stackId) => cloudFormation.stackStatus(stackId),
    mustStay: (serviceId, sent) => cloudFormation.mustStay(serviceId, sent),
    answered: (sent, body) => cloudFormation.answered(sent, body),
    published: (message) => user.show(message),
    took: (sent, operation, isHeard) => cloudFormation.took(sent, operation, isHeard),
    deniedUntil: (sent, operation) => cloudFormation.deniedUntil(sent, operation),
  }, report, mutation);

  let failure: unknown;
  void (async () => {
    if (schedule.twin) {
      await deployments.createTwin(schedule.twin);
    }
    for (const [i, deployment] of schedule.deployments.entries()) {
      account.service.clearRefusals();
      account.mend();
      if (i === 1 && schedule.conditions.crowd) {
        account.crowd(schedule.slots[0].kind);
      }
      if (deployment.removedByHand !== null) {
        // Not while a second delivery is still taken for the first: it would register once more.
        await time.sleep(SOONEST_AGAIN);
      }
      meddle(deployment, schedule, time, account, cloudFormation);
      // The next deployment begins once the API shows what users did, or at once after one that it need not wait for.
      await time.sleep(isExpress(schedule.deployments[i - 1]) ? 500 : 5_000);
      await deployments.deploy(deployment);
      await time.sleep(isExpress(deployment) ? 0 : deployment.pause * 1000);
    }
    await Promise.all(deployments.background);
    if (schedule.twin && !schedule.twin.stays) {
      await deployments.deleteTwin();
    }
  })().catch((error: unknown) => failure = error);
  try {
    await time.run(LONGEST);
  } catch (error) {
    report.violation((error as Error).message);
  }
  if (failure) {
    throw failure;
  }
  check(account, cloudFormation, user, report);
  return report;
}

/** Does what users do beside the deployment. */
function meddle(
  { rotates, badCredentials, refused, associated, removedByHand }: Deployment, { slots }: Schedule,
  time: VirtualTime, account: Account, cloudFormation: CloudFormation,
): void {
  const { service } = account;
  if (refused !== null && slots[refused]) {
    account.refuseOnce(serviceOf(slots[refused].kind));
  }
  const resourceOf = (slot: number) => {
    const stack = cloudFormation.current();
    return stack?.state === 'live' ? stack.resources.get('ABC'[slot]) : undefined;
  };
  const registered = (slot: number) => {
    const named = parsePhysicalId(resourceOf(slot)?.physicalId);
    const id = named.kind === 'service' && !account.foreign.has(named.serviceId) ? named.serviceId : undefined;
    return service.snapshot().services.find(({ serviceId }) => serviceId === id);
  };
  if (rotates) {
    account.rotate(OAUTH_SECRET);
    account.rotate(TOKEN_SECRET);
  }
  if (badCredentials) {
    account.rotate(OAUTH_SECRET, true);
    account.rotate(TOKEN_SECRET, true);
  }
  const removed = removedByHand === null ? undefined : registered(removedByHand);
  if (removed) {
    try {
      service.deregisterService({ serviceId: removed.serviceId });
      const { physicalId } = resourceOf(removedByHand!)!;
      cloudFormation.stacks.flatMap(({ resources }) => [...resources.values()])
        .filter((resource) => resource.physicalId === physicalId)
        .forEach((resource) => resource.troubled = true);
    } catch {
      // Refused to users as well, shortly after an association.
    }
  }
  if (associated?.space !== undefined && account.spaces.ids.length > 0) {
    const { kind } = slots[associated.slot] ?? {};
    const pair = kind === 'association' ? pairOf(resourceOf(associated.slot)?.physicalId) : undefined;
    const serviceId = pair?.serviceId ?? registered(associated.slot)?.serviceId;
    const undo = serviceId === undefined ? undefined : account.spaces.associate(account.spaces.ids[associated.space], serviceId);
    if (undo && associated.until !== null) {
      time.at(time.now() + associated.until * 1000, undo);
    }
    return;
  }
  const used = associated && registered(associated.slot);
  if (used) {
    const { agentSpaceId } = service.createAgentSpace('Operations');
    account.spaces.usedByOthers.add(used.serviceId);
    const { association } = service.associateService({ agentSpaceId, serviceId: used.serviceId, configuration: configurationOf(used.serviceType) });
    if (associated.until !== null) {
      time.at(time.now() + associated.until * 1000, () => service.disassociateService({ agentSpaceId, associationId: association.associationId }));
    }
  }
}
