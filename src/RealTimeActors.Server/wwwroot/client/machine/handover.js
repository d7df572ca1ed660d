import { closeCodes } from "../codec/codes.js";
import { clamp } from "./backoff.js";
/** A takeover that was asked for and given up can still reach the server, and close what we have, for about so long. */
const STRAY_HELLO_MS = 60_000;
/**
 * Make before break: the present connection goes on until the next one is welcomed. From its hello on the session is the next one's, and the server closes
 * the present one with 4404; whatever still came on it was applied, and what comes again on the next one is dropped.
 */
export class Handover {
    #core;
    #successor = null;
    /** When the server's wish that its clients go elsewhere is followed, or followed once more. */
    #goawayAt;
    #goawayAttempts = 0;
    #strayHelloUntil = -Infinity;
    constructor(core) {
        this.#core = core;
    }
    get isUnderWay() { return this.#successor !== null; }
    /** Whether the session may be the next connection's already: what is sent on the present one now may be heard by nobody. */
    get isGreeting() { return this.#successor?.phase === "greeting"; }
    onGoaway(now, { withinMs, spreadMs, url }) {
        if (!this.#core.isWelcomed)
            return;
        const { connecting } = this.#core;
        // Elsewhere first, where there is an elsewhere.
        if (!url)
            connecting.passOver();
        connecting.redirect(url);
        this.#goawayAttempts = 0;
        this.#goawayAt = now + Math.min(spreadMs, withinMs) * clamp(this.#core.chance());
        this.tick(now);
    }
    begin(now, endpoint, transport, purpose) {
        const connection = this.#core.nextConnection();
        const until = now + this.#core.ladder.within(this.#core.options.openWithinMs);
        this.#successor = { connection, endpoint, transport, purpose, phase: "opening", until, helloId: 0, named: [], credit: undefined };
        this.#core.emit({ kind: "open", connection, endpoint, transport });
    }
    /** Answers whether it was the successor's transport that opened. */
    opened(now, connection) {
        const successor = this.#of(connection);
        if (!successor)
            return false;
        const core = this.#core;
        core.inflow.flushAcks(now);
        successor.phase = "greeting";
        successor.until = now + core.ladder.within(core.options.answerWithinMs);
        const requests = core.following.forHello();
        successor.named = requests.map(({ followed }) => followed);
        successor.credit = core.inflow.creditForNext();
        successor.helloId = core.connecting.greet(now, connection, requests.map(({ request }) => request), successor.credit);
        return true;
    }
    /** Answers whether it was the successor's transport that has ended. */
    disconnected(now, connection) {
        if (!this.#of(connection))
            return false;
        this.#fail(now, false);
        return true;
    }
    /** Answers whether the frame was the successor's. */
    received(now, connection, frame) {
        const successor = this.#of(connection);
        if (!successor)
            return false;
        if (frame.kind === "welcome" && successor.phase === "greeting") {
            this.#successor = null;
            this.#goawayAt = undefined;
            this.#core.connecting.switchTo(now, successor, frame.body);
        }
        // Before the welcome nothing else is said that matters; a refusal leaves the present connection as it is.
        else if (frame.kind !== "ping" && frame.kind !== "unknown")
            this.#fail(now, true);
        return true;
    }
    /** The present connection is gone: its successor takes the place as it is. Null: there is none, or it has no use for the reason. */
    promote(code) {
        const successor = this.#successor;
        if (!successor)
            return null;
        const isOurs = code === closeCodes.takenOver && successor.phase === "greeting";
        if (code !== undefined && code >= 4_300 && code < 4_500 && !isOurs)
            return null;
        this.#successor = null;
        this.#goawayAt = undefined;
        return successor;
    }
    /** Nothing is to take the place of the present connection any more. */
    cancel(now, reason) {
        const successor = this.#successor;
        this.#goawayAt = undefined;
        if (!successor)
            return;
        this.#successor = null;
        if (successor.phase === "greeting")
            this.strayed(now);
        this.#core.emit({ kind: "close", connection: successor.connection, reason });
    }
    /** A hello was sent whose welcome is not waited for any more. */
    strayed(now) { this.#strayHelloUntil = now + STRAY_HELLO_MS; }
    /** Whether it can be one of our own connections that took the session over. */
    mayBeOurs(now) { return now < this.#strayHelloUntil; }
    /** How long the moment that was drawn for coming back is away still, also when the present connection does not last until then: clients that are sent away together come back spread. */
    notBefore(now) { return this.#goawayAt !== undefined && this.#goawayAttempts === 0 ? Math.max(0, this.#goawayAt - now) : 0; }
    get deadline() { return this.#successor ? this.#successor.until : this.#goawayAt; }
    tick(now) {
        if (this.#successor) {
            if (this.#successor.until <= now)
                this.#fail(now, true);
        }
        else if (this.#goawayAt !== undefined && this.#goawayAt <= now) {
            this.#goawayAt = undefined;
            const { connecting } = this.#core;
            this.begin(now, connecting.nextEndpoint(), connecting.transport, "goaway");
        }
    }
    #of(connection) { return this.#successor?.connection === connection ? this.#successor : null; }
    #fail(now, isOpen) {
        const { connection, phase, purpose, transport } = this.#successor;
        this.#successor = null;
        if (phase === "greeting")
            this.strayed(now);
        if (isOpen)
            this.#core.emit({ kind: "close", connection, reason: "the present connection goes on" });
        if (purpose === "climb")
            this.#core.ladder.climbFailed(now, transport);
        // Nobody has taken the session over yet: once more, until the server closes what we have.
        else {
            this.#core.connecting.passOver();
            this.#goawayAt = now + this.#core.pause(++this.#goawayAttempts);
        }
    }
}
