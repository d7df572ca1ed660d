import { ADVICE_AT_FIRST, pauseOf } from "./backoff.js";
/** What the parts of a machine have in common: where it stands, what it wants done, and each other. */
export class Core {
    options;
    chance;
    phase = "idle";
    state = "offline";
    /** The transport that carries the session, or is to. Each has a number of its own. */
    connection = 0;
    advice = ADVICE_AT_FIRST;
    lastSent = 0;
    connecting;
    ladder;
    handover;
    heartbeat;
    following;
    inflow;
    presences;
    publishing;
    requests;
    tokens;
    #effects = [];
    #taken = 0;
    #lastId = 0;
    #lastConnection = 0;
    constructor(options, chance) {
        this.options = options;
        this.chance = chance;
    }
    get isWelcomed() { return this.phase === "welcomed"; }
    /** Whether nothing can be asked of it any more. */
    get isOver() { return this.phase === "leaving" || this.phase === "ended"; }
    nextId() { return ++this.#lastId; }
    nextConnection() { return ++this.#lastConnection; }
    emit(effect) { this.#effects.push(effect); }
    /** The oldest effect that was not taken yet. */
    take() {
        const effect = this.#effects[this.#taken];
        if (effect !== undefined)
            this.#taken++;
        if (this.#taken === this.#effects.length) {
            this.#effects.length = 0;
            this.#taken = 0;
        }
        return effect;
    }
    send(now, frame, connection = this.connection) {
        this.lastSent = now;
        this.emit({ kind: "send", connection, frame });
    }
    enter(state, reason, code) {
        if (this.state === state)
            return;
        this.state = state;
        this.emit({ kind: "state", state, reason, ...(code !== undefined && { code }) });
    }
    /** How long to pause before the given attempt, in milliseconds. */
    pause(attempt) {
        const own = this.options.reconnect;
        if (typeof own !== "function")
            return pauseOf(own ?? this.advice, attempt, this.chance());
        // A strategy that answers with nonsense must not make a circle of attempts.
        const pause = own(attempt);
        return Number.isFinite(pause) && pause >= 0 ? pause : pauseOf(this.advice, attempt, this.chance());
    }
}
/** How often a request is sent again after "later". Then the refusal is the answer. */
export const REFUSALS_MAX = 10;
