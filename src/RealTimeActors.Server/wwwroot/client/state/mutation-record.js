import { Json } from "../codec/json-value.js";
/** @internal A record as it was kept; null for anything else. */
export function recordOf(text) {
    if (text === null)
        return null;
    try {
        const read = JSON.parse(text);
        const isRecord = typeof read === "object" && read !== null && typeof read.id === "string" && typeof read.channel === "string" && typeof read.key === "string" && typeof read.operation === "string"
            && OPERATIONS.has(read.operation) && typeof read.time === "number" && typeof read.isSent === "boolean" && (read.value === undefined || isJson(read.value));
        return isRecord ? read : null;
    }
    catch {
        return null;
    }
}
function isJson(text) {
    if (typeof text !== "string")
        return false;
    Json.parse(text);
    return true;
}
const OPERATIONS = new Set(["merge", "set", "delete", "increment", "add", "remove"]);
