import { describe, expect, test } from "vitest";
import { jsonCodec, protobufCodec } from "../../src/codec/codec.js";
import type { ServerFrame } from "../../src/codec/frames.js";
import { Pieces } from "../../src/transports/pieces.js";
import { event } from "../real/scripted-server.js";

const FRAME: ServerFrame = { kind: "event", id: 0, body: event("orders", 7, { text: "größe 😀".repeat(400) }) };

describe.each([["json", jsonCodec, encodedInJson], ["protobuf", protobufCodec, encodedInProtobuf]] as const)("Over %s", (_, codec, encoded) => {
  test("a frame that comes in pieces is the frame, wherever it is cut and whatever comes between", () => {
    for (const size of [1, 1_024, 100_000]) {
      const pieces = new Pieces(codec);
      const frames: ServerFrame[] = [];
      for (const piece of cut(encoded(FRAME), 1, size)) {
        frames.push(...pieces.join([piece, { kind: "pong", id: 0, body: {} }]));
      }

      const [whole] = frames.filter(({ kind }) => kind === "event");
      expect(codec.encodeServer([whole!])).toEqual(codec.encodeServer([FRAME]));
      expect(frames.filter(({ kind }) => kind === "event")).toHaveLength(1);
    }
  });

  test("several frames may be under way at once", () => {
    const pieces = new Pieces(codec);
    const [first, second] = [cut(encoded(FRAME), 1, 2_000), cut(encoded(FRAME), 2, 3_000)];
    const frames: ServerFrame[] = [];

    for (let i = 0; i < Math.max(first.length, second.length); i++) frames.push(...pieces.join([first[i], second[i]].filter(piece => piece !== undefined)));

    expect(frames.map(({ kind }) => kind)).toEqual(["event", "event"]);
  });
});

describe("What cannot be", () => {
  test("A last piece without data takes the frame back, and its number is free again", () => {
    const pieces = new Pieces(jsonCodec);
    pieces.join(cut(encodedInJson(FRAME), 1, 1_024).slice(0, 2));

    expect(pieces.join([{ kind: "piece", id: 0, body: { of: 1, last: true, data: new Uint8Array() } }])).toEqual([]);
    expect(pieces.join(cut(encodedInJson(FRAME), 1, 1_024))).toHaveLength(1);
  });

  test("More than four frames at a time, a frame beyond 1 MiB, a piece in pieces and no frame at all are faults", () => {
    const piece = (of: number, last: boolean, data: Uint8Array): ServerFrame => ({ kind: "piece", id: 0, body: { of, last, data } });
    const some = new Uint8Array(64 * 1024).fill(32);

    expect(() => new Pieces(jsonCodec).join([1, 2, 3, 4, 5].map(of => piece(of, false, some)))).toThrow(/At most 4 frames/);
    expect(() => new Pieces(jsonCodec).join(Array.from({ length: 17 }, () => piece(1, false, some)))).toThrow(/at most 1048576 bytes/);
    expect(() => new Pieces(jsonCodec).join(cut(encodedInJson(piece(1, true, some)), 1, 1_024_000))).toThrow(/no piece itself/);
    expect(() => new Pieces(jsonCodec).join([piece(1, true, some)])).toThrow(/JSON/);
    expect(() => new Pieces(protobufCodec).join([piece(1, true, new Uint8Array([0xff]))])).toThrow();
  });
});

function encodedInJson(frame: ServerFrame): Uint8Array { return new TextEncoder().encode(jsonCodec.encodeServer([frame]) as string); }

/** Without the length before it, which has two bytes here or three. */
function encodedInProtobuf(frame: ServerFrame): Uint8Array {
  const bytes = protobufCodec.encodeServer([frame]) as Uint8Array;
  return bytes.slice(bytes.findIndex(byte => byte < 0x80) + 1);
}

function cut(bytes: Uint8Array, of: number, size: number): ServerFrame[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => ({ kind: "piece", id: 0, body: { of, last: i === count - 1, data: bytes.slice(i * size, (i + 1) * size) } }));
}
