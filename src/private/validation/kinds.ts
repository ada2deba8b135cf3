/**
 * The kinds of values that props and arguments take. A table of them, a shape, stands beside each interface of props, and
 * `read()` compares what was given with it: presence, JavaScript type, class, enum, and the rules of strings.
 */

import { Duration, Token, Tokenization } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Brand } from '../copies';
import { check, quoted, Rule } from './check';

/**
 * The outcome of reading a value. A value of a wrong kind is left out, so that the checks of other values can go on: the
 * construct throws before anything is rendered.
 */
export interface Reading<T = unknown> {
  readonly value?: T;
  /** The problems. The text of each continues the name of a prop: `: 'x' must be …`, ` is required: …` or `.member: …`. */
  readonly problems: readonly string[];
  /** The plain values that carry a credential according to their names. */
  readonly exposures?: readonly Exposure[];
}

/** The problems and the exposures of a value. */
export type Findings = Pick<Reading, 'problems' | 'exposures'>;

type PropsReading<T> = Reading<Partial<T>> & { readonly value: Partial<T> };

/** A plain value whose name says that it carries a credential. */
export interface Exposure {
  /** Continues the name of a prop, as a problem does. */
  readonly at: string;
  /** The next step for the user. */
  readonly fix: string;
}

/** A kind of values. Values of type T have it. */
export interface Kind<T> {
  /** The allowed values, in words that complete "… must be". */
  readonly allowed: string;
  readonly optional?: boolean;
  /** Never set. It makes the compiler compare T with the type of the prop. */
  readonly takes?: (value: T) => void;
  /** Reads a value that is neither undefined nor null. */
  read(given: unknown): Reading;
}

export interface OptionalKind<T> extends Kind<T> {
  readonly optional: true;
}

/** The kinds of an interface's props. The compiler demands one for each. */
export type Shape<T> = { readonly [Prop in keyof T]-?: undefined extends T[Prop] ? OptionalKind<NonNullable<T[Prop]>> : Kind<T[Prop]> };

/** A class of this library whose instances can be among the props of a construct. Each reads what it was made of. */
export interface Readable {
  _reading(): Reading;
}

/** Reads the props of a construct, or whatever they are called. Null means absent, as undefined does. The problems begin with the prop. */
export function read<T extends object>(shape: Shape<T>, given: unknown, called = 'props'): PropsReading<T> {
  if (!isAbsent(given) && !isPropsOf(shape, given)) return { value: {}, problems: joined(called, wrong(given, `an object with ${enumerated(Object.keys(shape), 'and')}`)).problems };

  const props = (given ?? {}) as { [prop: string]: unknown };
  const value: { [prop: string]: unknown } = {};
  const problems: string[] = [];
  const exposures: Exposure[] = [];
  for (const prop of Object.keys(shape)) {
    const kind = shape[prop as keyof T] as Kind<unknown>;
    const reading = readArgument(kind, props[prop]);
    if (reading.value !== undefined) value[prop] = reading.value;
    problems.push(...reading.problems.map((problem) => prop + problem));
    exposures.push(...(reading.exposures ?? []).map((exposure) => ({ ...exposure, at: prop + exposure.at })));
  }
  return { value: value as Partial<T>, problems, exposures };
}

/** Reads the options of a factory, or several of its arguments. The problems continue the name of the prop that takes the factory's product. */
export function readOptions<T extends object>(shape: Shape<T>, given: unknown): PropsReading<T> {
  const { value = {}, ...found } = structureOf(shape).read(given ?? {});
  return { value: value as Partial<T>, ...found };
}

/** Reads the only argument of a factory. */
export function readArgument<T>(kind: Kind<T>, given: unknown): Reading<T> {
  return (isAbsent(given) ? absent(kind.allowed, kind.optional) : kind.read(given)) as Reading<T>;
}

