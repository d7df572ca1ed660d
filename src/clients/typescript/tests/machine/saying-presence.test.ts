import { describe, expect, test } from "vitest";
import type { ClientFrame } from "../../src/codec/frames.js";
import { Json } from "../../src/codec/json-value.js";
import { Fixture, subscribed } from "./fixture.js";

describe("What a client says of itself", () => {
  test("counts when the server has taken it", () => {
    const fixture = Fixture.connected();

    const request = enter(fixture, { name: "Ada" });
    const frame = fixture.takeFrame("presence");
    fixture.receive("ok", {}, frame.id);

    expect(said(frame)).toBe('room={"name":"Ada"}');
    expect(fixture.takeOne("complete")).toEqual({ kind: "complete", request, outcome: { kind: "done" } });
  });

  test("waits for the connection, and of each channel the last word is said", () => {
    const fixture = new Fixture().start();
    enter(fixture, 1, "a");
    enter(fixture, 2, "a");
    enter(fixture, 1, "b");

    fixture.greet().welcome({ isResumed: false });

    expect(takeSaid(fixture)).toEqual(["a=2", "b=1"]);
  });

  test("is said again on each connection", () => {
    const fixture = present(1);
    enter(fixture, 2);
    answer(fixture);

    const first = takeSaid(fixture.reconnect());
    const second = takeSaid(fixture.reconnect());

    expect([first, second]).toEqual([["room=2"], ["room=2"]]);
  });

  test("is said again where one connection takes the place of another", () => {
    const fixture = present(1);
    fixture.receive("goaway", { withinMs: 5_000, spreadMs: 0 });
    fixture.passUntilOpen(10_000);

    // Its welcome comes under the hello of the new connection.
    fixture.greet().welcome();

    expect(takeSaid(fixture)).toEqual(["room=1"]);
  });

  test("Of many words in a row the last one counts", () => {
    const fixture = Fixture.connected();
    const requests = [1, 2, 3, 4, 5].map(state => enter(fixture, state));
    const first = fixture.takeFrame("presence");

    fixture.receive("ok", {}, first.id);
    const effects = fixture.takeAll();
    const last = effects.flatMap(effect => effect.kind === "send" ? [effect.frame] : [])[0]!;
    fixture.receive("ok", {}, last.id);

    expect([said(first), said(last)]).toEqual(["room=1", "room=5"]);
    expect(effects.flatMap(effect => effect.kind === "complete" ? [effect.request] : [])).toEqual(requests.slice(0, 1));
    expect(fixture.take("complete").map(({ request }) => request)).toEqual(requests.slice(1));
  });

  test("Whoever has left says nothing on the next connection", () => {
    const fixture = present(1);

    const request = leave(fixture);
    answer(fixture);

    expect(fixture.takeOne("complete").request).toBe(request);
    expect(takeSaid(fixture.reconnect())).toEqual([]);
  });

  test("Whoever left without a connection is said to have left on the next", () => {
    const fixture = present(1);
    fixture.lose();
    leave(fixture);
    fixture.pass(1_000);

    fixture.greet().welcome();

    expect(takeSaid(fixture)).toEqual(["room left"]);
  });

  test("Whoever has never been there has nothing to leave", () => {
    const fixture = new Fixture().start();

    const requests = [enter(fixture, 1), leave(fixture), leave(fixture, "elsewhere")];

    expect(fixture.take("complete").map(({ request }) => request).sort()).toEqual(requests);
  });

  test("A state that is refused leaves the former one as it was, on this connection and the next", () => {
    const fixture = present(1);
    const request = enter(fixture, "too large");
    answer(fixture, 110);

    const effects = fixture.takeAll();

    expect(effects).toMatchObject([{ kind: "complete", request, outcome: { kind: "refused", code: 110 } }]);
    expect(takeSaid(fixture.reconnect())).toEqual(["room=1"]);
  });

  test("A state that is refused on another connection gives way to the former one there", () => {
    const fixture = present(1);
    fixture.lose();
    enter(fixture, "too large");
    fixture.pass(1_000);
    fixture.greet().welcome();

    answer(fixture, 110);

    expect(takeSaid(fixture)).toEqual(["room=1"]);
  });

  test("tells when it may not be there any more, and does not try for ever", () => {
    const fixture = present(1);
    fixture.reconnect();

    answer(fixture, 103);

    expect(fixture.takeOne("presence-lost")).toMatchObject({ channel: "room", code: 103 });
    expect(takeSaid(fixture.reconnect())).toEqual([]);
  });

  test("is refused and is nowhere where it never was", () => {
    const fixture = Fixture.connected();
    enter(fixture, 1);

    answer(fixture, 103);

    expect(fixture.takeAll()).toMatchObject([{ kind: "complete", outcome: { kind: "refused", code: 103 } }]);
    expect(takeSaid(fixture.reconnect())).toEqual([]);
  });

  test("is tried again after a pause when the server cannot just now", () => {
    const fixture = Fixture.connected();
    const request = enter(fixture, 1);
    fixture.error(fixture.takeFrame("presence").id, 113, 700);
    enter(fixture, 2);

    fixture.pass(699);
    const before = takeSaid(fixture);
    fixture.pass(1);
    const frame = fixture.takeFrame("presence");
    fixture.receive("ok", {}, frame.id);

    expect(before).toEqual([]);
    expect(said(frame)).toBe("room=2");
    expect(fixture.take("complete").map(complete => complete.request)).toContain(request);
  });

  test("stays when it stops following: to the server, unsubscribing is leaving", () => {
    const fixture = present(1);
    const followed = fixture.follow({ channel: "room" });
    fixture.receive("subscribed", subscribed(0, { channel: "room" }), fixture.takeFrame("subscribe").id);
    fixture.takeAll();

    fixture.machine.unsubscribe(fixture.now, followed);

    expect(fixture.takeFrames().map(({ kind }) => kind)).toEqual(["unsubscribe", "presence"]);
  });

  test("Who does not wait any longer is there all the same", () => {
    const fixture = Fixture.connected();
    fixture.lose();
    const request = enter(fixture, 1);
    fixture.takeAll();

    fixture.machine.withdraw(fixture.now, request);
    const outcome = fixture.takeOutcome();
    fixture.pass(1_000);

    expect(outcome).toMatchObject({ kind: "rejected", reason: "withdrawn" });
    expect(takeSaid(fixture.greet().welcome())).toEqual(["room=1"]);
  });

  test("What waits is bounded, and ends with the client", () => {
    const fixture = new Fixture({ requestsMax: 2 }).start();
    const requests = [0, 1, 2].map(i => enter(fixture, i, `room-${i}`));
    const refused = fixture.takeOne("complete");

    fixture.machine.close(fixture.now, true);
    const late = enter(fixture, 1);

    expect(refused).toMatchObject({ request: requests[2], outcome: { kind: "rejected", reason: "too-many-requests" } });
    expect(fixture.take("complete").map(({ request }) => request)).toEqual([requests[0], requests[1], late]);
  });

  test("What no frame can hold is not sent", () => {
    const fixture = Fixture.connected();

    enter(fixture, "x".repeat(70_000));

    expect(fixture.takeOutcome()).toMatchObject({ kind: "rejected", reason: "too-large" });
  });
});

function enter(fixture: Fixture, state: unknown, channel = "room"): number { return fixture.machine.enter(fixture.now, channel, Json.of(state)); }

function leave(fixture: Fixture, channel = "room"): number { return fixture.machine.leave(fixture.now, channel); }

/** Takes the one word that goes out and answers it: by an error of this code, or well. */
function answer(fixture: Fixture, code?: number): void {
  const { id } = fixture.takeFrame("presence");
  if (code === undefined) fixture.receive("ok", {}, id);
  else fixture.error(id, code);
}

function present(state: unknown): Fixture {
  const fixture = Fixture.connected();
  enter(fixture, state);
  answer(fixture);
  fixture.takeAll();
  return fixture;
}

function takeSaid(fixture: Fixture): string[] { return fixture.takeFrames().filter(({ kind }) => kind === "presence").map(said); }

function said(frame: ClientFrame): string {
  if (frame.kind !== "presence") return frame.kind;
  return frame.body.leave ? `${frame.body.channel} left` : `${frame.body.channel}=${frame.body.state!.text}`;
}
