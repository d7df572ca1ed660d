import { messageOf, RealTimeError } from "../errors.js";
import { ReceivedEvent } from "../received-event.js";
/** The events and notices of one channel, handed over one at a time and in order, each when every callback is done with the one before. */
export class Feed {
    channel;
    #host;
    #subscribers;
    // Not bounded by itself: never more events wait in it than the client's credit lets come.
    #waiting = [];
    #isRunning = false;
    #isOver = false;
    followed;
    /** What the subscriptions hold: itself, or the feed of the pattern that has brought it. */
    root;
    constructor(channel, host, root) {
        this.channel = channel;
        this.#host = host;
        this.root = root ?? this;
        // Whoever follows a pattern follows what it brings.
        this.#subscribers = root ? root.#subscribers : new Set();
    }
    get isEmpty() { return this.#subscribers.size === 0; }
    add(subscriber) { this.#subscribers.add(subscriber); }
    remove(subscriber) { this.#subscribers.delete(subscriber); }
    push(item) {
        if (this.#isOver) {
            if ("event" in item)
                this.#host.released(item);
            return;
        }
        const last = this.#waiting.at(-1);
        if ("kind" in item && item.kind === "lag" && last && "kind" in last && last.kind === "lag")
            this.#waiting[this.#waiting.length - 1] = item;
        else
            this.#waiting.push(item);
        if (!this.#isRunning)
            void this.#run();
    }
    /** Nothing is handed over any more; the credit of what waits goes back. */
    end() {
        this.#isOver = true;
        for (const item of this.#waiting.splice(0))
            if ("event" in item)
                this.#host.released(item);
    }
    // Callbacks that return nothing to wait for are through with everything before this returns.
    async #run() {
        this.#isRunning = true;
        for (let item = this.#waiting.shift(); item; item = this.#waiting.shift()) {
            if ("kind" in item) {
                this.#tell(item);
                continue;
            }
            const pending = this.#handOver(item);
            if (pending.length > 0)
                await Promise.all(pending);
            this.#done(item);
        }
        this.#isRunning = false;
    }
    #tell(notice) {
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
    #handOver(delivery) {
        const event = new ReceivedEvent(delivery, () => this.#host.acknowledge(delivery), reason => this.#host.nack(delivery, reason));
        const pending = [];
        for (const subscriber of [...this.#subscribers]) {
            try {
                const result = subscriber.callback(event);
                if (typeof result?.then === "function")
                    pending.push(Promise.resolve(result).then(() => { }, (fault) => this.#failed(subscriber, fault)));
            }
            catch (fault) {
                this.#failed(subscriber, fault);
            }
        }
        return pending;
    }
    #done(delivery) {
        // Where the last callback has thrown, or has left meanwhile and nobody waits for it, nobody is done with the event.
        if (this.isEmpty)
            this.#host.released(delivery);
        else
            this.#host.handled(delivery);
    }
    #failed(subscriber, cause) {
        const isOver = subscriber.options.onThrow !== "continue";
        const error = new RealTimeError("callback", `A callback for ${this.channel} has thrown${isOver ? ", which ends its subscription" : ""}: ${messageOf(cause)}`, { channel: this.channel, cause });
        if (isOver)
            this.#subscribers.delete(subscriber);
        if (isOver && this.isEmpty && !this.#isOver)
            this.#host.abandoned(this.root);
        subscriber.onThrown(this.root.channel, error, isOver);
    }
}
