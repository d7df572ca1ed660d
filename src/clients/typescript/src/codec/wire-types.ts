import { FrameFault, shown } from "./faults.js";
import { compactJson, textAt } from "./json-text.js";
import { Json } from "./json-value.js";
import type { ProtoReader, ProtoWriter, WireNumber } from "./proto-wire.js";

/** Where in a line of JSON something stands, so that its text can be found again. */
export interface Place {
  readonly line: string;
  readonly parent: Place | null;
  readonly key: string | number;
}

/** One kind of value in both encodings. What it is not is refused: when it is written as when it is read. */
export interface WireType<T> {
  readonly wire: WireNumber;

  /** What the value is where it is left out; undefined where it cannot be. */
  readonly absent?: T | undefined;

  /** Whether that is written out all the same. */
  readonly isSpelled?: boolean;

  /** Whether null is a value of it, and not the same as leaving it out. */
  readonly takesNull?: boolean;
  toJson(value: T, name: string): string;
  fromJson(value: unknown, name: string, place: Place): T;
  write(writer: ProtoWriter, value: T, name: string): void;
  read(reader: ProtoReader, name: string): T;
}

export const text: WireType<string> = {
  wire: 2,
  absent: "",
  toJson: (value, name) => JSON.stringify(checkText(value, name)),
  fromJson: checkText,
  write: (writer, value, name) => writer.text(checkText(value, name)),
  read: reader => reader.text(),
};

/** Whole numbers from `min` up to `max`, else up to what JavaScript holds exactly. */
export function count(min = 0, max = Number.MAX_SAFE_INTEGER): WireType<number> {
  const check = (value: unknown, name: string): number => checkWhole(value, name, min, max);
  return {
    wire: 0,
    absent: 0,
    toJson: (value, name) => String(check(value, name)),
    fromJson: check,
    write: (writer, value, name) => writer.varint(check(value, name)),
    read: (reader, name) => check(reader.varint(), name),
  };
}

export const signed: WireType<number> = {
  wire: 0,
  absent: 0,
  toJson: (value, name) => String(checkWhole(value, name, Number.MIN_SAFE_INTEGER)),
  fromJson: (value, name) => checkWhole(value, name, Number.MIN_SAFE_INTEGER),
  write: (writer, value, name) => writer.signed(checkWhole(value, name, Number.MIN_SAFE_INTEGER)),
  read: reader => reader.signed(),
};

export const flag: WireType<boolean> = {
  wire: 0,
  absent: false,
  toJson: (value, name) => String(checkFlag(value, name)),
  fromJson: checkFlag,
  write: (writer, value, name) => writer.varint(checkFlag(value, name) ? 1 : 0),
  read: reader => reader.flag(),
};

export const double: WireType<number> = {
  wire: 1,
  absent: 0,
  toJson: (value, name) => String(checkNumber(value, name)),
  fromJson: checkNumber,
  write: (writer, value, name) => writer.double(checkNumber(value, name)),
  read: (reader, name) => checkNumber(reader.double(), name),
};

/** Words that are compared exactly. */
export function words<T extends string>(...known: readonly T[]): WireType<T> {
  const check = (value: unknown, name: string): T => {
    if (value !== "" && !known.includes(value as T)) throw new FrameFault(`For ${name} one of ${known.join(", ")} is expected; ${shown(value)} came.`);
    return value as T;
  };
  return { ...(text as unknown as WireType<T>), toJson: (value, name) => JSON.stringify(check(value, name)), fromJson: check, write: (writer, value, name) => writer.text(check(value, name)), read: (reader, name) => check(reader.text(), name) };
}

/** Words of a server: one that this version does not know is read as the default. */
export function serverWords<T extends string>(otherwise: T, ...known: readonly T[]): WireType<T> {
  const strict = words(otherwise, ...known);
  const read = (value: string): T => value === otherwise || known.includes(value as T) ? value as T : otherwise;
  return { ...strict, absent: otherwise, isSpelled: true, fromJson: (value, name) => read(checkText(value, name)), read: reader => read(reader.text()) };
}

/** A JSON value of a client: judged. */
export const judgedJson: WireType<Json> = {
  wire: 2,
  takesNull: true,
  toJson: value => value.text,
  fromJson: (_, __, place) => Json.parse(textOf(place)),
  write: (writer, value) => writer.text(value.text),
  read: (reader, name) => {
    const read = reader.text();
    if (read === "") throw new FrameFault(`A JSON value is expected for ${name}; nothing came.`);
    return Json.parse(read);
  },
};

