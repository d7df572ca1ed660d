import { errorCodes, retryOf } from "../codec/codes.js";
import { utf8Length } from "../codec/utf8.js";
import { earlier } from "./backoff.js";
import { OwnPresence } from "./own-presence.js";
import { NOTHING_SEEN, SeenMembers } from "./seen-members.js";
// Id, names.
const PRESENCE_BYTES_AT_LEAST = 60;
/** Who is there: what this client says of itself, on each connection again, and what the server says of everybody. */
export class Presences {
    #core;
    #own = new Map();
    #seen = new Map();
    constructor(core) {
        this.#core = core;
    }
    /** Is there, for others to see, until it leaves; or shows something else of itself. Its end is told once, under the number that is returned. */
    enter(now, channel, state) {
        const core = this.#core;
        const id = core.nextId();
        const bytes = utf8Length(state.text) + channel.length + PRESENCE_BYTES_AT_LEAST;
        const bytesMax = core.connecting.frameBytesMax;
        const waiting = [...this.#own.values()].reduce((sum, { waitingCount }) => sum + waitingCount, 0);
        if (core.isOver)
            this.#reject(id, "closed", "The client is closed.");
        else if (bytes > bytesMax)
            this.#reject(id, "too-large", `The server takes frames of at most ${bytesMax} bytes; this state has ${bytes}. Show less, or a reference to it.`);
        else if (waiting >= core.options.requestsMax)
            this.#reject(id, "too-many-requests", `${waiting} states wait for their answers; wait for some of them before showing more.`);
        else {
            let own = this.#own.get(channel);
            if (!own)
                this.#own.set(channel, own = new OwnPresence(channel));
            own.want(state, id);
            this.#say(now, own);
        }
        return id;
    }
    /** Is not there any more. Where there is nothing to leave its end is told at once. */
    leave(now, channel) {
        const id = this.#core.nextId();
        const own = this.#own.get(channel);
        if (this.#core.isOver)
            this.#reject(id, "closed", "The client is closed.");
        else if (!own)
            this.#complete(id, { kind: "done" });
        else {
            own.want(undefined, id);
            if (own.isOver)
                this.#answer(now, own, own.end(), { kind: "done" });
            else
                this.#say(now, own);
        }
        return id;
    }
    /** Who is there, as far as this client is told. */
    seenIn(channel) { return this.#seen.get(channel)?.seen ?? NOTHING_SEEN; }
    /** The application does not wait any longer. Answers whether it did. */
    withdraw(request) {
        if (![...this.#own.values()].some(own => own.withdraw(request)))
            return false;
        this.#reject(request, "withdrawn", "It was withdrawn by the application, which does not wait for it any longer.");
        return true;
    }
    resume(now) { for (const own of this.#own.values())
        this.#say(now, own); }
    onOk(now, id) {
        const own = this.#find(id);
        if (own)
            this.#answer(now, own, own.taken(), { kind: "done" });
    }
    /** Answers whether it was about presence. */
    onError(now, id, { code, message, afterMs }) {
        const own = this.#find(id);
        if (!own)
            return false;
        const retry = retryOf(code);
        if (retry === "same" || retry === "backoff")
            own.postponed(now + Math.max(afterMs ?? 0, this.#core.pause(own.attempts)));
        else if (retry === "token" && this.#core.tokens.canBeObtained && own.tokenAttempts++ === 0)
            this.#core.connecting.renewToken(now, message);
        else {
            const { answered, isLost } = own.refused();
            if (isLost && own.wanted === undefined)
                this.#core.emit({ kind: "presence-lost", channel: own.channel, code, reason: message });
            this.#answer(now, own, answered, { kind: "refused", code, message, mayBeInLog: false });
        }
        return true;
    }
    onPresence(told) {
        // What is still under way of something that was left says nothing any more.
        const { channel } = told;
        if (!this.#isTold(channel))
            return;
        if (told.kind === "ended") {
            this.#onEnded(channel, told.reason ?? "the server tells no more who is there");
            return;
        }
        let members = this.#seen.get(channel);
        if (!members)
            this.#seen.set(channel, members = new SeenMembers());
        if (members.take(told))
            this.#core.emit({ kind: "presence", channel, seen: members.seen });
    }
    /** To the server, whoever unsubscribes is not there any more. This client has only stopped following, and says so before anybody else is told that it has gone. */
    unsubscribed(now, channel) {
        const own = this.#own.get(channel);
        if (!own)
            return;
        own.unsaid();
        this.#say(now, own);
    }
    /** What nobody tells of any more is not known any more. */
    forgetUntold() {
        for (const channel of [...this.#seen.keys()].filter(name => !this.#isTold(name))) {
            this.#seen.delete(channel);
            this.#core.emit({ kind: "presence", channel, seen: NOTHING_SEEN });
        }
    }
    detach() {
        for (const own of this.#own.values())
            own.connectionLost();
        for (const [channel, members] of this.#seen)
            if (members.connectionLost())
                this.#core.emit({ kind: "presence", channel, seen: members.seen });
    }
    end() {
        for (const own of this.#own.values())
            for (const request of own.end())
                this.#reject(request, "closed", "The client was closed before the answer came.");
        this.#own.clear();
    }
    get deadline() {
        if (!this.#core.isWelcomed)
            return undefined;
        let next;
        for (const { retryAt } of this.#own.values())
            next = earlier(next, retryAt);
        return next;
    }
    tick(now) {
        if (!this.#core.isWelcomed)
            return;
        for (const own of this.#own.values()) {
            if (own.retryAt === undefined || own.retryAt > now)
                continue;
            own.retryAt = undefined;
            this.#say(now, own);
        }
    }
    /** The right is gone, or the user was put off the channel. What is followed goes on, and asks for presence no more: to ask would be to be refused altogether. */
    #onEnded(channel, reason) {
        this.#core.following.presenceEnded(channel);
        if (this.#own.get(channel)?.ended())
            this.#own.delete(channel);
        this.#core.emit({ kind: "presence-lost", channel, code: errorCodes.forbidden, reason });
        this.forgetUntold();
    }
    #say(now, own) {
        if (!this.#core.isWelcomed || !own.hasNews)
            return;
        own.saying(this.#core.nextId());
        this.#core.send(now, { kind: "presence", id: own.answerId, body: { channel: own.channel, ...(own.wanted ? { state: own.wanted } : { leave: true }) } });
    }
    #answer(now, own, answered, outcome) {
        for (const request of answered)
            this.#complete(request, outcome);
        this.#say(now, own);
        if (!own.isOver)
            return;
        this.#own.delete(own.channel);
        this.forgetUntold();
    }
    /** Whether the server tells this client who is there: because it is itself, or follows the channel with that interest. */
    #isTold(channel) { return this.#own.has(channel) || this.#core.following.isInterested(channel); }
    #find(answerId) {
        if (answerId === 0)
            return undefined;
        for (const own of this.#own.values())
            if (own.answerId === answerId)
                return own;
        return undefined;
    }
    #reject(id, reason, message) { this.#complete(id, { kind: "rejected", reason, message }); }
    #complete(request, outcome) { this.#core.emit({ kind: "complete", request, outcome }); }
}
