import { createHash } from 'node:crypto';
import { Registration } from './event';
import { Failure } from '../failure';
import { SecretReader } from '../secrets';
import { UniqueKeyLeaf, SecretLeaf, WireLeaf, WireNode } from '../../src/private/contract';

/** The body of RegisterService, all but the tags, and what it was made from. */
export interface BuiltRequest {
  readonly body: { readonly [member: string]: unknown };
  /** A hash of the versions of the secrets that were read. */
  readonly versions: string;
}

/** Replaces the tagged leaves of a registration's request by what they stand for. It knows no integration. */
export async function buildRequest(registration: Registration, requestId: string, secrets: SecretReader): Promise<BuiltRequest> {
  const body = await resolve(registration.request as unknown as WireNode, { requestId, secrets }) as BuiltRequest['body'];
  return { body, versions: hash(await secretVersions(registration, secrets)) };
}

/** What was asked for, as a hash: equal for equal requests, whatever order their members came in. */
export function configurationHash(registration: Registration): string {
  return hash({ service: registration.service, request: registration.request });
}

/** The credentials' revision, as a hash: it may be any string, and a tag may not. */
export function revisionHash(registration: Registration): string {
  return hash(registration.credentialsRevision).slice(0, 8);
}

/** What there can be only one of in the account, if the registration says so. Whether the API minds the case is unpublished. */
export function identityOf(registration: Registration): string | undefined {
  const leaf = leaves(registration).find((candidate): candidate is UniqueKeyLeaf => isTagged(candidate, '$uniqueKey'));
  return leaf?.$uniqueKey.toLowerCase();
}

/** Whether the API takes a second registration of the same request: nothing in it is the only one of its kind. */
export function isRepeatable(registration: Registration): boolean {
  return !leaves(registration).some((leaf) => isTagged(leaf, '$uniqueKey') || isTagged(leaf, '$uniqueName'));
}

/** A hash of the versions that the secrets of a registration have now. */
export async function versionsHash(registration: Registration, secrets: SecretReader): Promise<string> {
  return hash(await secretVersions(registration, secrets));
}

async function secretVersions(registration: Registration, secrets: SecretReader): Promise<string[]> {
  const read = leaves(registration).filter((leaf): leaf is SecretLeaf => isTagged(leaf, '$secret'));
  const versions = await Promise.all(read.map(async (leaf) => `${leaf.$secret} ${await secrets.version(leaf)}`));
  return [...new Set(versions)].sort();
}

/** The tagged leaves of a request. */
function leaves(registration: Registration): WireLeaf[] {
  const within = (node: WireNode | undefined): WireLeaf[] => {
    if (typeof node !== 'object') {
      return [];
    }
    return TAGS.some((tag) => isTagged(node, tag)) ? [node as WireLeaf] : Object.values(node).flatMap(within);
  };
  return within(registration.request as unknown as WireNode);
}

const TAGS = ['$secret', '$uniqueName', '$uniqueKey', '$boolean'];

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
    return resolution.secrets.value(node as unknown as SecretLeaf);
  }
  if (isTagged(node, '$boolean')) {
    return (node as { $boolean: string }).$boolean === 'true';
  }
  if (isTagged(node, '$uniqueKey')) {
    return (node as { $uniqueKey: string }).$uniqueKey;
  }
  if (isTagged(node, '$uniqueName')) {
    return uniqueName((node as { $uniqueName: string }).$uniqueName, resolution.requestId);
  }
  const entries = Object.entries(node as { [key: string]: WireNode });
  return Object.fromEntries(await Promise.all(entries.map(async ([key, value]) => [memberName(key), await resolve(value, resolution)])));
}

function isTagged(node: object, tag: string): boolean {
  return tag in node;
}

function memberName(key: string): string {
  if (key.startsWith('$$')) {
    return key.slice(1);
  }
  if (key.startsWith('$')) {
    throw new Failure('reading the resource\'s properties', `this function does not know the leaf '${key}'`,
      'deploy the construct and its provider from the same release of cdk-devops-agent');
  }
  return key;
}

/** The same name for every delivery of one request, another one for the next request: a replacement never collides. */
function uniqueName(base: string, requestId: string): string {
  return `${base}-${createHash('sha256').update(requestId).digest('hex').slice(0, 8)}`;
}

function hash(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, node) => (typeof node === 'object' && node !== null && !Array.isArray(node)
    ? Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1)))
    : node));
}
