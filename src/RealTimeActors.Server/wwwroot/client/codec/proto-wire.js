import { FrameFault } from "./faults.js";
const GROUP_DEPTH_MAX = 32;
const encoder = new TextEncoder();
// "fatal": what is not UTF-8 is refused; "ignoreBOM": a mark of byte order is text like any other.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
export class ProtoWriter {
    #bytes = new Uint8Array(256);
    #length = 0;
    /** What was written. Valid until more is. */
    get written() { return this.#bytes.subarray(0, this.#length); }
    tag(number, wire) { this.varint(number * 8 + wire); }
    /** A whole number from 0 to 2^53-1. */
    varint(value) {
        this.#reserve(10);
        while (value > 0x7f) {
            this.#bytes[this.#length++] = (value % 0x80) | 0x80;
            value = Math.floor(value / 0x80);
        }
        this.#bytes[this.#length++] = value;
    }
    /** Below zero it is written in 64 bits of two's complement, which makes ten bytes. */
    signed(value) {
        if (value >= 0) {
            this.varint(value);
            return;
        }
        this.#reserve(10);
        let rest = BigInt.asUintN(64, BigInt(value));
        while (rest > 0x7fn) {
            this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
            rest >>= 7n;
        }
        this.#bytes[this.#length++] = Number(rest);
    }
    double(value) {
        this.#reserve(8);
        new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
        this.#length += 8;
    }
    bytes(value) {
        this.varint(value.length);
        this.#reserve(value.length);
        this.#bytes.set(value, this.#length);
        this.#length += value.length;
    }
    text(value) { this.bytes(encoder.encode(value)); }
    /** Writes something with its length before it. */
    measured(write) {
        const from = this.#length;
        write();
        const length = this.#length - from;
        const size = sizeOf(length);
        this.#reserve(size);
        this.#bytes.copyWithin(from + size, from, this.#length);
        this.#length = from;
        this.varint(length);
        this.#length += length;
    }
    #reserve(more) {
        if (this.#length + more <= this.#bytes.length)
            return;
        const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
        larger.set(this.#bytes);
        this.#bytes = larger;
    }
}
export class ProtoReader {
    #bytes;
    #end;
    #at;
    constructor(bytes, from = 0, end = bytes.length) {
        this.#bytes = bytes;
        this.#at = from;
        this.#end = end;
    }
    get isAtEnd() { return this.#at >= this.#end; }
    /** A whole number from 0 to 2^53-1. */
    varint() {
        const value = this.#varint();
        if (typeof value === "number")
            return value;
        const whole = BigInt.asUintN(64, value);
        if (whole > BigInt(Number.MAX_SAFE_INTEGER))
            throw new FrameFault(`A whole number up to 2^53-1 is expected; ${whole} came.`);
        return Number(whole);
    }
    signed() {
        const value = this.#varint();
        if (typeof value === "number")
            return value;
        const whole = BigInt.asIntN(64, value);
        if (whole > BigInt(Number.MAX_SAFE_INTEGER) || whole < -BigInt(Number.MAX_SAFE_INTEGER))
            throw new FrameFault(`A whole number between -(2^53-1) and 2^53-1 is expected; ${whole} came.`);
        return Number(whole);
    }
    flag() {
        const value = this.#varint();
        return typeof value === "number" ? value !== 0 : BigInt.asUintN(64, value) !== 0n;
    }
    double() {
        const at = this.#pass(8);
        return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0, true);
    }
    bytes() {
        const length = this.varint();
        const at = this.#pass(length);
        return this.#bytes.subarray(at, at + length);
    }
    text() {
        const bytes = this.bytes();
        try {
            return decoder.decode(bytes);
        }
        catch {
            throw new FrameFault("Text in UTF-8 is expected; other bytes came.");
        }
    }
    /** What has its length before it. */
    measured() {
        const length = this.varint();
        const at = this.#pass(length);
        return new ProtoReader(this.#bytes, at, at + length);
    }
    skip(wire, depth = 0) {
        switch (wire) {
            case 0:
                this.#varint();
                break;
            case 1:
                this.#pass(8);
                break;
            case 2:
                this.#pass(this.varint());
                break;
            case 3:
                this.#skipGroup(depth + 1);
                break;
            case 5:
                this.#pass(4);
                break;
            default: throw new FrameFault(`A Protobuf field is expected; one with wire type ${wire} came.`);
        }
    }
    #skipGroup(depth) {
        if (depth > GROUP_DEPTH_MAX)
            throw new FrameFault(`Groups at most ${GROUP_DEPTH_MAX} deep are expected; these are deeper.`);
        for (;;) {
            const wire = this.varint() % 8;
            if (wire === 4)
                return;
            this.skip(wire, depth);
        }
    }
    /** As a number while it has 49 bits, which nearly all have; beyond that as it stands in 64 bits. */
    #varint() {
        let value = 0;
        let factor = 1;
        for (let i = 0; i < 7; i++) {
            const byte = this.#bytes[this.#pass(1)];
            value += (byte & 0x7f) * factor;
            if (byte < 0x80)
                return value;
            factor *= 0x80;
        }
        let long = BigInt(value);
        for (let shift = 49n; shift <= 63n; shift += 7n) {
            const byte = this.#bytes[this.#pass(1)];
            long |= BigInt(byte & 0x7f) << shift;
            if (byte < 0x80)
                return long;
        }
        throw new FrameFault("A variable-length integer of at most ten bytes is expected; this one is longer.");
    }
    #pass(length) {
        const at = this.#at;
        if (length > this.#end - at)
            throw new FrameFault(`${length} more bytes are expected; ${this.#end - at} are there.`);
        this.#at += length;
        return at;
    }
}
function sizeOf(value) {
    let size = 1;
    while (value > 0x7f) {
        value = Math.floor(value / 0x80);
        size++;
    }
    return size;
}
