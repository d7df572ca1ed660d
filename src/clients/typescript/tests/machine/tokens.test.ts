import { describe, expect, test } from "vitest";
import { Fixture } from "./fixture.js";

/** A machine with a token function, connected with the token "one". */
function connectedWithTokens(lastsMs?: number): Fixture {
  const fixture = new Fixture();
  fixture.machine.start(fixture.now, null, null, true);
  fixture.takeOne("obtain-token");
  fixture.machine.tokenObtained(fixture.now, "one", lastsMs);
  fixture.greet().welcome({ isResumed: false });
  fixture.takeAll();
  return fixture;
}

describe("A token function", () => {
  test("is asked before the first connection, and its token is said with hello", () => {
    const fixture = connectedWithTokens();

    expect(fixture.hello.token).toBe("one");
  });

  test("is asked again after 4301, and the connection comes back at once", () => {
    const fixture = connectedWithTokens();

    fixture.receive("close", { code: 4301, reason: "token expired", afterMs: 0 });
    fixture.takeOne("obtain-token");
    fixture.machine.tokenObtained(fixture.now, "two");
    fixture.greet();

    expect(fixture.hello).toMatchObject({ token: "two", session: { id: "s-1" } });
  });

  test("is not asked in a circle by a server that refuses every token", () => {
    const fixture = connectedWithTokens();
    fixture.lose(4300);
    fixture.takeOne("obtain-token");
    fixture.machine.tokenObtained(fixture.now, "two");
    fixture.greet();

    fixture.lose(4300);

    expect(fixture.take("obtain-token")).toHaveLength(0);
    fixture.pass(1_000);
    expect(fixture.take("obtain-token")).toHaveLength(1);
  });

  test("that fails is asked again after a pause", () => {
    const fixture = new Fixture();
    fixture.machine.start(fixture.now, null, null, true);
    fixture.takeAll();

    fixture.machine.tokenFailed(fixture.now, "the login page is down");
    expect(fixture.take("obtain-token")).toHaveLength(0);
    fixture.pass(1_000);

    expect(fixture.take("obtain-token")).toHaveLength(1);
  });

  test("that does not answer is given up after a while", () => {
    const fixture = new Fixture({ openWithinMs: 5_000 });
    fixture.machine.start(fixture.now, null, null, true);
    fixture.takeAll();

    fixture.pass(5_000 + 100);

    expect(fixture.take("obtain-token")).toHaveLength(1);
  });

  test("is asked before the token expires, and the connection is refreshed in place", () => {
    const fixture = connectedWithTokens(600_000);

    fixture.pass(0);
    let asked = 0;
    while (asked === 0 && fixture.now < 3_600_000 + 600_000) {
      fixture.pass(1_000);
      fixture.receive("pong", {});
      asked = fixture.take("obtain-token").length;
    }
    expect(fixture.now - 3_600_000).toBe(480_000);
    fixture.machine.tokenObtained(fixture.now, "two", 600_000);
    const refresh = fixture.takeFrame("refresh");
    fixture.receive("ok", {}, refresh.id);

    expect(refresh.body).toEqual({ token: "two" });
    expect(fixture.machine.state).toBe("connected");
  });

  test("that fails while the connection goes on is asked again, and the connection stays", () => {
    const fixture = connectedWithTokens(10_000);
    fixture.pass(6_000);
    fixture.takeOne("obtain-token");

    fixture.machine.tokenFailed(fixture.now, "the login page is down");
    fixture.pass(1_000);

    expect(fixture.take("obtain-token")).toHaveLength(1);
    expect(fixture.machine.state).toBe("connected");
  });

  test("A token that looks expired because a clock is wrong is used all the same", () => {
    const fixture = connectedWithTokens(-5_000);

    fixture.pass(5_000);

    expect(fixture.take("obtain-token")).toHaveLength(0);
    expect(fixture.machine.state).toBe("connected");
  });

  test("A token that expired while the connection was away is replaced before the next hello", () => {
    const fixture = connectedWithTokens(10_000);
    fixture.machine.goOffline(fixture.now);
    fixture.pass(60_000);
    fixture.takeAll();

    fixture.machine.goOnline(fixture.now);

    expect(fixture.take("obtain-token")).toHaveLength(1);
  });

  test("A publish that is refused for its token is sent again after a new one", () => {
    const fixture = connectedWithTokens();
    const id = fixture.publish();
    fixture.takeAll();

    fixture.error(id, 112);
    fixture.takeOne("obtain-token");
    fixture.machine.tokenObtained(fixture.now, "two");
    fixture.greet().welcome();

    expect(fixture.takeFrame("publish").id).toBe(id);
  });
});

test("Without a token function a demand for a token closes the client", () => {
  const fixture = new Fixture();
  fixture.machine.start(fixture.now, null, "fixed", false);
  fixture.greet().welcome();
  expect(fixture.hello.token).toBe("fixed");

  fixture.lose(4301);

  expect(fixture.take("state").at(-1)).toMatchObject({ state: "closed", code: 4301 });
});

test("A refresh by the application is completed by its answer, and its token is for the next connection, too", () => {
  const fixture = Fixture.connected();

  const id = fixture.machine.refresh(fixture.now, "new");
  expect(fixture.takeFrame("refresh").id).toBe(id);
  fixture.receive("ok", {}, id);
  expect(fixture.takeOutcome()).toEqual({ kind: "done" });
  fixture.lose(4000);
  fixture.greet();

  expect(fixture.hello.token).toBe("new");
});
