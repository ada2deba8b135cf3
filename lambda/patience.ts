import { backoff, Clock } from './clock';
import { CallError } from './devops-agent';

/** How long a refusal of access may mean that a policy written moments ago has not spread yet. */
export const PROPAGATION = 45_000;
const ATTEMPTS = 6;

/** What the handler keeps back to answer CloudFormation. */
export const RESERVE = 15_000;

/**
 * Repeats a call that may be repeated without harm: throttled, for as long as there is time, since one's turn comes;
 * unanswered, a few times; denied, for a while. Whatever else it fails with is final.
 */
export async function patiently<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  const start = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const worthwhile = error instanceof CallError && (error.denied
        ? clock.now() - start < PROPAGATION
        : error.throttled || (error.ambiguous && attempt < ATTEMPTS));
      const wait = backoff(clock, attempt);
      if (!worthwhile || clock.remaining() < wait + RESERVE) {
        throw error;
      }
      await clock.sleep(wait);
    }
  }
}
