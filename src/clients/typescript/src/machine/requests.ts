import { retryOf } from "../codec/codes.js";
import type { ClientFrame, PageBody, Read, ServerBodies } from "../codec/frames.js";
import { earlier } from "./backoff.js";
import { REFUSALS_MAX, type Core } from "./core.js";
import type { Outcome } from "./outcomes.js";

/** One that waits for its answer. Sending it twice does no harm. */
interface PendingRequest {
  readonly frame: ClientFrame;
  readonly deadline: number;

  /** Nobody waits for how it ends. */
  readonly isOwn: boolean;
  retryAt: number | undefined;
  attempts: number;
  tokenAttempts: number;
}

/** Reads and refreshes: asked again after a reconnect, for as long as they may take. */
export class Requests {
  readonly #core: Core;
  readonly #all = new Map<number, PendingRequest>();

  constructor(core: Core) {
    this.#core = core;
  }

  read(now: number, read: Read): number {
    return this.#ask(now, { kind: "read", id: this.#core.nextId(), body: read }, false);
  }

  /** Authenticates anew on the present connection, and on those to come. */
  refresh(now: number, token: string, isOwn = false): number {
    return this.#ask(now, { kind: "refresh", id: this.#core.nextId(), body: { token } }, isOwn);
  }

  /** The application no longer waits for it. */
  withdraw(id: number): void {
    const request = this.#all.get(id);
    if (request) this.#finish(request, { kind: "rejected", reason: "withdrawn", message: "It was withdrawn by the application." });
  }

  resume(now: number): void {
    for (const request of this.#all.values()) this.#send(now, request);
  }

  detach(): void {
    for (const request of this.#all.values()) {
      request.retryAt = undefined;
      // The next hello brings the new token anyway.
      if (request.isOwn) this.#all.delete(request.frame.id);
    }
  }

  onPage(id: number, page: PageBody): void {
    const request = this.#all.get(id);
    if (request?.frame.kind === "read") this.#finish(request, { kind: "paged", page });
  }

  onOk(id: number): void {
    const request = this.#all.get(id);
    if (request?.frame.kind === "refresh") this.#finish(request, { kind: "done" });
  }

  /** Answers whether there was such a request. */
  onError(now: number, id: number, { code, message, afterMs }: ServerBodies["error"]): boolean {
    const request = this.#all.get(id);
    if (!request) return false;

    const retry = retryOf(code);
    if ((retry === "same" || retry === "backoff") && ++request.attempts < REFUSALS_MAX) {
      request.retryAt = now + Math.max(afterMs ?? 0, this.#core.pause(request.attempts - 1));
    }
    else if (retry === "token" && request.frame.kind !== "refresh" && this.#core.tokens.canBeObtained && request.tokenAttempts++ === 0) this.#core.connecting.renewToken(now, message);
    else this.#finish(request, { kind: "refused", code, message, mayBeInLog: false });
    return true;
  }

  end(): void {
    for (const request of [...this.#all.values()]) this.#finish(request, { kind: "rejected", reason: "closed", message: "The client was closed before the answer came." });
  }

  get deadline(): number | undefined {
    let next: number | undefined;
    for (const { deadline, retryAt } of this.#all.values()) next = earlier(next, this.#core.isWelcomed ? earlier(retryAt, deadline) : deadline);
    return next;
  }

  tick(now: number): void {
    for (const request of [...this.#all.values()]) {
      if (request.deadline <= now) this.#finish(request, { kind: "unresolved", message: `No answer came within ${this.#core.options.requestWithinMs} ms.` });
      else if (this.#core.isWelcomed && request.retryAt !== undefined && request.retryAt <= now) this.#send(now, request);
    }
  }

  #ask(now: number, frame: ClientFrame, isOwn: boolean): number {
    const core = this.#core;
    if (core.isOver) core.emit({ kind: "complete", request: frame.id, outcome: { kind: "rejected", reason: "closed", message: "The client is closed." } });
    else if (this.#all.size >= core.options.requestsMax) {
      const message = `${this.#all.size} requests wait for their answers; wait for some of them before asking for more.`;
      core.emit({ kind: "complete", request: frame.id, outcome: { kind: "rejected", reason: "too-many-requests", message } });
    }
    else {
      const request: PendingRequest = { frame, deadline: now + core.options.requestWithinMs, isOwn, retryAt: undefined, attempts: 0, tokenAttempts: 0 };
      this.#all.set(frame.id, request);
      if (core.isWelcomed) this.#send(now, request);
    }
    return frame.id;
  }

  #send(now: number, request: PendingRequest): void {
    request.retryAt = undefined;
    this.#core.send(now, request.frame);
  }

  #finish(request: PendingRequest, outcome: Outcome): void {
    this.#all.delete(request.frame.id);
    this.#core.emit({ kind: "complete", request: request.frame.id, outcome });
  }
}
