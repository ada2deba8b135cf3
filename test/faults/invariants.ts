import { Account, Registered } from './account';
import { cannotAssociate, checkAssociations } from './association-invariants';
import { CloudFormation } from './cloudformation';
import { isTakenAsItIs, mayBeAbandoned, mayBeDoubled, mayBeOrphaned, mayCollide, mayHaveLostRecord, mayHaveOldTags, mayHavePrevious, mayHaveStrayed, mayStay } from './limits';
import { ownerIn, ownerOf } from './ownership';
import { Properties, UNREADABLE } from './registrations';
import { Report } from './report';
import { Sent } from './sent';
import { Left, Resource } from './stack';
import { User } from './user';
import { parsePhysicalId } from '../../lambda/wire/physical-id';
import { TAG } from '../../src/private/contract';
import { Snapshot } from '../simulator/service';
import { formsOf } from '../support/leaks';

type Service = Snapshot['services'][number];

/** Checks what has to hold once nothing is under way any more. */
export function check(account: Account, cloudFormation: CloudFormation, user: User, report: Report): void {
  const { services } = account.service.snapshot();
  checkAnswers(cloudFormation, report);
  checkFailures(account, cloudFormation, report);
  checkForeign(services, account, report);
  checkExistence(services, account, cloudFormation, user, report);
  checkAssociations(account, cloudFormation, report);
  checkSecrecy(account, report);
}

/** The longest delay of an event that still has to be done. */
const LATEST = 600_000;

/** Every event has an answer, or all that Lambda does for it has failed, or CloudFormation gave it up itself. */
function checkAnswers({ sent }: CloudFormation, report: Report): void {
  for (const { ordinal, answer, cancelled, failures, late, injected } of sent) {
    // After a crash of a late delivery, the next one may come when CloudFormation waits no more; and so may an answer that is put again.
    const isLost = late > LATEST ? failures >= 1 || injected.some(({ operation }) => operation === 'answer' || operation === 'any') : failures >= 3;
    if (!answer && !cancelled && !isLost) {
      report.violation(`event ${ordinal} got no answer that counts`);
    }
  }
}

/** The number of faults that an event need not survive. */
const TOO_MANY = 2;

/** Every failure has a cause outside of the handler. */
function checkFailures(account: Account, cloudFormation: CloudFormation, report: Report): void {
  const { sent } = cloudFormation;
  for (const one of sent) {
    const { ordinal, event, answer, injected, slot, rollsBack } = one;
    const hasSpaces = !cannotAssociate(one, account, cloudFormation);
    const unlucky = one.late > LATEST || injected.length >= TOO_MANY || injected.some(({ kind }) => kind === 'refused');
    const unrecorded = (/is associated/.test(answer?.reason ?? '') && mayHaveLostRecord(one, cloudFormation)) || mayCollide(one, account.conditions);
    const held = one.refusals.has('taken') && (isEverRetained(one, sent) || account.conditions.pendingHoldsIdentity || isOthers(one, account));
    // A user decides whether to consent in time, and what becomes of an adopted service.
    const { Authorized, WaitForConsent, Contract } = event.ResourceProperties;
    const human = Contract === UNREADABLE || slot.kind === 'adoptedChannel' || Authorized === 'true' || WaitForConsent !== undefined;
    // A rollback has the credentials of before, unless they were rotated once more, maybe while an older event had not ended.
    const rotatedOnceMore = sent.some((other) => ownerOf(other.event) === ownerOf(event) && other.injected.some(({ kind }) => kind === 'rotated'));
    const unauthorized = one.refusals.has('bad credential') && (!rollsBack || rotatedOnceMore);
    if (answer && !answer.ok && hasSpaces && !one.cancelled && !unlucky && !unrecorded && !held && !human && !unauthorized && !one.refusals.has('associated')
      && !one.refusals.has('not accepted')) {
      report.violation(`event ${ordinal} (${event.RequestType} of ${slot.kind}) failed without a cause: ${answer.reason}`);
    }
  }
}

/** Whether any event of the resource asked for a service that is retained: it may hold the unique key. */
function isEverRetained({ event }: Sent, sent: readonly Sent[]): boolean {
  const own = ownerOf(event);
  return sent.some((one) => one.event.ResourceProperties.Retain === 'true' && ownerOf(one.event) === own);
}

