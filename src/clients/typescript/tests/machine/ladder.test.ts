import { describe, expect, test } from "vitest";
import { Fixture } from "./fixture.js";

const ALL = { transports: ["websocket", "sse", "poll"] } as const;

describe("A transport that is blocked", () => {
  test("gives way to the next, and the last to the first", () => {
    const fixture = new Fixture(ALL).start();

    expect(attempts(fixture, 4)).toEqual(["websocket", "sse", "poll", "websocket"]);
  });

  test("gives way when every endpoint was tried over it", () => {
    const fixture = new Fixture({ ...ALL, endpoints: ["one", "two"] }).start();

    expect(attempts(fixture, 4)).toEqual(["websocket", "websocket", "sse", "sse"]);
  });

  test("is found out when it does not open, or is not welcomed, within a time that is shorter than where there is no other", () => {
    const fixture = new Fixture(ALL).start();
    fixture.chance = 0;
    fixture.take("open");

    fixture.pass(5_000);
    fixture.greet();
    expect(fixture.transport).toBe("sse");
    fixture.pass(5_000);

    expect(fixture.take("open").at(-1)!.transport).toBe("poll");
  });

  test("A refusal in the server's own words is no reason to try another", () => {
    const fixture = new Fixture(ALL).start();
    for (const code of [4100, 4200, 4000]) {
      fixture.greet();
      expect(fixture.transport).toBe("websocket");
      fixture.lose(code);
      fixture.pass(1_000);
    }
  });

  test("What was welcomed and carries nothing is left for the next at once", () => {
    const fixture = new Fixture({ ...ALL, transportFirst: "sse" }).start().greet().welcome();
    fixture.takeAll();
    fixture.pass(3_000);
    expect(fixture.transport).toBe("sse");

    fixture.machine.disconnected(fixture.now, fixture.connection, undefined, "nothing came down", true);
    fixture.pass(1_000);

    expect(fixture.take("open").map(({ transport }) => transport)).toEqual(["poll"]);
  });

  test("What is welcomed and ends at once, again and again, is blocked", () => {
    const fixture = new Fixture(ALL).start();
    fixture.chance = 0;
    const used: string[] = [];
    for (let i = 0; i < 4; i++) {
      fixture.greet().welcome();
      used.push(fixture.transport);
      fixture.takeAll();
      fixture.lose();
      fixture.pass(1_000);
    }

    expect(used).toEqual(["websocket", "websocket", "websocket", "sse"]);
  });
});

describe("A transport that worked", () => {
  test("is tried three times before the next, because the server may just be away", () => {
    const fixture = new Fixture(ALL).start().greet().welcome();
    fixture.takeAll();
    fixture.pass(2_000);
    fixture.takeAll();

    fixture.lose();
    fixture.pass(1_000);

    expect(attempts(fixture, 5)).toEqual(["websocket", "websocket", "websocket", "sse", "poll"]);
  });

  test("is where the next client begins", () => {
    expect(new Fixture({ ...ALL, transportFirst: "poll" }).start().greet().transport).toBe("poll");
    expect(new Fixture({ transports: ["websocket"], transportFirst: "poll" }).start().greet().transport).toBe("websocket");
  });
});

describe("On a lower transport", () => {
  test("the better ones are tried beside it, the best first and ever more rarely, and nothing stands still for it", () => {
    const fixture = onPoll();
    const tried: [number, string][] = [];
    const began = fixture.now;
    for (let i = 0; i < 8; i++) {
      fixture.passUntilOpen();
      const { connection, transport } = fixture.takeOne("open");
      tried.push([Math.round((fixture.now - began) / 1_000), transport]);
      fixture.machine.disconnected(fixture.now, connection, undefined, "refused");
    }

    expect(tried).toEqual([[10, "websocket"], [10, "sse"], [20, "websocket"], [20, "sse"], [40, "websocket"], [40, "sse"], [80, "websocket"], [80, "sse"]]);
    expect(fixture.machine.state).toBe("connected");
  });

  test("one that works again takes the session over, and then nothing better is looked for", () => {
    const fixture = onPoll();
    const former = fixture.connection;
    fixture.passUntilOpen();

    fixture.greet().welcome();

    expect(fixture.transport).toBe("websocket");
    expect(fixture.take("close").map(({ connection }) => connection)).toEqual([former]);
    expect(fixture.machine.transport).toBe("websocket");
    fixture.passUntilOpen(3_600_000);
    expect(fixture.take("open")).toEqual([]);
  });

  test("one that worked a moment ago is tried again within seconds", () => {
    const fixture = new Fixture(ALL).start().greet().welcome();
    fixture.takeAll();
    fixture.pass(2_000);
    fixture.takeAll();
    fixture.chance = 0;
    fixture.lose();
    for (let i = 0; i < 3; i++) {
      fixture.passUntilOpen();
      fixture.machine.disconnected(fixture.now, fixture.takeOne("open").connection, undefined, "refused");
    }
    fixture.passUntilOpen();
    fixture.greet().welcome();
    expect(fixture.transport).toBe("sse");
    fixture.takeAll();

    fixture.pass(1_000);

    expect(fixture.takeOne("open").transport).toBe("websocket");
  });

  test("a network that changed, or somebody who looks, is reason to try at once", () => {
    const fixture = onPoll();

    fixture.machine.networkChanged(fixture.now, true);
    fixture.pass(1_000);

    expect(fixture.take("open").map(({ transport }) => transport)).toEqual(["websocket"]);
  });
});

/** The transports of so many attempts, none of which comes about. */
function attempts(fixture: Fixture, count: number): string[] {
  const used: string[] = [];
  for (let i = 0; i < count; i++) {
    fixture.passUntilOpen();
    const { connection, transport } = fixture.takeOne("open");
    used.push(transport);
    fixture.machine.disconnected(fixture.now, connection, undefined, "refused");
  }
  return used;
}

function onPoll(): Fixture {
  const fixture = new Fixture({ ...ALL, transportFirst: "poll" });
  fixture.chance = 0;
  fixture.start().greet().welcome();
  fixture.takeAll();
  return fixture;
}
