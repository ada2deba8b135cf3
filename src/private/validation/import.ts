/** The validation of the arguments of factories that have a scope. */

import { Construct } from 'constructs';
import { throwIfAny } from './check';
import { read, Shape, text } from './kinds';
import { ANY_TEXT } from './rules';

/** Throws if a scope is no construct. */
export function checkScope(factory: string, scope: unknown): void {
  if (!Construct.isConstruct(scope)) throw new Error(`${factory}: the scope must be a construct, such as the stack. Pass this.`);
}

/** Reads the arguments of a factory that imports a construct. Throws one error with all problems of them. */
export function readImport<T extends object>(factory: string, scope: Construct, id: string, shape: Shape<T>, given: T): T {
  checkScope(factory, scope);
  const { value, problems } = read(shape, given, 'attributes');
  throwIfAny(`${scope.node.path}/${typeof id === 'string' ? id : '…'}`, factory, [...read<{ id: string }>({ id: text(ANY_TEXT) }, { id }).problems, ...problems]);
  return value as T;
}
