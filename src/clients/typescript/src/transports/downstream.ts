import type { ServerFrame } from "../codec/frames.js";

/** What a way down from the server needs, and whom it tells. */
export interface DownHost {
  /** The address of `/v1/sse` or `/v1/poll`, and the headers that say whose connection it is. */
  readonly address: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;

  /** Bytes have come: nothing on the way keeps them. */
  heard(): void;
  received(frames: ServerFrame[]): void;
}

/**
 * A way down: runs until the server ends it.
 * @throws {Refusal} The server says no, or what answers is no server.
 */
export interface Downstream {
  /** The last part of its address. */
  readonly name: string;

  /** Whether it is expected to be heard of every heartbeat. */
  readonly isSteady: boolean;
  run(host: DownHost): Promise<void>;
}
