/** What went wrong, in words for people and in fields for programs. */
export class RealTimeError extends Error {
    kind;
    name = "RealTimeError";
    /** An error code (100 …), an unsubscribe code (2000 …), or a close code (1000 …, 4000 …) of the contract; 0 where there is none. */
    code;
    channel;
    reason;
    /** Of a publish: whether it may be in the log nevertheless. */
    mayBeInLog;
    constructor(kind, message, details = {}) {
        super(message, details.cause === undefined ? undefined : { cause: details.cause });
        this.kind = kind;
        this.code = details.code ?? 0;
        this.channel = details.channel;
        this.reason = details.reason;
        this.mayBeInLog = details.mayBeInLog ?? false;
    }
    /** @internal How a request ended that did not end well. */
    static from(outcome) {
        switch (outcome.kind) {
            case "refused": return new RealTimeError("refused", outcome.message, { code: outcome.code, mayBeInLog: outcome.mayBeInLog });
            case "rejected": return new RealTimeError("rejected", outcome.message, { reason: outcome.reason });
            case "unresolved": return new RealTimeError("unresolved", outcome.message, { mayBeInLog: true });
            default: return new RealTimeError("refused", `An answer of another kind came: ${outcome.kind}.`, { mayBeInLog: true });
        }
    }
}
/** @internal */
export function messageOf(fault) { return fault instanceof Error ? fault.message : String(fault); }
