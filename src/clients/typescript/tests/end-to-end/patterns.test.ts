import { describe, expect, test, vi } from "vitest";
import type { ReceivedEvent } from "../../src/index.js";
import { Application, upTo } from "./application.js";
import { clientOf, reason, SOON, startProxy, startServer } from "./running.js";
import { serverCommand } from "./server-process.js";

const PATIENCE_MS = 60_000;

/** What came of each channel. */
function byChannel(seen: readonly ReceivedEvent<number>[]): Record<string, number[]> {
  const offsets: Record<string, number[]> = {};
  for (const { channel, offset } of seen) (offsets[channel] ??= []).push(offset);
  return offsets;
}

describe.skipIf(!serverCommand)(`Patterns, on the real server${reason}`, () => {
  test.each(["websocket", "sse", "poll"] as const)("over %s what was there and what comes into being later comes under its own name, and over lost connections once", async transport => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const publisher = clientOf(server);
    await publisher.connect();
    for (const channel of ["session.1.emotion", "session.2.emotion", "session.1.pattern"]) await publisher.publish(channel, "numbered", 1);
    const client = clientOf(proxy, { transports: [transport] });
    const application = new Application();
    await client.connect();
    const subscription = client.subscribe<number>("session.*.emotion", application.apply, { from: "earliest", noticed: application.noticed });
    await subscription.started;
    await application.countIs(2);

    for (let round = 1; round <= 5; round++) {
      const publishing = ["session.1.emotion", "session.2.emotion", `session.new-${round}.emotion`, "session.1.pattern"].flatMap(channel => upTo(20).map(n => publisher.publish(channel, "numbered", n)));
      await publishing[round * 7];
      proxy.cut();
      await Promise.all(publishing);
    }
    await application.countIs(2 + 5 * 60);

    expect(byChannel(application.seen)).toEqual(Object.fromEntries([
      ...["1", "2"].map(name => [`session.${name}.emotion`, upTo(101)]), ...upTo(5).map(n => [`session.new-${n}.emotion`, upTo(20)]),
    ]));
    expect(application.notices.filter(({ kind }) => kind !== "started" && kind !== "lag")).toEqual([]);
    expect(subscription.broughtChannels.sort()).toEqual(Object.keys(byChannel(application.seen)).sort());
    await vi.waitFor(() => expect(subscription.positionIn("session.2.emotion")).toMatchObject({ offset: 101, received: 101, acked: 101 }), SOON);
  }, PATIENCE_MS);

  test("after a kill it goes on in every channel where it was; a name of its own goes before the pattern; what is left does not come any more", async () => {
    const server = await startServer();
    const publisher = clientOf(server);
    await publisher.connect();
    const client = clientOf(server);
    const [wide, named] = [new Application(), new Application()];
    await client.connect();
    const subscription = client.subscribe<number>("orders.>", wide.apply, { noticed: wide.noticed });
    await subscription.started;
    for (const channel of ["orders.a", "orders.b.c"]) await publisher.publish(channel, "numbered", 1);
    await wide.countIs(2);

    await server.kill();
    await server.restart();
    await Promise.all(["orders.a", "orders.b.c", "orders.d"].map(channel => publisher.publish(channel, "numbered", 2)));
    await wide.countIs(5);
    await client.subscribe<number>("orders.a", named.apply).started;
    await publisher.publish("orders.a", "numbered", 3);
    await named.countIs(1);
    subscription.unsubscribe();
    await publisher.publish("orders.d", "numbered", 3);
    await publisher.publish("orders.a", "numbered", 4);
    await named.countIs(2);

    expect(byChannel(wide.seen)).toEqual({ "orders.a": [1, 2], "orders.b.c": [1, 2], "orders.d": [1] });
    expect(byChannel(named.seen)).toEqual({ "orders.a": [3, 4] });
    expect(wide.notices.filter(({ kind }) => kind !== "started" && kind !== "lag")).toEqual([]);
  }, PATIENCE_MS);
});
