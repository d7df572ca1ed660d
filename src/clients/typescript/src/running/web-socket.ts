/** As much of a WebSocket as the client uses: that of browsers and of Node 22, and that of the package `ws`. */
export interface WebSocketLike {
  readonly protocol: string;
  binaryType: string;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  send(data: any): void;
  close(code?: number, reason?: string): void;

  /** Only `ws` has it. */
  terminate?(): void;
}

/** What makes one. */
export type WebSocketConstructor = new (url: string, protocols: string) => WebSocketLike;

/** @throws {Error} Neither was one given, nor has this runtime one. */
export function webSocketOf(given: WebSocketConstructor | undefined): WebSocketConstructor {
  const found = given ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (!found) throw new Error("A WebSocket is expected; this runtime has none (Node has one from 22 on). Give one as the option webSocket, for example that of the package ws.");
  return found;
}
