import { createHash } from 'crypto';
import { Names, Stack, Token } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { UNIQUE_SUFFIX_LENGTH } from './contract';
import { DISPLAY_NAME, TAG_VALUE } from './rules';
import { UniqueName } from './wire';

/** The stack that is deployed by itself: the one that the nested stacks around a construct are nested in. */
export function outermostStack(scope: IConstruct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}

/** A display name that leads back to the construct: its path, as far as the API takes it. The end of a long one says more than its beginning. */
export function defaultDisplayName(scope: IConstruct): string {
  return [...scope.node.path.replace(/[^\p{L}\p{N} _-]/gu, '-')].slice(-DISPLAY_NAME.max!).join('');
}

/** A readable name for the account-wide name space of MCP servers and agents, short enough for what the handler appends. */
export function uniqueName(scope: IConstruct, maxLength: number): UniqueName {
  return new UniqueName(Names.uniqueResourceName(scope, {
    maxLength: maxLength - UNIQUE_SUFFIX_LENGTH,
    separator: '-',
    allowedSpecialCharacters: '_-',
  }));
}

/** The value of the tag that a provider's role is fenced to: the same at every synthesis, and another for every provider. */
export function providerMark(provider: IConstruct): string {
  const stack = outermostStack(provider);
  const path = provider.node.path.slice(stack.node.path.length).replace(/^\//, '');
  if (Token.isUnresolved(stack.stackName)) return `${stack.stackName}/${allowedInTag(path)}`;

  const mark = allowedInTag(`${stack.stackName}/${path}`);
  return mark.length <= TAG_VALUE.max! ? mark : `${mark.slice(0, TAG_VALUE.max! - 9)}-${shortHash(mark)}`;
}

function allowedInTag(text: string): string {
  return text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_');
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
