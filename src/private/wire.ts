import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Token } from 'aws-cdk-lib/core';
import { SecretField } from '../secret-field';
import { WireNode } from './contract';

/** A name that the handler makes unique in the account. */
export class UniqueName {
  constructor(public readonly base: string) {}
}

/** A text that only one service of the account can have. */
export class Identity {
  constructor(public readonly text: string) {}
}

/** A part of a request in the API's own shape, before it is written into the template. */
export type Details = string | boolean | SecretField | UniqueName | Identity | Details[] | DetailsStructure | undefined;

/** A structure or a map of the API. */
export interface DetailsStructure {
  readonly [member: string]: Details;
}

/** What goes into the template, and the secrets that the handler has to read for it: the node refers to them by their index. */
export interface Rendered {
  readonly node: WireNode;
  readonly secrets: ISecret[];
  /** What only one service of the account can have. */
  readonly identities: string[];
}

/** Writes details as the contract wants them. The secrets are found here, so that none can be passed without being granted. */
export function render(details: Details): Rendered {
  const secrets = new Set<ISecret>();
  const identities: string[] = [];

  const toNode = (part: Details): WireNode | undefined => {
    if (part === undefined || typeof part === 'string') return part;
    if (typeof part === 'boolean') return { $boolean: String(part) };
    if (part instanceof UniqueName) return { $unique: part.base };
    if (part instanceof Identity) {
      identities.push(part.text);
      return { $identity: part.text };
    }
    if (part instanceof SecretField) {
      secrets.add(part._secret);
      return part._render(String([...secrets].indexOf(part._secret)));
    }
    // A list that is a token as a whole cannot be taken apart.
    if (Array.isArray(part)) return Token.isUnresolved(part) ? part as string[] : part.map((item) => toNode(item)!);

    const members = Object.entries(part)
      .map(([key, value]) => [key.startsWith('$') ? `$${key}` : key, toNode(value)] as const)
      .filter(([, value]) => value !== undefined);
    return Object.fromEntries(members);
  };

  return { node: toNode(details) ?? {}, secrets: [...secrets], identities };
}

/** A map or a list of the API that is left out if there is nothing in it. */
export function unlessEmpty<T extends object>(collection: T | undefined): T | undefined {
  return collection === undefined || Object.keys(collection).length === 0 ? undefined : collection;
}
