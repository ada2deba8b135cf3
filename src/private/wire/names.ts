/** The names of services, and the value of the provider tag. */

import { createHash } from 'crypto';
import { Names, Token } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { UniqueName } from './details';
import { UNIQUE_SUFFIX_LENGTH } from '../contract';
import { outermostStack } from '../stacks';
import { DISPLAY_NAME, TAG_VALUE } from '../validation/rules';

/** The default display name: the construct's path, as far as the API takes it. If the path is too long, its end is kept, which says more than its beginning. */
export function defaultDisplayName(scope: IConstruct): string {
  return [...scope.node.path.replace(/[^\p{L}\p{N} _-]/gu, '-')].slice(-DISPLAY_NAME.max!).join('');
}

/** The default name of an MCP server or an agent: readable, and short enough for the suffix that the handler appends. */
export function uniqueName(scope: IConstruct, maxLength: number): UniqueName {
  return new UniqueName(Names.uniqueResourceName(scope, {
    maxLength: maxLength - UNIQUE_SUFFIX_LENGTH,
    separator: '-',
    allowedSpecialCharacters: '_-',
  }));
}

/** The value of the provider tag, which the provider's role is fenced to: the same at every synthesis, and different for every provider. */
export function providerTagValue(provider: IConstruct): string {
  const stack = outermostStack(provider);
  const path = provider.node.path.slice(stack.node.path.length).replace(/^\//, '');
  if (Token.isUnresolved(stack.stackName)) return `${stack.stackName}/${allowedInTag(path)}`;

  const value = allowedInTag(`${stack.stackName}/${path}`);
  return value.length <= TAG_VALUE.max! ? value : `${value.slice(0, TAG_VALUE.max! - 9)}-${shortHash(value)}`;
}

function allowedInTag(text: string): string {
  return text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_');
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
