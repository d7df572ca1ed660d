import type { AckMode, Confirm, DeliveryOrder, Filter, From, OverflowPolicy, Priority, Shape } from "./codec/frames.js";
import type { TransportName } from "./machine/ladder.js";
import type { Notice } from "./machine/notices.js";
import type { MutationStore } from "./state/mutation-store.js";
import type { SessionStore } from "./sessions/session-store.js";
import type { WebSocketConstructor } from "./transports/web-socket.js";

/** How long to pause between attempts, in place of what the server advises. Pauses grow by the factor up to the maximum; chance takes its share off. */
export interface ReconnectPauses {
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly factor: number;

  /** The part of a pause that is left to chance, so that clients that were cut off together do not come back together: 0 … 1. Default 1. */
  readonly jitter?: number;
}

/** The pause before an attempt, in milliseconds; `attempt` is 0 for the first. */
export type ReconnectStrategy = ReconnectPauses | ((attempt: number) => number);

/** How a client connects, and what it may hold. */
export interface RealTimeClientOptions {
  /** Where to connect to: `ws`, `wss`, `http` or `https`; without a path it is `/v1/ws`. Of several the next one is tried when one cannot be reached. */
  readonly endpoint: string | URL | readonly (string | URL)[];

  /** Default: what the server advises. */
  readonly reconnectStrategy?: ReconnectStrategy;

  /**
   * The ways that may be used, the best first. Default: `websocket`, `sse` (a stream of server-sent events and POST), `poll` (one request after the other).
   * Where one is blocked the session moves to the next, and back when it can; what worked is remembered for ten minutes.
   */
  readonly transports?: readonly TransportName[];

  /** How long one of several transports may take to open, and how long for its first answer, before the next is tried; in milliseconds. Default 5,000. */
  readonly transportWithinMs?: number;

  /** Frames of the server that are longer than this come in pieces, so that urgent ones pass between them. 0: they come whole; otherwise at least 1,024. Default 16,384. */
  readonly pieceBytes?: number;

  /** `json` (default) can be read in a browser's network tools; `protobuf` is smaller. They mean the same. `sse` and `poll` always use JSON. */
  readonly encoding?: "json" | "protobuf";

  /** Default: that of the browser, or of Node from 22 on. Where there is none `websocket` is left out, unless `transports` names it. */
  readonly webSocket?: WebSocketConstructor;

  /** Makes the requests of `sse` and `poll`. Default: that of the browser or of Node. */
  readonly fetch?: typeof fetch;

  /** Keeps the session from one page or process to the next. Default: a `MemorySessionStore` of its own. */
  readonly sessionStore?: SessionStore;

  /** Keeps the mutations of shared states that are not answered yet, from one page or process to the next. Default: a `MemoryMutationStore` of its own. */
  readonly mutationStore?: MutationStore;

  /** `name/version` of the application, for the server's logs. Default `typescript/1`. */
  readonly clientName?: string;

  /** The most events that may wait for their callbacks, over all channels; the server holds the rest. 1 … 1,000,000, default 1,024. */
  readonly messageBuffer?: number;

  /** How long acks are gathered before they leave, in milliseconds. Default 25. */
  readonly ackDelayMs?: number;

  /** The most publishes that may wait for their answers; one more is rejected (`outbox-full`). Default 10,000. */
  readonly outboxCountMax?: number;

  /** The most bytes of publishes that may wait for their answers. Default 16 MiB. */
  readonly outboxBytesMax?: number;

  /** How long a publish may go unanswered, reconnects included, in milliseconds. Default: as long as it takes. */
  readonly publishWithinMs?: number;

  /** How long a read may go unanswered, reconnects included, in milliseconds. Default 30,000. */
  readonly readWithinMs?: number;

  /** How long opening a connection, and how long the first answer on it, may take, in milliseconds. Default 10,000. */
  readonly connectWithinMs?: number;
}

/** How channels are followed. */
export interface SubscribeOptions {
  /** Where to begin in this process; reconnects go on from where they stand. Default: where the session left off, and for a new session now. Of a pattern it is read for each channel, and cannot be a position. */
  readonly from?: From;

  /** `auto` (default): an event is acked when its callback has returned, or what it returned has been fulfilled. `manual`: when `event.ack()` is called. `none`: no cursor is kept. */
  readonly ack?: AckMode;

  /** `lanes` (default): a higher priority may overtake. `offset`: never; then a hole without a word is noticed, and what is missing is asked for again. */
  readonly order?: DeliveryOrder;

