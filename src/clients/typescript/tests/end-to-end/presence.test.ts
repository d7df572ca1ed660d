import { describe, expect, test, vi } from "vitest";
import type { Presence, PresenceChange, RealTimeClient } from "../../src/index.js";
import { clientOf, reason, SOON, startProxy, startServer } from "./running.js";
import { serverCommand } from "./server-process.js";

const PATIENCE_MS = 60_000;

interface Person { name: string; editing?: string }

async function enter(client: RealTimeClient, name: string): Promise<Presence<Person>> {
  await client.connect();
  const presence = client.presence<Person>("room");
  await presence.enter({ name });
  return presence;
}

function namesIn({ members }: Presence<Person>): string[] | null { return members && members.map(({ state }) => state.name).sort(); }

function changesOf(presence: Presence<Person>): PresenceChange<Person>[] {
  const changes: PresenceChange<Person>[] = [];
  presence.on("changed", change => changes.push(change));
  return changes;
}

describe.skipIf(!serverCommand)(`Presence, on the real server${reason}`, () => {
  test.each(["websocket", "sse", "poll"] as const)("over %s everybody sees everybody; who is cut off is back before it is seen to be gone; who leaves is seen at once", async transport => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const ada = await enter(clientOf(server), "Ada");
    const seen = changesOf(ada);
    const grace = await enter(clientOf(proxy, { transports: [transport] }), "Grace");
    const edsger = await enter(clientOf(server), "Edsger");
    for (const one of [ada, grace, edsger]) await vi.waitFor(() => expect(namesIn(one)).toEqual(["Ada", "Edsger", "Grace"]), SOON);

    const before = seen.length;
    const isAway = new Promise<void>(resolve => { const stop = grace.on("changed", ({ now }) => { if (!now.isCurrent) { stop(); resolve(); } }); });
    proxy.cut();
    // A poll that is cut off is asked again, and nobody was away.
    if (transport !== "poll") await isAway;
    await grace.update({ name: "Grace", editing: "line-7" });
    await vi.waitFor(() => expect(ada.members?.find(({ state }) => state.name === "Grace")?.state.editing).toBe("line-7"), SOON);
    await vi.waitFor(() => expect(grace.now).toMatchObject({ kind: "listed", count: 3, isCurrent: true }), SOON);
    await edsger.leave();
    for (const one of [ada, grace]) await vi.waitFor(() => expect(namesIn(one)).toEqual(["Ada", "Grace"]), SOON);

    expect(seen.slice(before).flatMap(({ left }) => left.map(({ state }) => state.name))).toEqual(["Edsger"]);
    expect(seen.slice(before).flatMap(({ joined }) => joined)).toEqual([]);
    expect(edsger.now.kind).toBe("unknown");
  }, PATIENCE_MS);

  test("Who is away for longer than the grace time is seen to go, and comes again as what he was", async () => {
    const server = await startServer("realtime.presence.grace=300ms");
    const [ada, away] = [await enter(clientOf(server), "Ada"), clientOf(server)];
    const grace = await enter(away, "Grace");
    await vi.waitFor(() => expect(namesIn(ada)).toEqual(["Ada", "Grace"]), SOON);

    away.goOffline();
    await vi.waitFor(() => expect(namesIn(ada)).toEqual(["Ada"]), SOON);
    const before = grace.now;
    away.goOnline();

    for (const one of [ada, grace]) await vi.waitFor(() => expect([namesIn(one), one.now.isCurrent]).toEqual([["Ada", "Grace"], true]), SOON);
    expect(before).toMatchObject({ kind: "listed", count: 2, isCurrent: false });
  }, PATIENCE_MS);

  test("After the server was killed everybody is there again, and only who is", async () => {
    const server = await startServer();
    const [ada, grace] = [await enter(clientOf(server), "Ada"), await enter(clientOf(server), "Grace")];
    const gone = clientOf(server);
    await enter(gone, "Edsger");
    await vi.waitFor(() => expect(namesIn(ada)).toEqual(["Ada", "Edsger", "Grace"]), SOON);

    await server.kill();
    gone.goOffline();
    await server.restart();

    for (const one of [ada, grace]) await vi.waitFor(() => expect([namesIn(one), one.now.isCurrent]).toEqual([["Ada", "Grace"], true]), SOON);
  }, PATIENCE_MS);

  test("Who follows is told: everybody, or how many; and leaving the channel is not leaving the room", async () => {
    const server = await startServer();
    const ada = await enter(clientOf(server), "Ada");
    const [watching, counting, both] = [clientOf(server), clientOf(server), clientOf(server)];
    for (const client of [watching, counting]) await client.connect();
    watching.subscribe("room", () => {}, { presence: "members" });
    counting.subscribe("room", () => {}, { presence: "count" });
    const subscription = both.subscribe("room", () => {});
    const grace = await enter(both, "Grace");
    await vi.waitFor(() => expect(namesIn(watching.presence<Person>("room"))).toEqual(["Ada", "Grace"]), SOON);
    await vi.waitFor(() => expect(counting.presence("room").now).toEqual({ kind: "counted", count: 2, isCurrent: true }), SOON);

    const seen = changesOf(ada);
    await subscription.started;
    subscription.unsubscribe();
    await grace.update({ name: "Grace", editing: "line-7" });
    await vi.waitFor(() => expect(ada.members?.some(({ state }) => state.editing === "line-7")).toBe(true), SOON);

    expect(seen.flatMap(({ left }) => left)).toEqual([]);
  }, PATIENCE_MS);

  test("More than 200 are counted, and read page by page; when enough have left, they are listed again", async () => {
    const server = await startServer();
    const ada = await enter(clientOf(server), "Ada");
    const others = await Promise.all(Array.from({ length: 204 }, async (_, i) => {
      const client = clientOf(server);
      await enter(client, `n-${i}`);
      return client;
    }));
    await vi.waitFor(() => expect(ada.now).toEqual({ kind: "counted", count: 205, isCurrent: true }), SOON);

    const sessions: string[] = [];
    const client = others[0]!;
    for (let after: string | null | undefined = undefined; after !== null;) {
      const page: Awaited<ReturnType<RealTimeClient["readPresence"]>> = await client.readPresence("room", { limit: 50, ...(after !== undefined && { after }) });
      expect(page.count).toBe(205);
      sessions.push(...page.members.map(({ session }) => session));
      after = page.next;
    }
    for (const other of others.slice(100)) await other.disconnect();
    await vi.waitFor(() => expect(ada.now).toMatchObject({ kind: "listed", count: 101 }), SOON);

    expect([sessions.length, new Set(sessions).size]).toEqual([205, 205]);
    expect(sessions).toEqual([...sessions].sort());
  }, PATIENCE_MS);
});
