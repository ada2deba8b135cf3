import { CallError } from '../lambda/devops-agent';
import { VirtualAccount } from '../test/support/virtual-account';

/** What AWS's services throttle by: a bucket that fills at a rate, and holds so many requests. A refused one takes nothing. */
class Bucket {
  public static readonly RATE = 5;
  public static readonly BURST = 10;

  private level = Bucket.BURST;
  private at = 0;

  public take(now: number): boolean {
    this.level = Math.min(Bucket.BURST, this.level + ((now - this.at) / 1000) * Bucket.RATE);
    this.at = now;
    if (this.level < 1) return false;
    this.level--;
    return true;
  }
}

/**
 * Many invocations at once against services that throttle. The time is virtual, so what is measured is the schedule that the
 * handler's own waiting makes, and not this machine.
 */
export class StormWorld extends VirtualAccount {
  /** How long so many calls of one service take at best. */
  public static secondsFor(calls: number): number {
    return (calls - Bucket.BURST) / Bucket.RATE;
  }

  private readonly buckets: { [service: string]: Bucket } = {};
  private readonly sleepers: { at: number; wake: () => void }[] = [];
  private seed = 1;

  /** Runs invocations that all begin now: the seconds until the last of them has ended, and how many have failed. */
  public async run(invocations: (() => Promise<unknown>)[]): Promise<{ seconds: number; failed: number }> {
    const start = this.time;
    let running = invocations.length;
    let failed = 0;
    invocations.forEach((invocation) => void invocation().catch(() => failed++).finally(() => running--));
    for (;;) {
      // Everything that can go on without time going by does so first.
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
    const service = operation === 'GetSecretValue' ? 'AWS Secrets Manager' : 'AWS DevOps Agent';
    const bucket = this.buckets[service] ??= new Bucket();
    if (!bucket.take(this.time)) throw new CallError(operation, 'ThrottlingException', 'Rate exceeded', 429);
  }

  /** The same numbers in every run: what a run finds must not be luck. */
  protected random(): number {
    this.seed = (this.seed * 48_271) % 2_147_483_647;
    return this.seed / 2_147_483_647;
  }
}
