/** Time as the handler sees it. Everything that waits goes through it, so that tests can run it in virtual time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds until Lambda ends this invocation. */
  remaining(): number;
  /** Resolves after so many milliseconds; rejects where the invocation has been answered meanwhile. */
  sleep(ms: number): Promise<void>;
  /** A number from 0 to 1, for jitter. */
  random(): number;
}

/** How long a wait before the attempt after `attempt` (1, 2, …) lasts: exponential, capped, with full jitter. */
export function backoff(clock: Clock, attempt: number, cap = 5_000): number {
  const ceiling = Math.min(cap, 250 * 2 ** attempt);
  return Math.round(ceiling / 2 + (clock.random() * ceiling) / 2);
}
