import { FrameFault, shown } from "./faults.js";
export const required = (number, name, type) => ({ number, name, type, presence: "required", isList: false });
export const filled = (number, name, type) => ({ number, name, type, presence: "filled", isList: false });
export const bare = (number, name, type) => ({ number, name, type, presence: "bare", isList: false });
export const explicit = (number, name, type) => ({ number, name, type, presence: "explicit", isList: false });
export const list = (number, name, type, presence = "filled") => ({ number, name, type, presence, isList: true });
/** A list of at most so many elements. */
export const listUpTo = (itemsMax, number, name, type, presence = "filled") => ({ number, name, type, presence, isList: true, itemsMax });
/** A JSON object, a Protobuf message. Fields stand in the order in which JSON has them. */
export function record(fields) {
    const byNumber = [...fields].sort((one, other) => one.number - other.number);
    const ofNumber = new Map(fields.map(field => [field.number, field]));
    return {
        wire: 2,
        toJson(value) {
            const model = value;
            const parts = [];
            for (const field of fields) {
                const part = jsonOf(field, model[field.name]);
                if (part !== undefined)
                    parts.push(`${JSON.stringify(field.name)}:${part}`);
            }
            return `{${parts.join(",")}}`;
        },
        fromJson(value, name, place) {
            if (typeof value !== "object" || value === null || Array.isArray(value))
                throw new FrameFault(`An object is expected for ${name}; ${shown(value)} came.`);
            const model = {};
            for (const field of fields)
                put(model, field, readJson(field, value[field.name], place));
            return model;
        },
        write(writer, value) {
            writer.measured(() => { for (const field of byNumber)
                writeField(writer, field, value[field.name]); });
        },
        read(reader) {
            const body = reader.measured();
            const model = {};
            while (!body.isAtEnd) {
                const tag = body.varint();
                const field = ofNumber.get(Math.floor(tag / 8));
                if (field?.type.wire !== tag % 8)
                    body.skip(tag % 8);
                else
                    readField(body, field, model);
            }
            for (const field of fields)
                put(model, field, model[field.name]);
            return model;
        },
    };
}
/** A record that JSON nests and Protobuf does not: in memory it is as in JSON, and is turned into and out of what Protobuf has. */
export function reshaped(inJson, inProto, lower, raise) {
    return {
        ...inJson,
        write: (writer, value, name) => inProto.write(writer, lower(value), name),
        read: (reader, name) => raise(inProto.read(reader, name)),
    };
}
function jsonOf(field, value) {
    if (value === undefined)
        value = absentOf(field);
    if (value === undefined || (field.presence === "bare" && isDefault(field, value)))
        return undefined;
    if (field.presence === "required" && isDefault(field, value))
        throw missing(field);
    checkItems(field, value);
    return field.isList ? `[${value.map(item => field.type.toJson(item, field.name)).join(",")}]` : field.type.toJson(value, field.name);
}
function readJson(field, value, parent) {
    if (value === undefined || (value === null && field.type.takesNull !== true))
        return undefined;
    const place = { line: parent.line, parent, key: field.name };
    if (!field.isList)
        return field.type.fromJson(value, field.name, place);
    if (!Array.isArray(value))
        throw new FrameFault(`An array is expected for ${field.name}; ${shown(value)} came.`);
    return value.map((item, i) => field.type.fromJson(item, field.name, { line: parent.line, parent: place, key: i }));
}
function writeField(writer, field, value) {
    if (value === undefined)
        value = absentOf(field);
    if (value === undefined)
        return;
    if (field.isList) {
        checkItems(field, value);
        for (const item of value) {
            writer.tag(field.number, field.type.wire);
            field.type.write(writer, item, field.name);
        }
        return;
    }
    if (isDefault(field, value)) {
        if (field.presence === "required")
            throw missing(field);
        if (field.presence !== "explicit")
            return;
    }
    writer.tag(field.number, field.type.wire);
    field.type.write(writer, value, field.name);
}
function readField(reader, field, model) {
    const value = field.type.read(reader, field.name);
    if (!field.isList)
        model[field.name] = value;
    else
        (model[field.name] ?? (model[field.name] = [])).push(value);
}
/** Into the model as its presence says, so that both encodings give the same. */
function put(model, field, value) {
    if (value === undefined)
        value = absentOf(field);
    if (value === undefined || (field.presence === "bare" && isDefault(field, value))) {
        delete model[field.name];
        return;
    }
    if (field.presence === "required" && isDefault(field, value))
        throw missing(field);
    checkItems(field, value);
    model[field.name] = value;
}
/** What stands for nothing; of a field that must be there, nothing does. */
function absentOf(field) {
    if (field.presence === "required") {
        if (field.type.absent === undefined || field.type.absent === "")
            throw missing(field);
        return field.type.absent;
    }
    if (field.presence !== "filled")
        return undefined;
    return field.isList ? [] : field.type.absent;
}
function isDefault(field, value) {
    if (field.isList)
        return value.length === 0;
    return field.type.absent !== undefined && (value === "" || (value === field.type.absent && field.type.isSpelled !== true));
}
function checkItems(field, value) {
    if (field.itemsMax !== undefined && value.length > field.itemsMax) {
        throw new FrameFault(`At most ${field.itemsMax} elements are expected in ${field.name}; ${value.length} came.`);
    }
}
function missing(field) {
    return new FrameFault(`${field.name} is required; it is missing or empty.`);
}
