/** One or several channels, or patterns of channels, that are followed with one callback. */
export class Subscription {
    #feeds;
    #brought;
    #leave;
    #left = new Set();
    #error = null;
    /** The names and patterns, as they were given. */
    channels;
    /** Fulfilled when the server has taken up every channel for the first time; rejected when it refuses one, or the subscription ends before. Nobody has to wait for it. */
    started;
    /** @internal */
    constructor(feeds, started, brought, leave) {
        this.#feeds = feeds;
        this.#brought = brought;
        this.#leave = leave;
        this.channels = [...feeds.keys()];
        this.started = started;
        started.catch(() => { });
    }
    /** Of several channels the one that is furthest from being active counts; `ended` when all of them are. */
    get state() {
        const phases = [...this.#feeds].filter(([channel]) => !this.#left.has(channel)).map(([, { followed }]) => followed.phase).filter(phase => phase !== "ended");
        if (phases.length === 0)
            return "ended";
        if (phases.includes("pausing"))
            return "interrupted";
        return phases.every(phase => phase === "active") ? "active" : "waiting";
    }
    /** Why it ended, where it was not `unsubscribe()`; null otherwise. */
    get error() { return this.#error; }
    /** The channels that its patterns have brought so far: those with events of theirs, and those that were announced. */
    get broughtChannels() { return [...this.#feeds.values()].flatMap(feed => feed.followed.isPattern ? this.#brought.channelsOf(feed) : []); }
    /** How far it has come: in its channel, or in the first of several. A pattern has no position; each of the channels that it brings has. */
    get position() { return this.positionIn(this.channels[0]); }
    /** How far it has come in one of its channels, or in one that a pattern of it has brought. */
    positionIn(channel) {
        const followed = this.#find(channel);
        if (!followed)
            throw new RangeError(`One of ${this.channels.join(", ")} is expected; ${JSON.stringify(channel)} is not followed with this subscription.`);
        const { epoch, processedPrefix, processedAhead, receivedPrefix, acked, head } = followed;
        return { epoch, offset: processedPrefix, ahead: processedAhead.map(([from, to]) => [from, to]), received: receivedPrefix, acked, head };
    }
    /**
     * Leaves all its channels, or those that are named; the session forgets where it was in them. (To stop and go on later, disconnect only.) What waits is not
     * handed over any more.
     */
    unsubscribe(...channels) { this.#leave(channels.length === 0 ? this.channels : channels); }
    #find(channel) {
        const named = this.#feeds.get(channel)?.followed;
        if (named)
            return named;
        for (const feed of this.#feeds.values()) {
            const found = feed.followed.isPattern ? this.#brought.broughtBy(feed, channel) : undefined;
            if (found)
                return found;
        }
        return undefined;
    }
    /** @internal A channel has ended for it. */
    end(channel, error) {
        this.#left.add(channel);
        this.#error ??= error;
    }
}
