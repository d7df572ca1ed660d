import { describe, expect, test } from "vitest";
import { Json } from "../../src/codec/json-value.js";
import type { Entry, Mutate } from "../../src/codec/frames.js";
import { MemoryMutationStore, type MutationOutcome, type MutationRecord, type MutationStore, type RealTimeClient, type RealTimeClientOptions, type SharedState } from "../../src/index.js";
import type { ServerConnection } from "./scripted-server.js";
import { Seen, start } from "./started.js";

type Line = { amount?: number; spent?: number };

describe.each(["json", "protobuf"] as const)("A shared state over %s", encoding => {
  test("is there when its snapshot is, and changes with what others do", async () => {
    const { sheet, connection } = await loaded({ encoding }, { a: { amount: 1 } });
    const seen = changesOf(sheet);

    connection.says("change", { channel: "sheet", offset: 6, key: "a", version: 2, patch: Json.of({ spent: 3 }), user: "u1" });
    connection.says("change", { channel: "sheet", offset: 7, key: "b", version: 1, value: Json.of({ amount: 4 }) });
    connection.says("change", { channel: "sheet", offset: 8, key: "a", version: 3, deleted: true });
    await seen.countIs(3);

    expect(seen.items.map(({ keys, cause, user, offset }) => [[...keys], cause, user, offset])).toEqual([[["a"], "server", "u1", 6], [["b"], "server", undefined, 7], [["a"], "server", undefined, 8]]);
    expect(sheet.entries).toEqual([{ key: "b", value: { amount: 4 }, version: 1, confirmed: { amount: 4 }, pending: [] }]);
    expect(sheet.position).toEqual({ epoch: "e1", offset: 8 });
  });

  test("shows a mutation at once and tells what became of it", async () => {
    const { sheet, connection } = await loaded({ encoding }, { a: { amount: 1, spent: 1 } });

    const merged = sheet.merge("a", { amount: 5 });
    const shown = sheet.get("a");
    const { id, body } = await connection.hears("mutate");
    connection.says("mutated", { result: "merged", channel: "sheet", key: "a", epoch: "e1", offset: 6, version: 2, value: Json.of({ amount: 5, spent: 9 }) }, id);
    const outcome = await merged;

    expect(shown).toMatchObject({ value: { amount: 5, spent: 1 }, version: 1, confirmed: { amount: 1, spent: 1 }, pending: [{ operation: "merge", value: { amount: 5 }, isSent: true }] });
    expect(body).toMatchObject({ channel: "sheet", key: "a", operation: "merge", baseVersion: 1, time: expect.any(Number) as number });
    expect(body.mutationId).toMatch(/^p-[0-9a-f]{32}:1$/);
    expect(body).not.toHaveProperty("ifVersion");
    expect(outcome).toMatchObject({ result: "merged", version: 2, value: { amount: 5, spent: 9 }, offset: 6, duplicate: false, asked: { amount: 5 } });
    expect(sheet.get("a")).toMatchObject({ value: { amount: 5, spent: 9 }, version: 2, pending: [] });
  });
});

