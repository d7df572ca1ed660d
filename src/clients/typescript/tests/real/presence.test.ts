import { describe, expect, test } from "vitest";
import type { Member, ServerBodies } from "../../src/codec/frames.js";
import { Json } from "../../src/codec/json-value.js";
import type { PresenceChange, RealTimeClient, RealTimeClientOptions } from "../../src/index.js";
import type { ScriptedServer, ServerConnection } from "./scripted-server.js";
import { Seen, start } from "./started.js";

type Person = { name: string };

describe.each(["json", "protobuf"] as const)("Presence over %s", encoding => {
  test("enters, shows something else and leaves, and is told of everybody", async () => {
    const { client, connection } = await connected({ encoding });
    const presence = client.presence<Person>("room");
    const seen = changesOf(presence);

    const entering = presence.enter({ name: "Ada" });
    const entered = await answers(connection);
    await entering;
    tell(connection, { kind: "full", joined: [member("s-1", "Ada")], count: 1 });
    tell(connection, { joined: [member("s-2", "Grace")], count: 2 });
    tell(connection, { left: [{ session: "s-2", state: Json.of(null) }], updated: [member("s-1", "Ada L.")], count: 1 });
    await seen.countIs(3);
    const updating = presence.update({ name: "Ada L." });
    const updated = await answers(connection);
    await updating;

    expect([entered, updated]).toEqual(['{"name":"Ada"}', '{"name":"Ada L."}']);
    expect(seen.items.map(({ joined, left, updated: other }) => [joined, left, other].map(people => people.map(({ state }) => state.name)))).toEqual([[[], [], []], [["Grace"], [], []], [[], ["Grace"], ["Ada L."]]]);
    expect(presence.now).toEqual({ kind: "listed", count: 1, members: [{ session: "s-1", user: "u", state: { name: "Ada L." } }], isCurrent: true });

    const leaving = presence.leave();
    const left = await answers(connection);
    await leaving;

    expect(left).toBe("left");
    expect([presence.now, presence.count, presence.members]).toEqual([{ kind: "unknown", isCurrent: false }, null, null]);
    await expect(presence.update({ name: "Nobody" })).rejects.toThrow(TypeError);
  });
});

