import { describe, expect, test } from "vitest";
import { event } from "./scripted-server.js";
import { start } from "./started.js";

describe.each(["json", "protobuf"] as const)("Over %s", encoding => {
  test("a publish comes back with its receipt, in both forms", async () => {
    const { server, client } = await start({ encoding });
    void client.connect();
    const connection = await server.welcome();

    const receipts = [
      client.publish("orders", "order.placed", { n: 1 }, { key: "k", priority: "high", source: "here", correlationId: "c", ttlMs: 5, messageId: "m", confirm: "delivered", delivered: { count: 1 } }),
      client.publish("orders", { type: "order.placed", payload: { n: 2 }, id: "m-2", metadata: { timestamp: new Date(), source: "there", correlationId: "c-2", userId: "nobody" } }),
    ];
    const frames = [await connection.takesPublish(), await connection.takesPublish()];

    expect(await Promise.all(receipts)).toMatchObject([{ status: "persisted", channel: "orders", epoch: "e1", offset: 1, duplicate: false }, { offset: 2 }]);
    expect(frames.map(({ body: { data, producer: _, ...rest } }) => [data.value, rest])).toEqual([
      [{ n: 1 }, { channel: "orders", type: "order.placed", key: "k", priority: "high", source: "here", correlationId: "c", ttlMs: 5, messageId: "m", confirm: "delivered", delivered: { count: 1 } }],
      [{ n: 2 }, { channel: "orders", type: "order.placed", source: "there", correlationId: "c-2", messageId: "m-2" }],
    ]);
  });
});

describe("Publishing", () => {
  test("Before the connection and while it is away publishes wait; after it they leave in order, and once each", async () => {
    const { server, client } = await start();
    const receipts = [client.publish("orders", "t", 1)];
    void client.connect();
    const first = await server.welcome();
    receipts.push(client.publish("orders", "t", 2));
    await first.takesPublish();
    await receipts[0];
    const { body: lost } = await first.hears("publish");
    first.cut();
    receipts.push(client.publish("orders", "t", 3));

    const second = await server.welcome({ resumed: true });
    const [again, next] = [await second.takesPublish(), await second.takesPublish()];

    expect(again.body).toEqual(lost);
    expect([again.body.producer?.sequence, next.body.producer?.sequence]).toEqual([2, 3]);
    expect((await Promise.all(receipts)).map(({ offset }) => offset)).toEqual([1, 2, 3]);
    expect(client.publishesWaiting).toBe(0);
  });

  test("What is published together leaves in one message", async () => {
    const { server, client } = await start();
    const connected = client.connect();
    const connection = await server.welcome();
    await connected;
    await connection.hears("ping");
    const before = connection.messages;

    client.goOffline();
    for (let i = 0; i < 100; i++) client.publish("orders", "t", i).catch(() => {});
    client.goOnline();
    const second = await server.welcome({ resumed: true });
    for (let i = 0; i < 100; i++) await second.takesPublish();

    expect(before).toBe(2);
    expect(second.messages).toBe(2);
  });

  test("A full outbox, a refusal and a withdrawal reject with what happened", async () => {
    const { server, client } = await start({ outboxCountMax: 1 });
    const first = client.publish("orders", "t", 1);
    await expect(client.publish("orders", "t", 2)).rejects.toMatchObject({ kind: "rejected", reason: "outbox-full", mayBeInLog: false });
    void client.connect();
    const connection = await server.welcome();
    const { id } = await connection.hears("publish");
    connection.says("error", { code: 103, name: "forbidden", message: "no", retry: "never" }, id);
    await expect(first).rejects.toMatchObject({ kind: "refused", code: 103 });

    const stop = new AbortController();
    const withdrawn = client.publish("orders", "t", 3, { signal: stop.signal });
    await connection.hears("publish");
    stop.abort(new Error("enough"));

    await expect(withdrawn).rejects.toThrow("enough");
    expect(client.publishesWaiting).toBe(0);
  });

  test("Without an answer it ends when it was sent", async () => {
    const { server, client } = await start();
    void client.connect();
    const connection = await server.welcome();

    await client.send("orders", "t", 1);

    expect((await connection.hears("publish")).body.confirm).toBe("none");
  });
});

test("Pages of a log are read on from where the former ended", async () => {
  const { server, client } = await start();
  void client.connect();
  const connection = await server.welcome();

  const reading = client.readEvents<{ n: number }>("orders", { limit: 2 });
  const { id, body } = await connection.hears("read");
  connection.says("page", { channel: "orders", what: "events", epoch: "e1", events: [event("orders", 1)], entries: [], members: [], next: 1 }, id);
  const page = await reading;
  void client.readEvents("orders", { from: page.next! }).catch(() => {});

  expect(body).toEqual({ channel: "orders", what: "events", from: "earliest", limit: 2 });
  expect(page.events.map(({ offset, payload }) => [offset, payload.n])).toEqual([[1, 1]]);
  expect((await connection.hears("read")).body.from).toEqual({ epoch: "e1", offset: 1 });
});
