import { errorCodes, retryOf } from "../codec/codes.js";
import { utf8Length } from "../codec/utf8.js";
import { earlier } from "./backoff.js";
import { REFUSALS_MAX } from "./core.js";
import { Outbox } from "./outbox.js";
// Id, producer id and sequence, names, lengths.
const PUBLISH_BYTES_AT_LEAST = 200;
/** Publishes wait in the outbox until they are answered, over as many connections as it takes. */
export class Publishing {
    #core;
    outbox;
    constructor(core, producerId) {
        this.#core = core;
        const { outboxCountMax, outboxBytesMax, channelInFlightMax } = core.options;
        this.outbox = new Outbox(producerId, outboxCountMax, outboxBytesMax, channelInFlightMax);
    }
    /** Publishes. Its end is told once, sooner or later, under the number that is returned. */
    publish(now, frame) {
        const core = this.#core;
        const id = core.nextId();
        const bytes = bytesOf(frame);
        const bytesMax = core.connecting.frameBytesMax;
        if (core.isOver)
            this.#reject(id, "closed", "The client is closed.");
        else if (bytes > bytesMax)
            this.#reject(id, "too-large", `The server takes frames of at most ${bytesMax} bytes; this publish has ${bytes}. Send less, or a reference to it.`);
        else if (!this.outbox.hasRoomFor(bytes)) {
            this.#reject(id, "outbox-full", `${this.outbox.count} publishes with ${this.outbox.bytes} bytes wait for their answers; wait for some of them before publishing more.`);
        }
        else {
            const deadline = core.options.publishWithinMs === undefined ? undefined : now + core.options.publishWithinMs;
            this.#sendNext(now, this.outbox.add(id, frame, bytes, deadline).lane);
        }
        return id;
    }
    /** The application no longer waits for it. It is completed at once, as unresolved where it may have been appended. Answers whether there was such a publish. */
    withdraw(now, id) {
        const entry = this.outbox.find(id);
        if (!entry)
            return false;
        this.#giveUp(entry, "It was withdrawn by the application.");
        this.#sendNext(now, entry.lane);
        return true;
    }
    resume(now) {
        // Whatever a lane was held for, this is another connection; and its publishes go out in order again.
        this.outbox.releaseAll();
        this.#sendUnsent(now);
    }
    connectionLost() { this.outbox.connectionLost(); }
    onReceipt(now, id, receipt) {
        const entry = this.outbox.find(id);
        if (!entry)
            return;
        if (receipt.status === "unknown") {
            entry.mayBeInLog = true;
            this.#repeat(now, entry, 0);
            return;
        }
        entry.lane.attempts = 0;
        this.#finish(entry, { kind: "published", receipt });
        this.#sendNext(now, entry.lane);
    }
    onError(now, entry, { code, message, afterMs }) {
        entry.mayBeInLog ||= code === errorCodes.internal || code === errorCodes.timeout;
        const retry = retryOf(code);
        if ((retry === "same" || retry === "backoff") && ++entry.refusals < REFUSALS_MAX)
            this.#repeat(now, entry, afterMs ?? 0);
        else if (retry === "token" && this.#core.tokens.canBeObtained && entry.tokenAttempts++ === 0) {
            entry.isSent = false;
            this.#core.connecting.renewToken(now, message);
        }
        else {
            this.#finish(entry, { kind: "refused", code, message, mayBeInLog: entry.mayBeInLog });
            this.#sendNext(now, entry.lane);
        }
    }
    end() {
        for (const entry of this.outbox.drain()) {
            this.#complete(entry.id, entry.isSent || entry.mayBeInLog
                ? { kind: "unresolved", message: "The client was closed before the answer came." }
                : { kind: "rejected", reason: "closed", message: "The client was closed before it was sent." });
        }
    }
    get deadline() {
        return earlier(this.outbox.oldest?.deadline, this.#core.isWelcomed ? this.outbox.nextRelease : undefined);
    }
    tick(now) {
        for (let oldest = this.outbox.oldest; oldest?.deadline !== undefined && oldest.deadline <= now; oldest = this.outbox.oldest) {
            this.#giveUp(oldest, `No answer came within ${this.#core.options.publishWithinMs} ms.`);
            this.#sendNext(now, oldest.lane);
        }
        if (this.outbox.release(now))
            this.#sendUnsent(now);
    }
    /** While the session moves from one connection to the next, what is published waits: of what nobody confirms it would not be known whether anybody heard it. */
    get #canSend() { return this.#core.isWelcomed && !this.#core.handover.isGreeting; }
    #sendUnsent(now) {
        if (!this.#canSend)
            return;
        // Publishes that nobody confirms leave the window as they are sent, and make room for more.
        for (let unsent = this.outbox.allUnsent(); unsent.length > 0; unsent = this.outbox.allUnsent()) {
            for (const entry of unsent)
                this.#send(now, entry);
        }
    }
    #sendNext(now, lane) {
        if (!this.#canSend)
            return;
        for (let entry = this.outbox.nextOf(lane); entry; entry = this.outbox.nextOf(lane))
            this.#send(now, entry);
    }
    #send(now, entry) {
        entry.isSent = true;
        this.#core.send(now, { kind: "publish", id: entry.id, body: entry.frame });
        if (entry.frame.confirm === "none")
            this.#finish(entry, { kind: "sent" });
    }
    /** The same once more, with the same sequence. Until then nothing else goes to that channel, so that order is kept where it still can be. */
    #repeat(now, entry, afterMs) {
        entry.isSent = false;
        this.outbox.hold(entry.lane, now + Math.max(afterMs, this.#core.pause(entry.lane.attempts++)));
    }
    #giveUp(entry, why) {
        this.#finish(entry, entry.isSent || entry.mayBeInLog ? { kind: "unresolved", message: why } : { kind: "rejected", reason: "withdrawn", message: why });
    }
    #finish(entry, outcome) {
        this.outbox.settle(entry);
        this.#complete(entry.id, outcome);
    }
    #reject(id, reason, message) { this.#complete(id, { kind: "rejected", reason, message }); }
    #complete(request, outcome) { this.#core.emit({ kind: "complete", request, outcome }); }
}
/** At least as many as the frame will have; escapes in JSON may add to it. */
function bytesOf({ data, channel, type, messageId, key, source, correlationId }) {
    const texts = [data.text, channel, type, messageId, key, source, correlationId];
    return texts.reduce((bytes, text) => bytes + (text === undefined ? 0 : utf8Length(text)), PUBLISH_BYTES_AT_LEAST);
}
