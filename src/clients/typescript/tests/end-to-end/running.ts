import WS from "ws";
import { afterEach } from "vitest";
import { RealTimeClient, type RealTimeClientOptions } from "../../src/index.js";
import { Proxy } from "./proxy.js";
import { ServerProcess, serverCommand } from "./server-process.js";

/** For the title of tests that need a server. */
export const reason = serverCommand ? "" : " (skipped: REALTIME_SERVER does not say how to start the server)";

/** How long is waited for what nobody tells of. A second, as it is otherwise, is over on a busy machine before a server that was just started has compiled what it is asked. */
export const SOON = { timeout: 20_000 };

const disposables: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const dispose of disposables.splice(0).reverse()) await dispose(); });

/** A server that ends with the test. */
export async function startServer(...settings: string[]): Promise<ServerProcess> {
  const server = await ServerProcess.start(...settings);
  disposables.push(() => server.dispose());
  return server;
}

/** A proxy before it that ends with the test. */
export async function startProxy(server: ServerProcess): Promise<Proxy> {
  const proxy = await Proxy.before(server.endpoint);
  disposables.push(() => proxy.stop());
  return proxy;
}

/** A client that is not connected yet and leaves with the test. */
export function clientOf({ endpoint }: { endpoint: string }, options: Partial<RealTimeClientOptions> = {}): RealTimeClient {
  const client = new RealTimeClient({ endpoint, webSocket: WS, reconnectStrategy: { initialDelayMs: 20, maxDelayMs: 200, factor: 1.5, jitter: 0.5 }, ...options });
  disposables.push(() => client.disconnect());
  return client;
}
