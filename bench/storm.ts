import { RateLimiter } from '../test/support/rate-limiter';
import { VirtualAccount } from '../test/support/virtual-account';

/**
 * An account whose DevOps Agent API throttles many invocations at once. Time is virtual, so a storm measures the schedule that the
 * handler's backoff makes, and not this machine. AWS Secrets Manager admits every call: it takes 10,000 reads a second.
 */
export class StormyAccount extends VirtualAccount {
  private readonly sleepers: { at: number; wake: () => void }[] = [];
  private seed = 1;

  constructor(private readonly limiter: RateLimiter) {
    super();
  }

  /** Runs invocations that all begin now. Returns the seconds until the last of them ended, and the number of those that failed. */
  public async run(invocations: (() => Promise<unknown>)[]): Promise<{ seconds: number; failed: number }> {
    const start = this.time;
    let running = invocations.length;
    let failed = 0;
    invocations.forEach((invocation) => void invocation().catch(() => failed++).finally(() => running--));
    for (;;) {
      // Everything that can continue without time passing does so first.
      await new Promise((resolve) => setImmediate(resolve));
      if (running === 0) return { seconds: (this.time - start) / 1000, failed };
      this.sleepers.sort((a, b) => a.at - b.at);
      const { at, wake } = this.sleepers.shift()!;
      this.time = at;
      wake();
    }
  }

  protected pass(ms: number): Promise<void> {
    return new Promise((wake) => this.sleepers.push({ at: this.time + ms, wake }));
  }

  protected async admit(operation: string): Promise<void> {
    if (operation !== 'GetSecretValue') this.limiter.admit(operation, this.time);
  }

  /** The same numbers in every run: a result must not be luck. */
  protected random(): number {
    this.seed = (this.seed * 48_271) % 2_147_483_647;
    return this.seed / 2_147_483_647;
  }
}
