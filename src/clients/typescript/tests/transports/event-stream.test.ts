import { describe, expect, test } from "vitest";
import { linesOf } from "../../src/transports/body-lines.js";
import { eventsOf } from "../../src/transports/event-stream.js";

/** A body that comes in these parts. */
function bodyOf(...parts: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(typeof part === "string" ? new TextEncoder().encode(part) : part);
      controller.close();
    },
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("The lines of a body", () => {
  test("end with \\n, \\r\\n or \\r, wherever the parts are divided", async () => {
    const text = "one\ntwo\r\nthree\rfour\n\nlast";
    for (let at = 0; at <= text.length; at++) {
      expect(await all(linesOf(bodyOf(text.slice(0, at), text.slice(at))))).toEqual(["one", "two", "three", "four", "", "last"]);
    }
  });

  test("are whole characters, wherever these are divided", async () => {
    const bytes = new TextEncoder().encode("größe 😀\n");
    for (let at = 0; at <= bytes.length; at++) expect(await all(linesOf(bodyOf(bytes.slice(0, at), bytes.slice(at))))).toEqual(["größe 😀"]);
  });

  test("are bounded", async () => {
    const part = new Uint8Array(1024 * 1024).fill(65);

    await expect(all(linesOf(bodyOf(...Array.from({ length: 17 }, () => part))))).rejects.toThrow(/a longer one came/);
  });
});

describe("An event stream", () => {
  test("gives events with their data and the last id; comments, other fields and events without data are passed over", async () => {
    const heard: number[] = [];
    const body = bodyOf(":\n\n", "id: c.1\ndata: one\ndata:two\n\n", "event: x\nretry: 5\n\n", "data\n\n", ": still here\ndata:  three\nid\n\n");

    expect(await all(eventsOf(body, () => heard.push(1)))).toEqual([{ id: "c.1", data: "one\ntwo" }, { id: "c.1", data: "" }, { id: "", data: " three" }]);
    expect(heard).toHaveLength(5);
  });

  test("that breaks off gives nothing of the event that it broke off", async () => {
    expect(await all(eventsOf(bodyOf("data: whole\n\ndata: ha")))).toEqual([{ id: "", data: "whole" }]);
    expect(await all(eventsOf(bodyOf("data: whole\n\ndata: no end\n")))).toEqual([{ id: "", data: "whole" }]);
  });
});
