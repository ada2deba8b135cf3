/** The checks of properties as they arrive, whichever version of the contract wrote them: nothing in them is taken for granted. */
import { Failure, quoted } from '../failure';

/** The tags of tagged leaves, each with the members that such a leaf may have beside the tag. */
const LEAVES: { readonly [tag: string]: readonly string[] } = { $secret: ['field', 'versionId'], $boolean: [], $uniqueName: [], $uniqueKey: [] };

/** The failure of properties with some problems. */
export function malformed(problems: readonly string[]): Failure {
  return new Failure('reading the resource\'s properties', problems.join(', '),
    'remove the property override that caused it, or deploy the construct and its provider from the same release of cdk-devops-agent', { row: 'unreadable properties' });
}

export function unknown(structure: object, known: readonly string[], prefix = ''): string[] {
  return Object.keys(structure).filter((key) => !known.includes(key)).map((key) => `${quoted(prefix + key)} is unknown to this handler`);
}

/** The problems of a node of a request: each leaf is a string or a leaf with one of the tags. */
export function nodeProblems(node: unknown, path: string, secrets: readonly unknown[], leaves = LEAVES): string[] {
  if (isText(node)) {
    return [];
  }
  if (Array.isArray(node)) {
    return node.flatMap((item, index) => nodeProblems(item, `${path}.${index}`, secrets, leaves));
  }
  if (!isMap(node)) {
    return [`${path} must be a string`];
  }
  const tag = Object.keys(node).find((key) => /^\$(?!\$)/.test(key));
  if (tag === undefined) {
    return Object.entries(node).flatMap(([key, value]) => nodeProblems(value, `${path}.${key}`, secrets, leaves));
  }
  const members = Object.prototype.hasOwnProperty.call(leaves, tag) ? [tag, ...leaves[tag]] : [];
  return [
    ...unknown(node, members, `${path}.`),
    ...isMap(node, isText) ? [] : [`${path} must be a leaf of strings`],
    // A number is an index; anything else is the secret's own id.
    ...tag === '$secret' && /^\d+$/.test(String(node.$secret)) && !(Number(node.$secret) in secrets) ? [`Secrets has no item ${node.$secret}`] : [],
  ];
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

export function isMap(value: unknown, isValue: (item: unknown) => boolean = () => true): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isValue);
}
