import { describe, expect, test } from "vitest";
import { Fixture, subscribed } from "./fixture.js";

describe("Greeting", () => {
  test("A new client says hello without a session and stores the ticket before it says anything else", () => {
    const fixture = new Fixture().start().greet();

    expect(fixture.hello).toEqual({ client: "typescript/1", credit: 1_024 });
    fixture.welcome({ isResumed: false });
    const effects = fixture.takeAll();

    expect(effects.map(effect => effect.kind === "send" ? effect.frame.kind : effect.kind)).toEqual(["session", "ping", "state"]);
    expect(effects[0]).toMatchObject({ ticket: { id: "s-1", key: "key-1" } });
    expect(fixture.machine.state).toBe("connected");
  });

  test("A reconnect shows the newest key, and the first frame after the welcome is a ping", () => {
    const fixture = Fixture.connected();

    fixture.lose();
    fixture.pass(1_000);
    fixture.greet();

    expect(fixture.hello.session).toEqual({ id: "s-1", key: "key-1" });
    fixture.welcome();
    expect(fixture.takeFrames().map(frame => frame.kind)).toEqual(["ping"]);
    expect(fixture.machine.session).toEqual({ id: "s-1", key: "key-2" });
  });

  test("A ticket of a former process is resumed", () => {
    const fixture = new Fixture();

    fixture.machine.start(fixture.now, { id: "s-9", key: "k" });
    fixture.greet();

    expect(fixture.hello.session).toEqual({ id: "s-9", key: "k" });
  });

  test("Anything but a welcome as the first frame is a fault of the server, and tried once more on another connection", () => {
    const fixture = new Fixture().start().greet();

    fixture.receive("lag", { channel: "prices", behind: 1, mode: "live" });

    expect(fixture.take("close")).toHaveLength(1);
    fixture.pass(1_000);
    expect(fixture.take("open")).toHaveLength(1);
  });

  test("What arrives on a connection that was given up is ignored", () => {
    const fixture = Fixture.connected();
    const former = fixture.connection;
    fixture.reconnect();
    fixture.takeAll();

    fixture.machine.disconnected(fixture.now, former, 4404, "taken over by myself");

    expect(fixture.takeAll()).toEqual([]);
    expect(fixture.machine.state).toBe("connected");
  });

  test("It is started once", () => {
    const fixture = new Fixture().start();

    expect(() => fixture.machine.start(fixture.now)).toThrow("started before");
  });
});

