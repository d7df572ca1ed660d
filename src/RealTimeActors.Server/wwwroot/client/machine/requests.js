import { retryOf } from "../codec/codes.js";
import { earlier } from "./backoff.js";
import { REFUSALS_MAX } from "./core.js";
/** Reads and refreshes: asked again after a reconnect, for as long as they may take. */
export class Requests {
    #core;
    #all = new Map();
    constructor(core) {
        this.#core = core;
    }
    read(now, read) {
        return this.#ask(now, { kind: "read", id: this.#core.nextId(), body: read }, false);
    }
    /** Authenticates anew on the present connection, and on those to come. */
    refresh(now, token, isOwn = false) {
        return this.#ask(now, { kind: "refresh", id: this.#core.nextId(), body: { token } }, isOwn);
    }
    /** The application no longer waits for it. */
    withdraw(id) {
        const request = this.#all.get(id);
        if (request)
            this.#finish(request, { kind: "rejected", reason: "withdrawn", message: "It was withdrawn by the application." });
    }
    resume(now) {
        for (const request of this.#all.values())
            this.#send(now, request);
    }
    detach() {
        for (const request of this.#all.values()) {
            request.retryAt = undefined;
            // The next hello brings the new token anyway.
            if (request.isOwn)
                this.#all.delete(request.frame.id);
        }
    }
    onPage(id, page) {
        const request = this.#all.get(id);
        if (request?.frame.kind === "read")
            this.#finish(request, { kind: "paged", page });
    }
    onOk(id) {
        const request = this.#all.get(id);
        if (request?.frame.kind === "refresh")
            this.#finish(request, { kind: "done" });
    }
    /** Answers whether there was such a request. */
    onError(now, id, { code, message, afterMs }) {
        const request = this.#all.get(id);
        if (!request)
            return false;
        const retry = retryOf(code);
        if ((retry === "same" || retry === "backoff") && ++request.attempts < REFUSALS_MAX) {
            request.retryAt = now + Math.max(afterMs ?? 0, this.#core.pause(request.attempts - 1));
        }
        else if (retry === "token" && request.frame.kind !== "refresh" && this.#core.tokens.canBeObtained && request.tokenAttempts++ === 0)
            this.#core.connecting.renewToken(now, message);
        else
            this.#finish(request, { kind: "refused", code, message, mayBeInLog: false });
        return true;
    }
    end() {
        for (const request of [...this.#all.values()])
            this.#finish(request, { kind: "rejected", reason: "closed", message: "The client was closed before the answer came." });
    }
    get deadline() {
        let next;
        for (const { deadline, retryAt } of this.#all.values())
            next = earlier(next, this.#core.isWelcomed ? earlier(retryAt, deadline) : deadline);
        return next;
    }
    tick(now) {
        for (const request of [...this.#all.values()]) {
            if (request.deadline <= now)
                this.#finish(request, { kind: "unresolved", message: `No answer came within ${this.#core.options.requestWithinMs} ms.` });
            else if (this.#core.isWelcomed && request.retryAt !== undefined && request.retryAt <= now)
                this.#send(now, request);
        }
    }
    #ask(now, frame, isOwn) {
        const core = this.#core;
        if (core.isOver)
            core.emit({ kind: "complete", request: frame.id, outcome: { kind: "rejected", reason: "closed", message: "The client is closed." } });
        else if (this.#all.size >= core.options.requestsMax) {
            const message = `${this.#all.size} requests wait for their answers; wait for some of them before asking for more.`;
            core.emit({ kind: "complete", request: frame.id, outcome: { kind: "rejected", reason: "too-many-requests", message } });
        }
        else {
            const request = { frame, deadline: now + core.options.requestWithinMs, isOwn, retryAt: undefined, attempts: 0, tokenAttempts: 0 };
            this.#all.set(frame.id, request);
            if (core.isWelcomed)
                this.#send(now, request);
        }
        return frame.id;
    }
    #send(now, request) {
        request.retryAt = undefined;
        this.#core.send(now, request.frame);
    }
    #finish(request, outcome) {
        this.#all.delete(request.frame.id);
        this.#core.emit({ kind: "complete", request: request.frame.id, outcome });
    }
}
