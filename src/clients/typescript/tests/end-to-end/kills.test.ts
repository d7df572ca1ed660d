import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commitmentOf, type ClientState, type Receipt } from "../../src/index.js";
import { FileSessionStore } from "../../src/node.js";
import { Application, upTo } from "./application.js";
import { clientOf, reason, startServer } from "./running.js";
import { serverCommand } from "./server-process.js";

const KILLS = 20;
const BATCH = 200;
// Twenty restarts of a server, on a machine that may have others to serve.
const PATIENCE_MS = 600_000;

describe.skipIf(!serverCommand)(`On the real server${reason}`, () => {
  test.each(["websocket", "sse", "poll"] as const)("over %s two applications see every event once and in order over twenty kills, and every publish is in the log once", async transport => {
    const server = await startServer();
    const applications = [new Application(), new Application()];
    const subscriptions = applications.map((application, i) => {
      const client = clientOf(server, { transports: [transport], encoding: i === 0 ? "json" : "protobuf" });
      void client.connect();
      // The second takes its time with every event.
      return client.subscribe<number>("orders.all", i === 0 ? application.apply : async event => { await null; application.apply(event); }, { from: "earliest", noticed: application.noticed });
    });
    const publisher = clientOf(server, { transports: [transport], encoding: "protobuf" });
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
    const server = await startServer();
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
    const server = await startServer();
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
    const server = await startServer();
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
