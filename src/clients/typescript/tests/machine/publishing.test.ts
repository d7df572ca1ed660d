import { describe, expect, test } from "vitest";
import { Fixture } from "./fixture.js";

describe("Publishing", () => {
  test("A publish has a producer sequence, and its receipt completes it", () => {
    const fixture = Fixture.connected();

    const id = fixture.publish();
    const frame = fixture.takeFrame("publish");
    fixture.receipt(id, { offset: 7 });

    expect(frame).toMatchObject({ id, body: { producer: { id: "p-test", sequence: 1 } } });
    expect(fixture.takeOutcome()).toMatchObject({ kind: "published", receipt: { offset: 7 } });
  });

  test("What was published while away leaves in order after the welcome", () => {
    const fixture = new Fixture();
    fixture.publish({ data: 1 });
    fixture.start().greet();
    fixture.publish({ data: 2 });

    fixture.welcome({ isResumed: false });

    const publishes = fixture.takeFrames().filter(frame => frame.kind === "publish");
    expect(publishes.map(({ body }) => [body.data.value, body.producer?.sequence])).toEqual([[1, 1], [2, 2]]);
  });

  test("What is unanswered is sent again after a reconnect under the same id and sequence", () => {
    const fixture = Fixture.connected();
    const answered = fixture.publish();
    fixture.publish();
    const before = fixture.takeFrames();
    fixture.receipt(answered);
    fixture.takeAll();

    fixture.reconnect();

    expect(fixture.takeFrames().filter(frame => frame.kind === "publish")).toEqual([before[1]]);
  });

  test("unknown is asked again after a pause, with the same sequence, and nothing overtakes it", () => {
    const fixture = Fixture.connected();
    const id = fixture.publish();
    const first = fixture.takeFrame("publish");

    fixture.receipt(id, { status: "unknown" });
    fixture.publish();
    fixture.publish({ channel: "others" });
    expect(fixture.takeFrames().map(frame => frame.kind === "publish" && frame.body.channel)).toEqual(["others"]);
    fixture.pass(1_000);

    const [again, next] = fixture.takeFrames();
    expect(again).toEqual(first);
    expect(next).toMatchObject({ body: { producer: { sequence: 2 } } });
  });

  test("A refusal for good is the outcome, and says whether an earlier sending may be in the log", () => {
    const fixture = Fixture.connected();
    const id = fixture.publish();
    fixture.error(id, 103);
    expect(fixture.takeOutcome()).toEqual({ kind: "refused", code: 103, message: "no", mayBeInLog: false });

    const other = fixture.publish();
    fixture.reconnect();
    fixture.takeAll();
    fixture.error(other, 109);

    expect(fixture.takeOutcome()).toMatchObject({ kind: "refused", code: 109, mayBeInLog: true });
  });

  test("A refusal for later is tried ten times, not sooner than the server says", () => {
    const fixture = Fixture.connected();
    const id = fixture.publish();
    fixture.takeAll();

    for (let i = 0; i < 9; i++) {
      fixture.error(id, 106, 5_000);
      fixture.pass(4_999);
      expect(fixture.take("send").filter(({ frame }) => frame.kind === "publish")).toEqual([]);
      fixture.receive("pong", {});
      fixture.pass(1);
      expect(fixture.takeFrame("publish").id).toBe(id);
    }
    fixture.error(id, 106, 5_000);

    expect(fixture.takeOutcome()).toMatchObject({ kind: "refused", code: 106 });
  });

  test("At most a window of one channel is under way; others are not held up", () => {
    const fixture = Fixture.connected({ channelInFlightMax: 2 });

    const ids = [fixture.publish(), fixture.publish(), fixture.publish()];
    expect(fixture.takeFrames()).toHaveLength(2);
    fixture.receipt(ids[1]!);
    expect(fixture.takeFrames()).toEqual([]);
    fixture.publish({ channel: "others" });
    expect(fixture.takeFrames()).toHaveLength(1);
    fixture.receipt(ids[0]!);

    expect(fixture.takeFrame("publish").id).toBe(ids[2]);
  });

  test("A full outbox says so, by count and by bytes", () => {
    const fixture = new Fixture({ outboxCountMax: 2 }).start();
    fixture.publish();
    fixture.publish();
    fixture.takeAll();
    fixture.publish();
    expect(fixture.takeOutcome()).toMatchObject({ kind: "rejected", reason: "outbox-full" });

    const small = new Fixture({ outboxBytesMax: 1_000 }).start();
    small.publish({ data: "x".repeat(700) });
    small.takeAll();
    small.publish({ data: "x".repeat(700) });
    expect(small.takeOutcome()).toMatchObject({ kind: "rejected", reason: "outbox-full" });
  });

  test("What the server would not take is not sent", () => {
    const fixture = Fixture.connected();

    fixture.publish({ data: "ß".repeat(40_000) });

    expect(fixture.takeOutcome()).toMatchObject({ kind: "rejected", reason: "too-large" });
  });

  test("What nobody confirms ends when it was sent", () => {
    const fixture = Fixture.connected();

    fixture.publish({ confirm: "none" });

    expect(fixture.takeAll()).toMatchObject([{ kind: "send" }, { kind: "complete", outcome: { kind: "sent" } }]);
  });

  test("Withdrawn before it was sent it is in no log; after that it is not known", () => {
    const fixture = new Fixture().start();
    fixture.takeAll();
    fixture.machine.withdraw(fixture.now, fixture.publish());
    expect(fixture.takeOutcome()).toMatchObject({ kind: "rejected", reason: "withdrawn" });

    const connected = Fixture.connected();
    connected.machine.withdraw(connected.now, connected.publish());
    expect(connected.takeOutcome()).toMatchObject({ kind: "unresolved" });
  });

  test("A time limit counts over reconnects", () => {
    const fixture = Fixture.connected({ publishWithinMs: 3_000 });
    fixture.publish();
    fixture.lose(4100);
    fixture.takeAll();

    fixture.pass(3_000);

    expect(fixture.takeOutcome()).toMatchObject({ kind: "unresolved", message: "No answer came within 3000 ms." });
  });

  test("A closed client completes everything", () => {
    const fixture = Fixture.connected({ channelInFlightMax: 1 });
    fixture.publish();
    fixture.publish();
    fixture.machine.read(fixture.now, { channel: "prices", what: "events" });
    fixture.takeAll();

    fixture.lose(4400);
    fixture.publish();

    expect(fixture.take("complete").map(({ outcome }) => outcome.kind)).toEqual(["unresolved", "rejected", "rejected", "rejected"]);
  });
});

