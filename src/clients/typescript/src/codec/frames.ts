import type { Json } from "./json-value.js";

// What the frames of version 1 mean, whatever the encoding. PROTOCOL.md says more of each.

export type Priority = "critical" | "high" | "normal" | "low";
export type AckMode = "auto" | "manual" | "none";
export type DeliveryOrder = "lanes" | "offset";
export type OverflowPolicy = "catchUp" | "conflate" | "dropOldest" | "disconnect";
export type Confirm = "none" | "accepted" | "persisted" | "delivered";
export type Recovered = "none" | "full" | "gap" | "reset";
export type ReceiptStatus = "accepted" | "persisted" | "delivered" | "unknown";
export type Retry = "never" | "same" | "backoff" | "token" | "resync";
export type ReadWhat = "events" | "state" | "history" | "presence" | "stats";

/** A place in a log: everything up to the offset is before it. */
export interface LogPosition {
  /** The life of the log that the offset is of. */
  readonly epoch: string;
  readonly offset: number;
}

/** Where to begin: now, with the oldest there is, where the session left off, with the last n, or after a position. */
export type From = "now" | "earliest" | "session" | { readonly last: number } | LogPosition;

/** Offsets, both ends included. */
export type OffsetRange = readonly [from: number, to: number];

export interface SessionTicket {
  readonly id: string;

  /** A secret: whoever has it is the session. It changes with every connection. */
  readonly key: string;
}

/** How many of a channel's events a subscription gets, and when. All may be used together. */
export interface Shape {
  /** An event leaves when it has been quiet for so long; of those that came meanwhile the last one. 0 … 60,000. */
  readonly debounceMs?: number;

  /** A stream that is never quiet lets one out this often all the same. Default ten times `debounceMs`. */
  readonly debounceMaxMs?: number;

  /** Types of events that are not debounced: they pass at once, and do not flush the one that waits. At most 64. */
  readonly immediate?: readonly string[];

  /** Of the events that wait only the newest is kept: for each key, or for the channel. Events without a key are never conflated by key. */
  readonly conflate?: "none" | "key" | "channel";

  /** Events gather for so long, or until `batchMax` of them wait, and leave together. Critical ones do not wait. 0 … 60,000. */
  readonly batchMs?: number;
  readonly batchMax?: number;

  /** The most events in any second; more wait at the server. */
  readonly maxPerSecond?: number;
}

/** What the attributes of an event must be for it to be wanted, all that are named; a value that ends in `*` is a prefix. */
export type Filter = { readonly [attribute in "type" | "key" | "source" | "user" | "correlationId" | "session"]?: readonly string[] };

export interface Subscribe {
  readonly channel: string;
  readonly from?: From;
  readonly mode?: "events" | "state";
  readonly fields?: readonly string[];
  readonly shape?: Shape;
  readonly overflow?: OverflowPolicy;
  readonly ack?: AckMode;
  readonly order?: DeliveryOrder;
  readonly priority?: Priority;
  readonly group?: string;
  readonly filter?: Filter;

  /** Which presence frames are wanted without being present oneself. */
  readonly presence?: "none" | "count" | "members";
}

export interface Hello {
  readonly token?: string;
  readonly session?: SessionTicket;
  readonly client?: string;
  readonly subscribe?: readonly Subscribe[];
  readonly credit?: number;

  /** Frames longer than that may come in pieces of at most so many bytes. */
  readonly pieces?: number;
}

export interface Publish {
  readonly channel: string;
  readonly type: string;
  readonly data: Json;
  readonly messageId?: string;
  readonly key?: string;
  readonly priority?: Priority;
  readonly confirm?: Confirm;
  readonly producer?: { readonly id: string; readonly sequence: number };
  readonly source?: string;
  readonly correlationId?: string;
  readonly ttlMs?: number;

  /** How many sessions must have acked, until when, and whether the receipt names who is missing. */
  readonly delivered?: { readonly count?: number; readonly timeoutMs?: number; readonly missing?: boolean };
}

export interface Mutate {
  readonly channel: string;
  readonly key: string;
  readonly operation: "merge" | "set" | "delete" | "increment" | "add" | "remove";
  readonly value?: Json;

  /** A precondition: the present version must be this one; 0: only if absent. */
  readonly ifVersion?: number;

  /** No precondition: the version on which the edit was made. */
  readonly baseVersion?: number;
  readonly mutationId?: string;

  /** When it was edited, Unix milliseconds. */
  readonly time?: number;
}

export interface Nack {
  readonly channel: string;
  readonly offset: number;
  readonly reason?: string;
}

export interface Ack {
  readonly channel: string;
  readonly offset: number;
  readonly ranges?: readonly OffsetRange[];
}

export interface Read {
  readonly channel: string;
  readonly what: ReadWhat;
  readonly from?: From | { readonly offset: number };
  readonly limit?: number;

  /** The state as of this offset. */
  readonly at?: number;

  /** Of a state this entry only; of a history the entry, required there. */
  readonly key?: string;

  /** Of a state or a presence list what comes after this key. */
  readonly afterKey?: string;
}

export interface ClientBodies {
  hello: Hello;
  subscribe: Subscribe;
  unsubscribe: { readonly channel: string };
  publish: Publish;
  mutate: Mutate;
  ack: Ack;
  nack: Nack;
  credit: { readonly events: number };
  read: Read;
  presence: { readonly channel: string; readonly state?: Json; readonly leave?: boolean };
  refresh: { readonly token: string };
  ping: object;
  pong: object;
  bye: { readonly keepSession?: boolean };
}

