import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebStorageSessionStore } from "../../src/index.js";
import { FileSessionStore } from "../../src/node.js";
import { lifetimeOf } from "../../src/running/token.js";

describe("A file", () => {
  let directory: string;
  beforeEach(() => { directory = mkdtempSync(join(tmpdir(), "realtime-")); });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("keeps the ticket for the next process, for its owner only, and leaves nothing else behind", () => {
    const path = join(directory, "new", "session.json");
    const store = new FileSessionStore(path);
    expect(store.load()).toBeNull();

    store.save({ id: "s-1", key: "k-1" });
    store.save({ id: "s-1", key: "k-2" });

    expect(new FileSessionStore(path).load()).toEqual({ id: "s-1", key: "k-2" });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, "new"))).toEqual(["session.json"]);
    store.clear();
    expect(store.load()).toBeNull();
  });

  test("that holds something else is a new session", () => {
    const path = join(directory, "session.json");
    for (const text of ["", "null", "{\"id\":1}", "{"]) {
      writeFileSync(path, text);
      expect(new FileSessionStore(path).load()).toBeNull();
    }
  });
});

test("A browser's storage keeps it under a name", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => { kept.set(name, value); }, removeItem: (name: string) => { kept.delete(name); } };
  const store = new WebStorageSessionStore("mine", storage);
  expect(store.load()).toBeNull();

  store.save({ id: "s-1", key: "k-1" });

  expect(new WebStorageSessionStore("mine", storage).load()).toEqual({ id: "s-1", key: "k-1" });
  expect(new WebStorageSessionStore("other", storage).load()).toBeNull();
  store.clear();
  expect(store.load()).toBeNull();
});

test("A runtime without one says so", () => {
  expect(() => new WebStorageSessionStore()).toThrow(/FileSessionStore/);
});

test("The lifetime of a token is a hint: what says none has none", () => {
  const token = (payload: string): string => `e30.${Buffer.from(payload).toString("base64url")}.sig`;

  expect(lifetimeOf(token("{\"exp\":100}"), 40_000)).toBe(60_000);
  expect(lifetimeOf(token("{\"exp\":100,\"name\":\"größe??>>\"}"), 140_000)).toBe(-40_000);
  for (const opaque of ["opaque", "a.b", "a.%.c", token("[]"), token("{\"exp\":\"soon\"}"), token("{")]) expect(lifetimeOf(opaque, 0), opaque).toBeUndefined();
});
