/** Keeps credentials out of whatever the simulator shows, in a form in which a test can still tell which credential it was. */

import { createHash } from 'node:crypto';
import { Shape } from './model';

/** The replacement for a credential in logs and snapshots. */
export function hashOf(value: string): string {
  return `sha256:${createHash('sha256').update(value, 'utf8').digest('hex').slice(0, 16)}`;
}

/**
 * A copy of a value without the strings that its shape marks as sensitive. Keys stay, and so does the structure.
 *
 * A member that the shape does not know is hashed as well: a credential under a misspelt name is still a credential.
 * A description is sensitive in the model because people write anything there; tests want to read it, and give it no secrets.
 */
export function redact(shape: Shape | undefined, value: unknown, memberName = ''): unknown {
  if (memberName === 'description') return value;
  if (shape === undefined || ('sensitive' in shape && shape.sensitive)) return hashStrings(value);

  switch (shape.kind) {
    case 'list':
      return Array.isArray(value) ? value.map((member) => redact(shape.member, member)) : hashStrings(value);
    case 'map':
      return mapMembers(value, (member) => redact(shape.value, member));
    case 'structure':
    case 'union':
      return mapMembers(value, (member, name) => redact(Object.hasOwn(shape.members, name) ? shape.members[name] : undefined, member, name));
    case 'document':
      return hashStrings(value);
    default:
      // A scalar where the shape wants one; anything else is a mistake of the caller's whose content is unknown.
      return typeof value === 'object' ? hashStrings(value) : value;
  }
}

/** A copy of a value in which every occurrence of a secret is replaced, wherever it is. */
export function hide(secrets: Iterable<string>, value: unknown): unknown {
  // Longest first: a secret may contain another.
  const ordered = [...secrets].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  const hideIn = (part: unknown): unknown => {
    if (typeof part === 'string') return ordered.reduce((text, secret) => text.replaceAll(secret, () => hashOf(secret)), part);
    if (Array.isArray(part)) return part.map(hideIn);
    if (typeof part === 'object' && part !== null) return Object.fromEntries(Object.entries(part).map(([k, v]) => [hideIn(k), hideIn(v)]));
    return part;
  };
  return ordered.length === 0 ? value : hideIn(value);
}

function hashStrings(value: unknown): unknown {
  if (typeof value === 'string') return hashOf(value);
  if (Array.isArray(value)) return value.map(hashStrings);
  return mapMembers(value, hashStrings);
}

function mapMembers(value: unknown, change: (member: unknown, name: string) => unknown): unknown {
  if (typeof value === 'string') return hashOf(value);
  if (Array.isArray(value)) return value.map(hashStrings);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(member, name)]));
}