/** Whether anybody else ever registered what this event asks for. */
function isOthers({ event }: Sent, account: Account): boolean {
  const value = /"\$uniqueKey":"([^"]*)"/.exec(JSON.stringify(event.ResourceProperties))?.[1];
  const own = ownerOf(event);
  return [...account.registered.values()].some(({ service, serviceDetails, tags }) => ownerIn(tags!) !== own
    && (value === undefined ? service === event.ResourceProperties.Service : JSON.stringify(serviceDetails).includes(`"${value}"`)));
}

function checkForeign(services: Service[], { foreign }: Account, report: Report): void {
  for (const [serviceId, tags] of foreign) {
    const service = services.find((candidate) => candidate.serviceId === serviceId);
    if (!service) {
      report.violation('a foreign service was deregistered');
    } else if (JSON.stringify(service.tags) !== tags) {
      report.violation('a foreign service has other tags than before');
    }
  }
}

/** The services that exist are those that CloudFormation believes in, no more and no less, and as it was asked for. */
function checkExistence(services: Service[], account: Account, cloudFormation: CloudFormation, { orphans }: User, report: Report): void {
  const accounted = new Set([...account.foreign.keys(), ...orphans]);
  const stateOf = ({ physicalId }: Left) => ({
    isAssociated: account.service.snapshot().associations.some(({ serviceId }) => physicalId.endsWith(`/${serviceId}`)),
    isRetained: services.some(({ serviceId, tags }) => physicalId.endsWith(`/${serviceId}`) && tags[TAG.retain] === 'true'),
  });
  const abandoned = cloudFormation.abandoned.filter((one) => mayBeAbandoned(one, stateOf(one), cloudFormation));
  const left = [...cloudFormation.retained, ...abandoned];
  const waiting = cloudFormation.stacks.flatMap(({ id: stackId, obsolete }) =>
    obsolete.map(({ resource: { logicalId }, physicalId }) => ({ stackId, logicalId, physicalId })));
  for (const { stackId, logicalId, physicalId } of [...left, ...waiting]) {
    const owner = ownerOf({ StackId: stackId, LogicalResourceId: logicalId });
    // What is to be retained before CloudFormation knows its id exists all the same.
    const meant = isKnown(physicalId) ? behind(physicalId, services, owner) : services.filter(({ tags }) => ownerIn(tags) === owner);
    meant.forEach(({ serviceId }) => accounted.add(serviceId));
  }
  services.filter(({ serviceId }) => account.spaces.isShared(serviceId)).forEach(({ serviceId }) => accounted.add(serviceId));
  services.filter((service) => mayStay(service.tags, cloudFormation.sent)).forEach(({ serviceId }) => accounted.add(serviceId));
  for (const stack of cloudFormation.stacks) {
    for (const resource of stack.resources.values()) {
      if (resource.slot.kind === 'association') {
        continue;
      }
      const owner = ownerOf({ StackId: stack.id, LogicalResourceId: resource.logicalId });
      if (resource.troubled || resource.status === 'DELETE_SKIPPED' || mayHaveStrayed(owner, cloudFormation)) {
        // What there is of it, its next event has to find.
        services.filter(({ tags }) => ownerIn(tags) === owner).forEach(({ serviceId }) => accounted.add(serviceId));
        continue;
      }
      if (resource.status === 'DELETE_COMPLETE') {
        continue;
      }
      const own = behind(resource.physicalId!, services, owner);
      own.forEach(({ serviceId }) => accounted.add(serviceId));
      if (own.length === 0 && resource.physicalId!.startsWith('arn:') && !isAdopted(resource.physicalId!, owner, account)) {
        report.violation(`${resource.logicalId} (${resource.slot.kind}) has no service: ${resource.physicalId}`);
      }
      if (own.length > 1) {
        report.violation(`${resource.logicalId} (${resource.slot.kind}) has ${own.length} services`);
      }
      // What is adopted is as its owner wants it, with its content and its tags.
      for (const service of own.filter(({ tags }) => ownerIn(tags) === owner)) {
        const isAsItIs = isTakenAsItIs(resource, left);
        if (!isAsItIs && !mayHavePrevious(service, cloudFormation)) {
          checkContent(service, resource, cloudFormation.asked(stack, resource), account, report);
        }
        if (!isAsItIs && !mayHaveOldTags(resource, service, [...left, ...waiting, ...cloudFormation.reused], cloudFormation)) {
          checkTags(service, resource, report);
        }
      }
    }
  }
  const isExcused = (one: Service, createdAt: number) =>
    mayBeOrphaned(one, createdAt, cloudFormation) || mayBeDoubled(one, createdAt, cloudFormation);
  for (const service of services.filter((one) => !accounted.has(one.serviceId) && !isExcused(one, one.createdAt - account.conditions.apiSkew))) {
    report.violation(`left over: ${service.serviceType} ${service.serviceId} of ${service.tags[TAG.request]}`);
  }
}

