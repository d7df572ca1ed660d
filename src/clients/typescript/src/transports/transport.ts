import type { ClientFrame, ServerFrame } from "../codec/frames.js";

/** One connection to a server, whatever it is made of: frames in and out. It opens as it is made, and its host is told what comes of it. */
export interface Transport {
  /** Its number among those of its host. */
  readonly connection: number;

  /** The address of the server's WebSocket, from which all others are derived. */
  readonly endpoint: string;

  /** Adds a frame to what leaves with the next {@link flush}. */
  enqueue(frame: ClientFrame): void;

  /** Sends what waits. Frames that wait together leave together. */
  flush(): void;

  /** Sends what waits and closes. Nobody is told what comes of it. */
  close(code: number, reason: string): void;
}

/** Who is told what becomes of a transport. */
export interface TransportHost {
  opened(transport: Transport): void;
  received(transport: Transport, frames: ServerFrame[]): void;

  /** It could not be opened, or has ended. `isBlocked`: something on the way holds back what it should carry. */
  disconnected(transport: Transport, code: number | undefined, reason: string, isBlocked?: boolean): void;
}
