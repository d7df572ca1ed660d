import { FrameFault, shown } from "./codec/faults.js";
import { Json } from "./codec/json-value.js";
import { membersOf } from "./codec/json-text.js";
import { bytesOfHex, hexOfBytes } from "./codec/wire-types.js";
// Section 4 of PROTOCOL.md: what each event of a log is sealed with, and how it is computed again.
/** The hash before the first of a log. */
export const NO_HASH = "0".repeat(64);
/**
 * The hash of an event, in hexadecimal digits.
 * @param event Its fields.
 * @param epoch The life of the log that it stands in.
 * @param commitment What {@link commitmentOf} makes of its data.
 * @param previousHash Of the event before it; {@link NO_HASH} for offset 1.
 */
export async function hashOf(event, epoch, commitment, previousHash) {
    return hexOfBytes(await sha256(Uint8Array.of(1), P(event.channel), P(epoch), N(event.offset), P(event.id), P(event.type), N(event.time), P(event.user), P(event.key), P(event.source), P(event.correlationId), P(event.priority), P(digits(commitment, "commitment", 32)), P(digits(previousHash, "previousHash", 32))));
}
/**
 * The commitment to the data of an event, in hexadecimal digits.
 * @param data Its text exactly as the log has it, or the {@link Json} of a received event.
 * @param salt Sixteen bytes, in hexadecimal digits.
 */
export async function commitmentOf(data, salt) {
    const text = (typeof data === "string" ? Json.parse(data) : data).text;
    const seed = digits(salt, "salt", 16);
    const members = membersOf(text);
    const fields = (members ?? [["", text]]).map(([name, value]) => ({ name: utf8(name), value: utf8(value) })).sort((one, other) => compare(one.name, other.name));
    const commitments = [];
    let block = new Uint8Array();
    for (const [i, field] of fields.entries()) {
        if (i % 2 === 0)
            block = await sha256(utf8("realtime.v1.salt"), seed, bigEndian(4, BigInt(i / 2)));
        commitments.push(await sha256(i % 2 === 0 ? block.subarray(0, 16) : block.subarray(16), P(field.name), field.value));
    }
    return hexOfBytes(await sha256(Uint8Array.of(members ? 1 : 0), ...commitments));
}
export async function sha256(...parts) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}
export function joined(...parts) {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}
/** Length, then bytes; absent text is empty. */
export function P(value) {
    const bytes = typeof value === "object" ? value : utf8(value ?? "");
    const prefixed = new Uint8Array(4 + bytes.length);
    new DataView(prefixed.buffer).setUint32(0, bytes.length);
    prefixed.set(bytes, 4);
    return prefixed;
}
export function N(value) { return P(bigEndian(8, BigInt(value))); }
function bigEndian(bytes, value) {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigInt64(0, value);
    return new Uint8Array(view.buffer, 8 - bytes);
}
export function utf8(text) { return new TextEncoder().encode(text); }
function digits(text, name, bytes) {
    if (text.length !== 2 * bytes || !/^[0-9a-fA-F]*$/.test(text))
        throw new FrameFault(`${2 * bytes} hexadecimal digits are expected for ${name}; ${shown(text)} came.`);
    return bytesOfHex(text);
}
export function compare(one, other) {
    const length = Math.min(one.length, other.length);
    for (let i = 0; i < length; i++) {
        if (one[i] !== other[i])
            return one[i] - other[i];
    }
    return one.length - other.length;
}
