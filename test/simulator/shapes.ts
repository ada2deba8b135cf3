/**
 * The shapes of values, as a service model has them.
 *
 * Patterns are written without anchors, as service models write them; `validate` matches them against the whole value.
 */

/** A trait of a shape. */
interface Traits {
  /** The value (of a structure: everything in it) must not appear in logs. */
  readonly sensitive?: true;
}

export interface StringShape extends Traits {
  readonly kind: 'string';
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly enum?: readonly string[];
}

export interface IntegerShape {
  readonly kind: 'integer';
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanShape {
  readonly kind: 'boolean';
}

/** A value that this table does not look into. */
export interface DocumentShape {
  readonly kind: 'document';
}

/** An ISO 8601 date-time. */
export interface TimestampShape {
  readonly kind: 'timestamp';
}

export interface ListShape {
  readonly kind: 'list';
  readonly member: Shape;
  readonly min?: number;
  readonly max?: number;
}

export interface MapShape {
  readonly kind: 'map';
  readonly key: StringShape;
  readonly value: Shape;
  readonly min?: number;
  readonly max?: number;
}

export interface StructureShape extends Traits {
  readonly kind: 'structure';
  readonly members: { readonly [name: string]: Shape };
  readonly required: readonly string[];
}

/** A structure of which exactly one member must be given. */
export interface UnionShape extends Traits {
  readonly kind: 'union';
  readonly members: { readonly [name: string]: Shape };
}

export type Shape =
  | StringShape | IntegerShape | BooleanShape | DocumentShape | TimestampShape | ListShape | MapShape | StructureShape | UnionShape;

export type Members = Readonly<Record<string, Shape>>;

export const string = (constraints: Omit<StringShape, 'kind'> = {}): StringShape => ({ kind: 'string', ...constraints });
export const oneOf = (...values: string[]): StringShape => ({ kind: 'string', enum: values });
export const list = (member: Shape, size: { min?: number; max?: number } = {}): ListShape => ({ kind: 'list', member, ...size });
export const map = (key: StringShape, value: Shape, size: { min?: number; max?: number } = {}): MapShape => ({ kind: 'map', key, value, ...size });
export const union = (members: Members, traits: Traits = {}): UnionShape => ({ kind: 'union', members, ...traits });
export const structure = (required: Members, optional: Members = {}): StructureShape => ({
  kind: 'structure',
  members: { ...required, ...optional },
  required: Object.keys(required),
});
export const document: DocumentShape = { kind: 'document' };
export const boolean: BooleanShape = { kind: 'boolean' };
export const timestamp: TimestampShape = { kind: 'timestamp' };
