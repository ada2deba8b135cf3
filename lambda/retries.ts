import { backoff, Clock } from './clock';
import { CallError } from './devops-agent';

/** How long a refusal of access may mean that a policy written moments ago has not spread yet. */
export const PROPAGATION = 45_000;
const ATTEMPTS = 6;

/** What the handler keeps back to answer CloudFormation. */
export const RESERVE = 15_000;

/** Something that may go on for so long, counted from when it was first seen: what came before has nothing to do with it. */
export class RetryWindow {
  private start?: number;

  constructor(private readonly clock: Clock, private readonly longest: number) {}

  /** Whether it may go on still. */
  public isOpen(): boolean {
    this.start ??= this.clock.now();
    return this.clock.now() - this.start < this.longest;
  }
}

/**
 * Repeats a call that may be repeated without harm: throttled, for as long as there is time, since one's turn comes;
 * unanswered, a few times; denied, for a while. Whatever else it fails with is final.
 */
export async function withRetries<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  const denial = new RetryWindow(clock, PROPAGATION);
  for (let attempt = 1, unanswered = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const worthwhile = error instanceof CallError
        && (error.denied ? denial.isOpen() : error.throttled || (error.ambiguous && ++unanswered < ATTEMPTS));
      const wait = backoff(clock, attempt);
      if (!worthwhile || clock.remaining() < wait + RESERVE) {
        throw error;
      }
      await clock.sleep(wait);
    }
  }
}
