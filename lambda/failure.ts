
/** A failure as the user reads it: the step that failed, why, and the next step. */
export class Failure extends Error {
  /** The error that it came from. */
  public readonly cause?: unknown;
  /** The row of the table of decisions. */
  public readonly row?: string;

  constructor(
    /** The step that failed, such as `RegisterService`. */
    public readonly step: string,
    /** The reason, where possible in the service's own words. */
    public readonly words: string,
    /** The next step of the user. */
    public readonly advice: string,
    { cause, row }: { readonly cause?: unknown; readonly row?: string } = {},
  ) {
    super(`${step}: ${words}`);
    this.cause = cause;
    this.row = row;
  }
}

/** The bytes of an answer that the words of others may take: CloudFormation takes only so much, and the next step and the request id must not be cut. */
export const MAX_WORDS = 1_500;

const ELLIPSIS = '…';

/**
 * A text of others, fit for a sentence: at most `max` bytes in an answer's JSON, cut between characters, and without
 * what a terminal or a console takes for more than text, such as control characters, bidi overrides and half surrogates.
 */
export function foreign(text: string, max: number): string {
  // Bounded first: whatever follows is done to no more than this.
  const bounded = text.slice(0, 2 * max);
  const clean = bounded.replace(/[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}]+/gu, ' ').trim();
  let bytes = 0;
  let kept = '';
  let cut = '';
  for (const char of clean) {
    bytes += Buffer.byteLength(JSON.stringify(char)) - 2;
    if (bytes > max) {
      return cut + ELLIPSIS;
    }
    kept += char;
    cut = bytes + Buffer.byteLength(ELLIPSIS) > max ? cut : kept;
  }
  return bounded.length < text.length ? cut + ELLIPSIS : kept;
}

/** A value of others in quotes, for a sentence. */
export function quoted(value: unknown, max = 100): string {
  return `'${foreign(typeof value === 'string' ? value : String(JSON.stringify(value)), max)}'`;
}

/** The resource that a sentence is about. */
export interface Subject {
  readonly service: string;
  readonly logicalId: string;
  readonly requestId: string;
  readonly kind: 'registration' | 'association';
  /** An update may be a rollback, and only the advice for one gets a stack on whose rollback failed. */
  readonly update: boolean;
}

/**
 * The one sentence that CloudFormation shows. Only the words of others can hold a credential, so only they are redacted:
 * a short value, such as a client id of two letters, would make the rest unreadable.
 */
export function sentence(subject: Subject, error: unknown, redact: (text: string) => string): string {
  const failure = error instanceof Failure ? error
    // A bug of ours. Its message may help; its stack would only show the bundle's path.
    : new Failure('the handler', error instanceof Error ? `${error.name}: ${error.message}` : String(error), 'please report this with the request id');
  // Redacted before they are cut: what is left of a value would not be recognised. Bounded before anything else.
  const words = foreign(redact(failure.words), MAX_WORDS).replace(/[.;,]+$/, '');
  const rollback = subject.update
    ? `; if the stack ends in UPDATE_ROLLBACK_FAILED, remove the cause and run continue-update-rollback; only if it cannot be removed, add --resources-to-skip ${subject.logicalId}: the next update repairs the ${subject.kind}`
    : '';
  return `${foreign(subject.service, 100)} (${subject.logicalId}): ${failure.step} failed: ${words}; ${failure.advice}${rollback} (request id ${subject.requestId})`;
}
