import WS from "ws";
import { describe, expect, onTestFinished, test } from "vitest";
import { RealTimeClient, type ReceivedEvent } from "../../src/index.js";
import { Seen, start } from "./started.js";

describe.each(["json", "protobuf"] as const)("Over %s", encoding => {
  test("what the users' listing prints works: connect, subscribe without waiting, receive, unsubscribe", async () => {
    const { server } = await start();
    const realTimeClient = new RealTimeClient({
      endpoint: server.endpoint,
      reconnectStrategy: {
        initialDelayMs: 100,
        maxDelayMs: 5000,
        factor: 1.5,
      },
      webSocket: WS,
      encoding,
    });
    onTestFinished(() => { realTimeClient.disconnect().catch(() => {}); });
    const connected = realTimeClient.connect("a.token.here");
    const seen = new Seen<ReceivedEvent>();
    const subscription = realTimeClient.subscribe(["emotion.detected", "pattern.identified"], event => seen.add(event));

    const connection = await server.accept();
    const hello = await connection.welcome({ subscriptions: ["emotion.detected", "pattern.identified"].map(channel => ({ channel, epoch: "e1", offset: 0, head: 1, recovered: "none" })) });
    await connected;
    connection.saysEvents("pattern.identified", 1);
    await seen.countIs(1);

    expect(hello).toMatchObject({ token: "a.token.here", client: "typescript/1", credit: 1_024, subscribe: [{ channel: "emotion.detected", from: "session" }, { channel: "pattern.identified" }] });
    expect(subscription.state).toBe("active");
    expect(seen.items[0]).toMatchObject({
      id: "e1-1", type: "numbered", payload: { n: 1 }, channel: "pattern.identified", epoch: "e1", offset: 1, replayed: true, attempt: 1,
      metadata: { timestamp: new Date(1_795_000_000_001), source: "office", correlationId: "c", sessionId: "s-9", userId: "u1" },
    });
    expect(seen.items[0]!.data).toEqual({ n: 1 });
    expect(seen.items[0]!.dataText).toBe("{\"n\":1}");

    subscription.unsubscribe();
    expect([(await connection.hears("unsubscribe")).body.channel, (await connection.hears("unsubscribe")).body.channel]).toEqual(["emotion.detected", "pattern.identified"]);
    expect(subscription.state).toBe("ended");
  });
});
