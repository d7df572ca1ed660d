import { describe, expect, test } from "vitest";
import type { Followed } from "../../src/machine/followed.js";
import { Fixture, eventOf, subscribed } from "./fixture.js";

const GOAWAY = { withinMs: 5_000, spreadMs: 2_000, url: "two" };

describe("A goaway", () => {
  test("is followed after a random part of its spread, to the address that it names, while the present connection goes on", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.chance = 0.5;

    fixture.receive("goaway", GOAWAY);
    fixture.pass(999);
    expect(fixture.takeAll()).toEqual([]);
    fixture.pass(1);
    expect(fixture.takeAll()).toEqual([{ kind: "open", connection: 2, endpoint: "two", transport: "websocket" }]);
    fixture.events(1);

    expect(fixture.handleAll()).toEqual([1]);
    expect(fixture.machine.state).toBe("connected");
  });

  test("is over when the next connection is welcomed: then the former is let go, and nothing came twice or not at all", () => {
    const { fixture, former } = handingOver();
    expect(fixture.hello.subscribe).toMatchObject([{ from: { epoch: "e1", offset: 1 } }]);

    // What the server had sent before the hello came to it still arrives.
    fixture.receiveOn(former, "event", eventOf(2));
    fixture.receiveOn(former, "close", { code: 4404, reason: "another connection took the session over", afterMs: 0 });
    fixture.welcome({ subscriptions: [subscribed(1, { recovered: "full", head: 3 })] });
    const effects = fixture.takeAll();
    for (const offset of [2, 3]) fixture.receive("event", eventOf(offset));

    expect(effects.filter(effect => effect.kind === "deliver").map(({ delivery }) => delivery.event.offset)).toEqual([2]);
    expect(effects.some(({ kind }) => kind === "state" || kind === "retry")).toBe(false);
    expect(fixture.handleAll()).toEqual([3]);
    expect(fixture.machine.state).toBe("connected");
  });

  test("lets the former go by itself where the server has not closed it yet", () => {
    const { fixture, former } = handingOver();

    fixture.welcome({ subscriptions: [subscribed(1, { recovered: "full" })] });

    expect(fixture.take("close").map(({ connection }) => connection)).toEqual([former]);
    fixture.receiveOn(former, "event", eventOf(9));
    fixture.machine.disconnected(fixture.now, former, 4404, "taken over");
    expect(fixture.takeAll()).toEqual([]);
  });

  test("that nobody takes up is tried again, and the server's close is answered at once", () => {
    const fixture = Fixture.connected();
    fixture.chance = 0;
    fixture.receive("goaway", { ...GOAWAY, url: undefined as never });
    fixture.machine.disconnected(fixture.now, fixture.takeOne("open").connection, undefined, "refused");
    expect(fixture.machine.state).toBe("connected");
    fixture.pass(1_000);
    expect(fixture.take("open").length).toBeGreaterThan(0);

    fixture.receive("close", { code: 4000, reason: "the server stops", afterMs: 0 });

    expect(fixture.machine.state).toBe("reconnecting");
  });

  test("What is published in between waits for the next connection, also what nobody confirms", () => {
    const { fixture } = handingOver();

    fixture.publish({ confirm: "none" });
    fixture.publish();
    expect(fixture.takeAll()).toEqual([]);
    fixture.welcome({ subscriptions: [subscribed(1, { recovered: "full" })] });

    expect(fixture.take("send").filter(({ frame }) => frame.kind === "publish").map(({ connection }) => connection)).toEqual([fixture.connection, fixture.connection]);
  });

  test("What was handled is acked on the present connection before the next one says where to go on", () => {
    const fixture = Fixture.connected({ ackDelayMs: 1_000 });
    fixture.followed();
    fixture.events(1);
    fixture.handleAll();
    fixture.chance = 0;
    fixture.receive("goaway", GOAWAY);
    const former = fixture.connection;
    fixture.machine.opened(fixture.now, fixture.takeOne("open").connection);

    expect(fixture.take("send").map(({ connection, frame }) => [connection, frame.kind])).toEqual([[former, "ack"], [former + 1, "hello"]]);
  });

  test("A publish whose receipt was on its way when the session moved is sent again with the same sequence", () => {
    const fixture = Fixture.connected();
    fixture.publish();
    const { body: { producer } } = fixture.takeFrame("publish");
    fixture.chance = 0;
    fixture.receive("goaway", GOAWAY);
    fixture.greet();

    fixture.welcome();

    expect(fixture.takeFrame("publish").body.producer).toEqual(producer);
  });

  test("What is left in between is told to the next connection", () => {
    const { fixture, followed } = handingOver();
    fixture.machine.unsubscribe(fixture.now, followed);
    fixture.takeAll();

    fixture.welcome({ subscriptions: [subscribed(1, { recovered: "full" })] });

    expect(fixture.takeFrame("unsubscribe").body).toEqual({ channel: "prices" });
  });

  test("What is answered in between begins once, and goes on over the next connection from where it stands", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    const orders = fixture.follow({ channel: "orders", from: { last: 2 } });
    const asked = fixture.takeFrame("subscribe");
    const former = fixture.connection;
    fixture.chance = 0;
    fixture.receive("goaway", GOAWAY);
    fixture.greet();
    expect(fixture.hello.subscribe?.map(({ channel }) => channel)).toEqual(["prices"]);

    fixture.receiveOn(former, "subscribed", subscribed(5, { channel: "orders", head: 7 }), asked.id);
    fixture.receiveOn(former, "event", eventOf(6, "orders"));
    expect(fixture.handleAll()).toEqual([6]);
    fixture.receiveOn(former, "event", eventOf(7, "orders"));
    fixture.takeAll();
    fixture.welcome({ subscriptions: [subscribed(0, { recovered: "full" }), subscribed(6, { recovered: "full", channel: "orders" })] });

    const again = fixture.takeFrame("subscribe");
    expect(again.body).toMatchObject({ channel: "orders", from: { epoch: "e1", offset: 6 } });
    fixture.receive("subscribed", subscribed(6, { recovered: "full", channel: "orders" }), again.id);
    for (const offset of [7, 8]) fixture.receive("event", eventOf(offset, "orders"));
    expect(fixture.handleAll()).toEqual([8]);
    expect(orders.receivedPrefix).toBe(8);
  });

  test("Another life of the log that the present connection was told of does not begin again on the next one", () => {
    const { fixture, former, followed } = handingOver();
    expect(fixture.hello.subscribe).toMatchObject([{ from: { epoch: "e1", offset: 1 } }]);

    fixture.receiveOn(former, "subscribed", subscribed(0, { recovered: "reset", epoch: "e2" }));
    fixture.receiveOn(former, "event", eventOf(1));
    expect(fixture.handleAll()).toEqual([1]);
    fixture.takeAll();
    fixture.welcome({ subscriptions: [subscribed(0, { recovered: "reset", epoch: "e2" })] });
    expect(fixture.takeNotices().map(({ kind }) => kind)).toEqual(["started"]);
    for (const offset of [1, 2]) fixture.receive("event", eventOf(offset));

    expect(fixture.handleAll()).toEqual([2]);
    expect(followed.receivedPrefix).toBe(2);
  });

  test("The window is the sum of three on the next connection, too", () => {
    const fixture = Fixture.connected({ creditWindow: 3 });
    fixture.followed();
    fixture.events(1, 2);
    const [first, second] = fixture.takeDeliveries();
    const former = fixture.connection;
    fixture.chance = 0;
    fixture.receive("goaway", GOAWAY);
    fixture.greet();
    expect(fixture.hello.credit).toBe(1);

    fixture.receiveOn(former, "event", eventOf(3));
    fixture.welcome({ subscriptions: [subscribed(0, { recovered: "full" })] });
    const [third] = fixture.takeDeliveries();
    // The one that was given is used by what comes again.
    fixture.receive("event", eventOf(3));
    for (const delivery of [first, second, third]) fixture.machine.handled(fixture.now, delivery!);

    // More than the window were in hand for a moment; what is given back in the end is the window all the same.
    const given = fixture.takeFrames().filter(frame => frame.kind === "credit").reduce((sum, { body }) => sum + body.events, 0);
    expect(given).toBe(3);
  });
});