function isKnown(physicalId: string): boolean {
  return ['service', 'consent'].includes(parsePhysicalId(physicalId).kind);
}

/** Whether a resource believes in a service that another one registered. */
function isAdopted(physicalId: string, owner: string, { registered }: Account): boolean {
  const named = parsePhysicalId(physicalId);
  return named.kind === 'service' && ownerIn(registered.get(named.serviceId)?.tags ?? {}) !== owner;
}

/** The services that a physical id stands for. */
function behind(physicalId: string, services: Service[], owner: string): Service[] {
  const named = parsePhysicalId(physicalId);
  switch (named.kind) {
    case 'service': return services.filter(({ serviceId }) => serviceId === named.serviceId);
    case 'consent': return services.filter(({ tags }) => ownerIn(tags) === owner && tags[TAG.request] === named.requestId);
    default: return [];
  }
}

function checkContent(service: Service, resource: Resource, asked: number, account: Account, report: Report): void {
  const registered = account.registered.get(service.serviceId)!;
  const { Request } = resource.properties as { Request: object };
  const secrets = [...new Set(JSON.stringify(Request).match(/arn:aws:secretsmanager[^"]*/g) ?? [])];
  const versions = secrets.length === 0 ? [undefined] : account.secrets.get(secrets[0]) ?? [];
  // A service that was registered for the same request before may be taken again, with the credentials of that time.
  const used = versions.filter((version) =>
    matches(Request, requestOf(registered), (versionId) => ((versionId ?? version?.id) === version?.id ? version?.text : undefined)));
  if (used.length === 0) {
    report.violation(`${resource.logicalId} (${resource.slot.kind}) is not registered as asked for`);
  } else if (!JSON.stringify(Request).includes('versionId') && used.every((version) => version !== undefined && version.until < asked)) {
    report.violation(`${resource.logicalId} (${resource.slot.kind}) is registered with outdated credentials`);
  }
}

function checkTags(service: Service, resource: Resource, report: Report): void {
  const { Tags = {} } = resource.properties as { Tags?: Properties };
  const own = Object.fromEntries(Object.entries(service.tags).filter(([key]) => !key.startsWith('cdk-devops-agent:')));
  if (JSON.stringify(Object.entries(own).sort()) !== JSON.stringify(Object.entries(Tags).sort())) {
    report.violation(`${resource.logicalId} (${resource.slot.kind}) has the tags ${JSON.stringify(own)}`);
  }
}

function requestOf({ service: _service, tags: _tags, ...request }: Registered): unknown {
  return request;
}

/** Whether what was sent is what the template asks for, with the secrets' fields from one version. */
function matches(wire: any, value: any, secret: (versionId?: string) => string | undefined): boolean {
  if (typeof wire !== 'object') {
    return wire === value;
  }
  if ('$secret' in wire) {
    const text = secret(wire.versionId);
    return text !== undefined && value === (wire.field ? JSON.parse(text)[wire.field] : text);
  }
  if ('$uniqueKey' in wire) {
    return value === wire.$uniqueKey;
  }
  if ('$uniqueName' in wire) {
    return typeof value === 'string' && value.startsWith(wire.$uniqueName);
  }
  const keys = Object.keys(wire);
  return typeof value === 'object' && keys.length === Object.keys(value).length && keys.every((key) => matches(wire[key], value[key], secret));
}

/** Forms of a canary that are found again and again. */
const forms = new Map<string, string[]>();

function checkSecrecy({ canaries, service }: Account, report: Report): void {
  const all = report.texts.join('\n');
  for (const [name, value] of Object.entries(canaries)) {
    if (!forms.has(value)) {
      forms.set(value, Object.values(formsOf(value)));
    }
    if (forms.get(value)!.some((form) => all.includes(form))) {
      report.violation(`${name} is in what a user reads`);
    }
  }
  for (const credential of service.webhooks.credentials) {
    if (Object.values(formsOf(credential)).some((form) => all.includes(form))) {
      report.violation('the credential of a webhook is in what a user reads');
    }
  }
  if (all.includes('X-Amz-Signature')) {
    report.violation('a signed URL is in what a user reads');
  }
}