describe("Reading", () => {
  test("A page completes it; a lost answer is asked for again", () => {
    const fixture = Fixture.connected();
    const id = fixture.machine.read(fixture.now, { channel: "prices", what: "events", from: "earliest" });
    fixture.takeAll();
    fixture.reconnect();
    expect(fixture.takeFrame("read").id).toBe(id);

    fixture.receive("page", { channel: "prices", what: "events", epoch: "e1", events: [], entries: [], members: [] }, id);

    expect(fixture.takeOutcome()).toMatchObject({ kind: "paged", page: { epoch: "e1" } });
  });

  test("What is refused says so, what is not answered in time, too, and too many are not taken", () => {
    const fixture = Fixture.connected({ requestWithinMs: 4_000, requestsMax: 1 });
    fixture.error(fixture.machine.read(fixture.now, { channel: "prices", what: "state" }), 111);
    expect(fixture.takeOutcome()).toMatchObject({ kind: "refused", code: 111 });

    fixture.machine.read(fixture.now, { channel: "prices", what: "events" });
    fixture.machine.read(fixture.now, { channel: "prices", what: "events" });
    expect(fixture.takeOutcome()).toMatchObject({ kind: "rejected", reason: "too-many-requests" });
    fixture.pass(4_000);

    expect(fixture.takeOutcome()).toMatchObject({ kind: "unresolved" });
  });
});
