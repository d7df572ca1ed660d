import WS from "ws";
import { afterEach, describe, expect, test, vi } from "vitest";
import { RealTimeClient, RealTimeError, type ClientState, type Notice, type ReceivedEvent, type RealTimeClientOptions, type SessionStore } from "../../src/index.js";
import { ScriptedServer } from "./scripted-server.js";

const servers: ScriptedServer[] = [];
const clients: RealTimeClient[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const client of clients.splice(0)) client.disconnect().catch(() => {});
});

async function start(options: Partial<RealTimeClientOptions> = {}, protocols?: string[]): Promise<{ server: ScriptedServer; client: RealTimeClient; errors: RealTimeError[] }> {
  const server = await ScriptedServer.start(protocols ? { protocols } : {});
  servers.push(server);
  const client = new RealTimeClient({ endpoint: server.endpoint, webSocket: WS, ...options });
  clients.push(client);
  const errors: RealTimeError[] = [];
  client.on("error", error => errors.push(error));
  return { server, client, errors };
}

/** Remembers what it is given, and lets a test wait for so many. */
class Seen<T> {
  readonly items: T[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  readonly add = (item: T): void => {
    this.items.push(item);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => this.items.length < count || (resolve(), false));
  };

  countIs(count: number): Promise<void> {
    return this.items.length >= count ? Promise.resolve() : new Promise(resolve => this.#waiting.push({ count, resolve }));
  }
}

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
    clients.push(realTimeClient);
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

  test("a publish comes back with its receipt, in both forms", async () => {
    const { server, client } = await start({ encoding });
    void client.connect();
    const connection = await server.welcome();

    const receipts = [
      client.publish("orders", "order.placed", { n: 1 }, { key: "k", priority: "high", source: "here", correlationId: "c", ttlMs: 5, messageId: "m", confirm: "delivered", delivered: { count: 1 } }),
      client.publish("orders", { type: "order.placed", payload: { n: 2 }, id: "m-2", metadata: { timestamp: new Date(), source: "there", correlationId: "c-2", userId: "nobody" } }),
    ];
    const frames = [await connection.takesPublish(), await connection.takesPublish()];

    expect(await Promise.all(receipts)).toMatchObject([{ status: "persisted", channel: "orders", epoch: "e1", offset: 1, duplicate: false }, { offset: 2 }]);
    expect(frames.map(({ body: { data, producer: _, ...rest } }) => [data.value, rest])).toEqual([
      [{ n: 1 }, { channel: "orders", type: "order.placed", key: "k", priority: "high", source: "here", correlationId: "c", ttlMs: 5, messageId: "m", confirm: "delivered", delivered: { count: 1 } }],
      [{ n: 2 }, { channel: "orders", type: "order.placed", source: "there", correlationId: "c-2", messageId: "m-2" }],
    ]);
  });
});

