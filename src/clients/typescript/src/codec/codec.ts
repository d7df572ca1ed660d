import { clientKinds } from "./client-schema.js";
import { FrameFault, shown } from "./faults.js";
import type { ClientFrame, ServerFrame } from "./frames.js";
import { compactJson } from "./json-text.js";
import { ProtoReader, ProtoWriter } from "./proto-wire.js";
import { serverKinds } from "./server-schema.js";
import type { Place, WireType } from "./wire-types.js";

/** What one WebSocket message carries. */
export type Message = string | Uint8Array;

/** One encoding of the contract, both ways. */
export interface Codec {
  /** What a WebSocket asks for by this encoding. */
  readonly subprotocol: string;

  /** @throws {FrameFault} A frame is not what the contract asks for; it is not sent. */
  encodeClient(frames: readonly ClientFrame[]): Message;
  encodeServer(frames: readonly ServerFrame[]): Message;

  /** Several messages as one. */
  join(messages: readonly Message[]): Message;

  /** @throws {FrameFault} A message cannot be divided into frames, or a frame cannot be read. */
  decodeServer(message: Message): ServerFrame[];

  /** One frame that came in pieces: its line of JSON, or its Protobuf without the length before it. */
  decodeServerFrame(bytes: Uint8Array): ServerFrame;

  /** As strictly as a server reads it, for servers in tests. */
  decodeClient(message: Message): ClientFrame[];
}

type Frame = { readonly kind: string; readonly id: number; readonly body: unknown };
type Kind = { readonly kind: string; readonly number: number; readonly type: WireType<any> };

export const jsonCodec: Codec = {
  subprotocol: "realtime.v1.json",
  encodeClient: frames => frames.map(frame => writeLine(frame, clientByName)).join("\n"),
  encodeServer: frames => frames.map(frame => writeLine(frame, serverByName)).join("\n"),
  join: messages => messages.join("\n"),
  decodeServer: message => linesOf(message).map(line => readLine(line, serverByName, false) as ServerFrame),
  decodeServerFrame: bytes => readLine(new TextDecoder("utf-8", { fatal: true }).decode(bytes), serverByName, false) as ServerFrame,
  decodeClient: message => linesOf(message).map(line => {
    // Names that come twice are refused wherever they stand; JSON.parse would take the last one.
    compactJson(line, Infinity);
    return readLine(line, clientByName, true) as ClientFrame;
  }),
};

export const protobufCodec: Codec = {
  subprotocol: "realtime.v1.proto",
  encodeClient: frames => writeAll(frames, clientByName),
  encodeServer: frames => writeAll(frames, serverByName),
  join: joined,
  decodeServer: message => readAll(message, serverByNumber, false) as ServerFrame[],
  decodeServerFrame: bytes => readOne(new ProtoReader(bytes), serverByNumber, false) as ServerFrame,
  decodeClient: message => readAll(message, clientByNumber, true) as ClientFrame[],
};

/** @throws {FrameFault} The frame is not what the contract asks for, in whatever encoding. */
export function checkFrame(frame: ClientFrame): void { writeLine(frame, clientByName); }

const clientByName = new Map<string, Kind>(clientKinds.map(kind => [kind.kind, kind]));
const serverByName = new Map<string, Kind>(serverKinds.map(kind => [kind.kind, kind]));
const clientByNumber = new Map<number, Kind>(clientKinds.map(kind => [kind.number, kind]));
const serverByNumber = new Map<number, Kind>(serverKinds.map(kind => [kind.number, kind]));

function kindOf(frame: Frame, kinds: ReadonlyMap<string, Kind>): Kind {
  const kind = kinds.get(frame.kind);
  if (!kind) throw new FrameFault(`One of ${[...kinds.keys()].join(", ")} is expected; ${shown(frame.kind)} came.`);
  if (!Number.isSafeInteger(frame.id) || frame.id < 0) throw new FrameFault(`An id from 1 to 2^53-1 is expected, or 0 for none; ${shown(frame.id)} came.`);
  return kind;
}

function writeLine(frame: Frame, kinds: ReadonlyMap<string, Kind>): string {
  const { kind, type } = kindOf(frame, kinds);
  const id = frame.id === 0 ? "" : `"id":${frame.id},`;
  return `{${id}${JSON.stringify(kind)}:${type.toJson(frame.body, kind)}}`;
}

function linesOf(message: Message): string[] {
  if (typeof message !== "string") throw new FrameFault("A text message is expected, with one frame in each line; a binary one came.");
  return message.split("\n").filter(line => line !== "" && line !== "\r");
}

function readLine(line: string, kinds: ReadonlyMap<string, Kind>, isStrict: boolean): Frame {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  }
  catch (fault) {
    throw new FrameFault(`A JSON object is expected in each line: ${(fault as Error).message}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new FrameFault(`A JSON object is expected in each line; ${shown(parsed)} came.`);

  const { id = null, ...bodies } = parsed as { id?: unknown };
  if (id !== null && (!Number.isSafeInteger(id) || (id as number) < 1)) throw new FrameFault(`An id from 1 to 2^53-1 is expected; ${shown(id)} came.`);

  const root: Place = { line, parent: null, key: "" };
  const frames: Frame[] = [];
  for (const [name, body] of Object.entries(bodies)) {
    const known = kinds.get(name);
    if (known) frames.push({ kind: known.kind, id: (id as number | null) ?? 0, body: known.type.fromJson(body, name, { line, parent: root, key: name }) });
  }
  if (isStrict && frames.length !== 1) throw new FrameFault(`Exactly one of ${[...kinds.keys()].join(", ")} is expected in a frame; ${frames.length} came.`);
  return frames[0] ?? { kind: "unknown", id: (id as number | null) ?? 0, body: {} };
}

function writeAll(frames: readonly Frame[], kinds: ReadonlyMap<string, Kind>): Uint8Array {
  const writer = new ProtoWriter();
  for (const frame of frames) {
    const { kind, number, type } = kindOf(frame, kinds);
    writer.measured(() => {
      if (frame.id !== 0) {
        writer.tag(1, 0);
        writer.varint(frame.id);
      }
      writer.tag(number, 2);
      type.write(writer, frame.body, kind);
    });
  }
  return writer.written;
}

function joined(messages: readonly Message[]): Uint8Array {
  const parts = messages as readonly Uint8Array[];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function readAll(message: Message, kinds: ReadonlyMap<number, Kind>, isStrict: boolean): Frame[] {
  if (typeof message === "string") throw new FrameFault("A binary message is expected, with the length of each frame before it; text came.");

  const frames: Frame[] = [];
  const reader = new ProtoReader(message);
  while (!reader.isAtEnd) frames.push(readOne(reader.measured(), kinds, isStrict));
  return frames;
}

function readOne(reader: ProtoReader, kinds: ReadonlyMap<number, Kind>, isStrict: boolean): Frame {
  let id = 0;
  let frame: Frame | undefined;
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const known = kinds.get(Math.floor(tag / 8));
    if (tag === ID_TAG) id = reader.varint();
    else if (known && tag % 8 === 2) frame = { kind: known.kind, id: 0, body: known.type.read(reader, known.kind) };
    else reader.skip(tag % 8);
  }
  if (!frame && isStrict) throw new FrameFault("A frame with a body is expected; there is none that is known.");
  return frame ? { ...frame, id } : { kind: "unknown", id, body: {} };
}

const ID_TAG = 8;
