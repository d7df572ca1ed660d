import WS from "ws";
import { afterEach } from "vitest";
import { RealTimeClient, type RealTimeClientOptions, type RealTimeError } from "../../src/index.js";
import { ScriptedServer } from "./scripted-server.js";

const servers: ScriptedServer[] = [];
const clients: RealTimeClient[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const client of clients.splice(0)) client.disconnect().catch(() => {});
});

/** A scripted server, and a client of it that is not connected yet; both end with the test. */
export async function start(options: Partial<RealTimeClientOptions> = {}, protocols?: string[]): Promise<{ server: ScriptedServer; client: RealTimeClient; errors: RealTimeError[] }> {
  const server = await ScriptedServer.start(protocols ? { protocols } : {});
  servers.push(server);
  const client = new RealTimeClient({ endpoint: server.endpoint, webSocket: WS, transports: ["websocket"], ...options });
  clients.push(client);
  const errors: RealTimeError[] = [];
  client.on("error", error => errors.push(error));
  return { server, client, errors };
}

/** Remembers what it is given, and lets a test wait for so many. */
export class Seen<T> {
  readonly items: T[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  readonly add = (item: T): void => {
    this.items.push(item);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => this.items.length < count || (resolve(), false));
  };

  countIs(count: number): Promise<void> {
    return this.items.length >= count ? Promise.resolve() : new Promise(resolve => this.#waiting.push({ count, resolve }));
  }
}