describe("Connecting", () => {
  test("A refusal for good rejects connect, and the client can begin anew", async () => {
    const { server, client, errors } = await start();
    const connected = client.connect();
    (await server.accept()).close(4403, "stay away");

    await expect(connected).rejects.toMatchObject({ kind: "closed", code: 4403, message: "The client is closed: stay away" });
    expect([client.state, errors]).toEqual(["closed", []]);

    const again = client.connect();
    await server.welcome();
    await again;
    expect(client.state).toBe("connected");
  });

  test("It says where it stands, each time once", async () => {
    const { server, client } = await start();
    const states: ClientState[] = [];
    const retries: number[] = [];
    client.on("state", ({ state }) => states.push(state));
    client.on("retry", ({ attempt, delayMs, code }) => retries.push(attempt, delayMs, code!));
    expect(client.state).toBe("offline");

    const connected = client.connect();
    const first = await server.welcome();
    await connected;
    expect(client.connection).toMatchObject({ id: "c-1", node: "n1", sessionId: "s-1", isResumed: false });
    first.close(4000, "going down");
    await server.welcome({ resumed: true });
    await vi.waitFor(() => expect(client.connection?.isResumed).toBe(true));
    await client.disconnect();

    expect(states).toEqual(["connecting", "connected", "reconnecting", "connected", "closed"]);
    expect(retries).toEqual([1, 0, 4000]);
  });

  test("A server that does not speak the contract is told apart", async () => {
    const { client } = await start({}, []);
    const retries = new Seen<string>();
    client.on("retry", ({ reason }) => retries.add(reason));
    const stop = new AbortController();

    const connected = client.connect(undefined, { signal: stop.signal });
    await retries.countIs(1);
    stop.abort(new Error("enough"));

    await expect(connected).rejects.toThrow("enough");
    expect(retries.items[0]).toMatch(/subprotocol/i);
    expect(client.state).toBe("connecting");
  });

  test("What cannot be read closes the connection, and the next one resumes", async () => {
    const { server, client } = await start();
    void client.connect();
    const connection = await server.welcome();

    connection.saysRaw("{\"event\":{}}");

    expect(await connection.closed).toBe(3000);
    expect((await (await server.accept()).welcome({ resumed: true })).session).toEqual({ id: "s-1", key: "key-1" });
  });

  test("The ticket is stored before the former key is retired, however long the store takes", async () => {
    const order: string[] = [];
    let stored!: () => void;
    const sessionStore: SessionStore = {
      load: async () => ({ id: "s-0", key: "key-0" }),
      save: ticket => {
        order.push(`save ${ticket.key}`);
        return new Promise(resolve => { stored = resolve; });
      },
      clear: () => { order.push("clear"); },
    };
    const { server, client } = await start({ sessionStore });
    const connected = client.connect();
    const connection = await server.accept();
    expect((await connection.welcome()).session).toEqual({ id: "s-0", key: "key-0" });
    await vi.waitFor(() => expect(order).toEqual(["save key-1"]));
    expect([connection.messages, client.connection]).toEqual([1, null]);

    stored();
    await connection.hears("ping");
    await connected;

    await client.disconnect({ keepSession: false });
    expect(order).toEqual(["save key-1", "clear"]);
  });

  test("A store that fails is told, and the connection goes on", async () => {
    const { server, client, errors } = await start({ sessionStore: { load: () => { throw new Error("locked"); }, save: () => { throw new Error("full"); }, clear: () => {} } });
    const connected = client.connect();
    await server.welcome();
    await connected;

    expect(errors.map(({ kind, message }) => [kind, message])).toEqual([
      ["session-store", "The former session could not be read; a new one is begun: locked"],
      ["session-store", "The session could not be saved, and the next process will begin a new one: full"],
    ]);
  });

  test("4301 asks the token function again; what it throws is told and tried again", async () => {
    let asked = 0;
    const { server, client, errors } = await start({ reconnectStrategy: () => 1 });
    void client.connect(async () => {
      if (++asked === 2) throw new Error("the login is down");
      return `token-${asked}`;
    });
    const first = await server.accept();
    expect((await first.welcome()).token).toBe("token-1");

    first.says("close", { code: 4301, reason: "token expired", afterMs: 0 });

    expect(await (await server.accept()).welcome({ resumed: true })).toMatchObject({ token: "token-3", session: { id: "s-1" } });
    expect(errors).toMatchObject([{ kind: "token", message: "No token could be obtained: the login is down" }]);
  });

  test("A token is refreshed in place before it expires", async () => {
    const token = (seconds: number): string => `e30.${Buffer.from(JSON.stringify({ exp: Date.now() / 1_000 + seconds })).toString("base64url")}.x`;
    const tokens = [token(1.3), token(600)];
    const { server, client } = await start();
    void client.connect(() => tokens.shift()!);
    const connection = await server.welcome();

    const { id, body } = await connection.hears("refresh");
    connection.says("ok", {}, id);

    expect(lifetime(body.token)).toBeGreaterThan(500);
    expect(client.state).toBe("connected");
  });

  test("What a browser says of its network and its page is used", async () => {
    const page = new EventTarget();
    const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("document", document);
    try {
      const { server, client } = await start({ ackDelayMs: 60_000, reconnectStrategy: () => 3_600_000 });
      const connected = client.connect();
      const first = await server.welcome();
      await connected;
      const seen = new Seen<number>();
      client.subscribe("prices", ({ offset }) => seen.add(offset));
      await first.takesUp();
      first.saysEvents("prices", 1);
      await seen.countIs(1);
      page.dispatchEvent(new Event("pagehide"));
      expect((await first.hears("ack")).body.offset).toBe(1);

      page.dispatchEvent(new Event("offline"));
      first.cut();
      await vi.waitFor(() => expect(client.state).toBe("offline"));
      page.dispatchEvent(new Event("online"));
      const second = await server.welcome({ resumed: true });
      await vi.waitFor(() => expect(client.state).toBe("connected"));
      second.cut();
      await vi.waitFor(() => expect(client.state).toBe("reconnecting"));
      document.dispatchEvent(new Event("visibilitychange"));
      await server.welcome({ resumed: true });
    }
    finally {
      vi.unstubAllGlobals();
    }
  });

  test.each([
    [{ endpoint: "ftp://x" }, /ws, wss, http or https/],
    [{ endpoint: "nonsense" }, /absolute/],
    [{ endpoint: "ws://user:secret@x" }, /no user and no password/],
    [{ endpoint: [] }, /At least one endpoint/],
    [{ endpoint: "ws://x", messageBuffer: 0 }, /messageBuffer is expected to be 1 … 1000000; it is 0/],
    [{ endpoint: "ws://x", encoding: "xml" as "json" }, /"json" or "protobuf"/],
    [{ endpoint: "ws://x", reconnectStrategy: { initialDelayMs: 9, maxDelayMs: 1, factor: 2 } }, /maxDelayMs is expected to be at least 9; it is 1/],
  ])("Options that cannot be meant are refused: %j", (options, message) => {
    expect(() => new RealTimeClient({ webSocket: WS, ...options })).toThrow(message);
  });

  test("A runtime without WebSocket says what to do", () => {
    vi.stubGlobal("WebSocket", undefined);

    expect(() => new RealTimeClient({ endpoint: "ws://x" })).toThrow(/Give one as the option webSocket/);
    vi.unstubAllGlobals();
  });

  test("An empty token is a mistake", async () => {
    const { client } = await start();

    await expect(client.connect("")).rejects.toThrow(/text that is not empty/);
  });
});

