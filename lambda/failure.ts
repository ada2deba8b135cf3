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

/** A text of others for a sentence: it may be of any length, and the next step and the request id must not be cut. */
export function foreign(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max)}…`;
}

/** A value of others in quotes, for a sentence. */
export function quoted(value: unknown, max = 100): string {
  return `'${foreign(typeof value === 'string' ? value : String(JSON.stringify(value)), max)}'`;
}

/** How many of others' words are told: characters, and bytes that they take in an answer. */
const MAX_WORDS = 1_000;
const MAX_BYTES = 1_500;

/** What every sentence names beside the failure itself. */
export interface Subject {
  readonly service: string;
  readonly logicalId: string;
  readonly requestId: string;
  /** An update may be a rollback, and a rollback that fails leaves a stack that nothing moves but this. */
  readonly update: boolean;
}

/**
 * The one sentence that CloudFormation shows. Only what others said can hold a credential, so only that is redacted:
 * a short value, such as a client id of two letters, would make the rest unreadable.
 */
export function sentence(subject: Subject, error: unknown, redact: (text: string) => string): string {
  const failure = error instanceof Failure ? error
    // A bug of ours. Its message may help; its stack would only tell where the bundle was unpacked.
    : new Failure('the handler', error instanceof Error ? `${error.name}: ${error.message}` : String(error), 'please report this with the request id');
  const words = shorten(redact(failure.words).replace(/\s+/g, ' ').trim().replace(/[.;,]+$/, ''));
  const wayOut = subject.update
    ? `; should this end in UPDATE_ROLLBACK_FAILED, continue the rollback with --resources-to-skip ${subject.logicalId}, and the next update sets it right`
    : '';
  return `${subject.service} (${subject.logicalId}): ${failure.step} failed: ${words}; ${failure.advice}${wayOut} (request id ${subject.requestId})`;
}

/** Others' words may be of any length, and CloudFormation takes only so much: what to do and the request id must not be cut. */
function shorten(words: string): string {
  let end = Math.min(words.length, MAX_WORDS);
  while (Buffer.byteLength(JSON.stringify(words.slice(0, end))) > MAX_BYTES) {
    end = Math.floor(end * 0.9);
  }
  return end === words.length ? words : `${words.slice(0, end)}…`;
}
