// The public API as jsii sees it: the structures of props, and the factories.
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';

const PACKAGE = 'cdk-devops-agent.';

export interface Type {
  readonly fqn?: string;
  readonly primitive?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: Type };
}

/** A prop or a parameter. */
export interface Member {
  readonly name: string;
  readonly optional?: boolean;
  readonly type: Type;
}

interface Declaration {
  readonly kind: string;
  readonly name: string;
  readonly abstract?: boolean;
  readonly interfaces?: string[];
  readonly properties?: Member[];
  readonly datatype?: boolean;
  readonly initializer?: { readonly parameters?: Member[] };
  readonly methods?: { readonly name: string; readonly static?: boolean; readonly parameters?: Member[] }[];
}

const types: { [fqn: string]: Declaration } =
  JSON.parse(gunzipSync(readFileSync(path.join(__dirname, '..', '..', '.jsii.gz'))).toString('utf8')).types;

/** The props of a structure of this library, inherited ones too; undefined for any other type. */
export function propsOf({ fqn }: Type): Member[] | undefined {
  const declaration = fqn ? types[fqn] : undefined;
  return declaration?.datatype
    ? [...(declaration.interfaces ?? []).flatMap((base) => propsOf({ fqn: base })!), ...declaration.properties ?? []]
    : undefined;
}

/** Something that takes arguments: `new X()`, `X.factory()` or `x.method()`. */
export interface Callable {
  readonly className: string;
  /** The name of the factory, if it is none of a constructor. */
  readonly factory?: string;
  /** The name of the method of an instance, if it is one. */
  readonly method?: string;
  readonly parameters: Member[];
}

const classes = Object.values(types).filter(({ kind }) => kind === 'class');

export const CONSTRUCTORS: Callable[] = classes.filter(({ abstract, initializer }) => initializer && !abstract)
  .map(({ name, initializer }) => ({ className: name, parameters: initializer!.parameters ?? [] }));

export const FACTORIES: Callable[] = classes.flatMap(({ name, methods = [] }) => methods.filter((method) => method.static)
  .map((method) => ({ className: name, factory: method.name, parameters: method.parameters ?? [] })));

/** The methods of constructs that take options of this library. */
export const METHODS: Callable[] = classes.filter(({ abstract, initializer }) => initializer && !abstract).flatMap(({ name, methods = [] }) =>
  methods.filter((method) => !method.static && method.parameters?.some(({ type }) => propsOf(type)))
    .map((method) => ({ className: name, method: method.name, parameters: method.parameters! })));

/** The sort of a type, in the words of `bad-values.ts`. */
export function sortOf({ fqn, primitive, collection }: Type): string {
  if (collection) return collection.kind === 'array' ? 'list' : 'map';
  return primitive ?? (fqn!.startsWith(PACKAGE) && types[fqn!].datatype ? 'map' : fqn!.split('.').at(-1)!);
}
