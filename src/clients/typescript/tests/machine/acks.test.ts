import { describe, expect, test } from "vitest";
import { Fixture, subscribed } from "./fixture.js";

describe("Acks and credit", () => {
  test("An event is acked when it was handled, not when it was delivered", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1, 2);
    const deliveries = fixture.takeDeliveries();
    expect(fixture.takeFrames()).toEqual([]);

    fixture.machine.handled(fixture.now, deliveries[1]!);
    expect(fixture.takeFrame("ack").body).toEqual({ channel: "prices", offset: 0, ranges: [[2, 2]] });
    fixture.machine.handled(fixture.now, deliveries[0]!);

    expect(fixture.takeFrame("ack").body).toEqual({ channel: "prices", offset: 2 });
  });

  test("Acks gather for a while and leave in one frame", () => {
    const fixture = Fixture.connected({ ackDelayMs: 25 });
    fixture.followed();
    fixture.events(1, 2, 3);
    fixture.handleAll();
    expect(fixture.takeFrames()).toEqual([]);

    fixture.pass(25);

    expect(fixture.takeFrame("ack").body).toEqual({ channel: "prices", offset: 3 });
  });

  test("By hand: nothing is acked but what the application acks; what was handled without gives its credit back", () => {
    const fixture = Fixture.connected({ creditWindow: 2 });
    fixture.followed({ ack: "manual" });
    fixture.events(1, 2);
    const deliveries = fixture.takeDeliveries();

    for (const delivery of deliveries) fixture.machine.handled(fixture.now, delivery);
    expect(fixture.takeFrames().map(frame => frame.kind)).toEqual(["credit", "credit"]);
    fixture.machine.acknowledge(fixture.now, deliveries[0]!);

    expect(fixture.takeFrame("ack").body).toEqual({ channel: "prices", offset: 1 });
  });

  test("None: nothing is acked, and a reconnect goes on from what was received", () => {
    const fixture = Fixture.connected();
    fixture.followed({ ack: "none" });
    fixture.events(1, 2);
    fixture.handleAll();
    expect(fixture.takeFrames()).toEqual([]);

    fixture.lose(4000);
    fixture.greet();

    expect(fixture.hello.subscribe).toMatchObject([{ from: { epoch: "e1", offset: 2 } }]);
  });

  test("The window is never exceeded, and goes back by halves", () => {
    const fixture = Fixture.connected({ creditWindow: 4 });
    fixture.followed();
    fixture.events(1, 2, 3, 4);
    const deliveries = fixture.takeDeliveries();
    expect(fixture.machine.eventsInHand).toBe(4);

    fixture.machine.released(fixture.now, deliveries[0]!);
    fixture.machine.released(fixture.now, deliveries[0]!);
    expect(fixture.takeFrames()).toEqual([]);
    fixture.machine.released(fixture.now, deliveries[1]!);

    expect(fixture.takeFrame("credit").body).toEqual({ events: 2 });
    expect(fixture.machine.eventsInHand).toBe(2);
  });

  test("A new connection is given what the application does not hold, and what became free before its welcome right after it", () => {
    const fixture = Fixture.connected({ creditWindow: 4 });
    fixture.followed();
    fixture.events(1, 2, 3, 4);
    const deliveries = fixture.takeDeliveries();
    fixture.lose(4000);
    fixture.greet();
    expect(fixture.hello.credit).toBe(0);

    for (const delivery of deliveries) fixture.machine.handled(fixture.now, delivery);
    fixture.welcome({ subscriptions: [subscribed(0, { recovered: "full" })] });

    expect(fixture.takeFrames().find(frame => frame.kind === "credit")?.body).toEqual({ events: 4 });
  });
});
