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

test("What this page made on a wrong clock is moved to where it belongs, and never before what was sent or made before it", () => {
  const times = (pending: PendingMutations): unknown => [...pending.all].map(({ record: { id, time } }) => [id, time]);
  const pending = new PendingMutations(10, 10_000);
  pending.add({ ...record("sent", "a"), time: 7_000, isSent: true });
  pending.add({ ...record("mine", "b"), time: 13_000 });
  pending.add({ ...record("next", "c"), time: 13_001 });
  pending.adopt([{ ...record("left", "d"), time: 6_000 }]);

  expect(pending.moved(-5_000, 20_000)).toBe(8_001);
  expect(times(pending)).toEqual([["left", 6_000], ["sent", 7_000], ["mine", 8_000], ["next", 8_001]]);
  expect(pending.moved(5_000, 13_000)).toBe(8_001);

  const close = new PendingMutations(10, 10_000);
  close.add({ ...record("sent", "a"), time: 9_000, isSent: true });
  close.add({ ...record("mine", "b"), time: 13_000 });
  close.add({ ...record("next", "c"), time: 20_000 });

  expect(close.moved(-5_000, 30_000)).toBe(15_000);
  expect(times(close)).toEqual([["sent", 9_000], ["mine", 13_000], ["next", 15_000]]);
  expect(new PendingMutations(1, 1).moved(-5_000, 0)).toBe(0);
});

function record(id: string, key: string): MutationRecord { return { id, channel: "sheet", key, operation: "set", value: "1", time: 1, isSent: false }; }

function taken(pending: PendingMutations): string[] {
  const ids: string[] = [];
  for (let next = pending.takeNext(); next; next = pending.takeNext()) ids.push(next.record.id);
  return ids;
}
