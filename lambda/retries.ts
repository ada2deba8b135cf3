import { backoff, Clock } from './clock';
import { CallError } from './devops-agent';

/** How long a refusal of access may mean that a policy written moments ago has not spread yet. */
export const PROPAGATION = 45_000;
const ATTEMPTS = 6;

/** What the handler keeps back to answer CloudFormation. */
export const RESERVE = 15_000;

/**
 * A window in which a refusal may pass by itself, counted from the first refusal. A refusal is final if its call began after
 * the window was over, so that one slow call does not use the window up.
 */
export class RetryWindow {
  private opened?: number;

  constructor(private readonly clock: Clock, private readonly length: number) {}

  /** Whether a call that began at this time may be repeated. */
  public isOpen(began: number): boolean {
    this.opened ??= this.clock.now();
    return began - this.opened < this.length;
  }

  /** The next refusal is the first one of another window. */
  public restart(): void {
    this.opened = undefined;
  }
}

/**
 * Repeats a call that may be repeated without harm: throttled, for as long as there is time, since one's turn comes;
 * unanswered, a few times; denied, for a while. Whatever else it fails with is final, unless it `passes` by itself.
 */
export async function withRetries<T>(
  clock: Clock, call: () => Promise<T>, passes: (error: CallError, began: number) => boolean = () => false,
): Promise<T> {
  const denial = new RetryWindow(clock, PROPAGATION);
  for (let attempt = 1, unanswered = 0; ; attempt++) {
    const began = clock.now();
    try {
      return await call();
    } catch (error) {
      const worthwhile = error instanceof CallError
        && (passes(error, began) || (error.denied ? denial.isOpen(began) : error.throttled || (error.ambiguous && ++unanswered < ATTEMPTS)));
      const wait = backoff(clock, attempt);
      if (!worthwhile || clock.remaining() < wait + RESERVE) {
        throw error;
      }
      await clock.sleep(wait);
    }
  }
}
