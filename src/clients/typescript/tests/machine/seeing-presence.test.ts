import { describe, expect, test } from "vitest";
import type { Member, ServerBodies } from "../../src/codec/frames.js";
import { Json } from "../../src/codec/json-value.js";
import type { Followed } from "../../src/machine/followed.js";
import type { SeenPresence } from "../../src/machine/seen-members.js";
import { Fixture, subscribed } from "./fixture.js";

describe("Whom a client sees", () => {
  test("is whole after the first frame and follows what changes", () => {
    const fixture = present();
    const before = seen(fixture);

    tell(fixture, { kind: "full", joined: [member("b"), member("a")], count: 2 });
    tell(fixture, { joined: [member("c")], left: [member("a", null)], updated: [member("b", 2)], count: 2 });

    expect(before).toBe("nothing");
    expect(shown(fixture)).toEqual(["2: a=1 b=1", "2: b=2 c=1"]);
  });

  test("A long list in several frames is seen when it is whole", () => {
    const fixture = present();

    tell(fixture, { kind: "full", joined: [member("a"), member("b")], count: 4 });
    tell(fixture, { joined: [member("c")], count: 4 });
    tell(fixture, { joined: [member("d")], count: 4 });
    tell(fixture, { left: [member("d", null)], count: 3 });

    expect(shown(fixture)).toEqual(["4: a=1 b=1 c=1 d=1", "3: a=1 b=1 c=1"]);
  });

  test("Half a list is never taken for everybody", () => {
    const fixture = present();

    tell(fixture, { kind: "full", joined: [member("a"), member("b")], count: 4 });
    tell(fixture, { left: [member("b", null)], count: 3 });

    expect(shown(fixture)).toEqual(["3"]);
  });

  test("Only the number is known where there are too many for a list, until a list comes again", () => {
    const fixture = present();

    tell(fixture, { kind: "full", joined: [member("a"), member("b")], count: 2 });
    tell(fixture, { kind: "count", count: 201 });
    tell(fixture, { joined: [member("z")], count: 202 });
    tell(fixture, { kind: "count", count: 203 });
    tell(fixture, { kind: "full", joined: [member("b")], count: 1 });

    expect(shown(fixture)).toEqual(["2: a=1 b=1", "201", "203", "1: b=1"]);
  });

  test("What was seen before the connection was lost is kept, and said to be from before", () => {
    const fixture = present();
    tell(fixture, { kind: "full", joined: [member("a"), member("b")], count: 2 });

    fixture.reconnect();
    const away = seen(fixture);
    tell(fixture, { joined: [member("c")], count: 3 });
    const stillAway = seen(fixture);
    tell(fixture, { kind: "full", joined: [member("b"), member("d")], count: 2 });

    expect([away, stillAway, seen(fixture)]).toEqual(["2: a=1 b=1?", "2: a=1 b=1?", "2: b=1 d=1"]);
  });

  test("Who has left and does not follow knows nothing any more", () => {
    const fixture = present();
    tell(fixture, { kind: "full", joined: [member("a")], count: 1 });
    fixture.takeAll();

    fixture.machine.leave(fixture.now, "room");
    fixture.receive("ok", {}, fixture.takeFrame("presence").id);
    tell(fixture, { joined: [member("b")], count: 2 });

    expect(seen(fixture)).toBe("nothing");
  });

  test("Who follows with an interest sees without being there, and asks for it on each connection", () => {
    const fixture = Fixture.connected();
    const followed = watching(fixture);
    tell(fixture, { kind: "full", joined: [member("a")], count: 1 });
    const first = seen(fixture);

    fixture.reconnect(subscribed(0, { recovered: "full", channel: "room" }));
    tell(fixture, { kind: "full", joined: [member("a"), member("b")], count: 2 });
    const second = seen(fixture);
    fixture.machine.unsubscribe(fixture.now, followed);

    expect(fixture.hello.subscribe).toMatchObject([{ channel: "room", presence: "members" }]);
    expect([first, second, seen(fixture)]).toEqual(["1: a=1", "2: a=1 b=1", "nothing"]);
  });

  test("Who is not interested hears nothing", () => {
    const fixture = Fixture.connected();

    tell(fixture, { kind: "full", joined: [member("a")], count: 1 });

    expect(shown(fixture)).toEqual([]);
  });

  test("Where the right is gone it knows nothing, and follows on without asking", () => {
    const fixture = present();
    watching(fixture);
    tell(fixture, { kind: "full", joined: [member("a")], count: 1 });
    fixture.takeAll();

    tell(fixture, { kind: "ended", reason: "the right is gone", count: 0 });

    expect(seen(fixture)).toBe("nothing");
    expect(fixture.takeOne("presence-lost")).toMatchObject({ channel: "room", code: 103, reason: "the right is gone" });
    expect(fixture.reconnect().takeFrames().map(({ kind }) => kind)).not.toContain("presence");
    expect(fixture.hello.subscribe![0]).not.toHaveProperty("presence");
  });

  // Chance decides what happens in the room and to the connection.
  test("It is the room as it is, whatever happened", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const chance = random(seed);
      const fixture = present();
      const room = new Room(fixture, 6);
      for (let step = 0; step < 60; step++) {
        const what = chance(10);
        if (what === 0) {
          fixture.reconnect();
          room.begin();
        }
        else if (what < 5) room.comes(chance(10));
        else if (what < 8) room.goes(chance(10));
        else room.tell();
      }
      room.tell();
      expect(seen(fixture), `seed ${seed}`).toBe(room.expected);
    }
  });
});

