import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { clientOf, reason, startServer } from "./running.js";
import { serverCommand } from "./server-process.js";

const SECRET = "a secret of this test that has more than enough bytes";

const SETTINGS = ["realtime.auth.mode=jwt", `realtime.auth.jwt.hs256-secret=${SECRET}`];

function token(channels: Record<string, string[]>, { sub = "u1", seconds = 600, secret = SECRET } = {}): string {
  const now = Math.floor(Date.now() / 1_000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, iat: now, exp: now + seconds, channels })}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

describe.skipIf(!serverCommand).each(["websocket", "sse", "poll"] as const)(`On a real server that asks for tokens, over %s${reason}`, transport => {
  const options = { transports: [transport], encoding: "protobuf" } as const;

  test("a token is replaced in place before it ends, and the connection goes on with the rights of the new one", async () => {
    const server = await startServer(...SETTINGS);
    const client = clientOf(server, options);
    const connections: string[] = [];
    client.on("welcome", ({ id }) => connections.push(id));
    let asked = 0;
    let renewed!: () => void;
    const isRenewed = new Promise<void>(resolve => { renewed = resolve; });
    await client.connect(() => {
      if (++asked > 1) renewed();
      return asked === 1 ? token({ "news.*": ["publish"] }, { seconds: 3 }) : token({ "news.*": ["publish"], "more.*": ["publish"] });
    });
    await expect(client.publish("more.a", "t", 1)).rejects.toMatchObject({ kind: "refused", code: 103, mayBeInLog: false });

    await isRenewed;
    // The server checks the new token while it goes on with the old one: what comes in between has the old one's rights.
    let receipt;
    while (receipt === undefined) {
      receipt = await client.publish("more.a", "t", 1).catch(error => {
        if ((error as { code?: number }).code !== 103) throw error;
        return undefined;
      });
    }

    expect(receipt).toMatchObject({ status: "persisted", offset: 1 });
    expect([asked, connections.length, client.state]).toEqual([2, 1, "connected"]);
  });

  test("a token that the server no longer takes is replaced, and the same session goes on and misses nothing", async () => {
    const server = await startServer(...SETTINGS);
    const client = clientOf(server, options);
    const closes: (number | undefined)[] = [];
    client.on("retry", ({ code }) => closes.push(code));
    const rights = { "news.*": ["publish", "subscribe", "history"] };
    let secret = SECRET;
    let asked = 0;
    const seen: number[] = [];
    let arrived: () => void = () => {};
    await client.connect(() => { asked++; return token(rights, { secret }); });
    await client.subscribe("news.a", ({ offset }) => { seen.push(offset); arrived(); }).started;
    const session = client.connection!.sessionId;

    await server.kill();
    secret = "the issuer has another secret since this morning";
    const waiting = client.publish("news.a", "t", 1);
    await server.restart("realtime.auth.mode=jwt", `realtime.auth.jwt.hs256-secret=${secret}`);
    await waiting;
    await new Promise<void>(resolve => { arrived = resolve; if (seen.length > 0) resolve(); });

    expect(closes.filter(code => code !== undefined)).toEqual([4300]);
    expect([asked, client.connection!.sessionId, client.connection!.isResumed, seen]).toEqual([2, session, true, [1]]);
  });

  test("a token that does not hold closes a client that has no other; one without the right is told for each channel", async () => {
    const server = await startServer(...SETTINGS);
    const errors: unknown[] = [];

    await expect(clientOf(server, options).connect(token({}, { secret: "another secret that nobody has ever told the server" }))).rejects.toMatchObject({ kind: "closed" });
    const client = clientOf(server, options);
    client.on("error", error => errors.push(error));
    const refused = client.subscribe("secrets.a", () => {});
    const taken = client.subscribe("news.a", () => {});
    await client.connect(token({ "news.*": ["subscribe"] }));
    await expect(refused.started).rejects.toMatchObject({ kind: "refused", channel: "secrets.a" });
    await taken.started;

    expect([refused.state, taken.state]).toEqual(["ended", "active"]);
    expect(errors).toMatchObject([{ kind: "refused", channel: "secrets.a" }]);
    expect(JSON.stringify(errors)).not.toContain("eyJ");
  });
});
