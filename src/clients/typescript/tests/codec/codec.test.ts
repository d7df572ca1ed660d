import { describe, expect, test } from "vitest";
import { jsonCodec, protobufCodec } from "../../src/codec/codec.js";
import type { ClientFrame, EventBody } from "../../src/codec/frames.js";
import { compactJson, LEVELS_MAX } from "../../src/codec/json-text.js";
import { Json } from "../../src/codec/json-value.js";
import { utf8Length } from "../../src/codec/utf8.js";
import { FrameFault } from "../../src/codec/faults.js";
import { Draws } from "../machine/model-server.js";
import { bytesOfHex, vectors, type FrameVector } from "./vectors.js";

const publish = { channel: "a", type: "t", data: Json.of(1) };
const refused: [string, ClientFrame, RegExp][] = [
  ["an unknown word", { kind: "publish", id: 1, body: { ...publish, priority: "urgent" as "high" } }, /priority one of critical, high, normal, low is expected; "urgent" came/],
  ["an empty channel", { kind: "publish", id: 1, body: { ...publish, channel: "" } }, /channel is required/],
  ["no data", { kind: "publish", id: 1, body: { ...publish, data: undefined as unknown as Json } }, /data is required/],
  ["a fraction", { kind: "publish", id: 1, body: { ...publish, ttlMs: 1.5 } }, /ttlMs; 1.5 came/],
  ["more than 2^53-1", { kind: "credit", id: 0, body: { events: 2 ** 53 } }, /events; 9007199254740992 came/],
  ["an id below 1", { kind: "ping", id: -1, body: {} }, /An id from 1/],
  ["half a surrogate pair in a text", { kind: "publish", id: 1, body: { ...publish, key: "\ud83d" } }, /half a surrogate pair/],
  ["a position without epoch", { kind: "subscribe", id: 1, body: { channel: "a", from: { offset: 1 } as { epoch: string; offset: number } } }, /"offset": o/],
  ["a range that ends before it begins", { kind: "ack", id: 0, body: { channel: "a", offset: 1, ranges: [[3, 2]] } }, /1 ≤ from ≤ to/],
  ["a kind that there is not", { kind: "dance" as "ping", id: 1, body: {} }, /One of hello, subscribe/],
];

describe.each([["JSON", jsonCodec], ["Protobuf", protobufCodec]] as const)("%s", (_, codec) => {
  test.each(refused)("is not written with %s", (_, frame, message) => {
    expect(() => codec.encodeClient([frame])).toThrow(message);
  });

  test("carries many frames in one message", () => {
    const frames: ClientFrame[] = [{ kind: "ping", id: 0, body: {} }, { kind: "credit", id: 0, body: { events: 7 } }, { kind: "bye", id: 3, body: { keepSession: false } }];

    expect(codec.decodeClient(codec.encodeClient(frames))).toEqual(frames);
  });

  test("carries integers up to 2^53-1 and times before 1970", () => {
    const body: EventBody = { channel: "a", offset: Number.MAX_SAFE_INTEGER, id: "", type: "t", time: -1, priority: "low", data: Json.parse("[1.50]") };
    const [read] = codec.decodeServer(codec.encodeServer([{ kind: "event", id: 0, body }]));

    expect(read).toMatchObject({ body: { offset: Number.MAX_SAFE_INTEGER, time: -1, priority: "low" } });
    expect((read!.body as EventBody).data.text).toBe("[1.50]");
    expect((read!.body as EventBody).data.value).toEqual([1.5]);
  });

  test("does not read the other", () => {
    const other = codec === jsonCodec ? protobufCodec : jsonCodec;

    expect(() => codec.decodeServer(other.encodeServer([{ kind: "ping", id: 0, body: {} }]))).toThrow(/message is expected/);
  });
});

