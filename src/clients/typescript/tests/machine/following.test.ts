import { describe, expect, test } from "vitest";
import { Fixture, subscribed } from "./fixture.js";

describe("Following", () => {
  test("What was asked for before the connection is part of the hello, and is asked for from its own beginning", () => {
    const fixture = new Fixture();
    fixture.follow({ from: { last: 10 } });

    fixture.start().greet();

    expect(fixture.hello.subscribe).toEqual([{ channel: "prices", from: { last: 10 }, ack: "auto", order: "lanes" }]);
  });

  test("A subscription of the hello that the server does not answer is asked for by itself", () => {
    const fixture = new Fixture();
    fixture.follow();
    fixture.start().greet().welcome({ isResumed: false });
    fixture.takeAll();

    fixture.pass(10_000);

    expect(fixture.takeFrame("subscribe").body.channel).toBe("prices");
  });

  test("Each offset is delivered once, whatever comes twice, and marked as replay up to the head", () => {
    const fixture = Fixture.connected();
    fixture.followed({ head: 2 });

    fixture.events(1, 2, 2, 1, 3);

    expect(fixture.takeDeliveries().map(({ event, isReplay }) => [event.offset, isReplay])).toEqual([[1, true], [2, true], [3, false]]);
    expect(fixture.machine.eventsDropped).toBe(2);
  });

  test("A server that begins anew is no beginning to an application that goes on in the same log", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1, 2);
    fixture.takeAll();

    fixture.reconnect(subscribed(4, { recovered: "none" }));

    expect(fixture.takeNotices()).toMatchObject([{ kind: "started", recovered: "gap" }, { kind: "gap", from: 3, to: 4 }]);
    fixture.events(2);
    expect(fixture.takeDeliveries()).toEqual([]);
  });

  test("What overtook is kept account of, and resumed behind the contiguous prefix", () => {
    const fixture = Fixture.connected();
    const followed = fixture.followed();
    fixture.events(1, 3, 4);
    fixture.handleAll();

    fixture.lose(4000);
    fixture.greet();

    expect([followed.receivedPrefix, followed.receivedAhead]).toEqual([1, [[3, 4]]]);
    expect(fixture.hello.subscribe).toMatchObject([{ from: { epoch: "e1", offset: 1 } }]);
    fixture.welcome({ subscriptions: [subscribed(1, { recovered: "full" })] });
    fixture.takeAll();
    fixture.events(2, 3, 4, 5);
    expect(fixture.handleAll()).toEqual([2, 5]);
  });

  test("A reconnect goes on from what the application is done with, and does not deliver again what it has in hand", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1, 2, 3);
    const [first] = fixture.takeDeliveries();
    fixture.machine.handled(fixture.now, first!);
    fixture.takeAll();

    fixture.reconnect(subscribed(1, { recovered: "full" }));
    fixture.takeAll();
    fixture.events(2, 3, 4);

    expect(fixture.hello.subscribe).toMatchObject([{ from: { epoch: "e1", offset: 1 } }]);
    expect(fixture.takeDeliveries().map(({ event }) => event.offset)).toEqual([4]);
  });

  test("A gap is told with exactly what was not received", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1, 3);
    fixture.takeAll();

    fixture.receive("gap", { channel: "prices", from: 1, to: 5, reason: "retention" });

    expect(fixture.takeNotices()).toEqual([
      { kind: "gap", channel: "prices", from: 2, to: 2, reason: "retention" },
      { kind: "gap", channel: "prices", from: 4, to: 5, reason: "retention" },
    ]);
  });

  test("A skip is accounted for and tells nobody", () => {
    const fixture = Fixture.connected();
    const followed = fixture.followed();

    fixture.receive("skip", { channel: "prices", from: 1, to: 4 });

    expect(fixture.takeFrame("ack").body).toEqual({ channel: "prices", offset: 4 });
    expect(followed.receivedPrefix).toBe(4);
  });

  test("Another epoch is told as a reset before its events, and the old acks say nothing about it", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1, 2);
    const old = fixture.takeDeliveries();

    fixture.receive("subscribed", subscribed(0, { recovered: "reset", epoch: "e2", head: 1 }));
    expect(fixture.takeNotices().map(notice => notice.kind)).toEqual(["reset", "started"]);
    for (const delivery of old) fixture.machine.handled(fixture.now, delivery);
    expect(fixture.takeFrames().filter(frame => frame.kind === "ack")).toEqual([]);
    fixture.events(1);

    expect(fixture.takeDeliveries()).toMatchObject([{ epoch: "e2", event: { offset: 1 } }]);
  });

  test("A server that goes on behind the position without naming the loss is not believed: what is missing is told", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1, 2);
    fixture.handleAll();
    fixture.takeAll();

    fixture.reconnect(subscribed(5, { recovered: "full" }));

    expect(fixture.takeNotices().filter(notice => notice.kind === "gap")).toEqual([{ kind: "gap", channel: "prices", from: 3, to: 5, reason: "the server went on behind it" }]);
  });

  test("A gap in the answer is told after the start", () => {
    const fixture = Fixture.connected();
    fixture.follow();
    const { id } = fixture.takeFrame("subscribe");

    fixture.receive("subscribed", subscribed(9, { recovered: "gap", head: 12, gap: { from: 4, to: 9, reason: "retention" } }), id);

    expect(fixture.takeNotices()).toMatchObject([{ kind: "started", offset: 9 }, { kind: "gap", from: 4, to: 9, reason: "retention" }]);
  });

  test("More events than credit was given for are a fault", () => {
    const fixture = Fixture.connected({ creditWindow: 2 });
    fixture.followed();

    fixture.events(1, 2, 3);

    expect(fixture.take("close")).toHaveLength(1);
  });

  test("2500 is asked for again from where it stands, 2000 is the end", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1);
    fixture.handleAll();
    fixture.takeAll();

    fixture.receive("unsubscribed", { channel: "prices", code: 2503, reason: "the owner restarted" });
    expect(fixture.takeNotices()).toMatchObject([{ kind: "interrupted", code: 2503 }]);
    fixture.pass(1_000);
    const again = fixture.takeFrame("subscribe");
    expect(again.body.from).toEqual({ epoch: "e1", offset: 1 });
    fixture.receive("subscribed", subscribed(1, { recovered: "full" }), again.id);
    fixture.takeAll();
    fixture.receive("unsubscribed", { channel: "prices", code: 2000, reason: "no" });

    expect(fixture.takeNotices()).toEqual([{ kind: "ended", channel: "prices", code: 2000, reason: "no" }]);
  });

  test("A refusal ends it; one for later is asked for again; a position that is gone is forgotten", () => {
    const fixture = Fixture.connected();
    fixture.follow();
    fixture.error(fixture.takeFrame("subscribe").id, 113, 500);
    fixture.pass(499);
    expect(fixture.take("send")).toEqual([]);
    fixture.pass(1);
    const again = fixture.takeFrame("subscribe");
    fixture.receive("subscribed", subscribed(3), again.id);
    fixture.reconnect();
    fixture.pass(10_000);
    fixture.error(fixture.takeFrames().find(frame => frame.kind === "subscribe")!.id, 107);
    const resync = fixture.takeFrame("subscribe");
    expect(resync.body.from).toBe("earliest");
    fixture.receive("subscribed", subscribed(0), resync.id);
    expect(fixture.takeNotices().map(notice => notice.kind)).toEqual(["reset", "started"]);

    fixture.follow({ channel: "secrets" });
    fixture.error(fixture.takeFrame("subscribe").id, 104);

    expect(fixture.takeNotices()).toEqual([{ kind: "ended", channel: "secrets", code: 104, reason: "no" }]);
  });

  test("Who may not read history goes on with the session's own cursor", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1);
    fixture.handleAll();
    fixture.lose(4000);
    fixture.greet().welcome({ subscriptions: [] });
    fixture.takeAll();
    fixture.pass(10_000);
    const { id, body } = fixture.takeFrames().find(frame => frame.kind === "subscribe")!;
    expect(body).toMatchObject({ from: { epoch: "e1" } });

    fixture.error(id, 103);

    expect(fixture.takeFrame("subscribe").body.from).toBe("session");
  });

  test("... also where the hello had asked from a position", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1);
    fixture.handleAll();
    fixture.lose(4000);
    fixture.greet().welcome({ subscriptions: [] });
    fixture.takeAll();

    fixture.receive("unsubscribed", { channel: "prices", code: 2001, reason: "the right history is missing" });
    const again = fixture.takeFrame("subscribe");
    expect(again.body.from).toBe("session");
    fixture.receive("unsubscribed", { channel: "prices", code: 2001, reason: "the right subscribe is missing" });

    expect(fixture.takeNotices()).toMatchObject([{ kind: "ended", code: 2001 }]);
  });

  test("What was left while away is told to the server at the next welcome", () => {
    const fixture = Fixture.connected();
    const followed = fixture.followed();
    fixture.lose(4100);

    fixture.machine.unsubscribe(fixture.now, followed);
    fixture.pass(1_000);
    fixture.greet().welcome({ subscriptions: [subscribed(0, { recovered: "full" })] });

    expect(fixture.hello.subscribe).toBeUndefined();
    expect(fixture.takeFrame("unsubscribe").body).toEqual({ channel: "prices" });
  });

  test("A channel that the session follows and this process asks for later goes on where it left off, and not before", () => {
    const fixture = new Fixture().start().greet().welcome({ subscriptions: [subscribed(7, { recovered: "full", head: 9 })] });
    fixture.takeAll();
    fixture.events(8);
    expect(fixture.takeDeliveries()).toEqual([]);

    fixture.follow({ from: "session" });

    expect(fixture.takeFrame("subscribe").body.from).toEqual({ epoch: "e1", offset: 7 });
  });

  test("Where nobody has heard yet that the session begins anew, its cursor is asked for and not a position", () => {
    const fixture = new Fixture().start().greet().welcome({ subscriptions: [subscribed(7, { recovered: "none" })] });
    fixture.takeAll();

    fixture.follow({ from: "session" });

    expect(fixture.takeFrame("subscribe").body.from).toBe("session");
  });

  test("What is abandoned stays in the session", () => {
    const fixture = Fixture.connected();
    const followed = fixture.followed();
    fixture.events(1);
    fixture.takeAll();

    fixture.machine.abandon(fixture.now, followed);

    expect(fixture.takeFrames()).toEqual([]);
    fixture.follow({ from: "session" });
    expect(fixture.takeFrame("subscribe").body.from).toBe("session");
  });
});