  /**
   * What the server does when this client cannot keep up: `catchUp` reads on from the log and says so by `lag` (default on durable channels), `conflate` brings the newest of each
   * key meanwhile, `dropOldest` tells what is lost as `gap` (default on ephemeral channels), `disconnect` closes the connection.
   */
  readonly overflow?: OverflowPolicy;

  /** The least priority that is wanted. */
  readonly priority?: Priority;

  /** The top-level fields of the data that are wanted, at most 64. Default: all. */
  readonly fields?: readonly string[];

  /** Which events are wanted, by what is said of them: `{ type: ["risk.*"], source: ["office-1"] }`. All that is named must hold; a value that ends in `*` is a prefix. What does not match costs nothing on the way. */
  readonly filter?: Filter;

  /** Whether who is there is told, too, by `client.presence()`: how many, or everybody. Whoever is there himself is told in any case. Not for patterns. */
  readonly presence?: "count" | "members";

  /** How the stream is slowed down at the server, before it costs anything here. What is left out is not missing: the position goes on. */
  readonly shape?: Shape;

  /** Told of gaps, resets, lag and interruptions, in order with the events. */
  readonly noticed?: (notice: Notice) => void;

  /** What becomes of it when the callback throws. `stop` (default): it is over, the event is not acked, and the session gives it to whoever follows next. `continue`: the error is told, and the event counts as handled. */
  readonly onThrow?: "stop" | "continue";
}

/** What may be said with an event besides its type and data. */
export interface PublishOptions {
  /** What is waited for. `none` is `send()`. Default `persisted`. */
  readonly confirm?: Exclude<Confirm, "none">;
  readonly priority?: Priority;

  /** What the event is about, for subscriptions that keep only the newest of each key. */
  readonly key?: string;

  /** The publisher's own label; the server does not look at it. */
  readonly messageId?: string;
  readonly source?: string;
  readonly correlationId?: string;

  /** For how long it is worth delivering. */
  readonly ttlMs?: number;

  /** With `confirm: "delivered"`: how many sessions must have acked it, default all that are online; and when the receipt comes all the same, at most 300,000 ms: more is refused (101). */
  readonly delivered?: {
    readonly count?: number;
    readonly timeoutMs?: number;

    /** Whether the receipt is to name the sessions that have not acked. */
    readonly missing?: boolean;
  };

  /** Gives up waiting; what was sent already may be in the log. */
  readonly signal?: AbortSignal;
}

/** What is checked once, when a client is made. */
export function checkOptions(options: RealTimeClientOptions): void {
  const { reconnectStrategy: strategy, encoding } = options;
  requireWhole("messageBuffer", options.messageBuffer, 1, 1_000_000);
  requireWhole("ackDelayMs", options.ackDelayMs, 0);
  requireWhole("outboxCountMax", options.outboxCountMax, 1);
  requireWhole("outboxBytesMax", options.outboxBytesMax, 1);
  requireWhole("publishWithinMs", options.publishWithinMs, 1);
  requireWhole("readWithinMs", options.readWithinMs, 1);
  requireWhole("connectWithinMs", options.connectWithinMs, 1);
  requireWhole("transportWithinMs", options.transportWithinMs, 1);
  if (options.pieceBytes !== 0) requireWhole("pieceBytes", options.pieceBytes, 1_024);
  if (encoding !== undefined && encoding !== "json" && encoding !== "protobuf") throw new TypeError(`encoding is expected to be "json" or "protobuf"; it is ${JSON.stringify(encoding)}.`);
  if (typeof strategy === "object") {
    requireNumber("reconnectStrategy.initialDelayMs", strategy.initialDelayMs, 0);
    requireNumber("reconnectStrategy.maxDelayMs", strategy.maxDelayMs, strategy.initialDelayMs);
    requireNumber("reconnectStrategy.factor", strategy.factor, 1);
    if (strategy.jitter !== undefined) requireNumber("reconnectStrategy.jitter", strategy.jitter, 0, 1);
  }
  else if (strategy !== undefined && typeof strategy !== "function") {
    throw new TypeError(`reconnectStrategy is expected to be {initialDelayMs, maxDelayMs, factor} or a function of the attempt; it is a ${typeof strategy}.`);
  }
}

function requireWhole(name: string, value: number | undefined, min: number, max = Infinity): void {
  if (value === undefined) return;
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} is expected to be a whole number; it is ${String(value)}.`);
  requireNumber(name, value, min, max);
}

function requireNumber(name: string, value: number, min: number, max = Infinity): void {
  if (typeof value !== "number" || !(value >= min && value <= max)) throw new RangeError(`${name} is expected to be ${max === Infinity ? `at least ${min}` : `${min} … ${max}`}; it is ${String(value)}.`);
}