describe("A newer server", () => {
  test("may send kinds, fields and words that this client does not know", () => {
    expect(jsonCodec.decodeServer("{\"id\":4,\"dance\":{\"x\":1}}\r\n\n{\"lag\":{\"channel\":\"a\",\"behind\":1,\"mode\":\"m\",\"new\":[{}]}}")).toEqual([
      { kind: "unknown", id: 4, body: {} },
      { kind: "lag", id: 0, body: { channel: "a", behind: 1, mode: "m" } },
    ]);
    expect(jsonCodec.decodeServer("{\"subscribed\":{\"channel\":\"a\",\"epoch\":\"e\",\"offset\":0,\"head\":0,\"recovered\":\"partly\"}}")).toMatchObject([{ body: { recovered: "none" } }]);
  });

  test("may do the same in Protobuf: unknown fields, groups, overlong integers, and the last of a scalar counts", () => {
    // skip: channel "a", then field 15 as a group with a field in it, field 16 fixed32, from twice, to with an overlong varint.
    const body = "0a0161" + "7b08017c" + "8501" + "00000000" + "1005" + "1006" + "18878000";
    const frame = `a201${(body.length / 2).toString(16).padStart(2, "0")}${body}`;
    const message = (frame.length / 2).toString(16).padStart(2, "0") + frame;

    expect(protobufCodec.decodeServer(bytesOfHex(message))).toEqual([{ kind: "skip", id: 0, body: { channel: "a", from: 6, to: 7 } }]);
    expect(protobufCodec.decodeServer(bytesOfHex("05" + "0804" + "f20300"))).toEqual([{ kind: "unknown", id: 4, body: {} }]);
  });

  test.each(["2026-11-21T10:00:00Z", "2026-11-21t10:00:00.000z", "2026-11-21T12:00:00.0000000+02:00", "2026-11-21T04:30:00-05:30"])("may write a time as %s", time => {
    const [frame] = jsonCodec.decodeServer(`{"event":{"channel":"a","offset":1,"id":"x","type":"t","time":"${time}","priority":"normal","data":1}}`);

    expect(frame).toMatchObject({ body: { time: Date.UTC(2026, 10, 21, 10) } });
  });

  test.each([
    ["a time that is none", "{\"event\":{\"channel\":\"a\",\"offset\":1,\"id\":\"x\",\"type\":\"t\",\"time\":\"yesterday\",\"data\":1}}"],
    ["an event without offset", "{\"event\":{\"channel\":\"a\",\"data\":1}}"],
    ["an event without data", "{\"event\":{\"channel\":\"a\",\"offset\":1}}"],
    ["an array", "[]"],
    ["no JSON", "{"],
    ["an id that is none", "{\"id\":\"1\",\"ok\":{}}"],
  ])("is refused with %s", (_, line) => {
    expect(() => jsonCodec.decodeServer(line)).toThrow();
  });

  test.each([["a length beyond the end", "05ff"], ["an endless integer", "0bffffffffffffffffffff01"], ["text that is not UTF-8", "07a201040a02c328"]])("is refused with %s", (_, hex) => {
    expect(() => protobufCodec.decodeServer(bytesOfHex(hex))).toThrow();
  });
});

test("Whatever comes, it is read or refused", () => {
  const draws = new Draws(1);
  let refusals = 0;
  for (const { json, protobuf } of vectors<FrameVector>("server-frames.json")) {
    for (let i = 0; i < 200; i++) {
      const bytes = bytesOfHex(protobuf);
      bytes[draws.next(bytes.length)] = draws.next(256);
      const at = draws.next(json.length);
      const text = json.slice(0, at) + "\"{}[],:019-x\\ "[draws.next(14)] + json.slice(at + draws.next(3));
      for (const read of [() => protobufCodec.decodeServer(bytes), () => jsonCodec.decodeServer(text)]) {
        try {
          read();
        }
        catch (fault) {
          expect(fault).toBeInstanceOf(FrameFault);
          refusals++;
        }
      }
    }
  }
  expect(refusals).toBeGreaterThan(1_000);
});

describe("JSON values", () => {
  test("keep their tokens and lose the white space between them", () => {
    expect(compactJson(" { \"a b\" : [ 1.50 , -0 , 1e999 , \"\\u0041 \" ] ,\n\"c\":null } ")).toBe("{\"a b\":[1.50,-0,1e999,\"\\u0041 \"],\"c\":null}");
  });

  test.each(["", "01", "[1,]", "{\"a\":1,}", "{\"a\":1,\"\\u0061\":2}", "\"\u0001\"", "[1] 2", "tru", "'a'", "{a:1}", "[", "\"\\x\"", "NaN", "+1", "1."])("%j is none", text => {
    expect(() => compactJson(text)).toThrow();
  });

  test("have at most 32 levels", () => {
    expect(compactJson("[".repeat(LEVELS_MAX) + "]".repeat(LEVELS_MAX))).toHaveLength(2 * LEVELS_MAX);
    expect(() => Json.of(JSON.parse("[".repeat(LEVELS_MAX + 1) + "]".repeat(LEVELS_MAX + 1)))).toThrow(/at most 32 levels/);
    expect(Json.of(["[".repeat(100), "\\\"[{"]).value).toEqual(["[".repeat(100), "\\\"[{"]);
  });

  test("of what is none say so", () => {
    expect(() => Json.of(undefined)).toThrow(/nothing came/);
    expect(() => Json.of(() => 1)).toThrow(/a function came/);
    expect(() => Json.of(1n)).toThrow(/can be written as JSON/);
    for (const none of [NaN, Infinity, -Infinity]) expect(() => Json.of({ none: null, amounts: [{ amount: none }] })).toThrow(`${none} is no number of JSON, at "amount"`);

    expect(Json.of(null).text).toBe("null");
    expect(Json.of({ amount: null, text: "null", date: new Date(NaN) }).text).toBe("{\"amount\":null,\"text\":\"null\",\"date\":null}");
  });

  test("A received value is found again in its line, whatever stands around it", () => {
    const line = "{\"id\":1,\"page\":{\"channel\":\"a\",\"what\":\"events\",\"x\":{\"items\":[0]},\"items\":[{\"offset\":1,\"data\":\"\\\"]}\"},{\"d\\u0061ta\":[ 1.0 ],\"offset\":2}]}}";
    const [frame] = jsonCodec.decodeServer(line);

    expect((frame!.body as { events: EventBody[] }).events.map(({ data }) => [data.text, data.value])).toEqual([["\"\\\"]}\"", "\"]}"], ["[1.0]", [1]]]);
  });
});

test("The bytes of a text are counted as UTF-8 has them", () => {
  for (const text of ["", "abc", "größe", "€", "😀", "a😀€ß"]) expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
});
