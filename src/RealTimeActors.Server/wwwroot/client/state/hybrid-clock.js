// A clock that is nearer to the server's than that is right: what is between them is the way that the server's word took.
const WRONG_FROM_MS = 1_000;
/**
 * The time that mutations compete by: that of this machine, corrected by what the server said of its own, and never the same or earlier than what was said
 * before, whatever happens to the clocks.
 */
export class HybridClock {
    #last = 0;
    #aheadMs = 0;
    #isTold = false;
    /**
     * The server's clock was here a moment ago. A machine whose clock is wrong would win or lose every race by it. Answers what has to be added to the moments that
     * were said so far: not 0 where this is the server's first word, and the clock is wrong.
     */
    observe(serverUnixMs, nowUnixMs) {
        const aheadMs = serverUnixMs - nowUnixMs;
        this.#aheadMs = Math.abs(aheadMs) < WRONG_FROM_MS ? 0 : aheadMs;
        const wrongByMs = this.#isTold ? 0 : this.#aheadMs;
        this.#isTold = true;
        return wrongByMs;
    }
    /** Nothing at or before this moment is said any more; unless it is known by now that no clock can have come so far. */
    passed(unixMs, nowUnixMs) {
        if (!this.#isTold || !this.#isAhead(unixMs, nowUnixMs))
            this.#last = Math.max(this.#last, unixMs);
    }
    /** What a clock that was ahead has said is no measure any more, unless a mutation that bears it still waits; `latestWaiting` is 0 where none does. */
    goOnBehind(latestWaiting, nowUnixMs) {
        if (this.#isTold && this.#isAhead(this.#last, nowUnixMs))
            this.#last = latestWaiting;
    }
    /** What the server's clock says just now, as far as it is known. */
    now(nowUnixMs) { return Math.round(nowUnixMs + this.#aheadMs); }
    /** The next moment, in Unix milliseconds: later than every one before. */
    next(nowUnixMs) {
        this.#last = Math.max(this.now(nowUnixMs), this.#last + 1);
        return this.#last;
    }
    #isAhead(unixMs, nowUnixMs) { return unixMs > this.now(nowUnixMs) + WRONG_FROM_MS; }
}
