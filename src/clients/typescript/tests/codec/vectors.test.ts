import { describe, expect, test } from "vitest";
import { jsonCodec, protobufCodec, type Codec, type Message } from "../../src/codec/codec.js";
import { FrameFault } from "../../src/codec/faults.js";
import { Json } from "../../src/codec/json-value.js";
import { commitmentOf, hashOf } from "../../src/hash.js";
import { bytesOfHex, hexOfBytes, vectors, type FrameVector, type HashVector, type MalformedVector } from "./vectors.js";

describe.each(vectors<FrameVector>("client-frames.json"))("A client's frame: $name", ({ json, protobuf }) => {
  test("means the same in both encodings", () => {
    expect(plain(protobufCodec.decodeClient(bytesOfHex(protobuf)))).toEqual(plain(jsonCodec.decodeClient(json)));
  });

  test("is written as these bytes in both, from whichever it was read", () => {
    for (const frames of [jsonCodec.decodeClient(json), protobufCodec.decodeClient(bytesOfHex(protobuf))]) {
      expect(jsonCodec.encodeClient(frames)).toBe(json);
      expect(hexOf(protobufCodec.encodeClient(frames))).toBe(protobuf);
    }
  });
});

describe.each(vectors<FrameVector>("server-frames.json"))("A server's frame: $name", ({ json, protobuf }) => {
  test("means the same in both encodings", () => {
    expect(plain(protobufCodec.decodeServer(bytesOfHex(protobuf)))).toEqual(plain(jsonCodec.decodeServer(json)));
  });

  test("is written as these bytes in both, from whichever it was read", () => {
    for (const frames of [jsonCodec.decodeServer(json), protobufCodec.decodeServer(bytesOfHex(protobuf))]) {
      expect(jsonCodec.encodeServer(frames)).toBe(json);
      expect(hexOf(protobufCodec.encodeServer(frames))).toBe(protobuf);
    }
  });
});

describe.each(vectors<MalformedVector>("malformed.json"))("What is not of the contract is refused: $name", ({ json, protobuf }) => {
  test.each(([["JSON", jsonCodec, json], ["Protobuf", protobufCodec, protobuf && bytesOfHex(protobuf)]] as [string, Codec, Message | undefined][])
    .filter(([, , message]) => message !== undefined))("in %s", (_, codec, message) => {
    expect(() => codec.decodeClient(message!)).toThrow(FrameFault);
  });
});

describe.each(vectors<HashVector>("hashes.json"))("The seal of $name", ({ event: { timeUnixMs, ...event }, epoch, data, salt, commitment, previousHash, hash }) => {
  test("is computed again from what was published", async () => {
    expect(await commitmentOf(data, salt)).toBe(commitment);
    expect(await hashOf({ ...event, time: timeUnixMs }, epoch, commitment, previousHash)).toBe(hash);
  });
});

function hexOf(message: Message): string { return hexOfBytes(message as Uint8Array); }

/** With the text of JSON values, byte for byte, in their place. */
function plain(frames: unknown): unknown {
  if (frames instanceof Json) return { text: frames.text };
  if (Array.isArray(frames)) return frames.map(plain);
  if (typeof frames !== "object" || frames === null) return frames;
  return Object.fromEntries(Object.entries(frames).map(([name, value]) => [name, plain(value)]));
}
