import { FrameFault, shown } from "./faults.js";
import { bare, explicit, list, listUpTo, record, required, reshaped, filled } from "./records.js";
import { count, flag, judgedJson, nameText, signed, text, words } from "./wire-types.js";
// The frames of clients: PROTOCOL.md in the order of its JSON, realtime.proto in its numbers.
const priority = words("critical", "high", "normal", "low");
const last = record([explicit(2, "last", count())]);
const position = record([bare(1, "epoch", text), filled(2, "offset", count())]);
const fromInProto = record([
    bare(1, "keyword", text), explicit(2, "last", count()), explicit(3, "position", position),
]);
/** On `subscribe` an offset needs its epoch; on `read` it may do without: whatever the epoch. */
function from(needsEpoch) {
    const check = (value, name) => {
        if (value === "now" || value === "earliest" || value === "session")
            return value;
        const given = value;
        if (typeof given === "object" && given !== null) {
            if (given.last !== undefined)
                return { last: given.last };
            if (given.offset !== undefined && (given.epoch || !needsEpoch))
                return given;
        }
        throw new FrameFault(`For ${name} now, earliest, session, {"last": n} or {"epoch": e, "offset": o} is expected; ${shown(value)} came.`);
    };
    return {
        wire: 2,
        toJson(value, name) {
            const checked = check(value, name);
            if (typeof checked === "string")
                return JSON.stringify(checked);
            return "last" in checked ? last.toJson(checked, name) : position.toJson(checked, name);
        },
        fromJson(value, name, place) {
            const checked = check(value, name);
            if (typeof checked === "string")
                return checked;
            return "last" in checked ? last.fromJson(checked, name, place) : position.fromJson(checked, name, place);
        },
        write(writer, value, name) {
            const checked = check(value, name);
            fromInProto.write(writer, typeof checked === "string" ? { keyword: checked } : "last" in checked ? checked : { position: checked }, name);
        },
        read(reader, name) {
            const read = fromInProto.read(reader, name);
            return check(read.position ?? (read.last === undefined ? read.keyword : { last: read.last }), name);
        },
    };
}
const rangeInProto = record([required(1, "from", count(1)), required(2, "to", count(1))]);
const range = {
    wire: 2,
    toJson: (value, name) => `[${checkRange(value, name).join(",")}]`,
    fromJson: checkRange,
    write: (writer, value, name) => {
        const [first, end] = checkRange(value, name);
        rangeInProto.write(writer, { from: first, to: end }, name);
    },
    read: (reader, name) => {
        const read = rangeInProto.read(reader, name);
        return checkRange([read.from, read.to], name);
    },
};
function checkRange(value, name) {
    const [first, end, ...more] = Array.isArray(value) ? value : [];
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(end) || more.length > 0 || first < 1 || end < first) {
        throw new FrameFault(`For ${name} ranges [from, to] with 1 ≤ from ≤ to are expected; ${shown(value)} came.`);
    }
    return [first, end];
}
const namesMax = 64;
const shapeMs = count(0, 60_000);
// JSON has the attributes as names, Protobuf as a list.
const attributes = ["type", "key", "source", "user", "correlationId", "session"];
const attributesInJson = record(attributes.map(name => listUpTo(namesMax, 0, name, nameText, "explicit")));
const attributeInProto = record([required(1, "attribute", text), listUpTo(namesMax, 2, "values", nameText)]);
const filter = {
    ...attributesInJson,
    toJson: (value, name) => {
        const parts = Object.entries(checkFilter(value)).map(([attribute, values]) => attributesInJson.toJson({ [attribute]: values }, name).slice(1, -1));
        return `{${parts.join(",")}}`;
    },
    fromJson: (value, name, place) => {
        attributesInJson.fromJson(value, name, place);
        return checkFilter(value);
    },
};
function checkFilter(value) {
    const kept = Object.entries(value).filter(([, values]) => values !== null && values !== undefined);
    for (const [attribute, values] of kept) {
        if (!attributes.includes(attribute))
            throw new FrameFault(`An attribute of an event is expected in filter, one of ${attributes.join(", ")}; ${shown(attribute)} came.`);
        if (values.length === 0)
            throw new FrameFault(`At least one value is expected for ${attribute} in filter; without any no event could match.`);
    }
    return Object.fromEntries(kept);
}
const subscribeBegins = [
    required(1, "channel", text),
    explicit(2, "from", from(true)),
    bare(3, "mode", words("events", "state")),
    listUpTo(namesMax, 4, "fields", nameText, "bare"),
    explicit(5, "shape", record([
        bare(1, "debounceMs", shapeMs), bare(2, "debounceMaxMs", shapeMs), listUpTo(namesMax, 3, "immediate", nameText, "bare"),
        bare(4, "conflate", words("none", "key", "channel")), bare(5, "batchMs", shapeMs), bare(6, "batchMax", count(0, 10_000)), bare(7, "maxPerSecond", count(0, 1_000_000)),
    ])),
    bare(6, "overflow", words("catchUp", "conflate", "dropOldest", "disconnect")),
    bare(7, "ack", words("auto", "manual", "none")),
    bare(9, "order", words("lanes", "offset")),
    bare(8, "priority", priority),
    bare(10, "group", text),
];
const presence = bare(12, "presence", words("none", "count", "members"));
const subscribe = reshaped(record([...subscribeBegins, explicit(0, "filter", filter), presence]), record([...subscribeBegins, list(11, "filter", attributeInProto, "bare"), presence]), ({ filter: wanted, ...rest }) => ({ ...rest, ...(wanted && { filter: Object.entries(checkFilter(wanted)).map(([attribute, values]) => ({ attribute, values })) }) }), ({ filter: wanted, ...rest }) => ({ ...rest, ...(wanted && { filter: raisedFilter(wanted) }) }));
function raisedFilter(wanted) {
    const filter = {};
    for (const { attribute, values } of wanted) {
        if (attribute in filter)
            throw new FrameFault(`Each attribute is expected once in filter; ${shown(attribute)} came twice.`);
        filter[attribute] = values;
    }
    return checkFilter(filter);
}
const hello = record([
    bare(1, "token", text),
    explicit(2, "session", record([bare(1, "id", text), bare(2, "key", text)])),
    bare(3, "client", text),
    list(4, "subscribe", subscribe, "bare"),
    explicit(5, "credit", count()),
    explicit(6, "pieces", count(1_024)),
]);
const publishBegins = [
    required(1, "channel", text), required(2, "type", text), required(3, "data", judgedJson), bare(4, "messageId", text), bare(5, "key", text), bare(6, "priority", priority),
    bare(7, "confirm", words("none", "accepted", "persisted", "delivered")),
    explicit(8, "producer", record([required(1, "id", text), required(2, "sequence", count(1))])),
    bare(9, "source", text), bare(10, "correlationId", text), bare(11, "ttlMs", count()),
];
const publish = reshaped(record([...publishBegins, explicit(0, "delivered", record([bare(1, "count", count()), bare(2, "timeoutMs", count()), bare(3, "missing", flag)]))]), record([...publishBegins, bare(12, "deliveredCount", count()), bare(13, "deliveredTimeoutMs", count()), bare(14, "deliveredMissing", flag)]), ({ delivered, ...rest }) => ({ ...rest, deliveredCount: delivered?.count, deliveredTimeoutMs: delivered?.timeoutMs, deliveredMissing: delivered?.missing }), ({ deliveredCount, deliveredTimeoutMs, deliveredMissing, ...rest }) => deliveredCount === undefined && deliveredTimeoutMs === undefined && deliveredMissing === undefined ? rest : {
    ...rest,
    delivered: {
        ...(deliveredCount !== undefined && { count: deliveredCount }), ...(deliveredTimeoutMs !== undefined && { timeoutMs: deliveredTimeoutMs }),
        ...(deliveredMissing !== undefined && { missing: deliveredMissing }),
    },
});
const mutate = record([
    required(1, "channel", text), required(2, "key", text), required(3, "operation", words("merge", "set", "delete", "increment", "add", "remove")),
    bare(4, "value", judgedJson), explicit(5, "ifVersion", count()), explicit(8, "baseVersion", count()), bare(6, "mutationId", text), explicit(7, "time", signed),
]);
const ack = record([required(1, "channel", text), filled(2, "offset", count()), list(3, "ranges", range, "bare")]);
const readFields = record([
    required(1, "channel", text), required(2, "what", words("events", "state", "history", "presence", "stats")), explicit(3, "from", from(false)),
    bare(4, "limit", count()), explicit(5, "at", count()), bare(6, "key", text), bare(7, "afterKey", text),
]);
const read = {
    ...readFields,
    toJson: (value, name) => readFields.toJson(checkRead(value), name),
    fromJson: (value, name, place) => checkRead(readFields.fromJson(value, name, place)),
    write: (writer, value, name) => readFields.write(writer, checkRead(value), name),
    read: (reader, name) => checkRead(readFields.read(reader, name)),
};
function checkRead(value) {
    if (value.what === "history" && !value.key)
        throw new FrameFault("The key of an entry is expected for a history; none came.");
    return value;
}
export const nothing = record([]);
/** The kinds of frames that a client sends, with their numbers in `ClientFrame`. */
export const clientKinds = [
    { kind: "hello", number: 2, type: hello },
    { kind: "subscribe", number: 3, type: subscribe },
    { kind: "unsubscribe", number: 4, type: record([required(1, "channel", text)]) },
    { kind: "publish", number: 5, type: publish },
    { kind: "mutate", number: 6, type: mutate },
    { kind: "ack", number: 7, type: ack },
    { kind: "nack", number: 8, type: record([required(1, "channel", text), required(2, "offset", count(1)), bare(3, "reason", text)]) },
    { kind: "credit", number: 9, type: record([filled(1, "events", count())]) },
    { kind: "read", number: 10, type: read },
    { kind: "presence", number: 11, type: record([required(1, "channel", text), explicit(2, "state", judgedJson), bare(3, "leave", flag)]) },
    { kind: "refresh", number: 12, type: record([required(1, "token", text)]) },
    { kind: "ping", number: 13, type: nothing },
    { kind: "bye", number: 14, type: record([explicit(1, "keepSession", flag)]) },
    { kind: "pong", number: 15, type: nothing },
];
