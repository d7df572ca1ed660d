import { expect, test } from "vitest";
import { Cursor } from "../../src/machine/cursor.js";
import { Draws } from "./model-server.js";

test("The next offset moves the prefix; what is ahead is kept as ranges that do not touch", () => {
  const cursor = new Cursor();

  for (const offset of [1, 2, 5, 4, 7]) expect(cursor.add(offset)).toBe(true);
  expect(cursor.add(4)).toBe(false);

  expect([cursor.prefix, cursor.ahead]).toEqual([2, [[4, 5], [7, 7]]]);
  cursor.add(3);
  expect([cursor.prefix, cursor.ahead]).toEqual([5, [[7, 7]]]);
  cursor.add(6);
  expect([cursor.prefix, cursor.ahead]).toEqual([7, []]);
});

test("What is missing within a range is what was not accounted for", () => {
  const cursor = new Cursor();
  cursor.restart(10);
  cursor.addRange(13, 14);
  cursor.add(20);

  expect(cursor.missingWithin(1, 25)).toEqual([[11, 12], [15, 19], [21, 25]]);
  expect(cursor.missingWithin(13, 14)).toEqual([]);
  expect(cursor.missingWithin(9, 3)).toEqual([]);
});

test("A range that is known, or ends before it begins, changes nothing", () => {
  const cursor = new Cursor();
  cursor.addRange(3, 9);
  const version = cursor.version;

  cursor.addRange(4, 8);
  cursor.addRange(12, 11);
  cursor.addRange(-3, 0);

  expect([cursor.version, cursor.ahead]).toEqual([version, [[3, 9]]]);
});

test("It agrees with a set of offsets, whatever is added", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const draws = new Draws(seed);
    const cursor = new Cursor();
    const known = new Set<number>();
    for (let i = 0; i < 60; i++) {
      const from = 1 + draws.next(80);
      const to = from + draws.next(8) - 1;
      cursor.addRange(from, to);
      for (let offset = from; offset <= to; offset++) known.add(offset);
    }

    const agreed = Array.from({ length: 90 }, (_, i) => cursor.has(i + 1));
    expect(agreed, `seed ${seed}`).toEqual(agreed.map((_, i) => known.has(i + 1)));
    expect(cursor.missingWithin(1, 90).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)), `seed ${seed}`)
      .toEqual(agreed.flatMap((isKnown, i) => isKnown ? [] : [i + 1]));
  }
});
