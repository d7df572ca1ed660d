import type { Priority } from "./codec/frames.js";
import type { Delivery } from "./machine/effects.js";

/** Where an event comes from, and when it was accepted. */
export interface EventMetadata {
  /** The server's clock. */
  readonly timestamp: Date;
  readonly source?: string;
  readonly correlationId?: string;
  readonly sessionId?: string;
  readonly userId?: string;
}

/** An event as it is handed to a callback. */
export class ReceivedEvent<T = unknown> {
  readonly #ack: () => void;
  readonly #nack: (reason: string | undefined) => void;
  readonly #text: () => string;

  readonly id: string;
  readonly type: string;

  /** What happened, as a JavaScript value. */
  readonly payload: T;
  readonly metadata: EventMetadata;
  readonly channel: string;

  /** The life of the log that the offset is of. */
  readonly epoch: string;

  /** 1, 2, 3 … within the epoch. */
  readonly offset: number;
  readonly priority: Priority;

  /** What it is about, where its publisher said so. */
  readonly key?: string;

  /** Of the log, in hexadecimal digits; absent where the channel keeps none. */
  readonly hash?: string;

  /** 2, 3 … when the server says that it delivers it again. */
  readonly attempt: number;

  /** Whether it was in the log already when this connection took the channel up. */
  readonly replayed: boolean;

  /** @internal */
  constructor({ event, epoch, isReplay }: Pick<Delivery, "event" | "epoch" | "isReplay">, ack: () => void, nack: (reason: string | undefined) => void = () => {}) {
    const { source, correlationId, session, user } = event;
    this.#ack = ack;
    this.#nack = nack;
    this.#text = () => event.data.text;
    this.id = event.id;
    this.type = event.type;
    this.payload = event.data.value as T;
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
    if (event.key !== undefined) this.key = event.key;
    if (event.hash !== undefined) this.hash = event.hash;
    this.attempt = event.attempt ?? 1;
    this.replayed = isReplay;
  }

  /** The payload, by the name that it has on the wire. */
  get data(): T { return this.payload; }

  /** The payload exactly as it stands in the log, where 1.50 is not 1.5. */
  get dataText(): string { return this.#text(); }

  /** When it was accepted. */
  get time(): Date { return this.metadata.timestamp; }

  /** With `ack: "manual"`: this event is done with. Events may be acked in any order; the session goes on from the first that is not. */
  ack(): void { this.#ack(); }

  /**
   * This event could not be processed. It is not acked, by its callback's return neither; the server delivers it again after a pause, with the next `attempt`, and after too many attempts it puts it to the
   * dead letters of the channel. Of the reason 500 characters are kept.
   */
  nack(reason?: string): void { this.#nack(reason === undefined ? undefined : cut(reason)); }
}

const REASON_CHARS_MAX = 500;

/** Not in the middle of a character of two halves. */
function cut(text: string): string {
  return text.length <= REASON_CHARS_MAX ? text : text.slice(0, /[\uD800-\uDBFF]/.test(text[REASON_CHARS_MAX - 1]!) ? REASON_CHARS_MAX - 1 : REASON_CHARS_MAX);
}
