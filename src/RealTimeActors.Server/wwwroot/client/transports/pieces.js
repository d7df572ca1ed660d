import { FrameFault } from "../codec/faults.js";
// What the contract allows.
const UNDER_WAY_MAX = 4;
const FRAME_BYTES_MAX = 1024 * 1024;
/** Long frames of a server come in pieces, so that urgent ones pass between them: here they become frames again. */
export class Pieces {
    #codec;
    #underWay = new Map();
    constructor(codec) {
        this.#codec = codec;
    }
    /** @throws {FrameFault} The joined bytes are no frame, or more is under way than there can be. */
    join(frames) {
        return frames.some(({ kind }) => kind === "piece") ? frames.flatMap(frame => frame.kind === "piece" ? this.#take(frame.body) : [frame]) : frames;
    }
    #take({ of, last, data }) {
        const frame = this.#underWay.get(of) ?? { parts: [], bytes: 0 };
        frame.parts.push(data);
        frame.bytes += data.length;
        this.#underWay.set(of, frame);
        if (this.#underWay.size > UNDER_WAY_MAX)
            throw new FrameFault(`At most ${UNDER_WAY_MAX} frames are expected to come in pieces at a time; more do.`);
        if (frame.bytes > FRAME_BYTES_MAX)
            throw new FrameFault(`A frame in pieces is expected to have at most ${FRAME_BYTES_MAX} bytes; ${frame.bytes} have come.`);
        if (!last)
            return [];
        this.#underWay.delete(of);
        // A frame that lost its purpose on its way is taken back.
        if (data.length === 0)
            return [];
        const whole = this.#codec.decodeServerFrame(joined(frame));
        if (whole.kind === "piece")
            throw new FrameFault("A frame that is no piece itself is expected to come in pieces; a piece did.");
        return [whole];
    }
}
function joined({ parts, bytes }) {
    const all = new Uint8Array(bytes);
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}
