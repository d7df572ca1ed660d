import type { RealTimeError } from "./errors.js";
import type { ClientState } from "./machine/effects.js";
import type { TransportName } from "./machine/ladder.js";
import type { Notice } from "./machine/notices.js";

/** What a server says of a connection. */
export interface ConnectionInfo {
  readonly id: string;
  readonly node: string;

  /** Over what it goes. */
  readonly transport: TransportName;
  readonly sessionId: string;

  /** Whether it is the session that was asked for. */
  readonly isResumed: boolean;

  /** Why it is not, where one was asked for. */
  readonly reason?: string;

  /** The server's clock when it said so. */
  readonly serverTime: Date;
}

/** What a client tells its listeners. */
export type ClientEvents = {
  /** It stands elsewhere now. */
  state: { readonly state: ClientState; readonly reason: string; readonly code?: number };

  /** The connection is gone, or none came about. The next attempt follows by itself after `delayMs`; the first after a connection that worked has number 1. */
  retry: { readonly attempt: number; readonly delayMs: number; readonly reason: string; readonly code?: number };

  /** A connection is there. What is followed is resumed, or being so. */
  welcome: ConnectionInfo;

  /** Something went wrong that no promise tells: a callback has thrown, a channel was refused, the token function has failed. Without a listener it goes to the console. */
  error: RealTimeError;
} & {
  /** Notices of all channels: `started`, `gap`, `reset`, `lag`, `interrupted`, `ended`; each in order with the events of its channel. */
  [K in Notice["kind"]]: Extract<Notice, { kind: K }>;
};