describe("Close codes", () => {
  test.each([4000, 4002, 4099])("%i: comes back at once", code => {
    const fixture = Fixture.connected();

    fixture.lose(code);

    expect(fixture.take("open")).toHaveLength(1);
  });

  test("A server that keeps closing at once is not called in a circle", () => {
    const fixture = Fixture.connected();
    fixture.lose(4000);
    fixture.connection = fixture.takeOne("open").connection;

    fixture.lose(4000);

    expect(fixture.take("open")).toHaveLength(0);
    fixture.pass(1_000);
    expect(fixture.take("open")).toHaveLength(1);
  });

  test.each([4100, 4199, 1006, undefined])("%s: comes back after a pause that grows", code => {
    const fixture = Fixture.connected();

    const pauses: number[] = [];
    for (let i = 0; i < 6; i++) {
      fixture.lose(code);
      const from = fixture.now;
      expect(fixture.take("open")).toHaveLength(0);
      pauses.push(fixture.machine.nextDeadline! - from);
      fixture.pass(pauses.at(-1)!);
      fixture.connection = fixture.takeOne("open").connection;
    }

    expect(pauses).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  test("A pause that the server asks for is kept", () => {
    const fixture = Fixture.connected();

    fixture.receive("close", { code: 4101, reason: "no room", afterMs: 30_000 });

    fixture.pass(29_999);
    expect(fixture.take("open")).toHaveLength(0);
    fixture.pass(1);
    expect(fixture.take("open")).toHaveLength(1);
  });

  test("4200: goes to the next endpoint at once", () => {
    const fixture = Fixture.connected({ endpoints: ["one", "two"] });

    fixture.lose(4200);

    expect(fixture.takeOne("open").endpoint).toBe("two");
  });

  test("An endpoint that cannot be reached gives way to the next", () => {
    const fixture = new Fixture({ endpoints: ["one", "two"] }).start();
    fixture.connection = fixture.takeOne("open").connection;

    fixture.lose();
    fixture.pass(1_000);

    expect(fixture.takeOne("open").endpoint).toBe("two");
  });

  test.each([4400, 4404, 4499])("%i: stays away, and says why", code => {
    const fixture = Fixture.connected();

    fixture.lose(code);
    fixture.pass(3_600_000);

    expect(fixture.takeAll()).toEqual([{ kind: "state", state: "closed", reason: "lost", code }]);
  });

  test("A connection that lasted begins with the shortest pause again", () => {
    const fixture = Fixture.connected();
    fixture.lose(4100);
    fixture.pass(1_000);
    fixture.greet().welcome();
    fixture.takeAll();
    fixture.pass(5_000);

    fixture.lose(4100);

    expect(fixture.machine.nextDeadline! - fixture.now).toBe(100);
  });

  test("Chance spreads the pauses", () => {
    const fixture = Fixture.connected();
    fixture.chance = 0.25;

    fixture.lose(4100);

    expect(fixture.machine.nextDeadline! - fixture.now).toBe(25);
  });
});

describe("A reconnect strategy of the application", () => {
  test("An object is used in place of the server's advice", () => {
    const fixture = Fixture.connected({ reconnect: { minMs: 7, maxMs: 20, factor: 2, jitter: 0 } });

    fixture.lose();

    expect(fixture.machine.nextDeadline! - fixture.now).toBe(7);
  });

  test("A function is asked with the number of the attempt, and nonsense is not obeyed", () => {
    const asked: number[] = [];
    const fixture = Fixture.connected({ reconnect: attempt => { asked.push(attempt); return attempt === 0 ? 1_234 : NaN; } });

    fixture.lose();
    expect(fixture.machine.nextDeadline! - fixture.now).toBe(1_234);
    fixture.pass(1_234);
    fixture.connection = fixture.takeOne("open").connection;
    fixture.lose();

    expect(fixture.machine.nextDeadline! - fixture.now).toBe(200);
    expect(asked).toEqual([0, 1]);
  });
});

describe("Going away", () => {
  test("A bye waits for its close", () => {
    const fixture = Fixture.connected();

    fixture.machine.close(fixture.now, true);
    expect(fixture.takeFrame("bye").body).toEqual({});
    fixture.receive("close", { code: 4001, reason: "bye", afterMs: 0 });

    expect(fixture.machine.state).toBe("closed");
  });

  test("A bye that is not answered ends all the same; one that ends the session says so", () => {
    const fixture = Fixture.connected();

    fixture.machine.close(fixture.now, false);
    expect(fixture.takeFrame("bye").body).toEqual({ keepSession: false });
    fixture.pass(2_000);

    expect(fixture.machine.state).toBe("closed");
  });

  test("Offline keeps everything and waits to be told; online comes back with the session", () => {
    const fixture = Fixture.connected();
    fixture.followed();
    fixture.events(1);
    fixture.handleAll();
    fixture.takeAll();

    fixture.machine.goOffline(fixture.now);
    expect(fixture.takeAll().map(effect => effect.kind)).toEqual(["close", "state"]);
    expect(fixture.machine.state).toBe("offline");
    const id = fixture.publish();
    fixture.pass(3_600_000);
    expect(fixture.takeAll()).toEqual([]);
    fixture.machine.goOnline(fixture.now);
    fixture.greet();

    expect(fixture.hello).toMatchObject({ session: { key: "key-1" }, subscribe: [{ channel: "prices", from: { epoch: "e1", offset: 1 } }] });
    fixture.welcome({ subscriptions: [subscribed(1, { recovered: "full" })] });
    expect(fixture.takeFrame("publish").id).toBe(id);
  });

  test("Online ends a pause", () => {
    const fixture = Fixture.connected();
    fixture.lose(4100);

    fixture.machine.goOnline(fixture.now);

    expect(fixture.take("open")).toHaveLength(1);
  });

  test("A network that is gone is shown, and its return is used at once", () => {
    const fixture = Fixture.connected();

    fixture.machine.networkChanged(fixture.now, false);
    fixture.lose();
    expect(fixture.take("state").map(change => change.state)).toEqual(["offline"]);
    fixture.machine.networkChanged(fixture.now, true);

    expect(fixture.takeAll()).toMatchObject([{ kind: "state", state: "reconnecting" }, { kind: "open" }]);
  });

  test("A network that changed is reason to doubt a connection: it is asked, and dropped when it does not answer soon", () => {
    const fixture = Fixture.connected({ answerWithinMs: 3_000 });

    fixture.machine.networkChanged(fixture.now, true);
    expect(fixture.takeFrames().map(frame => frame.kind)).toEqual(["ping"]);
    fixture.pass(2_999);
    expect(fixture.take("close")).toHaveLength(0);
    fixture.pass(1);

    expect(fixture.take("close")).toHaveLength(1);
  });
});

describe("Heartbeat", () => {
  test("A silent connection is asked after one heartbeat and dropped after two", () => {
    const fixture = Fixture.connected();

    fixture.pass(10_000);
    expect(fixture.takeFrames().map(frame => frame.kind)).toEqual(["ping"]);
    fixture.pass(9_999);
    expect(fixture.takeAll()).toEqual([]);
    fixture.pass(1);

    expect(fixture.takeAll().map(effect => effect.kind)).toEqual(["close", "state", "retry"]);
    expect(fixture.machine.state).toBe("reconnecting");
  });

  test("Any frame is a sign of life", () => {
    const fixture = Fixture.connected();

    for (let i = 0; i < 10; i++) {
      fixture.pass(9_000);
      fixture.receive("pong", {});
    }

    expect(fixture.machine.state).toBe("connected");
  });

  test("A ping is answered", () => {
    const fixture = Fixture.connected();

    fixture.receive("ping", {});

    expect(fixture.takeFrames().map(frame => frame.kind)).toEqual(["pong"]);
  });
});

describe("What does not come in time", () => {
  test("An opening, a welcome: the next attempt follows", () => {
    const fixture = new Fixture({ openWithinMs: 5_000, answerWithinMs: 4_000 }).start();
    fixture.takeAll();

    fixture.pass(5_000);
    expect(fixture.take("close")).toHaveLength(1);
    fixture.pass(1_000);
    fixture.greet();
    fixture.pass(4_000);

    expect(fixture.take("close")).toHaveLength(1);
    expect(fixture.machine.state).toBe("connecting");
  });
});
