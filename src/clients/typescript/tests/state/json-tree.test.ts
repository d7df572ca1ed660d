import { describe, expect, test } from "vitest";
import { frozen, isSame, mergePatch, selected } from "../../src/state/json-tree.js";
import { checkGiven, foreseen } from "../../src/state/foresight.js";

describe("A merge patch", () => {
  // Appendix A of RFC 7396.
  test.each([
    [`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`], [`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`], [`{"a":"b"}`, `{"a":null}`, `{}`], [`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`],
    [`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`], [`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`], [`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`],
    [`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`], [`["a","b"]`, `["c","d"]`, `["c","d"]`], [`{"a":"b"}`, `["c"]`, `["c"]`], [`{"a":"foo"}`, `null`, `null`],
    [`{"a":"foo"}`, `"bar"`, `"bar"`], [`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`], [`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`], [`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`],
  ])("makes of %s with %s %s", (target, patch, result) => {
    expect(mergePatch(JSON.parse(target), JSON.parse(patch))).toEqual(JSON.parse(result));
  });

  test("has nothing to do with prototypes", () => {
    const merged = mergePatch({}, JSON.parse(`{"__proto__":{"isAdmin":true}}`)) as { isAdmin?: boolean };

    expect(merged.isAdmin).toBeUndefined();
    expect(Object.keys(merged)).toEqual(["__proto__"]);
  });

  test("leaves what it is put on as it was", () => {
    const target = frozen({ a: { b: 1 }, c: [1] });

    expect(mergePatch(target, { a: { d: 2 } })).toEqual({ a: { b: 1, d: 2 }, c: [1] });
    expect(target).toEqual({ a: { b: 1 }, c: [1] });
  });
});

test("Values are the same whatever the order of their members, and not when one has more", () => {
  expect(isSame({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
  expect(isSame({ a: undefined }, { b: undefined })).toBe(false);
  expect(isSame([1], { 0: 1 })).toBe(false);
  expect(isSame({ a: 1 }, { a: 1, b: 2 })).toBe(false);
});

test("Of a value only the wanted fields are kept, and what has none is left as it is", () => {
  expect(selected({ a: 1, b: 2 }, ["b", "c"])).toEqual({ b: 2 });
  expect(selected(7, ["b"])).toBe(7);
  expect(selected({ a: 1 }, undefined)).toEqual({ a: 1 });
});

describe("What a mutation will make of a value", () => {
  test("is what it asks for", () => {
    expect(foreseen("merge", { a: 1, b: 1 }, { a: null, c: 2 })).toEqual({ b: 1, c: 2 });
    expect(foreseen("set", { a: 1 }, 5)).toBe(5);
    expect(foreseen("delete", { a: 1 }, undefined)).toBeUndefined();
  });

  test("adds to numbers as people do, at any depth, and begins where there is none", () => {
    expect(foreseen("increment", { spent: 0.1, more: { n: 1 } }, { spent: 0.2, more: { n: -3, m: 4 } })).toEqual({ spent: 0.3, more: { n: -2, m: 4 } });
    expect(foreseen("increment", undefined, { spent: 5 })).toEqual({ spent: 5 });
  });

  test("adds members once, and takes away those that are the same", () => {
    expect(foreseen("add", { tags: ["a"] }, { tags: ["b", "a", "b"] })).toEqual({ tags: ["a", "b"] });
    expect(foreseen("add", undefined, { tags: [{ id: 1 }, { id: 1 }] })).toEqual({ tags: [{ id: 1 }] });
    expect(foreseen("remove", { tags: ["a", { id: 1, n: 2 }] }, { tags: [{ n: 2, id: 1 }, "x"] })).toEqual({ tags: ["a"] });
    expect(foreseen("remove", undefined, { tags: ["a"] })).toEqual({});
  });

  test("is refused where it is nothing that can be done", () => {
    expect(() => checkGiven("increment", { spent: "5" })).toThrow(/increment an object of fields with numbers is expected; {"spent":"5"} came/);
    expect(() => checkGiven("add", { tags: "a" })).toThrow(/arrays of members/);
    expect(() => checkGiven("increment", 5)).toThrow(TypeError);
    expect(() => checkGiven("increment", {})).toThrow(TypeError);
  });
});
