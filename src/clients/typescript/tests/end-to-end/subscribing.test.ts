import { describe, expect, test, vi } from "vitest";
import type { Notice, PublishOptions, RealTimeClient, ReceivedEvent, SubscribeOptions, TransportName } from "../../src/index.js";
import { Application, upTo } from "./application.js";
import { clientOf, reason, SOON, startServer } from "./running.js";
import { serverCommand } from "./server-process.js";

const PATIENCE_MS = 60_000;

/** Follows a channel with these options; publishes over a connection of its own. */
async function following(options: SubscribeOptions, { messageBuffer = 1_024, apply = (_: ReceivedEvent): unknown => undefined, transports = ["websocket"] as TransportName[] } = {}) {
  const server = await startServer();
  const client = clientOf(server, { messageBuffer, transports });
  const application = new Application();
  await client.connect();
  const subscription = client.subscribe<never>("orders.all", event => {
    application.apply(event);
    return apply(event);
  }, { from: "earliest", noticed: application.noticed, ...options });
  await subscription.started;
  const publisher = clientOf(server);
  await publisher.connect();
  return { server, client, application, subscription, publisher };
}

function publish(publisher: RealTimeClient, type: string, data: unknown, options?: PublishOptions): Promise<unknown> { return publisher.publish("orders.all", type, data, options); }

/** A callback that holds every event until it is let go. */
function gate() {
  let open!: () => void;
  const opened = new Promise<void>(resolve => { open = resolve; });
  return { open, hold: (): Promise<void> => opened };
}

