/** The owner of a service: a resource of a stack, as the ownership tags name it. */
import { TAG } from '../../src/private/contract';

/** The owner that an event, or a resource of a stack, stands for. */
export function ownerOf({ StackId, LogicalResourceId }: { readonly StackId: string; readonly LogicalResourceId: string }): string {
  return `${StackId} ${LogicalResourceId}`;
}

/** The owner that tags name. */
export function ownerIn(tags: { readonly [key: string]: string }): string {
  return `${tags[TAG.stack]} ${tags[TAG.resource]}`;
}
