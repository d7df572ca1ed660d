import { closeCodes } from "./codec/codes.js";
import { check } from "./codec/check.js";
import { messageOf, RealTimeError } from "./errors.js";
import { isPattern } from "./machine/patterns.js";
import { checkOptions } from "./options.js";
import { messageOfEvent, receiptOf } from "./publishing.js";
import { membersOf, Presence } from "./presence/presence.js";
import { pageOf } from "./reading.js";
import { Driver } from "./running/driver.js";
import { Emitter, report } from "./running/emitter.js";
import { watchNetwork } from "./running/network.js";
import { lifetimeOf } from "./running/token.js";
import { subscribeTo } from "./running/subscribing.js";
import { HybridClock } from "./state/hybrid-clock.js";
import { MemoryMutationStore } from "./state/mutation-store.js";
import { SharedState } from "./state/shared-state.js";
import { MemorySessionStore } from "./sessions/session-store.js";
/**
 * A client of a RealTimeActors server: publishes to channels and follows them, over as many connections as it takes.
 *
 * Each event of a followed channel is handed over once and in order; what is lost is told. Across a restart of the page or process, an event that was handed
 * over and not yet acked comes again. A publish is sent again after a lost connection and is in the log at most once.
 */
export class RealTimeClient {
    #options;
    #store;
    #events = new Emitter();
    #subscriptions = new Set();
    #sharedStates = new Map();
    #presences = new Map();
    #mutationStore;
    #clock = new HybridClock();
    #driver;
    #connected = null;
    #settleConnected = null;
    #closed = [];
    #connection = null;
    #unwatch = () => { };
    /** A client that is not connected yet. Channels may be followed and events published at once: that waits for the connection. */
    constructor(options) {
        checkOptions(options);
        this.#options = options;
        this.#store = options.sessionStore ?? new MemorySessionStore();
        this.#mutationStore = options.mutationStore ?? new MemoryMutationStore();
        this.#driver = this.#newDriver();
    }
    /** Where it stands. */
    get state() { return this.#driver.state; }
    /** What the server said of the present connection, or of the last one; null before the first. */
    get connection() { return this.#connection; }
    /** The session as of the last connection. Its key is a secret. */
    get session() { return this.#driver.session; }
    /** Publishes that are not answered yet. */
    get publishesWaiting() { return this.#driver.publishesWaiting; }
    /** Events that came once more than once, after a lost connection for example, and were left out. */
    get eventsDropped() { return this.#driver.eventsDropped; }
    /** Calls the listener whenever that happens. Answers how to stop it. */
    on(name, listener) { return this.#events.on(name, listener); }
    /**
     * Connects, however many attempts it takes; from then on the client reconnects by itself. After `disconnect()`, or after a refusal, it begins anew.
     * Who has gone offline comes back with `goOnline()`.
     * @param token A token, or a function that gives one: that is asked before the first connection, before the token expires, and whenever the server wants another.
     * @returns Fulfilled with the first welcome; rejected when the server refuses in a way that no further attempt can change.
     */
    connect(token, { signal } = {}) {
        if (token !== undefined && typeof token !== "function" && (typeof token !== "string" || token === "")) {
            return Promise.reject(new TypeError("A token is expected: text that is not empty, or a function that gives it. Leave it out to connect without."));
        }
        if (this.#driver.state === "closed") {
            this.#driver = this.#newDriver();
            this.#connected = null;
        }
        if (!this.#connected) {
            this.#connected = new Promise((resolve, reject) => { this.#settleConnected = { resolve, reject }; });
            this.#connected.catch(() => { });
            void this.#start(this.#driver, token);
        }
        return signal ? orAborted(this.#connected, signal) : this.#connected;
    }
    /**
     * Follows one channel or several.
     * @param channels Their names, or patterns of names: `*` stands for one segment, `>` at the end for the rest. What a pattern brings, now and later, comes under its own name.
     * @param callback Gets one event of a channel after the other, never two of one channel at a time. What it returns is waited for, and then the event is acked.
     */
    subscribe(channels, callback, options = {}) {
        const names = typeof channels === "string" ? [channels] : [...new Set(channels)];
        if (names.length === 0)
            throw new TypeError("At least one channel is expected; there is none.");
        if (typeof callback !== "function")
            throw new TypeError(`A callback is expected; a ${typeof callback} came.`);
        const { from = options.ack === "none" ? "now" : "session", ack, order, overflow, priority, fields, shape, filter, presence } = options;
        if (presence && names.some(isPattern))
            throw new TypeError(`Who is there is told of one channel; ${names.find(isPattern)} means many. Follow with \`presence\` each of those that it is wanted of.`);
        const requests = names.map((channel) => ({
            channel, from, ...(ack && { ack }), ...(order && { order }), ...(overflow && { overflow }), ...(priority && { priority }), ...(fields && { fields }), ...(shape && { shape }), ...(filter && { filter }), ...(presence && { presence }),
        }));
        for (const body of requests)
            check({ kind: "subscribe", id: 1, body });
        if (this.#driver.state === "closed")
            throw new RealTimeError("closed", "The client is closed; connect() begins anew.");
        const shared = names.find(name => this.#sharedStates.has(name));
        if (shared !== undefined)
            throw new TypeError(`The state of ${shared} is followed already. A client follows a channel in one way; use another client for its events.`);
        const subscription = subscribeTo(this.#driver, requests, callback, options, error => this.#failed(error), ended => this.#subscriptions.delete(ended));
        this.#subscriptions.add(subscription);
        return subscription;
    }
    /** Leaves channels, with whatever callbacks they are followed: by their names, or by what `subscribe()` has returned. */
    unsubscribe(channels) {
        if (typeof channels === "object" && "unsubscribe" in channels) {
            channels.unsubscribe();
            return;
        }
        const names = typeof channels === "string" ? [channels] : channels;
        for (const subscription of [...this.#subscriptions])
            subscription.unsubscribe(...names);
    }
    /**
     * Follows the keyed state of a channel, and mutates it: what is mutated shows at once, waits while there is no connection, and is told what became of it.
     * Asked for again it is the same one, as long as that is not closed.
     */
    sharedState(channel, options = {}) {
        const present = this.#sharedStates.get(channel);
        if (present)
            return present;
        if (isPattern(channel))
            throw new TypeError(`The name of one channel is expected; the pattern ${channel} came. The state of each channel is followed by itself.`);
        check({ kind: "subscribe", id: 1, body: { channel, mode: "state", ...(options.fields && { fields: options.fields }), ...(options.presence && { presence: options.presence }) } });
        if (this.#driver.state === "closed")
            throw new RealTimeError("closed", "The client is closed; connect() begins anew.");
        if (this.#driver.feedOf(channel))
            throw new TypeError(`The events of ${channel} are followed already. A client follows a channel in one way; use another client for its state.`);
        const shared = new SharedState(channel, options, options.store ?? this.#mutationStore, this.#stateLink(this.#driver));
        this.#sharedStates.set(channel, shared);
        return shared;
    }
    /** Who is there in a channel, and the way to be there oneself: `presence(channel).enter(state)`. Asked for again it is the same one. */
    presence(channel) {
        let presence = this.#presences.get(channel);
        if (!presence) {
            if (isPattern(channel))
                throw new TypeError(`The name of one channel is expected; the pattern ${channel} came.`);
            check({ kind: "presence", id: 1, body: { channel, leave: true } });
            this.#presences.set(channel, presence = new Presence(channel, {
                enter: (name, state, signal) => this.#driver.ask((machine, now) => machine.enter(now, name, state), signal),
                leave: name => this.#driver.ask((machine, now) => machine.leave(now, name)),
            }, this.#driver.presenceIn(channel)));
        }
        return presence;
    }
    async publish(channel, event, second, third) {
        const { frame, options } = messageOfEvent(channel, event, second, third);
        const outcome = await this.#publish(frame, options.signal);
        if (outcome.kind !== "published")
            throw RealTimeError.from(outcome);
        return receiptOf(outcome.receipt);
    }
    /** Publishes without an answer: fulfilled when it was handed to a connection, which may lose it. */
    async send(channel, type, data, options) {
        const { frame } = messageOfEvent(channel, type, data, options);
        const outcome = await this.#publish({ ...frame, confirm: "none" }, options?.signal);
        if (outcome.kind !== "sent")
            throw RealTimeError.from(outcome);
    }
    /**
     * Reads a page of a channel's log.
     * @param from Where to begin, default at the earliest; the `next` of a page goes on behind it.
     * @param limit The most events of the page; default as the server says.
     */
    async readEvents(channel, { from = "earliest", limit, signal } = {}) {
        const body = { channel, what: "events", from, ...(limit !== undefined && { limit }) };
        check({ kind: "read", id: 1, body });
        const outcome = await this.#driver.ask((machine, now) => machine.read(now, body), signal);
        if (outcome.kind !== "paged")
            throw RealTimeError.from(outcome);
        return pageOf(outcome.page);
    }
    /**
     * Reads a page of those who are there, however many they are. It takes the right `presence`.
     * @param after The `next` of a page goes on behind it.
     */
    async readPresence(channel, { after, limit, signal } = {}) {
        const body = { channel, what: "presence", ...(after !== undefined && { afterKey: after }), ...(limit !== undefined && { limit }) };
        check({ kind: "read", id: 1, body });
        const outcome = await this.#driver.ask((machine, now) => machine.read(now, body), signal);
        if (outcome.kind !== "paged")
            throw RealTimeError.from(outcome);
        const { count, members, nextKey } = outcome.page;
        return { count: count ?? members.length, members: membersOf(members), next: nextKey ?? null };
    }
    /** Authenticates anew without reconnecting; every subscription is authorized again. With a token function that happens by itself. */
    async refresh(token) {
        check({ kind: "refresh", id: 1, body: { token } });
        const outcome = await this.#driver.ask((machine, now) => machine.refresh(now, token, lifetimeOf(token, Date.now())));
        if (outcome.kind !== "done")
            throw RealTimeError.from(outcome);
    }
    /** Leaves the connection and stays away until `goOnline()`. The session and what is followed stay, what is published waits. */
    goOffline() { this.#driver.tell((machine, now) => machine.goOffline(now)); }
    /** Comes back from `goOffline()`; otherwise it ends the pause before the next attempt, or makes sure that the connection works. */
    goOnline() { this.#driver.tell((machine, now) => machine.goOnline(now)); }
    /** Sends what waits to be acked at once: before the process goes away, for example. Pages do it by themselves. */
    flushAcks() { this.#driver.tell((machine, now) => machine.flushAcks(now)); }
    /**
     * Says bye and ends the client.
     * @param keepSession Whether the session can be resumed, by the next `connect()` or another process with the same store. False: the server forgets it, cursors and all.
     */
    async disconnect({ keepSession = true } = {}) {
        if (this.#driver.state !== "closed") {
            const closed = new Promise(resolve => this.#closed.push(resolve));
            this.#driver.tell((machine, now) => machine.close(now, keepSession));
            await closed;
        }
        if (!keepSession)
            await this.#store.clear();
    }
    #newDriver() {
        const driver = new Driver(this.#options, this.#store, {
            entered: (state, reason, code) => { if (driver === this.#driver)
                this.#entered(state, reason, code); },
            retrying: (attempt, delayMs, reason, code) => this.#events.emit("retry", { attempt, delayMs, reason, ...(code !== undefined && { code }) }),
            welcomed: (welcome, transport) => this.#welcomed(welcome, transport),
            noticed: notice => this.#noticed(notice),
            presence: effect => {
                if (effect.kind === "presence")
                    this.#presences.get(effect.channel)?.show(effect.seen);
                else
                    this.#presences.get(effect.channel)?.lose(effect.code, effect.reason);
            },
            failed: error => this.#failed(error),
        });
        return driver;
    }
    #stateLink(driver) {
        return {
            get isConnected() { return driver.state === "connected"; },
            get frameBytesMax() { return driver.frameBytesMax; },
            clock: this.#clock,
            follow: (request, sink) => driver.followState(request, sink),
            leave: followed => driver.tell((machine, now) => machine.unsubscribe(now, followed)),
            mutate: (frame, done) => driver.call((machine, now) => machine.mutate(now, frame), done),
            failed: error => this.#failed(error),
            ended: state => { if (this.#sharedStates.get(state.channel) === state)
                this.#sharedStates.delete(state.channel); },
        };
    }
    async #start(driver, token) {
        let ticket = null;
        try {
            const loaded = this.#store.load();
            ticket = loaded instanceof Promise ? await loaded : loaded;
        }
        catch (fault) {
            this.#failed(new RealTimeError("session-store", `The former session could not be read; a new one is begun: ${messageOf(fault)}`, { cause: fault }));
        }
        // Closed meanwhile.
        if (driver.state === "closed")
            return;
        this.#unwatch = watchNetwork(driver);
        driver.start(ticket, token);
    }
    async #publish(frame, signal) {
        check({ kind: "publish", id: 1, body: frame });
        return this.#driver.ask((machine, now) => machine.publish(now, frame), signal);
    }
    #entered(state, reason, code) {
        if (state === "connected") {
            this.#settleConnected?.resolve();
            this.#settleConnected = null;
        }
        for (const shared of [...this.#sharedStates.values()])
            shared.connectionChanged();
        this.#events.emit("state", { state, reason, ...(code !== undefined && { code }) });
        if (state === "closed")
            this.#onClosed(reason, code ?? 0);
    }
    #onClosed(reason, code) {
        this.#unwatch();
        const error = new RealTimeError("closed", `The client is closed: ${reason}`, { code });
        // Who waits for the connection is told by that; who had one, by the event.
        if (this.#settleConnected)
            this.#settleConnected.reject(error);
        else if (code !== closeCodes.bye)
            this.#failed(error);
        this.#settleConnected = null;
        for (const closed of this.#closed.splice(0))
            closed();
    }
    #welcomed({ connection, node, session, time }, transport) {
        const now = Date.now();
        const wrongByMs = this.#clock.observe(time, now);
        this.#clock.goOnBehind(Math.max(0, ...[...this.#sharedStates.values()].map(shared => shared.clockSet(wrongByMs))), now);
        this.#connection = { id: connection, node, transport, sessionId: session.id, isResumed: session.resumed, serverTime: new Date(time), ...(session.reason && { reason: session.reason }) };
        this.#events.emit("welcome", this.#connection);
    }
    #noticed(notice) {
        this.#events.emit(notice.kind, notice);
        // From 4000 on it is the client that was closed, which is told once.
        if (notice.kind === "ended" && notice.code < 4000)
            this.#failed(new RealTimeError("refused", `${notice.channel} is not followed any more: ${notice.reason}`, { code: notice.code, channel: notice.channel }));
    }
    #failed(error) {
        if (this.#events.has("error"))
            this.#events.emit("error", error);
        else
            report(error);
    }
}
function orAborted(promise, signal) {
    return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const aborted = () => reject(signal.reason);
        signal.addEventListener("abort", aborted, { once: true });
        promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
    });
}