describe("Following", () => {
  test("A callback that takes its time gets one event after the other, and each is acked when it is done", async () => {
    const { server, client } = await start({ ackDelayMs: 0 });
    void client.connect();
    const connection = await server.welcome();
    const begun = new Seen<number>();
    const finish: (() => void)[] = [];
    client.subscribe("prices", ({ offset }) => {
      begun.add(offset);
      return new Promise<void>(resolve => finish.push(resolve));
    });
    await connection.takesUp();

    connection.saysEvents("prices", 1, 2);
    await begun.countIs(1);
    await new Promise(setImmediate);
    expect(begun.items).toEqual([1]);
    finish[0]!();

    expect((await connection.hears("ack")).body).toEqual({ channel: "prices", offset: 1 });
    await begun.countIs(2);
  });

  test("By hand: an ack of a later event is a range ahead, and the position says so", async () => {
    const { server, client } = await start({ ackDelayMs: 0 });
    void client.connect();
    const connection = await server.welcome();
    const seen = new Seen<ReceivedEvent>();
    const subscription = client.subscribe("prices", event => seen.add(event), { ack: "manual" });
    await connection.takesUp(0, 9);
    connection.saysEvents("prices", 1, 2, 3);
    await seen.countIs(3);

    seen.items[2]!.ack();

    expect((await connection.hears("ack")).body).toEqual({ channel: "prices", offset: 0, ranges: [[3, 3]] });
    expect(subscription.position).toEqual({ epoch: "e1", offset: 0, ahead: [[3, 3]], received: 3, acked: 0, head: 9 });
  });

  test("A cut connection is resumed behind what was handled, and nothing comes twice", async () => {
    const { server, client } = await start({ ackDelayMs: 0 });
    void client.connect();
    const first = await server.welcome();
    const seen = new Seen<ReceivedEvent>();
    client.subscribe("prices", event => seen.add(event), { from: "earliest" });
    await first.takesUp();
    first.saysEvents("prices", 1, 2);
    await seen.countIs(2);

    first.cut();
    const second = await server.accept();
    const hello = await second.welcome({ resumed: true, subscriptions: [{ channel: "prices", epoch: "e1", offset: 1, head: 3, recovered: "full" }] });
    second.saysEvents("prices", 2, 3);
    await seen.countIs(3);

    expect(hello).toMatchObject({ session: { id: "s-1", key: "key-1" }, subscribe: [{ channel: "prices", from: { epoch: "e1", offset: 2 } }] });
    expect(seen.items.map(({ offset }) => offset)).toEqual([1, 2, 3]);
    expect(client.eventsDropped).toBe(1);
  });

  test("Gaps, resets and lag are told in order with the events, to the subscription and to the client", async () => {
    const { server, client } = await start();
    void client.connect();
    const connection = await server.welcome();
    const told: string[] = [];
    const seen = new Seen<string>();
    const tell = (text: string): void => { told.push(text); seen.add(text); };
    for (const kind of ["gap", "reset", "lag", "interrupted", "ended", "started"] as const) client.on(kind, notice => tell(`client ${notice.kind}`));
    client.subscribe("prices", ({ offset }) => tell(`event ${offset}`), { noticed: (notice: Notice) => tell(notice.kind) });
    await connection.takesUp();

    connection.saysEvents("prices", 1);
    connection.says("gap", { channel: "prices", from: 2, to: 4, reason: "retention" });
    connection.says("lag", { channel: "prices", behind: 4, mode: "catchUp" });
    connection.saysEvents("prices", 5);
    connection.says("subscribed", { channel: "prices", epoch: "e2", offset: 0, head: 1, recovered: "reset" });
    connection.saysEvents("prices", 1);
    await seen.countIs(13);

    expect(told).toEqual(["started", "client started", "event 1", "gap", "client gap", "lag", "client lag", "event 5", "reset", "client reset", "started", "client started", "event 1"]);
  });

  test("A callback that throws ends its subscription; its event is not acked and stays the session's", async () => {
    const { server, client, errors } = await start({ ackDelayMs: 0 });
    void client.connect();
    const connection = await server.welcome();
    const subscription = client.subscribe("prices", ({ offset }) => { if (offset === 2) throw new Error("out of paper"); });
    await connection.takesUp();

    connection.saysEvents("prices", 1, 2, 3);
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    await client.disconnect();

    expect(errors[0]).toMatchObject({ kind: "callback", channel: "prices", cause: { message: "out of paper" } });
    expect([subscription.state, subscription.error]).toEqual(["ended", errors[0]]);
    expect((await connection.hears("ack")).body.offset).toBe(1);
    // Neither an ack of more nor an unsubscribe came before the bye.
    const bye = await connection.hears("bye");
    expect(bye.body).toEqual({});
  });

  test("... unless it is to go on", async () => {
    const { server, client, errors } = await start({ ackDelayMs: 0 });
    void client.connect();
    const connection = await server.welcome();
    const seen = new Seen<number>();
    client.subscribe("prices", async ({ offset }) => { seen.add(offset); throw new Error("out of paper"); }, { onThrow: "continue" });
    await connection.takesUp();

    connection.saysEvents("prices", 1, 2);
    await seen.countIs(2);
    await vi.waitFor(() => expect(errors).toHaveLength(2));

    expect((await connection.hears("ack")).body.offset).toBe(1);
    expect((await connection.hears("ack")).body.offset).toBe(2);
  });

  test("A refusal is told by the handle and by the client", async () => {
    const { server, client, errors } = await start();
    void client.connect();
    const connection = await server.welcome();
    const subscription = client.subscribe("secrets", () => {});
    const { id } = await connection.hears("subscribe");

    connection.says("error", { code: 103, name: "forbidden", message: "You may not read this.", retry: "never" }, id);

    await expect(subscription.started).rejects.toMatchObject({ kind: "refused", code: 103, channel: "secrets", message: "You may not read this." });
    expect(errors).toMatchObject([{ kind: "refused", code: 103, channel: "secrets" }]);
    expect([subscription.state, subscription.error?.code]).toEqual(["ended", 103]);
  });

  test("Two callbacks for one channel share it; it is left with the second", async () => {
    const { server, client } = await start();
    void client.connect();
    const connection = await server.welcome();
    const [one, other] = [new Seen<number>(), new Seen<number>()];
    const first = client.subscribe("prices", ({ offset }) => one.add(offset));
    await connection.takesUp();
    await first.started;
    const second = client.subscribe(["prices"], ({ offset }) => other.add(offset));
    await second.started;

    connection.saysEvents("prices", 1);
    await Promise.all([one.countIs(1), other.countIs(1)]);
    first.unsubscribe();
    connection.saysEvents("prices", 2);
    await other.countIs(2);
    client.unsubscribe("prices");

    await connection.hears("unsubscribe");
    expect([one.items, other.items, second.state]).toEqual([[1], [1, 2], "ended"]);
    expect(() => client.subscribe("prices", () => {})).not.toThrow();
    expect(() => client.subscribe("prices", () => {}, { from: "earliest" })).toThrow(/is followed already/);
    expect(() => client.subscribe("prices", () => {}, { ack: "manual" })).toThrow(/is followed already/);
  });

  test("What cannot be meant is refused at once", async () => {
    const { client } = await start();

    expect(() => client.subscribe([], () => {})).toThrow(/At least one channel/);
    expect(() => client.subscribe("", () => {})).toThrow(/channel is required/);
    expect(() => client.subscribe("a", undefined as unknown as () => void)).toThrow(/A callback is expected/);
    expect(() => client.subscribe("a", () => {}, { priority: "urgent" as "high" })).toThrow(/critical, high, normal, low/);
    await expect(client.publish("a", "t", undefined)).rejects.toThrow(/nothing came/);
    await expect(client.publish("a", "", 1)).rejects.toThrow(/type is required/);
    await expect(client.publish("a", "t", 1, { confirm: "none" as "accepted" })).rejects.toThrow(/use send/);
    await expect(client.readEvents("a", { limit: -1 })).rejects.toThrow(/limit/);
  });
});

