import { messageOf, RealTimeError } from "../errors.js";
import { ClientMachine } from "../machine/client-machine.js";
import { redirectAddress, webSocketAddress } from "../transports/endpoint.js";
import { rememberTransport, transportThatWorked } from "../transports/remembered.js";
import { transportsOf } from "../transports/transports.js";
import { Feed } from "./feed.js";
import { newProducerId } from "./producer-id.js";
import { lifetimeOf } from "./token.js";
const SAVE_WITHIN_MS = 10_000;
const PIECE_BYTES = 16_384;
const TIMER_MS_MAX = 2 ** 31 - 1;
/** Owns a machine: tells it what happens and carries out what it wants, with the transports, timers and stores of this world. */
export class Driver {
    #machine;
    #host;
    #ways;
    #addresses;
    #store;
    #feeds = new Map();
    #calls = new Map();
    /** By their numbers: the present one, and for a moment the one that is to follow it. */
    #transports = new Map();
    #tokens = null;
    #timer;
    #armedFor = Infinity;
    #isDraining = false;
    #isSaving = false;
    constructor(options, store, host) {
        const { endpoint, reconnectStrategy: strategy } = options;
        this.#host = host;
        this.#store = store;
        this.#ways = transportsOf(options);
        this.#addresses = (Array.isArray(endpoint) ? endpoint : [endpoint]).map(webSocketAddress);
        this.#machine = new ClientMachine({
            endpoints: this.#addresses,
            transports: this.#ways.names,
            transportFirst: transportThatWorked(this.#addresses[0] ?? "", Date.now()),
            pieceBytes: options.pieceBytes ?? PIECE_BYTES,
            reconnect: typeof strategy === "object" ? { minMs: strategy.initialDelayMs, maxMs: strategy.maxDelayMs, factor: strategy.factor, jitter: strategy.jitter ?? 1 } : strategy,
            ...given("clientName", options.clientName),
            ...given("creditWindow", options.messageBuffer),
            ...given("ackDelayMs", options.ackDelayMs),
            ...given("outboxCountMax", options.outboxCountMax),
            ...given("outboxBytesMax", options.outboxBytesMax),
            ...given("publishWithinMs", options.publishWithinMs),
            ...given("requestWithinMs", options.readWithinMs),
            ...given("openWithinMs", options.connectWithinMs),
            ...given("answerWithinMs", options.connectWithinMs),
            ...given("transportWithinMs", options.transportWithinMs),
        }, newProducerId(), Math.random);
    }
    get state() { return this.#machine.state; }
    get session() { return this.#machine.session; }
    get transport() { return this.#machine.transport; }
    get frameBytesMax() { return this.#machine.frameBytesMax; }
    get publishesWaiting() { return this.#machine.publishesWaiting; }
    get eventsDropped() { return this.#machine.eventsDropped; }
    start(session, token) {
        this.#tokens = typeof token === "function" ? token : null;
        this.tell((machine, now) => machine.start(now, session, typeof token === "string" ? token : null, this.#tokens !== null));
    }
    /** Tells the machine something and does what it wants. */
    tell(input) {
        input(this.#machine, performance.now());
        this.#settle();
    }
    /** Asks for something; fulfilled when that has ended, however. */
    ask(request, signal) {
        return new Promise((resolve, reject) => {
            signal?.throwIfAborted();
            this.tell((machine, now) => {
                const id = request(machine, now);
                const withdraw = () => {
                    this.#calls.delete(id);
                    this.tell((same, later) => same.withdraw(later, id));
                    reject(signal.reason);
                };
                signal?.addEventListener("abort", withdraw, { once: true });
                this.#calls.set(id, outcome => {
                    signal?.removeEventListener("abort", withdraw);
                    resolve(outcome);
                });
            });
        });
    }
    /** Asks for something; `done` is called when that has ended, in order with whatever else comes. */
    call(request, done) {
        this.tell((machine, now) => this.#calls.set(request(machine, now), done));
    }
    /** Whether a channel is followed already, and how. */
    feedOf(channel) { return this.#feeds.get(channel); }
    /** Where a channel stands that a pattern has brought; undefined: none did. */
    broughtBy(pattern, channel) {
        const found = this.#machine.find(channel);
        return found?.pattern === pattern.followed ? found : undefined;
    }
    /** Who is there in a channel, as far as is told. */
    presenceIn(channel) { return this.#machine.presenceIn(channel); }
    channelsOf(pattern) { return this.#machine.channelsOf(pattern.followed); }
    follow(request, subscriber) {
        const feed = new Feed(request.channel, this);
        feed.add(subscriber);
        this.tell((machine, now) => {
            feed.followed = machine.subscribe(now, request);
            feed.followed.host = feed;
            this.#feeds.set(request.channel, feed);
        });
        return feed;
    }
    /** Follows the state of a channel. Answers how far that has come. */
    followState(request, sink) {
        let followed;
        this.tell((machine, now) => {
            followed = machine.subscribe(now, request);
            followed.host = sink;
        });
        return followed;
    }
    leave(feed, subscriber) {
        feed.remove(subscriber);
        if (!feed.isEmpty || this.#feeds.get(feed.channel) !== feed)
            return;
        this.#feeds.delete(feed.channel);
        feed.end();
        this.tell((machine, now) => machine.unsubscribe(now, feed.followed));
    }
    handled(delivery) { this.tell((machine, now) => machine.handled(now, delivery)); }
    released(delivery) { this.tell((machine, now) => machine.released(now, delivery)); }
    acknowledge(delivery) { this.tell((machine, now) => machine.acknowledge(now, delivery)); }
    nack(delivery, reason) { this.tell((machine, now) => machine.nack(now, delivery, reason)); }
    abandoned(feed) {
        this.#feeds.delete(feed.channel);
        feed.end();
        this.tell((machine, now) => machine.abandon(now, feed.followed));
    }
    noticed(notice) { this.#host.noticed(notice); }
    opened({ connection }) { this.tell((machine, now) => machine.opened(now, connection)); }
    received({ connection }, frames) {
        const now = performance.now();
        for (const frame of frames) {
            if (!this.#transports.has(connection))
                return;
            // One at a time, so that what a callback is done with counts for the next.
            this.#machine.received(now, connection, frame);
            this.#drain();
        }
        this.#settle();
    }
    disconnected({ connection }, code, reason, isBlocked = false) {
        if (this.#transports.delete(connection))
            this.tell((machine, now) => machine.disconnected(now, connection, code, reason, isBlocked));
    }
    #settle() {
        // What is told in the middle of carrying out is carried out there.
        if (this.#isDraining)
            return;
        this.#drain();
        for (const transport of this.#transports.values())
            transport.flush();
        this.#arm();
    }
    #drain() {
        if (this.#isDraining || this.#isSaving)
            return;
        this.#isDraining = true;
        try {
            for (let effect = this.#machine.take(); effect; effect = this.#machine.take()) {
                this.#carryOut(effect);
                if (this.#isSaving)
                    return;
            }
        }
        finally {
            this.#isDraining = false;
        }
    }
    #carryOut(effect) {
        switch (effect.kind) {
            case "deliver":
                this.#feed(effect.delivery.followed).push(effect.delivery);
                break;
            case "snapshot":
                effect.followed.host.snapshot(effect.part);
                break;
            case "change":
                effect.followed.host.change(effect.change);
                break;
            case "passed":
                effect.followed.host.passed();
                break;
            case "notify":
                this.#notify(effect.followed, effect.notice);
                break;
            case "send":
                this.#transports.get(effect.connection)?.enqueue(effect.frame);
                break;
            case "complete":
                this.#complete(effect.request, effect.outcome);
                break;
            case "open":
                this.#open(effect.connection, effect.endpoint, effect.transport);
                break;
            case "close":
                this.#transports.get(effect.connection)?.close(1000, effect.reason);
                this.#transports.delete(effect.connection);
                break;
            case "presence":
            case "presence-lost":
                this.#host.presence(effect);
                break;
            case "obtain-token":
                void this.#obtainToken();
                break;
            case "session":
                this.#save(effect.ticket, effect.welcome, effect.transport);
                break;
            case "retry":
                this.#host.retrying(effect.attempt, effect.pauseMs, effect.reason, effect.code);
                break;
            case "state":
                this.#host.entered(effect.state, effect.reason, effect.code);
                break;
        }
    }
    /** Of what a pattern has brought it is made when it is first needed. */
    #feed(followed) {
        if (!followed.host) {
            const feed = new Feed(followed.channel, this, followed.pattern.host);
            feed.followed = followed;
            followed.host = feed;
        }
        return followed.host;
    }
    #notify(followed, notice) {
        if (followed.isState) {
            followed.host.noticed(notice);
            this.#host.noticed(notice);
            return;
        }
        const feed = this.#feed(followed);
        if (notice.kind === "ended" && this.#feeds.get(feed.channel) === feed)
            this.#feeds.delete(feed.channel);
        feed.push(notice);
    }
    #open(connection, endpoint, transport) {
        let address = endpoint;
        try {
            if (!this.#addresses.includes(endpoint))
                address = redirectAddress(endpoint, this.#addresses[0]);
        }
        catch (fault) {
            queueMicrotask(() => this.tell((machine, now) => machine.disconnected(now, connection, undefined, messageOf(fault))));
            return;
        }
        this.#transports.set(connection, this.#ways.open(transport, connection, address, this));
    }
    #complete(request, outcome) {
        const call = this.#calls.get(request);
        this.#calls.delete(request);
        if (call)
            call(outcome);
        else if (outcome.kind === "refused")
            this.#host.failed(RealTimeError.from(outcome));
    }
    async #obtainToken() {
        try {
            const token = await this.#tokens();
            if (typeof token !== "string" || token === "")
                throw new TypeError(`A token is expected from the token function: text that is not empty; ${typeof token === "string" ? "empty text" : typeof token} came.`);
            this.tell((machine, now) => machine.tokenObtained(now, token, lifetimeOf(token, Date.now())));
        }
        catch (fault) {
            this.#host.failed(new RealTimeError("token", `No token could be obtained: ${messageOf(fault)}`, { cause: fault }));
            this.tell((machine, now) => machine.tokenFailed(now, messageOf(fault)));
        }
    }
    /** What follows waits until the ticket is stored: the first frame on the connection retires the former key. */
    #save(ticket, welcome, transport) {
        rememberTransport(this.#addresses[0], transport, Date.now());
        let saved;
        try {
            saved = this.#store.save(ticket);
        }
        catch (fault) {
            saved = Promise.reject(fault);
        }
        if (!saved) {
            this.#host.welcomed(welcome, transport);
            return;
        }
        this.#isSaving = true;
        let timer;
        const late = new Promise((_, reject) => {
            timer = setTimeout(() => reject(new Error(`the store did not answer within ${SAVE_WITHIN_MS} ms`)), SAVE_WITHIN_MS);
        });
        Promise.race([saved, late])
            .catch((fault) => this.#host.failed(new RealTimeError("session-store", `The session could not be saved, and the next process will begin a new one: ${messageOf(fault)}`, { cause: fault })))
            .finally(() => {
            clearTimeout(timer);
            this.#isSaving = false;
            this.#host.welcomed(welcome, transport);
            this.#settle();
        });
    }
    #arm() {
        const next = this.#machine.nextDeadline;
        if (next === undefined) {
            clearTimeout(this.#timer);
            this.#armedFor = Infinity;
            return;
        }
        // One that rings too early finds nothing due and is set again.
        if (this.#armedFor <= next)
            return;
        clearTimeout(this.#timer);
        this.#armedFor = next;
        this.#timer = setTimeout(() => {
            this.#armedFor = Infinity;
            this.tell((machine, now) => machine.tick(now));
        }, Math.min(TIMER_MS_MAX, Math.max(0, Math.ceil(next - performance.now()))));
    }
}
function given(name, value) {
    return value === undefined ? {} : { [name]: value };
}
