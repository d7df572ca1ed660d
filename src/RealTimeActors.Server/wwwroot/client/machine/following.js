import { errorCodes, retryOf, unsubscribeCodes } from "../codec/codes.js";
import { earlier } from "./backoff.js";
import { Followed } from "./followed.js";
import { Members } from "./members.js";
const SUBSCRIPTION_BYTES_AT_LEAST = 200;
const HELLO_BYTES_MAX = 48 * 1024;
/** What is followed, and how it is taken up again on each connection. */
export class Following {
    #core;
    /** By channel or pattern, in the order in which they were asked for. */
    #all = new Map();
    /** What the session follows and this process does not yet: where it left off. Its events are not taken and not acked until somebody asks. */
    #leftOff = new Map();
    /** Left while there was no connection to say so on: the server goes on with them as part of the session until it is told. */
    #leftUntold = new Set();
    /** What the patterns have brought. */
    members;
    constructor(core) {
        this.#core = core;
        this.members = new Members(core);
    }
    /** Whose an event of this channel is: that of the name itself, once the server goes by it, else what a pattern has brought. */
    find(channel) {
        const named = this.#all.get(channel);
        return named?.isActive ? named : this.members.find(channel) ?? named;
    }
    /** Follows a channel until it is unsubscribed from, or refused for good, or the client is closed. */
    subscribe(now, request) {
        if (this.#core.isOver)
            throw new Error("The client is closed; nothing can be followed any more.");
        if (this.#all.has(request.channel))
            throw new Error(`The channel ${request.channel} is followed already; a machine follows each channel once.`);
        const followed = new Followed(request);
        if (request.from === "session")
            followed.leftOff = this.#leftOff.get(request.channel) ?? null;
        this.#leftOff.delete(request.channel);
        this.#all.set(request.channel, followed);
        if (!this.#core.isWelcomed)
            return followed;
        // Where a pattern has brought it before, it goes on behind what was acked there.
        if (this.members.find(request.channel))
            this.#core.inflow.flushAcks(now);
        this.ask(now, followed);
        return followed;
    }
    /** Stops following; the session forgets its cursor there. */
    unsubscribe(now, followed) {
        if (followed.isEnded)
            return;
        if (this.#core.isWelcomed) {
            this.#core.inflow.flushAcks(now);
            if (followed.phase === "requested" || followed.phase === "active") {
                this.#send(now, followed.channel);
                this.#core.presences.unsubscribed(now, followed.channel);
            }
        }
        // What is said on a connection that is being replaced may be heard by nobody.
        const wasToldOf = followed.wasTakenUp || followed.phase === "requested";
        if (wasToldOf && (!this.#core.isWelcomed || this.#core.handover.isGreeting))
            this.#leftUntold.add(followed.channel);
        this.#remove(followed);
    }
    /** Stops following without a word to the server: the session keeps its cursor, so that what was not acked comes to whoever follows next. */
    abandon(now, followed) {
        if (followed.isEnded)
            return;
        if (this.#core.isWelcomed)
            this.#core.inflow.flushAcks(now);
        this.#remove(followed);
    }
    /** What a hello asks for. It counts once {@link asked} is told. */
    forHello() {
        // One hello is one frame. What would not fit is asked for after the welcome.
        const requests = [];
        let bytes = 0;
        for (const followed of this.#all.values()) {
            // In the hello of a successor: what was asked for on the connection that still counts may be answered there, and begin. To ask for it twice would be two
            // beginnings; where it stands then is asked for after the welcome.
            const isAwaitedHere = this.#core.isWelcomed && !followed.wasTakenUp;
            if (followed.phase === "pausing" || isAwaitedHere || this.#isLeftToSession(followed))
                continue;
            const request = requestOf(followed);
            bytes += bytesOf(request);
            if (bytes > HELLO_BYTES_MAX)
                break;
            requests.push({ followed, request });
        }
        return requests;
    }
    /** These were named in the hello of the connection that counts from now on. */
    asked(named) { for (const followed of named)
        if (!followed.isEnded)
            followed.phase = "requested"; }
    resume(now, welcome) {
        this.#leftOff.clear();
        for (const subscribed of welcome.subscriptions) {
            // One that the hello did not name was asked for after it, or did not fit: it is asked for below, from where the session left off.
            const followed = this.#all.get(subscribed.channel);
            if (followed && this.#isLeftToSession(followed) && followed.phase === "detached")
                followed.phase = "requested";
            if (followed && followed.phase !== "requested")
                followed.leftOff = followed.request.from === "session" ? subscribed : null;
            else if (followed)
                this.onSubscribed(now, 0, subscribed);
            else if (this.#leftUntold.has(subscribed.channel))
                this.#send(now, subscribed.channel);
            else
                this.#leftOff.set(subscribed.channel, subscribed);
        }
        this.#leftUntold.clear();
        for (const followed of this.#all.values()) {
            if (followed.phase === "detached")
                this.ask(now, followed);
            else if (followed.phase === "requested")
                followed.retryAt = now + this.#core.options.answerWithinMs;
        }
    }
    onSubscribed(now, id, subscribed) {
        const named = this.#all.get(subscribed.channel);
        const followed = named ?? this.members.announced(subscribed.channel, this.#all.values());
        if (!followed || (named && named.phase !== "requested" && named.phase !== "active"))
            return;
        // An answer to a former subscription of the same channel.
        if (id !== 0 && followed.answerId !== 0 && id !== followed.answerId)
            return;
        const { channel, epoch, offset, head, recovered, gap } = subscribed;
        const isFresh = followed.epoch === null || followed.needsSnapshot;
        const isReset = !isFresh && followed.beginsAnew(subscribed);
        followed.phase = "active";
        followed.answerId = 0;
        followed.retryAt = undefined;
        followed.attempts = 0;
        followed.tokenAttempts = 0;
        followed.isResyncing = false;
        followed.wasTakenUp = true;
        // From here on its events are its own.
        if (named)
            this.members.remove(channel);
        if (followed.isPattern) {
            this.tell(followed, { kind: "started", channel, epoch, offset, head, recovered });
            return;
        }
        followed.head = followed.replayTo = head;
        if (followed.isState && (isFresh || isReset || recovered !== "full")) {
            this.#beginState(followed, subscribed, isReset);
            return;
        }
        if (isReset || (isFresh && followed.leftOff?.recovered === "reset")) {
            this.tell(followed, { kind: "reset", channel, epoch, reason: subscribed.reason ?? "the log began another life" });
        }
        if (isFresh || isReset)
            followed.restart(epoch, gap ? Math.min(gap.from - 1, offset) : offset);
        else
            followed.forgetAcks();
        // To the application it is no beginning when it goes on in the same log: what it has got stays got, and what it has lost is told.
        const isGoneOn = !isFresh && !isReset && recovered === "none";
        const came = isGoneOn ? followed.missingWithin(1, offset).length > 0 ? "gap" : "full" : recovered;
        this.tell(followed, { kind: "started", channel, epoch, offset, head, recovered: came });
        if (gap)
            this.#core.inflow.lost(followed, gap.from, gap.to, gap.reason ?? "not retained");
        // Only what is after the offset follows: whatever of it was neither received nor named is lost all the same, and is said to be.
        this.#core.inflow.lost(followed, 1, offset, "the server went on behind it");
        this.#core.inflow.nackAgain(now, followed);
        this.#core.inflow.ackLater(now, followed);
    }
    /** Some changes of a state are lost: it begins anew with a snapshot. */
    askSnapshot(now, followed) {
        followed.hasSnapshot = false;
        this.ask(now, followed);
    }
    onUnsubscribed(now, { channel, code, reason }) {
        const followed = this.#all.get(channel);
        if (!followed)
            this.#onMemberUnsubscribed(now, channel, code, reason);
        if (!followed || (followed.phase !== "requested" && followed.phase !== "active"))
            return;
        if (code >= 2500 && code < 3000)
            this.#pause(now, followed, code, reason, 0);
        else if (code === unsubscribeCodes.rightMissing && followed.phase === "requested" && followed.answerId === 0 && mayUseSessionCursor(followed)) {
            // It was asked for in the hello, from a position.
            this.#askFromSession(now, followed);
        }
        else
            this.#endOne(followed, code, reason);
    }
    /** Whether who is there is told of a channel, because it is followed so. */
    isInterested(channel) { return this.#all.get(channel)?.isInterested ?? false; }
    presenceEnded(channel) {
        const followed = this.#all.get(channel);
        if (followed)
            followed.isPresenceEnded = true;
    }
    findByAnswer(id) {
        if (id === 0)
            return undefined;
        for (const followed of this.#all.values())
            if (followed.answerId === id)
                return followed;
        return undefined;
    }
    onError(now, followed, { code, message, afterMs }) {
        const retry = retryOf(code);
        if (retry === "same" || retry === "backoff")
            this.#pause(now, followed, code, message, afterMs ?? 0);
        else if (retry === "resync" && followed.epoch !== null && !followed.isResyncing) {
            followed.isResyncing = true;
            followed.hasSnapshot = false;
            this.ask(now, followed);
        }
        else if (retry === "token" && this.#core.tokens.canBeObtained && followed.tokenAttempts++ === 0)
            this.#core.connecting.renewToken(now, message);
        else if (code === errorCodes.forbidden && mayUseSessionCursor(followed))
            this.#askFromSession(now, followed);
        else
            this.#endOne(followed, code, message);
    }
    ask(now, followed) {
        followed.phase = "requested";
        followed.answerId = this.#core.nextId();
        followed.retryAt = undefined;
        this.#core.send(now, { kind: "subscribe", id: followed.answerId, body: requestOf(followed) });
    }
    tell(followed, notice) { this.#core.emit({ kind: "notify", followed, notice }); }
    detach() {
        for (const followed of this.#all.values()) {
            followed.answerId = 0;
            followed.ackWaits = false;
            if (followed.phase !== "pausing") {
                followed.phase = "detached";
                followed.retryAt = undefined;
            }
        }
        this.members.detach();
        this.#core.inflow.forgetWaiting();
    }
    end(code, reason) { for (const followed of [...this.#all.values()])
        this.#endOne(followed, code, reason); }
    get deadline() {
        // One that pauses while there is no connection is asked for once there is one.
        if (!this.#core.isWelcomed)
            return undefined;
        let next;
        for (const { retryAt } of this.#all.values())
            next = earlier(next, retryAt);
        return next;
    }
    tick(now) {
        if (!this.#core.isWelcomed)
            return;
        for (const followed of this.#all.values()) {
            if (followed.retryAt !== undefined && followed.retryAt <= now)
                this.ask(now, followed);
        }
    }
    /**
     * A session brings back its patterns by itself, with every channel that was born meanwhile from its beginning. To ask for one again would be another beginning:
     * of what was not told of before it has no place.
     */
    #isLeftToSession(followed) {
        return followed.isPattern && followed.keepsCursor && this.#core.connecting.session !== null && (followed.wasTakenUp || followed.request.from === "session");
    }
    /** A snapshot follows, and then the changes after it. What is before it nobody misses. */
    #beginState(followed, { channel, epoch, offset, head, recovered, reason }, isReset) {
        followed.hasSnapshot = false;
        followed.restart(epoch, offset);
        if (isReset)
            this.tell(followed, { kind: "reset", channel, epoch, reason: reason ?? "the log began another life" });
        this.tell(followed, { kind: "started", channel, epoch, offset, head, recovered, snapshot: true });
    }
    #onMemberUnsubscribed(now, channel, code, reason) {
        const member = this.members.find(channel);
        if (!member?.isActive)
            return;
        const isForNow = code >= 2500 && code < 3000;
        this.tell(member, { kind: isForNow ? "interrupted" : "ended", channel, code, reason });
        if (isForNow)
            this.members.interrupted(now, member);
        else
            this.members.remove(channel);
    }
    #askFromSession(now, followed) {
        followed.usesSessionCursor = true;
        this.ask(now, followed);
    }
    #pause(now, followed, code, reason, afterMs) {
        followed.phase = "pausing";
        followed.answerId = 0;
        followed.retryAt = now + Math.max(afterMs, this.#core.pause(followed.attempts++));
        this.tell(followed, { kind: "interrupted", channel: followed.channel, code, reason });
    }
    #endOne(followed, code, reason) {
        this.#remove(followed);
        this.tell(followed, { kind: "ended", channel: followed.channel, code, reason });
    }
    #remove(followed) {
        followed.phase = "ended";
        followed.answerId = 0;
        followed.retryAt = undefined;
        this.#all.delete(followed.channel);
        if (followed.isPattern)
            this.members.removeOf(followed);
        this.#core.presences.forgetUntold();
    }
    #send(now, channel) { this.#core.send(now, { kind: "unsubscribe", id: 0, body: { channel } }); }
}
/** A position takes the right to read history; the session's own cursor does not. Where none is kept it means now, and what was missed is told as lost. */
function mayUseSessionCursor(followed) {
    const from = followed.nextFrom;
    return typeof from === "object" && "epoch" in from && (followed.keepsCursor || followed.epoch !== null);
}
function requestOf(followed) {
    const { presence, ...request } = followed.request;
    followed.askedFrom = followed.nextFrom;
    return { ...request, from: followed.askedFrom, ...(presence && followed.isInterested && { presence }) };
}
function bytesOf({ channel, fields, shape, filter }) {
    const sum = (texts) => texts?.reduce((bytes, text) => bytes + 3 * text.length + 4, 0) ?? 0;
    return SUBSCRIPTION_BYTES_AT_LEAST + channel.length + sum(fields) + sum(shape?.immediate) + Object.values(filter ?? {}).reduce((bytes, values) => bytes + 20 + sum(values), 0);
}
