import { describe, expect, test } from "vitest";
import type { Entry } from "../../src/codec/frames.js";
import { Json } from "../../src/codec/json-value.js";
import type { Followed } from "../../src/machine/followed.js";
import { Fixture, subscribed } from "./fixture.js";

describe("Following a state", () => {
  test("A snapshot in parts comes first, then each change once and in order; what is handed over is acked", () => {
    const [fixture, followed] = following();

    fixture.receive("state", part(5, false, "a"));
    const isWhole = followed.hasSnapshot;
    fixture.receive("state", part(5, true, "b"));
    change(fixture, 6, 7, 7);
    const effects = fixture.takeAll();

    expect(isWhole).toBe(false);
    expect(effects.filter(({ kind }) => kind === "snapshot")).toHaveLength(2);
    expect(effects.flatMap(effect => effect.kind === "change" ? [effect.change.offset] : [])).toEqual([6, 7]);
    expect(effects.flatMap(effect => effect.kind === "send" && effect.frame.kind === "ack" ? [effect.frame.body.offset] : []).at(-1)).toBe(7);
    expect(fixture.machine.eventsDropped).toBe(1);
  });

  test("After a reconnect it goes on where it stands, with nothing but the changes", () => {
    const [fixture] = loaded();
    change(fixture, 6);
    fixture.takeAll();
    fixture.lose();
    fixture.pass(1_000);

    fixture.greet().welcome({ subscriptions: [subscribed(6, { recovered: "full", channel: "sheet", head: 8 })] });
    change(fixture, 7);

    expect(fixture.hello.subscribe).toMatchObject([{ channel: "sheet", mode: "state", from: { epoch: "e1", offset: 6 } }]);
    expect(fixture.take("change").map(({ change: { offset } }) => offset)).toEqual([7]);
  });

  test("A snapshot that was not whole when the connection was lost is asked for from its beginning", () => {
    const [fixture] = following();
    fixture.receive("state", part(5, false, "a"));
    fixture.takeAll();
    fixture.lose();
    fixture.pass(1_000);

    fixture.greet().welcome({ subscriptions: [subscribed(9, { channel: "sheet" })] });

    expect(fixture.hello.subscribe).toMatchObject([{ from: "now" }]);
    expect(fixture.takeNotices()).toMatchObject([{ kind: "started", offset: 9, snapshot: true }]);
  });

  test("Where the log has not all of it any more another snapshot comes, and no gap is told", () => {
    const [fixture, followed] = loaded();
    fixture.lose();
    fixture.pass(1_000);

    fixture.greet().welcome({ subscriptions: [subscribed(20, { recovered: "gap", channel: "sheet", gap: { from: 6, to: 20, reason: "retention" } })] });
    const hadSnapshot = followed.hasSnapshot;
    fixture.receive("state", part(20, true, "a"));
    change(fixture, 21);

    expect(hadSnapshot).toBe(false);
    expect(fixture.takeNotices().map(({ kind }) => kind)).toEqual(["started"]);
    expect(followed.receivedPrefix).toBe(21);
  });

  test("Another life of the log is told, and begins with a snapshot", () => {
    const [fixture, followed] = loaded();

    fixture.receive("subscribed", { ...subscribed(2, { recovered: "reset", epoch: "e2", channel: "sheet" }), reason: "restored" });

    expect(fixture.takeNotices()).toMatchObject([{ kind: "reset", epoch: "e2", reason: "restored" }, { kind: "started", epoch: "e2", snapshot: true }]);
    expect(followed.receivedPrefix).toBe(2);
  });

  test("What was lost on the way is told, and the snapshot is asked for again", () => {
    const [fixture] = loaded();

    fixture.receive("gap", { channel: "sheet", from: 6, to: 8, reason: "dropped" });

    const effects = fixture.takeAll();
    expect(effects.flatMap(effect => effect.kind === "notify" ? [effect.notice.kind] : [])).toEqual(["gap"]);
    expect(effects.flatMap(effect => effect.kind === "send" && effect.frame.kind === "subscribe" ? [effect.frame.body] : [])).toMatchObject([{ from: "now", mode: "state" }]);
  });

  test("Once that snapshot is there, it goes on from it", () => {
    const [fixture, followed] = loaded();
    fixture.receive("gap", { channel: "sheet", from: 6, to: 8, reason: "dropped" });
    const { id } = fixture.takeFrame("subscribe");

    fixture.receive("subscribed", subscribed(30, { channel: "sheet" }), id);
    fixture.receive("state", part(30, true));
    fixture.lose();
    fixture.passUntilOpen(5_000);
    const open = fixture.greet().hello;

    expect(open.subscribe).toMatchObject([{ from: { epoch: "e1", offset: 30 } }]);
    expect(followed.hasSnapshot).toBe(true);
  });

  test("What is passed over is told: nothing of it can be waited for", () => {
    const [fixture, followed] = loaded();

    fixture.receive("skip", { channel: "sheet", from: 6, to: 9 });

    expect(fixture.take("passed")).toHaveLength(1);
    expect(followed.receivedPrefix).toBe(9);
  });

  test("A change that comes before the snapshot is whole is a fault of the server", () => {
    const [fixture] = following();

    change(fixture, 6);

    expect(fixture.take("close")).toMatchObject([{ reason: "A change of sheet came before its snapshot was whole." }]);
  });
});

