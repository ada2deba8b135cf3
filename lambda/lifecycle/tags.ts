/** The ownership tags: by them a later event recognizes what an earlier one registered. */
import { TAG } from '../../src/private/contract';
import { recordTag, spaceHash } from '../associations/record';
import { Registration } from '../wire/parse';

export interface Tags {
  readonly [key: string]: string;
}

/** The hashes of what a service was registered with: the request, the versions of the secrets (never their values), the revision. */
export interface Fingerprint {
  readonly configuration: string;
  readonly versions: string;
  readonly revision: string;
}

/** The ownership tags of a new service, beside its fingerprint. */
export interface Ownership {
  readonly provider: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly requestId: string;
  /** The id of the service that the new one replaces. */
  readonly predecessor?: string;
}

/** All tags of a new service: the user's and the ownership tags. */
export function tagsOf(registration: Registration, owner: Ownership, fingerprint: Fingerprint): Tags {
  return {
    ...registration.tags,
    [TAG.provider]: owner.provider,
    [TAG.stack]: owner.stackId,
    [TAG.resource]: owner.logicalId,
    [TAG.request]: owner.requestId,
    [TAG.fingerprint]: fingerprintTag(fingerprint),
    ...(owner.predecessor === undefined ? {} : { [TAG.predecessor]: owner.predecessor }),
    ...(registration.retain ? { [TAG.retain]: 'true' } : {}),
    ...recordTag(registration.associations.map(({ agentSpaceId }) => spaceHash(agentSpaceId))),
  };
}

/** The tag of a fingerprint. */
export function fingerprintTag({ configuration, versions, revision }: Fingerprint): string {
  return [configuration, versions, revision].join('.');
}

/** The fingerprint that a service was registered with. */
export function fingerprintOf(tags: Tags): Fingerprint {
  const [configuration = '', versions = '', revision = ''] = (tags[TAG.fingerprint] ?? '').split('.');
  return { configuration, versions, revision };
}

/** Whether a service is to stay when CloudFormation replaces or removes it. */
export function isRetained(tags: Tags): boolean {
  return tags[TAG.retain] === 'true';
}

/** Whether a service belongs to a resource of a stack. */
export function isOf(tags: Tags, { stackId, logicalId }: { readonly stackId: string; readonly logicalId: string }): boolean {
  return tags[TAG.stack] === stackId && tags[TAG.resource] === logicalId;
}

/** Whether a service was registered by this library, for whichever resource. */
export function isManaged(tags: Tags): boolean {
  return tags[TAG.stack] !== undefined || tags[TAG.resource] !== undefined;
}
