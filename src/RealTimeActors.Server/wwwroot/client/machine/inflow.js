// Resuming from the prefix loses nothing, so it is the outcome when a log is too full of holes to be kept account of.
const RANGES_AHEAD_MAX = 10_000;
/** Events in, credit and acks out. */
export class Inflow {
    #core;
    #acksWaiting = [];
    #ackAt;
    // The window is always the sum of three: what the server may still send, what the application has, what is owed to the server (less than nothing where
    // more was given than there was).
    #creditAtServer = 0;
    #creditAtApplication = 0;
    #creditOwed = 0;
    /** Events that were dropped because their offset had been received before, or because nobody follows their channel any more. */
    dropped = 0;
    constructor(core) {
        this.#core = core;
    }
    /** Events that were delivered and are not handled yet. */
    get inHand() { return this.#creditAtApplication; }
    get deadline() { return this.#core.isWelcomed ? this.#ackAt : undefined; }
    onEvent(now, event) {
        if (this.#core.options.creditWindow !== undefined && --this.#creditAtServer < 0) {
            this.#core.connecting.fault(now, "More events came than credit was given for.");
            return;
        }
        const followed = this.#core.following.find(event.channel);
        if (!followed?.isActive || this.#repairs(now, followed, event.offset) || !(followed.receive(event.offset) || followed.receiveAgain(event.offset, event.attempt ?? 1))) {
            // A server that sends it as if nothing had been said has not heard of the nack.
            const nack = followed?.isActive ? followed.nackOf(event.offset) : undefined;
            if (nack)
                this.#core.send(now, { kind: "nack", id: 0, body: nack });
            this.dropped++;
            this.owe(now, 1);
            return;
        }
        followed.head = Math.max(followed.head, event.offset);
        this.#creditAtApplication++;
        this.#core.emit({ kind: "deliver", delivery: { followed, epoch: followed.epoch, event, isReplay: event.offset <= followed.replayTo, life: followed.life, isNacked: false, isSettled: false } });
        this.#checkRanges(now, followed);
    }
    /** A change of a state that is followed: an offset like that of an event, and handled as soon as it is handed over. */
    onChange(now, change) {
        if (this.#core.options.creditWindow !== undefined && --this.#creditAtServer < 0) {
            this.#core.connecting.fault(now, "More changes came than credit was given for.");
            return;
        }
        this.owe(now, 1);
        const { channel, offset } = change;
        const followed = this.#core.following.find(channel);
        if (!followed?.isActive || !followed.isState || this.#repairs(now, followed, offset)) {
            this.dropped++;
            return;
        }
        if (followed.needsSnapshot) {
            this.#core.connecting.fault(now, `A change of ${channel} came before its snapshot was whole.`);
            return;
        }
        if (!followed.receive(offset)) {
            this.dropped++;
            return;
        }
        followed.head = Math.max(followed.head, offset);
        followed.process(followed.life, offset);
        this.#core.emit({ kind: "change", followed, change });
        this.ackLater(now, followed);
    }
    onState(now, part) {
        const followed = this.#core.following.find(part.channel);
        if (!followed?.isActive || !followed.isState)
            return;
        this.#core.emit({ kind: "snapshot", followed, part });
        if (!part.last)
            return;
        followed.hasSnapshot = true;
        followed.head = Math.max(followed.head, part.offset);
        followed.account(1, part.offset);
        this.ackLater(now, followed);
    }
    onSkip(now, { channel, from, to }) {
        const followed = this.#core.following.find(channel);
        if (!followed?.isActive)
            return;
        followed.account(from, to);
        followed.head = Math.max(followed.head, to);
        if (followed.isState)
            this.#core.emit({ kind: "passed", followed });
        this.ackLater(now, followed);
        this.#checkRanges(now, followed);
    }
    onGap(now, { channel, from, to, reason }) {
        const followed = this.#core.following.find(channel);
        if (!followed?.isActive)
            return;
        this.lost(followed, from, to, reason);
        followed.head = Math.max(followed.head, to);
        this.ackLater(now, followed);
        this.#checkRanges(now, followed);
        if (followed.needsSnapshot && followed.isActive)
            this.#core.following.askSnapshot(now, followed);
    }
    onLag({ channel, behind, mode }) {
        const followed = this.#core.following.find(channel);
        if (followed?.isActive)
            this.#core.following.tell(followed, { kind: "lag", channel, behind, mode });
    }
    /** What of the range was not received is lost, and the application is told of exactly that. */
    lost(followed, from, to, reason) {
        // Without these changes a state is not what it was any more, until another snapshot has come.
        if (followed.missingWithin(from, to).length > 0)
            followed.hasSnapshot = false;
        for (const [first, last] of followed.missingWithin(from, to)) {
            this.#core.following.tell(followed, { kind: "gap", channel: followed.channel, from: first, to: last, reason });
        }
        followed.account(from, to);
    }
    /** The application is done with an event: its credit goes back, and where acks are automatic it is acked. */
    handled(now, delivery) {
        if ((delivery.followed.request.ack ?? "auto") === "auto" && !delivery.isNacked)
            this.acknowledge(now, delivery);
        this.released(now, delivery);
    }
    /** The application will not handle an event, or has handled it without being done with it: its credit goes back, no ack is made. */
    released(now, delivery) {
        if (delivery.isSettled)
            return;
        delivery.isSettled = true;
        this.#creditAtApplication--;
        this.owe(now, 1);
    }
    /** Acks one event. Events may be acked in any order. */
    acknowledge(now, { followed, life, event }) {
        if (followed.process(life, event.offset) && !followed.isEnded)
            this.ackLater(now, followed);
    }
    /** The application could not process an event: it is not acked, and the server delivers it again, or gives it up after too many attempts. */
    nack(now, delivery, reason) {
        const { followed, life, event } = delivery;
        if (!followed.keepsCursor)
            throw new TypeError(`The subscription to ${followed.channel} does not ack, so nothing of it can be delivered again; subscribe with acks.`);
        if (followed.isEnded || !followed.nack(life, event.offset, event.attempt ?? 1, reason))
            return;
        delivery.isNacked = true;
        if (followed.isActive && this.#core.isWelcomed)
            this.#core.send(now, { kind: "nack", id: 0, body: followed.nackOf(event.offset) });
    }
    /** Whether a nack arrived on a former connection is not known; one that did is not counted twice. */
    nackAgain(now, followed) {
        for (const nack of followed.nacks)
            this.#core.send(now, { kind: "nack", id: 0, body: nack });
    }
    creditForHello() {
        const window = this.#core.options.creditWindow;
        if (window === undefined)
            return undefined;
        this.adopt(this.creditForNext());
        return this.#creditAtServer;
    }
    /** What a hello gives: the window without what the application has in hand. */
    creditForNext() {
        const window = this.#core.options.creditWindow;
        return window === undefined ? undefined : Math.max(0, window - this.#creditAtApplication);
    }
    /** Another connection has this credit now. What came on the former one after that was given is owed less: the window is the sum of three again. */
    adopt(credit) {
        if (credit === undefined)
            return;
        this.#creditAtServer = credit;
        this.#creditOwed = this.#core.options.creditWindow - credit - this.#creditAtApplication;
    }
    owe(now, events) {
        const window = this.#core.options.creditWindow;
        if (window === undefined)
            return;
        // Half a window at a time: while less than that is owed, the rest is still at the server or in the application's hands.
        this.#creditOwed += events;
        if (!this.#core.isWelcomed || this.#creditOwed < Math.max(1, Math.floor(window / 2)))
            return;
        this.#creditAtServer += this.#creditOwed;
        this.#core.send(now, { kind: "credit", id: 0, body: { events: this.#creditOwed } });
        this.#creditOwed = 0;
    }
    ackLater(now, followed) {
        if (!followed.keepsCursor || !this.#core.isWelcomed || followed.ackWaits)
            return;
        followed.ackWaits = true;
        this.#acksWaiting.push(followed);
        this.#ackAt ??= now + this.#core.options.ackDelayMs;
        if (this.#core.options.ackDelayMs === 0)
            this.flushAcks(now);
    }
    flushAcks(now) {
        for (const followed of this.#acksWaiting) {
            const ack = followed.isActive && this.#core.isWelcomed ? followed.takeAck() : null;
            if (ack)
                this.#core.send(now, { kind: "ack", id: 0, body: ack });
            followed.ackWaits = false;
        }
        this.forgetWaiting();
    }
    forgetWaiting() {
        this.#acksWaiting.length = 0;
        this.#ackAt = undefined;
    }
    tick(now) {
        if (this.#ackAt !== undefined && this.#ackAt <= now && this.#core.isWelcomed)
            this.flushAcks(now);
    }
    /**
     * Where the order is by offset, nothing overtakes: an offset that is missing without a word is a fault of the way. What follows is asked for again, once; if
     * it does not come then, it is told as lost and the stream goes on. Answers whether the event is to wait for that.
     */
    #repairs(now, followed, offset) {
        const next = followed.receivedPrefix + 1;
        if (followed.request.order !== "offset" || offset <= next)
            return false;
        if (followed.repairedAt === followed.receivedPrefix) {
            this.lost(followed, next, offset - 1, "missing");
            return false;
        }
        followed.repairedAt = followed.receivedPrefix;
        // What a pattern has brought cannot be asked for by itself: the next connection brings it again.
        if (followed.pattern)
            this.#core.connecting.fault(now, `Events of ${followed.channel} are missing.`);
        else
            this.#core.following.ask(now, followed);
        return true;
    }
    #checkRanges(now, followed) {
        if (followed.receivedAhead.length > RANGES_AHEAD_MAX) {
            this.#core.connecting.fault(now, `The events of ${followed.channel} came with more than ${RANGES_AHEAD_MAX} holes between them.`);
        }
    }
}