describe("A mutation", () => {
  test("that is rejected is rolled back, with the reason and what is there", async () => {
    const { sheet, connection } = await loaded({}, { a: { amount: 1 } });
    const outcomes = new Seen<MutationOutcome<Line>>();
    sheet.on("outcome", outcomes.add);

    const rejected = sheet.merge("a", { amount: 5 }, { ifUnchanged: true });
    const { id, body } = await connection.hears("mutate");
    connection.says("mutated", { result: "rejected", epoch: "e1", offset: 8, version: 4, value: Json.of({ amount: 8 }), reason: "Version 1 was expected; it is 4." }, id);

    expect(await rejected).toMatchObject({ result: "rejected", reason: "Version 1 was expected; it is 4.", version: 4, value: { amount: 8 }, offset: 0 });
    expect(body.ifVersion).toBe(1);
    expect(sheet.get("a")).toMatchObject({ value: { amount: 8 }, version: 4 });
    expect(outcomes.items).toHaveLength(1);
  });

  test("that the server refuses is rolled back, and its promise says why", async () => {
    const { sheet, connection, errors } = await loaded({}, { a: { amount: 1 } });

    const refused = sheet.increment("a", { amount: 1 });
    const { id } = await connection.hears("mutate");
    connection.says("error", { code: 103, name: "forbidden", message: "No right to mutate.", retry: "never" }, id);

    await expect(refused).rejects.toMatchObject({ kind: "refused", code: 103 });
    expect(sheet.get("a")!.value).toEqual({ amount: 1 });
    expect(errors).toEqual([]);
  });

  test("made offline waits, is done again on what happened meanwhile, and only then sent", async () => {
    const { sheet, client, server, connection } = await loaded({}, { a: { spent: 1 } });
    client.goOffline();
    await connection.closed;
    const made = sheet.increment("a", { spent: 10 });
    const offline = sheet.get("a")!.value;
    const seen = changesOf(sheet);

    client.goOnline();
    const next = await server.accept();
    await next.welcome({ resumed: true, key: "key-2", subscriptions: [{ channel: "sheet", epoch: "e1", offset: 5, head: 7, recovered: "full" }] });
    next.says("change", { channel: "sheet", offset: 6, key: "a", version: 2, patch: Json.of({ spent: 3 }) });
    await seen.countIs(1);
    const rebased = sheet.get("a")!.value;
    const before = sheet.pending.map(({ isSent }) => isSent);
    next.says("skip", { channel: "sheet", from: 7, to: 7 });
    const { id, body } = await next.hears("mutate");
    next.says("mutated", { result: "applied", epoch: "e1", offset: 8, version: 3, value: Json.of({ spent: 13 }) }, id);

    expect(await made).toMatchObject({ result: "applied", offset: 8 });
    expect([offline, rebased, before]).toEqual([{ spent: 11 }, { spent: 13 }, [false]]);
    expect(seen.items[0]).toMatchObject({ cause: "server", rebased: 1 });
    expect(body.baseVersion).toBe(1);
  });

  test("of one key is sent when the one before is answered, on the version that it made", async () => {
    const { sheet, connection } = await loaded({}, { a: { amount: 1 } });
    const [first, second] = [sheet.merge("a", { amount: 2 }), sheet.merge("a", { amount: 3 }, { ifUnchanged: true })];

    const one = await connection.hears("mutate");
    connection.says("mutated", { result: "applied", epoch: "e1", offset: 6, version: 2, value: Json.of({ amount: 2 }) }, one.id);
    const two = await connection.hears("mutate");
    connection.says("mutated", { result: "applied", epoch: "e1", offset: 7, version: 3, value: Json.of({ amount: 3 }) }, two.id);

    expect((await Promise.all([first, second])).map(({ version }) => version)).toEqual([2, 3]);
    expect(two.body).toMatchObject({ baseVersion: 2, ifVersion: 2 });
    expect(two.body.time).toBeGreaterThan(one.body.time!);
  });

  test("that was not sent can be taken back; and no more wait than may", async () => {
    const { client } = await start();
    const sheet = client.sharedState<Line>("sheet", { mutationsMax: 1 });
    const made = sheet.set("a", { amount: 1 });
    const withdrawn = expect(made).rejects.toMatchObject({ kind: "rejected", reason: "withdrawn" });

    await expect(sheet.set("b", {})).rejects.toMatchObject({ kind: "rejected", reason: "queue-full" });
    await expect(sheet.merge("a", {}, { ifUnchanged: true })).rejects.toMatchObject({ reason: "not-loaded" });
    await expect(sheet.increment("a", { amount: "1" })).rejects.toThrow(TypeError);
    await expect(sheet.set("", {})).rejects.toThrow(/key is required/);
    expect(sheet.keys).toEqual(["a"]);
    expect(sheet.withdraw(sheet.pending[0]!.mutationId)).toBe(true);

    await withdrawn;
    expect(sheet.keys).toEqual([]);
  });

  test("that was not answered is sent by the next client of its store, as the same", async () => {
    const store = new MemoryMutationStore();
    const { sheet, client, connection } = await loaded({ mutationStore: store }, { a: { amount: 1 } });
    const lost = expect(sheet.merge("a", { amount: 2 })).rejects.toMatchObject({ mayBeInLog: true });
    const sent = await connection.hears("mutate");
    await client.disconnect();
    await lost;

    const next = await loaded({ mutationStore: store }, { a: { amount: 1 } });
    const again = await next.connection.hears("mutate");
    const outcomes = new Seen<MutationOutcome<Line>>();
    next.sheet.on("outcome", outcomes.add);
    next.connection.says("mutated", { result: "applied", epoch: "e1", offset: 6, version: 3, value: Json.of({ amount: 7 }), duplicate: true }, again.id);
    await outcomes.countIs(1);

    expect(comparable(again.body)).toEqual(comparable(sent.body));
    expect(outcomes.items).toMatchObject([{ result: "applied", duplicate: true, wasLeft: true, version: 3, value: { amount: 7 } }]);
    expect(next.sheet.get("a")).toMatchObject({ value: { amount: 7 }, pending: [] });
  });
});

