import { WireNode, WireRequest } from '../../src/private/contract';
import { IntegerShape, ListShape, MapShape, Shape, StringShape, StructureShape, UnionShape } from '../simulator/model';

// In a path, whatever a list or a map holds is `*`, and the keys of a map are `<key>`.

const KEY = '<key>';

type Part<T> = readonly [name: string, shape: Shape, value: T];

/** What a shape is made of. */
function children(shape: Shape): Part<undefined>[] {
  switch (shape.kind) {
    case 'list': return [['*', shape.member, undefined]];
    case 'map': return [[KEY, shape.key, undefined], ['*', shape.value, undefined]];
    case 'structure':
    case 'union': return Object.entries(shape.members).map(([name, member]) => [name, member, undefined]);
    default: return [];
  }
}

/** What a value of a shape is made of. */
function parts(shape: Shape, value: any): Part<any>[] {
  switch (shape.kind) {
    case 'list': return value.map((item: unknown) => ['*', shape.member, item]);
    case 'map': return Object.values(value).map((item) => ['*', shape.value, item]);
    case 'structure':
    case 'union': return Object.entries(value).map(([name, part]) => [name, shape.members[name], part]);
    default: return [];
  }
}

function hasMembers(shape: Shape): boolean {
  return shape.kind === 'structure' || shape.kind === 'union';
}

/** The paths of all members of the structures and unions in a shape. */
export function membersOf(shape: Shape, path = ''): string[] {
  return children(shape).flatMap(([name, child]) => [...hasMembers(shape) ? [`${path}/${name}`] : [], ...membersOf(child, `${path}/${name}`)]);
}

/** The structures and unions in a shape, itself included. */
export function structuresIn(shape: Shape, path = ''): { readonly path: string; readonly shape: StructureShape | UnionShape }[] {
  const below = children(shape).flatMap(([name, child]) => structuresIn(child, `${path}/${name}`));
  return shape.kind === 'structure' || shape.kind === 'union' ? [{ path, shape }, ...below] : below;
}

/** The paths of the members that a request has. */
export function reachedBy(shape: Shape, value: unknown, path = ''): string[] {
  return parts(shape, value).flatMap(([name, child, part]) =>
    [...hasMembers(shape) ? [`${path}/${name}`] : [], ...reachedBy(child, part, `${path}/${name}`)]);
}

/** The paths of the values that are sensitive by themselves, or as a part of something sensitive. */
export function sensitiveIn(shape: Shape, path = '', inherited = false): string[] {
  const sensitive = inherited || 'sensitive' in shape;
  const values = children(shape).filter(([name]) => name !== KEY);
  if (values.length === 0) return sensitive ? [path] : [];
  return values.flatMap(([name, child]) => sensitiveIn(child, `${path}/${name}`, sensitive));
}

/** The paths of the leaves of what stands in a template: those that a secret is read for, and the others. */
export function leavesOf(shape: Shape, node: WireNode | WireRequest, path = ''): { secret: string[]; plain: string[] } {
  if (typeof node === 'object' && '$secret' in node) return { secret: [path], plain: [] };
  const below = parts(shape, node).map(([name, child, part]) => leavesOf(child, part, `${path}/${name}`));
  return {
    secret: below.flatMap(({ secret }) => secret),
    plain: [...below.length === 0 ? [path] : [], ...below.flatMap(({ plain }) => plain)],
  };
}

/** A rule of the model that a value can break. What is required, and what excludes one another, the types see to. */
export interface Constraint {
  readonly id: string;
  readonly path: string;
  readonly rule: 'pattern' | 'min' | 'max' | 'enum';
  readonly shape: StringShape | IntegerShape | ListShape | MapShape;
}

export function constraintsOf(shape: Shape, path = ''): Constraint[] {
  const below = children(shape).flatMap(([name, child]) => constraintsOf(child, `${path}/${name}`));
  if (shape.kind !== 'string' && shape.kind !== 'integer' && shape.kind !== 'list' && shape.kind !== 'map') return below;
  const rules = (['pattern', 'min', 'max', 'enum'] as const).filter((rule) => rule in shape);
  return [
    // Nothing is shorter than nothing.
    ...rules.filter((rule) => rule !== 'min' || shape.min !== 0 || shape.kind === 'integer').map((rule) => ({ id: `${path} ${rule}`, path, rule, shape })),
    ...below,
  ];
}
