import { describe, expect, test } from "vitest";
import { Json } from "../../src/codec/json-value.js";
import type { MutationOutcome, MutationRecord, MutationStore, RealTimeClient } from "../../src/index.js";
import type { ServerConnection } from "./scripted-server.js";
import { changesOf, type Line, loaded } from "./sheet.js";
import { Seen, start } from "./started.js";

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
