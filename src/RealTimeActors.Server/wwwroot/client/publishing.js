import { Json } from "./codec/json-value.js";
/** @internal The frame of a publish, in whichever way it was called. */
export function messageOfEvent(channel, event, second, third) {
    if (typeof event === "string")
        return { frame: frameOf(channel, event, second, third ?? {}), options: third ?? {} };
    if (typeof event !== "object" || event === null)
        throw new TypeError(`A type and data, or an event {type, payload}, are expected; a ${typeof event} came.`);
    const { type, id, key, priority, metadata } = event;
    const options = {
        ...(id !== undefined && { messageId: id }),
        ...(key !== undefined && { key }),
        ...(priority !== undefined && { priority }),
        ...(metadata?.source !== undefined && { source: metadata.source }),
        ...(metadata?.correlationId !== undefined && { correlationId: metadata.correlationId }),
        ...second,
    };
    return { frame: frameOf(channel, type, event.payload === undefined ? event.data : event.payload, options), options };
}
/** @internal */
export function receiptOf({ status, channel, epoch = "", offset = 0, hash = "", duplicate, delivered }) {
    return { status, channel, epoch, offset, hash, duplicate, ...(delivered && { delivered }) };
}
function frameOf(channel, type, data, options) {
    if (options.confirm === "none")
        throw new TypeError("A receipt is never given with confirm none; use send() for it.");
    const { signal: _, ...said } = options;
    return { ...said, channel, type, data: data instanceof Json ? data : Json.of(data) };
}
