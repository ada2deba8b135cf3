import { hashOf } from './redaction';
import { Ordered, Page, ServiceError } from './types';

/** The token says where to go on, not how many to skip: what comes and goes between two pages moves nothing else. */
export function page<T>(
  all: readonly Ordered<T>[], { maxResults, nextToken }: Page, query: string, pageSize: number,
): { items: T[]; nextToken?: string } {
  const after = nextToken === undefined ? 0 : readToken(nextToken, query);
  const rest = all.filter(({ order }) => order > after).sort((a, b) => a.order - b.order);
  const shown = rest.slice(0, maxResults ?? pageSize);
  return {
    items: shown.map(({ item }) => item),
    ...(shown.length < rest.length && { nextToken: writeToken(shown[shown.length - 1].order, query) }),
  };
}

function writeToken(after: number, query: string): string {
  return Buffer.from(JSON.stringify({ after, query: hashOf(query) })).toString('base64url');
}

/** A token continues the query that it came from, and no other. */
function readToken(token: string, query: string): number {
  try {
    const content = JSON.parse(Buffer.from(token, 'base64url').toString()) as { after?: unknown; query?: unknown };
    if (typeof content.after === 'number' && content.query === hashOf(query)) return content.after;
  } catch {
    // Not a token of ours: refused below, as any other.
  }
  throw new ServiceError('ValidationException', 'Invalid nextToken');
}