describe("Mutating", () => {
  test("A mutation is answered, however many connections that takes, and is the same each time", () => {
    const fixture = Fixture.connected();
    const id = fixture.machine.mutate(fixture.now, { channel: "sheet", key: "a", operation: "merge", value: Json.of({ n: 1 }), mutationId: "p:1", time: 5 });
    const first = fixture.takeFrame("mutate");

    fixture.reconnect();
    const second = fixture.takeFrame("mutate");
    fixture.receive("mutated", { result: "applied", offset: 3, version: 2 }, id);

    expect(second).toEqual(first);
    expect(fixture.takeOutcome()).toMatchObject({ kind: "mutated", mutated: { result: "applied", offset: 3, version: 2 } });
  });

  test("It waits as long as it takes; one that is refused for now is sent again", () => {
    const fixture = Fixture.connected({ requestWithinMs: 100 });
    const id = fixture.machine.mutate(fixture.now, { channel: "sheet", key: "a", operation: "delete", mutationId: "p:1" });
    fixture.takeFrame("mutate");

    fixture.error(id, 113, 500);
    fixture.pass(499);
    const before = fixture.takeFrames().filter(({ kind }) => kind === "mutate");
    fixture.pass(700);

    expect(before).toEqual([]);
    expect(fixture.takeFrame("mutate").body.mutationId).toBe("p:1");
  });

  test("What is refused for good is told", () => {
    const fixture = Fixture.connected();
    const id = fixture.machine.mutate(fixture.now, { channel: "sheet", key: "a", operation: "delete", mutationId: "p:1" });

    fixture.error(id, 103);

    expect(fixture.takeOutcome()).toMatchObject({ kind: "refused", code: 103, mayBeInLog: false });
  });

  test("Nothing is mutated once the client is closed", () => {
    const fixture = Fixture.connected();
    fixture.machine.close(fixture.now, true);
    fixture.takeAll();

    fixture.machine.mutate(fixture.now, { channel: "sheet", key: "a", operation: "delete" });

    expect(fixture.takeOutcome()).toMatchObject({ kind: "rejected", reason: "closed" });
  });
});

/** Is taken up at offset 5, and waits for its snapshot. */
function following(): [Fixture, Followed] {
  const fixture = Fixture.connected();
  const followed = fixture.machine.subscribe(fixture.now, { channel: "sheet", mode: "state", from: "now", order: "offset" });
  const { id } = fixture.takeFrame("subscribe");
  fixture.receive("subscribed", subscribed(5, { channel: "sheet" }), id);
  fixture.takeAll();
  return [fixture, followed];
}

function loaded(): [Fixture, Followed] {
  const [fixture, followed] = following();
  fixture.receive("state", part(5, true, "a"));
  fixture.takeAll();
  return [fixture, followed];
}

function part(offset: number, last: boolean, ...keys: string[]): { channel: string; offset: number; last: boolean; entries: Entry[] } {
  return { channel: "sheet", offset, last, entries: keys.map(key => ({ key, version: 1, value: Json.of({ n: 0 }) })) };
}

function change(fixture: Fixture, ...offsets: number[]): void {
  for (const offset of offsets) fixture.receive("change", { channel: "sheet", offset, key: "a", version: offset, patch: Json.of({ n: offset }) });
}
