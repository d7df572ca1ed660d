import { describe, expect, test } from "vitest";
import type { ConnectionInfo, RealTimeClient, RealTimeClientOptions, TransportName } from "../../src/index.js";
import { Application, upTo } from "./application.js";
import type { Proxy, Treatment } from "./proxy.js";
import { clientOf, reason, startProxy, startServer } from "./running.js";
import { serverCommand } from "./server-process.js";

const EVENTS = 10_000;
const SWITCHES = 10;
const PATIENCE_MS = 120_000;
// Long enough for a busy machine to answer what does pass.
const WAITS = { transportWithinMs: 5_000 } satisfies Partial<RealTimeClientOptions>;

describe.skipIf(!serverCommand)(`Behind a proxy${reason}`, () => {
  test.each<[TransportName, Treatment, Treatment, Treatment]>([
    ["websocket", "passes", "passes", "passes"],
    ["sse", "refuses", "passes", "passes"],
    ["sse", "swallows", "passes", "passes"],
    ["poll", "refuses", "refuses", "passes"],
    ["poll", "swallows", "swallows", "passes"],
    ["poll", "refuses", "gathers", "passes"],
    ["poll", "refuses", "gathers", "gathers"],
    ["poll", "refuses", "stalls", "passes"],
  ])("it comes to %s where a proxy %s WebSockets, %s streams and %s polls; events, receipts and pages come as ever", async (expected, webSockets, streams, polls) => {
    const server = await startServer();
    const proxy = await startProxy(server);
    Object.assign(proxy, { webSockets, streams, polls });
    const client = clientOf(proxy, WAITS);
    const application = new Application();
    const subscription = client.subscribe<number>("orders.all", application.apply, { from: "earliest" });

    await client.connect();
    await subscription.started;
    if (streams === "stalls") await next(client);
    const receipts = await Promise.all(upTo(100).map(n => client.publish("orders.all", "numbered", n)));
    await application.countIs(100);
    const page = await client.readEvents("orders.all", { limit: 3 });

    expect(client.connection!.transport).toBe(expected);
    expect(receipts.map(({ status, offset }) => [status, offset])).toEqual(upTo(100).map(offset => ["persisted", offset]));
    expect(application.seen.map(({ offset, payload }) => [offset, payload])).toEqual(upTo(100).map(n => [n, n]));
    expect(page.events.map(({ payload }) => payload)).toEqual([1, 2, 3]);
    expect(subscription.position).toMatchObject({ offset: 100, received: 100 });
  }, PATIENCE_MS);

  test("what worked is where the next client of the process begins", async () => {
    const server = await startServer();
    const proxy = await startProxy(server);
    proxy.webSockets = "refuses";
    await clientOf(proxy, WAITS).connect();
    proxy.asked.length = 0;
    const second = clientOf(proxy, WAITS);

    await second.connect();

    expect(second.connection!.transport).toBe("sse");
    expect(proxy.asked).not.toContain("ws");
  }, PATIENCE_MS);

  test("ten changes of the transport during 10,000 events: both applications have the log, each event once and in order", async () => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const moving = clientOf(proxy, WAITS);
    const [whole, slow] = [new Application(), new Application()];
    await moving.connect();
    await moving.subscribe<number>("orders.all", whole.apply, { from: "earliest", noticed: whole.noticed }).started;
    await moving.subscribe<number>("orders.slow", async event => { await null; slow.apply(event); }, { from: "earliest", order: "offset", noticed: slow.noticed }).started;
    const publisher = clientOf(server, { encoding: "protobuf" });
    await publisher.connect();

    // Its own publishes move, too.
    const own: Promise<unknown>[] = [];
    const used: TransportName[] = [];
    for (let change = 0; change < SWITCHES; change++) {
      const publishing = upTo(EVENTS / SWITCHES / 2).flatMap(n => ["orders.all", "orders.slow"].map(channel => publisher.publish(channel, "numbered", n)));
      own.push(moving.publish("orders.own", "numbered", change));
      await publishing[publishing.length / 3];
      used.push(await (change % 3 === 2 ? climbs(moving, proxy) : falls(moving, proxy)));
      own.push(moving.publish("orders.own", "numbered", change));
      await Promise.all(publishing);
    }
    await Promise.all(own);
    await Promise.all([whole, slow].map(application => application.countIs(EVENTS / 2)));

    expect(used).toEqual(["sse", "poll", "websocket", "sse", "poll", "websocket", "sse", "poll", "websocket", "sse"]);
    for (const [channel, application] of [["orders.all", whole], ["orders.slow", slow]] as const) {
      const log = await server.log(channel);
      expect(log).toHaveLength(EVENTS / 2);
      expect(application.seen.map(({ offset, id, hash }) => [offset, id, hash])).toEqual(log.map(({ offset, id, hash }) => [offset, id, hash]));
      expect(application.notices.filter(({ kind }) => kind !== "started" && kind !== "lag")).toEqual([]);
    }
    expect((await server.log("orders.own")).map(({ data }) => data)).toEqual(upTo(SWITCHES).flatMap(n => [n - 1, n - 1]));
  }, PATIENCE_MS);

  test("sent away twenty times in mid-stream, an application has every event once, and never hears of a lost connection", async () => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const client = clientOf(proxy, { transports: ["sse"] });
    const application = new Application();
    const states: string[] = [];
    const connections: string[] = [];
    client.on("state", ({ state }) => states.push(state));
    client.on("welcome", ({ id }) => connections.push(id));
    await client.connect();
    await client.subscribe<number>("orders.all", application.apply, { from: "earliest", order: "offset", noticed: application.noticed }).started;
    const publisher = clientOf(server);
    await publisher.connect();

    for (let time = 0; time < 20; time++) {
      const publishing = upTo(200).map(n => publisher.publish("orders.all", "numbered", n));
      const own = client.publish("orders.own", "numbered", time);
      const said = proxy.saysInStream({ goaway: { withinMs: 1_000, spreadMs: 50, url: null } });
      const welcomed = next(client);
      await said;
      await welcomed;
      await Promise.all([...publishing, own]);
    }
    await application.countIs(4_000);

    expect(application.offsets).toEqual(upTo(4_000));
    expect(application.notices.filter(({ kind }) => kind !== "started" && kind !== "lag")).toEqual([]);
    expect((await server.log("orders.own")).map(({ data }) => data)).toEqual(upTo(20).map(n => n - 1));
    expect(states).toEqual(["connecting", "connected"]);
    expect(new Set(connections).size).toBe(21);
  }, PATIENCE_MS);

  test("a publish whose answer is lost on its way is sent again, and is in the log once and in order", async () => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const client = clientOf(proxy, { transports: ["poll"] });
    await client.connect();

    for (let time = 0; time < 10; time++) {
      const welcomed = next(client);
      proxy.answersToLose = 1;
      await Promise.all(upTo(20).map(n => client.publish("orders.own", "numbered", 20 * time + n)));
      await welcomed;
    }

    expect((await server.log("orders.own")).map(({ data }) => data)).toEqual(upTo(200));
  }, PATIENCE_MS);

  test("a stream that is cut in the middle of an event loses and repeats nothing", async () => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const client = clientOf(proxy, { transports: ["sse"] });
    const application = new Application();
    await client.connect();
    await client.subscribe<number>("orders.all", application.apply, { from: "earliest", noticed: application.noticed }).started;
    const publisher = clientOf(server);
    await publisher.connect();

    for (let cut = 1; cut <= 20; cut++) {
      proxy.cutAfterBytes(137 * cut);
      const welcomed = next(client);
      await Promise.all(upTo(50).map(n => publisher.publish("orders.all", "numbered", n)));
      await welcomed;
    }
    await application.countIs(1_000);

    expect(application.offsets).toEqual(upTo(1_000));
    expect(application.notices.filter(({ kind }) => kind !== "started" && kind !== "lag")).toEqual([]);
  }, PATIENCE_MS);
});

/** What is in use is blocked and cut; answers what the client comes to. */
async function falls(client: RealTimeClient, proxy: Proxy): Promise<TransportName> {
  if (client.connection!.transport === "websocket") proxy.webSockets = "refuses";
  else proxy.streams = "gathers";
  const welcomed = next(client);
  proxy.cut();
  return (await welcomed).transport;
}

/** The way is free again; answers what the client comes to by itself. */
async function climbs(client: RealTimeClient, proxy: Proxy): Promise<TransportName> {
  proxy.webSockets = proxy.streams = "passes";
  return (await next(client)).transport;
}

function next(client: RealTimeClient): Promise<ConnectionInfo> {
  return new Promise(resolve => {
    const stop = client.on("welcome", welcome => {
      stop();
      resolve(welcome);
    });
  });
}
