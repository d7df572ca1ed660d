import { closeCodes } from "../codec/codes.js";
const FRAME_BYTES_MAX = 65_536;
/** Connect, greet, lose, pause, connect again. */
export class Connecting {
    #core;
    session = null;
    /** Where the present connection goes, and over what. */
    endpoint = "";
    transport;
    /** The most bytes of one frame that the server takes. */
    frameBytesMax = FRAME_BYTES_MAX;
    /** When the present phase ends by itself. */
    #phaseUntil;
    #welcomedAt = 0;
    #attempt = 0;
    #endpoint = 0;
    #redirect;
    #wasEverWelcomed = false;
    #isNetworkDown = false;
    constructor(core) {
        this.#core = core;
        this.transport = core.ladder.transport;
    }
    start(now, session, token, usesTokens) {
        if (this.#core.phase !== "idle")
            throw new Error("A client is started once; this one was started before.");
        this.session = session;
        this.#core.tokens.begin(token, usesTokens);
        this.#enterWaiting("started");
        this.#tryNow(now);
    }
    close(now, keepSession) {
        const core = this.#core;
        core.handover.cancel(now, "closed by the application");
        if (core.phase === "welcomed") {
            core.inflow.flushAcks(now);
            core.send(now, { kind: "bye", id: core.nextId(), body: keepSession ? {} : { keepSession } });
            core.phase = "leaving";
            this.#phaseUntil = now + core.options.closeWithinMs;
        }
        else if (!core.isOver) {
            this.#hangUp("closed by the application");
            this.#end("closed by the application", closeCodes.bye);
        }
    }
    /** Leaves the connection, if there is one, and stays away. The session, what is followed and what waits to be sent stay as they are. */
    goOffline(now) {
        const core = this.#core;
        if (core.phase === "idle" || core.phase === "away" || core.isOver)
            return;
        core.inflow.flushAcks(now);
        core.handover.cancel(now, "going offline");
        this.#hangUp("going offline");
        this.#detach();
        core.phase = "away";
        this.#phaseUntil = undefined;
        core.enter("offline", "told to go offline");
    }
    /** Comes back, or does not wait any longer for the next attempt. */
    goOnline(now) {
        const core = this.#core;
        if (core.phase === "away") {
            this.#attempt = 0;
            this.#enterWaiting("told to come back");
            this.#tryNow(now);
        }
        else
            this.hurry(now);
    }
    /** Somebody looks: does not wait for the end of a pause, and makes sure that a connection works. Who was told to stay away does. */
    hurry(now) {
        this.#core.ladder.lookUp(now);
        if (this.#core.phase === "pausing")
            this.#tryNow(now);
        else
            this.#core.heartbeat.probe(now);
    }
    /** What the platform says of its network. It is a hint: attempts go on, and a connection that works is kept. */
    networkChanged(now, isThere) {
        this.#isNetworkDown = !isThere;
        if (this.#core.state === "connecting" || this.#core.state === "reconnecting" || this.#core.state === "offline") {
            if (this.#core.phase !== "idle" && this.#core.phase !== "away")
                this.#enterWaiting(isThere ? "the network is back" : "the network is gone");
        }
        if (isThere || this.#core.isWelcomed)
            this.hurry(now);
    }
    /** The token that was waited for is there. */
    tokenObtained(now) { if (this.#core.phase === "obtaining-token")
        this.#open(now); }
    /** None could be had just now: tried again after a pause. */
    tokenFailed(now, reason) { if (this.#core.phase === "obtaining-token")
        this.#lose(now, undefined, `No token: ${reason}`); }
    opened(now, connection) {
        const core = this.#core;
        if (connection !== core.connection || core.phase !== "opening")
            return;
        core.phase = "greeting";
        this.#phaseUntil = now + core.ladder.within(core.options.answerWithinMs);
        core.heartbeat.heard(now);
        const requests = core.following.forHello();
        core.following.asked(requests.map(({ followed }) => followed));
        this.greet(now, connection, requests.map(({ request }) => request), core.inflow.creditForHello());
    }
    /** Says hello on a connection. Answers the frame's id. */
    greet(now, connection, subscribe, credit) {
        const { tokens, options } = this.#core;
        const id = this.#core.nextId();
        this.#core.send(now, {
            kind: "hello",
            id,
            body: {
                ...(tokens.token !== null && { token: tokens.token }),
                ...(this.session && { session: this.session }),
                client: options.clientName,
                ...(subscribe.length > 0 && { subscribe }),
                ...(credit !== undefined && { credit }),
                ...(options.pieceBytes > 0 && { pieces: options.pieceBytes }),
            },
        }, connection);
        return id;
    }
    /**
     * The transport could not be opened, or has ended.
     * @param isBlocked It was held back on the way, so that another transport is to be used.
     */
    disconnected(now, connection, code, reason, isBlocked) {
        if (connection !== this.#core.connection)
            return;
        const phase = this.#core.phase;
        if (phase === "opening" || phase === "greeting" || phase === "welcomed" || phase === "leaving")
            this.#lose(now, code, reason, 0, isBlocked);
    }
    onClose(now, { code, reason, afterMs }) {
        this.#core.emit({ kind: "close", connection: this.#core.connection, reason });
        this.#lose(now, code, reason, afterMs);
    }
    /** Where the next attempt is to go, once. */
    redirect(url) { this.#redirect = url; }
    /** The next attempt is to go to another address, where there are several. */
    passOver() { this.#endpoint++; }
    /** The successor of the present connection was welcomed: from now on it is the present one. */
    switchTo(now, successor, welcome) {
        const core = this.#core;
        core.emit({ kind: "close", connection: core.connection, reason: "another connection has taken its place" });
        this.#leaveConnection();
        this.#take(successor);
        this.onWelcome(now, welcome);
    }
    onWelcome(now, welcome) {
        const core = this.#core;
        if (core.phase !== "greeting") {
            this.fault(now, "A second welcome came.");
            return;
        }
        core.phase = "welcomed";
        core.heartbeat.heard(now);
        core.ladder.worked(now, this.transport);
        this.#phaseUntil = undefined;
        this.#welcomedAt = now;
        this.#wasEverWelcomed = true;
        if (welcome.reconnect.maxMs > 0)
            core.advice = welcome.reconnect;
        core.heartbeat.begin(welcome.heartbeatMs);
        this.frameBytesMax = welcome.limits.frameBytes > 0 ? welcome.limits.frameBytes : FRAME_BYTES_MAX;
        this.session = { id: welcome.session.id, key: welcome.session.key };
        core.emit({ kind: "session", ticket: this.session, welcome, transport: this.transport });
        // The first frame on this connection retires the former key, so that one that leaked is of no use.
        core.heartbeat.ping(now);
        core.enter("connected", `welcomed by ${welcome.node}`);
        // What was handled between hello and welcome could not be given back then; with the whole window in hand nothing would come that asks for it again.
        core.inflow.owe(now, 0);
        core.following.resume(now, welcome);
        core.publishing.resume(now);
        core.presences.resume(now);
        core.requests.resume(now);
    }
    /** The server does not keep to the contract: the connection is given up, and whatever it was is tried once more on another. */
    fault(now, reason) { this.drop(now, undefined, reason); }
    drop(now, code, reason) {
        this.#core.emit({ kind: "close", connection: this.#core.connection, reason });
        this.#lose(now, code, reason);
    }
    /** The server wants another token. */
    renewToken(now, reason) { this.drop(now, closeCodes.tokenExpired, reason); }
    get deadline() { return this.#phaseUntil; }
    tick(now) {
        const { core, options } = { core: this.#core, options: this.#core.options };
        if (this.#phaseUntil === undefined || this.#phaseUntil > now)
            return;
        switch (core.phase) {
            case "pausing":
                this.#tryNow(now);
                break;
            case "obtaining-token":
                this.#lose(now, undefined, `No token came within ${options.openWithinMs} ms.`);
                break;
            case "opening":
                this.drop(now, undefined, `The connection did not open within ${core.ladder.within(options.openWithinMs)} ms.`);
                break;
            case "greeting":
                this.drop(now, undefined, `No welcome came within ${core.ladder.within(options.answerWithinMs)} ms.`);
                break;
            case "leaving":
                this.drop(now, undefined, `No close came within ${options.closeWithinMs} ms.`);
                break;
        }
    }
    #tryNow(now) {
        const core = this.#core;
        if (core.tokens.isWanted(now)) {
            core.phase = "obtaining-token";
            this.#phaseUntil = now + core.options.openWithinMs;
            core.emit({ kind: "obtain-token" });
        }
        else
            this.#open(now);
    }
    #open(now) {
        const core = this.#core;
        this.endpoint = this.nextEndpoint();
        this.transport = core.ladder.transport;
        core.phase = "opening";
        this.#phaseUntil = now + core.ladder.within(core.options.openWithinMs);
        core.connection = core.nextConnection();
        core.emit({ kind: "open", connection: core.connection, endpoint: this.endpoint, transport: this.transport });
    }
    nextEndpoint() {
        const { endpoints } = this.#core.options;
        const endpoint = this.#redirect ?? endpoints[this.#endpoint % endpoints.length];
        this.#redirect = undefined;
        return endpoint;
    }
    #take({ connection, endpoint, transport, phase, until, named, credit }) {
        const core = this.#core;
        core.connection = connection;
        core.phase = phase;
        this.#phaseUntil = until;
        this.endpoint = endpoint;
        this.transport = transport;
        if (phase !== "greeting")
            return;
        core.following.asked(named);
        core.inflow.adopt(credit);
    }
    /** The connection is gone, or none came about: what to do next is read off the range of the code. */
    #lose(now, code, reason, afterMs = 0, isBlocked = false) {
        const core = this.#core;
        const { phase } = core;
        const wasWelcomed = core.isWelcomed;
        const wasStable = wasWelcomed && now - this.#welcomedAt >= core.options.stableAfterMs;
        // The server was slow, and did in the end what one of our own former connections had asked for.
        const isOurs = code === closeCodes.takenOver && core.handover.mayBeOurs(now);
        const notBefore = core.handover.notBefore(now);
        const successor = core.handover.promote(code);
        core.handover.cancel(now, reason);
        if (phase === "greeting" && code === undefined)
            core.handover.strayed(now);
        if (wasStable)
            this.#attempt = 0;
        this.#detach();
        if (successor) {
            this.#take(successor);
            if (successor.phase === "opening")
                this.#enterWaiting(reason, code);
            return;
        }
        if (phase === "leaving") {
            this.#end("closed by the application", closeCodes.bye);
            return;
        }
        if (isOurs)
            code = closeCodes.goingAway;
        const hundred = code === undefined ? 0 : Math.floor(code / 100);
        const wantsToken = hundred === 43 && core.tokens.canBeObtained;
        if (!wantsToken && (hundred === 43 || hundred === 44)) {
            this.#end(reason, code);
            return;
        }
        if (wantsToken)
            core.tokens.forget();
        if (hundred === 42 || (!wasWelcomed && (hundred < 40 || hundred > 43)))
            this.#endpoint++;
        if (isBlocked)
            core.ladder.blocked();
        else if (wasStable)
            core.ladder.lasted();
        else if (phase !== "obtaining-token" && (hundred < 40 || hundred > 44))
            core.ladder.failed(now);
        // At once means the first time; a server that keeps closing at once is not called in a circle.
        const isAtOnce = hundred === 40 || hundred === 42 || wantsToken;
        const pause = Math.max(afterMs, notBefore, isAtOnce && this.#attempt === 0 ? 0 : core.pause(this.#attempt));
        this.#attempt++;
        core.phase = "pausing";
        this.#phaseUntil = now + pause;
        this.#enterWaiting(reason, code);
        core.emit({ kind: "retry", attempt: this.#attempt, pauseMs: pause, reason, ...(code !== undefined && { code }) });
        if (pause === 0)
            this.#tryNow(now);
    }
    #detach() {
        this.#core.tokens.detach();
        this.#leaveConnection();
    }
    #leaveConnection() {
        const core = this.#core;
        core.phase = "pausing";
        core.following.detach();
        core.presences.detach();
        core.publishing.connectionLost();
        core.requests.detach();
    }
    #hangUp(reason) {
        const phase = this.#core.phase;
        if (phase === "opening" || phase === "greeting" || phase === "welcomed")
            this.#core.emit({ kind: "close", connection: this.#core.connection, reason });
    }
    #end(reason, code) {
        const core = this.#core;
        core.phase = "ended";
        this.#phaseUntil = undefined;
        core.publishing.end();
        core.requests.end();
        core.presences.end();
        core.following.end(code, reason);
        core.presences.forgetUntold();
        core.enter("closed", reason, code);
    }
    #enterWaiting(reason, code) {
        this.#core.enter(this.#isNetworkDown ? "offline" : this.#wasEverWelcomed ? "reconnecting" : "connecting", reason, code);
    }
}
