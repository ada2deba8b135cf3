/** What has to hold of associations once nothing is under way any more. */
import { Account } from './account';
import { pairOf } from './agent-spaces';
import { Declared, declaredIn } from './associations';
import { CloudFormation } from './cloudformation';
import { mayBeAssociatedTwice, mayBeUnproven, mayHaveOverwritten, mayHaveStrayed, mayHaveStrayedAssociations } from './limits';
import { ownerIn, ownerOf } from './ownership';
import { Report } from './report';
import { Sent } from './sent';
import { Resource } from './stack';
import * as ownership from '../../lambda/associations/ownership';
import { parsePhysicalId } from '../../lambda/wire/physical-id';
import { ATTRIBUTE, PENDING_AUTHORIZATION, TAG } from '../../src/private/contract';
import { hashOf } from '../simulator/redaction';
import { Snapshot } from '../simulator/service';
import { isCaptured } from '../support/captured-webhook';

type Association = Snapshot['associations'][number];

/** Exactly the declared associations exist on exactly the live services, their webhooks captured, and those of others as they left them. */
export function checkAssociations(account: Account, cloudFormation: CloudFormation, report: Report): void {
  const { spaces, service } = account;
  if (spaces.ids.length === 0) {
    return;
  }
  const snapshot = service.snapshot();
  checkOthers(snapshot, account, report);
  const accounted = new Set<Association>();
  for (const stack of cloudFormation.stacks) {
    for (const resource of stack.resources.values()) {
      const owner = ownerOf({ StackId: stack.id, LogicalResourceId: resource.logicalId });
      const serviceId = serviceOf(resource, owner, snapshot);
      if (serviceId === undefined || resource.status === 'DELETE_COMPLETE') {
        continue;
      }
      const own = snapshot.associations.filter((one) => one.serviceId === serviceId && !spaces.others.has(pairOf(one.agentSpaceId, serviceId)));
      own.forEach((one) => accounted.add(one));
      const isUnsettled = resource.troubled || resource.status === 'DELETE_SKIPPED' || isLater(serviceId, owner, cloudFormation);
      if (isUnsettled || mayHaveStrayed(owner, cloudFormation) || mayHaveStrayedAssociations(owner, cloudFormation)) {
        continue;
      }
      // A service of another stack may be associated with other spaces by former resources that were retained.
      const about = resource.slot.kind === 'association' ? own.filter((one) => one.agentSpaceId === resource.properties.AgentSpaceId) : own;
      checkDeclared(resource, serviceId, about, account, cloudFormation, report);
    }
  }
  checkLeft(snapshot.associations.filter((one) => !accounted.has(one)), account, cloudFormation, report);
}

/** Whether something outside of the handler keeps an event from bringing its associations about. */
export function cannotAssociate(sent: Sent, account: Account, cloudFormation: CloudFormation): boolean {
  const { spaces } = account;
  const { slot, event, refusals, answer } = sent;
  if (slot.kind === 'association' && /it is associated already/.test(answer?.reason ?? '')) {
    const { AgentSpaceId: agentSpaceId, ServiceId: serviceId } = event.ResourceProperties as { readonly [property: string]: string };
    return mayBeLeft({ agentSpaceId, serviceId }, account, cloudFormation);
  }
  const declared = [event.ResourceProperties, event.OldResourceProperties ?? {}].flatMap((properties) => declaredIn(slot.kind, properties));
  return refusals.has('target') || declared.some(({ AgentSpaceId }) => spaces.removed.has(AgentSpaceId));
}

function checkOthers({ associations, webhooks }: Snapshot, { spaces }: Account, report: Report): void {
  for (const [pair, { association }] of spaces.others) {
    const live = associations.find((one) => pairOf(one.agentSpaceId, one.serviceId) === pair);
    if (!live) {
      report.violation('an association of others was removed');
    } else if (live.associationId !== association.associationId || live.updatedAt !== association.updatedAt) {
      report.violation('an association of others was overwritten');
    }
  }
  const alone = webhooks.filter(({ associationId }) => !associations.some((one) => one.associationId === associationId));
  if (alone.length > 0) {
    report.violation('a webhook outlives its association');
  }
}

