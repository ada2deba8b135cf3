import { Token } from 'aws-cdk-lib/core';

/** What a string has to be like: one rule of the API's model, or one of ours. */
export interface Rule {
  /** What the whole string matches. */
  readonly pattern: RegExp;
  /** The fewest characters. @default 1 */
  readonly min?: number;
  /** The most characters. @default - any number */
  readonly max?: number;
  /** What is allowed, in words that complete "… must be". */
  readonly allowed: string;
  /** How to put it right, if the words above do not say it yet. */
  readonly fix?: string;
  /** The value must not be shown, not even when it is wrong. */
  readonly sensitive?: boolean;
}

/** The problems of one string. An absent value and a token have none: the first is not wrong, the second not known yet. */
export function check(prop: string, value: string | undefined, rule: Rule): string[] {
  if (value === undefined || Token.isUnresolved(value)) return [];
  // What comes from the context has the type any.
  if (typeof value !== 'string') return [`${prop}: a value of type ${typeof value} was given, but it must be a string: ${rule.allowed}.`];

  const length = [...value].length;
  const fits = length >= (rule.min ?? 1) && length <= (rule.max ?? Infinity);
  if (fits && rule.pattern.test(value)) return [];

  const given = rule.sensitive ? `the value given (${length} characters, not shown)` : quoted(value);
  return [`${prop}: ${given} must be ${rule.allowed}.${rule.fix ? ` ${rule.fix}` : ''}`];
}

/** The same where the value must not be absent, which the compiler does not see where it comes from the context. */
export function checkGiven(prop: string, value: string, rule: Rule): string[] {
  return (value as string | undefined) === undefined
    ? [`${prop}: nothing was given, but it must be ${rule.allowed}.`]
    : check(prop, value, rule);
}

/** The problems of every string of a list, each named by its place in it. */
export function checkEach(prop: string, values: string[] | undefined, rule: Rule): string[] {
  if (values === undefined || Token.isUnresolved(values)) return [];
  return values.flatMap((value, index) => check(`${prop}[${index}]`, value, rule));
}

/** The problems of names that are in more than one of some maps, each of which is known by its own name. Names that fold alike are the same. */
export function checkGivenOnce(prop: string, maps: { readonly [name: string]: object }, fold = (name: string) => name): string[] {
  return Object.entries(maps).flatMap(([mapName, map], index, all) => all.slice(0, index).flatMap(([otherName, other]) => {
    const given = new Set(Object.keys(other).map(fold));
    return Object.keys(map).filter((name) => given.has(fold(name))).map((name) =>
      `${prop}: '${name}' is among ${otherName} and among ${mapName}. Give it in one of them.`);
  }));
}

/** Everything that is wrong with one construct, in one error. */
export function throwIfAny(path: string, what: string, problems: string[]): void {
  if (problems.length === 0) return;
  const heading = `${path} (${what}) cannot be synthesized:`;
  throw new Error([heading, ...problems.map((problem) => `  - ${problem}`)].join('\n'));
}

/** A value as it stands in an error: quoted, and not endless. */
export function quoted(value: string): string {
  return value.length > 100 ? `'${value.slice(0, 100)}…' (${[...value].length} characters)` : `'${value}'`;
}
