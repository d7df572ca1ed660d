import { describe, expect, test } from "vitest";
import { bySpecificity, isPattern, matches } from "../../src/machine/patterns.js";
import { Fixture, eventOf, subscribed } from "./fixture.js";

describe("A pattern", () => {
  test.each([
    ["funding.*", "funding.grants", true],
    ["funding.*", "funding.grants.new", false],
    ["funding.>", "funding.grants.new", true],
    ["funding.>", "funding", false],
    ["funding.>", "funding:grants", false],
    ["session.*.emotion", "session.7.emotion", true],
    ["session.*.emotion", "session.7.8.emotion", false],
    ["session.*:emotion", "session.7.emotion", false],
    [">", "funding.grants", true],
    [">", "$user.u1", false],
    ["$user.*", "$user.u1", true],
    ["*", "funding", true],
    ["*", "funding.grants", false],
  ])("%s names %s: %s", (pattern, channel, expected) => {
    expect(matches(pattern, channel)).toBe(expected);
  });

  test("that is more specific counts: a name before *, * before >, and of equals the longer one", () => {
    expect(["a.>", ">", "a.*", "*.b", "a.b.>", "a.*.c", "a.b.*"].sort(bySpecificity)).toEqual(["a.b.*", "a.b.>", "a.*.c", "a.*", "a.>", "*.b", ">"]);
    expect(["a.*", "a.b", ">", "a:b.>"].map(isPattern)).toEqual([true, false, true, true]);
  });
});

