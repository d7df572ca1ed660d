import type { OffsetRange } from "./codec/frames.js";
import type { RealTimeError } from "./errors.js";
import type { Followed } from "./machine/followed.js";
import type { Feed } from "./running/feed.js";

/** Where a subscription stands. */
export type SubscriptionState =
  /** The server has not taken it up on this connection yet. */
  | "waiting"
  /** Its events come as they are published. */
  | "active"
  /** The server has dropped it for now; it is asked for again by itself. */
  | "interrupted"
  | "ended";

/** How far a subscription has come in a channel. */
export interface Position {
  /** The life of the log that the offsets are of; null until the server has announced a position. */
  readonly epoch: string | null;

  /** Up to here the callback is done with everything: where the next process goes on. */
  readonly offset: number;

  /** What it is done with ahead of that: higher priorities may overtake. */
  readonly ahead: readonly OffsetRange[];

  /** Up to here everything has come, was left out at the client's wish, or was announced as lost. */
  readonly received: number;

  /** Up to here the server has been told that it is done. */
  readonly acked: number;

  /** The newest offset that is known of. */
  readonly head: number;
}

/** @internal Knows what patterns have brought. */
export interface Brought {
  broughtBy(pattern: Feed, channel: string): Followed | undefined;
  channelsOf(pattern: Feed): string[];
}

/** One or several channels, or patterns of channels, that are followed with one callback. */
export class Subscription {
  readonly #feeds: ReadonlyMap<string, Feed>;
  readonly #brought: Brought;
  readonly #leave: (channels: readonly string[]) => void;
  readonly #left = new Set<string>();
  #error: RealTimeError | null = null;

  /** The names and patterns, as they were given. */
  readonly channels: readonly string[];

  /** Fulfilled when the server has taken up every channel for the first time; rejected when it refuses one, or the subscription ends before. Nobody has to wait for it. */
  readonly started: Promise<void>;

  /** @internal */
  constructor(feeds: ReadonlyMap<string, Feed>, started: Promise<void>, brought: Brought, leave: (channels: readonly string[]) => void) {
    this.#feeds = feeds;
    this.#brought = brought;
    this.#leave = leave;
    this.channels = [...feeds.keys()];
    this.started = started;
    started.catch(() => {});
  }

  /** Of several channels the one that is furthest from being active counts; `ended` when all of them are. */
  get state(): SubscriptionState {
    const phases = [...this.#feeds].filter(([channel]) => !this.#left.has(channel)).map(([, { followed }]) => followed.phase).filter(phase => phase !== "ended");
    if (phases.length === 0) return "ended";
    if (phases.includes("pausing")) return "interrupted";
    return phases.every(phase => phase === "active") ? "active" : "waiting";
  }

  /** Why it ended, where it was not `unsubscribe()`; null otherwise. */
  get error(): RealTimeError | null { return this.#error; }

  /** The channels that its patterns have brought so far: those with events of theirs, and those that were announced. */
  get broughtChannels(): string[] { return [...this.#feeds.values()].flatMap(feed => feed.followed.isPattern ? this.#brought.channelsOf(feed) : []); }

  /** How far it has come: in its channel, or in the first of several. A pattern has no position; each of the channels that it brings has. */
  get position(): Position { return this.positionIn(this.channels[0]!); }

  /** How far it has come in one of its channels, or in one that a pattern of it has brought. */
  positionIn(channel: string): Position {
    const followed = this.#find(channel);
    if (!followed) throw new RangeError(`One of ${this.channels.join(", ")} is expected; ${JSON.stringify(channel)} is not followed with this subscription.`);
    const { epoch, processedPrefix, processedAhead, receivedPrefix, acked, head } = followed;
    return { epoch, offset: processedPrefix, ahead: processedAhead.map(([from, to]) => [from, to] as const), received: receivedPrefix, acked, head };
  }

  /**
   * Leaves all its channels, or those that are named; the session forgets where it was in them. (To stop and go on later, disconnect only.) What waits is not
   * handed over any more.
   */
  unsubscribe(...channels: string[]): void { this.#leave(channels.length === 0 ? this.channels : channels); }

  #find(channel: string): Followed | undefined {
    const named = this.#feeds.get(channel)?.followed;
    if (named) return named;
    for (const feed of this.#feeds.values()) {
      const found = feed.followed.isPattern ? this.#brought.broughtBy(feed, channel) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  /** @internal A channel has ended for it. */
  end(channel: string, error: RealTimeError | null): void {
    this.#left.add(channel);
    this.#error ??= error;
  }
}
