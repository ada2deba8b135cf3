/** The record of associations: a tag of the service that lists short hashes of the Agent Spaces, written before the associations are made. */
import { createHash } from 'node:crypto';
import { TAG } from '../../src/private/contract';

const SEPARATOR = '.';

/** The hash of an Agent Space's id: a tag has no room for ids. */
export function spaceHash(agentSpaceId: string): string {
  return createHash('sha256').update(agentSpaceId).digest('hex').slice(0, 8);
}

/** The hashes in the tags of a service. */
export function recordOf(tags: { readonly [key: string]: string }): string[] {
  return (tags[TAG.spaces] ?? '').split(SEPARATOR).filter((hash) => hash !== '');
}

/** The tag that records some hashes; none for none. */
export function recordTag(hashes: readonly string[]): { readonly [key: string]: string } {
  return hashes.length > 0 ? { [TAG.spaces]: hashes.join(SEPARATOR) } : {};
}
