import { CallError } from '../../lambda/devops-agent';

/** A token bucket, as AWS's services throttle by: it holds up to `burst` requests and refills at `rate` a second. A refused request takes none. */
export class RateLimiter {
  private tokens: number;
  private refilledAt = 0;

  constructor(public readonly rate: number, public readonly burst = 10) {
    this.tokens = burst;
  }

  /** Throws ThrottlingException unless a request is left. `now` is in milliseconds. */
  public admit(operation: string, now: number): void {
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.refilledAt) / 1000) * this.rate);
    this.refilledAt = now;
    if (this.tokens < 1) {
      throw new CallError(operation, 'ThrottlingException', 'Rate exceeded', 429);
    }
    this.tokens--;
  }

  /** The seconds that this many requests take at best. */
  public secondsFor(requests: number): number {
    return (requests - this.burst) / this.rate;
  }
}
