import { createHash } from 'node:crypto';
import { CloudFormationEvent, Registration } from './wire/event';
import { TAG } from '../src/private/contract';

export interface Tags {
  readonly [key: string]: string;
}

/** Which resource of which stack a service belongs to. */
export function ownerOf(event: CloudFormationEvent): string {
  return createHash('sha256').update(`${event.StackId} ${event.LogicalResourceId}`).digest('hex').slice(0, 32);
}

/** What the handler writes on a service beside the user's tags. */
export interface Marks {
  readonly provider: string;
  readonly owner: string;
  readonly request: string;
  readonly fingerprint: Fingerprint;
  readonly replaces: string[];
}

/** Every tag of a new service: the user's and the marks. */
export function marked(registration: Registration, marks: Marks): Tags {
  return {
    ...registration.tags,
    [TAG.provider]: marks.provider,
    [TAG.owner]: marks.owner,
    [TAG.request]: marks.request,
    [TAG.fingerprint]: fingerprintTag(marks.fingerprint),
    ...(marks.replaces.length > 0 ? { [TAG.replaces]: replacesTag(marks.replaces) } : {}),
    ...(registration.retain ? { [TAG.retain]: 'true' } : {}),
  };
}

/** The longest value that a tag can have. */
const TAG_LENGTH = 256;

/** The ids of predecessors as their tag has them: as many as fit. */
export function replacesTag(serviceIds: string[]): string {
  return [...new Set(serviceIds)].reduce((all, id) => (all.length + id.length < TAG_LENGTH ? `${all} ${id}`.trim() : all), '');
}

/** The ids of the services that this one replaced. */
export function replacedBy(tags: Tags): string[] {
  return (tags[TAG.replaces] ?? '').split(' ').filter((id) => id !== '');
}

/** What was registered: the request, the versions of the secrets that were read, and the revision that had them read. */
export interface Fingerprint {
  readonly configuration: string;
  readonly versions: string;
  readonly revision: string;
}

/** A fingerprint as its tag has it. */
export function fingerprintTag({ configuration, versions, revision }: Fingerprint): string {
  return [configuration, versions, revision].join('.');
}

/** The fingerprint that a service was registered with. */
export function fingerprintOf(tags: Tags): Fingerprint {
  const [configuration = '', versions = '', revision = ''] = (tags[TAG.fingerprint] ?? '').split('.');
  return { configuration, versions, revision };
}

/** Stands among the ids of what a service replaced for what nobody knows the id of. */
export const UNSEEN = '+';

/** Whether a service is to stay when CloudFormation replaces or removes it. */
export function retained({ tags }: { readonly tags: Tags }): boolean {
  return tags[TAG.retain] === 'true';
}
