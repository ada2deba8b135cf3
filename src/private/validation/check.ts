/** Checks of strings against rules. A check returns problems, so that one error can name all problems of a construct. */

import { Token } from 'aws-cdk-lib/core';

/** A constraint on a string: one of the API's model, or one of ours. */
export interface Rule {
  /** The pattern of the whole string. */
  readonly pattern: RegExp;
  /** The minimum number of characters. @default 1 */
  readonly min?: number;
  /** The maximum number of characters. @default - no maximum */
  readonly max?: number;
  /** The allowed values, in words that complete "… must be". */
  readonly allowed: string;
  /** The next step for the user, if `allowed` does not imply it. */
  readonly fix?: string;
  /** Whether the value must never be shown, not even in an error. */
  readonly sensitive?: boolean;
  /** Whether the value is a URL, of which an error must not show a user's name or password, nor the query. */
  readonly url?: boolean;
}

/** The problems of one string. An absent value has none, and neither has a token, whose value is not known yet. */
export function check(prop: string, value: string | undefined, rule: Rule): string[] {
  if (value === undefined || Token.isUnresolved(value)) return [];
  // The value of a tag may have any type.
  if (typeof value !== 'string') return [`${prop}: a value of type ${typeof value} was given, but it must be a string: ${rule.allowed}.`];

  const length = [...value].length;
  const fits = length >= (rule.min ?? 1) && length <= (rule.max ?? Infinity);
  if (fits && rule.pattern.test(value)) return [];

  const given = rule.sensitive && value !== '' ? `the value given (${length} characters, not shown)` : quoted(rule.url ? withoutSecrets(value) : value);
  return [`${prop}: ${given} must be ${rule.allowed}.${rule.fix ? ` ${rule.fix}` : ''}`];
}

/** The problem of values that are in a list more than once. */
export function checkUnique(prop: string, values: string[]): string[] {
  const repeated = new Set(values.filter((value, index) => values.indexOf(value) < index));
  return [...repeated].map((value) => `${prop}: ${quoted(value)} was given more than once. Give it once.`);
}

/** The problems of names that are in more than one of several maps. Names that `fold` to the same text are equal. */
export function checkDistinct(prop: string, maps: { readonly [name: string]: object }, fold = (name: string) => name): string[] {
  return Object.entries(maps).flatMap(([mapName, map], index, all) => all.slice(0, index).flatMap(([otherName, other]) => {
    const given = new Set(Object.keys(other).map(fold));
    return Object.keys(map).filter((name) => given.has(fold(name))).map((name) =>
      `${prop}: '${name}' is among ${otherName} and among ${mapName}. Give it in one of them.`);
  }));
}

/** Throws one error with all problems of a construct. */
export function throwIfAny(path: string, construct: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const heading = `${path} (${construct}) cannot be synthesized:`;
  throw new Error([heading, ...problems.map((problem) => `  - ${problem}`)].join('\n'));
}

/** A value for an error message: quoted, and shortened. */
export function quoted(value: string): string {
  return value.length > 100 ? `'${value.slice(0, 100)}…' (${[...value].length} characters)` : `'${value}'`;
}

function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//…@').replace(/[?#].+$/s, '?…');
}
