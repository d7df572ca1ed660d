import { describe, expect, test } from "vitest";
import type { ServerBodies } from "../../src/codec/frames.js";
import { Json } from "../../src/codec/json-value.js";
import type { MutationRecord } from "../../src/state/mutation-record.js";
import { Replica } from "../../src/state/replica.js";

type Line = { amount?: number; spent?: number; tags?: string[] };

let made = 0;

describe("A replica", () => {
  test("is there when the last part of its snapshot is, and not before", () => {
    const replica = empty();
    replica.begin("e1");

    expect(replica.part(part({ a: [1, { amount: 1 }] }, 7, false))).toBeNull();
    const before = replica.document.isLoaded;
    const keys = replica.part(part({ b: [3, { amount: 2 }] }, 7));

    expect([before, replica.document.isLoaded, [...keys!].sort()]).toEqual([false, true, ["a", "b"]]);
    expect(replica.view("b")).toEqual({ amount: 2 });
    expect(replica.document.offset).toBe(7);
  });

  test("shows a mutation at once, and does it again on top of whatever comes below", () => {
    const replica = loaded({ a: [1, { amount: 1, spent: 10 }] });

    replica.edit(mutation("increment", { spent: 5 }));
    const foreseen = replica.view("a");
    replica.change(change(2, 2, { spent: 20, amount: 9 }));

    expect(foreseen).toEqual({ amount: 1, spent: 15 });
    expect(replica.view("a")).toEqual({ amount: 9, spent: 25 });
    expect(replica.document.find("a")).toEqual({ version: 2, value: { amount: 9, spent: 20 } });
  });

  test("counts a mutation once, whether its answer or its change comes first", () => {
    for (const isChangeFirst of [true, false]) {
      const replica = loaded({ a: [1, { spent: 10 }] });
      const record = mutation("increment", { spent: 5 });
      replica.edit(record);

      const steps = [() => replica.change({ ...change(2, 2, { spent: 15 }), mutationId: record.id }), () => settle(replica, record, 2, 2, { spent: 15 })];
      for (const step of isChangeFirst ? steps : steps.reverse()) {
        step();
        expect(replica.view("a")).toEqual({ spent: 15 });
      }
      expect(replica.pending.count).toBe(0);
    }
  });

  test("goes back to what is there when a mutation is rejected, with what the answer says and the stream has not brought yet", () => {
    const replica = loaded({ a: [1, { amount: 1 }] });
    const record = mutation("merge", { amount: 5 });
    replica.edit(record);

    settle(replica, record, 4, 0, { amount: 7 }, false);
    const after = replica.view("a");
    replica.change(change(2, 2, { amount: 2 }));
    replica.change(change(3, 3, { amount: 3 }));
    replica.change(change(4, 4, { amount: 7 }));
    replica.change(change(5, 5, { amount: 8 }));

    expect(after).toEqual({ amount: 7 });
    expect(replica.view("a")).toEqual({ amount: 8 });
  });

  test("never shows an older version of a key, also not of one that was deleted", () => {
    const replica = loaded({ a: [1, { amount: 1 }] });
    const record = mutation("delete");
    replica.edit(record);
    settle(replica, record, 3, 3, undefined);

    replica.change(change(2, 2, { amount: 2 }));
    const between = replica.view("a");
    replica.change({ channel: "sheet", offset: 3, key: "a", version: 3, deleted: true, mutationId: record.id });
    replica.change({ channel: "sheet", offset: 4, key: "a", version: 4, value: Json.of({ amount: 4 }) });

    expect(between).toBeUndefined();
    expect(replica.keys).toEqual(["a"]);
    expect(replica.view("a")).toEqual({ amount: 4 });
  });

  test("keeps what an answer has brought over a snapshot that is older, and not over one of another life", () => {
    for (const epoch of ["e1", "e2"]) {
      const replica = loaded({ a: [1, { amount: 1 }] });
      const record = mutation("merge", { amount: 5 });
      replica.edit(record);
      replica.begin(epoch);
      settle(replica, record, 2, 9, { amount: 5 });

      replica.part(part({ a: [1, { amount: 1 }] }, 8));

      expect(replica.view("a")).toEqual({ amount: epoch === "e1" ? 5 : 1 });
    }
  });

  test("shows again what was confirmed in another life of the log only, and is not answered", () => {
    for (const epoch of ["e1", "e2"]) {
      const replica = loaded({ a: [1, { spent: 10 }] });
      const record = mutation("increment", { spent: 5 });
      replica.edit(record);
      replica.change({ ...change(2, 2, { spent: 15 }), mutationId: record.id });

      replica.begin(epoch);
      const keys = replica.part(part({ a: [epoch === "e1" ? 2 : 1, { spent: epoch === "e1" ? 15 : 10 }] }, 2))!;

      expect(replica.view("a")).toEqual({ spent: 15 });
      expect([replica.pending.shownCount, keys.has("a")]).toEqual([epoch === "e1" ? 0 : 1, true]);
    }
  });

  test("shows what was taken in the next life of the log until its change comes there, over the former document and over a snapshot that is older", () => {
    const replica = loaded({ a: [27, { spent: 10 }], b: [3, {}] });
    const record = mutation("increment", { spent: 5 });
    const deleted = { ...mutation("delete"), key: "b" };
    replica.edit(record);
    replica.edit(deleted);
    replica.begin("e2");
    settle(replica, record, 17, 154, { spent: 6 }, true, "e2");
    settle(replica, deleted, 2, 155, undefined, true, "e2");
    const before = [replica.view("a"), replica.keys];

    replica.part(part({ b: [1, {}] }, 100, false));
    const keys = replica.part(part({ a: [16, { spent: 1 }] }, 149))!;

    // At an offset that the former document has passed long ago.
    expect(before).toEqual([{ spent: 6 }, ["a"]]);
    expect([replica.view("a"), replica.keys, [...keys].sort()]).toEqual([{ spent: 6 }, ["a"], ["a", "b"]]);
    expect(replica.baseOf("a")).toEqual({ baseVersion: 17, epoch: "e2" });
    replica.change({ ...change(154, 17, { spent: 6 }), mutationId: record.id });
    replica.change(change(160, 18, { spent: 7 }));
    expect(replica.view("a")).toEqual({ spent: 7 });
  });

  test("takes the document of the next life as it is where that is newer than what was taken in it", () => {
    const replica = loaded({ a: [27, { spent: 10 }] });
    const record = mutation("increment", { spent: 5 });
    replica.edit(record);
    replica.begin("e2");
    settle(replica, record, 17, 140, { spent: 6 }, true, "e2");

    replica.part(part({ a: [18, { spent: 9 }] }, 149));

    expect(replica.view("a")).toEqual({ spent: 9 });
  });

  test("drops what a snapshot does not have any more", () => {
    const replica = loaded({ a: [1, { amount: 1 }], b: [1, { amount: 2 }] });
    replica.begin("e1");

    const keys = replica.part(part({ b: [2, { amount: 3 }] }, 20))!;

    expect([...keys].sort()).toEqual(["a", "b"]);
    expect(replica.keys).toEqual(["b"]);
  });

  test("shows what was made before there is anything, and what is deleted as gone", () => {
    const replica = empty();
    replica.edit(mutation("increment", { spent: 5 }));
    const early = replica.view("a");
    replica.begin("e1");
    replica.part(part({ a: [1, { spent: 1 }], b: [1, {}] }, 1));
    replica.edit({ ...mutation("delete"), key: "b" });

    expect(early).toEqual({ spent: 5 });
    expect(replica.view("a")).toEqual({ spent: 6 });
    expect(replica.keys).toEqual(["a"]);
  });

  test("keeps only the fields that are wanted, whatever they come by", () => {
    const replica = new Replica({ fields: ["amount"], countMax: 10, bytesMax: 10_000 });
    replica.begin("e1");
    replica.part(part({ a: [1, { amount: 1, spent: 1 }] }, 1));
    const record = mutation("merge", { amount: 2, spent: 2 });
    replica.edit(record);
    const foreseen = replica.view("a");
    settle(replica, record, 2, 2, { amount: 2, spent: 2 });

    expect(foreseen).toEqual({ amount: 2 });
    expect(replica.view("a")).toEqual({ amount: 2 });
  });

  test("gives values that nobody can change", () => {
    const replica = loaded({ a: [1, { tags: ["x"] }] });

    expect(() => (replica.view("a") as Line).tags!.push("y")).toThrow(TypeError);
    replica.edit(mutation("add", { tags: ["y"] }));
    expect(() => (replica.view("a") as Line).tags!.push("z")).toThrow(TypeError);
  });
});

