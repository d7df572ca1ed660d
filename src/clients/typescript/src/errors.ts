import type { Outcome, RejectReason } from "./machine/outcomes.js";

/** What an error is about, and with it what can be done. */
export type ErrorKind =
  /** The server said no; `code` says why. */
  | "refused"
  /** The client did not even send it; `reason` says why. It is in no log. */
  | "rejected"
  /** It was sent, and no answer came before the client gave up: it may or may not be in the log. */
  | "unresolved"
  /** The client is closed; `code` says why. */
  | "closed"
  /** A callback of the application has thrown; it is the `cause`. */
  | "callback"
  /** The token function has failed; its error is the `cause`. It is asked again. */
  | "token"
  /** The session store has failed; its error is the `cause`. The next process begins a new session. */
  | "session-store"
  /** The store of mutations has failed; its error is the `cause`. What it did not take is lost with the page or process, unless it is answered before. */
  | "mutation-store";

/** What went wrong, in words for people and in fields for programs. */
export class RealTimeError extends Error {
  override readonly name = "RealTimeError";

  /** An error code (100 …), an unsubscribe code (2000 …), or a close code (1000 …, 4000 …) of the contract; 0 where there is none. */
  readonly code: number;
  readonly channel: string | undefined;
  readonly reason: RejectReason | undefined;

  /** Of a publish: whether it may be in the log nevertheless. */
  readonly mayBeInLog: boolean;

  constructor(readonly kind: ErrorKind, message: string, details: { code?: number; channel?: string; reason?: RejectReason; mayBeInLog?: boolean; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code ?? 0;
    this.channel = details.channel;
    this.reason = details.reason;
    this.mayBeInLog = details.mayBeInLog ?? false;
  }

  /** @internal How a request ended that did not end well. */
  static from(outcome: Outcome): RealTimeError {
    switch (outcome.kind) {
      case "refused": return new RealTimeError("refused", outcome.message, { code: outcome.code, mayBeInLog: outcome.mayBeInLog });
      case "rejected": return new RealTimeError("rejected", outcome.message, { reason: outcome.reason });
      case "unresolved": return new RealTimeError("unresolved", outcome.message, { mayBeInLog: true });
      default: return new RealTimeError("refused", `An answer of another kind came: ${outcome.kind}.`, { mayBeInLog: true });
    }
  }
}

/** @internal */
export function messageOf(fault: unknown): string { return fault instanceof Error ? fault.message : String(fault); }
