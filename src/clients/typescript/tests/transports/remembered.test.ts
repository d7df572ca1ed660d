import { afterEach, expect, test, vi } from "vitest";

afterEach(() => { vi.unstubAllGlobals(); vi.resetModules(); });

test("What worked is remembered for ten minutes, for each address by itself", async () => {
  const { rememberTransport, transportThatWorked } = await import("../../src/transports/remembered.js");

  rememberTransport("ws://a/v1/ws", "sse", 1_000);

  expect([transportThatWorked("ws://a/v1/ws", 600_999), transportThatWorked("ws://a/v1/ws", 601_000), transportThatWorked("ws://b/v1/ws", 1_000)]).toEqual(["sse", undefined, undefined]);
});

test("A page that is loaded again finds it in its tab", async () => {
  const stored = new Map<string, string>();
  vi.stubGlobal("document", {});
  vi.stubGlobal("sessionStorage", { getItem: (name: string) => stored.get(name) ?? null, setItem: (name: string, value: string) => stored.set(name, value) });
  (await import("../../src/transports/remembered.js")).rememberTransport("ws://a/v1/ws", "poll", 1_000);
  vi.resetModules();
  const { transportThatWorked } = await import("../../src/transports/remembered.js");

  expect(transportThatWorked("ws://a/v1/ws", 2_000)).toBe("poll");
  stored.set("realtime.transport:ws://b/v1/ws", "{ nonsense");
  expect(transportThatWorked("ws://b/v1/ws", 2_000)).toBeUndefined();
});

test("A tab that may store nothing does without", async () => {
  vi.stubGlobal("document", {});
  vi.stubGlobal("sessionStorage", { getItem: () => { throw new Error("forbidden"); }, setItem: () => { throw new Error("forbidden"); } });
  const { rememberTransport, transportThatWorked } = await import("../../src/transports/remembered.js");

  rememberTransport("ws://a/v1/ws", "sse", 1_000);

  expect([transportThatWorked("ws://a/v1/ws", 2_000), transportThatWorked("ws://b/v1/ws", 2_000)]).toEqual(["sse", undefined]);
});
