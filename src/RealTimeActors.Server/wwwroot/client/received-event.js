/** An event as it is handed to a callback. */
export class ReceivedEvent {
    #ack;
    #nack;
    #text;
    id;
    type;
    /** What happened, as a JavaScript value. */
    payload;
    metadata;
    channel;
    /** The life of the log that the offset is of. */
    epoch;
    /** 1, 2, 3 … within the epoch. */
    offset;
    priority;
    /** What it is about, where its publisher said so. */
    key;
    /** Of the log, in hexadecimal digits; absent where the channel keeps none. */
    hash;
    /** 2, 3 … when the server says that it delivers it again. */
    attempt;
    /** Whether it was in the log already when this connection took the channel up. */
    replayed;
    /** @internal */
    constructor({ event, epoch, isReplay }, ack, nack = () => { }) {
        const { source, correlationId, session, user } = event;
        this.#ack = ack;
        this.#nack = nack;
        this.#text = () => event.data.text;
        this.id = event.id;
        this.type = event.type;
        this.payload = event.data.value;
        this.metadata = {
            timestamp: new Date(event.time),
            ...(source !== undefined && { source }),
            ...(correlationId !== undefined && { correlationId }),
            ...(session !== undefined && { sessionId: session }),
            ...(user !== undefined && { userId: user }),
        };
        this.channel = event.channel;
        this.epoch = epoch;
        this.offset = event.offset;
        this.priority = event.priority;
        if (event.key !== undefined)
            this.key = event.key;
        if (event.hash !== undefined)
            this.hash = event.hash;
        this.attempt = event.attempt ?? 1;
        this.replayed = isReplay;
    }
    /** The payload, by the name that it has on the wire. */
    get data() { return this.payload; }
    /** The payload exactly as it stands in the log, where 1.50 is not 1.5. */
    get dataText() { return this.#text(); }
    /** When it was accepted. */
    get time() { return this.metadata.timestamp; }
    /** With `ack: "manual"`: this event is done with. Events may be acked in any order; the session goes on from the first that is not. */
    ack() { this.#ack(); }
    /**
     * This event could not be processed. It is not acked, by its callback's return neither; the server delivers it again after a pause, with the next `attempt`, and after too many attempts it puts it to the
     * dead letters of the channel. Of the reason 500 characters are kept.
     */
    nack(reason) { this.#nack(reason === undefined ? undefined : cut(reason)); }
}
const REASON_CHARS_MAX = 500;
/** Not in the middle of a character of two halves. */
function cut(text) {
    return text.length <= REASON_CHARS_MAX ? text : text.slice(0, /[\uD800-\uDBFF]/.test(text[REASON_CHARS_MAX - 1]) ? REASON_CHARS_MAX - 1 : REASON_CHARS_MAX);
}