/** The problems and exposures of parts, of which the names of the props follow a prefix. */
export function joined(prefix: string, ...parts: Findings[]): Findings {
  return {
    problems: parts.flatMap(({ problems }) => problems.map((problem) => prefix + problem)),
    exposures: parts.flatMap(({ exposures = [] }) => exposures.map((exposure) => ({ ...exposure, at: prefix + exposure.at }))),
  };
}

export function optional<T>(kind: Kind<T>): OptionalKind<T> {
  return { ...kind, optional: true };
}

/** A string that follows each of some rules. */
export function text(...rules: [Rule, ...Rule[]]): Kind<string> {
  const allowed = `a string: ${rules[0].allowed}`;
  return {
    allowed: rules[0].allowed,
    read: (given) => typeof given === 'string'
      ? { value: given, problems: rules.flatMap((rule) => check('', given, rule)) }
      : tokenIn(given, Token.asString) ?? wrong(given, allowed),
  };
}

export const bool: Kind<boolean> = {
  allowed: 'true or false',
  read: (given) => typeof given === 'boolean' ? { value: given, problems: [] } : wrong(given, "true or false. A value of the command line's context is a string: compare it, === 'true'"),
};

/** A member of an enum. */
export function oneOf<T extends string | number>(members: { readonly [name: string]: T | string }, name: string): Kind<T> {
  const entries = Object.entries(members).filter(([member]) => Number.isNaN(Number(member)));
  const allowed = entries.length > 6 ? `a member of ${name}` : enumerated(entries.map(([member, value]) => `${name}.${member} ('${value}')`));
  const isNumeric = typeof entries[0][1] === 'number';
  const values = new Set<unknown>(entries.map(([, value]) => value));
  return {
    allowed,
    read: (given) => {
      const member = values.has(given) ? { value: given, problems: [] } : tokenIn(given, isNumeric ? Token.asNumber : Token.asString);
      if (member) return member;
      return typeof given === 'string' || typeof given === 'number' ? wrongValue(`: ${quoted(String(given))} must be ${allowed}.`) : wrong(given, allowed);
    },
  };
}

/** A whole number in a range. */
export function wholeNumber(min: number, max: number, unit: string): Kind<number> {
  const allowed = `a whole number of ${unit} from ${min} to ${max}`;
  return {
    allowed,
    read: (given) => {
      if (typeof given !== 'number') return tokenIn(given, Token.asNumber) ?? wrong(given, allowed);
      const fits = Token.isUnresolved(given) || (Number.isInteger(given) && given >= min && given <= max);
      return fits ? { value: given, problems: [] } : wrongValue(`: ${given} must be ${allowed}.`);
    },
  };
}

/** A list. One that is a token as a whole cannot be looked into. */
export function listOf<T>(item: Kind<T>): Kind<T[]> {
  const allowed = `a list, each item ${item.allowed}`;
  return {
    allowed,
    read: (given) => {
      if (!Array.isArray(given) || isToken(given)) return tokenIn(given, Token.asList) ?? wrong(given, allowed);
      const readings = given.map((one) => item.read(one));
      const value = readings.map((reading) => reading.value).filter((one) => one !== undefined);
      return { value, ...joined('', ...readings.map((reading, index) => joined(`[${index}]`, reading))) };
    },
  };
}

/** A map whose names follow a rule. */
export function mapOf<T>(item: Kind<T>, names?: Rule): Kind<{ [name: string]: T }> {
  const allowed = `a map, each value ${item.allowed}`;
  return {
    allowed,
    read: (given) => {
      if (!isPlain(given) || isToken(given)) return wrong(given, allowed);
      const readings = Object.entries(given).map(([name, one]) => ({ name, reading: item.read(one) }));
      return {
        value: Object.fromEntries(readings.filter(({ reading }) => reading.value !== undefined).map(({ name, reading }) => [name, reading.value])),
        ...joined('', ...readings.flatMap(({ name, reading }) => [
          { problems: names ? check(' (name)', name, names) : [] },
          joined(`.${name}`, reading),
        ])),
      };
    },
  };
}

