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
  const [configuration = '', versions = '', revision = ''] = (tags[MARK.fingerprint] ?? '').split('.');
  return { configuration, versions, revision };
}
