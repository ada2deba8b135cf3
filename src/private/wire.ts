import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnDynamicReference, IResolveContext, Token, Tokenization } from 'aws-cdk-lib/core';
import { SecretField } from '../secret-field';
import { WireNode } from './contract';

/** A name that the handler makes unique in the account. */
export class UniqueName {
  constructor(public readonly base: string) {}
}

/** A text that only one service of the account can have, among those of its kind. */
export class Identity {
  constructor(public readonly text: string, public readonly kind: string) {}
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
  readonly problems: string[];
  readonly identities: Identity[];
}

/** Writes details as the contract wants them. The secrets are found here, so that none can be passed without being granted. */
export function render(details: Details): Rendered {
  const secrets = new Set<ISecret>();
  const problems: string[] = [];
  const identities: Identity[] = [];

  const toNode = (part: Details, path: string[]): WireNode | undefined => {
    if (typeof part === 'string' && refersToSecret(part)) {
      problems.push(`${path.join('.')}: a dynamic reference to a secret was given, which CloudFormation does not resolve in a custom resource. Pass the secret itself, as a SecretField or as an OAuthClient that is read from it.`);
    }
    if (part === undefined || typeof part === 'string') return part;
    if (typeof part === 'boolean') return { $boolean: String(part) };
    if (part instanceof UniqueName) return { $uniqueName: part.base };
    if (part instanceof Identity) {
      identities.push(part);
      return { $uniqueKey: part.text };
    }
    if (part instanceof SecretField) {
      secrets.add(part._secret);
      return part._render(String([...secrets].indexOf(part._secret)));
    }
    // A list that is a token as a whole cannot be taken apart.
    if (Array.isArray(part)) return Token.isUnresolved(part) ? part as string[] : part.map((item, index) => toNode(item, [...path, String(index)])!);

    const members = Object.entries(part)
      .map(([key, value]) => [key.startsWith('$') && !Token.isUnresolved(key) ? `$${key}` : key, toNode(value, [...path, key])] as const)
      .filter(([, value]) => value !== undefined);
    return Object.fromEntries(members);
  };

  const node = toNode(details, []) ?? {};
  return { node, secrets: [...secrets], identities, problems };
}

const SECRET_REFERENCE = /\{\{resolve:(secretsmanager|ssm-secure):/;

/** Whether a text is, or has in it, what CloudFormation would have to read from a secret. Of a token only such a reference is looked into. */
function refersToSecret(text: string): boolean {
  return SECRET_REFERENCE.test(text) || (Token.isUnresolved(text) && Tokenization.reverseString(text).tokens.some((token) =>
    token instanceof CfnDynamicReference && SECRET_REFERENCE.test(token.resolve({} as IResolveContext))));
}

/** A map or a list of the API that is left out if there is nothing in it. */
export function unlessEmpty<T extends object>(collection: T | undefined): T | undefined {
  return collection === undefined || Object.keys(collection).length === 0 ? undefined : collection;
}
