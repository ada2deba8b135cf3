/** The validation of unique keys: of each, an account can have one service in a Region. */

import { Token } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { keptBy } from '../copies';
import { outermostStack } from '../stacks';

interface Key {
  readonly text: string;
  readonly kind: string;
}

export function uniqueKeyProblems(registration: IConstruct, { text, kind }: Key): string[] {
  const owner = ownersIn(registration).get(nameOf({ text, kind }));
  return owner && isInTree(owner)
    ? [`${kind} '${text}': there can be only one in an account and Region, and '${owner.node.path}' registers it already. Use that registration in both places, or change one of them.`]
    : [];
}

/** Records the owner of a unique key. Done for valid registrations only: one that threw stays in the tree, but registers nothing. */
export function recordUniqueKey(registration: IConstruct, key: Key): void {
  if (!Token.isUnresolved(key.text)) ownersIn(registration).set(nameOf(key), registration);
}

/** The owners of unique keys in a deployment. To search hundreds of registrations for each of them would be slow. */
function ownersIn(registration: IConstruct): Map<string, IConstruct> {
  return keptBy(outermostStack(registration), 'uniqueKeys', () => new Map());
}

function nameOf({ text, kind }: Key): string {
  return `${kind} ${text}`;
}

/** Whether a construct was not removed again. */
export function isInTree({ node }: IConstruct): boolean {
  return node.scope?.node.tryFindChild(node.id)?.node === node;
}
