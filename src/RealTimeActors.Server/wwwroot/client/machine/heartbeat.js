import { earlier } from "./backoff.js";
const HEARTBEAT_MS = 25_000;
/** A connection that says nothing for too long is taken for lost. */
export class Heartbeat {
    #core;
    #everyMs = HEARTBEAT_MS;
    #lastReceived = 0;
    #lastPing = 0;
    /** By when something must have come, because there is reason to doubt. */
    #probeUntil;
    constructor(core) {
        this.#core = core;
    }
    begin(everyMs) { this.#everyMs = everyMs > 0 ? everyMs : HEARTBEAT_MS; }
    /** Something came. */
    heard(now) {
        this.#lastReceived = now;
        this.#probeUntil = undefined;
    }
    onPing(now) {
        // Before the welcome nothing but hello may be said.
        if (this.#core.isWelcomed)
            this.#core.send(now, { kind: "pong", id: 0, body: {} });
    }
    ping(now) {
        this.#lastPing = now;
        this.#core.send(now, { kind: "ping", id: 0, body: {} });
    }
    /** Asks whether the connection still works, and does not wait for the answer as long as otherwise. */
    probe(now) {
        if (!this.#core.isWelcomed || this.#probeUntil !== undefined)
            return;
        this.#probeUntil = now + this.#core.options.answerWithinMs;
        this.ping(now);
    }
    get deadline() {
        return this.#core.isWelcomed ? earlier(Math.min(this.#nextPing, this.#silentAt), this.#probeUntil) : undefined;
    }
    tick(now) {
        if (!this.#core.isWelcomed)
            return;
        if (now >= this.#silentAt || (this.#probeUntil !== undefined && now >= this.#probeUntil)) {
            this.#probeUntil = undefined;
            this.#core.connecting.drop(now, undefined, `Nothing came for ${Math.round(now - this.#lastReceived)} ms; a heartbeat is ${this.#everyMs} ms.`);
        }
        else if (now >= this.#nextPing)
            this.ping(now);
    }
    /** One heartbeat after the last sign of life in either direction; once asked, one more heartbeat is waited. */
    get #nextPing() { return Math.max(Math.min(this.#lastReceived, this.#core.lastSent), this.#lastPing) + this.#everyMs; }
    get #silentAt() { return this.#lastReceived + 2 * this.#everyMs; }
}
