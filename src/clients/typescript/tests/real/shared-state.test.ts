import { describe, expect, test } from "vitest";
import { Json } from "../../src/codec/json-value.js";
import type { Mutate } from "../../src/codec/frames.js";
import { MemoryMutationStore, type MutationOutcome } from "../../src/index.js";
import { changesOf, type Line, loaded } from "./sheet.js";
import { Seen, start } from "./started.js";

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

function comparable(mutate: Mutate): unknown { return { ...mutate, value: mutate.value?.text }; }
