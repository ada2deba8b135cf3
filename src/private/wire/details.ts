/** The details of a registration in the API's own shape, before they are rendered to the contract. */

import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Token } from 'aws-cdk-lib/core';
import { SecretLeaf } from '../contract';
import { Brand } from '../copies';
import { Findings, Readable } from '../validation/kinds';

/** A credential in a secret, as `SecretField` describes it. */
export interface SecretReference extends Readable {
  readonly _secret: ISecret;
  /** Renders the reference to the secret with this index. */
  _render(index: string): SecretLeaf;
}

export const SECRET_FIELD = new Brand<SecretReference>('SecretField');
export const UNIQUE_NAME = new Brand<UniqueName>('UniqueName');
export const UNIQUE_KEY = new Brand<UniqueKey>('UniqueKey');

/** A name to which the handler appends a suffix that makes it unique in the account and Region. */
export class UniqueName {
  constructor(public readonly base: string) {
    UNIQUE_NAME.apply(this);
  }
}

/** A text that only one service of its kind in the account and Region can have. */
export class UniqueKey {
  constructor(public readonly text: string, public readonly kind: string) {
    UNIQUE_KEY.apply(this);
  }
}

/** A text whose letter case makes no difference, in lower case. A unique key in other letters is thus the same unique key. */
export function lowerCase(text: string): string;
export function lowerCase(text: string | undefined): string | undefined;
export function lowerCase(text: string | undefined): string | undefined {
  return typeof text !== 'string' || Token.isUnresolved(text) ? text : text.toLowerCase();
}

/** A part of a request. */
export type Details = string | boolean | SecretReference | UniqueName | UniqueKey | Details[] | DetailsStructure | undefined;

/** A structure or a map of the API. */
export interface DetailsStructure {
  readonly [member: string]: Details;
}

/** Some of a registration's details, and what is wrong with what they come from. */
export interface DetailsPart extends Findings {
  readonly details: DetailsStructure;
}

/** A map or a list of the API, or undefined in place of an empty one. */
export function unlessEmpty<T extends object>(collection: T | undefined): T | undefined {
  return collection === undefined || Object.keys(collection).length === 0 ? undefined : collection;
}