/** A structure of aws-cdk-lib, which checks its members itself. */
export function structure<T>(name: string): Kind<T> {
  const allowed = `an object of the type ${name}`;
  return { allowed, read: (given) => isPlain(given) ? { value: given, problems: [] } : wrong(given, allowed) };
}

/** A structure of this library. */
export function structureOf<T extends object>(shape: Shape<T>): Kind<T> {
  const allowed = `an object with ${enumerated(Object.keys(shape), 'and')}`;
  return {
    allowed,
    read: (given) => {
      if (!isPropsOf(shape, given)) return wrong(given, allowed);
      const { value, problems, exposures } = read(shape, given);
      return { value, ...joined('.', { problems, exposures }) };
    },
  };
}

/** An instance of a class of this library, of any copy of it. */
export function instanceOf<T extends Readable>(brand: Brand<T>, example: string): Kind<T> {
  const allowed = `${article(brand.className)} ${brand.className}, such as ${example}`;
  return { allowed, read: (given) => brand.matches(given) ? given._reading() : wrong(given, allowed) };
}

/** A construct that has a member, by which an interface of aws-cdk-lib is known. */
export function constructWith<T>(member: keyof T & string, allowed: string): Kind<T> {
  return {
    allowed,
    read: (given) => isObject(given) && ['node', 'env', member].every((name) => name in given) ? { value: given, problems: [] } : wrong(given, allowed),
  };
}

/** A duration, which aws-cdk-lib knows by its methods. */
export const duration: Kind<Duration> = {
  allowed: 'a Duration, such as Duration.minutes(10)',
  read: (given) => isObject(given) && 'toMilliseconds' in given ? { value: given, problems: [] } : wrong(given, duration.allowed),
};

/** A kind with further checks of a value that is of the kind. Of what was given, the value lacks the parts that are of another one. */
export function refined<T>(kind: Kind<T>, problemsOf: (value: T, given: unknown) => string[]): Kind<T> {
  return {
    ...kind,
    read: (given) => {
      const reading = kind.read(given);
      return reading.value === undefined ? reading : { ...reading, problems: [...reading.problems, ...problemsOf(reading.value as T, given)] };
    },
  };
}

function absent(allowed: string, mayBe = false): Reading {
  return mayBe ? { problems: [] } : wrongValue(` is required: ${allowed}.`);
}

function wrongValue(words: string): Reading {
  return { problems: [words] };
}

function wrong(given: unknown, allowed: string): Reading {
  return wrongValue(`: a value of type ${typeName(given)} was given, but it must be ${allowed}.`);
}

/** The type of a value in words. The value itself may be a credential. */
function typeName(value: unknown): string {
  if (value === null || Array.isArray(value)) return value === null ? 'null' : 'array';
  // A class without a name has the empty one.
  return isObject(value) && !isPlain(value) && value.constructor.name || typeof value;
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A token, in the encoding of what it stands for. One that is an object or a number would be taken apart. */
function tokenIn(given: unknown, encode: (token: any) => unknown): Reading | undefined {
  if (!isToken(given)) return undefined;
  return { value: typeof given === 'string' ? given : encode(Tokenization.reverse(given)), problems: [] };
}

/** Whether a value is a token. Stacks look like one: they resolve others. */
function isToken(value: unknown): boolean {
  return Token.isUnresolved(value) && !Construct.isConstruct(value);
}

/** Whether a value has props: an object literal, or an instance of a class with one of them at least. */
function isPropsOf(shape: object, value: unknown): value is object {
  return isPlain(value) || (isObject(value) && !Construct.isConstruct(value) && Object.keys(shape).some((prop) => prop in value));
}

/** Whether a value is an object literal, of any realm: those of jsii come from another. */
function isPlain(value: unknown): value is { [name: string]: unknown } {
  if (!isObject(value) || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function enumerated(words: string[], conjunction = 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

function article(noun: string): string {
  return /^([AEIOU]|Mcp)/.test(noun) ? 'an' : 'a';
}
