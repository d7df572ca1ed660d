import { describe, expect, test } from "vitest";
import { Fixture, subscribed } from "./fixture.js";

describe("Order by offset", () => {
  test("What is missing without a word is asked for again, and what came too early waits for it", () => {
    const fixture = Fixture.connected();
    fixture.followed({ order: "offset" });
    fixture.events(1);
    fixture.handleAll();
    fixture.takeAll();

    fixture.events(5);
    const again = fixture.takeFrame("subscribe");
    expect(again.body.from).toEqual({ epoch: "e1", offset: 1 });
    fixture.events(6);
    fixture.receive("subscribed", subscribed(1, { recovered: "full", head: 6 }), again.id);
    fixture.events(2, 3, 4, 5, 6);

    expect(fixture.handleAll()).toEqual([2, 3, 4, 5, 6]);
  });

  test("When it does not come then, it is told as lost and the stream goes on", () => {
    const fixture = Fixture.connected();
    fixture.followed({ order: "offset" });
    fixture.events(1);
    fixture.handleAll();
    fixture.takeAll();

    fixture.events(5);
    const again = fixture.takeFrame("subscribe");
    fixture.receive("subscribed", subscribed(1, { recovered: "full" }), again.id);
    fixture.takeAll();
    fixture.events(5, 6);

    const effects = fixture.takeAll();
    expect(effects.find(effect => effect.kind === "notify")).toMatchObject({ notice: { kind: "gap", from: 2, to: 4, reason: "missing" } });
    expect(effects.filter(effect => effect.kind === "deliver")).toHaveLength(2);
  });
});
