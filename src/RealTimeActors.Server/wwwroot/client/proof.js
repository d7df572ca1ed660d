import { FrameFault, shown } from "./codec/faults.js";
import { bytesOfHex, hexOfBytes } from "./codec/wire-types.js";
import { compare, hashOf, joined, N, P, sha256, utf8 } from "./hash.js";
/**
 * Whether the fields that a proof shows are those to which the event's hash commits; and, where it names a checkpoint, whether that was signed with the key and covers the event.
 * @param proof What GET /v1/channels/{channel}/events/{offset}/proof answers: its text, or what JSON.parse makes of it.
 * @param publicKey The server's key as PEM (PUBLIC KEY), got from where it is trusted. Without it a proof that names a checkpoint is not taken.
 */
export async function verifyProof(proof, publicKey) {
    try {
        const read = objectOf(typeof proof === "string" ? JSON.parse(proof) : proof, "proof");
        const fields = await checkEvent(read);
        const checkpoint = read["inclusion"] == null ? undefined : await checkInclusion(read, objectOf(read["inclusion"], "inclusion"), publicKey);
        return checkpoint ? { fields, checkpoint } : { fields };
    }
    catch (fault) {
        if (fault instanceof FrameFault || fault instanceof SyntaxError)
            return { fault: fault.message, fields: new Map() };
        throw fault;
    }
}
async function checkEvent(proof) {
    if (proof["version"] !== 1)
        throw new FrameFault(`A proof of version 1 is expected; ${shown(proof["version"])} came.`);
    const isObject = textOf(proof, "kind") === "object";
    if (!isObject && proof["kind"] !== "value")
        throw new FrameFault(`kind is expected to be object or value; ${shown(proof["kind"])} came.`);
    const fields = listOf(proof, "fields").map(fieldOf);
    const told = fields.filter((field) => "name" in field);
    if (!isObject && (fields.length !== 1 || told.some(field => field.name !== "")))
        throw new FrameFault("Data that is no object is one field without a name; others are told.");
    for (let i = 1; i < told.length; i++) {
        if (compare(utf8(told[i - 1].name), utf8(told[i].name)) >= 0)
            throw new FrameFault("The fields are expected in the order of their names, each once.");
    }
    const commitments = [];
    for (const field of fields)
        commitments.push("name" in field ? await sha256(hex(field.salt, "salt", 16), P(field.name), utf8(field.value)) : hex(field.commitment, "commitment", 32));
    const event = objectOf(proof["event"], "event");
    const commitment = hexOfBytes(await sha256(Uint8Array.of(isObject ? 1 : 0), ...commitments));
    const follows = await hashOf(hashed(event), textOf(proof, "epoch"), commitment, textOf(proof, "previousHash"));
    if (follows !== textOf(event, "hash").toLowerCase())
        throw new FrameFault(`The hash ${follows} follows from what is told of the event; ${shown(event["hash"])} is claimed.`);
    return new Map(told.map(field => [field.name, field.value]));
}
async function checkInclusion(proof, inclusion, publicKey) {
    const event = objectOf(proof["event"], "event");
    const [channel, offset, hash] = [textOf(event, "channel"), wholeOf(event, "offset"), textOf(event, "hash").toLowerCase()];
    const head = headOf(objectOf(inclusion["head"], "head"));
    const checkpoint = checkpointOf(objectOf(inclusion["checkpoint"], "checkpoint"));
    if (head.channel !== channel || offset < head.from || offset > head.offset)
        throw new FrameFault(`Checkpoint ${checkpoint.number} is said to cover offset ${offset} of ${channel}; its head is of ${head.channel}, offsets ${head.from} to ${head.offset}.`);
    if (head.offset === offset && (head.hash.toLowerCase() !== hash || head.epoch !== textOf(proof, "epoch")))
        throw new FrameFault("The event is the head of its channel in the checkpoint, and its hash or epoch is another there.");
    const events = await climb(hex(hash, "hash", 32), offset - head.from, head.offset - head.from + 1, pathOf(inclusion, "eventPath"));
    if (events !== head.eventsRoot.toLowerCase())
        throw new FrameFault(`The event is not among the events ${head.from} to ${head.offset} of its channel's head.`);
    const leaf = await sha256(Uint8Array.of(0), utf8("realtime.v1.head"), P(head.channel), P(head.epoch), N(head.offset), P(hex(head.hash, "hash", 32)), N(head.from), P(hex(head.eventsRoot, "eventsRoot", 32)));
    const moved = await climb(leaf, wholeOf(inclusion, "headIndex"), checkpoint.moved, pathOf(inclusion, "headPath"));
    if (moved !== checkpoint.movedRoot.toLowerCase())
        throw new FrameFault(`The head is not among those of checkpoint ${checkpoint.number}.`);
    if (publicKey === undefined)
        throw new FrameFault("The key of the server is needed, to check the signature of the checkpoint.");
    if (!await isSigned(checkpoint, publicKey))
        throw new FrameFault(`Checkpoint ${checkpoint.number} says that key ${checkpoint.key} signed it; with the key that was given the signature is not right.`);
    return checkpoint;
}
/** Where a leaf and its path lead: the tree of RFC 6962. Undefined: nowhere, because the path is too short or too long for this place. */
async function climb(leaf, index, count, path) {
    if (index < 0 || index >= count)
        return undefined;
    let node = leaf;
    let used = 0;
    for (; count > 1; count = Math.ceil(count / 2), index = Math.floor(index / 2)) {
        const isRight = index % 2 === 1;
        // The last of an odd number has nobody beside it, and goes up as it is.
        if (!isRight && index + 1 >= count)
            continue;
        const sibling = path[used++];
        if (!sibling)
            return undefined;
        node = await sha256(Uint8Array.of(1), ...(isRight ? [sibling, node] : [node, sibling]));
    }
    return used === path.length ? hexOfBytes(node) : undefined;
}
async function isSigned(checkpoint, publicKey) {
    const info = bytesOfPem(publicKey);
    const id = hexOfBytes((await sha256(info)).subarray(0, 8));
    if (checkpoint.key !== id)
        return false;
    let key;
    try {
        key = await crypto.subtle.importKey("spki", info, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    }
    catch {
        throw new FrameFault("A public key on the curve P-256 is expected as PEM; what came cannot be read as one.");
    }
    const text = joined(utf8("realtime.v1.checkpoint"), N(checkpoint.number), N(Date.parse(checkpoint.time)), N(checkpoint.channels), P(hex(checkpoint.root, "root", 32)), N(checkpoint.moved), P(hex(checkpoint.movedRoot, "movedRoot", 32)), P(hex(checkpoint.previous, "previous", 32)), P(checkpoint.key));
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, hex(checkpoint.signature, "signature", 64), text);
}
function bytesOfPem(pem) {
    const found = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(pem);
    try {
        if (found)
            return Uint8Array.from(atob(found[1].replace(/\s/g, "")), char => char.charCodeAt(0));
    }
    catch {
        // What is no Base64 is told as what is no PEM.
    }
    throw new FrameFault("A public key is expected as PEM (PUBLIC KEY); what came is none.");
}
function hashed(event) {
    const optional = (name) => event[name] == null ? {} : { [name]: textOf(event, name) };
    return {
        channel: textOf(event, "channel"), offset: wholeOf(event, "offset"), id: textOf(event, "id"), type: textOf(event, "type"), time: timeOf(event),
        priority: textOf(event, "priority"), ...optional("user"), ...optional("key"), ...optional("source"), ...optional("correlationId"),
    };
}
function fieldOf(field) {
    const members = objectOf(field, "field");
    return members["name"] == null
        ? { commitment: textOf(members, "commitment") }
        : { name: textOf(members, "name"), value: textOf(members, "value"), salt: textOf(members, "salt") };
}
function headOf(head) {
    return {
        channel: textOf(head, "channel"), epoch: textOf(head, "epoch"), offset: wholeOf(head, "offset"), hash: textOf(head, "hash"), from: wholeOf(head, "from"),
        eventsRoot: textOf(head, "eventsRoot"),
    };
}
function checkpointOf(checkpoint) {
    timeOf(checkpoint);
    return {
        number: wholeOf(checkpoint, "number"), time: textOf(checkpoint, "time"), channels: wholeOf(checkpoint, "channels"), root: textOf(checkpoint, "root"), moved: wholeOf(checkpoint, "moved"),
        movedRoot: textOf(checkpoint, "movedRoot"), previous: textOf(checkpoint, "previous"), key: textOf(checkpoint, "key"), signature: textOf(checkpoint, "signature"),
    };
}
function pathOf(of, name) {
    const path = listOf(of, name);
    if (path.length > 64)
        throw new FrameFault(`${name} is expected to have at most 64 hashes; ${path.length} came.`);
    return path.map(hash => hex(typeof hash === "string" ? hash : "", name, 32));
}
function hex(text, name, bytes) {
    if (text.length !== 2 * bytes || !/^[0-9a-fA-F]*$/.test(text))
        throw new FrameFault(`${2 * bytes} hexadecimal digits are expected for ${name}; ${shown(text)} came.`);
    return Uint8Array.from(bytesOfHex(text));
}
function objectOf(value, name) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
        throw new FrameFault(`An object is expected for ${name}; ${shown(value)} came.`);
    return value;
}
function listOf(of, name) {
    const value = of[name];
    if (!Array.isArray(value))
        throw new FrameFault(`A list is expected for ${name}; ${shown(value)} came.`);
    return value;
}
function textOf(of, name) {
    const value = of[name];
    if (typeof value !== "string")
        throw new FrameFault(`A text is expected for ${name}; ${shown(value)} came.`);
    return value;
}
function wholeOf(of, name) {
    const value = of[name];
    if (!Number.isSafeInteger(value) || value < 0)
        throw new FrameFault(`A whole number is expected for ${name}; ${shown(value)} came.`);
    return value;
}
function timeOf(of) {
    const text = textOf(of, "time");
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(time))
        throw new FrameFault(`A time as 2026-11-21T18:00:00.000Z is expected; ${shown(text)} came.`);
    return time;
}
