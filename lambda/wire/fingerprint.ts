import { createHash } from 'node:crypto';
import { SecretReader } from '../secrets';
import { isTagged, leavesOf } from './leaves';
import { Registration } from './registration';
import { SecretLeaf, UniqueKeyLeaf } from '../../src/private/contract';

/** A hash of the request: equal for equal requests, whatever the order of their members. */
export function configurationHash({ service, request }: Registration): string {
  return hash({ service, request });
}

/** A hash of the credentials' revision, which may be any string, as a tag may not. */
export function revisionHash(registration: Registration): string {
  return hash(registration.credentialsRevision).slice(0, 8);
}

/** A hash of the versions that the secrets of a registration have now. Values do not enter it. */
export async function versionsHash(registration: Registration, secrets: SecretReader): Promise<string> {
  const read = leavesOf(registration.request).filter((leaf): leaf is SecretLeaf => isTagged(leaf, '$secret'));
  const versions = await Promise.all(read.map(async (leaf) => `${leaf.$secret} ${await secrets.version(leaf)}`));
  return hash([...new Set(versions)].sort());
}

/** Whether it reads a secret whose version is not pinned, so that a rotation changes the credentials. */
export function rotates(registration: Registration): boolean {
  return leavesOf(registration.request).some((leaf) => isTagged(leaf, '$secret') && (leaf as SecretLeaf).versionId === undefined);
}

/** The key that only one service of its type can have in the account and Region, if there is one. Whether the API minds the case is unpublished. */
export function uniqueKeyOf(registration: Registration): string | undefined {
  const leaf = leavesOf(registration.request).find((candidate): candidate is UniqueKeyLeaf => isTagged(candidate, '$uniqueKey'));
  return leaf?.$uniqueKey.toLowerCase();
}

/** Whether the API takes a second registration of the same request: nothing in the request has to be unique. */
export function isRepeatable(registration: Registration): boolean {
  return !leavesOf(registration.request).some((leaf) => isTagged(leaf, '$uniqueKey') || isTagged(leaf, '$uniqueName'));
}

function hash(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, node) => (typeof node === 'object' && node !== null && !Array.isArray(node)
    ? Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1)))
    : node));
}