export interface ReconnectAdvice {
  readonly minMs: number;
  readonly maxMs: number;
  readonly factor: number;

  /** The part of a pause that is left to chance: 0 … 1. */
  readonly jitter: number;
}

export interface Subscribed {
  readonly channel: string;
  readonly epoch: string;

  /** The events after it follow. */
  readonly offset: number;

  /** The newest there is. */
  readonly head: number;
  readonly recovered: Recovered;
  readonly gap?: { readonly from: number; readonly to: number; readonly reason?: string };
  readonly reason?: string;
}

export interface Welcome {
  readonly connection: string;
  readonly session: SessionTicket & { readonly resumed: boolean; readonly reason?: string };
  readonly node: string;

  /** The server's clock, Unix milliseconds. */
  readonly time: number;
  readonly heartbeatMs: number;
  readonly limits: { readonly frameBytes: number; readonly subscriptions: number };
  readonly reconnect: ReconnectAdvice;
  readonly subscriptions: readonly Subscribed[];
}

/** An event as the log has it. */
export interface EventBody {
  readonly channel: string;
  readonly offset: number;
  readonly id: string;
  readonly type: string;

  /** Unix milliseconds. */
  readonly time: number;
  readonly priority: Priority;
  readonly key?: string;
  readonly source?: string;
  readonly user?: string;
  readonly correlationId?: string;
  readonly session?: string;
  readonly data: Json;

  /** Hexadecimal digits, where the channel keeps a log. */
  readonly hash?: string;

  /** 2, 3 … when it is delivered again. */
  readonly attempt?: number;
}

export interface ReceiptBody {
  readonly status: ReceiptStatus;
  readonly channel: string;
  readonly epoch?: string;
  readonly offset?: number;
  readonly hash?: string;
  readonly duplicate: boolean;
  readonly delivered?: { readonly acked: number; readonly of: number; readonly missing?: readonly { readonly session: string; readonly user?: string }[] };
}

export interface Entry {
  readonly key: string;
  readonly version: number;
  readonly value: Json;
}

export interface Member {
  readonly session: string;
  readonly user?: string;
  readonly state: Json;
}

export interface PageBody {
  readonly channel: string;
  readonly what: string;
  readonly epoch?: string;
  readonly events: readonly EventBody[];
  readonly entries: readonly Entry[];
  readonly members: readonly Member[];

  /** Of a state: the offset as of which it is. */
  readonly offset?: number;

  /** Of a presence list: how many there are in all. */
  readonly count?: number;

  /** The offset to read on after; undefined at the end. */
  readonly next?: number;

  /** Of a state or a presence list: the key to read on after; undefined at the end. */
  readonly nextKey?: string;
}

export interface ServerBodies {
  welcome: Welcome;
  subscribed: Subscribed;
  event: EventBody;
  receipt: ReceiptBody;

  /** What became of a mutation. Version and value are the present ones; without a value the entry is absent. */
  mutated: {
    readonly result: string; readonly channel?: string; readonly key?: string; readonly epoch?: string; readonly offset: number; readonly version: number; readonly value?: Json;
    readonly reason?: string; readonly duplicate?: boolean;
  };

  state: { readonly channel: string; readonly offset: number; readonly entries: readonly Entry[]; readonly last: boolean };
  change: { readonly channel: string; readonly offset: number; readonly key: string; readonly version: number; readonly patch?: Json; readonly value?: Json; readonly deleted?: boolean; readonly mutationId?: string; readonly user?: string };
  skip: { readonly channel: string; readonly from: number; readonly to: number };
  gap: { readonly channel: string; readonly from: number; readonly to: number; readonly reason: string };
  lag: { readonly channel: string; readonly behind: number; readonly mode: string };
  unsubscribed: { readonly channel: string; readonly code: number; readonly reason: string };

  /** `kind`: `full` (joined is everybody), `count` (the number alone), `ended` (no more come, for a `reason`), absent: what changed. */
  presence: {
    readonly channel: string; readonly kind?: string; readonly joined: readonly Member[]; readonly left: readonly Member[]; readonly updated: readonly Member[]; readonly count: number;
    readonly reason?: string;
  };
  page: PageBody;
  goaway: { readonly withinMs: number; readonly spreadMs: number; readonly url?: string };
  ping: object;
  pong: object;
  ok: object;
  error: { readonly code: number; readonly name: string; readonly message: string; readonly retry: string; readonly afterMs?: number };
  close: { readonly code: number; readonly reason: string; readonly afterMs: number };

  /** A part of a frame: the data of one number, joined, is the encoded frame (its line of JSON, or its Protobuf without the length before it). */
  piece: { readonly of: number; readonly last: boolean; readonly data: Uint8Array };

  /** A kind that this version does not know. */
  unknown: object;
}

/** One frame: its kind, its body, and the id that ties an answer to its question; 0: none. */
export type FrameOf<Bodies> = { [K in keyof Bodies]: { readonly kind: K; readonly id: number; readonly body: Bodies[K] } }[keyof Bodies];

export type ClientFrame = FrameOf<ClientBodies>;
export type ServerFrame = FrameOf<ServerBodies>;
