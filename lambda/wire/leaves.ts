import { WireLeaf, WireNode, WireRequest } from '../../src/private/contract';

const TAGS = ['$secret', '$boolean', '$uniqueName', '$uniqueKey'];

/** Whether a node is a tagged leaf with this tag. */
export function isTagged(node: object, tag: string): boolean {
  return tag in node;
}

/** The tagged leaves of a request. */
export function leavesOf(request: WireRequest): WireLeaf[] {
  const within = (node: WireNode | undefined): WireLeaf[] => {
    if (typeof node !== 'object') {
      return [];
    }
    return TAGS.some((tag) => isTagged(node, tag)) ? [node as WireLeaf] : Object.values(node).flatMap(within);
  };
  return within(request as unknown as WireNode);
}
