/** The comparison of two configurations of one construct. */

/** The props in which two configurations differ. Constructs are compared by reference, lists and structures by content. */
export function differences<T extends object>(one: T, other: T): string[] {
  const props = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof T & string>;
  return [...props].filter((prop) => !same(one[prop], other[prop]));
}

function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isPlain(one) || !isPlain(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => same(one[key], other[key]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype);
}
