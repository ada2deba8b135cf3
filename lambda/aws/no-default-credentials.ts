/**
 * Stands in the bundle for the SDK's chain of credential providers: the handler always says where its credentials come
 * from, and without this a third of the bundle would be code that never runs.
 */
export function defaultProvider(): never {
  throw new Error('the handler passes its credentials explicitly');
}
