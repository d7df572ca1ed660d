import { retryOf } from "../codec/codes.js";
import type { ClientFrame, Mutate, PageBody, Read, ServerBodies } from "../codec/frames.js";
import { earlier } from "./backoff.js";
import { REFUSALS_MAX, type Core } from "./core.js";
import type { Outcome, RejectReason } from "./outcomes.js";

/** One that waits for its answer. Sending it twice does no harm. */
interface PendingRequest {
  readonly frame: ClientFrame;

  /** Undefined: it waits as long as it takes. */
  readonly deadline: number | undefined;

  /** Nobody waits for how it ends. */
  readonly isOwn: boolean;
  retryAt: number | undefined;
  attempts: number;
  tokenAttempts: number;
}

/** Reads, refreshes and mutations: asked again after a reconnect, for as long as they may take. */
export class Requests {
  readonly #core: Core;
  readonly #all = new Map<number, PendingRequest>();

  constructor(core: Core) {
    this.#core = core;
  }

  read(now: number, read: Read): number {
    return this.#ask(now, { kind: "read", id: this.#core.nextId(), body: read }, false);
  }

  /** Mutates a key. Its mutation id sees to it that it is decided once; who mutates bounds how many are under way, and waits as long as it takes. */
  mutate(now: number, mutate: Mutate): number {
    const frame: ClientFrame = { kind: "mutate", id: this.#core.nextId(), body: mutate };
    if (this.#core.isOver) this.#refuse(frame.id, "closed", "The client is closed.");
    else this.#add(now, frame, undefined, false);
    return frame.id;
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

  onMutated(id: number, mutated: ServerBodies["mutated"]): void {
    const request = this.#all.get(id);
    if (request?.frame.kind === "mutate") this.#finish(request, { kind: "mutated", mutated });
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
      if (request.deadline !== undefined && request.deadline <= now) this.#finish(request, { kind: "unresolved", message: `No answer came within ${this.#core.options.requestWithinMs} ms.` });
      else if (this.#core.isWelcomed && request.retryAt !== undefined && request.retryAt <= now) this.#send(now, request);
    }
  }

  #ask(now: number, frame: ClientFrame, isOwn: boolean): number {
    const { isOver, options } = this.#core;
    const bounded = [...this.#all.values()].filter(({ deadline }) => deadline !== undefined).length;
    if (isOver) this.#refuse(frame.id, "closed", "The client is closed.");
    else if (bounded >= options.requestsMax) this.#refuse(frame.id, "too-many-requests", `${bounded} requests wait for their answers; wait for some of them before asking for more.`);
    else this.#add(now, frame, now + options.requestWithinMs, isOwn);
    return frame.id;
  }

  #add(now: number, frame: ClientFrame, deadline: number | undefined, isOwn: boolean): void {
    const request: PendingRequest = { frame, deadline, isOwn, retryAt: undefined, attempts: 0, tokenAttempts: 0 };
    this.#all.set(frame.id, request);
    if (this.#core.isWelcomed) this.#send(now, request);
  }

  #refuse(id: number, reason: RejectReason, message: string): void { this.#core.emit({ kind: "complete", request: id, outcome: { kind: "rejected", reason, message } }); }

  #send(now: number, request: PendingRequest): void {
    request.retryAt = undefined;
    this.#core.send(now, request.frame);
  }

  #finish(request: PendingRequest, outcome: Outcome): void {
    this.#all.delete(request.frame.id);
    this.#core.emit({ kind: "complete", request: request.frame.id, outcome });
  }
}