describe("Presence", () => {
  test("is said again after a lost connection, and who came and went meanwhile is told", async () => {
    const { client, server, connection } = await connected();
    const presence = client.presence<Person>("room");
    const seen = changesOf(presence);
    const entering = presence.enter({ name: "Ada" });
    await answers(connection);
    await entering;
    tell(connection, { kind: "full", joined: [member("s-1", "Ada"), member("s-2", "Grace")], count: 2 });
    await seen.countIs(1);

    connection.cut();
    const again = await server.welcome({ resumed: true });
    await seen.countIs(2);
    const away = presence.now;
    const said = await answers(again);
    tell(again, { kind: "full", joined: [member("s-1", "Ada"), member("s-3", "Edsger")], count: 2 });
    await seen.countIs(3);

    expect(away).toMatchObject({ kind: "listed", count: 2, isCurrent: false });
    expect(said).toBe('{"name":"Ada"}');
    expect(seen.items[2]).toMatchObject({ joined: [{ session: "s-3" }], left: [{ session: "s-2" }], now: { isCurrent: true } });
  });

  test("is counted where there are too many for a list, and where no more was asked for; a listener that comes late knows it", async () => {
    const { client, connection } = await connected();
    client.subscribe("room", () => {}, { presence: "count" });
    const { id, body } = await connection.hears("subscribe");
    connection.says("subscribed", { channel: "room", epoch: "e1", offset: 0, head: 0, recovered: "none" }, id);
    const early = changesOf(client.presence("room"));
    tell(connection, { kind: "count", count: 5_000 });
    await early.countIs(1);

    expect(body.presence).toBe("count");
    expect(client.presence("room").now).toEqual({ kind: "counted", count: 5_000, isCurrent: true });
    expect(client.presence("room").members).toBeNull();
  });

  test("that is refused says why; one that is taken away is told", async () => {
    const { client, connection } = await connected();
    const presence = client.presence("room");
    const lost = new Seen<{ code: number; reason: string }>();
    presence.on("lost", lost.add);

    const refused = presence.enter(1);
    connection.says("error", { code: 103, name: "forbidden", message: "No right.", retry: "never" }, (await connection.hears("presence")).id);
    await expect(refused).rejects.toMatchObject({ kind: "refused", code: 103 });
    const entering = presence.enter(1);
    await answers(connection);
    await entering;
    tell(connection, { kind: "ended", reason: "the right is gone", count: 0 });
    await lost.countIs(1);

    expect(lost.items).toEqual([{ code: 103, reason: "the right is gone" }]);
    await expect(presence.update(2)).rejects.toThrow(TypeError);
  });

  test("is read page by page, however many there are", async () => {
    const { client, connection } = await connected();

    const reading = client.readPresence<Person>("room", { after: "s-2", limit: 2 });
    const { id, body } = await connection.hears("read");
    connection.says("page", { channel: "room", what: "presence", events: [], entries: [], members: [member("s-3", "Ada"), member("s-4", "Grace")], count: 5_000, nextKey: "s-4" }, id);

    expect(body).toEqual({ channel: "room", what: "presence", afterKey: "s-2", limit: 2 });
    expect(await reading).toEqual({ count: 5_000, members: [{ session: "s-3", user: "u", state: { name: "Ada" } }, { session: "s-4", user: "u", state: { name: "Grace" } }], next: "s-4" });
  });

  test("of what is wrong says so before anything is sent", async () => {
    const { client } = await connected();

    expect(() => client.presence("")).toThrow(TypeError);
    expect(() => client.presence("room.*")).toThrow(/one channel/);
    expect(() => client.subscribe("room.*", () => {}, { presence: "members" })).toThrow(/one channel/);
    await expect(client.presence("room").enter(() => 1)).rejects.toThrow(TypeError);
    await expect(client.readPresence("room", { limit: -1 })).rejects.toThrow(TypeError);
  });

  test("ends with the client, and can be entered anew after the next connect", async () => {
    const { client, server, connection } = await connected();
    const presence = client.presence("room");
    const entering = presence.enter(1);
    await answers(connection);
    await entering;
    tell(connection, { kind: "full", joined: [member("s-1", "Ada")], count: 1 });

    await client.disconnect();
    const gone = presence.now;
    const connecting = client.connect();
    const again = await server.welcome();
    await connecting;
    const anew = presence.enter(2);
    const said = await answers(again);
    await anew;

    expect(gone).toEqual({ kind: "unknown", isCurrent: false });
    expect(said).toBe("2");
  });
});

async function connected(options: Partial<RealTimeClientOptions> = {}): Promise<{ client: RealTimeClient; server: ScriptedServer; connection: ServerConnection }> {
  const { client, server } = await start(options);
  const connecting = client.connect();
  const connection = await server.welcome();
  await connecting;
  return { client, server, connection };
}

function changesOf<T>(presence: { on(name: "changed", listener: (change: PresenceChange<T>) => void): unknown }): Seen<PresenceChange<T>> {
  const seen = new Seen<PresenceChange<T>>();
  presence.on("changed", seen.add);
  return seen;
}

/** Takes a word of presence and answers it. */
async function answers(connection: ServerConnection): Promise<string> {
  const { id, body } = await connection.hears("presence");
  connection.says("ok", {}, id);
  return body.leave ? "left" : body.state!.text;
}

function tell(connection: ServerConnection, body: Partial<ServerBodies["presence"]>): void { connection.says("presence", { channel: "room", joined: [], left: [], updated: [], count: 0, ...body }); }

function member(session: string, name: string): Member { return { session, user: "u", state: Json.of({ name }) }; }
