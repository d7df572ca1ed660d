import { describe, expect, test } from "vitest";
import { eventOf, Fixture, subscribed } from "./fixture.js";

describe("Nacks", () => {
  test("What is nacked is not acked when its callback returns, and the others go ahead", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1, 2, 3);
    const deliveries = fixture.takeDeliveries();

    fixture.machine.nack(fixture.now, deliveries[1]!, "busy");
    expect(fixture.takeFrame("nack").body).toEqual({ channel: "prices", offset: 2, reason: "busy" });
    for (const delivery of deliveries) fixture.machine.handled(fixture.now, delivery);

    expect(fixture.takeFrames().at(-1)!.body).toEqual({ channel: "prices", offset: 1, ranges: [[3, 3]] });
  });

  test("What is delivered again is handed over once per attempt, and acked like any other", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1);
    const [first] = fixture.takeDeliveries();
    fixture.machine.nack(fixture.now, first!, undefined);
    fixture.machine.handled(fixture.now, first!);
    fixture.takeAll();

    fixture.receive("event", { ...eventOf(1), attempt: 2 });
    fixture.receive("event", { ...eventOf(1), attempt: 2 });

    const again = fixture.takeDeliveries();
    expect(again.map(({ event }) => [event.offset, event.attempt])).toEqual([[1, 2]]);
    fixture.machine.handled(fixture.now, again[0]!);
    expect(fixture.takeFrame("ack").body).toEqual({ channel: "prices", offset: 1 });
  });

  test("A nack is said again on the next connection, and to a server that sends the event as if it had not heard", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1);
    fixture.machine.nack(fixture.now, fixture.takeDeliveries()[0]!, "busy");
    fixture.takeAll();

    fixture.reconnect(subscribed(0, { recovered: "full" }));
    expect(fixture.takeFrame("nack").body).toEqual({ channel: "prices", offset: 1, reason: "busy" });
    fixture.events(1);

    expect(fixture.takeFrame("nack").body).toEqual({ channel: "prices", offset: 1, reason: "busy" });
  });

  test("What the server has given up on counts as done", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1);
    fixture.machine.nack(fixture.now, fixture.takeDeliveries()[0]!, undefined);
    fixture.takeAll();

    fixture.receive("skip", { channel: "prices", from: 1, to: 1 });

    expect(fixture.takeFrame("ack").body).toEqual({ channel: "prices", offset: 1 });
  });

  test("Nothing of a subscription without acks can be nacked", () => {
    const fixture = Fixture.connected();
    fixture.followed({ ack: "none" });
    fixture.events(1);

    expect(() => fixture.machine.nack(fixture.now, fixture.takeDeliveries()[0]!, undefined)).toThrow(/does not ack/);
  });
});
