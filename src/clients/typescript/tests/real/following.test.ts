import { describe, expect, test, vi } from "vitest";
import type { Notice, ReceivedEvent } from "../../src/index.js";
import { Seen, start } from "./started.js";

describe("Following", () => {
  test("A callback that takes its time gets one event after the other, and each is acked when it is done", async () => {
    const { server, client } = await start({ ackDelayMs: 0 });
    void client.connect();
    const connection = await server.welcome();
    const begun = new Seen<number>();
    const finish: (() => void)[] = [];
    client.subscribe("prices", ({ offset }) => {
      begun.add(offset);
      return new Promise<void>(resolve => finish.push(resolve));
    });
    await connection.takesUp();

    connection.saysEvents("prices", 1, 2);
    await begun.countIs(1);
    await new Promise(setImmediate);
    expect(begun.items).toEqual([1]);
    finish[0]!();

    expect((await connection.hears("ack")).body).toEqual({ channel: "prices", offset: 1 });
    await begun.countIs(2);
  });

  test("By hand: an ack of a later event is a range ahead, and the position says so", async () => {
    const { server, client } = await start({ ackDelayMs: 0 });
    void client.connect();
    const connection = await server.welcome();
    const seen = new Seen<ReceivedEvent>();
    const subscription = client.subscribe("prices", event => seen.add(event), { ack: "manual" });
    await connection.takesUp(0, 9);
    connection.saysEvents("prices", 1, 2, 3);
    await seen.countIs(3);

    seen.items[2]!.ack();

    expect((await connection.hears("ack")).body).toEqual({ channel: "prices", offset: 0, ranges: [[3, 3]] });
    expect(subscription.position).toEqual({ epoch: "e1", offset: 0, ahead: [[3, 3]], received: 3, acked: 0, head: 9 });
  });

  test("A cut connection is resumed behind what was handled, and nothing comes twice", async () => {
    const { server, client } = await start({ ackDelayMs: 0 });
    void client.connect();
    const first = await server.welcome();
    const seen = new Seen<ReceivedEvent>();
    client.subscribe("prices", event => seen.add(event), { from: "earliest" });
    await first.takesUp();
    first.saysEvents("prices", 1, 2);
    await seen.countIs(2);

    first.cut();
    const second = await server.accept();
    const hello = await second.welcome({ resumed: true, subscriptions: [{ channel: "prices", epoch: "e1", offset: 1, head: 3, recovered: "full" }] });
    second.saysEvents("prices", 2, 3);
    await seen.countIs(3);

    expect(hello).toMatchObject({ session: { id: "s-1", key: "key-1" }, subscribe: [{ channel: "prices", from: { epoch: "e1", offset: 2 } }] });
    expect(seen.items.map(({ offset }) => offset)).toEqual([1, 2, 3]);
    expect(client.eventsDropped).toBe(1);
  });

  test("Gaps, resets and lag are told in order with the events, to the subscription and to the client", async () => {
    const { server, client } = await start();
    void client.connect();
    const connection = await server.welcome();
    const told: string[] = [];
    const seen = new Seen<string>();
    const tell = (text: string): void => { told.push(text); seen.add(text); };
    for (const kind of ["gap", "reset", "lag", "interrupted", "ended", "started"] as const) client.on(kind, notice => tell(`client ${notice.kind}`));
    client.subscribe("prices", ({ offset }) => tell(`event ${offset}`), { noticed: (notice: Notice) => tell(notice.kind) });
    await connection.takesUp();

    connection.saysEvents("prices", 1);
    connection.says("gap", { channel: "prices", from: 2, to: 4, reason: "retention" });
    connection.says("lag", { channel: "prices", behind: 4, mode: "catchUp" });
    connection.saysEvents("prices", 5);
    connection.says("subscribed", { channel: "prices", epoch: "e2", offset: 0, head: 1, recovered: "reset" });
    connection.saysEvents("prices", 1);
    await seen.countIs(13);

    expect(told).toEqual(["started", "client started", "event 1", "gap", "client gap", "lag", "client lag", "event 5", "reset", "client reset", "started", "client started", "event 1"]);
  });

  test("A callback that throws ends its subscription; its event is not acked and stays the session's", async () => {
    const { server, client, errors } = await start({ ackDelayMs: 0 });
    void client.connect();
    const connection = await server.welcome();
    const subscription = client.subscribe("prices", ({ offset }) => { if (offset === 2) throw new Error("out of paper"); });
    await connection.takesUp();

    connection.saysEvents("prices", 1, 2, 3);
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    await client.disconnect();

    expect(errors[0]).toMatchObject({ kind: "callback", channel: "prices", cause: { message: "out of paper" } });
    expect([subscription.state, subscription.error]).toEqual(["ended", errors[0]]);
    expect((await connection.hears("ack")).body.offset).toBe(1);
    // Neither an ack of more nor an unsubscribe came before the bye.
    const bye = await connection.hears("bye");
    expect(bye.body).toEqual({});
  });

  test("... unless it is to go on", async () => {
    const { server, client, errors } = await start({ ackDelayMs: 0 });
    void client.connect();
    const connection = await server.welcome();
    const seen = new Seen<number>();
    client.subscribe("prices", async ({ offset }) => { seen.add(offset); throw new Error("out of paper"); }, { onThrow: "continue" });
    await connection.takesUp();

    connection.saysEvents("prices", 1, 2);
    await seen.countIs(2);
    await vi.waitFor(() => expect(errors).toHaveLength(2));

    expect((await connection.hears("ack")).body.offset).toBe(1);
    expect((await connection.hears("ack")).body.offset).toBe(2);
  });

  test("A refusal is told by the handle and by the client", async () => {
    const { server, client, errors } = await start();
    void client.connect();
    const connection = await server.welcome();
    const subscription = client.subscribe("secrets", () => {});
    const { id } = await connection.hears("subscribe");

    connection.says("error", { code: 103, name: "forbidden", message: "You may not read this.", retry: "never" }, id);

    await expect(subscription.started).rejects.toMatchObject({ kind: "refused", code: 103, channel: "secrets", message: "You may not read this." });
    expect(errors).toMatchObject([{ kind: "refused", code: 103, channel: "secrets" }]);
    expect([subscription.state, subscription.error?.code]).toEqual(["ended", 103]);
  });

  test("Two callbacks for one channel share it; it is left with the second", async () => {
    const { server, client } = await start();
    void client.connect();
    const connection = await server.welcome();
    const [one, other] = [new Seen<number>(), new Seen<number>()];
    const first = client.subscribe("prices", ({ offset }) => one.add(offset));
    await connection.takesUp();
    await first.started;
    const second = client.subscribe(["prices"], ({ offset }) => other.add(offset));
    await second.started;

    connection.saysEvents("prices", 1);
    await Promise.all([one.countIs(1), other.countIs(1)]);
    first.unsubscribe();
    connection.saysEvents("prices", 2);
    await other.countIs(2);
    client.unsubscribe("prices");

    await connection.hears("unsubscribe");
    expect([one.items, other.items, second.state]).toEqual([[1], [1, 2], "ended"]);
    expect(() => client.subscribe("prices", () => {})).not.toThrow();
    expect(() => client.subscribe("prices", () => {}, { from: "earliest" })).toThrow(/is followed already/);
    expect(() => client.subscribe("prices", () => {}, { ack: "manual" })).toThrow(/is followed already/);
  });

  test("What cannot be meant is refused at once", async () => {
    const { client } = await start();

    expect(() => client.subscribe([], () => {})).toThrow(/At least one channel/);
    expect(() => client.subscribe("", () => {})).toThrow(/channel is required/);
    expect(() => client.subscribe("a", undefined as unknown as () => void)).toThrow(/A callback is expected/);
    expect(() => client.subscribe("a", () => {}, { priority: "urgent" as "high" })).toThrow(/critical, high, normal, low/);
    await expect(client.publish("a", "t", undefined)).rejects.toThrow(/nothing came/);
    await expect(client.publish("a", "", 1)).rejects.toThrow(/type is required/);
    await expect(client.publish("a", "t", 1, { confirm: "none" as "accepted" })).rejects.toThrow(/use send/);
    await expect(client.readEvents("a", { limit: -1 })).rejects.toThrow(/limit/);
  });
});
