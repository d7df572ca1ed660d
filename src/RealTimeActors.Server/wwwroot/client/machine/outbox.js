/** One publish that waits for its answer. */
export class OutboxEntry {
    id;
    frame;
    lane;
    bytes;
    deadline;
    /** Whether it takes one of the places that its channel remembers. Then its frame has a producer sequence, the same however often it is sent. */
    isInWindow = false;
    /** Whether it is on its way on the present connection. */
    isSent = false;
    /** Whether a former sending may have been appended without our having heard of it. */
    mayBeInLog = false;
    isSettled = false;
    refusals = 0;
    tokenAttempts = 0;
    constructor(id, frame, lane, bytes, deadline) {
        this.id = id;
        this.frame = frame;
        this.lane = lane;
        this.bytes = bytes;
        this.deadline = deadline;
    }
}
/** The publishes to one channel, in order. */
export class PublishLane {
    channel;
    lastSequence;
    /** From the oldest unanswered one on, all that was sent after it, answered or not: what the channel has to remember for a repeat of the oldest to be recognised. */
    window = [];
    /** Beyond the window. */
    waiting = new Set();
    /** Nothing is sent before then: one of the lane has to be repeated first, and order is kept. */
    heldUntil;
    /** Repeats since the last answer that settled one. */
    attempts = 0;
    /** Sequences in the window are consecutive, so that a window of 1,000 is no more than what a channel remembers, however it counts. */
    constructor(channel, lastSequence) {
        this.channel = channel;
        this.lastSequence = lastSequence;
    }
}
/**
 * The publishes that are not answered yet, bounded by count and bytes. Says which may be sent next: per channel in order, and never so many that a repeat
 * of the oldest could fall out of what the channel remembers.
 */
export class Outbox {
    producerId;
    countMax;
    bytesMax;
    windowMax;
    #entries = new Map();
    #lanes = new Map();
    #held = new Set();
    #lastSequence = 0;
    #bytes = 0;
    constructor(producerId, countMax, bytesMax, windowMax) {
        this.producerId = producerId;
        this.countMax = countMax;
        this.bytesMax = bytesMax;
        this.windowMax = windowMax;
    }
    get count() { return this.#entries.size; }
    get bytes() { return this.#bytes; }
    /** The oldest, which also has the earliest deadline. */
    get oldest() { return this.#entries.values().next().value; }
    hasRoomFor(bytes) { return this.#entries.size < this.countMax && this.#bytes + bytes <= this.bytesMax; }
    add(id, frame, bytes, deadline) {
        let lane = this.#lanes.get(frame.channel);
        if (!lane)
            this.#lanes.set(frame.channel, lane = new PublishLane(frame.channel, this.#lastSequence));
        const entry = new OutboxEntry(id, frame, lane, bytes, deadline);
        this.#entries.set(id, entry);
        lane.waiting.add(entry);
        this.#bytes += bytes;
        return entry;
    }
    find(id) { return this.#entries.get(id); }
    /** Takes it out for good. What may be sent in its stead is found by {@link nextOf}. */
    settle(entry) {
        entry.isSettled = true;
        this.#entries.delete(entry.id);
        this.#bytes -= entry.bytes;
        entry.lane.waiting.delete(entry);
        this.#trim(entry.lane);
    }
    /** The next of a lane that has a place in the window and was not sent before; it has the place from now on. */
    nextOf(lane) {
        if (lane.heldUntil !== undefined || lane.window.length >= this.windowMax)
            return undefined;
        const entry = lane.waiting.values().next().value;
        if (!entry)
            return undefined;
        lane.waiting.delete(entry);
        entry.isInWindow = true;
        entry.frame = { ...entry.frame, producer: { id: this.producerId, sequence: ++lane.lastSequence } };
        this.#lastSequence = Math.max(this.#lastSequence, lane.lastSequence);
        lane.window.push(entry);
        return entry;
    }
    /** All that may be sent and is not on its way, in order: after a reconnect, or when a lane is no longer held. */
    allUnsent() {
        const unsent = [];
        for (const entry of this.#entries.values()) {
            if (entry.lane.heldUntil !== undefined || entry.isSent)
                continue;
            // A lane's queue has the order of the map, so what is promoted here is this entry.
            if (entry.isInWindow || this.nextOf(entry.lane))
                unsent.push(entry);
        }
        return unsent;
    }
    /** The connection is gone, and with it the answers that were on their way. */
    connectionLost() {
        for (const entry of this.#entries.values()) {
            entry.mayBeInLog ||= entry.isSent;
            entry.isSent = false;
        }
    }
    hold(lane, until) {
        this.#held.add(lane);
        lane.heldUntil = Math.max(lane.heldUntil ?? until, until);
    }
    get nextRelease() {
        let next;
        for (const { heldUntil } of this.#held)
            next = next === undefined ? heldUntil : Math.min(next, heldUntil);
        return next;
    }
    /** Answers whether any lane was released. */
    release(now) {
        let wasAny = false;
        for (const lane of this.#held) {
            if (lane.heldUntil > now)
                continue;
            this.#release(lane);
            wasAny = true;
        }
        return wasAny;
    }
    releaseAll() { for (const lane of this.#held)
        this.#release(lane); }
    /** Everything, which is taken out. */
    drain() {
        const all = [...this.#entries.values()];
        for (const entry of all)
            this.settle(entry);
        return all;
    }
    #release(lane) {
        this.#held.delete(lane);
        lane.heldUntil = undefined;
        this.#trim(lane);
    }
    #trim(lane) {
        let settled = 0;
        while (lane.window[settled]?.isSettled)
            settled++;
        if (settled > 0)
            lane.window.splice(0, settled);
        // A lane that begins anew begins beyond every sequence that was ever used, its own included.
        if (lane.window.length === 0 && lane.waiting.size === 0 && lane.heldUntil === undefined)
            this.#lanes.delete(lane.channel);
    }
}
