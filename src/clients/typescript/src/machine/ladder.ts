import type { Core } from "./core.js";

/** A way to reach a server, whatever it is made of: the session is the same on each. */
export type TransportName = "websocket" | "sse" | "poll";

/** For how long it is remembered that a transport works: then a failure is first taken for the server's or the network's, and only later for the transport's. */
const REMEMBERED_MS = 600_000;
const TRIES_WHERE_IT_WORKED = 3;

// A better one that worked a moment ago is tried again soon: the server was away, and the way was not blocked. What does not work is tried ever more rarely.
const CLIMB_MS_SOON = 1_000;
const CLIMB_MS = 10_000;
const CLIMB_MS_MAX = 600_000;

/**
 * Which transport is used: the first of those that are allowed, and the next one where it is blocked. While a lower one carries the session the better ones
 * are tried beside it, so that nothing stands still for that.
 */
export class Ladder {
  readonly #core: Core;
  readonly #workedAt = new Map<number, number>();
  #at: number;
  #failures = 0;
  #climbAt: number | undefined;
  #climbPause = CLIMB_MS;

  constructor(core: Core) {
    this.#core = core;
    this.#at = Math.max(0, core.options.transports.indexOf(core.options.transportFirst ?? core.options.transports[0]!));
  }

  /** What the next attempt uses. */
  get transport(): TransportName { return this.#core.options.transports[this.#at]!; }

  /** How long an attempt may take to open, and then to be welcomed. Where there is another way to try it is not waited as long. */
  within(wholeMs: number): number { return this.#core.options.transports.length > 1 ? Math.min(wholeMs, this.#core.options.transportWithinMs) : wholeMs; }

  /** A connection over it was welcomed. */
  worked(now: number, transport: TransportName): void {
    this.#at = this.#core.options.transports.indexOf(transport);
    this.#workedAt.set(this.#at, now);
    this.#climbPause = CLIMB_MS;
    this.#climbAt = undefined;
    if (this.#at > 0) this.#climbLater(now, this.#didWork(now, 0) ? CLIMB_MS_SOON : CLIMB_MS);
  }

  /** What was welcomed over it lasted. */
  lasted(): void { this.#failures = 0; }

  /** An attempt came to nothing, and no word of a server says why; or what was welcomed did not last. */
  failed(now: number): void {
    this.#climbAt = undefined;
    const tries = (this.#didWork(now, this.#at) ? TRIES_WHERE_IT_WORKED : 1) * this.#core.options.endpoints.length;
    if (++this.#failures >= tries) this.#stepDown();
  }

  /** It opened and was welcomed, and does not carry what it should: something on the way holds it back. */
  blocked(): void {
    this.#workedAt.delete(this.#at);
    this.#climbAt = undefined;
    this.#stepDown();
  }

  /** A better one was tried beside the present one and does not work yet. */
  climbFailed(now: number, transport: TransportName): void {
    const next = this.#core.options.transports.indexOf(transport) + 1;
    if (next < this.#at) {
      this.#climb(now, next);
      return;
    }
    this.#climbLater(now, this.#climbPause);
    this.#climbPause = Math.min(2 * this.#climbPause, CLIMB_MS_MAX);
  }

  /** The platform says that the network is another, or somebody looks: what was blocked there need not be here. */
  lookUp(now: number): void { if (this.#climbAt !== undefined) this.#climbAt = Math.min(this.#climbAt, now + CLIMB_MS_SOON); }

  get deadline(): number | undefined { return this.#core.isWelcomed && !this.#core.handover.isUnderWay ? this.#climbAt : undefined; }

  tick(now: number): void {
    const due = this.deadline;
    if (due !== undefined && due <= now) this.#climb(now, 0);
  }

  #climb(now: number, rung: number): void {
    this.#climbAt = undefined;
    this.#core.handover.begin(now, this.#core.connecting.endpoint, this.#core.options.transports[rung]!, "climb");
  }

  #climbLater(now: number, afterMs: number): void {
    // Clients that fell together do not climb together.
    this.#climbAt = now + afterMs * (1 + this.#core.chance());
  }

  #stepDown(): void {
    this.#failures = 0;
    this.#at = (this.#at + 1) % this.#core.options.transports.length;
  }

  #didWork(now: number, rung: number): boolean {
    const at = this.#workedAt.get(rung);
    return at !== undefined && now - at < REMEMBERED_MS;
  }
}
