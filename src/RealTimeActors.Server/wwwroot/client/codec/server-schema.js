import { nothing } from "./client-schema.js";
import { FrameFault } from "./faults.js";
import { bare, explicit, filled, list, record, required, reshaped } from "./records.js";
import { base64, count, double, flag, hex, json, serverWords, signed, text, time } from "./wire-types.js";
// The frames of servers: PROTOCOL.md in the order of its JSON, realtime.proto in its numbers.
const epoch = bare(3, "epoch", text);
const gap = record([required(1, "from", count(1)), required(2, "to", count(1))]);
const subscribedBegins = [required(1, "channel", text), filled(2, "epoch", text), filled(3, "offset", count()), filled(5, "head", count()), filled(4, "recovered", serverWords("none", "full", "gap", "reset"))];
const subscribed = reshaped(record([...subscribedBegins, explicit(0, "gap", record([required(1, "from", count(1)), required(2, "to", count(1)), bare(3, "reason", text)])), bare(1, "reason", text)]), record([...subscribedBegins, explicit(6, "gap", gap), bare(7, "reason", text)]), ({ gap: lost, reason, ...rest }) => ({ ...rest, gap: lost, reason: lost?.reason ?? reason }), ({ gap: lost, reason, ...rest }) => ({ ...rest, ...(lost ? { gap: { ...lost, ...(reason && { reason }) } } : reason && { reason }) }));
const session = record([required(1, "id", text), required(2, "key", text), filled(3, "resumed", flag), bare(4, "reason", text)]);
const welcomeBegins = [filled(1, "connection", text), required(2, "session", session), filled(3, "node", text)];
const heartbeatMs = filled(4, "heartbeatMs", count());
const reconnectType = record([filled(1, "minMs", count()), filled(2, "maxMs", count()), filled(3, "factor", double), filled(4, "jitter", double)]);
const adviceWithout = { minMs: 0, maxMs: 0, factor: 0, jitter: 0 };
const limits = record([filled(1, "frameBytes", count()), filled(2, "subscriptions", count())]);
const welcome = reshaped(record([
    ...welcomeBegins, filled(0, "time", time), heartbeatMs, filled(0, "limits", { ...limits, absent: { frameBytes: 0, subscriptions: 0 } }),
    filled(9, "reconnect", { ...reconnectType, absent: adviceWithout }), list(5, "subscriptions", subscribed),
]), record([
    ...welcomeBegins, heartbeatMs, list(5, "subscriptions", subscribed), filled(6, "time", signed), filled(7, "frameBytes", count()),
    filled(8, "subscriptionsMax", count()), filled(9, "reconnect", { ...reconnectType, absent: adviceWithout }),
]), ({ limits: { frameBytes, subscriptions }, ...rest }) => ({ ...rest, frameBytes, subscriptionsMax: subscriptions }), ({ frameBytes, subscriptionsMax, ...rest }) => ({ ...rest, limits: { frameBytes, subscriptions: subscriptionsMax } }));
const event = record([
    required(1, "channel", text), required(2, "offset", count(1)), filled(3, "id", text), filled(4, "type", text), filled(5, "time", time),
    filled(6, "priority", serverWords("normal", "critical", "high", "low")), bare(7, "key", text), bare(8, "source", text), bare(9, "user", text),
    bare(10, "correlationId", text), bare(11, "session", text), required(12, "data", json), bare(13, "hash", hex), bare(14, "attempt", count()),
]);
const receiptBegins = [filled(1, "status", serverWords("unknown", "accepted", "persisted", "delivered")), required(2, "channel", text), epoch, bare(4, "offset", count()), bare(5, "hash", hex), filled(6, "duplicate", flag)];
const missing = list(9, "missing", record([required(1, "session", text), bare(2, "user", text)]), "bare");
const receipt = reshaped(record([...receiptBegins, explicit(0, "delivered", record([filled(1, "acked", count()), filled(2, "of", count()), missing]))]), record([...receiptBegins, filled(7, "acked", count()), filled(8, "of", count()), missing]), ({ delivered, ...rest }) => ({ ...rest, ...delivered }), 
// Both are 0 where it was not asked for; what was delivered says so even if it was to nobody.
({ acked, of, missing: names, ...rest }) => acked !== 0 || of !== 0 || names || rest.status === "delivered" ? { ...rest, delivered: { acked, of, ...(names && { missing: names }) } } : rest);
const entry = record([required(1, "key", text), filled(2, "version", count()), required(3, "value", json)]);
const entryWithoutKey = record([filled(2, "version", count()), required(3, "value", json)]);
const entriesInJson = {
    ...nothing,
    toJson: (value, name) => `{${value.map(item => `${text.toJson(item.key, name)}:${entryWithoutKey.toJson(item, name)}`).join(",")}}`,
    fromJson: (value, name, place) => {
        if (typeof value !== "object" || value === null || Array.isArray(value))
            throw new FrameFault(`An object is expected for ${name}.`);
        return Object.entries(value).map(([key, item]) => ({ key, ...entryWithoutKey.fromJson(item, name, { line: place.line, parent: place, key }) }));
    },
};
const stateWith = (entries) => record([required(1, "channel", text), filled(2, "offset", count()), entries, filled(4, "last", flag)]);
const state = reshaped(stateWith(filled(0, "entries", entriesInJson)), stateWith(list(3, "entries", entry)), model => model, model => model);
const member = record([filled(1, "session", text), bare(2, "user", text), required(3, "state", json)]);
const pageInProto = record([
    required(1, "channel", text), filled(2, "what", text), epoch, list(4, "events", event), list(5, "entries", entry), list(6, "members", member), explicit(7, "next", count()),
    explicit(8, "offset", count()), bare(9, "nextKey", text), explicit(10, "count", count()),
]);
const pageHead = record([required(1, "channel", text), filled(2, "what", text), epoch, explicit(8, "offset", count()), explicit(10, "count", count())]);
const pageInJson = record([
    explicit(0, "next", record([bare(1, "epoch", text), filled(2, "offset", count())])), bare(9, "nextKey", text),
]);
// What the items are is said by another field, so JSON is read in two steps.
const page = {
    ...pageInProto,
    toJson(value, name) {
        const items = [...value.events.map(item => event.toJson(item, name)), ...value.entries.map(item => entry.toJson(item, name)), ...value.members.map(item => member.toJson(item, name))];
        const head = pageHead.toJson(value, name).slice(0, -1);
        const next = value.next === undefined ? "null" : `{${value.epoch === undefined ? "" : `"epoch":${JSON.stringify(value.epoch)},`}"offset":${value.next}}`;
        const nextKey = value.nextKey ? `,"nextKey":${text.toJson(value.nextKey, "nextKey")}` : "";
        return `${head},"items":[${items.join(",")}],"next":${next}${nextKey}}`;
    },
    fromJson(value, name, place) {
        const { next, nextKey } = pageInJson.fromJson(value, name, place);
        const head = pageHead.fromJson(value, name, place);
        const { channel } = head;
        const holds = head.what === "history" ? "events" : head.what;
        const items = value.items ?? [];
        if (!Array.isArray(items))
            throw new FrameFault("An array is expected for items.");
        const read = (kind, type) => holds !== kind ? [] : items.map((item, i) => type.fromJson(kind === "events" ? { channel, ...item } : item, name, { line: place.line, parent: { line: place.line, parent: place, key: "items" }, key: i }));
        return {
            ...head,
            events: read("events", event), entries: read("state", entry), members: read("presence", member),
            ...(next && { next: next.offset }), ...(nextKey !== undefined && { nextKey }),
        };
    },
};
const mutated = record([
    filled(1, "result", text), bare(8, "channel", text), bare(9, "key", text), bare(5, "epoch", text), filled(2, "offset", count()), filled(3, "version", count()),
    bare(4, "value", json), bare(6, "reason", text), bare(7, "duplicate", flag),
]);
// JSON says that there is no address, Protobuf says nothing.
const goawayInProto = record([filled(1, "withinMs", count()), filled(2, "spreadMs", count()), bare(3, "url", text)]);
const goaway = { ...goawayInProto, toJson: (value, name) => value.url ? goawayInProto.toJson(value, name) : `${goawayInProto.toJson(value, name).slice(0, -1)},"url":null}` };
const channel = required(1, "channel", text);
const offset = required(2, "offset", count(1));
const range = [channel, required(2, "from", count(1)), required(3, "to", count(1))];
/** The kinds of frames that a server sends, with their numbers in `ServerFrame`. */
export const serverKinds = [
    { kind: "welcome", number: 2, type: welcome },
    { kind: "subscribed", number: 3, type: subscribed },
    { kind: "event", number: 4, type: event },
    { kind: "receipt", number: 5, type: receipt },
    { kind: "mutated", number: 6, type: mutated },
    { kind: "state", number: 7, type: state },
    {
        kind: "change", number: 8,
        type: record([
            channel, offset, required(3, "key", text), filled(4, "version", count()), explicit(5, "patch", json), explicit(6, "value", json), bare(7, "deleted", flag),
            bare(8, "mutationId", text), bare(9, "user", text),
        ]),
    },
    { kind: "gap", number: 9, type: record([...range, filled(4, "reason", text)]) },
    { kind: "lag", number: 10, type: record([channel, filled(2, "behind", count()), filled(3, "mode", text)]) },
    { kind: "unsubscribed", number: 11, type: record([channel, filled(2, "code", count()), filled(3, "reason", text)]) },
    {
        kind: "presence", number: 12,
        type: record([channel, bare(6, "kind", text), list(2, "joined", member), list(3, "left", member), list(4, "updated", member), filled(5, "count", count()), bare(7, "reason", text)]),
    },
    { kind: "page", number: 13, type: page },
    { kind: "goaway", number: 14, type: goaway },
    {
        kind: "error", number: 15,
        type: record([filled(1, "code", count()), filled(2, "name", text), filled(3, "message", text), filled(4, "retry", text), bare(5, "afterMs", count())]),
    },
    { kind: "close", number: 16, type: record([filled(1, "code", count()), filled(2, "reason", text), filled(3, "afterMs", count())]) },
    { kind: "ok", number: 17, type: nothing },
    { kind: "ping", number: 18, type: nothing },
    { kind: "pong", number: 19, type: nothing },
    { kind: "skip", number: 20, type: record(range) },
    { kind: "piece", number: 21, type: record([filled(1, "of", count()), filled(2, "last", flag), filled(3, "data", base64)]) },
];
