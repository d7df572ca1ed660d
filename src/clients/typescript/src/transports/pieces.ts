import type { Codec } from "../codec/codec.js";
import { FrameFault } from "../codec/faults.js";
import type { ServerFrame } from "../codec/frames.js";

// One at a time for each of the four lanes, and no frame of a server comes near this.
const UNDER_WAY_MAX = 8;
const BYTES_MAX = 16 * 1024 * 1024;

/** Long frames of a server come in pieces, so that urgent ones pass between them: here they become frames again. */
export class Pieces {
  readonly #codec: Codec;
  readonly #parts = new Map<number, Uint8Array[]>();
  #bytes = 0;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** @throws {FrameFault} The joined bytes are no frame, or more is under way than there can be. */
  join(frames: ServerFrame[]): ServerFrame[] {
    return frames.some(({ kind }) => kind === "piece") ? frames.flatMap(frame => frame.kind === "piece" ? this.#take(frame.body) : [frame]) : frames;
  }

  #take({ of, last, data }: Extract<ServerFrame, { kind: "piece" }>["body"]): ServerFrame[] {
    const parts = this.#parts.get(of) ?? [];
    parts.push(data);
    this.#parts.set(of, parts);
    this.#bytes += data.length;
    if (this.#parts.size > UNDER_WAY_MAX || this.#bytes > BYTES_MAX) {
      throw new FrameFault(`At most ${UNDER_WAY_MAX} frames with ${BYTES_MAX} bytes are expected to come in pieces at a time; ${this.#parts.size} with ${this.#bytes} came.`);
    }
    if (!last) return [];

    this.#parts.delete(of);
    const whole = joined(parts);
    this.#bytes -= whole.length;
    // A frame that lost its purpose on its way ends with nothing.
    return data.length === 0 ? [] : [this.#codec.decodeServerFrame(whole)];
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