/** A room as a server has it: gathers what changes, tells it in frames, lists up to so many. */
class Room {
  readonly #there = new Map<string, number>();
  #told: Map<string, number> | null = null;

  constructor(readonly fixture: Fixture, readonly listMax: number) {
    this.begin();
  }

  get expected(): string {
    const members = [...this.#there].sort(([one], [other]) => one < other ? -1 : 1);
    return members.length > this.listMax ? `${members.length}` : `${members.length}: ${members.map(([session, state]) => `${session}=${state}`).join(" ")}`;
  }

  /** Another connection: whoever is there is told whole. */
  begin(): void {
    this.#told = null;
    this.tell();
  }

  comes(who: number): void { this.#there.set(`s-${who}`, (this.#there.get(`s-${who}`) ?? 0) + 1); }

  goes(who: number): void { this.#there.delete(`s-${who}`); }

  tell(): void {
    const former = this.#told;
    const count = this.#there.size;
    const members = [...this.#there].map(([session, state]) => member(session, state));
    this.#told = count > this.listMax ? null : new Map(this.#there);
    if (!this.#told) tell(this.fixture, { kind: "count", count });
    else if (!former) {
      // In two frames.
      const half = Math.floor(count / 2);
      tell(this.fixture, { kind: "full", joined: members.slice(0, half), count });
      if (count > 0) tell(this.fixture, { joined: members.slice(half), count });
    }
    else {
      tell(this.fixture, {
        joined: members.filter(({ session }) => !former.has(session)),
        left: [...former.keys()].filter(session => !this.#there.has(session)).map(session => member(session, null)),
        updated: members.filter(({ session, state }) => former.has(session) && former.get(session) !== state.value),
        count,
      });
    }
  }
}

function present(): Fixture {
  const fixture = Fixture.connected();
  fixture.machine.enter(fixture.now, "room", Json.of(1));
  fixture.receive("ok", {}, fixture.takeFrame("presence").id);
  fixture.takeAll();
  return fixture;
}

function watching(fixture: Fixture): Followed {
  const followed = fixture.machine.subscribe(fixture.now, { channel: "room", from: "now", presence: "members" });
  fixture.receive("subscribed", subscribed(0, { channel: "room" }), fixture.takeFrame("subscribe").id);
  fixture.takeAll();
  return followed;
}

function tell(fixture: Fixture, body: Partial<ServerBodies["presence"]>): void { fixture.receive("presence", { channel: "room", joined: [], left: [], updated: [], count: 0, ...body }); }

function member(session: string, state: unknown = 1): Member { return { session, user: `u-${session}`, state: Json.of(state) }; }

function seen(fixture: Fixture): string { return textOf(fixture.machine.presenceIn("room")); }

function shown(fixture: Fixture): string[] { return fixture.take("presence").map(effect => textOf(effect.seen)); }

function textOf({ count, members, isCurrent }: SeenPresence): string {
  if (count === null) return "nothing";
  const listed = members && [...members.values()].sort((one, other) => one.session < other.session ? -1 : 1).map(({ session, state }) => `${session}=${state.text}`).join(" ");
  return `${count}${listed === null ? "" : `: ${listed}`}${isCurrent ? "" : "?"}`;
}

/** Numbers below a bound, the same for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return (state >>> 8) % below;
  };
}
