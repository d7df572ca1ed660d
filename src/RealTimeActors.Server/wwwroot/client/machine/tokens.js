import { clamp } from "./backoff.js";
const RENEW_MS_AHEAD = 60_000;
/** Who the client is: asked of the host when it is needed, and a little before it ends. */
export class Tokens {
    #core;
    /** What is said with hello; null: none. */
    token = null;
    /** Whether the host gives another when it is asked. Without that a demand for one closes the client. */
    canBeObtained = false;
    /** When the token is to be replaced, so that the connection outlives it; undefined: not before the server says so. */
    #renewAt;
    /** Whether the host was asked for a token while the connection goes on. */
    #isRenewing = false;
    #renewAttempt = 0;
    constructor(core) {
        this.#core = core;
    }
    begin(token, canBeObtained) {
        this.token = token;
        this.canBeObtained = canBeObtained;
    }
    /** Whether one has to be obtained before the next connection. */
    isWanted(now) { return this.canBeObtained && (this.token === null || (this.#renewAt !== undefined && this.#renewAt <= now)); }
    /** A token came. `lastsMs`: for how long it seems to hold, undefined where that is not known; only a hint, the server decides. */
    obtained(now, token, lastsMs) {
        const isRefresh = this.#isRenewing && this.#core.isWelcomed;
        this.keep(now, token, lastsMs);
        if (isRefresh)
            this.#core.requests.refresh(now, token, true);
        else
            this.#core.connecting.tokenObtained(now);
    }
    failed(now, reason) {
        if (!this.#isRenewing) {
            this.#core.connecting.tokenFailed(now, reason);
            return;
        }
        // The present one is still good: the connection has nothing to fear yet.
        this.#isRenewing = false;
        this.#renewAt = now + this.#core.pause(this.#renewAttempt++);
    }
    keep(now, token, lastsMs) {
        this.token = token;
        this.#isRenewing = false;
        this.#renewAttempt = 0;
        this.#renewAt = undefined;
        // A clock that is wrong makes every token look ended: then the server says when to renew.
        if (!this.canBeObtained || lastsMs === undefined || lastsMs <= 0)
            return;
        // A fifth of its time before its end, a minute at most; clients that came together do not renew together.
        const ahead = Math.min(RENEW_MS_AHEAD, lastsMs / 5);
        this.#renewAt = now + lastsMs - ahead * (1 + clamp(this.#core.chance()));
    }
    /** The server has refused it. */
    forget() {
        this.token = null;
        this.#renewAt = undefined;
    }
    detach() { this.#isRenewing = false; }
    get deadline() { return this.#core.isWelcomed && !this.#isRenewing ? this.#renewAt : undefined; }
    tick(now) {
        const due = this.deadline;
        if (due === undefined || due > now)
            return;
        this.#isRenewing = true;
        this.#core.emit({ kind: "obtain-token" });
    }
}
