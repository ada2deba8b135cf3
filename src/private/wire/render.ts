/** Renders details to the contract. */

import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnDynamicReference, IResolveContext, Token, Tokenization } from 'aws-cdk-lib/core';
import { Details, SECRET_FIELD, UNIQUE_KEY, UNIQUE_NAME, UniqueKey } from './details';
import { WireNode } from '../contract';

/** Rendered details. */
export interface Rendered {
  readonly node: WireNode;
  /** The secrets that the node refers to by their index. They are collected here, so that none is used without a grant. */
  readonly secrets: ISecret[];
  readonly uniqueKeys: UniqueKey[];
  readonly problems: string[];
}

/** The way on for who gives a reference to a secret in place of a credential. */
const SECRET_ADVICE = 'Pass the secret itself, as a SecretField or as an OAuthClient that is read from it.';

export function render(details: Details, secretAdvice = SECRET_ADVICE): Rendered {
  const secrets = new Set<ISecret>();
  const problems: string[] = [];
  const uniqueKeys: UniqueKey[] = [];

  const toNode = (part: Details, path: string[]): WireNode | undefined => {
    if (typeof part === 'string' && refersToSecret(part)) {
      problems.push(`${path.join('.')}: a dynamic reference to a secret was given, which CloudFormation does not resolve in a custom resource. ${secretAdvice}`);
    }
    if (part === undefined || typeof part === 'string') return part;
    if (typeof part === 'boolean') return { $boolean: String(part) };
    // A list that is a token as a whole cannot be taken apart.
    if (Array.isArray(part)) return Token.isUnresolved(part) ? part as string[] : part.map((item, index) => toNode(item, [...path, String(index)])!);
    if (UNIQUE_NAME.matches(part)) return { $uniqueName: part.base };
    if (UNIQUE_KEY.matches(part)) {
      uniqueKeys.push(part);
      return { $uniqueKey: part.text };
    }
    if (SECRET_FIELD.matches(part)) {
      secrets.add(part._secret);
      return part._render(String([...secrets].indexOf(part._secret)));
    }

    const members = Object.entries(part)
      .map(([key, value]) => [key.startsWith('$') && !Token.isUnresolved(key) ? `$${key}` : key, toNode(value, [...path, key])] as const)
      .filter(([, value]) => value !== undefined);
    return Object.fromEntries(members);
  };

  const node = toNode(details, []) ?? {};
  return { node, secrets: [...secrets], uniqueKeys, problems };
}

const SECRET_REFERENCE = /\{\{resolve:(secretsmanager|ssm-secure):/;

/** Whether a text contains a dynamic reference to a secret. Of the tokens, only dynamic references are looked into. */
function refersToSecret(text: string): boolean {
  return SECRET_REFERENCE.test(text) || (Token.isUnresolved(text) && Tokenization.reverseString(text).tokens.some((token) =>
    token instanceof CfnDynamicReference && SECRET_REFERENCE.test(token.resolve({} as IResolveContext))));
}
