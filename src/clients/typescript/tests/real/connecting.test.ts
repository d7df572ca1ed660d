import WS from "ws";
import { describe, expect, test, vi } from "vitest";
import { RealTimeClient, type ClientState, type SessionStore } from "../../src/index.js";
import { Seen, start } from "./started.js";

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
    [{ endpoint: "ws://x", transports: [] }, /one or more of websocket, sse, poll, each once; it is \[\]/],
    [{ endpoint: "ws://x", transports: ["sse", "sse"] as const }, /each once/],
    [{ endpoint: "ws://x", transports: ["carrier pigeon" as "sse"] }, /carrier pigeon/],
    [{ endpoint: "ws://x", pieceBytes: 100 }, /pieceBytes is expected to be at least 1024; it is 100/],
    [{ endpoint: "ws://x", reconnectStrategy: { initialDelayMs: 9, maxDelayMs: 1, factor: 2 } }, /maxDelayMs is expected to be at least 9; it is 1/],
  ])("Options that cannot be meant are refused: %j", (options, message) => {
    expect(() => new RealTimeClient({ webSocket: WS, ...options })).toThrow(message);
  });

  test("A runtime without WebSocket goes over HTTP, and says what to do where WebSocket is asked for", () => {
    vi.stubGlobal("WebSocket", undefined);
    try {
      expect(() => new RealTimeClient({ endpoint: "ws://x", transports: ["websocket", "sse"] })).toThrow(/Give one as the option webSocket/);
      expect(() => new RealTimeClient({ endpoint: "ws://x" })).not.toThrow();
    }
    finally {
      vi.unstubAllGlobals();
    }
  });

  test("An empty token is a mistake", async () => {
    const { client } = await start();

    await expect(client.connect("")).rejects.toThrow(/text that is not empty/);
  });
});

function lifetime(token: string): number {
  return (JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { exp: number }).exp - Date.now() / 1_000;
}