describe.skipIf(!serverCommand)(`What a subscription asks for, on the real server${reason}`, () => {
  test("filter: what does not match does not come, and is not missing", async () => {
    const { application, subscription, publisher } = await following({ filter: { type: ["risk.*"], source: ["office-1", "office-2"] } });

    await publish(publisher, "risk.flagged", 1, { source: "office-1" });
    await publish(publisher, "risk.flagged", 2, { source: "office-3" });
    await publish(publisher, "emotion.detected", 3, { source: "office-1" });
    await publish(publisher, "risk.lifted", 4, { source: "office-2" });
    await application.countIs(2);

    expect(application.seen.map(({ payload }) => payload)).toEqual([1, 4]);
    await vi.waitFor(() => expect(subscription.position).toMatchObject({ offset: 4, received: 4 }), SOON);
    expect(application.notices.map(({ kind }) => kind)).toEqual(["started"]);
  }, PATIENCE_MS);

  test("fields and priority: only what is wanted of what is wanted", async () => {
    const { application, subscription, publisher } = await following({ fields: ["amount", "office"], priority: "high" });

    await publish(publisher, "order.placed", { amount: 1 });
    await publish(publisher, "order.placed", { amount: 2, office: "Bern", notes: "x".repeat(10_000) }, { priority: "critical" });
    await application.countIs(1);

    expect(application.seen[0]!.payload).toEqual({ amount: 2, office: "Bern" });
    await vi.waitFor(() => expect(subscription.position.received).toBe(2), SOON);
  }, PATIENCE_MS);

  test("conflate: whoever is slow gets the newest of each key, and his position goes on over what was left out", async () => {
    const { open, hold } = gate();
    const { application, subscription, publisher } = await following({ shape: { conflate: "key" } }, { messageBuffer: 1, apply: hold });

    await publish(publisher, "price.changed", 0, { key: "first" });
    await application.countIs(1);
    await Promise.all(upTo(300).map(n => publish(publisher, "price.changed", n, { key: `k${n % 3}` })));
    open();
    await application.countIs(4);

    expect(application.seen.map(({ key, payload }) => [key, payload])).toEqual([["first", 0], ["k1", 298], ["k2", 299], ["k0", 300]]);
    await vi.waitFor(() => expect(subscription.position).toMatchObject({ offset: 301, received: 301 }), SOON);
  }, PATIENCE_MS);

  test("batch: events wait for each other, and a critical one for nobody", async () => {
    const { application, publisher } = await following({ shape: { batchMs: 60_000, batchMax: 10 } });

    for (const n of upTo(9)) await publish(publisher, "order.placed", n);
    await publish(publisher, "order.stopped", 0, { priority: "critical" });
    await application.countIs(1);
    await publish(publisher, "order.placed", 10);
    await application.countIs(11);

    expect(application.seen.map(({ payload }) => payload)).toEqual([0, ...upTo(10)]);
  }, PATIENCE_MS);

  test("maxPerSecond: never more in any second, and nothing is lost for it", async () => {
    const { application, publisher } = await following({ shape: { maxPerSecond: 10 } });

    const begun = performance.now();
    await Promise.all(upTo(25).map(n => publish(publisher, "order.placed", n)));
    await application.countIs(25);

    expect(application.offsets).toEqual(upTo(25));
    // Ten, ten more and five: two seconds at the earliest; a tenth is left to the ways of clocks. Not from the first one on: it may be heard late.
    expect(performance.now() - begun).toBeGreaterThan(1_900);
  }, PATIENCE_MS);

  test("overflow catchUp: whoever cannot keep up is told how far he is behind, reads on from the log, and comes back to live without hole or repeat", async () => {
    const { open, hold } = gate();
    const { application, publisher, server } = await following({ overflow: "catchUp" }, { messageBuffer: 16, apply: hold });

    await publishMany(publisher, 8_000);
    open();
    await application.countIs(8_000);
    await publish(publisher, "order.placed", 8_001);
    await application.countIs(8_001);

    expect(application.offsets).toEqual(upTo(8_001));
    expect((await server.log("orders.all")).map(({ id }) => id)).toEqual(application.seen.map(({ id }) => id));
    expect(application.notices.filter(({ kind }) => kind !== "lag").map(({ kind }) => kind)).toEqual(["started"]);
    expect([modesOf(application.notices)[0], modesOf(application.notices).at(-1)]).toEqual(["catchUp", "live"]);
  }, PATIENCE_MS);

  test("overflow conflate: he gets the newest of each key meanwhile", async () => {
    const { open, hold } = gate();
    const { application, publisher, subscription } = await following({ overflow: "conflate" }, { messageBuffer: 1, apply: hold });

    await publishMany(publisher, 8_000);
    open();
    await vi.waitFor(() => expect(subscription.position.offset).toBe(8_000), { timeout: 20_000 });

    expect(application.seen.length).toBeLessThan(8_000);
    expect(new Map(application.seen.map(({ key, payload }) => [key, payload]))).toEqual(new Map(upTo(10).map(n => [`k${n % 10}`, 7_990 + n])));
    // What is said of a lag replaces what was said of it and not yet heard.
    expect(modesOf(application.notices).at(-1)).toBe("live");
  }, PATIENCE_MS);

  test.each(["websocket", "sse", "poll"] as const)("over %s long frames come whole, in however many pieces they travel", async transport => {
    const server = await startServer();
    const client = clientOf(server, { transports: [transport], pieceBytes: 1_024 });
    const application = new Application();
    await client.connect();
    const subscription = client.subscribe<never>("orders.all", application.apply, { from: "earliest" });
    await subscription.started;
    const texts = upTo(5).map(n => "größe 😀 ".repeat(n * 700));

    for (const text of texts) {
      await client.publish("orders.all", "text", text);
      await client.publish("orders.all", "urgent", 1, { priority: "critical" });
    }
    await application.countIs(10);
    const page = await client.readEvents("orders.all", { from: { last: 2 } });

    // Compared one by one: a difference should not fill the screen.
    const arrived = application.seen.filter(({ type }) => type === "text").map(({ payload }) => payload as unknown);
    expect(arrived.map((text, i) => text === texts[i])).toEqual(texts.map(() => true));
    expect(page.events[0]!.payload === texts[4]).toBe(true);
  }, PATIENCE_MS);
});

async function publishMany(publisher: RealTimeClient, count: number): Promise<void> {
  for (let from = 0; from < count; from += 1_000) {
    await Promise.all(upTo(1_000).map(n => publish(publisher, "order.placed", from + n, { key: `k${n % 10}` })));
  }
}

function modesOf(notices: readonly Notice[]): string[] { return notices.flatMap(notice => notice.kind === "lag" ? [notice.mode] : []); }
