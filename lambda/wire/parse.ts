import { Failure, quoted } from '../failure';
import { RawProperties, Registration } from './registration';
import { parseV1 } from './v1';

export type { Registration } from './registration';

/** The parser of each released version of the contract. A Delete and a rollback bring what an older release wrote. */
const PARSERS: ReadonlyMap<unknown, (raw: RawProperties) => Registration> = new Map([['1', parseV1]]);

/** Parses the properties of a registration. What this handler does not know fails: to ignore it would register something else. */
export function parseRegistration(raw: RawProperties): Registration {
  const parse = PARSERS.get(raw.Contract);
  if (!parse) {
    throw new Failure('reading the resource\'s properties',
      `their contract version is ${quoted(raw.Contract)}, and this handler knows ${[...PARSERS.keys()].map((version) => quoted(version)).join(', ')}`,
      'deploy the construct and its provider from the same release of cdk-devops-agent');
  }
  return parse(raw);
}

/** Parses old properties. They count as unknown where they cannot be read: that must not fail a rollback. */
export function readableRegistration(raw?: RawProperties): Registration | undefined {
  try {
    return raw && parseRegistration(raw);
  } catch {
    return undefined;
  }
}

/** The part of the properties that all versions of the contract share: enough to find what a Delete has to remove. */
export function parseForDelete(raw?: RawProperties): { readonly service?: string; readonly name?: string } {
  return { service: text(raw?.Service), name: text((raw?.Request as { name?: unknown } | null | undefined)?.name) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