/** A JSON value of a server. */
export const json: WireType<Json> = {
  ...judgedJson,
  fromJson: (value, _, place) => Json.received(() => compactJson(textOf(place), Infinity), { value }),
  read: reader => Json.received(reader.text()),
};

/** A hash: bytes, in JSON and in memory their hexadecimal digits. */
export const hex: WireType<string> = {
  wire: 2,
  absent: "",
  toJson: (value, name) => JSON.stringify(checkHex(value, name)),
  fromJson: (value, name) => checkHex(value, name).toLowerCase(),
  write: (writer, value, name) => writer.bytes(bytesOfHex(checkHex(value, name))),
  read: reader => hexOfBytes(reader.bytes()),
};

/** Bytes: in JSON base64. */
export const base64: WireType<Uint8Array> = {
  wire: 2,
  absent: new Uint8Array(),
  toJson: value => JSON.stringify(btoa(Array.from(value, byte => String.fromCharCode(byte)).join(""))),
  fromJson: (value, name) => {
    const came = checkText(value, name);
    if (!BASE64.test(came)) throw new FrameFault(`Bytes in base64 are expected for ${name}; ${shown(value)} came.`);
    return Uint8Array.from(atob(came), char => char.charCodeAt(0));
  },
  write: (writer, value) => writer.bytes(value),
  read: reader => reader.bytes().slice(),
};

/** A moment: in JSON by RFC 3339, else milliseconds since 1970. */
export const time: WireType<number> = {
  ...signed,
  toJson: (value, name) => JSON.stringify(new Date(checkWhole(value, name, Number.MIN_SAFE_INTEGER)).toISOString()),
  fromJson: (value, name) => {
    const came = checkText(value, name);
    const unixMs = RFC_3339.test(came) ? Date.parse(came.toUpperCase().replace(" ", "T")) : NaN;
    if (Number.isNaN(unixMs)) throw new FrameFault(`A time by RFC 3339 is expected for ${name}; ${shown(value)} came.`);
    return unixMs;
  },
};

export function checkText(value: unknown, name: string): string {
  if (typeof value !== "string") throw new FrameFault(`Text is expected for ${name}; ${shown(value)} came.`);
  if (HALF_PAIR.test(value)) throw new FrameFault(`Text that can be written in UTF-8 is expected for ${name}; half a surrogate pair came.`);
  return value;
}

export function bytesOfHex(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export function hexOfBytes(bytes: Uint8Array): string {
  let digits = "";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return digits;
}

function checkWhole(value: unknown, name: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    throw new FrameFault(`A whole number from ${min} to ${max === Number.MAX_SAFE_INTEGER ? "2^53-1" : max} is expected for ${name}; ${shown(value)} came.`);
  }
  return value as number;
}

/** The name of something: text of 1 to 200 bytes. */
export const nameText: WireType<string> = {
  ...text,
  toJson: (value, name) => JSON.stringify(checkName(value, name)),
  fromJson: checkName,
  write: (writer, value, name) => writer.text(checkName(value, name)),
  read: (reader, name) => checkName(reader.text(), name),
};

function checkName(value: unknown, name: string): string {
  const checked = checkText(value, name);
  const bytes = new TextEncoder().encode(checked).length;
  if (bytes < 1 || bytes > 200) throw new FrameFault(`Text of 1 to 200 bytes is expected in ${name}; ${bytes} came.`);
  return checked;
}

function checkFlag(value: unknown, name: string): boolean {
  if (typeof value !== "boolean") throw new FrameFault(`true or false is expected for ${name}; ${shown(value)} came.`);
  return value;
}

function checkNumber(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new FrameFault(`A number is expected for ${name}; ${shown(value)} came.`);
  return value;
}

function checkHex(value: unknown, name: string): string {
  if (typeof value !== "string" || value.length % 2 !== 0 || !HEX.test(value)) throw new FrameFault(`Hexadecimal digits are expected for ${name}; ${shown(value)} came.`);
  return value;
}

function textOf(place: Place): string {
  const path: (string | number)[] = [];
  for (let at: Place = place; at.parent !== null; at = at.parent) path.unshift(at.key);
  return textAt(place.line, path);
}

const HALF_PAIR = /\p{Surrogate}/u;
const HEX = /^[0-9a-fA-F]*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
