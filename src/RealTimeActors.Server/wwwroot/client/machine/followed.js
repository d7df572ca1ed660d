import { Cursor } from "./cursor.js";
import { isPattern } from "./patterns.js";
/** One followed channel, or a pattern that brings channels: what was asked for, and how far it has come. Belongs to its machine; others only read it. */
export class Followed {
    request;
    pattern;
    #received = new Cursor();
    #processed = new Cursor();
    /** What the application could not process, and the server has not sent again: in which attempt, and why. */
    #nacked = new Map();
    #ackedVersion = 0;
    /** The life of the log that the offsets are of; null until the server has announced a position. */
    epoch = null;
    phase = "detached";
    /** The newest offset that is known of. */
    head = 0;
    /** The newest offset when the server took it up: what comes up to it is replay. */
    replayTo = 0;
    /** Up to here the server was told that the application is done. */
    acked = 0;
    /** The frame that its next answer belongs to; 0: none. */
    answerId = 0;
    /** When to ask again: for a pause its end, for a subscription of a hello the time by which its answer is missed. */
    retryAt;
    attempts = 0;
    tokenAttempts = 0;
    /** Which restart of the cursors this is. */
    life = 0;
    ackWaits = false;
    /** The prefix behind which an offset was missing without a word, and was asked for once. */
    repairedAt = -1;
    /** A position could not be used for lack of the right `history`: the session's own cursor is used, which needs none. */
    usesSessionCursor = false;
    /** The position was gone: the next start is told to the application as a reset, whatever the server calls it. */
    isResyncing = false;
    /** What the last request asked for. */
    askedFrom = null;
    /** The server has said that it tells no more who is there. */
    isPresenceEnded = false;
    /** Where the session, resumed by this process, had left off in this channel; null: not known. */
    leftOff = null;
    /** Whether the session has it: a server has taken it up. */
    wasTakenUp = false;
    /** Of a state: whether its snapshot has come whole, so that the changes after it can go on from there. */
    hasSnapshot = false;
    /** Whatever the host wants to find again. */
    host;
    constructor(
    /** As the application asked for it. */
    request, 
    /** What it came by, where the application did not ask for it by its name. */
    pattern = null) {
        this.request = request;
        this.pattern = pattern;
        this.isPattern = isPattern(request.channel);
    }
    /** A pattern has no place itself: the channels that it brings have. */
    isPattern;
    get channel() { return this.request.channel; }
    /** Whether a state is followed: a snapshot and the changes after it, in place of events. */
    get isState() { return this.request.mode === "state"; }
    /** Whether it is to be told who is there. */
    get isInterested() { return (this.request.presence ?? "none") !== "none" && !this.isPresenceEnded; }
    get isActive() { return this.phase === "active"; }
    get isEnded() { return this.phase === "ended"; }
    /** Whether everything has come that was there when the server took it up last. */
    get isCaughtUp() { return this.isActive && !this.needsSnapshot && this.receivedPrefix >= this.replayTo; }
    get keepsCursor() { return this.request.ack !== "none"; }
    /** Up to here everything was received, left out at the client's wish, or announced as lost. */
    get receivedPrefix() { return this.#received.prefix; }
    get receivedAhead() { return this.#received.ahead; }
    /** Up to here the application is done; what an ack says, and where a new connection goes on. */
    get processedPrefix() { return this.#processed.prefix; }
    get processedAhead() { return this.#processed.ahead; }
    /**
     * Where the next subscribe begins: where this process stands, or else where the application wanted to begin.
     *
     * A position moves the session's cursor there. So it is what the application is done with, not what it was handed: a process that ends with events in hand
     * would otherwise have skipped them. What it has in hand comes again and is dropped. A pattern has no position, and goes on by the session.
     */
    get nextFrom() {
        if (this.isPattern || this.needsSnapshot)
            return this.request.from ?? "now";
        if (this.isResyncing)
            return "earliest";
        if (this.usesSessionCursor)
            return "session";
        if (this.epoch !== null)
            return { epoch: this.epoch, offset: this.keepsCursor ? this.processedPrefix : this.receivedPrefix };
        // Nobody has heard yet that it begins anew there: a position would be told that it goes on.
        if (this.leftOff?.recovered === "none")
            return "session";
        if (this.leftOff)
            return { epoch: this.leftOff.epoch, offset: this.leftOff.gap ? this.leftOff.gap.from - 1 : this.leftOff.offset };
        return this.request.from ?? "now";
    }
    /** Whether what comes next has to begin with a snapshot: nobody keeps one from page to page. */
    get needsSnapshot() { return this.isState && !this.hasSnapshot; }
    restart(epoch, offset) {
        this.epoch = epoch;
        this.life++;
        this.repairedAt = -1;
        this.acked = 0;
        this.#received.restart(offset);
        this.#processed.restart(offset);
        this.#nacked.clear();
        this.#ackedVersion = this.#processed.version;
    }
    /** Whether the server goes on in another life of the log, or back in this one, so that what was received says nothing of what comes. */
    beginsAnew({ epoch, recovered }) {
        if (this.epoch === null)
            return false;
        // The hello of the next connection may have asked from the life before this one: of its end the present connection was told meanwhile, and what came since is of
        // the life that goes on.
        const isAskedElsewhere = typeof this.askedFrom === "object" && this.askedFrom !== null && "epoch" in this.askedFrom && this.askedFrom.epoch !== epoch;
        const isToldOf = isAskedElsewhere && this.epoch === epoch;
        return this.epoch !== epoch || this.isResyncing || (recovered === "reset" && !isToldOf);
    }
    receive(offset) { return this.#received.add(offset); }
    /** The server delivers again what the application could not process: once per attempt. */
    receiveAgain(offset, attempt) {
        const nacked = this.#nacked.get(offset);
        return nacked !== undefined && attempt > nacked.attempt && this.#nacked.delete(offset);
    }
    /** The application could not process it. Answers whether that is news: what it is done with stays done. */
    nack(life, offset, attempt, reason) {
        if (life !== this.life || this.#processed.has(offset))
            return false;
        this.#nacked.set(offset, { attempt, reason });
        return true;
    }
    /** What the server was told, or has to be told again, of an event that the application could not process. */
    nackOf(offset) {
        const nacked = this.#nacked.get(offset);
        return nacked && { channel: this.channel, offset, ...(nacked.reason !== undefined && { reason: nacked.reason }) };
    }
    /** All of these. */
    get nacks() { return [...this.#nacked.keys()].map(offset => this.nackOf(offset)); }
    /** What will not come, left out or lost. What of it has come nevertheless is the application's to process. */
    account(from, to) {
        for (const [first, last] of this.missingWithin(from, to))
            this.#processed.addRange(first, last);
        this.#received.addRange(from, to);
        // The server has given up on it: it is with the dead letters, and will not come again.
        for (const offset of [...this.#nacked.keys()].filter(nacked => from <= nacked && nacked <= to)) {
            this.#nacked.delete(offset);
            this.#processed.add(offset);
        }
    }
    missingWithin(from, to) { return this.#received.missingWithin(from, to); }
    process(life, offset) {
        if (life !== this.life || !this.#processed.add(offset))
            return false;
        this.#nacked.delete(offset);
        return true;
    }
    /** Whatever was acked on a former connection may not have arrived. */
    forgetAcks() { this.#ackedVersion = -1; }
    /** The ack that is due; null when the server has heard it all. */
    takeAck() {
        this.ackWaits = false;
        if (this.#ackedVersion === this.#processed.version || (this.processedPrefix === 0 && this.processedAhead.length === 0))
            return null;
        this.#ackedVersion = this.#processed.version;
        this.acked = this.processedPrefix;
        // An ack has to fit into one frame; what is left out is said by a later one, when the prefix has moved.
        const ranges = this.processedAhead.slice(0, ACK_RANGES_MAX);
        return { channel: this.channel, offset: this.processedPrefix, ...(ranges.length > 0 && { ranges }) };
    }
}
const ACK_RANGES_MAX = 500;
