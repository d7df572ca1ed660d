import { asCaller, check } from "../codec/check.js";
import { Json } from "../codec/json-value.js";
import { utf8Length } from "../codec/utf8.js";
import { messageOf, RealTimeError } from "../errors.js";
import { Emitter } from "../running/emitter.js";
import { newProducerId } from "../running/producer-id.js";
import { checkGiven } from "./foresight.js";
import { KeptMutations } from "./kept-mutations.js";
import { Outgoing } from "./outgoing.js";
import { Replica } from "./replica.js";
const MUTATIONS_MAX = 1_000;
const MUTATIONS_BYTES_MAX = 1024 * 1024;
const FRAME_BYTES_SPARE = 1_024;
/**
 * The keyed state of a channel, shared with everybody who follows it. What is shown is what the server has confirmed, and on top of it what was mutated here and
 * is not answered yet: a mutation shows at once, is done again whenever a change of somebody else comes below it, and gives way to what its answer says.
 */
export class SharedState {
    #link;
    #options;
    #replica;
    #events = new Emitter();
    #kept;
    #outgoing;
    #followed;
    #calls = new Map();
    #producer = newProducerId();
    #sequence = 0;
    #state = "waiting";
    #settleStarted;
    channel;
    /** Fulfilled when the state is there for the first time; rejected when the server refuses it, or it ends before. Nobody has to wait for it. */
    started;
    /** @internal */
    constructor(channel, options, store, link) {
        this.channel = channel;
        this.#link = link;
        this.#options = options;
        this.#replica = new Replica({ fields: options.fields, countMax: options.mutationsMax ?? MUTATIONS_MAX, bytesMax: options.mutationsBytesMax ?? MUTATIONS_BYTES_MAX });
        this.started = new Promise((resolve, reject) => { this.#settleStarted = { resolve, reject }; });
        this.started.catch(() => { });
        this.#kept = new KeptMutations(store.open(channel, left => this.#adopt(left)), channel, error => link.failed(error));
        this.#outgoing = new Outgoing(this.#kept, () => this.#maySend, pending => this.#link.mutate(frameOf(pending.record), outcome => this.#answered(pending, outcome)));
        this.#followed = link.follow({ channel, from: "now", mode: "state", order: "offset", ...(options.fields && { fields: options.fields }), ...(options.presence && { presence: options.presence }) }, this);
    }
    get state() { return this.#state; }
    /** Whether all of it has come at least once. Before that only what waits here is shown. */
    get isLoaded() { return this.#replica.document.isLoaded; }
    /** Up to here the log of the channel is part of what is shown; null before the state is there. */
    get position() {
        const { epoch, offset } = this.#replica.document;
        return epoch === null ? null : { epoch, offset: epoch === this.#followed.epoch ? Math.max(offset, this.#followed.receivedPrefix) : offset };
    }
    /** The keys that are shown, in no particular order. */
    get keys() { return this.#replica.keys; }
    /** The entries that are shown, in no particular order. */
    get entries() { return this.keys.map(key => this.get(key)); }
    /** All mutations that are not answered yet, in the order in which they were made. */
    get pending() { return [...this.#replica.pending.all].map(shownOf); }
    /** A key as it is shown; undefined: it is not there. */
    get(key) {
        const value = this.#replica.view(key);
        if (value === undefined)
            return undefined;
        const confirmed = this.#replica.document.find(key);
        return { key, value, version: confirmed.version, confirmed: confirmed.value, pending: this.pendingOf(key) };
    }
    /** The mutations of a key that are not answered yet. */
    pendingOf(key) { return this.#replica.pending.of(key).map(shownOf); }
    /** Calls the listener whenever that happens. Answers how to stop it. */
    on(name, listener) { return this.#events.on(name, listener); }
    /**
     * Merges a patch (RFC 7396) into a value: fields that are null are taken away. Like every mutation it shows at once and is kept until it is answered.
     * @returns Fulfilled with what became of it, however long that takes.
     * @throws {RealTimeError} It was refused, or as many wait as may; it does not show any more.
     */
    merge(key, patch, options) { return this.#mutate("merge", key, patch, options); }
    /** Puts a value in place of whatever is there. */
    set(key, value, options) { return this.#mutate("set", key, value, options); }
    delete(key, options) { return this.#mutate("delete", key, undefined, options); }
    /** Adds to numbers: `{ spent: 20 }`. Each is counted once. */
    increment(key, fields, options) { return this.#mutate("increment", key, fields, options); }
    /** Adds members to sets: `{ tags: ["urgent"] }`. */
    add(key, fields, options) { return this.#mutate("add", key, fields, options); }
    /** Takes members from sets. */
    remove(key, fields, options) { return this.#mutate("remove", key, fields, options); }
    /** Takes a mutation back that was not sent yet. Answers whether that was so. */
    withdraw(mutationId) {
        const pending = this.#replica.pending.find(mutationId);
        if (!pending || pending.isUnderWay || pending.isOver || pending.record.isSent)
            return false;
        this.#giveUp(pending, new RealTimeError("rejected", "It was withdrawn by the application.", { channel: this.channel, reason: "withdrawn" }));
        return true;
    }
    /** Follows the channel no longer. What is not answered stays in the store, for the next one who opens the channel with it. */
    close() {
        if (this.#state === "ended")
            return;
        this.#link.leave(this.#followed);
        this.#end(new RealTimeError("closed", "The shared state was closed; what waits is kept in its store.", { channel: this.channel }));
    }
    /** @internal The connection is there, or gone. */
    connectionChanged() {
        if (!this.#link.isConnected && (this.#state === "live" || this.#state === "loading"))
            this.#enter("waiting");
        this.#sendNext();
    }
    /** @internal The clock was wrong by so much, as the server's first word says: what this page has made and nobody was told of yet was made at another time. Answers the latest time of what waits. */
    clockSet(wrongByMs) { return this.#replica.pending.moved(wrongByMs, this.#link.clock.now(Date.now())); }
    /** @internal */
    snapshot(part) {
        const keys = this.#replica.part(part);
        if (!keys)
            return;
        this.#enter("live");
        this.#settleStarted.resolve();
        this.#tell({ keys, cause: "snapshot", offset: part.offset, rebased: this.#replica.pending.shownCount });
        this.#sendNext();
    }
    /** @internal */
    change(change) {
        const { key, offset, mutationId, user } = change;
        const keys = this.#replica.change(change);
        const rebased = this.#replica.pending.of(key).filter(({ isShown }) => isShown).length;
        this.#tell({ keys, cause: "server", offset, rebased, ...(mutationId !== undefined && { mutationId }), ...(user !== undefined && { user }) });
        this.#sendNext();
    }
    /** @internal */
    passed() { this.#sendNext(); }
    /** @internal */
    noticed(notice) {
        switch (notice.kind) {
            case "started":
                if (notice.snapshot)
                    this.#replica.begin(notice.epoch);
                this.#enter(notice.snapshot ? "loading" : "live");
                this.#sendNext();
                break;
            case "interrupted":
                this.#enter("interrupted", notice.reason);
                break;
            case "ended":
                this.#end(new RealTimeError(notice.code >= 4000 ? "closed" : "refused", notice.reason, { code: notice.code, channel: this.channel }));
                break;
        }
        try {
            this.#options.noticed?.(notice);
        }
        catch (cause) {
            this.#link.failed(new RealTimeError("callback", `A callback for ${this.channel} has thrown: ${messageOf(cause)}`, { channel: this.channel, cause }));
        }
    }
    #mutate(operation, key, given, { ifVersion, ifUnchanged } = {}) {
        let record;
        try {
            const value = operation === "delete" ? undefined : asCaller(() => given instanceof Json ? given : Json.of(given));
            if (value)
                checkGiven(operation, value.value);
            if (ifUnchanged && ifVersion !== undefined)
                throw new TypeError("One condition is expected: ifVersion or ifUnchanged; both came.");
            if (ifUnchanged && !this.isLoaded)
                throw new RealTimeError("rejected", "What is unchanged is not known before the state is there; wait for `started`.", { channel: this.channel, reason: "not-loaded" });
            const condition = ifUnchanged ? "unchanged" : ifVersion;
            const now = Date.now();
            this.#link.clock.passed(this.#kept.lastTime, now);
            record = {
                id: `${this.#producer}:${++this.#sequence}`, channel: this.channel, key, operation, ...(value && { value: value.text }), time: this.#link.clock.next(now), ...this.#replica.baseOf(key),
                ...(condition !== undefined && { ifVersion: condition }), isSent: false,
            };
            check({ kind: "mutate", id: 1, body: frameOf({ ...record, ifVersion: ifVersion ?? 0 }) });
            this.#checkRoom(record);
        }
        catch (fault) {
            return Promise.reject(fault);
        }
        const outcome = new Promise((resolve, reject) => this.#calls.set(record.id, { resolve, reject }));
        this.#kept.save(record);
        this.#tell({ keys: this.#replica.edit(record), cause: "edit", mutationId: record.id, rebased: 0 });
        this.#sendNext();
        return outcome;
    }
    #checkRoom(record) {
        const { channel } = this;
        const { pending } = this.#replica;
        const bytesMax = this.#link.frameBytesMax - FRAME_BYTES_SPARE;
        const bytes = utf8Length(record.value ?? "") + utf8Length(record.key);
        if (this.#state === "ended")
            throw new RealTimeError("closed", "The shared state is over; the client can open the channel again.", { channel });
        if (bytes > bytesMax)
            throw new RealTimeError("rejected", `The server takes mutations of at most ${bytesMax} bytes; this one has ${bytes}. Mutate less at a time.`, { channel, reason: "too-large" });
        if (!pending.hasRoomFor(record)) {
            throw new RealTimeError("rejected", `${pending.count} mutations with ${pending.bytes} bytes wait for their answers; wait for some of them before making more.`, { channel, reason: "queue-full" });
        }
    }
    /** Whoever comes back sees first what happened meanwhile, with his own mutations on top of it; then they are sent. */
    #sendNext() {
        if (!this.#maySend)
            return;
        this.#outgoing.sendNext();
        for (let next = this.#replica.pending.takeNext(); next; next = this.#replica.pending.takeNext())
            this.#send(next);
    }
    get #maySend() { return this.#state !== "ended" && this.#link.isConnected && this.isLoaded && this.#followed.isCaughtUp; }
    #send(pending) {
        const isKept = pending.record.isSent;
        if (!isKept) {
            const ready = this.#replica.ready(pending.record);
            if (ready === null) {
                const { version, value } = this.#replica.document.find(pending.record.key);
                this.#settle(pending, { result: "rejected", offset: 0, version, reason: "The log has begun another life: what was seen of the key is not comparable any more." }, value);
                return;
            }
            // From here on it is the same, whoever sends it.
            pending.record = ready;
        }
        this.#outgoing.add(pending, isKept);
    }
    #answered(pending, outcome) {
        if (this.#state === "ended")
            return;
        if (outcome.kind === "mutated")
            this.#settle(pending, outcome.mutated, outcome.mutated.value?.value);
        // Closed: it is kept, and whoever opens the store next sends it again.
        else if (outcome.kind === "refused")
            this.#giveUp(pending, RealTimeError.from(outcome));
        this.#sendNext();
    }
    #settle(pending, { result, offset, version, epoch, reason, duplicate = false }, value) {
        const { record: { id, key, operation }, wasLeft } = pending;
        const isDone = (result === "applied" || result === "merged") && !duplicate;
        const show = () => this.#tell({ keys: this.#replica.settle(pending, { isDone, offset, epoch, present: { version, value } }), cause: "outcome", mutationId: id, rebased: 0 });
        const told = {
            result: RESULTS.has(result) ? result : "merged", mutationId: id, key, operation, asked: shownOf(pending).value, version, value: value,
            ...(reason !== undefined && { reason }), offset: result === "rejected" ? 0 : offset, ...(epoch !== undefined && { epoch }), duplicate, wasLeft,
        };
        // What was taken is in what is confirmed, and everybody sees it there. That it was not is not seen before it is told.
        const isTaken = told.result === "applied" || told.result === "merged";
        if (isTaken)
            show();
        this.#letGo(pending, isStillKept => {
            if (!isTaken)
                show();
            const outcome = isStillKept ? { ...told, isStillKept } : told;
            this.#events.emit("outcome", outcome);
            this.#calls.get(id)?.resolve(outcome);
            this.#calls.delete(id);
        });
    }
    #giveUp(pending, error) {
        const { id } = pending.record;
        this.#letGo(pending, () => {
            this.#tell({ keys: this.#replica.giveUp(pending), cause: "outcome", mutationId: id, rebased: 0 });
            const isToldElsewhere = this.#events.has("failed") || this.#calls.has(id);
            this.#events.emit("failed", { mutation: shownOf(pending), error });
            if (!isToldElsewhere)
                this.#link.failed(error);
            this.#calls.get(id)?.reject(error);
            this.#calls.delete(id);
        });
    }
    /** The store lets go of it, and only then somebody is told: or a page that ends in between leaves it to the next, which sends it again and may hear something else. */
    #letGo(pending, tell) {
        pending.isOver = true;
        this.#kept.letGo(pending.record.id, isStillKept => {
            if (this.#state === "ended")
                return;
            tell(isStillKept);
            this.#sendNext();
        });
    }
    #adopt(left) {
        const keys = this.#replica.adopt(left.filter(({ channel }) => channel === this.channel));
        this.#tell({ keys, cause: "left", rebased: 0 });
        // A store may tell before there is anything to send on.
        queueMicrotask(() => this.#sendNext());
    }
    #end(error) {
        this.#enter("ended", error.message);
        this.#kept.close();
        this.#settleStarted.reject(error);
        const calls = [...this.#calls.values()];
        this.#calls.clear();
        for (const { reject } of calls)
            reject(new RealTimeError(error.kind, `No answer came before the end: ${error.message} The mutation is kept in its store.`, { code: error.code, channel: this.channel, mayBeInLog: true }));
        this.#link.ended(this);
    }
    #enter(state, reason) {
        if (this.#state === state || this.#state === "ended")
            return;
        this.#state = state;
        this.#events.emit("state", { state, ...(reason !== undefined && { reason }) });
    }
    #tell(changed) { if (changed.keys.size > 0 || changed.cause === "snapshot")
        this.#events.emit("changed", changed); }
}
function frameOf({ id, channel, key, operation, value, time, baseVersion, ifVersion }) {
    return {
        channel, key, operation, ...(value !== undefined && { value: Json.parse(value) }), ...(typeof ifVersion === "number" && { ifVersion }), ...(baseVersion !== undefined && { baseVersion }),
        mutationId: id, time,
    };
}
function shownOf({ record: { id, key, operation, value, time, baseVersion, isSent }, isUnderWay, wasLeft }) {
    return { mutationId: id, key, operation, value: value === undefined ? undefined : JSON.parse(value), time: new Date(time), baseVersion, isSent: isSent || isUnderWay, wasLeft };
}
const RESULTS = new Set(["applied", "merged", "superseded", "rejected"]);