describe("What a pattern brings", () => {
  test("comes under its own name, from where it is announced, and each channel has a place of its own", () => {
    const { fixture } = following("funding.*");

    fixture.receive("subscribed", subscribed(4, { channel: "funding.grants", epoch: "e7", head: 6 }));
    fixture.receive("subscribed", subscribed(0, { channel: "funding.loans" }));
    for (const [offset, channel] of [[5, "funding.grants"], [1, "funding.loans"], [5, "funding.grants"], [6, "funding.grants"]] as const) fixture.receive("event", eventOf(offset, channel));
    const deliveries = fixture.takeDeliveries();
    for (const delivery of deliveries) fixture.machine.handled(fixture.now, delivery);

    expect(deliveries.map(({ epoch, event, isReplay }) => [event.channel, epoch, event.offset, isReplay])).toEqual([
      ["funding.grants", "e7", 5, true], ["funding.loans", "e1", 1, false], ["funding.grants", "e7", 6, true],
    ]);
    expect(fixture.takeFrames().filter(({ kind }) => kind === "ack").map(({ body }) => body)).toEqual([
      { channel: "funding.grants", offset: 5 }, { channel: "funding.loans", offset: 1 }, { channel: "funding.grants", offset: 6 },
    ]);
    expect(fixture.machine.channelsOf(fixture.machine.find("funding.grants")!.pattern!)).toEqual(["funding.grants", "funding.loans"]);
  });

  test("is not taken before it is announced, nor what no pattern names", () => {
    const { fixture } = following("funding.*");

    fixture.receive("event", eventOf(1, "funding.grants"));
    fixture.receive("subscribed", subscribed(0, { channel: "news.all" }));
    fixture.receive("event", eventOf(1, "news.all"));

    expect(fixture.takeDeliveries()).toEqual([]);
    expect(fixture.machine.eventsDropped).toBe(2);
  });

  test("goes on after a reconnect by the session, without a repeat, and says what is lost", () => {
    const { fixture } = following("funding.*", "earliest");
    fixture.receive("subscribed", subscribed(0, { channel: "funding.grants" }));
    fixture.receive("event", eventOf(1, "funding.grants"));
    fixture.receive("event", eventOf(2, "funding.grants"));
    fixture.takeAll();

    fixture.reconnect(subscribed(0, { channel: "funding.*", epoch: "", recovered: "full" }));
    // The session brings it back by itself; to ask for it would be another beginning.
    expect(fixture.hello.subscribe).toBeUndefined();
    expect(fixture.takeFrames().filter(({ kind }) => kind === "subscribe")).toEqual([]);
    fixture.takeAll();
    fixture.receive("event", eventOf(3, "funding.grants"));
    expect(fixture.takeDeliveries()).toEqual([]);
    fixture.receive("subscribed", subscribed(0, { channel: "funding.grants", recovered: "full", head: 3 }));
    for (const offset of [1, 2, 3]) fixture.receive("event", eventOf(offset, "funding.grants"));
    expect(fixture.takeDeliveries().map(({ event }) => event.offset)).toEqual([3]);
    fixture.reconnect(subscribed(0, { channel: "funding.*", epoch: "" }));
    fixture.takeAll();

    fixture.receive("subscribed", subscribed(9, { channel: "funding.grants" }));

    expect(fixture.takeNotices().filter(({ kind }) => kind === "gap")).toMatchObject([{ channel: "funding.grants", from: 4, to: 9 }]);
  });

  test("... and a session that is lost is asked for it as the application did", () => {
    const { fixture } = following("funding.*", "earliest");
    fixture.lose();
    fixture.pass(1_000);
    fixture.greet().welcome({ isResumed: false });

    expect(fixture.takeFrame("subscribe").body).toEqual({ channel: "funding.*", from: "earliest" });
  });

  test("... and a process that comes after another waits for what the session has, and asks only for what it has not", () => {
    const fixture = new Fixture();
    for (const channel of ["funding.*", "news.*"]) fixture.machine.subscribe(fixture.now, { channel, from: "session" });
    fixture.machine.start(fixture.now, { id: "s-1", key: "key-0" });

    fixture.greet().welcome({ subscriptions: [subscribed(0, { channel: "funding.*", epoch: "", recovered: "full" })] });

    expect(fixture.hello.subscribe).toBeUndefined();
    expect(fixture.takeFrame("subscribe").body.channel).toBe("news.*");
  });

  test("ends with it at once", () => {
    const { fixture, pattern } = following("funding.*");
    fixture.receive("subscribed", subscribed(0, { channel: "funding.grants" }));

    fixture.machine.unsubscribe(fixture.now, pattern);
    fixture.receive("event", eventOf(1, "funding.grants"));

    expect(fixture.takeDeliveries()).toEqual([]);
    expect(fixture.machine.find("funding.grants")).toBeUndefined();
  });

  test("ends with it, also where that is said to the next connection only", () => {
    const { fixture, pattern } = following("funding.*");
    fixture.receive("subscribed", subscribed(0, { channel: "funding.grants" }));
    fixture.lose(4100);

    fixture.machine.unsubscribe(fixture.now, pattern);
    fixture.pass(1_000);
    fixture.greet().welcome({ subscriptions: [subscribed(0, { channel: "funding.*", epoch: "", recovered: "full" })] });

    expect(fixture.takeFrame("unsubscribe").body).toEqual({ channel: "funding.*" });
    fixture.receive("subscribed", subscribed(0, { channel: "funding.grants" }));
    fixture.receive("event", eventOf(1, "funding.grants"));
    expect(fixture.takeDeliveries()).toEqual([]);
  });

  test("ends by itself where the right to it is gone, and goes on where it is given back", () => {
    const { fixture, pattern } = following("funding.*");
    fixture.receive("subscribed", subscribed(0, { channel: "funding.grants" }));
    fixture.takeAll();

    fixture.receive("unsubscribed", { channel: "funding.grants", code: 2001, reason: "the right is gone" });
    expect(fixture.takeNotices()).toEqual([{ kind: "ended", channel: "funding.grants", code: 2001, reason: "the right is gone" }]);
    fixture.receive("event", eventOf(1, "funding.grants"));
    fixture.receive("subscribed", subscribed(5, { channel: "funding.grants" }));
    fixture.receive("event", eventOf(6, "funding.grants"));

    expect(fixture.takeDeliveries().map(({ event }) => event.offset)).toEqual([6]);
    expect(pattern.phase).toBe("active");
  });

  test("gives way to a subscription of the name itself once the server goes by that, and comes back after it", () => {
    const { fixture, pattern } = following("funding.*");
    fixture.receive("subscribed", subscribed(0, { channel: "funding.grants" }));
    fixture.receive("event", eventOf(1, "funding.grants"));
    const named = fixture.follow({ channel: "funding.grants", from: "now" });
    const { id } = fixture.takeFrames().find(({ kind }) => kind === "subscribe")!;

    // What was on its way then is still the pattern's.
    fixture.receive("event", eventOf(2, "funding.grants"));
    expect(fixture.takeDeliveries().map(({ followed }) => followed.pattern)).toEqual([pattern]);
    fixture.receive("subscribed", subscribed(2, { channel: "funding.grants" }), id);
    fixture.receive("event", eventOf(3, "funding.grants"));
    expect(fixture.takeDeliveries().map(({ followed }) => followed)).toEqual([named]);
    fixture.machine.unsubscribe(fixture.now, named);
    fixture.receive("subscribed", subscribed(3, { channel: "funding.grants", recovered: "full" }));
    fixture.receive("event", eventOf(4, "funding.grants"));

    const effects = fixture.takeAll();
    expect(effects.flatMap(effect => effect.kind === "deliver" ? [effect.delivery.followed.pattern] : [])).toEqual([pattern]);
    expect(effects.some(effect => effect.kind === "notify" && effect.notice.kind === "gap")).toBe(false);
  });

  test("belongs to the most specific pattern", () => {
    const { fixture, pattern: wide } = following(">");
    fixture.receive("subscribed", subscribed(0, { channel: "funding.grants" }));
    fixture.receive("event", eventOf(1, "funding.grants"));
    const { pattern: narrow } = following("funding.*", "now", fixture);

    fixture.receive("subscribed", subscribed(1, { channel: "funding.grants", recovered: "full" }));
    fixture.receive("event", eventOf(2, "funding.grants"));
    fixture.receive("subscribed", subscribed(0, { channel: "news.all" }));
    fixture.receive("event", eventOf(1, "news.all"));

    const delivered = fixture.takeDeliveries().map(({ followed, event }) => [followed.pattern === wide ? "wide" : followed.pattern === narrow ? "narrow" : "", event.channel, event.offset]);
    expect(delivered.slice(-2)).toEqual([["narrow", "funding.grants", 2], ["wide", "news.all", 1]]);
  });

  test("that is interrupted is asked for again by its pattern", () => {
    const { fixture } = following("funding.*");
    fixture.receive("subscribed", subscribed(0, { channel: "funding.grants" }));
    fixture.takeAll();

    fixture.receive("unsubscribed", { channel: "funding.grants", code: 2503, reason: "the owner restarted" });
    expect(fixture.takeNotices()).toMatchObject([{ kind: "interrupted", channel: "funding.grants" }]);
    fixture.pass(1_000);

    expect(fixture.takeFrame("subscribe").body).toMatchObject({ channel: "funding.*", from: "session" });
  });
});

/** Follows a pattern and is taken up. */
function following(channel: string, from: "now" | "earliest" | "session" = "session", fixture = Fixture.connected()) {
  const pattern = fixture.machine.subscribe(fixture.now, { channel, from });
  const { id } = fixture.takeFrames().find(({ kind }) => kind === "subscribe")!;
  fixture.receive("subscribed", subscribed(0, { channel, epoch: "" }), id);
  return { fixture, pattern };
}
