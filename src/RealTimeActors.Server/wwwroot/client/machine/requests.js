import { retryOf } from "../codec/codes.js";
import { earlier } from "./backoff.js";
import { REFUSALS_MAX } from "./core.js";
/** Reads, refreshes and mutations: asked again after a reconnect, for as long as they may take. */
export class Requests {
    #core;
    #all = new Map();
    constructor(core) {
        this.#core = core;
    }
    read(now, read) {
        return this.#ask(now, { kind: "read", id: this.#core.nextId(), body: read }, false);
    }
    /** Mutates a key. Its mutation id sees to it that it is decided once; who mutates bounds how many are under way, and waits as long as it takes. */
    mutate(now, mutate) {
        const frame = { kind: "mutate", id: this.#core.nextId(), body: mutate };
        if (this.#core.isOver)
            this.#refuse(frame.id, "closed", "The client is closed.");
        else
            this.#add(now, frame, undefined, false);
        return frame.id;
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
    onMutated(id, mutated) {
        const request = this.#all.get(id);
        if (request?.frame.kind === "mutate")
            this.#finish(request, { kind: "mutated", mutated });
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
            if (request.deadline !== undefined && request.deadline <= now)
                this.#finish(request, { kind: "unresolved", message: `No answer came within ${this.#core.options.requestWithinMs} ms.` });
            else if (this.#core.isWelcomed && request.retryAt !== undefined && request.retryAt <= now)
                this.#send(now, request);
        }
    }
    #ask(now, frame, isOwn) {
        const { isOver, options } = this.#core;
        const bounded = [...this.#all.values()].filter(({ deadline }) => deadline !== undefined).length;
        if (isOver)
            this.#refuse(frame.id, "closed", "The client is closed.");
        else if (bounded >= options.requestsMax)
            this.#refuse(frame.id, "too-many-requests", `${bounded} requests wait for their answers; wait for some of them before asking for more.`);
        else
            this.#add(now, frame, now + options.requestWithinMs, isOwn);
        return frame.id;
    }
    #add(now, frame, deadline, isOwn) {
        const request = { frame, deadline, isOwn, retryAt: undefined, attempts: 0, tokenAttempts: 0 };
        this.#all.set(frame.id, request);
        if (this.#core.isWelcomed)
            this.#send(now, request);
    }
    #refuse(id, reason, message) { this.#core.emit({ kind: "complete", request: id, outcome: { kind: "rejected", reason, message } }); }
    #send(now, request) {
        request.retryAt = undefined;
        this.#core.send(now, request.frame);
    }
    #finish(request, outcome) {
        this.#all.delete(request.frame.id);
        this.#core.emit({ kind: "complete", request: request.frame.id, outcome });
    }
}
