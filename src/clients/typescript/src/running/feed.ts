import { messageOf, RealTimeError } from "../errors.js";
import type { Delivery } from "../machine/effects.js";
import type { Followed } from "../machine/followed.js";
import type { Notice } from "../machine/notices.js";
import type { SubscribeOptions } from "../options.js";
import { ReceivedEvent } from "../received-event.js";

/** One callback of the application. */
export interface Subscriber {
  readonly callback: (event: ReceivedEvent<any>) => unknown;
  readonly options: SubscribeOptions;

  /** `isBrought`: it is of a channel that a pattern has brought, and not of what was asked for. */
  onNotice(notice: Notice, isBrought: boolean): void;
  onThrown(channel: string, error: RealTimeError, isOver: boolean): void;
}

/** What a feed tells the one that keeps it. */
export interface FeedHost {
  handled(delivery: Delivery): void;
  released(delivery: Delivery): void;
  acknowledge(delivery: Delivery): void;
  nack(delivery: Delivery, reason: string | undefined): void;

  /** Nobody listens any more, because the last one has thrown. */
  abandoned(feed: Feed): void;
  noticed(notice: Notice): void;
}

/** The events and notices of one channel, handed over one at a time and in order, each when every callback is done with the one before. */
export class Feed {
  readonly #host: FeedHost;
  readonly #subscribers: Set<Subscriber>;

  // Not bounded by itself: never more events wait in it than the client's credit lets come.
  readonly #waiting: (Delivery | Notice)[] = [];
  #isRunning = false;
  #isOver = false;
  followed!: Followed;

  /** What the subscriptions hold: itself, or the feed of the pattern that has brought it. */
  readonly root: Feed;

  constructor(readonly channel: string, host: FeedHost, root?: Feed) {
    this.#host = host;
    this.root = root ?? this;
    // Whoever follows a pattern follows what it brings.
    this.#subscribers = root ? root.#subscribers : new Set();
  }

  get isEmpty(): boolean { return this.#subscribers.size === 0; }

  add(subscriber: Subscriber): void { this.#subscribers.add(subscriber); }

  remove(subscriber: Subscriber): void { this.#subscribers.delete(subscriber); }

  push(item: Delivery | Notice): void {
    if (this.#isOver) {
      if ("event" in item) this.#host.released(item);
      return;
    }
    const last = this.#waiting.at(-1);
    if ("kind" in item && item.kind === "lag" && last && "kind" in last && last.kind === "lag") this.#waiting[this.#waiting.length - 1] = item;
    else this.#waiting.push(item);
    if (!this.#isRunning) void this.#run();
  }

  /** Nothing is handed over any more; the credit of what waits goes back. */
  end(): void {
    this.#isOver = true;
    for (const item of this.#waiting.splice(0)) if ("event" in item) this.#host.released(item);
  }

  // Callbacks that return nothing to wait for are through with everything before this returns.
  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let item = this.#waiting.shift(); item; item = this.#waiting.shift()) {
      if ("kind" in item) {
        this.#tell(item);
        continue;
      }
      const pending = this.#handOver(item);
      if (pending.length > 0) await Promise.all(pending);
      this.#done(item);
    }
    this.#isRunning = false;
  }

  #tell(notice: Notice): void {
    for (const subscriber of [...this.#subscribers]) {
      subscriber.onNotice(notice, this.root !== this);
      try {
        subscriber.options.noticed?.(notice);
      }
      catch (fault) {
        this.#failed(subscriber, fault);
      }
    }
    this.#host.noticed(notice);
  }

  /** Answers what is to be waited for. */
  #handOver(delivery: Delivery): Promise<void>[] {
    const event = new ReceivedEvent(delivery, () => this.#host.acknowledge(delivery), reason => this.#host.nack(delivery, reason));
    const pending: Promise<void>[] = [];
    for (const subscriber of [...this.#subscribers]) {
      try {
        const result = subscriber.callback(event) as PromiseLike<unknown> | undefined;
        if (typeof result?.then === "function") pending.push(Promise.resolve(result).then(() => {}, (fault: unknown) => this.#failed(subscriber, fault)));
      }
      catch (fault) {
        this.#failed(subscriber, fault);
      }
    }
    return pending;
  }

  #done(delivery: Delivery): void {
    // Where the last callback has thrown, or has left meanwhile and nobody waits for it, nobody is done with the event.
    if (this.isEmpty) this.#host.released(delivery);
    else this.#host.handled(delivery);
  }

  #failed(subscriber: Subscriber, cause: unknown): void {
    const isOver = subscriber.options.onThrow !== "continue";
    const error = new RealTimeError("callback", `A callback for ${this.channel} has thrown${isOver ? ", which ends its subscription" : ""}: ${messageOf(cause)}`, { channel: this.channel, cause });
    if (isOver) this.#subscribers.delete(subscriber);
    if (isOver && this.isEmpty && !this.#isOver) this.#host.abandoned(this.root);
    subscriber.onThrown(this.root.channel, error, isOver);
  }
}