describe("A mutation whose store takes its time", () => {
  test("is told and rolled back when it is gone from there, and not before", async () => {
    const { store, forgetting } = slowStore();
    const { sheet, connection } = await loaded({ mutationStore: store }, { a: { amount: 1 } });
    const [changes, outcomes] = [changesOf(sheet), new Seen<MutationOutcome<Line>>()];
    sheet.on("outcome", outcomes.add);

    const rejected = sheet.merge("a", { amount: 5 }, { ifUnchanged: true });
    const { id } = await connection.hears("mutate");
    connection.says("mutated", { result: "rejected", epoch: "e1", offset: 8, version: 4, value: Json.of({ amount: 8 }), reason: "no" }, id);
    connection.says("change", { channel: "sheet", offset: 6, key: "b", version: 1, value: Json.of({ amount: 4 }) });
    await changes.countIs(1);
    const before = [outcomes.items.length, sheet.get("a")!.value, sheet.pending.length];
    forgetting.items[0]!.resolve();

    expect(await rejected).toMatchObject({ result: "rejected", version: 4 });
    expect(before).toEqual([0, { amount: 5 }, 1]);
    expect(sheet.get("a")).toMatchObject({ value: { amount: 8 }, pending: [] });
  });

  test("is seen in what is confirmed at once where it was taken; the next of its key goes out", async () => {
    const { store, forgetting } = slowStore();
    const { sheet, connection } = await loaded({ mutationStore: store }, { a: { spent: 1 } });
    const outcomes = new Seen<MutationOutcome<Line>>();
    sheet.on("outcome", outcomes.add);
    const first = sheet.increment("a", { spent: 1 });
    sheet.increment("a", { spent: 5 }).catch(() => {});

    const { id } = await connection.hears("mutate");
    connection.says("mutated", { result: "applied", epoch: "e1", offset: 6, version: 2, value: Json.of({ spent: 2 }) }, id);
    const second = await connection.hears("mutate");
    const before = [outcomes.items.length, sheet.get("a")!.value];
    forgetting.items[0]!.resolve();

    expect(await first).toMatchObject({ result: "applied", version: 2 });
    expect(before).toEqual([0, { spent: 7 }]);
    expect(second.body.baseVersion).toBe(2);
  });

  test("is not sent any more once it is taken back", async () => {
    const { store, forgetting } = slowStore();
    const { client, server } = await start({ mutationStore: store });
    const sheet = client.sharedState<Line>("sheet");
    const withdrawn = expect(sheet.set("a", { amount: 1 })).rejects.toMatchObject({ reason: "withdrawn" });
    sheet.set("b", { amount: 2 }).catch(() => {});
    const { mutationId } = sheet.pending[0]!;

    const were = [sheet.withdraw(mutationId), sheet.withdraw(mutationId)];
    void client.connect();
    const connection = await server.accept();
    await connection.welcome({ subscriptions: [{ channel: "sheet", epoch: "e1", offset: 5, head: 5, recovered: "none" }] });
    connection.says("state", { channel: "sheet", offset: 5, entries: [], last: true });
    const { body } = await connection.hears("mutate");
    forgetting.items[0]!.resolve();

    await withdrawn;
    expect([were, body.key]).toEqual([[true, false], "b"]);
    expect(sheet.keys).toEqual(["b"]);
  });

  test("says that it is still kept where the store could not let go of it", async () => {
    const { store, forgetting } = slowStore();
    const { sheet, connection, errors } = await loaded({ mutationStore: store }, { a: { amount: 1 } });

    const made = sheet.merge("a", { amount: 5 });
    const { id } = await connection.hears("mutate");
    connection.says("mutated", { result: "superseded", epoch: "e1", offset: 6, version: 4, value: Json.of({ amount: 8 }) }, id);
    await forgetting.countIs(1);
    forgetting.items[0]!.reject(new Error("the disk is full"));

    expect(await made).toMatchObject({ result: "superseded", isStillKept: true });
    expect(errors).toMatchObject([{ kind: "mutation-store", message: expect.stringMatching(/could not be taken out of its store.*the disk is full/) as string }]);
  });
});