/** The service that a resource stands for; none where it is another's, or none yet. */
function serviceOf({ slot, physicalId = '' }: Resource, owner: string, { services }: Snapshot): string | undefined {
  if (slot.kind === 'association') {
    return ownership.pairOf(physicalId)?.serviceId;
  }
  const id = parsePhysicalId(physicalId);
  return services.find(({ serviceId, tags }) => ownerIn(tags) === owner
    && ((id.kind === 'service' && id.serviceId === serviceId) || (id.kind === 'consent' && id.requestId === tags[TAG.request])))?.serviceId;
}

/** Whether a user consented to the service after the last answer: the event that resolves the consent associates it. */
function isLater(serviceId: string, owner: string, { sent }: CloudFormation): boolean {
  const last = sent.filter(({ event, answer }) => answer?.ok && event.RequestType !== 'Delete' && ownerOf(event) === owner).at(-1);
  return last?.answer?.data[ATTRIBUTE.serviceId] === PENDING_AUTHORIZATION && !last.answer.physicalId.endsWith(serviceId);
}

function checkDeclared(
  resource: Resource, serviceId: string, live: Association[], account: Account, cloudFormation: CloudFormation, report: Report,
): void {
  const { spaces, service } = account;
  const name = `${resource.logicalId} (${resource.slot.kind})`;
  const declared = declaredIn(resource.slot.kind, resource.properties).filter(({ AgentSpaceId }) => !spaces.removed.has(AgentSpaceId));
  for (const one of live.filter(({ agentSpaceId }) => !declared.some(({ AgentSpaceId }) => AgentSpaceId === agentSpaceId))) {
    report.violation(`${name} is associated with ${one.agentSpaceId}, which it does not declare`);
  }
  for (const { AgentSpaceId, Configuration, Capabilities = {}, Webhook } of declared) {
    const association = live.find(({ agentSpaceId }) => agentSpaceId === AgentSpaceId);
    if (!association) {
      report.violation(`${name} is not associated with ${AgentSpaceId}`);
      continue;
    }
    if (!same(association.configuration, Configuration) || !hasCapabilities(association, Capabilities)) {
      report.violation(`${name} is associated otherwise than it declares`);
    }
    if (Webhook) {
      const { versionId, text } = spaces.read(Webhook.SecretArn);
      if (mayHaveOverwritten(versionId, cloudFormation, account)) {
        continue;
      }
      if (!isCaptured(service, text, AgentSpaceId, serviceId)) {
        report.violation(`${name} has a secret that is not of its live webhook`);
      } else if (spaces.revisions.get(JSON.parse(text).webhookId) !== (Webhook.RotationRevision ?? '')) {
        report.violation(`${name} has a webhook of another revision`);
      }
    }
  }
}

/** No service of another stack stays associated for a resource that is gone. */
function checkLeft(left: Association[], account: Account, cloudFormation: CloudFormation, report: Report): void {
  const { spaces } = account;
  for (const { agentSpaceId, serviceId } of left) {
    const isOthers = spaces.others.has(pairOf(agentSpaceId, serviceId));
    if (spaces.isShared(serviceId) && !isOthers && !mayBeLeft({ agentSpaceId, serviceId }, account, cloudFormation)) {
      report.violation(`left over: the association of ${serviceId} with ${agentSpaceId}`);
    }
  }
}

/** Whether CloudFormation left an association of a service of another stack on purpose, or a Delete had no proof of whose it is. */
function mayBeLeft(pair: ownership.Pair, account: Account, cloudFormation: CloudFormation): boolean {
  const left = [...cloudFormation.retained, ...cloudFormation.abandoned, ...cloudFormation.stacks.flatMap(({ obsolete }) => obsolete)];
  return left.some(({ physicalId }) => physicalId === ownership.physicalIdOf(pair))
    || mayBeUnproven(pair, cloudFormation, account) || mayBeAssociatedTwice(pair, cloudFormation);
}

/** A snapshot shows hashes of what is sensitive. */
function same(shown: unknown, sent: Declared['Configuration']): boolean {
  return JSON.stringify(shown) === JSON.stringify(sent).replace(/[\w-]+@[\w.]+/g, hashOf);
}

function hasCapabilities({ capabilities = {} }: Association, sent: object): boolean {
  const enabled = Object.fromEntries(Object.entries(capabilities).filter(([, capability]) => (capability as { enabled?: boolean }).enabled));
  return JSON.stringify(enabled) === JSON.stringify(sent).replaceAll('{"$boolean":"true"}', 'true');
}