describe("The version that a mutation is made on", () => {
  test("is the one that was seen, and goes along with own mutations that come through meanwhile", () => {
    const replica = loaded({ a: [4, { tags: [] }] });
    const [first, second] = [mutation("add", { tags: ["x"] }), mutation("remove", { tags: ["x"] })].map(record => ({ ...record, ...replica.baseOf("a") }));
    replica.edit(first!);
    replica.edit(second!);

    settle(replica, first!, 5, 5, { tags: ["x"] });

    expect(replica.pending.find(second!.id)!.record.baseVersion).toBe(5);
  });

  test("stays behind a change of somebody else that was not seen", () => {
    const replica = loaded({ a: [4, { amount: 1 }] });
    const [first, second] = [mutation("merge", { amount: 2 }), mutation("merge", { amount: 3 })].map(record => ({ ...record, ...replica.baseOf("a") }));
    replica.edit(first!);
    replica.edit(second!);
    replica.change(change(5, 5, { amount: 9 }));

    settle(replica, first!, 6, 6, { amount: 2 });

    expect(replica.pending.find(second!.id)!.record.baseVersion).toBe(4);
  });

  test("makes the condition that nobody else changed the key", () => {
    const replica = loaded({ a: [4, {}] });
    const unchanged = (key: string): MutationRecord => ({ ...mutation("merge", {}), key, ...replica.baseOf(key), ifVersion: "unchanged" });

    expect(replica.ready(unchanged("a"))).toMatchObject({ ifVersion: 4, baseVersion: 4, isSent: true });
    expect(replica.ready(unchanged("new"))).toMatchObject({ ifVersion: 0 });
    replica.change({ channel: "sheet", offset: 5, key: "a", version: 5, deleted: true });
    expect(replica.ready(unchanged("a"))).toMatchObject({ ifVersion: 0, baseVersion: 5 });
    expect(replica.ready({ ...unchanged("a"), epoch: "e0" })).toBeNull();
    expect(replica.ready({ ...mutation("merge", {}), baseVersion: 3, epoch: "e0" })).not.toHaveProperty("baseVersion");
  });
});

function empty(): Replica { return new Replica({ countMax: 10, bytesMax: 10_000 }); }

function loaded(entries: Record<string, [number, Line]>): Replica {
  const replica = empty();
  replica.begin("e1");
  replica.part(part(entries, 1));
  return replica;
}

function part(entries: Record<string, [number, Line]>, offset: number, last = true): ServerBodies["state"] {
  return { channel: "sheet", offset, last, entries: Object.entries(entries).map(([key, [version, value]]) => ({ key, version, value: Json.of(value) })) };
}

function change(offset: number, version: number, patch: Line): ServerBodies["change"] { return { channel: "sheet", offset, key: "a", version, patch: Json.of(patch) }; }

function mutation(operation: MutationRecord["operation"], value?: object): MutationRecord {
  return { id: `p:${++made}`, channel: "sheet", key: "a", operation, ...(value && { value: JSON.stringify(value) }), time: made, isSent: false };
}

function settle(replica: Replica, { id }: MutationRecord, version: number, offset: number, value: Line | undefined, isDone = true, epoch = "e1"): void {
  replica.settle(replica.pending.find(id)!, { isDone, offset, epoch, present: { version, value } });
}