describe("Publishing", () => {
  test("Before the connection and while it is away publishes wait; after it they leave in order, and once each", async () => {
    const { server, client } = await start();
    const receipts = [client.publish("orders", "t", 1)];
    void client.connect();
    const first = await server.welcome();
    receipts.push(client.publish("orders", "t", 2));
    await first.takesPublish();
    await receipts[0];
    const { body: lost } = await first.hears("publish");
    first.cut();
    receipts.push(client.publish("orders", "t", 3));

    const second = await server.welcome({ resumed: true });
    const [again, next] = [await second.takesPublish(), await second.takesPublish()];

    expect(again.body).toEqual(lost);
    expect([again.body.producer?.sequence, next.body.producer?.sequence]).toEqual([2, 3]);
    expect((await Promise.all(receipts)).map(({ offset }) => offset)).toEqual([1, 2, 3]);
    expect(client.publishesWaiting).toBe(0);
  });

  test("What is published together leaves in one message", async () => {
    const { server, client } = await start();
    const connected = client.connect();
    const connection = await server.welcome();
    await connected;
    await connection.hears("ping");
    const before = connection.messages;

    client.goOffline();
    for (let i = 0; i < 100; i++) client.publish("orders", "t", i).catch(() => {});
    client.goOnline();
    const second = await server.welcome({ resumed: true });
    for (let i = 0; i < 100; i++) await second.takesPublish();

    expect(before).toBe(2);
    expect(second.messages).toBe(2);
  });

  test("A full outbox, a refusal and a withdrawal reject with what happened", async () => {
    const { server, client } = await start({ outboxCountMax: 1 });
    const first = client.publish("orders", "t", 1);
    await expect(client.publish("orders", "t", 2)).rejects.toMatchObject({ kind: "rejected", reason: "outbox-full", mayBeInLog: false });
    void client.connect();
    const connection = await server.welcome();
    const { id } = await connection.hears("publish");
    connection.says("error", { code: 103, name: "forbidden", message: "no", retry: "never" }, id);
    await expect(first).rejects.toMatchObject({ kind: "refused", code: 103 });

    const stop = new AbortController();
    const withdrawn = client.publish("orders", "t", 3, { signal: stop.signal });
    await connection.hears("publish");
    stop.abort(new Error("enough"));

    await expect(withdrawn).rejects.toThrow("enough");
    expect(client.publishesWaiting).toBe(0);
  });

  test("Without an answer it ends when it was sent", async () => {
    const { server, client } = await start();
    void client.connect();
    const connection = await server.welcome();

    await client.send("orders", "t", 1);

    expect((await connection.hears("publish")).body.confirm).toBe("none");
  });
});

test("Pages of a log are read on from where the former ended", async () => {
  const { server, client } = await start();
  void client.connect();
  const connection = await server.welcome();

  const reading = client.readEvents<{ n: number }>("orders", { limit: 2 });
  const { id, body } = await connection.hears("read");
  connection.says("page", { channel: "orders", what: "events", epoch: "e1", events: [(await import("./scripted-server.js")).event("orders", 1)], entries: [], members: [], next: 1 }, id);
  const page = await reading;
  void client.readEvents("orders", { from: page.next! }).catch(() => {});

  expect(body).toEqual({ channel: "orders", what: "events", from: "earliest", limit: 2 });
  expect(page.events.map(({ offset, payload }) => [offset, payload.n])).toEqual([[1, 1]]);
  expect((await connection.hears("read")).body.from).toEqual({ epoch: "e1", offset: 1 });
});

function lifetime(token: string): number {
  return (JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { exp: number }).exp - Date.now() / 1_000;
}
