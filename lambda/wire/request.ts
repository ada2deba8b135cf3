import { createHash } from 'node:crypto';
import { SecretReader } from '../secrets';
import { versionsHash } from './fingerprint';
import { isTagged } from './leaves';
import { Registration } from './registration';
import { BooleanLeaf, SecretLeaf, UniqueKeyLeaf, UniqueNameLeaf, WireNode } from '../../src/private/contract';

/** The body of RegisterService without its tags, and a hash of the versions of the secrets that it was built from. */
export interface BuiltRequest {
  readonly body: { readonly [member: string]: unknown };
  readonly versions: string;
}

/** Builds the body of RegisterService: replaces the tagged leaves of a registration's request by what they stand for. */
export async function buildRequest(registration: Registration, requestId: string, secrets: SecretReader): Promise<BuiltRequest> {
  const body = await resolve(registration.request as unknown as WireNode, { requestId, secrets }) as BuiltRequest['body'];
  return { body, versions: await versionsHash(registration, secrets) };
}

interface Resolution {
  readonly requestId: string;
  readonly secrets: SecretReader;
}

async function resolve(node: WireNode, resolution: Resolution): Promise<unknown> {
  if (typeof node === 'string') {
    return node;
  }
  if (Array.isArray(node)) {
    return Promise.all(node.map((item: WireNode) => resolve(item, resolution)));
  }
  if (isTagged(node, '$secret')) {
    return resolution.secrets.value(node as SecretLeaf);
  }
  if (isTagged(node, '$boolean')) {
    return (node as BooleanLeaf).$boolean === 'true';
  }
  if (isTagged(node, '$uniqueKey')) {
    return (node as UniqueKeyLeaf).$uniqueKey;
  }
  if (isTagged(node, '$uniqueName')) {
    return uniqueName((node as UniqueNameLeaf).$uniqueName, resolution.requestId);
  }
  const members = Object.entries(node as { [key: string]: WireNode });
  // A key of the API's own that begins with `$` has a second one on the wire.
  return Object.fromEntries(await Promise.all(members.map(async ([key, value]) => [key.replace(/^\$\$/, '$'), await resolve(value, resolution)])));
}

/** The same name for every delivery of one request, another one for the next request: a replacement never collides. */
function uniqueName(base: string, requestId: string): string {
  return `${base}-${createHash('sha256').update(requestId).digest('hex').slice(0, 8)}`;
}
