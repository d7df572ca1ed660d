import { join } from "node:path";
import WS from "ws";
import { afterEach, describe, expect, test } from "vitest";
import { commitmentOf, RealTimeClient, type ClientState, type Notice, type Receipt, type ReceivedEvent } from "../../src/index.js";
import { FileSessionStore } from "../../src/node.js";
import { ServerProcess, serverCommand } from "./server-process.js";

const KILLS = 20;
const BATCH = 200;
const PATIENCE_MS = 180_000;
const reason = serverCommand ? "" : " (skipped: REALTIME_SERVER does not say how to start the server)";

const disposables: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const dispose of disposables.splice(0).reverse()) await dispose(); });

async function start(): Promise<ServerProcess> {
  const server = await ServerProcess.start();
  disposables.push(() => server.dispose());
  return server;
}

function clientOf(server: ServerProcess, options: Partial<ConstructorParameters<typeof RealTimeClient>[0]> = {}): RealTimeClient {
  const client = new RealTimeClient({ endpoint: server.endpoint, webSocket: WS, reconnectStrategy: { initialDelayMs: 20, maxDelayMs: 200, factor: 1.5, jitter: 0.5 }, ...options });
  disposables.push(() => client.disconnect());
  return client;
}

/** What an application saw of a channel, and a way to wait for it. */
class Application {
  readonly seen: ReceivedEvent<number>[] = [];
  readonly notices: Notice[] = [];
  #waiting: { count: number; resolve: () => void } | null = null;

  readonly apply = (event: ReceivedEvent<number>): void => {
    this.seen.push(event);
    if (this.#waiting && this.seen.length >= this.#waiting.count) this.#waiting.resolve();
  };

  readonly noticed = (notice: Notice): void => { this.notices.push(notice); };

  countIs(count: number): Promise<void> {
    return this.seen.length >= count ? Promise.resolve() : new Promise(resolve => { this.#waiting = { count, resolve }; });
  }

  get offsets(): number[] { return this.seen.map(({ offset }) => offset); }
}

describe.skipIf(!serverCommand)(`On the real server${reason}`, () => {
  test("the applications of a JSON and a Protobuf client see every event once and in order over twenty kills, and every publish is in the log once", async () => {
    const server = await start();
    const applications = [new Application(), new Application()];
    const subscriptions = applications.map((application, i) => {
      const client = clientOf(server, { encoding: i === 0 ? "json" : "protobuf" });
      void client.connect();
      // The second takes its time with every event.
      return client.subscribe<number>("orders.all", i === 0 ? application.apply : async event => { await null; application.apply(event); }, { from: "earliest", noticed: application.noticed });
    });
    const publisher = clientOf(server, { encoding: "protobuf" });
    const states: ClientState[] = [];
    publisher.on("state", ({ state }) => states.push(state));
    await publisher.connect();
    await Promise.all(subscriptions.map(({ started }) => started));
    const receipts = new Map<number, Receipt>();
    let published = 0;

    for (let kill = 1; kill <= KILLS; kill++) {
      const publishing = Array.from({ length: BATCH }, (_, i) => published + i + 1).map(async n => { receipts.set(n, await publisher.publish("orders.all", "numbered", n)); });
      published += BATCH;
      // Somewhere in the middle, each time elsewhere; then the server is gone.
      await publishing[kill * 7];
      await server.kill();
      await server.restart();
      await Promise.all(publishing);
    }
    await Promise.all(applications.map(application => application.countIs(published)));

    const log = await server.log("orders.all");
    expect(log.map(({ offset }) => offset)).toEqual(upTo(published));
    expect(log.map(({ data }) => data as number).sort((one, other) => one - other)).toEqual(upTo(published));
    for (const application of applications) {
      expect(application.seen.map(({ offset, payload, id, hash }) => [offset, payload, id, hash])).toEqual(log.map(({ offset, data, id, hash }) => [offset, data, id, hash]));
      expect(application.notices.filter(({ kind }) => kind !== "started" && kind !== "lag")).toEqual([]);
    }
    for (const [n, { offset, hash }] of receipts) expect(log[offset - 1]).toMatchObject({ data: n, hash });
    expect(receipts.size).toBe(published);
    expect(states.filter(state => state === "connected").length).toBeGreaterThanOrEqual(KILLS);
  }, PATIENCE_MS);

  test("a fresh process with only the ticket goes on where the former stopped, and what was not acked comes again", async () => {
    const server = await start();
    const path = join(server.directory, "ticket", "session.json");
    const first = new Application();
    const former = clientOf(server, { sessionStore: new FileSessionStore(path) });
    await former.connect();
    await former.subscribe<number>("orders.all", event => { first.apply(event); if (event.offset !== 3) event.ack(); }, { from: "earliest", ack: "manual" }).started;
    for (const n of upTo(5)) await former.publish("orders.all", "numbered", n);
    await first.countIs(5);
    await former.disconnect();

    const publisher = clientOf(server);
    await publisher.connect();
    for (const n of [6, 7]) await publisher.publish("orders.all", "numbered", n);
    await server.kill();
    await server.restart();
    const second = new Application();
    const fresh = clientOf(server, { sessionStore: new FileSessionStore(path), encoding: "protobuf" });
    fresh.subscribe<number>("orders.all", second.apply);
    await fresh.connect();
    await second.countIs(3);

    expect(fresh.connection).toMatchObject({ sessionId: former.session!.id, isResumed: true });
    expect(second.offsets).toEqual([3, 6, 7]);
  }, PATIENCE_MS);

  test("a page of the log, an exact value and an ephemeral send arrive as they were given", async () => {
    const server = await start();
    const client = clientOf(server);
    await client.connect();
    const application = new Application();
    const subscription = client.subscribe<number>("values.exact", application.apply, { order: "offset" });
    await subscription.started;

    await client.publish("values.exact", "text", "größe 😀 \u2028 \"\\\n");
    await client.send("values.exact", "number", Number.MAX_SAFE_INTEGER);
    await application.countIs(2);
    const first = await client.readEvents("values.exact", { limit: 1 });
    const second = await client.readEvents("values.exact", { from: first.next! });

    expect(application.seen.map(({ payload }) => payload)).toEqual(["größe 😀 \u2028 \"\\\n", Number.MAX_SAFE_INTEGER]);
    expect([...first.events, ...second.events].map(({ offset, dataText }) => [offset, dataText])).toEqual(application.seen.map(({ offset, dataText }) => [offset, dataText]));
    expect(second.next).toBeNull();
    expect(await commitmentOf(first.events[0]!.dataText, "00".repeat(16))).toHaveLength(64);
    expect(subscription.position).toMatchObject({ offset: 2, received: 2, head: 2 });
  }, PATIENCE_MS);

  test("a server that is asked to stop sends its clients away, and they are back when it is", async () => {
    const server = await start();
    const client = clientOf(server);
    const retries: (number | undefined)[] = [];
    client.on("retry", ({ code }) => retries.push(code));
    await client.connect();
    const application = new Application();
    await client.subscribe<number>("orders.all", application.apply).started;

    await server.stop();
    const waiting = client.publish("orders.all", "numbered", 1);
    await server.restart();

    expect(await waiting).toMatchObject({ status: "persisted", offset: 1, duplicate: false });
    await application.countIs(1);
    expect(retries[0]).toBe(4000);
  }, PATIENCE_MS);
});

function upTo(count: number): number[] { return Array.from({ length: count }, (_, i) => i + 1); }
