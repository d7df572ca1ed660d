// A clock that is nearer to the server's than that is right: what is between them is the way that the server's word took.
const WRONG_FROM_MS = 1_000;

/**
 * The time that mutations compete by: that of this machine, corrected by what the server said of its own, and never the same or earlier than what was said
 * before, whatever happens to the clocks.
 */
export class HybridClock {
  #last = 0;
  #aheadMs = 0;

  /** The server's clock was here a moment ago. A machine whose clock is wrong would win or lose every race by it. */
  observe(serverUnixMs: number, nowUnixMs: number): void {
    const aheadMs = serverUnixMs - nowUnixMs;
    this.#aheadMs = Math.abs(aheadMs) < WRONG_FROM_MS ? 0 : aheadMs;
  }

  /** Nothing at or before this moment is said any more. */
  passed(unixMs: number): void { this.#last = Math.max(this.#last, unixMs); }

  /** The next moment, in Unix milliseconds: later than every one before. */
  next(nowUnixMs: number): number {
    this.#last = Math.max(Math.round(nowUnixMs + this.#aheadMs), this.#last + 1);
    return this.#last;
  }
}
