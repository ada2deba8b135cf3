import { Constraint } from './walk';
import { Shape, StringShape, validate } from '../simulator/model';

/** Ends and beginnings of values near an edge. */
const CHARACTERS = ['\n', '\u0007', ' ', '"', '/', '.', '_', '-', '*', 'A', 'z', '0', 'é', '🚀', '\u00a0'];

export function accepts(shape: Shape, value: unknown): boolean {
  return validate(shape, value).length === 0;
}

/** Whether the pattern has nothing against a value, whatever its length. */
export function fits(shape: Shape, value: string): boolean {
  return accepts({ kind: 'string', pattern: (shape as StringShape).pattern }, value);
}

/** Values that differ from a valid one by a character, and do not match the pattern for it. */
export function nearMisses(shape: Shape, valid: string): string[] {
  return CHARACTERS
    .flatMap((character) => [`${valid.slice(0, -1)}${character}`, `${character}${valid.slice(1)}`])
    .filter((value) => !fits(shape, value));
}

/** A value of some size, made from a valid one. */
function sized(valid: any, size: number): unknown {
  if (typeof valid === 'number') return size;
  return typeof valid === 'string' ? valid.padEnd(size, valid.slice(-1)).slice(0, size) : Array.from({ length: size }, () => valid[0]);
}

/** Values that break a constraint, each by as little as it can be broken. */
export function justOutside({ rule, shape }: Constraint, valid: any): unknown[] {
  switch (rule) {
    case 'max': return [sized(valid, shape.max! + 1)];
    case 'min': return [sized(valid, shape.min! - 1)];
    case 'enum': return [`${valid}x`, ''];
    case 'pattern': return nearMisses(shape, valid);
  }
}

/** Values that just keep to a constraint. A pattern may take none of such a length. */
export function justInside({ rule, shape }: Constraint, valid: any): unknown[] {
  switch (rule) {
    case 'max':
    case 'min': return [sized(valid, shape[rule]!)].filter((value) => accepts(shape, value));
    case 'enum': return [...(shape as StringShape).enum!];
    case 'pattern': return [valid];
  }
}

/** The part of a value at a path: of lists and maps, the first entry. */
export function partAt(value: any, path: string): any {
  return names(path).reduce((part, name) => {
    if (part === undefined) return undefined;
    if (name === '<key>') return Object.keys(part)[0];
    return name === '*' ? Object.values(part)[0] : part[name];
  }, value);
}

/** A copy of a value with another part at a path; `undefined` removes the part. */
export function withPart(value: any, path: string, part: unknown): any {
  const [name, ...rest] = names(path);
  if (name === undefined) return part;
  const below = `/${rest.join('/')}`;
  if (name === '<key>') {
    const [[, first], ...others] = Object.entries(value);
    return Object.fromEntries([[part, first], ...others]);
  }
  if (Array.isArray(value)) return [withPart(value[0], below, part), ...value.slice(1)];
  const key = name === '*' ? Object.keys(value)[0] : name;
  const { [key]: former, ...others } = value;
  const changed = withPart(former, below, part);
  // In its old place: the first entry of a map stays the first.
  return changed === undefined ? others : { ...value, [key]: changed };
}

function names(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}
