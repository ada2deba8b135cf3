import { createHash } from 'node:crypto';
import { CloudFormationEvent, Registration } from './event';
import { MARK } from '../src/private/contract';

export interface Tags {
  readonly [key: string]: string;
}

/** Which resource of which stack a service belongs to. */
export function ownerOf(event: CloudFormationEvent): string {
  return createHash('sha256').update(`${event.StackId} ${event.LogicalResourceId}`).digest('hex').slice(0, 32);
}

/** Every tag of a new service: the user's and our marks. */
export function marked(registration: Registration, marks: { provider: string; owner: string; request: string; fingerprint: string }): Tags {
  return {
    ...registration.tags,
    [MARK.provider]: marks.provider,
    [MARK.owner]: marks.owner,
    [MARK.request]: marks.request,
    [MARK.fingerprint]: marks.fingerprint,
  };
}

/** A fingerprint has two halves: what was asked for, and which versions of the secrets were read. */
export function fingerprint(configuration: string, versions: string): string {
  return `${configuration}.${versions}`;
}

/** Whether a service was registered with this configuration. */
export function hasConfiguration(tags: Tags, configuration: string): boolean {
  return tags[MARK.fingerprint]?.split('.')[0] === configuration;
}
