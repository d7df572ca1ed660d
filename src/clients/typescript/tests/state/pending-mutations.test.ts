import { expect, test } from "vitest";
import type { MutationRecord } from "../../src/state/mutation-record.js";
import { PendingMutations } from "../../src/state/pending-mutations.js";

test("They are sent in the order in which they were made, and of one key the next when the one before is answered", () => {
  const pending = new PendingMutations(10, 10_000);
  for (const [id, key] of [["1", "a"], ["2", "b"], ["3", "a"], ["4", "c"]] as const) pending.add(record(id, key));

  expect(taken(pending)).toEqual(["1", "2"]);
  pending.remove("2");
  expect(taken(pending)).toEqual([]);
  pending.remove("1");
  expect(taken(pending)).toEqual(["3", "4"]);
});

test("No more are under way than what a channel remembers by far", () => {
  const pending = new PendingMutations(1_000, 1_000_000);
  for (let i = 0; i < 200; i++) pending.add(record(`${i}`, `key-${i}`));

  expect(taken(pending)).toHaveLength(64);
  pending.remove("7");
  expect(taken(pending)).toEqual(["64"]);
});

test("There is room for so many, and for so many bytes", () => {
  const pending = new PendingMutations(2, 600);
  pending.add(record("1", "a"));

  expect(pending.hasRoomFor(record("2", "a"))).toBe(true);
  expect(pending.hasRoomFor({ ...record("2", "a"), value: JSON.stringify("x".repeat(400)) })).toBe(false);
  pending.add(record("2", "a"));
  expect(pending.hasRoomFor(record("3", "a"))).toBe(false);
  pending.remove("1");
  expect(pending.hasRoomFor(record("3", "a"))).toBe(true);
});

test("What others have left stands where its time puts it, once", () => {
  const pending = new PendingMutations(1, 1);
  pending.add({ ...record("mine", "a"), time: 20 });

  pending.adopt([{ ...record("old", "a"), time: 10 }, { ...record("mine", "a"), time: 20 }]);

  expect([...pending.all].map(({ record: { id }, wasLeft }) => [id, wasLeft])).toEqual([["old", true], ["mine", false]]);
  expect(taken(pending)).toEqual(["old"]);
});

test("What was sent stays as it is, whatever comes through before it", () => {
  const pending = new PendingMutations(10, 10_000);
  pending.add({ ...record("1", "a"), baseVersion: 4, isSent: true });
  pending.add({ ...record("2", "a"), baseVersion: 4 });
  pending.add({ ...record("3", "a"), baseVersion: 3 });

  pending.done("a", 5);

  expect([...pending.all].map(({ record: { baseVersion } }) => baseVersion)).toEqual([4, 5, 3]);
});

function record(id: string, key: string): MutationRecord { return { id, channel: "sheet", key, operation: "set", value: "1", time: 1, isSent: false }; }

function taken(pending: PendingMutations): string[] {
  const ids: string[] = [];
  for (let next = pending.takeNext(); next; next = pending.takeNext()) ids.push(next.record.id);
  return ids;
}
