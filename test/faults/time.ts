/** A timer that has not gone off yet. */
interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/**
 * Virtual time. Everything that happens in a schedule waits here, so nothing depends on the machine, and half an hour
 * takes as long as its steps.
 */
export class VirtualTime {
  private current: number;
  /** Sorted by time; those of one time stand in the order in which they were set. */
  private readonly timers: Timer[] = [];

  constructor(public readonly start: number) {
    this.current = start;
  }

  public now(): number {
    return this.current;
  }

  public at(when: number, action: () => void): void {
    const at = Math.max(when, this.current);
    let place = this.timers.length;
    while (place > 0 && this.timers[place - 1].at > at) {
      place--;
    }
    this.timers.splice(place, 0, { at, action });
  }

  public sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.current + ms, resolve));
  }

  /** Lets time pass until nothing waits any more. Fails where that never comes. */
  public async run(longest: number): Promise<void> {
    // A tick that is asked for by a script itself, and not by a promise, would come before all promises.
    await Promise.resolve();
    for (;;) {
      // All that can go on without time passing goes on first: a tick comes when no promise has anything left to do.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      const timer = this.timers.shift();
      if (!timer) {
        return;
      }
      if (timer.at > this.start + longest) {
        throw new Error(`still busy after ${longest / 3_600_000} hours`);
      }
      this.current = timer.at;
      timer.action();
    }
  }
}

/** A promise that never settles. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** Numbers from 0 to 1, the same for the same seed: the generator of Park and Miller. */
export function randomNumbers(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}
