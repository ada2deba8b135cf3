/** All that the observations and actions of one event share. */
import { Delivery } from './delivery';
import { Services } from './services';
import { Desired, Goal } from './state';
import { WebhookSecrets } from '../associations/webhook-secrets';
import { Ports } from '../ports';
import { SecretReader } from '../secrets';
import { CloudFormationEvent } from '../wire/event';
import { configurationHash, isRepeatable, revisionHash, rotates, uniqueKeyOf } from '../wire/fingerprint';
import { parseForDelete, parseRegistration, readableRegistration, Registration } from '../wire/parse';
import { parsePhysicalId } from '../wire/physical-id';

/** The ports that the lifecycle uses: secrets through their reader and writer, and no way to answer. */
export interface LifecyclePorts extends Omit<Ports, 'secrets' | 'answers'> {
  readonly secrets: SecretReader;
  readonly webhooks: WebhookSecrets;
}

export interface Context {
  readonly event: CloudFormationEvent;
  readonly ports: LifecyclePorts;
  readonly goal: Goal;
  readonly delivery: Delivery;
  readonly services: Services;
  /** The desired registration. Absent only for a Delete with properties that cannot be read. */
  readonly registration?: Registration;
  readonly old?: Registration;
  /** The type and the names of the resource's services, as far as the properties tell. */
  readonly type?: string;
  readonly names?: readonly string[];
}

/** Reads the event. Properties that cannot be read fail a Create and an Update, and never a Delete. */
export function contextOf(event: CloudFormationEvent, ports: LifecyclePorts): Context {
  const registration = event.RequestType === 'Delete' ? readableRegistration(event.ResourceProperties) : parseRegistration(event.ResourceProperties);
  const old = readableRegistration(event.OldResourceProperties);
  const delivery = new Delivery(event, ports);
  const { service, name } = parseForDelete(event.ResourceProperties);
  const names = [name, old?.request.name].filter((text) => text !== undefined);
  return {
    event,
    ports,
    delivery,
    registration,
    old,
    services: new Services(ports.api, ports.clock),
    type: service,
    names: names.length > 0 ? names : undefined,
    goal: {
      type: event.RequestType,
      requestId: event.RequestId,
      stackId: event.StackId,
      logicalId: event.LogicalResourceId,
      physical: parsePhysicalId(event.PhysicalResourceId),
      late: delivery.isLate() || ports.clock.remaining() <= 0,
      desired: registration && desiredBy(registration),
      old: old && desiredBy(old),
    },
  };
}

function desiredBy(registration: Registration): Desired {
  const { consent, authorized, retain, adoptExisting, wait } = registration;
  return {
    configuration: configurationHash(registration),
    revision: revisionHash(registration),
    consent,
    authorized,
    waits: wait !== undefined,
    retain,
    adoptExisting,
    repeatable: isRepeatable(registration),
    rotates: rotates(registration),
    uniqueKey: uniqueKeyOf(registration),
  };
}