describe("A mutation whose store takes its time to keep it", () => {
  test("is sent when the store has it as it is sent, and not before; in the order in which they were made", async () => {
    const { store, asked } = askedStore();
    const { sheet, client, connection } = await loaded({ mutationStore: store }, { a: { amount: 1 } });
    sheet.merge("a", { amount: 5 }).catch(() => {});
    sheet.merge("b", { amount: 6 }).catch(() => {});
    await asked.countIs(2);
    const first = asked.items.map(({ record }) => [record!.key, record!.isSent]);
    for (const { resolve } of [...asked.items]) resolve();
    await asked.countIs(4);
    const second = asked.items.slice(2).map(({ record }) => [record!.key, record!.isSent]);

    asked.items[3]!.resolve();
    const before = await mutatesBefore(client, connection);
    asked.items[2]!.resolve();
    const sent = [await connection.hears("mutate"), await connection.hears("mutate")];

    expect(first).toEqual([["a", false], ["b", false]]);
    expect(second).toEqual([["a", true], ["b", true]]);
    expect(before).toBe(0);
    expect(sent.map(({ body }) => [body.key, body.baseVersion])).toEqual([["a", 1], ["b", 0]]);
  });

  test("is sent when what was kept of it before is gone, where it cannot be kept as it is sent", async () => {
    const { store, asked } = askedStore();
    const { sheet, client, connection, errors } = await loaded({ mutationStore: store }, { a: { amount: 1 } });
    sheet.merge("a", { amount: 5 }).catch(() => {});
    asked.items[0]!.resolve();
    await asked.countIs(2);
    asked.items[1]!.reject(new Error("the disk is full"));
    await asked.countIs(3);
    const before = [await mutatesBefore(client, connection), asked.items[2]!.record];
    asked.items[2]!.resolve();

    expect((await connection.hears("mutate")).body.key).toBe("a");
    expect(before).toEqual([0, undefined]);
    expect(errors).toMatchObject([{ kind: "mutation-store", message: expect.stringMatching(/could not be kept.*the disk is full/) as string }]);
  });

  test("is sent though somebody may find it as it was before, where even that cannot be let go of, and this is told", async () => {
    const { store, asked } = askedStore();
    const { sheet, connection, errors } = await loaded({ mutationStore: store }, { a: { amount: 1 } });
    sheet.merge("a", { amount: 5 }).catch(() => {});
    asked.items[0]!.resolve();
    await asked.countIs(2);
    asked.items[1]!.reject(new Error("the disk is full"));
    await asked.countIs(3);
    asked.items[2]!.reject(new Error("the disk is full"));

    expect((await connection.hears("mutate")).body.key).toBe("a");
    expect(errors.map(({ message }) => message)).toEqual([expect.stringMatching(/could not be kept/), expect.stringMatching(/may send it as it was before, and be told of a conflict/)]);
  });

  test("and that is closed meanwhile is left to the next one", async () => {
    const { store, asked } = askedStore();
    const { sheet, client, connection } = await loaded({ mutationStore: store }, { a: { amount: 1 } });
    const made = expect(sheet.merge("a", { amount: 5 })).rejects.toMatchObject({ kind: "closed" });
    asked.items[0]!.resolve();
    await asked.countIs(2);

    sheet.close();
    asked.items[1]!.resolve();

    expect(await mutatesBefore(client, connection)).toBe(0);
    await made;
  });
});