describe("Without a close of the server", () => {
  test("the connection that is lost while the next one opens gives its place to that", () => {
    const fixture = Fixture.connected();
    fixture.chance = 0;
    fixture.receive("goaway", GOAWAY);
    const next = fixture.takeOne("open").connection;

    fixture.machine.disconnected(fixture.now, fixture.connection, undefined, "cut");
    expect(fixture.takeAll().map(({ kind }) => kind)).toEqual(["state"]);
    fixture.machine.opened(fixture.now, next);

    expect(fixture.takeFrames().map(({ kind }) => kind)).toEqual(["hello"]);
  });

  test("4404 before anything was said on the next one is somebody else's doing", () => {
    const fixture = Fixture.connected();
    fixture.chance = 0;
    fixture.receive("goaway", GOAWAY);
    fixture.takeAll();

    fixture.receive("close", { code: 4404, reason: "taken over", afterMs: 0 });

    expect(fixture.machine.state).toBe("closed");
  });

  test("4404 that one of our own hellos brings about later is no reason to stay away", () => {
    const { fixture, former } = handingOver();
    fixture.machine.disconnected(fixture.now, fixture.connection, undefined, "cut");
    expect(fixture.machine.state).toBe("connected");

    fixture.receiveOn(former, "close", { code: 4404, reason: "taken over", afterMs: 0 });

    expect(fixture.machine.state).toBe("reconnecting");
  });

  test("a next connection that is never welcomed is given up, and what there is goes on", () => {
    const { fixture, former } = handingOver();

    fixture.pass(10_000);
    fixture.receiveOn(former, "event", eventOf(2));

    expect(fixture.handleAll()).toEqual([2]);
    expect(fixture.machine.state).toBe("connected");
  });
});

describe("Whoever leaves in between", () => {
  test("leaves both", () => {
    const { fixture, former } = handingOver();
    const next = fixture.connection;
    fixture.connection = former;

    fixture.machine.goOffline(fixture.now);

    expect(fixture.take("close").map(({ connection }) => connection)).toEqual([next, former]);
  });
});

/** Follows a channel up to its first event, and has said hello on the next connection. */
function handingOver(): { fixture: Fixture; former: number; followed: Followed } {
  const fixture = Fixture.connected();
  const followed = fixture.followed();
  fixture.events(1);
  fixture.handleAll();
  const former = fixture.connection;
  fixture.chance = 0;
  fixture.receive("goaway", GOAWAY);
  fixture.greet();
  return { fixture, former, followed };
}