describe("A client", () => {
  test("follows a channel in one way: its events or its state", async () => {
    const { client } = await start();
    const sheet = client.sharedState("sheet");
    client.subscribe("prices", () => {});

    expect(client.sharedState("sheet")).toBe(sheet);
    expect(() => client.subscribe("sheet", () => {})).toThrow(/The state of sheet is followed already/);
    expect(() => client.sharedState("prices")).toThrow(/events of prices are followed already/);
    expect(() => client.sharedState("funding.*")).toThrow(/The name of one channel is expected/);
    sheet.close();
    expect(client.sharedState("sheet")).not.toBe(sheet);
  });

  test("tells when a state is refused, and what a store cannot keep", async () => {
    const broken = { open: () => ({ lastTime: 0, save: () => { throw new Error("full"); }, forget: () => Promise.reject(new Error("gone")), close: () => {} }) };
    const { client, server, errors } = await start({ mutationStore: broken });
    const sheet = client.sharedState<Line>("sheet");
    const made = expect(sheet.set("a", {})).rejects.toMatchObject({ kind: "refused", code: 111 });
    void client.connect();
    const connection = await server.welcome();
    const { id } = await connection.hears("subscribe");
    connection.says("error", { code: 111, name: "not_enabled", message: "It is ephemeral.", retry: "never" }, id);

    await expect(sheet.started).rejects.toMatchObject({ kind: "refused", code: 111 });
    await made;
    expect(sheet.state).toBe("ended");
    expect(errors.map(({ kind }) => kind)).toEqual(["mutation-store", "refused"]);
  });
});

/** A client whose sheet is taken up at offset 5 with these lines. */
async function loaded(options: Partial<RealTimeClientOptions>, lines: Record<string, Line>): Promise<Awaited<ReturnType<typeof start>> & { sheet: SharedState<Line>; connection: ServerConnection }> {
  const started = await start(options);
  const sheet = started.client.sharedState<Line>("sheet");
  void started.client.connect();
  const connection = await started.server.accept();
  const hello = await connection.welcome({ subscriptions: [{ channel: "sheet", epoch: "e1", offset: 5, head: 5, recovered: "none" }] });
  expect(hello.subscribe).toEqual([{ channel: "sheet", from: "now", mode: "state", order: "offset" }]);
  const entries = Object.entries(lines).map(([key, value]): Entry => ({ key, version: 1, value: Json.of(value) }));
  connection.says("state", { channel: "sheet", offset: 5, entries, last: true });
  await sheet.started;
  expect(sheet.state).toBe("live");
  return { ...started, sheet, connection };
}

function changesOf(sheet: SharedState<Line>): Seen<Parameters<Parameters<typeof sheet.on<"changed">>[1]>[0]> {
  const seen = new Seen<Parameters<Parameters<typeof sheet.on<"changed">>[1]>[0]>();
  sheet.on("changed", change => { if (change.cause === "server") seen.add(change); });
  return seen;
}

/** How many mutations have gone out before now: what is published goes behind them. */
async function mutatesBefore(client: RealTimeClient, connection: ServerConnection): Promise<number> {
  client.publish("prices", "t", 1).catch(() => {});
  await connection.hears("publish");
  return connection.heard("mutate");
}

/** Keeps mutations, and lets go of them when the test says so. */
function slowStore(): { store: MutationStore; forgetting: Seen<{ resolve: () => void; reject: (fault: Error) => void }> } {
  const forgetting = new Seen<{ resolve: () => void; reject: (fault: Error) => void }>();
  const forget = (): Promise<void> => new Promise<void>((resolve, reject) => { forgetting.add({ resolve, reject }); });
  return { store: { open: () => ({ lastTime: 0, save: () => {}, forget, close: () => {} }) }, forgetting };
}

/** Does what it is asked for when the test says so. Without a record it was asked to let go. */
function askedStore(): { store: MutationStore; asked: Seen<{ record?: MutationRecord; resolve: () => void; reject: (fault: Error) => void }> } {
  const asked = new Seen<{ record?: MutationRecord; resolve: () => void; reject: (fault: Error) => void }>();
  const ask = (record?: MutationRecord): Promise<void> => new Promise<void>((resolve, reject) => { asked.add({ ...(record && { record }), resolve, reject }); });
  return { store: { open: () => ({ lastTime: 0, save: ask, forget: () => ask(), close: () => {} }) }, asked };
}

function comparable(mutate: Mutate): unknown { return { ...mutate, value: mutate.value?.text }; }
